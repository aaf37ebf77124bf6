import {
    CloudWatchClient,
    DeleteDashboardsCommand,
    DescribeAlarmsCommand,
    GetDashboardCommand,
    GetMetricDataCommand,
    GetMetricStatisticsCommand,
    ListMetricsCommand,
    ListTagsForResourceCommand,
    PutDashboardCommand,
    PutMetricAlarmCommand,
    PutMetricDataCommand,
    paginateListDashboards,
    paginateListMetrics,
} from '@aws-sdk/client-cloudwatch';
import { SmithyRpcV2CborProtocol } from '@smithy/core/cbor';
import { ACCOUNT } from '../../../support/my-app';
import { refusalOf } from '../../../support/refusal';
import { useAccount, useStandIn } from '../../../support/suite';
import { names } from '../../../support/values';

const MINUTE = 60_000;

const standIn = useStandIn();
const { server } = standIn;
const { cloudWatch } = useAccount(standIn);
const { cloudWatch: elsewhere } = useAccount(standIn, { region: 'eu-west-1' });
const { cloudWatch: others } = useAccount(standIn, { account: '210987654321' });

describe('metrics', () => {
    const put = (MetricData: object[], Namespace = 'n') =>
        cloudWatch.send(
            new PutMetricDataCommand({
                Namespace,
                MetricData: MetricData.map((each) => ({ MetricName: 'm', ...each })),
            }),
        );

    const period = (minutes = 10) => {
        const now = server.world.clock.now();
        return { StartTime: new Date(now - minutes * MINUTE), EndTime: new Date(now + MINUTE) };
    };

    test('give statistics for each period that has values', async () => {
        server.world.clock.advance(MINUTE - (server.world.clock.now() % MINUTE));
        const now = MINUTE * Math.floor(server.world.clock.now() / MINUTE);
        await put([
            { Value: 4, Timestamp: new Date(now - 2 * MINUTE) },
            { Values: [1, 2, 10], Counts: [5, 4, 1] },
            { StatisticValues: { SampleCount: 2, Sum: 30, Minimum: 12, Maximum: 18 } },
        ]);
        const { Datapoints } = await cloudWatch.send(
            new GetMetricStatisticsCommand({
                Namespace: 'n',
                MetricName: 'm',
                ...period(),
                Period: 60,
                Statistics: ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'],
                ExtendedStatistics: ['p50', 'p90', 'p100'],
            }),
        );
        expect(Datapoints).toEqual([
            {
                Timestamp: new Date(now - 2 * MINUTE),
                Sum: 4,
                Average: 4,
                Minimum: 4,
                Maximum: 4,
                SampleCount: 1,
                ExtendedStatistics: { p50: 4, p90: 4, p100: 4 },
                Unit: 'None',
            },
            {
                Timestamp: new Date(now),
                Sum: 53,
                Average: 53 / 12,
                Minimum: 1,
                Maximum: 18,
                SampleCount: 12,
                ExtendedStatistics: { p50: 1, p90: 2, p100: 10 },
                Unit: 'None',
            },
        ]);
        const { MetricDataResults } = await cloudWatch.send(
            new GetMetricDataCommand({
                ...period(),
                MetricDataQueries: [
                    {
                        Id: 'a',
                        MetricStat: { Metric: { Namespace: 'n', MetricName: 'm' }, Period: 60, Stat: 'Sum' },
                    },
                ],
            }),
        );
        expect(MetricDataResults).toMatchObject([
            { Id: 'a', Values: [53, 4], Timestamps: [new Date(now), new Date(now - 2 * MINUTE)] },
        ]);
    });

    test('are listed 500 at a time, for two weeks after their last value', async () => {
        await put(names(501).map((MetricName) => ({ MetricName, Value: 1 })));
        const list = async (input: object = {}) => {
            const found: (string | undefined)[] = [];
            for await (const { Metrics = [] } of paginateListMetrics({ client: cloudWatch }, input)) {
                found.push(...Metrics.map(({ MetricName }) => MetricName));
            }
            return found;
        };
        expect((await cloudWatch.send(new ListMetricsCommand({}))).Metrics).toHaveLength(500);
        expect(await list()).toEqual(names(501));
        expect(await list({ MetricName: 'a007' })).toEqual(['a007']);
        expect(await list({ Namespace: 'other' })).toEqual([]);
        await put([{ MetricName: 'by', Dimensions: [{ Name: 'a', Value: '1' }], Value: 1 }]);
        expect(await list({ Dimensions: [{ Name: 'a' }] })).toEqual(['by']);
        expect(await list({ Dimensions: [{ Name: 'a', Value: '2' }] })).toEqual([]);
        server.world.clock.advance(4 * 60 * MINUTE);
        expect(await list({ RecentlyActive: 'PT3H' })).toEqual([]);
        server.world.clock.advance(15 * 24 * 60 * MINUTE);
        expect(await list()).toEqual([]);
    });

    test.each<[string, object[], string]>([
        ['two kinds of value', [{ Value: 1, Values: [1] }], 'InvalidParameterCombination'],
        ['no value', [{}], 'InvalidParameterCombination'],
        ['counts without values', [{ Values: [1, 2], Counts: [1] }], 'InvalidParameterCombination'],
        ['a value of long ago', [{ Value: 1, Timestamp: new Date(0) }], 'InvalidParameterValue'],
        ['a value in the future', [{ Value: 1, Timestamp: new Date('2999-01-01') }], 'InvalidParameterValue'],
    ])('refuse %s', async (_what, data, code) => {
        expect(await refusalOf(put(data))).toMatch(new RegExp(`^${code}`));
    });

    test('of AWS take no values', async () => {
        expect(await refusalOf(put([{ Value: 1 }], 'AWS/ECR'))).toMatch(/^InvalidParameterValue/);
    });

    test('give 1,440 datapoints at most', async () => {
        const input = { Namespace: 'n', MetricName: 'm', Period: 60, Statistics: ['Sum' as const] };
        const command = new GetMetricStatisticsCommand({ ...input, ...period(1_441) });
        expect(await refusalOf(cloudWatch.send(command))).toMatch(
            /^InvalidParameterCombination.*exceeds the limit of 1,440/,
        );
    });
});

