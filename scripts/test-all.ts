import { spawnSync } from 'node:child_process';
import { isInstalled, TOOLS } from './outside-tools';

/*
 * `npm run test:all`: every test there is, or those under the paths that are given, with all faults. A missing tool
 * fails a test too: tests/judges/outside-tools.test.ts.
 */
for (const tool of TOOLS.filter((each) => !isInstalled(each))) {
    console.error(`${tool.name} is missing, so tests that need it fail. To get it: ${tool.howToGet}`);
}

/** Megabytes. V8 clears away what the many calls leave behind a quarter as often. */
const HEAP = '--max-semi-space-size=64';

const { status } = spawnSync('npx', ['jest', ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { SWEEP: 'full', MANY: '10,100', NODE_OPTIONS: HEAP, ...process.env },
});
process.exitCode = status ?? 1;
