import { spawnSync } from 'node:child_process';
import { Command } from 'commander';
import { isInstalled, TOOLS } from './outside-tools';

/** Megabytes. V8 clears away what the many calls leave behind a quarter as often. */
const HEAP = '--max-semi-space-size=64';

/** A missing tool fails a test too: tests/judges/outside-tools.test.ts. */
function testAll(): void {
    for (const tool of TOOLS.filter((each) => !isInstalled(each))) {
        console.error(`Missing: ${tool.name}. Tests that need it fail. To get it: ${tool.howToGet}`);
    }
    const isDone =
        succeeds('npm', ['run', '--silent', 'build']) &&
        succeeds('npm', ['run', '--silent', 'check']) &&
        succeeds('npx', ['jest', ...process.argv.slice(2)]);
    process.exitCode = isDone ? 0 : 1;
}

function succeeds(command: string, args: readonly string[]): boolean {
    const env = { SWEEP: 'full', MANY: '10,100', NODE_OPTIONS: HEAP, ...process.env };
    return spawnSync(command, args, { stdio: 'inherit', env }).status === 0;
}

new Command('npm run test:all --')
    .description('Builds, checks and runs every test there is, or those that are named, with all faults.')
    .argument('[paths...]', 'tests, and options of jest such as -t NAME')
    .allowUnknownOption()
    .action(testAll)
    .parse();
