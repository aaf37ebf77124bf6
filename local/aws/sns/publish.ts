import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../error';
import { allows } from '../resource-policy';
import { type Call, type Operation, operation } from '../service';
import type { World } from '../world';
import { type Topic, topicOf, topics } from './state';

/** Bytes of a message (Publish, API reference). */
const LARGEST = 262_144;

export const publishOperations: Readonly<Record<string, Operation>> = {
    Publish: operation(
        z.strictObject({
            TopicArn: z.string().optional(),
            TargetArn: z.string().optional(),
            Message: z.string(),
            Subject: z.string().optional(),
        }),
        ({ TopicArn, TargetArn, Message, Subject }, call) => {
            const arn = TopicArn ?? TargetArn;
            if (arn === undefined) {
                throw new AwsError(
                    'InvalidParameter',
                    'Invalid parameter: TopicArn or TargetArn Reason: no value',
                );
            }
            refuseText(Message, Subject);
            return {
                MessageId: deliver(topicOf(arn, call), { message: Message, subject: Subject }, call.world),
            };
        },
    ),
};

/** What a service of AWS publishes. */
export interface ServiceMessage {
    /** The service that publishes, as in cloudwatch.amazonaws.com. */
    readonly service: string;
    /** The ARN of what it publishes for: a rule, an alarm. */
    readonly source: string;
    readonly message: string;
    readonly subject?: string;
}

/**
 * Publishes for a service of AWS. Returns why it could not: there is no such topic, or its policy does not let the
 * service publish (SNS developer guide, Example cases for Amazon SNS access control).
 */
export function publishAs(topicArn: string, sent: ServiceMessage, call: Call): string | undefined {
    const [, , , region = '', account = '', name = ''] = topicArn.split(':');
    const topic = topics.of(call.world, { region, account }).get(name);
    if (topic?.arn !== topicArn) {
        return `The topic ${topicArn} does not exist`;
    }
    const { service, source } = sent;
    const access = { service, source, action: 'sns:Publish', resource: topicArn, account: call.account };
    if (!allows([topic.attributes.get('Policy') ?? ''], access)) {
        return `Resource: ${topicArn} is not authorized to be published to by ${service}`;
    }
    deliver(topic, sent, call.world);
    return undefined;
}

function deliver(
    topic: Topic,
    { message, subject }: { readonly message: string; readonly subject?: string | undefined },
    world: World,
): string {
    const messageId = randomUUID();
    topic.messages.push({
        messageId,
        topicArn: topic.arn,
        ...(subject !== undefined && { subject }),
        message,
        publishedAt: new Date(world.clock.now()),
        deliveredTo: [...topic.subscriptions.values()]
            .filter(({ isConfirmed }) => isConfirmed)
            .map(({ protocol, endpoint }) => `${protocol} ${endpoint}`),
    });
    return messageId;
}

/** A message has text; a subject is up to 100 characters of ASCII in one line (Publish, API reference). */
function refuseText(message: string, subject: string | undefined): void {
    if (message === '') {
        throw new AwsError('InvalidParameter', 'Invalid parameter: Empty message');
    }
    if (Buffer.byteLength(message) > LARGEST) {
        throw new AwsError('InvalidParameter', 'Invalid parameter: Message too long');
    }
    if (subject !== undefined && !/^[!-~][ -~]{0,99}$/.test(subject)) {
        throw new AwsError('InvalidParameter', 'Invalid parameter: Subject');
    }
}