describe('dashboards', () => {
    const put = (DashboardName: string, body: unknown = { widgets: [] }, change: object = {}) =>
        cloudWatch.send(
            new PutDashboardCommand({ DashboardName, DashboardBody: JSON.stringify(body), ...change }),
        );

    test("are the account's, in all Regions", async () => {
        await put('a', undefined, { Tags: [{ Key: 'Team', Value: 'blue' }] });
        const { DashboardArn, DashboardBody } = await elsewhere.send(
            new GetDashboardCommand({ DashboardName: 'a' }),
        );
        expect([DashboardArn, DashboardBody]).toEqual([
            `arn:aws:cloudwatch::${ACCOUNT}:dashboard/a`,
            '{"widgets":[]}',
        ]);
        const { Tags } = await elsewhere.send(new ListTagsForResourceCommand({ ResourceARN: DashboardArn }));
        expect(Tags).toEqual([{ Key: 'Team', Value: 'blue' }]);
        expect(await refusalOf(others.send(new GetDashboardCommand({ DashboardName: 'a' })))).toMatch(
            /Dashboard a does not exist/,
        );
        await elsewhere.send(new DeleteDashboardsCommand({ DashboardNames: ['a', 'nothing'] }));
        expect(await refusalOf(elsewhere.send(new GetDashboardCommand({ DashboardName: 'a' })))).toMatch(
            /Dashboard a does not exist/,
        );
    });

    test('are listed by name, by prefix', async () => {
        for (const name of ['b', 'ab', 'aa']) {
            await put(name);
        }
        const found: (string | undefined)[] = [];
        const input = { DashboardNamePrefix: 'a' };
        for await (const { DashboardEntries = [] } of paginateListDashboards({ client: cloudWatch }, input)) {
            found.push(...DashboardEntries.map(({ DashboardName }) => DashboardName));
        }
        expect(found).toEqual(['aa', 'ab']);
    });

    const metric = {
        type: 'metric',
        properties: { region: 'us-east-1', metrics: [['n', 'm', { stat: 'Sum' }]] },
    };

    test('tell what they do not know, and take it', async () => {
        const { DashboardValidationMessages } = await put('a', { widgets: [metric], colour: 'red' });
        expect(DashboardValidationMessages).toMatchObject([{ Message: expect.stringContaining('colour') }]);
    });

    test.each<[string, unknown]>([
        ['no object', []],
        ['no widgets', {}],
        ['a widget of another type', { widgets: [{ type: 'picture', properties: {} }] }],
        ['a metric without a Region', { widgets: [{ ...metric, properties: {} }] }],
        ['a widget that is too wide', { widgets: [{ ...metric, width: 25 }] }],
        ['501 widgets', { widgets: Array.from({ length: 501 }, () => metric) }],
    ])('refuse %s', async (_what, body) => {
        expect(await refusalOf(put('a', body))).toMatch(/The dashboard body is invalid/);
    });

    test('have names without slashes', async () => {
        expect(await refusalOf(put('team/app'))).toMatch(/contains invalid characters/);
    });
});

