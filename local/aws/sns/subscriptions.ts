import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../error';
import { pageOf } from '../paging';
import { type Operation, operation } from '../service';
import { nameIn, type Subscription, type Topic, topicOf, topics } from './state';
import { PAGE } from './topics';

/** Endpoints by protocol (Subscribe, API reference). */
const ENDPOINTS: Readonly<Record<string, RegExp>> = {
    http: /^http:\/\//,
    https: /^https:\/\//,
    email: /^[^@\s]+@[^@\s]+$/,
    'email-json': /^[^@\s]+@[^@\s]+$/,
    sms: /^\+?[\d\s-]+$/,
    sqs: /^arn:aws[a-z-]*:sqs:/,
    lambda: /^arn:aws[a-z-]*:lambda:/,
    firehose: /^arn:aws[a-z-]*:firehose:/,
    application: /^arn:aws[a-z-]*:sns:/,
};

/** What nobody has to confirm when the account is the topic's own (Subscribe, API reference). */
const CONFIRMED: readonly string[] = ['sqs', 'lambda', 'firehose', 'sms', 'application'];

export const subscriptionOperations: Readonly<Record<string, Operation>> = {
    Subscribe: operation(
        z.strictObject({
            TopicArn: z.string(),
            Protocol: z.string(),
            Endpoint: z.string().default(''),
            ReturnSubscriptionArn: z.boolean().default(false),
        }),
        ({ TopicArn, Protocol, Endpoint, ReturnSubscriptionArn }, call) => {
            refuseEndpoint(Protocol, Endpoint);
            const topic = topicOf(TopicArn, call);
            const subscription = subscribed(topic, Protocol, Endpoint);
            topic.subscriptions.set(subscription.arn, subscription);
            const isTold = subscription.isConfirmed || ReturnSubscriptionArn;
            return { SubscriptionArn: isTold ? subscription.arn : 'pending confirmation' };
        },
    ),

    Unsubscribe: operation(z.strictObject({ SubscriptionArn: z.string() }), ({ SubscriptionArn }, call) => {
        const topicArn = SubscriptionArn.slice(0, SubscriptionArn.lastIndexOf(':'));
        topics.of(call.world, call).get(nameIn(topicArn))?.subscriptions.delete(SubscriptionArn);
        return {};
    }),

    ListSubscriptions: operation(
        z.strictObject({ NextToken: z.string().optional() }),
        ({ NextToken }, call) => {
            const all = [...topics.of(call.world, call).values()].flatMap(rows);
            return answer(all, NextToken, call.account);
        },
    ),

    ListSubscriptionsByTopic: operation(
        z.strictObject({ TopicArn: z.string(), NextToken: z.string().optional() }),
        ({ TopicArn, NextToken }, call) => answer(rows(topicOf(TopicArn, call)), NextToken, call.account),
    ),
};

/** Subscribing again gives the subscription that is there. */
function subscribed(topic: Topic, protocol: string, endpoint: string): Subscription {
    const existing = [...topic.subscriptions.values()].find(
        (each) => each.protocol === protocol && each.endpoint === endpoint,
    );
    const arn = `${topic.arn}:${randomUUID()}`;
    return existing ?? { arn, protocol, endpoint, isConfirmed: CONFIRMED.includes(protocol) };
}

function refuseEndpoint(protocol: string, endpoint: string): void {
    const pattern = Object.hasOwn(ENDPOINTS, protocol) ? ENDPOINTS[protocol] : undefined;
    if (!pattern) {
        const message = `Invalid parameter: Does not support this protocol string: ${protocol}`;
        throw new AwsError('InvalidParameter', message);
    }
    if (!pattern.test(endpoint)) {
        throw new AwsError(
            'InvalidParameter',
            `Invalid parameter: Invalid endpoint for protocol ${protocol}`,
        );
    }
}

interface Row extends Subscription {
    readonly topicArn: string;
}

function rows({ arn, subscriptions }: Topic): Row[] {
    return [...subscriptions.values()].map((each) => ({ ...each, topicArn: arn }));
}

function answer(list: readonly Row[], token: string | undefined, account: string): object {
    const { items, nextToken } = pageOf(list, PAGE, token, 'InvalidParameter');
    return {
        Subscriptions: items.map(({ arn, protocol, endpoint, topicArn, isConfirmed }) => ({
            SubscriptionArn: isConfirmed ? arn : 'PendingConfirmation',
            Owner: account,
            Protocol: protocol,
            Endpoint: endpoint,
            TopicArn: topicArn,
        })),
        NextToken: nextToken,
    };
}
