import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
    CreateLogGroupCommand,
    CreateLogStreamCommand,
    DeleteLogGroupCommand,
    DeleteLogStreamCommand,
    DeleteMetricFilterCommand,
    DeleteResourcePolicyCommand,
    DeleteRetentionPolicyCommand,
    DescribeLogGroupsCommand,
    DescribeLogStreamsCommand,
    DescribeMetricFiltersCommand,
    DescribeResourcePoliciesCommand,
    FilterLogEventsCommand,
    GetLogEventsCommand,
    ListTagsForResourceCommand,
    type MetricTransformation,
    PutLogEventsCommand,
    PutMetricFilterCommand,
    PutResourcePolicyCommand,
    PutRetentionPolicyCommand,
    paginateDescribeLogGroups,
    paginateDescribeLogStreams,
    paginateDescribeMetricFilters,
    paginateFilterLogEvents,
    TagResourceCommand,
    UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { ACCOUNT } from '../../../support/my-app';
import { refusalOf } from '../../../support/refusal';
import { useAccount, useStandIn } from '../../../support/suite';
import { names } from '../../../support/values';

const GROUP = '/aws/events/team';
const ARN = `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${GROUP}`;
const DAY = 86_400_000;
const TRANSFORMATION = { metricNamespace: 'n', metricName: 'm', metricValue: '1' };

const standIn = useStandIn();
const { server } = standIn;
const { logs, cloudWatch } = useAccount(standIn);
const elsewhere = useAccount(standIn, { region: 'eu-west-1' });
const others = useAccount(standIn, { account: '210987654321' });

const create = (logGroupName = GROUP) => logs.send(new CreateLogGroupCommand({ logGroupName }));
const createStream = (logStreamName: string) =>
    logs.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName }));

async function put(logStreamName: string, messages: readonly string[], timestamp = server.world.clock.now()) {
    const logEvents = messages.map((message) => ({ timestamp, message }));
    return logs.send(new PutLogEventsCommand({ logGroupName: GROUP, logStreamName, logEvents }));
}

async function read(input: object = {}): Promise<(string | undefined)[]> {
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: GROUP, ...input }));
    return events.map(({ message }) => message);
}

function putFilter(
    filterName: string,
    change: Partial<MetricTransformation> = {},
    filterPattern = '',
    logGroupName = GROUP,
) {
    const metricTransformations = [{ ...TRANSFORMATION, ...change }];
    return logs.send(
        new PutMetricFilterCommand({ logGroupName, filterName, filterPattern, metricTransformations }),
    );
}

describe('log groups', () => {
    test('are there once, until they are deleted', async () => {
        await create();
        expect(await refusalOf(create())).toBe(
            'ResourceAlreadyExistsException: The specified log group already exists',
        );
        await logs.send(new DeleteLogGroupCommand({ logGroupName: GROUP }));
        expect(await refusalOf(logs.send(new DeleteLogGroupCommand({ logGroupName: GROUP })))).toBe(
            'ResourceNotFoundException: The specified log group does not exist.',
        );
    });

    test('keep a tag whose key is __proto__', async () => {
        await create();
        const tags = { ['__proto__']: 'a' };
        await logs.send(new TagResourceCommand({ resourceArn: ARN, tags }));
        const held = await logs.send(new ListTagsForResourceCommand({ resourceArn: ARN }));
        expect(Object.entries(held.tags ?? {})).toEqual([['__proto__', 'a']]);
    });

    test.each(['', 'a b', 'a:b', 'x'.repeat(513)])('cannot be called "%s"', async (name) => {
        expect(await refusalOf(create(name))).toMatch(
            /^InvalidParameterException: \d validation errors? detected: Value at 'logGroupName'/,
        );
    });

    test('are listed by name, 50 at a time, by prefix or by pattern', async () => {
        for (const name of names(51).reverse()) {
            await create(name);
        }
        const first = await logs.send(new DescribeLogGroupsCommand({}));
        expect(first.logGroups).toHaveLength(50);
        const found: (string | undefined)[] = [];
        for await (const { logGroups = [] } of paginateDescribeLogGroups({ client: logs }, {})) {
            found.push(...logGroups.map(({ logGroupName }) => logGroupName));
        }
        expect(found).toEqual(names(51));
        const byPrefix = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: 'a00' }));
        expect(byPrefix.logGroups).toHaveLength(10);
        const byPattern = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePattern: '05' }));
        expect(byPattern.logGroups?.map(({ logGroupName }) => logGroupName)).toEqual(['a005', 'a050']);
        expect(await refusalOf(logs.send(new DescribeLogGroupsCommand({ limit: 51 })))).toMatch(
            /^InvalidParameterException/,
        );
    });

    test('of other accounts and Regions are others', async () => {
        await create();
        for (const other of [elsewhere, others]) {
            const { logGroups } = await other.logs.send(new DescribeLogGroupsCommand({}));
            expect(logGroups).toEqual([]);
        }
    });

    test('have ARNs with and without a star', async () => {
        await create();
        const { logGroups } = await logs.send(new DescribeLogGroupsCommand({}));
        expect(logGroups).toMatchObject([{ arn: `${ARN}:*`, logGroupArn: ARN, logGroupClass: 'STANDARD' }]);
    });

    test('keep tags by AWS rules', async () => {
        const resourceArn = ARN;
        await logs.send(new CreateLogGroupCommand({ logGroupName: GROUP, tags: { Team: 'blue' } }));
        await logs.send(new TagResourceCommand({ resourceArn, tags: { Stage: 'test' } }));
        await logs.send(new UntagResourceCommand({ resourceArn, tagKeys: ['Team', 'Nothing'] }));
        const { tags } = await logs.send(new ListTagsForResourceCommand({ resourceArn }));
        expect(tags).toEqual({ Stage: 'test' });
        const tag = (given: Record<string, string>) =>
            refusalOf(logs.send(new TagResourceCommand({ resourceArn, tags: given })));
        expect(await tag({ 'aws:a': '1' })).toMatch(/^InvalidParameterException/);
        const there = new ListTagsForResourceCommand({ resourceArn: ARN.replace('us-east', 'us-west') });
        expect(await refusalOf(logs.send(there))).toMatch(
            /is no ARN of a log group of this account and Region/,
        );
        expect(await tag({ 'a!': '1' })).toMatch(/^InvalidParameterException/);
        expect(await tag(Object.fromEntries(names(50).map((key) => [key, ''])))).toMatch(
            /^TooManyTagsException/,
        );
    });
});

