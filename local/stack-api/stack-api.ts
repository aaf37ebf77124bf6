import type { Operation } from '../aws/service';
import type { Workplace } from '../workplace';
import { changeSetOperations } from './change-set-operations';
import { driftOperations } from './drift-operations';
import { ManagedStacks } from './managed-stacks';
import { stackOperations } from './stack-operations';

/**
 * CloudFormation's operations on stacks, done by the local CloudFormation with the built handlers in place of those of
 * the registered package.
 */
export class StackApi {
    private readonly stacks: ManagedStacks;
    readonly operations: Readonly<Record<string, Operation>>;

    /** The endpoint is the stand-in's own, once it listens. */
    constructor(workplace: Workplace, endpoint: () => string) {
        this.stacks = new ManagedStacks(workplace, endpoint);
        this.operations = {
            ...stackOperations(this.stacks),
            ...changeSetOperations(this.stacks),
            ...driftOperations(this.stacks),
        };
    }

    /** Waits for all that is under way. */
    idle(): Promise<void> {
        return this.stacks.idle();
    }

    /** Forgets all stacks, once what is under way is done. */
    reset(): Promise<void> {
        return this.stacks.reset();
    }
}
