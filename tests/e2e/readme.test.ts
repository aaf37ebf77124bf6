import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ending, startCommand } from '../support/command-line';

/* A newcomer follows the README line by line. */
const ROOT = path.join(__dirname, '..', '..');

const COMMANDS = [
    ...readFileSync(path.join(ROOT, 'README.md'), 'utf8')
        .replaceAll('\\\n', '')
        .matchAll(/^npm run local -- (.+)$/gm),
].map(([, line = '']) => line.replace(/ +#.*/, ''));

/** As a shell splits it: single quotes keep words together. */
const words = (line: string) => [...line.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);

const folder = mkdtempSync(path.join(tmpdir(), 'readme-'));

const run = (command: string) => ending(startCommand({}, ['--state-dir', folder, ...words(command)]));

afterAll(async () => {
    await run('stop');
    rmSync(folder, { recursive: true });
});

test('every command of "Try it" does what it says', async () => {
    const printed: string[] = [];
    for (const command of COMMANDS) {
        const { code, out, err } = await run(command);
        const wanted = command.startsWith('drift') ? 2 : 0;
        expect({ command, code, err: code === wanted ? '' : err }).toEqual({
            command,
            code: wanted,
            err: '',
        });
        printed.push(out);
    }
    const all = printed.join('');
    expect(all).toMatch(/^MODIFIED +Repository +\(my-app\)\n +\/ScanOnPush /m);
    expect(all).toMatch(/IMPORT_COMPLETE +Repository .*\(by-hand\)/);
    expect(all).toMatch(/^import +IMPORT_COMPLETE/m);
    expect(all).toMatch(/The AWS stand-in has ended\.\n$/);
});
