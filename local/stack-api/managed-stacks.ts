import { randomUUID } from 'node:crypto';
import { types } from '../aws/cloudformation/state';
import { AwsError } from '../aws/error';
import { arn, type Call } from '../aws/service';
import { typeName } from '../resource-type';
import type { Workplace } from '../workplace';
import { ManagedStack } from './managed-stack';

/** The stacks of all accounts and Regions. */
export class ManagedStacks {
    private readonly stacks: ManagedStack[] = [];

    /** The endpoint is the stand-in's own, once it listens. */
    constructor(
        private readonly workplace: Workplace,
        private readonly endpoint: () => string,
    ) {}

    /** The stacks of the caller's account and Region, newest first. */
    in({ account, region }: Call): readonly ManagedStack[] {
        return this.stacks.filter(({ state }) => state.account === account && state.region === region);
    }

    /** By name one that is not deleted, by ID any. */
    find(nameOrId: string, call: Call): ManagedStack | undefined {
        return this.in(call).find(
            ({ state, isDeleted }) => state.id === nameOrId || (state.name === nameOrId && !isDeleted),
        );
    }

    stackOf(nameOrId: string, call: Call): ManagedStack {
        const found = this.find(nameOrId, call);
        if (!found) {
            throw new AwsError('ValidationError', `Stack with id ${nameOrId} does not exist`);
        }
        return found;
    }

    /** A stack without resources, which is not yet among the others. */
    draft(name: string, call: Call): ManagedStack {
        const id = arn('cloudformation', call, `stack/${name}/${randomUUID()}`);
        const { account, region } = call;
        const endpoint = this.endpoint();
        return new ManagedStack(
            {
                ...{ name, id, template: 'template', account, region, aws: endpoint },
                ...{ status: 'REVIEW_IN_PROGRESS', tags: {}, outputs: {}, resources: {}, leftovers: [] },
            },
            { ...this.workplace, endpoint, logGroup: logGroupOf(call) },
            call,
        );
    }

    add(stack: ManagedStack): void {
        this.stacks.unshift(stack);
    }

    /** Waits for all that is under way. */
    async idle(): Promise<void> {
        await Promise.all(this.stacks.map((stack) => stack.idle()));
    }

    /** Forgets all stacks, once what is under way is done. */
    async reset(): Promise<void> {
        await this.idle();
        this.stacks.length = 0;
    }
}

/** Where the type was registered to leave its logs. */
function logGroupOf(call: Call): string | undefined {
    const type = types.of(call.world, call).get(typeName);
    return type?.versions.find(({ id }) => id === type.defaultId)?.logging?.LogGroupName;
}
