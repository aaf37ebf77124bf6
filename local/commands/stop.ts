import { type StandInEnd, stopStandIn } from '../endpoint';
import { say, type Workplace } from '../workplace';
import type { ExitCode } from './exit-code';

/** Ends the AWS stand-in, also while a command works on a stack in it. */
export async function stop({ folder }: Pick<Workplace, 'folder'>): Promise<ExitCode> {
    for (const name of folder.stacks()) {
        warn(folder, name);
    }
    console.log(sentence(await stopStandIn(folder), folder.awsFile));
    return 0;
}

function warn(folder: Workplace['folder'], name: string): void {
    try {
        const worker = folder.workerOn(name);
        if (worker !== undefined) {
            say(
                `Process ${worker} is working on stack ${name}: end it with Ctrl-C, because its calls to AWS ` +
                    'fail from now on. What it made ends with the stand-in, and the next command on that stack begins anew.',
            );
        }
    } catch (error) {
        // A damaged lock is told of, and keeps nothing from stopping.
        say(error instanceof Error ? error.message : String(error));
    }
}

function sentence({ end, note }: StandInEnd, file: string): string {
    const damage = note === 'DAMAGED' ? ` ${file} was damaged and is deleted.` : '';
    if (end === undefined) {
        return note === 'READABLE'
            ? 'The AWS stand-in had ended before.'
            : `No AWS stand-in was running.${damage}`;
    }
    return end === 'KILLED'
        ? `The AWS stand-in did not react and was killed.${damage}`
        : `The AWS stand-in has ended.${damage}`;
}
