import { symlinkSync } from 'node:fs';
import { writeText } from '../../../local/files';
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

/* Linux has a device that is always full; elsewhere it cannot be written for another reason. */
test('a file that finds no space is named', () => {
    expect.assertions(1);
    try {
        writeText('/dev/full', 'text');
    } catch (error) {
        expect(fileProblem(error)).toMatch(/^\/dev\/full: /);
    }
});
