import type { Workplace } from '../workplace';
import { changeStack, type StackRequest } from './change-stack';
import type { ExitCode } from './exit-code';
import { neighbours } from './neighbours';

export interface DeployRequest extends StackRequest {
    readonly tags: ReadonlyMap<string, string>;
    /** Imports what is in AWS already under a name that the template writes out, and creates the rest. */
    readonly importExistingResources?: boolean;
}

/** Creates a stack, or updates one. */
export function deploy(workplace: Workplace, request: DeployRequest): Promise<ExitCode> {
    return changeStack(workplace, request, ({ blueprint, state }, stack) =>
        stack.deploy(
            blueprint,
            Object.fromEntries(request.tags),
            request.importExistingResources ? neighbours(workplace, state) : undefined,
        ),
    );
}
