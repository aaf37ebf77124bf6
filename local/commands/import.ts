import { DamagedFile } from '../files';
import { checkImport, type Identifiers } from '../stacks/import';
import type { StackState } from '../stacks/state';
import { say, type Workplace } from '../workplace';
import { changeStack, type StackRequest } from './change-stack';
import type { ExitCode } from './exit-code';

export interface ImportRequest extends StackRequest {
    readonly identifiers: Identifiers;
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

/** The other stacks of the same account and Region; a damaged one is passed over. */
function neighbours({ folder }: Workplace, { name, aws, region }: StackState): StackState[] {
    const others = folder.stacks().filter((other) => other !== name);
    return others
        .flatMap((other) => {
            try {
                return folder.load(other) ?? [];
            } catch (error) {
                if (!(error instanceof DamagedFile)) {
                    throw error;
                }
                say(`${error.message} Whether it has one of these resources was not checked.`);
                return [];
            }
        })
        .filter((other) => other.aws === aws && other.region === region);
}
