import { randomUUID } from 'node:crypto';
import type { output, ZodError, ZodType } from 'zod';
import { typedInput } from './typed-input';
import type { Place, World } from './world';

/** One request, as the operation sees it. */
export interface Call extends Place {
    /** aws, aws-cn, aws-us-gov…; part of every ARN. */
    readonly partition: string;
    readonly accessKeyId: string;
    readonly requestId: string;
    /** The operation's name in the API reference. */
    readonly operation: string;
    /** Whether all values of the input are texts, as the query protocol and S3 send them. */
    readonly areTexts?: boolean;
    readonly world: World;
}

/** Takes what the protocol decoded and gives what it encodes: Dates for timestamps, Maps for maps. */
export type Operation = (input: unknown, call: Call) => object;

/** One of AWS's services, as far as the stand-in knows it. */
export interface Service {
    /** The prefix of IAM's actions: ecr, logs, events, cloudwatch, cloudformation, s3, sns, sts. */
    readonly iamPrefix: string;
    /** What requests are signed for: monitoring for CloudWatch. */
    readonly signingName: string;
    /** Stands before the operation in X-Amz-Target, and in the path of CBOR requests. */
    readonly target?: string;
    /** The namespace of XML answers; only services that answer in XML have one. */
    readonly xmlNamespace?: string;
    /** The error code for an input that does not fit the operation. */
    readonly invalidInput: string;
    readonly operations: Readonly<Record<string, Operation>>;
    /** What one can tell or ask the stand-in about this service, by the name under /_stand-in/<iamPrefix>/. */
    readonly control?: Readonly<Record<string, Operation>>;
}

/** An input that does not fit the operation; the server answers it with the service's own error code. */
export class InvalidInput extends Error {}

/** An operation whose input must fit the schema. Unknown members are refused when the schema is strict. */
export function operation<S extends ZodType>(
    schema: S,
    work: (input: output<S>, call: Call) => object | undefined,
): Operation {
    return (input, call) => {
        const parsed = schema.safeParse(typedInput(schema, input, call.areTexts ?? false));
        if (!parsed.success) {
            throw new InvalidInput(sentence(parsed.error));
        }
        return work(parsed.data, call) ?? {};
    };
}

/** An ARN in the caller's partition. */
export function arn(service: string, { partition, region, account }: Call, resource: string): string {
    return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}

/** A call that the stand-in makes by itself, in somebody's account. */
export function internalCall(world: World, place: Place & Pick<Call, 'partition'>, name: string): Call {
    return { ...place, world, operation: name, accessKeyId: 'stand-in', requestId: randomUUID() };
}

/** As AWS words it: what is wrong with which member. */
function sentence({ issues }: ZodError): string {
    const each = issues.map(
        ({ path, message }) => `Value at '${path.join('.')}' failed to satisfy constraint: ${message}`,
    );
    const count = `${issues.length} validation error${issues.length === 1 ? '' : 's'} detected`;
    return `${count}: ${each.join('; ')}`;
}
