import type { Workplace } from '../workplace';
import { changeStack, type StackRequest } from './change-stack';
import type { ExitCode } from './exit-code';

export interface DeployRequest extends StackRequest {
    readonly tags: ReadonlyMap<string, string>;
}

/** Creates a stack, or updates one. */
export function deploy(workplace: Workplace, request: DeployRequest): Promise<ExitCode> {
    return changeStack(workplace, request, ({ blueprint }, stack) =>
        stack.deploy(blueprint, Object.fromEntries(request.tags)),
    );
}
