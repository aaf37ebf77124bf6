import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { repositories } from '../aws/ecr/state';
import { AwsError } from '../aws/error';
import { arn, type Call, type Operation, operation } from '../aws/service';
import { primaryIdentifier, typeName } from '../resource-type';
import { changesOf } from '../stacks/changes';
import { checkExisting, checkImport, type Identifiers } from '../stacks/import';
import { isUpToDate } from '../stacks/plan';
import type { StackState } from '../stacks/state';
import type { Blueprint } from '../template/blueprint';
import { changeSetAnswer } from './answers';
import { deploymentMembers, deploymentOf, valid } from './deployment';
import type { ChangeSet, ManagedStack } from './managed-stack';
import type { ManagedStacks } from './managed-stacks';
import { stackName } from './members';

const changeSetName = z
    .string()
    .min(1)
    .max(128)
    .regex(/^[a-zA-Z][-a-zA-Z0-9]*$/);

/** A name, which wants that of the stack beside it, or an ARN. */
const ofChangeSet = {
    ChangeSetName: z
        .string()
        .min(1)
        .max(1600)
        .regex(/^[a-zA-Z][-a-zA-Z0-9]*$|^arn:/),
    StackName: stackName.optional(),
};

const ChangeSetRequest = z.strictObject({
    ...deploymentMembers,
    StackName: stackName,
    ChangeSetName: changeSetName,
    ChangeSetType: z.enum(['CREATE', 'UPDATE', 'IMPORT']).default('UPDATE'),
    ResourcesToImport: z
        .array(
            z.strictObject({
                ResourceType: z.literal(typeName),
                LogicalResourceId: z.string(),
                ResourceIdentifier: z.strictObject({ [primaryIdentifier]: z.string().min(1) }),
            }),
        )
        .default([]),
    DeploymentMode: z.literal('REVERT_DRIFT').optional(),
    ImportExistingResources: z.boolean().default(false),
    Description: z.string().min(1).max(1024).optional(),
    ClientToken: z.string().min(1).max(128).optional(),
});

type ChangeSetRequest = z.infer<typeof ChangeSetRequest>;

/** CloudFormation's operations on change sets. Only resources of our type are imported. */
export function changeSetOperations(stacks: ManagedStacks): Readonly<Record<string, Operation>> {
    return {
        CreateChangeSet: operation(ChangeSetRequest, (request, call) => {
            const stack = stackFor(request, stacks, call);
            if (stack.changeSets.some(({ name }) => name === request.ChangeSetName)) {
                const message = `ChangeSet ${request.ChangeSetName} already exists`;
                throw new AwsError('AlreadyExistsException', message);
            }
            const changeSet = changeSetOf(request, stack, stacks, call);
            if (!stacks.find(stack.state.id, call)) {
                stacks.add(stack);
            }
            stack.changeSets = [...stack.changeSets, changeSet];
            return { Id: changeSet.id, StackId: stack.state.id };
        }),

        DescribeChangeSet: operation(
            z.strictObject({ ...ofChangeSet, NextToken: z.string().optional() }),
            (request, call) => {
                const { stack, changeSet } = find(request, stacks, call);
                return changeSetAnswer(stack, changeSet);
            },
        ),

        ExecuteChangeSet: operation(
            z.strictObject({
                ...ofChangeSet,
                ClientRequestToken: z.string().min(1).max(128).optional(),
                DisableRollback: z
                    .boolean()
                    .refine((disable) => !disable, 'a stack always rolls back here: leave it out')
                    .optional(),
            }),
            (request, call) => {
                const { stack, changeSet } = find(request, stacks, call);
                if (changeSet.executionStatus !== 'AVAILABLE') {
                    throw new AwsError(
                        'InvalidChangeSetStatus',
                        `ChangeSet [${changeSet.id}] cannot be executed in its current execution status of [${changeSet.executionStatus}]`,
                    );
                }
                stack.execute(changeSet, neighboursOf(stack, stacks, call));
                return {};
            },
        ),

        /** A change set that is not there is no error (API reference). */
        DeleteChangeSet: operation(z.strictObject(ofChangeSet), ({ ChangeSetName, StackName }, call) => {
            const stack = StackName && stacks.stackOf(StackName, call);
            for (const one of stack ? [stack] : stacks.in(call)) {
                one.changeSets = one.changeSets.filter((each) => !isNamed(each, ChangeSetName));
            }
            return {};
        }),
    };
}

