import {
    CreateTopicCommand,
    DeleteTopicCommand,
    GetTopicAttributesCommand,
    ListSubscriptionsByTopicCommand,
    ListSubscriptionsCommand,
    ListTagsForResourceCommand,
    ListTopicsCommand,
    PublishCommand,
    paginateListTopics,
    SetTopicAttributesCommand,
    SubscribeCommand,
    TagResourceCommand,
    UnsubscribeCommand,
    UntagResourceCommand,
} from '@aws-sdk/client-sns';
import { ACCOUNT, TOPIC } from '../../../support/my-app';
import { refusalOf } from '../../../support/refusal';
import { useAccount, useStandIn } from '../../../support/suite';
import { names } from '../../../support/values';

const standIn = useStandIn();
const { server } = standIn;
const { sns } = useAccount(standIn);
const elsewhere = useAccount(standIn, { region: 'eu-west-1' });

const create = (Name = 'alerts', change: object = {}) =>
    sns.send(new CreateTopicCommand({ Name, ...change }));
const attributes = async (): Promise<Record<string, string> | undefined> =>
    (await sns.send(new GetTopicAttributesCommand({ TopicArn: TOPIC }))).Attributes;

describe('topics', () => {
    test('are created once; again gives the same, unless something else is said of it', async () => {
        const tags = { Tags: [{ Key: 'Team', Value: 'blue' }] };
        expect((await create('alerts', tags)).TopicArn).toBe(TOPIC);
        expect((await create()).TopicArn).toBe(TOPIC);
        expect((await create('alerts', tags)).TopicArn).toBe(TOPIC);
        expect(await refusalOf(create('alerts', { Tags: [{ Key: 'Team', Value: 'red' }] }))).toBe(
            'InvalidParameterException: Invalid parameter: Tags Reason: Topic already exists with different tags',
        );
        expect(await refusalOf(create('alerts', { Attributes: { DisplayName: 'x' } }))).toMatch(
            /already exists with different attributes/,
        );
    });

    test.each<[string, object]>([
        ['a b', {}],
        ['a.fifo', {}],
        ['a', { Attributes: { FifoTopic: 'true' } }],
        ['x'.repeat(257), {}],
        ['a', { Attributes: { Colour: 'red' } }],
        ['a', { Attributes: { Policy: '{' } }],
    ])('cannot be %s with %j', async (name, change) => {
        expect(await refusalOf(create(name, change))).toMatch(
            /^InvalidParameterException: Invalid parameter/,
        );
    });

    test('of first in, first out have names that say so', async () => {
        const { TopicArn } = await create('a.fifo', { Attributes: { FifoTopic: 'true' } });
        expect(TopicArn).toBe(`arn:aws:sns:us-east-1:${ACCOUNT}:a.fifo`);
    });

    test('are listed 100 at a time, apart for each Region', async () => {
        for (const name of names(101).reverse()) {
            await create(name);
        }
        expect((await sns.send(new ListTopicsCommand({}))).Topics).toHaveLength(100);
        const found: (string | undefined)[] = [];
        for await (const { Topics = [] } of paginateListTopics({ client: sns }, {})) {
            found.push(...Topics.map(({ TopicArn }) => TopicArn?.split(':').at(-1)));
        }
        expect(found).toEqual(names(101));
        const there = await elsewhere.sns.send(new ListTopicsCommand({}));
        expect(there.Topics ?? []).toEqual([]);
    });

    test('have attributes, and a policy for their owner until another one is set', async () => {
        await create();
        expect(JSON.parse((await attributes())?.['Policy'] ?? '')).toMatchObject({
            Id: '__default_policy_ID',
        });
        await sns.send(
            new SetTopicAttributesCommand({
                TopicArn: TOPIC,
                AttributeName: 'KmsMasterKeyId',
                AttributeValue: 'alias/a',
            }),
        );
        expect(await attributes()).toMatchObject({
            KmsMasterKeyId: 'alias/a',
            Owner: ACCOUNT,
            TopicArn: TOPIC,
        });
        const set = (AttributeName: string, AttributeValue: string) =>
            sns.send(new SetTopicAttributesCommand({ TopicArn: TOPIC, AttributeName, AttributeValue }));
        expect(await refusalOf(set('Policy', 'x'))).toMatch(/^InvalidParameterException/);
        expect(await refusalOf(set('Owner', 'x'))).toMatch(/^InvalidParameterException/);
    });

    test('that are not there', async () => {
        expect(await refusalOf(attributes())).toBe('NotFoundException: Topic does not exist');
        await create();
        const there = new GetTopicAttributesCommand({ TopicArn: TOPIC.replace('us-east', 'us-west') });
        expect(await refusalOf(sns.send(there))).toBe('NotFoundException: Topic does not exist');
        await sns.send(new DeleteTopicCommand({ TopicArn: TOPIC }));
        const tags = new ListTagsForResourceCommand({ ResourceArn: TOPIC });
        expect(await refusalOf(sns.send(tags))).toBe('ResourceNotFoundException: Resource does not exist');
        await sns.send(new DeleteTopicCommand({ TopicArn: TOPIC }));
    });

    test('have tags', async () => {
        await create();
        const ResourceArn = TOPIC;
        await sns.send(
            new TagResourceCommand({ ResourceArn, Tags: names(2).map((Key) => ({ Key, Value: '1' })) }),
        );
        await sns.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['a000'] }));
        const { Tags } = await sns.send(new ListTagsForResourceCommand({ ResourceArn }));
        expect(Tags).toEqual([{ Key: 'a001', Value: '1' }]);
        const many = names(51).map((Key) => ({ Key, Value: '' }));
        expect(await refusalOf(sns.send(new TagResourceCommand({ ResourceArn, Tags: many })))).toMatch(
            /^TagLimitExceededException/,
        );
    });
});