describe('retention', () => {
    test('is one of the days that AWS has', async () => {
        await create();
        const retain = (retentionInDays: number) =>
            logs.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays }));
        expect(await refusalOf(retain(8))).toMatch(/^InvalidParameterException/);
        await retain(7);
        const days = async () => {
            const { logGroups } = await logs.send(new DescribeLogGroupsCommand({}));
            return logGroups?.[0]?.retentionInDays;
        };
        expect(await days()).toBe(7);
        await logs.send(new DeleteRetentionPolicyCommand({ logGroupName: GROUP }));
        expect(await days()).toBeUndefined();
    });

    test('expires events on the clock, for good', async () => {
        await create();
        await createStream('s');
        await logs.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays: 3 }));
        await put('s', ['old']);
        server.world.clock.advance(2 * DAY);
        await put('s', ['new']);
        server.world.clock.advance(1.5 * DAY);
        expect(await read()).toEqual(['new']);
        await logs.send(new DeleteRetentionPolicyCommand({ logGroupName: GROUP }));
        expect(await read()).toEqual(['new']);
    });
});

describe('log streams', () => {
    test('have names of their own; of two that create one at once, one does', async () => {
        await create();
        const answers = await Promise.all([createStream('s'), createStream('s')].map(refusalOf));
        expect(answers.sort()).toEqual([
            'ResourceAlreadyExistsException: The specified log stream already exists',
            'none',
        ]);
        await logs.send(new DeleteLogStreamCommand({ logGroupName: GROUP, logStreamName: 's' }));
        expect(
            await refusalOf(
                logs.send(new DeleteLogStreamCommand({ logGroupName: GROUP, logStreamName: 's' })),
            ),
        ).toBe('ResourceNotFoundException: The specified log stream does not exist.');
    });

    test('are listed by name or by their last event, page by page', async () => {
        await create();
        for (const name of names(4)) {
            await createStream(name);
        }
        await put('a002', ['x'], server.world.clock.now() - 1_000);
        await put('a001', ['x']);
        const list = async (input: object) => {
            const found: (string | undefined)[] = [];
            const given = { logGroupName: GROUP, limit: 3, ...input };
            for await (const { logStreams = [] } of paginateDescribeLogStreams({ client: logs }, given)) {
                found.push(...logStreams.map(({ logStreamName }) => logStreamName));
            }
            return found;
        };
        expect(await list({})).toEqual(names(4));
        expect(await list({ descending: true })).toEqual(names(4).reverse());
        expect(await list({ logStreamNamePrefix: 'a003' })).toEqual(['a003']);
        expect(await list({ orderBy: 'LastEventTime', descending: true })).toEqual([
            'a001',
            'a002',
            'a003',
            'a000',
        ]);
        const input = { logGroupName: GROUP, logStreamNamePrefix: 'a', orderBy: 'LastEventTime' } as const;
        expect(await refusalOf(logs.send(new DescribeLogStreamsCommand(input)))).toBe(
            'InvalidParameterException: Cannot order by LastEventTime with a logStreamNamePrefix.',
        );
    });
});

