import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ending, startCommand } from '../support/command-line';

/* A newcomer follows the README line by line. */
const ROOT = path.join(__dirname, '..', '..');

const COMMANDS = [
    ...readFileSync(path.join(ROOT, 'README.md'), 'utf8').matchAll(/^npm run local -- (.+)$/gm),
].map(([, line = '']) => line.replace(/ +#.*/, ''));

const folder = mkdtempSync(path.join(tmpdir(), 'readme-'));

const run = (command: string) => ending(startCommand({}, ['--state-dir', folder, ...command.split(' ')]));

afterAll(async () => {
    await run('stop');
    rmSync(folder, { recursive: true });
});

test('every command of "Try it" does what it says', async () => {
    const printed: string[] = [];
    for (const command of COMMANDS) {
        const { code, out, err } = await run(command);
        expect({ command, code, err: code === 0 ? '' : err }).toEqual({ command, code: 0, err: '' });
        printed.push(out);
    }
    const all = printed.join('');
    expect(all).toContain('IN_SYNC     Repository  (my-app)');
    expect(all).toMatch(/IMPORT_COMPLETE +Repository .*\(by-hand\)/);
    expect(all).toMatch(/^import +IMPORT_COMPLETE/m);
    expect(all).toMatch(/The AWS stand-in has ended\.\n$/);
});
