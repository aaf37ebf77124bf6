import { checkImport, type Identifiers } from '../stacks/import';
import type { PreviousAtImport } from '../stacks/resources';
import type { Workplace } from '../workplace';
import { changeStack, type StackRequest } from './change-stack';
import type { ExitCode } from './exit-code';
import { neighbours } from './neighbours';

export interface ImportRequest extends StackRequest {
    readonly identifiers: Identifiers;
    readonly previousAtImport: PreviousAtImport;
}

/** Takes resources that are in AWS already into a stack, new or there. */
export async function importInto(workplace: Workplace, request: ImportRequest): Promise<ExitCode> {
    const { identifiers } = request;
    if (identifiers.size === 0) {
        throw new Error('Nothing to import is named: give --resource-id LogicalId=Name.');
    }
    return changeStack(workplace, request, ({ template, blueprint, state }, stack) => {
        if (state.status.startsWith('DELETE') || state.before) {
            throw new Error(`Stack ${state.name} is in state ${state.status}: deploy or delete it first.`);
        }
        checkImport(template, blueprint, state, neighbours(workplace, state), identifiers);
        return stack.import(blueprint, identifiers);
    });
}
