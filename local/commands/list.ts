import { isGone } from '../endpoint';
import { DamagedFile } from '../files';
import type { StateFolder } from '../stacks/state';
import type { Workplace } from '../workplace';
import { fitted } from '../wrap';
import { existing } from './existing';
import type { ExitCode } from './exit-code';
import { printOutputs } from './print';

/** Lists the stacks; a damaged one does not hide the others. */
export async function list({ folder }: Pick<Workplace, 'folder'>): Promise<ExitCode> {
    const names = folder.stacks();
    const width = Math.max(...names.map((name) => name.length));
    for (const name of names) {
        console.log(fitted(`${name.padEnd(width)}  ${await summary(folder, name)}`, process.stdout, 4));
    }
    if (names.length === 0) {
        console.log('There are no stacks.');
    }
    return 0;
}

async function summary(folder: StateFolder, name: string): Promise<string> {
    try {
        const { status, region, aws } = existing({ folder }, name);
        const end = (await isGone(aws, folder)) ? '  (stand-in ended)' : '';
        return `${status.padEnd(18)}  ${region}${end}`;
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
