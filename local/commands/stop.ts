import { stopStandIn } from '../endpoint';
import { say, type Workplace } from '../workplace';
import type { ExitCode } from './exit-code';

/** Ends the AWS stand-in, also while a command works on a stack in it. */
export async function stop({ folder }: Pick<Workplace, 'folder'>): Promise<ExitCode> {
    for (const name of folder.stacks()) {
        const worker = folder.workerOn(name);
        if (worker !== undefined) {
            say(
                `Process ${worker} is working on stack ${name}: its calls to AWS fail from now on. ` +
                    'What it made ends with the stand-in, and the next command on that stack begins anew.',
            );
        }
    }
    console.log((await stopStandIn(folder)) ? 'The AWS stand-in has ended.' : 'No AWS stand-in was running.');
    return 0;
}
