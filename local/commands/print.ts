import type { ResourceDrift } from '../stacks/drift';
import type { StackState } from '../stacks/state';
import { fitted, wrap } from '../wrap';

/** Columns of an output's name, with the blanks after it. */
const NAME_WIDTH = 26;

/** Before a value that has no room beside its name. */
const INDENT = '    ';

/** One line for each output; on a terminal, long values are wrapped at its width. */
export function printOutputs({ outputs }: StackState): void {
    const { isTTY, columns } = process.stdout;
    const width = isTTY ? Math.max(20, columns - NAME_WIDTH) : Number.POSITIVE_INFINITY;
    for (const [name, value] of Object.entries(outputs)) {
        const lines = wrap(value, width);
        const fits = lines.every((line) => line.length <= width);
        const begin = fits ? name.padEnd(NAME_WIDTH) : `${name}\n${INDENT}`;
        console.log(begin + lines.join(`\n${fits ? ' '.repeat(NAME_WIDTH) : INDENT}`));
    }
}

export function printDrift({ logicalId, physicalId, status, differences }: ResourceDrift): void {
    console.log(`${status.padEnd(10)}  ${logicalId}  (${physicalId})`);
    for (const { path, kind, expected, actual } of differences) {
        const shown = [expected, actual].map((value) => JSON.stringify(value) ?? 'nothing');
        const line = `    ${path}  ${kind}  expected ${shown[0]}, actual ${shown[1]}`;
        console.log(fitted(line, process.stdout, 4));
    }
}
