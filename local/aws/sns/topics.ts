import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { AwsError } from '../error';
import { pageOf } from '../paging';
import { statementsOf } from '../resource-policy';
import { type Call, type Operation, operation } from '../service';
import { tagEntries, taggingOperations, tagMembers, withTags } from '../tags';
import { nameIn, type Topic, topicArn, topicOf, topics } from './state';

const TAG_ERRORS = { invalid: 'InvalidParameter', tooMany: 'TagLimitExceeded' };

/** ListTopics, ListSubscriptions and ListSubscriptionsByTopic give 100 at a time (API reference). */
export const PAGE = 100;

/** What a topic's owner may set (SetTopicAttributes, API reference), as far as the stand-in knows it. */
const SETTABLE: readonly string[] = [
    'Policy',
    'DisplayName',
    'KmsMasterKeyId',
    'DeliveryPolicy',
    'SignatureVersion',
    'TracingConfig',
    'FifoTopic',
    'ContentBasedDeduplication',
    'FifoThroughputScope',
    'ArchivePolicy',
];

export const topicOperations: Readonly<Record<string, Operation>> = {
    CreateTopic: operation(
        z.strictObject({
            Name: z.string(),
            Attributes: z.record(z.string(), z.string()).default({}),
            Tags: tagMembers.default([]),
        }),
        ({ Name, Attributes, Tags }, call) => {
            const attributes = new Map(Object.entries(Attributes));
            refuseName(Name, attributes.get('FifoTopic') === 'true');
            for (const [name, value] of attributes) {
                refuseAttribute(name, value);
            }
            const tagMap = withTags(new Map(), tagEntries(Tags), TAG_ERRORS);
            const existing = topics.of(call.world, call).get(Name);
            if (existing) {
                refuseOtherTopic(existing, attributes, tagMap);
                return { TopicArn: existing.arn };
            }
            const arn = topicArn(Name, call);
            const topic = {
                name: Name,
                arn,
                attributes,
                tags: tagMap,
                subscriptions: new Map(),
                messages: [],
            };
            topics.of(call.world, call).set(Name, topic);
            return { TopicArn: arn };
        },
    ),

    /** Deletes its subscriptions with it; a topic that is not there is no error (DeleteTopic, API reference). */
    DeleteTopic: operation(z.strictObject({ TopicArn: z.string() }), ({ TopicArn }, call) => {
        topics.of(call.world, call).delete(nameIn(TopicArn));
        return {};
    }),

    ListTopics: operation(z.strictObject({ NextToken: z.string().optional() }), ({ NextToken }, call) => {
        const arns = [...topics.of(call.world, call).values()].map(({ arn }) => arn).sort();
        const { items, nextToken } = pageOf(arns, PAGE, NextToken, 'InvalidParameter');
        return { Topics: items.map((TopicArn) => ({ TopicArn })), NextToken: nextToken };
    }),

    GetTopicAttributes: operation(z.strictObject({ TopicArn: z.string() }), ({ TopicArn }, call) => ({
        Attributes: attributesOf(topicOf(TopicArn, call), call),
    })),

    SetTopicAttributes: operation(
        z.strictObject({
            TopicArn: z.string(),
            AttributeName: z.string(),
            AttributeValue: z.string().default(''),
        }),
        ({ TopicArn, AttributeName, AttributeValue }, call) => {
            const { attributes } = topicOf(TopicArn, call);
            refuseAttribute(AttributeName, AttributeValue);
            attributes.set(AttributeName, AttributeValue);
            return {};
        },
    ),

    ...taggingOperations(TAG_ERRORS, taggedTopic),
};

/** Letters, digits, hyphens and underscores, 1 to 256; a FIFO topic's name ends in .fifo (CreateTopic, API reference). */
function refuseName(name: string, isFifo: boolean): void {
    const stem = isFifo ? name.replace(/\.fifo$/, '') : name;
    if (!/^[\w-]+$/.test(stem) || name.length > 256 || (isFifo && stem === name)) {
        const reason = isFifo
            ? 'Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long.'
            : 'Topic Name';
        throw new AwsError('InvalidParameter', `Invalid parameter: ${reason}`);
    }
}

