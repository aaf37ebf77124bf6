import { fitted } from '../../../local/wrap';

const TERMINAL = { isTTY: true, columns: 20 };

test.each([
    ['a short line', 'a short line'],
    ['a line that is as long as two', 'a line that is as\n  long as two'],
    ['twenty characters  .', 'twenty characters  .'],
    ['twenty-one chars here', 'twenty-one chars\n  here'],
    ['    what is set in stays set in', '    what is set in\n      stays set in'],
    ['one\n\ntwo', 'one\n\ntwo'],
    ['/a/word/longer/than/the/width is left whole', '/a/word/longer/than/the/width\n  is left whole'],
])('%j fits a terminal', (text, expected) => {
    expect(fitted(text, TERMINAL, 2)).toBe(expected);
});

test('text for anything but a terminal stays as it is', () => {
    const text = 'a line that is as long as two';
    expect(fitted(text, { isTTY: false, columns: 20 })).toBe(text);
});
