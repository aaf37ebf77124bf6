import { symlinkSync } from 'node:fs';
import { fileProblem } from '../../../local/system-errors';

/* Errors of the file system name the file that the user can do something about. */

test('a link that cannot be made is named, not what it points to', () => {
    expect.assertions(1);
    try {
        symlinkSync('target', '/absent/link');
    } catch (error) {
        expect(fileProblem(error)).toBe('/absent/link: it does not exist');
    }
});
