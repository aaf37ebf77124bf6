import { z } from 'zod';
import { liveVersions, types } from '../aws/cloudformation/state';
import { AwsError } from '../aws/error';
import type { Call } from '../aws/service';
import { AWS_TYPES } from '../aws-types/table';
import { typeName } from '../resource-type';
import type { StackState } from '../stacks/state';
import { type Blueprint, blueprintOf } from '../template/blueprint';
import { pseudoParametersOf } from '../template/pseudo-parameters';
import { readTemplate } from '../template/read';
import { TemplateError } from '../template/syntax';
import type { Template } from '../template/template';

/** At most 51,200 bytes (CreateStack, API reference). */
export const templateBody = z.string().min(1).max(51_200);

/** The members of CreateStack and CreateChangeSet that say what a stack is to hold. */
export const deploymentMembers = {
    TemplateBody: templateBody,
    Parameters: z
        .array(
            z.strictObject({
                ParameterKey: z.string(),
                ParameterValue: z.string().optional(),
                UsePreviousValue: z.boolean().optional(),
            }),
        )
        .default([]),
    Capabilities: z.array(z.string()).default([]),
    /** Without them, a stack keeps its tags; an empty list removes them (UpdateStack, API reference). */
    Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
};

const DeploymentRequest = z.object(deploymentMembers);

/** What a stack is to hold. */
export interface Deployment {
    readonly template: Template;
    readonly blueprint: Blueprint;
    /** Defaults of the template included. */
    readonly parameters: ReadonlyMap<string, string>;
    readonly tags: Readonly<Record<string, string>>;
}

/** As much of a stack as its deployment needs. */
interface DeployedStack {
    readonly state: StackState;
    /** For UsePreviousValue. */
    readonly deployment: Deployment | undefined;
}

/** Reads what a caller asks of a stack, and refuses what it cannot hold. */
export function deploymentOf(
    { TemplateBody, Parameters, Capabilities, Tags }: z.infer<typeof DeploymentRequest>,
    stack: DeployedStack,
    call: Call,
): Deployment {
    const parameters = new Map(
        Parameters.map(({ ParameterKey, ParameterValue, UsePreviousValue }) => [
            ParameterKey,
            (UsePreviousValue ? stack.deployment?.parameters.get(ParameterKey) : ParameterValue) ??
                refuseParameter(ParameterKey),
        ]),
    );
    return valid(() => {
        const template = readTemplate(TemplateBody, 'template', { parameters });
        refuseTypes(template, call);
        refuseCapabilities(template, Capabilities);
        const blueprint = blueprintOf(template, {
            parameters,
            pseudoParameters: pseudoParametersOf(stack.state),
            awsTypes: [...AWS_TYPES.keys()],
        });
        const tags = Tags ? Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) : stack.state.tags;
        return { template, blueprint, parameters: new Map([...defaultsOf(template), ...parameters]), tags };
    });
}

/** What the template does not allow is a ValidationError. */
export function valid<T>(work: () => T): T {
    try {
        return work();
    } catch (error) {
        throw error instanceof TemplateError
            ? new AwsError('ValidationError', `Template error: ${error.message}`)
            : error;
    }
}

/** IAM resources want the caller's consent (CreateStack, API reference: Capabilities). */
export function capabilitiesOf({ resources }: Template): readonly string[] {
    return [...resources.values()].some(({ type }) => type.startsWith('AWS::IAM::'))
        ? ['CAPABILITY_IAM']
        : [];
}

function defaultsOf({ parameters }: Template): [string, string][] {
    return [...parameters.values()].flatMap(({ name, attributes: { Default } }): [string, string][] =>
        Default === undefined ? [] : [[name, String(Default)]],
    );
}

function refuseParameter(key: string): never {
    throw new AwsError(
        'ValidationError',
        `Invalid input for parameter key ${key}. Give ParameterValue, or UsePreviousValue where the stack has a value.`,
    );
}

function refuseTypes({ resources }: Template, call: Call): void {
    const isRegistered = liveVersions(types.of(call.world, call).get(typeName)).length > 0;
    const known = [...AWS_TYPES.keys(), ...(isRegistered ? [typeName] : [])];
    const used = new Set([...resources.values()].map(({ type }) => type));
    const unknown = [...used].filter((type) => !known.includes(type)).sort();
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
