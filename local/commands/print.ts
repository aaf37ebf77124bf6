import type { ResourceDrift } from '../stacks/drift';
import type { StackState } from '../stacks/state';

export function printOutputs({ outputs }: StackState): void {
    for (const [name, value] of Object.entries(outputs)) {
        console.log(`${name.padEnd(24)}  ${value.replaceAll('\n', `\n${' '.repeat(26)}`)}`);
    }
}

export function printDrift({ logicalId, physicalId, status, differences }: ResourceDrift): void {
    console.log(`${status.padEnd(10)}  ${logicalId}  (${physicalId})`);
    for (const { path, kind, expected, actual } of differences) {
        const shown = [expected, actual].map((value) => JSON.stringify(value) ?? 'nothing');
        console.log(`    ${path}  ${kind}  expected ${shown[0]}, actual ${shown[1]}`);
    }
}
