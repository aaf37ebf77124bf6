import { detectDrift } from '../stacks/drift';
import { exists } from '../stacks/state';
import { callerFor, findStack, reach, type Workplace } from '../workplace';
import { existing } from './existing';
import type { ExitCode } from './exit-code';
import { printDrift } from './print';

/** Compares a stack with what AWS holds. */
export async function drift(workplace: Workplace, name: string): Promise<ExitCode> {
    existing(workplace, name);
    const state = await findStack(workplace, name);
    if (!state) {
        return 1;
    }
    const aws = await reach(workplace, state);
    const records = Object.values(state.resources).filter(exists);
    const caller = callerFor(workplace, aws, state);
    const drifts = await Promise.all(records.map((record) => detectDrift(record, caller)));
    drifts.forEach(printDrift);
    if (drifts.length === 0) {
        console.log(`Stack ${name} has no resources.`);
    }
    return drifts.every(({ status }) => status === 'IN_SYNC') ? 0 : 2;
}
