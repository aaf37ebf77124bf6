import {
    DeleteRuleCommand,
    DescribeRuleCommand,
    DisableRuleCommand,
    EnableRuleCommand,
    ListRuleNamesByTargetCommand,
    ListRulesCommand,
    ListTagsForResourceCommand,
    ListTargetsByRuleCommand,
    PutEventsCommand,
    PutRuleCommand,
    PutTargetsCommand,
    RemoveTargetsCommand,
    TagResourceCommand,
    type Target,
} from '@aws-sdk/client-eventbridge';
import { CreateTopicCommand, SetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { control } from '../../../../local/aws/control/control';
import { deliveredMessages } from '../../../../local/aws/sns/state';
import { DEFAULT_PLACE } from '../../../../local/aws/world';
import { ACCOUNT, TOPIC } from '../../../support/my-app';
import { refusalOf } from '../../../support/refusal';
import { useAccount, useStandIn } from '../../../support/suite';
import { names } from '../../../support/values';

const GROUP = `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:/aws/events/a`;
const PATTERN = JSON.stringify({ source: ['tests'] });

const standIn = useStandIn();
const { server } = standIn;
const { events, sns } = useAccount(standIn);
const elsewhere = useAccount(standIn, { region: 'eu-west-1' });

const putRule = (Name = 'rule', change: object = {}) =>
    events.send(new PutRuleCommand({ Name, EventPattern: PATTERN, ...change }));
const putTargets = (...Targets: Target[]) => events.send(new PutTargetsCommand({ Rule: 'rule', Targets }));
const describeRule = (Name = 'rule') => events.send(new DescribeRuleCommand({ Name }));
const deleteRule = (Name = 'rule') => events.send(new DeleteRuleCommand({ Name }));

describe('rules', () => {
    test('are replaced as a whole, and keep targets and tags', async () => {
        const Tags = [{ Key: 'Team', Value: 'blue' }];
        await putRule('rule', { Description: 'x', Tags });
        await putTargets({ Id: 'a', Arn: GROUP });
        const EventBusName = `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/default`;
        await putRule('rule', { State: 'DISABLED', Tags: [{ Key: 'Other', Value: '' }], EventBusName });
        const { $metadata, ...rule } = await describeRule();
        const arn = `arn:aws:events:us-east-1:${ACCOUNT}:rule/rule`;
        expect(rule).toEqual({
            Name: 'rule',
            Arn: arn,
            EventPattern: PATTERN,
            State: 'DISABLED',
            EventBusName: 'default',
            CreatedBy: ACCOUNT,
        });
        const tags = await events.send(new ListTagsForResourceCommand({ ResourceARN: arn }));
        expect(tags.Tags).toEqual(Tags);
        const list = await events.send(new ListTargetsByRuleCommand({ Rule: 'rule' }));
        expect(list.Targets).toEqual([{ Id: 'a', Arn: GROUP }]);
        await events.send(new EnableRuleCommand({ Name: 'rule' }));
        expect(await describeRule()).toMatchObject({ State: 'ENABLED' });
        const reserved = new TagResourceCommand({ ResourceARN: arn, Tags: [{ Key: 'aws:a', Value: '' }] });
        expect(await refusalOf(events.send(reserved))).toMatch(/^ValidationException/);
    });

    test('are not deleted while they have targets; one that is not there is no error', async () => {
        await putRule();
        await putTargets({ Id: 'a', Arn: GROUP });
        expect(await refusalOf(deleteRule())).toBe(
            "ValidationException: Rule can't be deleted since it has targets.",
        );
        await events.send(new RemoveTargetsCommand({ Rule: 'rule', Ids: ['a'] }));
        await deleteRule();
        await deleteRule();
        expect(await refusalOf(describeRule())).toBe(
            'ResourceNotFoundException: Rule rule does not exist on EventBus default.',
        );
    });

    test('are 300 at most, listed 100 at a time, or by prefix', async () => {
        for (const name of names(300).reverse()) {
            await putRule(name);
        }
        expect(await refusalOf(putRule('b'))).toMatch(/^LimitExceededException/);
        const found: (string | undefined)[] = [];
        let NextToken: string | undefined;
        do {
            const answer = await events.send(new ListRulesCommand({ NextToken }));
            expect(answer.Rules).toHaveLength(100);
            found.push(...(answer.Rules ?? []).map(({ Name }) => Name));
            NextToken = answer.NextToken;
        } while (NextToken);
        expect(found).toEqual(names(300));
        const { Rules } = await events.send(new ListRulesCommand({ NamePrefix: 'a29' }));
        expect(Rules).toHaveLength(10);
        const there = await elsewhere.events.send(new ListRulesCommand({}));
        expect(there.Rules).toEqual([]);
    });

    test.each<[string, object, RegExp]>([
        ['a name with a slash', { Name: 'a/b' }, /^ValidationException/],
        ['no pattern', { EventPattern: undefined }, /^ValidationException/],
        ['a pattern that is none', { EventPattern: '{' }, /^InvalidEventPatternException/],
        ['a pattern of 2,049 characters', { EventPattern: PATTERN.padEnd(2_049) }, /^LimitExceededException/],
        [
            'another bus',
            { EventBusName: 'other' },
            /^ResourceNotFoundException: Event bus other does not exist/,
        ],
    ])('refuse %s', async (_what, change, refusal) => {
        expect(await refusalOf(putRule('rule', change))).toMatch(refusal);
    });
});

describe('targets', () => {
    beforeEach(() => putRule());

    test('are five at most; to remove one that is not there is no error', async () => {
        await putTargets(...names(5).map((Id) => ({ Id, Arn: GROUP })));
        expect(await refusalOf(putTargets({ Id: 'b', Arn: GROUP }))).toMatch(/^LimitExceededException/);
        const twice = [GROUP, TOPIC].map((Arn) => ({ Id: 'a000', Arn }));
        expect(await refusalOf(putTargets(...twice))).toMatch(/^ValidationException: Duplicate/);
        await putTargets({ Id: 'a000', Arn: TOPIC });
        const first = await events.send(new ListTargetsByRuleCommand({ Rule: 'rule', Limit: 3 }));
        const second = await events.send(
            new ListTargetsByRuleCommand({ Rule: 'rule', Limit: 3, NextToken: first.NextToken }),
        );
        expect([...(first.Targets ?? []), ...(second.Targets ?? [])].map(({ Id }) => Id)).toEqual(names(5));
        expect(second.NextToken).toBeUndefined();
        const byTarget = await events.send(new ListRuleNamesByTargetCommand({ TargetArn: TOPIC }));
        expect(byTarget.RuleNames).toEqual(['rule']);
        await events.send(new RemoveTargetsCommand({ Rule: 'rule', Ids: ['a000', 'x'] }));
        const rest = await events.send(new ListTargetsByRuleCommand({ Rule: 'rule' }));
        expect(rest.Targets).toHaveLength(4);
    });

    const template = (InputTemplate: string, InputPathsMap: Record<string, string> = {}) => ({
        InputTransformer: { InputPathsMap, InputTemplate },
    });

    test.each<[string, Partial<Target>]>([
        ['an ARN that is none', { Arn: 'x' }],
        ['another Region', { Arn: TOPIC.replace('us-east-1', 'eu-west-1') }],
        ['a role for a log group', { Arn: GROUP, RoleArn: 'arn:aws:iam::123456789012:role/x' }],
        ['an input for a log group', { Arn: GROUP, Input: '{}' }],
        ['a transformer of another form for a log group', { Arn: GROUP, ...template('{"a": 1}') }],
        ['two kinds of input', { Input: '{}', InputPath: '$' }],
        ['an input that is no JSON', { Input: 'x' }],
        ['a path that is none', template('"<a>"', { a: "$['a']" })],
        ['a reserved variable', template('"<aws.a>"', { 'aws-a': '$.a' })],
        ['a variable without a path', template('"<a>"')],
        ['a template that is no JSON', template('<a> is', { a: '$.a' })],
    ])('refuse %s', async (_what, change) => {
        expect(await refusalOf(putTargets({ Id: 'a', Arn: TOPIC, ...change }))).toMatch(
            /^ValidationException/,
        );
    });
});

describe('delivery', () => {
    const policy = (service: string) =>
        JSON.stringify({
            Version: '2012-10-17',
            Statement: [
                {
                    Effect: 'Allow',
                    Principal: { Service: service },
                    Action: 'sns:Publish',
                    Resource: TOPIC,
                    Condition: {
                        ArnEquals: { 'aws:SourceArn': `arn:aws:events:us-east-1:${ACCOUNT}:rule/rule` },
                        StringEquals: { 'aws:SourceAccount': ACCOUNT },
                    },
                },
            ],
        });

    async function prepare(target: Partial<Target> = {}, service = 'events.amazonaws.com'): Promise<void> {
        await sns.send(new CreateTopicCommand({ Name: 'alerts', Attributes: { Policy: policy(service) } }));
        await putRule();
        await putTargets({ Id: 'a', Arn: TOPIC, ...target });
    }

    const put = (change: object = {}) =>
        events.send(
            new PutEventsCommand({
                Entries: [
                    {
                        Source: 'tests',
                        DetailType: 'Test',
                        Detail: '{"state":"done","count":2,"words":["a","b"],"quote":"say \\"hi\\""}',
                        ...change,
                    },
                ],
            }),
        );

    const messages = () =>
        deliveredMessages(server.world, DEFAULT_PLACE, TOPIC).map(({ message }) => message);

    test('gives the topic the whole event', async () => {
        await prepare();
        const { Entries = [] } = await put({ Resources: ['r'], Time: new Date('2026-11-26T01:02:03Z') });
        expect(messages().map((message) => JSON.parse(message))).toEqual([
            {
                version: '0',
                id: Entries[0]?.EventId,
                'detail-type': 'Test',
                source: 'tests',
                account: ACCOUNT,
                time: '2026-11-26T01:02:03Z',
                region: 'us-east-1',
                resources: ['r'],
                detail: { state: 'done', count: 2, words: ['a', 'b'], quote: 'say "hi"' },
            },
        ]);
    });

    const paths = {
        state: '$.detail.state',
        count: '$.detail.count',
        words: '$.detail.words',
        first: '$.detail.words[0]',
        quote: '$.detail.quote',
        nothing: '$.detail.nothing',
    };

    test.each<[string, string]>([
        ['"<state> and <count> of <words>"', 'done and 2 of [a,b]'],
        ['{"a": <state>, "b": <count>, "c": <words>}', '{"a": "done", "b": 2, "c": ["a","b"]}'],
        ['{"a": "<first> \\"<state>\\""}', '{"a": "a \\"done\\""}'],
        ['"<quote>"', '"say "hi""'],
        ['{"a": <quote>}', '{"a": "say \\"hi\\""}'],
        ['{"a": "x<nothing>", "b": <nothing>}', '{"a": "x", "b": ""}'],
        ['"<aws.events.rule-name>"', 'rule'],
    ])('transforms %s', async (InputTemplate, message) => {
        await prepare({ InputTransformer: { InputPathsMap: paths, InputTemplate } });
        await put();
        expect(messages()).toEqual([message]);
    });

    test('of what a transformer breaks reaches no log group', async () => {
        const InputTransformer = {
            InputPathsMap: { time: '$.time', quote: '$.detail.quote' },
            InputTemplate: '{"timestamp": <time>, "message": "<quote>"}',
        };
        await putRule();
        await putTargets({ Id: 'a', Arn: GROUP, InputTransformer });
        await put();
        expect(control(server, 'events/failed-deliveries', {}, DEFAULT_PLACE)).toMatchObject({
            failedDeliveries: [{ reason: expect.stringContaining('is no JSON: {"timestamp"') }],
        });
    });

    test('gives a part of the event, or other words', async () => {
        await prepare({ InputPath: '$.detail.words' });
        await putTargets({ Id: 'b', Arn: TOPIC, Input: '{"a":1}' });
        await put();
        expect(messages()).toEqual(['["a","b"]', '{"a":1}']);
    });

    test.each<[string, object]>([
        ['a Deny', { Effect: 'Deny', Principal: '*', Action: 'sns:Publish', Resource: '*' }],
        [
            'a Deny of all but others',
            { Effect: 'Deny', NotPrincipal: { Service: 'x' }, Action: '*', Resource: '*' },
        ],
    ])('%s wins over the right to publish', async (_what, statement) => {
        await prepare();
        const { Statement } = JSON.parse(policy('events.amazonaws.com'));
        const AttributeValue = JSON.stringify({
            Version: '2012-10-17',
            Statement: [...Statement, statement],
        });
        const set = { TopicArn: TOPIC, AttributeName: 'Policy', AttributeValue };
        await sns.send(new SetTopicAttributesCommand(set));
        await put();
        expect(messages()).toEqual([]);
    });

    test('of another rule is not what the policy lets in', async () => {
        await prepare();
        await putRule('other');
        await events.send(new PutTargetsCommand({ Rule: 'other', Targets: [{ Id: 'a', Arn: TOPIC }] }));
        await put();
        expect(messages()).toHaveLength(1);
    });

    test('needs the topic to let EventBridge publish, and the rule to be on and to match', async () => {
        await prepare({}, 'cloudwatch.amazonaws.com');
        await put();
        expect(messages()).toEqual([]);
        server.reset();
        await prepare();
        await put({ Source: 'others' });
        await events.send(new DisableRuleCommand({ Name: 'rule' }));
        await put();
        expect(messages()).toEqual([]);
    });

    test.each<[object, string]>([
        [{ Source: 'aws.ecr' }, 'NotAuthorizedForSource'],
        [{ Detail: '{' }, 'MalformedDetail'],
        [{ Detail: '[]' }, 'MalformedDetail'],
        [{ DetailType: undefined }, 'InvalidArgument'],
    ])('does not take %j', async (change, ErrorCode) => {
        expect(await put(change)).toMatchObject({ FailedEntryCount: 1, Entries: [{ ErrorCode }] });
    });
});