function refuseAttribute(name: string, value: string): void {
    if (!SETTABLE.includes(name)) {
        throw new AwsError('InvalidParameter', 'Invalid parameter: AttributeName');
    }
    if (name === 'Policy' && value !== '' && !statementsOf(value)) {
        throw new AwsError('InvalidParameter', 'Invalid parameter: Policy Error: null');
    }
}

/** Creating it again gives its ARN, as long as nothing is said otherwise (CreateTopic, API reference). */
function refuseOtherTopic(
    existing: Topic,
    attributes: ReadonlyMap<string, string>,
    wanted: ReadonlyMap<string, string>,
): void {
    if ([...attributes].some(([name, value]) => existing.attributes.get(name) !== value)) {
        const message =
            'Invalid parameter: Attributes Reason: Topic already exists with different attributes';
        throw new AwsError('InvalidParameter', message);
    }
    if (wanted.size > 0 && !isDeepStrictEqual(existing.tags, wanted)) {
        const message = 'Invalid parameter: Tags Reason: Topic already exists with different tags';
        throw new AwsError('InvalidParameter', message);
    }
}

function taggedTopic(resourceArn: string, call: Call): Topic {
    const topic = topics.of(call.world, call).get(nameIn(resourceArn));
    if (topic?.arn !== resourceArn) {
        throw new AwsError('ResourceNotFound', 'Resource does not exist', 404);
    }
    return topic;
}

/** How SNS retries to deliver by HTTP if nothing is said (AWS CLI reference, examples of sns get-topic-attributes). */
const DELIVERY_POLICY = JSON.stringify({
    http: {
        defaultHealthyRetryPolicy: {
            minDelayTarget: 20,
            maxDelayTarget: 20,
            numRetries: 3,
            numMaxDelayRetries: 0,
            numNoDelayRetries: 0,
            numMinDelayRetries: 0,
            backoffFunction: 'linear',
        },
        disableSubscriptionOverrides: false,
    },
});

/** All that GetTopicAttributes gives, as a map of texts. */
function attributesOf({ arn, attributes, subscriptions }: Topic, call: Call): Map<string, string> {
    const all = [...subscriptions.values()];
    const confirmed = all.filter(({ isConfirmed }) => isConfirmed).length;
    return new Map([
        ['TopicArn', arn],
        ['Owner', call.account],
        ['DisplayName', ''],
        ['Policy', ownersPolicy(arn, call)],
        ['EffectiveDeliveryPolicy', attributes.get('DeliveryPolicy') ?? DELIVERY_POLICY],
        ['SubscriptionsPending', `${all.length - confirmed}`],
        ['SubscriptionsConfirmed', `${confirmed}`],
        ['SubscriptionsDeleted', '0'],
        ...attributes,
    ]);
}

/** The policy of a topic that nobody gave one: the owner may do everything (SNS developer guide, access policy). */
function ownersPolicy(arn: string, { account }: Call): string {
    return JSON.stringify({
        Version: '2008-10-17',
        Id: '__default_policy_ID',
        Statement: [
            {
                Sid: '__default_statement_ID',
                Effect: 'Allow',
                Principal: { AWS: '*' },
                Action: [
                    'SNS:GetTopicAttributes',
                    'SNS:SetTopicAttributes',
                    'SNS:AddPermission',
                    'SNS:RemovePermission',
                    'SNS:DeleteTopic',
                    'SNS:Subscribe',
                    'SNS:ListSubscriptionsByTopic',
                    'SNS:Publish',
                ],
                Resource: arn,
                Condition: { StringEquals: { 'AWS:SourceOwner': account } },
            },
        ],
    });
}