describe('subscriptions', () => {
    beforeEach(() => create());

    const subscribe = (Protocol: string, Endpoint: string) =>
        sns.send(new SubscribeCommand({ TopicArn: TOPIC, Protocol, Endpoint }));
    const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:queue`;

    test('by email wait for somebody to confirm', async () => {
        expect((await subscribe('email', 'a@example.com')).SubscriptionArn).toBe('pending confirmation');
        const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }));
        expect(Subscriptions).toMatchObject([
            { SubscriptionArn: 'PendingConfirmation', Protocol: 'email', Endpoint: 'a@example.com' },
        ]);
        expect(await attributes()).toMatchObject({ SubscriptionsPending: '1', SubscriptionsConfirmed: '0' });
    });

    test('are there once, and go', async () => {
        const { SubscriptionArn } = await subscribe('sqs', QUEUE);
        expect((await subscribe('sqs', QUEUE)).SubscriptionArn).toBe(SubscriptionArn);
        expect((await sns.send(new ListSubscriptionsCommand({}))).Subscriptions).toHaveLength(1);
        await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
        expect((await sns.send(new ListSubscriptionsCommand({}))).Subscriptions ?? []).toEqual([]);
    });

    test.each([
        ['pigeon', 'x'],
        ['email', 'x'],
        ['https', 'http://x'],
        ['sqs', 'x'],
    ])('by %s do not take %s', async (protocol, endpoint) => {
        expect(await refusalOf(subscribe(protocol, endpoint))).toMatch(/^InvalidParameterException/);
    });

    test('get what is published, which can be read', async () => {
        await subscribe('sqs', QUEUE);
        await subscribe('email', 'a@example.com');
        const publish = (Message: string, Subject?: string) =>
            sns.send(new PublishCommand({ TopicArn: TOPIC, Message, Subject }));
        const { MessageId } = await publish('hello', 'greeting');
        const response = await fetch(`${server.endpoint}/_stand-in/sns/messages`);
        expect(await response.json()).toMatchObject({
            messages: [
                {
                    messageId: MessageId,
                    subject: 'greeting',
                    message: 'hello',
                    deliveredTo: [`sqs ${QUEUE}`],
                },
            ],
        });
        const there = await fetch(`${server.endpoint}/_stand-in/sns/messages?region=eu-west-1`);
        expect(await there.json()).toEqual({ messages: [] });
        expect(await refusalOf(publish(''))).toMatch(/Empty message/);
        expect(await refusalOf(publish('x'.repeat(262_145)))).toMatch(/Message too long/);
        expect(await refusalOf(publish('x', 'x'.repeat(101)))).toMatch(/Invalid parameter: Subject/);
        expect(await refusalOf(publish('x', 'two\nlines'))).toMatch(/Invalid parameter: Subject/);
    });
});