describe('log events', () => {
    beforeEach(async () => {
        await create();
        await createStream('s');
        await createStream('t');
    });

    test('of all streams are filtered in order of time', async () => {
        const now = server.world.clock.now();
        await put('s', ['{"a":1}'], now);
        await put('t', ['{"a":2}'], now - 1_000);
        expect(await read()).toEqual(['{"a":2}', '{"a":1}']);
        expect(await read({ filterPattern: '{ $.a = 1 }' })).toEqual(['{"a":1}']);
        expect(await read({ logStreamNames: ['t'] })).toEqual(['{"a":2}']);
        expect(await read({ startTime: now })).toEqual(['{"a":1}']);
        expect(await read({ endTime: now })).toEqual(['{"a":2}', '{"a":1}']);
        expect(await read({ endTime: now - 1 })).toEqual(['{"a":2}']);
        expect(await read({ logGroupName: undefined, logGroupIdentifier: ARN, limit: 1 })).toEqual([
            '{"a":2}',
        ]);
        const found: (string | undefined)[] = [];
        const input = { logGroupName: GROUP, limit: 1 };
        for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, input)) {
            found.push(...events.map(({ message }) => message));
        }
        expect(found).toEqual(['{"a":2}', '{"a":1}']);
    });

    test('of one stream are read from either end', async () => {
        await put('s', ['1', '2', '3']);
        const get = async (input: object) => {
            const given = { logGroupName: GROUP, logStreamName: 's', limit: 2, ...input };
            const { events = [], ...tokens } = await logs.send(new GetLogEventsCommand(given));
            return { messages: events.map(({ message }) => message), ...tokens };
        };
        const last = await get({});
        expect(last.messages).toEqual(['2', '3']);
        expect((await get({ nextToken: last.nextBackwardToken })).messages).toEqual(['1']);
        const end = await get({ nextToken: last.nextForwardToken });
        expect(end.messages).toEqual([]);
        expect(end.nextForwardToken).toBe(last.nextForwardToken);
        const first = await get({ startFromHead: true });
        expect(first.messages).toEqual(['1', '2']);
        expect((await get({ nextToken: first.nextForwardToken })).messages).toEqual(['3']);
    });

    test('come in order, not too old and not too new', async () => {
        const now = server.world.clock.now();
        const at = (...offsets: number[]) =>
            logs.send(
                new PutLogEventsCommand({
                    logGroupName: GROUP,
                    logStreamName: 's',
                    logEvents: offsets.map((offset) => ({ timestamp: now + offset, message: `${offset}` })),
                }),
            );
        expect(await refusalOf(at(0, -1))).toMatch(/chronological order/);
        expect(await refusalOf(at(-2 * DAY, 0))).toMatch(/more than 24 hours/);
        expect((await at(-14 * DAY - 60_000, -14 * DAY + 60_000)).rejectedLogEventsInfo).toEqual({
            tooOldLogEventEndIndex: 1,
        });
        expect((await at(0, 3 * 3_600_000)).rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 1 });
        expect(await read()).toHaveLength(2);
        await logs.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays: 3 }));
        expect((await at(-3 * DAY - 60_000, -3 * DAY + 60_000)).rejectedLogEventsInfo).toEqual({
            expiredLogEventEndIndex: 1,
        });
        expect(await refusalOf(put('s', ['x'.repeat(1_048_551)]))).toMatch(
            /^InvalidParameterException: Upload too large/,
        );
    });
});

