import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { liveVersions, types } from '../aws/cloudformation/state';
import { AwsError } from '../aws/error';
import { arn, type Call, type Operation, operation } from '../aws/service';
import { typeName } from '../resource-type';
import { blueprintOf } from '../template/blueprint';
import { pseudoParametersOf } from '../template/pseudo-parameters';
import { readTemplate } from '../template/read';
import { TemplateError } from '../template/syntax';
import type { Template } from '../template/template';
import type { Workplace } from '../workplace';
import * as answers from './answers';
import { ManagedStack } from './managed-stack';
import { capabilitiesOf, notedValues, unknownTypes } from './other-types';

const stackName = z
    .string()
    .min(1)
    .max(128)
    .regex(/^[a-zA-Z][-a-zA-Z0-9]*$|^arn:/);

/** At most 51,200 bytes (CreateStack, API reference). */
const templateBody = z.string().min(1).max(51_200);

const ofStack = z.strictObject({ StackName: stackName });

/**
 * CloudFormation's operations on stacks, done by the local CloudFormation with the built handlers in place of those of
 * the registered package. It always rolls back: OnFailure is taken and not heeded.
 */
export class StackApi {
    private readonly stacks: ManagedStack[] = [];

    /** The endpoint is the stand-in's own, once it listens. */
    constructor(
        private readonly workplace: Workplace,
        private readonly endpoint: () => string,
    ) {}

    readonly operations: Readonly<Record<string, Operation>> = {
        GetTemplateSummary: operation(z.strictObject({ TemplateBody: templateBody }), ({ TemplateBody }) =>
            answers.templateAnswer(valid(() => readTemplate(TemplateBody, 'template'))),
        ),

        CreateStack: operation(
            z.strictObject({
                StackName: stackName,
                TemplateBody: templateBody,
                Parameters: z
                    .array(z.strictObject({ ParameterKey: z.string(), ParameterValue: z.string() }))
                    .default([]),
                Capabilities: z.array(z.string()).default([]),
                OnFailure: z.enum(['DO_NOTHING', 'ROLLBACK', 'DELETE']).optional(),
                ClientRequestToken: z.string().min(1).max(128).optional(),
            }),
            (input, call) => ({ StackId: this.create(input, call) }),
        ),

        /** A stack that is not there is no error (API reference). */
        DeleteStack: operation(ofStack, ({ StackName }, call) => {
            this.find(StackName, call)?.delete();
            return {};
        }),

        DescribeStacks: operation(
            z.strictObject({ StackName: stackName.optional(), NextToken: z.string().optional() }),
            ({ StackName }, call) => {
                const shown = StackName
                    ? [this.stackOf(StackName, call)]
                    : this.in(call).filter(({ isDeleted }) => !isDeleted);
                return { Stacks: shown.map(answers.stackAnswer) };
            },
        ),

        ListStacks: operation(z.strictObject({ NextToken: z.string().optional() }), (_input, call) => ({
            StackSummaries: this.in(call).map(answers.summaryAnswer),
        })),

        DescribeStackEvents: operation(ofStack, ({ StackName }, call) => ({
            StackEvents: answers.eventAnswers(this.stackOf(StackName, call)),
        })),

        DescribeStackResources: operation(ofStack, ({ StackName }, call) => ({
            StackResources: answers.resourceAnswers(this.stackOf(StackName, call)),
        })),

        DetectStackDrift: operation(ofStack, ({ StackName }, call) => ({
            StackDriftDetectionId: this.stackOf(StackName, call).detectDrift().id,
        })),

        DescribeStackDriftDetectionStatus: operation(
            z.strictObject({ StackDriftDetectionId: z.string().min(1).max(36) }),
            ({ StackDriftDetectionId }, call) => {
                for (const stack of this.in(call)) {
                    const detection = stack.detections.find(({ id }) => id === StackDriftDetectionId);
                    if (detection) {
                        return answers.detectionAnswer(stack, detection);
                    }
                }
                throw new AwsError(
                    'ValidationError',
                    `Drift detection ${StackDriftDetectionId} does not exist`,
                );
            },
        ),

        DescribeStackResourceDrifts: operation(
            z.strictObject({
                StackName: stackName,
                StackResourceDriftStatusFilters: z.array(z.string()).min(1).max(4).optional(),
                NextToken: z.string().optional(),
            }),
            ({ StackName, StackResourceDriftStatusFilters: statuses }, call) => {
                const stack = this.stackOf(StackName, call);
                const { result = [] } = stack.detections.at(-1) ?? {};
                const drifts = result instanceof Error ? [] : result;
                return {
                    StackResourceDrifts: drifts
                        .filter(({ status }) => statuses?.includes(status) ?? true)
                        .map((drift) => answers.driftAnswer(stack, drift)),
                };
            },
        ),
    };