/** The stack that is there, or a draft: an import, too, can begin with a new stack. */
function stackFor(
    { StackName, ChangeSetType }: ChangeSetRequest,
    stacks: ManagedStacks,
    call: Call,
): ManagedStack {
    const found = stacks.find(StackName, call);
    if (!found) {
        return ChangeSetType === 'UPDATE' ? stacks.stackOf(StackName, call) : stacks.draft(StackName, call);
    }
    const { status, id } = found.state;
    const isDraft = status === 'REVIEW_IN_PROGRESS';
    if (ChangeSetType === 'CREATE' && !isDraft) {
        throw new AwsError(
            'ValidationError',
            `Stack [${StackName}] already exists and cannot be created again`,
        );
    }
    const canChange = isDraft ? ChangeSetType !== 'UPDATE' : /^(?!ROLLBACK|DELETE).*_COMPLETE$/.test(status);
    if (!canChange) {
        throw new AwsError('ValidationError', `Stack:${id} is in ${status} state and can not be updated.`);
    }
    return found;
}

function changeSetOf(
    request: ChangeSetRequest,
    stack: ManagedStack,
    stacks: ManagedStacks,
    call: Call,
): ChangeSet {
    const { ChangeSetName: name, ChangeSetType: type } = request;
    const revertsDrift = request.DeploymentMode === 'REVERT_DRIFT';
    const deployment = deploymentOf(request, stack, call);
    const { template, blueprint } = deployment;
    const importsExisting = request.ImportExistingResources;
    const existing = importsExisting ? existingOf(blueprint, stack, call) : new Map<string, string>();
    const imported = type === 'IMPORT' ? namedIn(request) : existing;
    const neighbours = neighboursOf(stack, stacks, call);
    return valid(() => {
        if (type === 'IMPORT') {
            checkImport(template, blueprint, stack.state, neighbours, imported);
        } else {
            checkExisting(blueprint, imported, neighbours);
        }
        const isSame = type === 'UPDATE' && isUpToDate(stack.state, deployment.blueprint, deployment.tags);
        if (revertsDrift && !isSame) {
            const message = "REVERT_DRIFT takes the stack's own template here, with ChangeSetType UPDATE.";
            throw new AwsError('ValidationError', message);
        }
        const isVain = isSame && !revertsDrift;
        return {
            id: arn('cloudformation', call, `changeSet/${name}/${randomUUID()}`),
            name,
            type,
            revertsDrift,
            created: new Date(),
            deployment,
            imported,
            importsExisting,
            changes: changesOf(stack.state, deployment.blueprint, deployment.tags, imported),
            status: isVain ? 'FAILED' : 'CREATE_COMPLETE',
            reason: isVain
                ? "The submitted information didn't contain changes. Submit different information to create a change set."
                : undefined,
            executionStatus: isVain ? 'UNAVAILABLE' : 'AVAILABLE',
        };
    });
}

function namedIn({ ResourcesToImport }: ChangeSetRequest): Identifiers {
    return new Map(
        ResourcesToImport.map(({ LogicalResourceId, ResourceIdentifier }) => [
            LogicalResourceId,
            ResourceIdentifier[primaryIdentifier] ?? '',
        ]),
    );
}

/** New resources whose repositories exist, by the names that the template writes out. */
function existingOf({ resources }: Blueprint, { state }: ManagedStack, call: Call): Identifiers {
    const all = repositories.of(call.world, call);
    return new Map(
        [...resources.values()].flatMap(({ logicalId, type, customName = '' }): [string, string][] =>
            type === typeName && !state.resources[logicalId] && all.has(customName)
                ? [[logicalId, customName]]
                : [],
        ),
    );
}

function neighboursOf({ state }: ManagedStack, stacks: ManagedStacks, call: Call): readonly StackState[] {
    return stacks
        .in(call)
        .map((stack) => stack.state)
        .filter(({ id }) => id !== state.id);
}

function find(
    { ChangeSetName, StackName }: { readonly ChangeSetName: string; readonly StackName?: string | undefined },
    stacks: ManagedStacks,
    call: Call,
): { stack: ManagedStack; changeSet: ChangeSet } {
    for (const stack of StackName ? [stacks.stackOf(StackName, call)] : stacks.in(call)) {
        const changeSet = stack.changeSets.find((each) => isNamed(each, ChangeSetName));
        if (changeSet && (StackName || changeSet.id === ChangeSetName)) {
            return { stack, changeSet };
        }
    }
    throw new AwsError('ChangeSetNotFound', `ChangeSet [${ChangeSetName}] does not exist`, 404);
}

function isNamed({ id, name }: ChangeSet, nameOrId: string): boolean {
    return id === nameOrId || name === nameOrId;
}