/* CloudWatch's clients speak three protocols; the client of the other tests speaks JSON. */
describe('protocols', () => {
    const alarm = {
        AlarmName: 'alarm',
        Namespace: 'n',
        MetricName: 'm',
        Statistic: 'Sum' as const,
        Period: 60,
        EvaluationPeriods: 2,
        ComparisonOperator: 'GreaterThanThreshold' as const,
        Threshold: 1.5,
        ActionsEnabled: false,
        Dimensions: [{ Name: 'a', Value: '1' }],
    };

    test('CBOR', async () => {
        const client = new CloudWatchClient({
            endpoint: server.endpoint,
            region: 'us-east-1',
            credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
            protocol: new SmithyRpcV2CborProtocol({ defaultNamespace: 'com.amazonaws.cloudwatch' }),
        });
        await client.send(new PutMetricAlarmCommand(alarm));
        const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({}));
        expect(MetricAlarms).toMatchObject([{ ...alarm, StateUpdatedTimestamp: expect.any(Date) }]);
        client.destroy();
    });

    test('query, whose values are all texts', async () => {
        const ask = async (action: string, members: Record<string, string>) => {
            const response = await fetch(server.endpoint, {
                method: 'POST',
                headers: {
                    authorization:
                        'AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/monitoring/aws4_request',
                },
                body: new URLSearchParams({ Action: action, Version: '2010-08-01', ...members }),
            });
            return response.text();
        };
        const { Dimensions: _list, ...members } = alarm;
        const texts = Object.entries(members).map(([name, value]) => [name, `${value}`]);
        await ask('PutMetricAlarm', {
            ...Object.fromEntries(texts),
            'Dimensions.member.1.Name': 'a',
            'Dimensions.member.1.Value': '1',
            OKActions: '',
        });
        const { MetricAlarms } = await cloudWatch.send(new DescribeAlarmsCommand({}));
        expect(MetricAlarms).toMatchObject([alarm]);
        expect(await ask('DescribeAlarms', { MaxRecords: '1' })).toContain('<Threshold>1.5</Threshold>');
        expect(await ask('DescribeAlarms', { MaxRecords: 'many' })).toContain('<Code>ValidationError</Code>');
    });

    test('JSON, whose numbers are no texts', async () => {
        const response = await fetch(server.endpoint, {
            method: 'POST',
            headers: {
                authorization:
                    'AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/monitoring/aws4_request',
                'x-amz-target': 'GraniteServiceVersion20100801.DescribeAlarms',
            },
            body: '{"MaxRecords":"1"}',
        });
        expect(await response.text()).toContain("Value at 'MaxRecords' failed");
    });
});