    /** Waits for all that is under way. */
    async idle(): Promise<void> {
        await Promise.all(this.stacks.map((stack) => stack.idle()));
    }

    /** Forgets all stacks, once what is under way is done. */
    async reset(): Promise<void> {
        await this.idle();
        this.stacks.length = 0;
    }

    private create(
        {
            StackName: name,
            TemplateBody,
            Parameters,
            Capabilities,
        }: {
            readonly StackName: string;
            readonly TemplateBody: string;
            readonly Parameters: readonly {
                readonly ParameterKey: string;
                readonly ParameterValue: string;
            }[];
            readonly Capabilities: readonly string[];
        },
        call: Call,
    ): string {
        if (this.find(name, call)) {
            throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
        }
        const id = arn('cloudformation', call, `stack/${name}/${randomUUID()}`);
        const { account, region } = call;
        const parameters = new Map(Parameters.map((one) => [one.ParameterKey, one.ParameterValue]));
        const blueprint = valid(() => {
            const template = readTemplate(TemplateBody, 'template', { parameters });
            refuseTypes(template, call);
            refuseCapabilities(template, Capabilities);
            return blueprintOf(template, {
                parameters,
                pseudoParameters: pseudoParametersOf({ account, region, name, id }),
                foreignValues: notedValues(template, name, call),
            });
        });
        const endpoint = this.endpoint();
        const stack = new ManagedStack(
            {
                ...{ name, id, template: 'template', account, region, aws: endpoint },
                ...{ status: 'REVIEW_IN_PROGRESS', tags: {}, outputs: {}, resources: {}, leftovers: [] },
            },
            { ...this.workplace, endpoint },
            call,
        );
        this.stacks.unshift(stack);
        stack.create(blueprint);
        return id;
    }

    /** The stacks of the caller's account and Region, newest first. */
    private in({ account, region }: Call): readonly ManagedStack[] {
        return this.stacks.filter(({ state }) => state.account === account && state.region === region);
    }

    /** By name one that is not deleted, by ID any. */
    private find(nameOrId: string, call: Call): ManagedStack | undefined {
        return this.in(call).find(
            ({ state, isDeleted }) => state.id === nameOrId || (state.name === nameOrId && !isDeleted),
        );
    }

    private stackOf(nameOrId: string, call: Call): ManagedStack {
        const found = this.find(nameOrId, call);
        if (!found) {
            throw new AwsError('ValidationError', `Stack with id ${nameOrId} does not exist`);
        }
        return found;
    }
}

/** What the template does not allow is a ValidationError. */
function valid<T>(work: () => T): T {
    try {
        return work();
    } catch (error) {
        throw error instanceof TemplateError
            ? new AwsError('ValidationError', `Template error: ${error.message}`)
            : error;
    }
}

function refuseTypes(template: Template, call: Call): void {
    const uses = [...template.resources.values()].some(({ type }) => type === typeName);
    const isRegistered = liveVersions(types.of(call.world, call).get(typeName)).length > 0;
    const unknown = [...unknownTypes(template), ...(uses && !isRegistered ? [typeName] : [])];
    if (unknown.length > 0) {
        throw new AwsError(
            'ValidationError',
            `Template format error: Unrecognized resource types: [${unknown.join(', ')}]`,
        );
    }
}

function refuseCapabilities(template: Template, given: readonly string[]): void {
    const missing = capabilitiesOf(template).filter(
        (one) => !given.includes(one) && !given.includes('CAPABILITY_NAMED_IAM'),
    );
    if (missing.length > 0) {
        throw new AwsError(
            'InsufficientCapabilitiesException',
            `Requires capabilities : [${missing.join(', ')}]`,
        );
    }
}
