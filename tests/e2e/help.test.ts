import { execFileSync } from 'node:child_process';
import path from 'node:path';

/* Help is read on a terminal of 80 columns. */
test.each([
    'local/cli.ts',
    'scripts/build.ts',
    'scripts/coverage.ts',
    'scripts/generate/index.ts',
    'scripts/lint-templates.ts',
    'scripts/live-test.ts',
    'scripts/new-facet/index.ts',
    'scripts/package.ts',
    'scripts/register.ts',
    'scripts/release.ts',
    'scripts/test-all.ts',
])('the help of %s fits', (script) => {
    const file = path.join(__dirname, '..', '..', script);
    const args = ['--require', require.resolve('tsx/cjs'), file, '--help'];
    const lines = execFileSync(process.execPath, args, { encoding: 'utf8' }).split('\n');
    expect(lines).toContainEqual(expect.stringMatching(/--help/));
    expect(lines.filter((line) => line.length > 80 && !line.includes(process.cwd()))).toEqual([]);
});