describe('metric filters', () => {
    beforeEach(() => create());

    test('are replaced by name, listed in order and page by page', async () => {
        for (const name of names(51).reverse()) {
            await putFilter(name);
        }
        await putFilter('a000', { metricName: 'other' });
        const found: (string | undefined)[] = [];
        const input = { logGroupName: GROUP };
        for await (const { metricFilters = [] } of paginateDescribeMetricFilters({ client: logs }, input)) {
            found.push(...metricFilters.map(({ filterName }) => filterName));
        }
        expect(found).toEqual(names(51));
        const { metricFilters } = await logs.send(
            new DescribeMetricFiltersCommand({ metricName: 'other', metricNamespace: 'n' }),
        );
        expect(metricFilters).toMatchObject([{ filterName: 'a000', logGroupName: GROUP }]);
        expect(await refusalOf(logs.send(new DescribeMetricFiltersCommand({ metricName: 'm' })))).toMatch(
            /^InvalidParameterException/,
        );
        await logs.send(new DeleteMetricFilterCommand({ logGroupName: GROUP, filterName: 'a000' }));
        expect(
            await refusalOf(
                logs.send(new DeleteMetricFilterCommand({ logGroupName: GROUP, filterName: 'a000' })),
            ),
        ).toBe('ResourceNotFoundException: The specified metric filter does not exist.');
    });

    test('are not for log groups of another class than Standard', async () => {
        const other = { logGroupName: 'other', logGroupClass: 'INFREQUENT_ACCESS' } as const;
        await logs.send(new CreateLogGroupCommand(other));
        expect(await refusalOf(putFilter('f', {}, '', 'other'))).toMatch(/^InvalidOperationException/);
    });

    test('are a hundred at most', async () => {
        for (const name of names(100)) {
            await putFilter(name);
        }
        expect(await refusalOf(putFilter('b'))).toBe('LimitExceededException: Resource limit exceeded.');
        await putFilter('a000', { metricName: 'other' });
    });

    test.each<[string, Partial<MetricTransformation>]>([
        ['a value that is no number', { metricValue: 'x' }],
        ['dimensions with a default value', { dimensions: { a: '$.a' }, defaultValue: 0 }],
        ['four dimensions', { dimensions: { a: '$.a', b: '$.b', c: '$.c', d: '$.d' } }],
        ['a dimension that is no selector', { dimensions: { a: 'a' } }],
        ['a metric name with a star', { metricName: 'm*' }],
    ])('refuse %s', async (_what, change) => {
        expect(await refusalOf(putFilter('f', change))).toMatch(/^InvalidParameterException/);
    });

    test('publish values, dimensions and defaults', async () => {
        await createStream('s');
        const value = { metricName: 'value', metricValue: '$.size', unit: 'Count' } as const;
        await putFilter('value', value, '{ $.size > 1 }');
        await putFilter('default', { metricName: 'default', defaultValue: 0 }, '{ $.size > 5 }');
        await putFilter('by', { metricName: 'by', dimensions: { Name: '$.name' } }, '{ $.size = * }');
        await put('s', ['{"size":3,"name":"x"}', '{"size":1}', '{"size":4}', 'no JSON']);
        server.world.clock.advance(61_000);
        await put('s', ['{"size":6}', '{"size":1}']);
        server.world.clock.advance(61_000);
        const sums = async (MetricName: string, Dimensions?: { Name: string; Value: string }[]) => {
            const now = server.world.clock.now();
            const { Datapoints = [] } = await cloudWatch.send(
                new GetMetricStatisticsCommand({
                    Namespace: 'n',
                    MetricName,
                    Dimensions,
                    StartTime: new Date(now - 600_000),
                    EndTime: new Date(now),
                    Period: 60,
                    Statistics: ['Sum', 'SampleCount'],
                }),
            );
            return Datapoints.map(({ Sum, SampleCount, Unit }) => [Sum, SampleCount, Unit]);
        };
        expect(await sums('value')).toEqual([
            [7, 2, 'Count'],
            [6, 1, 'Count'],
        ]);
        expect(await sums('default')).toEqual([
            [0, 1, 'None'],
            [1, 1, 'None'],
        ]);
        expect(await sums('by')).toEqual([]);
        expect(await sums('by', [{ Name: 'Name', Value: 'x' }])).toEqual([[1, 1, 'None']]);
    });
});

describe('resource policies', () => {
    const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    const putPolicy = (policyName: string, document = policyDocument) =>
        logs.send(new PutResourcePolicyCommand({ policyName, policyDocument: document }));

    test('are ten at most, of 5,120 characters', async () => {
        for (const name of names(10)) {
            await putPolicy(name);
        }
        expect(await refusalOf(putPolicy('b'))).toBe('LimitExceededException: Resource limit exceeded.');
        await putPolicy('a000');
        const { resourcePolicies } = await logs.send(new DescribeResourcePoliciesCommand({}));
        expect(resourcePolicies?.map(({ policyName }) => policyName)).toEqual(names(10));
        expect(await refusalOf(putPolicy('a000', policyDocument.padEnd(5_121)))).toMatch(
            /^InvalidParameterException/,
        );
        expect(await refusalOf(putPolicy('a000', '{'))).toMatch(/^InvalidParameterException/);
        await logs.send(new DeleteResourcePolicyCommand({ policyName: 'a000' }));
        expect(await refusalOf(logs.send(new DeleteResourcePolicyCommand({ policyName: 'a000' })))).toMatch(
            /^ResourceNotFoundException/,
        );
    });
});
