import { findStack, reach, type Workplace } from '../workplace';
import { operateOn } from './change-stack';
import { existing } from './existing';
import { EXIT_CODES, type ExitCode } from './exit-code';

export async function deleteStack(workplace: Workplace, name: string): Promise<ExitCode> {
    const release = workplace.folder.lock(name);
    try {
        existing(workplace, name);
        const state = await findStack(workplace, name);
        if (!state) {
            return 0;
        }
        const aws = await reach(workplace, state);
        const result = await operateOn(workplace, aws, state, (stack) => stack.delete());
        if (result === 'DONE') {
            workplace.folder.forget(name);
        }
        return EXIT_CODES[result];
    } finally {
        release();
    }
}
