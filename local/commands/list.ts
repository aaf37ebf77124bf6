import { DamagedFile } from '../files';
import type { StateFolder } from '../stacks/state';
import type { Workplace } from '../workplace';
import { existing } from './existing';
import type { ExitCode } from './exit-code';
import { printOutputs } from './print';

/** Lists the stacks; a damaged one does not hide the others. */
export function list({ folder }: Pick<Workplace, 'folder'>): ExitCode {
    const names = folder.stacks();
    for (const name of names) {
        console.log(`${name.padEnd(24)}  ${summary(folder, name)}`);
    }
    if (names.length === 0) {
        console.log('There are no stacks.');
    }
    return 0;
}

function summary(folder: StateFolder, name: string): string {
    try {
        const { status, region } = existing({ folder }, name);
        return `${status.padEnd(24)}  ${region}`;
    } catch (error) {
        if (error instanceof DamagedFile) {
            return error.message;
        }
        throw error;
    }
}

export function outputs({ folder }: Pick<Workplace, 'folder'>, name: string): ExitCode {
    printOutputs(existing({ folder }, name));
    return 0;
}
