import {
    DeleteAlarmsCommand,
    DescribeAlarmHistoryCommand,
    DescribeAlarmsCommand,
    DescribeAlarmsForMetricCommand,
    DisableAlarmActionsCommand,
    EnableAlarmActionsCommand,
    ListTagsForResourceCommand,
    type MetricDataQuery,
    PutMetricAlarmCommand,
    type PutMetricAlarmCommandInput,
    PutMetricDataCommand,
    paginateDescribeAlarmHistory,
    paginateDescribeAlarms,
    SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { alarms } from '../../../../local/aws/cloudwatch/alarms';
import { deliveredMessages } from '../../../../local/aws/sns/state';
import { DEFAULT_PLACE } from '../../../../local/aws/world';
import { ACCOUNT, TOPIC } from '../../../support/my-app';
import { refusalOf } from '../../../support/refusal';
import { useAccount, useStandIn } from '../../../support/suite';
import { names } from '../../../support/values';

const MINUTE = 60_000;

const standIn = useStandIn();
const { server } = standIn;
const { cloudWatch, sns } = useAccount(standIn);
const elsewhere = useAccount(standIn, { region: 'eu-west-1' });

const ALARM: PutMetricAlarmCommandInput = {
    AlarmName: 'alarm',
    Namespace: 'n',
    MetricName: 'm',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 0,
};

const putAlarm = (change: Partial<PutMetricAlarmCommandInput> = {}) =>
    cloudWatch.send(new PutMetricAlarmCommand({ ...ALARM, ...change }));
const putValue = (Value: number, Timestamp?: Date) =>
    cloudWatch.send(
        new PutMetricDataCommand({
            Namespace: 'n',
            MetricData: [{ MetricName: 'm', Value, ...(Timestamp && { Timestamp }) }],
        }),
    );
const setState = (StateValue: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA') =>
    cloudWatch.send(new SetAlarmStateCommand({ AlarmName: 'alarm', StateValue, StateReason: 'test' }));

async function alarm() {
    const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({}));
    return MetricAlarms[0];
}

async function state(): Promise<string | undefined> {
    return (await alarm())?.StateValue;
}

/** Moves the clock to the next full minute. */
function nextMinute(): void {
    server.world.clock.advance(MINUTE - (server.world.clock.now() % MINUTE));
}

/*
 * CloudWatch user guide, How alarm state is evaluated when data is missing: both tables. X breaches, 0 does not, - is
 * missing; the newest is last. `keep` means that the alarm retains its state.
 */
const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;

interface Row {
    readonly points: string;
    readonly wanted: number;
    readonly states: readonly string[];
}

const ROWS: readonly Row[] = [
    { points: '0-X-X', wanted: 3, states: ['OK', 'OK', 'OK', 'OK'] },
    { points: '----0', wanted: 3, states: ['OK', 'OK', 'OK', 'OK'] },
    { points: '-----', wanted: 3, states: ['INSUFFICIENT_DATA', 'keep', 'ALARM', 'OK'] },
    { points: '0XX-X', wanted: 3, states: ['ALARM', 'ALARM', 'ALARM', 'ALARM'] },
    { points: '--X--', wanted: 3, states: ['ALARM', 'keep', 'ALARM', 'OK'] },
    { points: '0-X-X', wanted: 2, states: ['ALARM', 'ALARM', 'ALARM', 'ALARM'] },
    { points: '00X0X', wanted: 2, states: ['ALARM', 'ALARM', 'ALARM', 'ALARM'] },
    { points: '0-X--', wanted: 2, states: ['OK', 'OK', 'ALARM', 'OK'] },
    { points: '----0', wanted: 2, states: ['OK', 'OK', 'ALARM', 'OK'] },
    { points: '---X-', wanted: 2, states: ['ALARM', 'keep', 'ALARM', 'OK'] },
    // Avoiding premature transitions to alarm state.
    { points: '----X', wanted: 3, states: ['keep', 'keep', 'ALARM', 'OK'] },
];

const CASES = ROWS.flatMap(({ points, wanted, states }) =>
    TREATMENTS.flatMap((treatment, index) =>
        (['OK', 'ALARM'] as const).map((before) => {
            const wantedState = states[index] === 'keep' ? before : states[index];
            return [points, wanted, treatment, before, wantedState] as const;
        }),
    ),
);

test.each(CASES)('%s, %i to alarm, %s: from %s to %s', async (points, wanted, treatment, before, after) => {
    nextMinute();
    const now = server.world.clock.now();
    await putAlarm({ EvaluationPeriods: 3, DatapointsToAlarm: wanted, TreatMissingData: treatment });
    await setState(before);
    for (const [index, point] of [...points].entries()) {
        // The last of the five periods is the minute that has begun.
        const at = new Date(now + (index - 4) * MINUTE);
        if (point !== '-') {
            await putValue(point === 'X' ? 1 : 0, at);
        }
    }
    nextMinute();
    expect(await state()).toBe(after);
});

test.each([
    ['GreaterThanThreshold', 5, 'OK'],
    ['GreaterThanOrEqualToThreshold', 5, 'ALARM'],
    ['LessThanThreshold', 5, 'OK'],
    ['LessThanOrEqualToThreshold', 5, 'ALARM'],
    ['LessThanThreshold', 4, 'ALARM'],
    ['GreaterThanThreshold', 6, 'ALARM'],
] as const)('%s of 5 with %i is %s', async (ComparisonOperator, value, after) => {
    await putAlarm({ ComparisonOperator, Threshold: 5 });
    await putValue(value);
    nextMinute();
    expect(await state()).toBe(after);
});

test.each([
    ['Sum', 6],
    ['Average', 3],
    ['Minimum', 1],
    ['Maximum', 5],
    ['SampleCount', 2],
] as const)('the statistic %s of 1 and 5 is %i', async (Statistic, value) => {
    nextMinute();
    await putAlarm({ Statistic, Threshold: value, ComparisonOperator: 'GreaterThanOrEqualToThreshold' });
    await putAlarm({ AlarmName: 'next', Statistic, Threshold: value });
    await putValue(1);
    await putValue(5);
    nextMinute();
    const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({}));
    expect(MetricAlarms.map(({ StateValue }) => StateValue)).toEqual(['ALARM', 'OK']);
});

test('an alarm that treats missing data as good is OK from its first evaluation on', async () => {
    await putAlarm({ TreatMissingData: 'notBreaching' });
    expect(await state()).toBe('INSUFFICIENT_DATA');
    nextMinute();
    expect(await alarm()).toMatchObject({
        StateValue: 'OK',
        StateReason:
            'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
    });
});

test('an alarm whose metric was silent for hours hears the next value', async () => {
    await putAlarm({ TreatMissingData: 'notBreaching' });
    server.world.clock.advance(5 * 60 * MINUTE);
    await putValue(1);
    nextMinute();
    expect(await state()).toBe('ALARM');
    server.world.clock.advance(5 * 60 * MINUTE);
    expect(await state()).toBe('OK');
});

test('a period of five minutes slides with the minutes', async () => {
    nextMinute();
    await putAlarm({ Period: 300, Threshold: 1, TreatMissingData: 'notBreaching' });
    await putValue(1);
    server.world.clock.advance(4 * MINUTE);
    await putValue(1);
    expect(await state()).toBe('OK');
    nextMinute();
    expect(await state()).toBe('ALARM');
    nextMinute();
    expect(await state()).toBe('OK');
});

test.each<Partial<PutMetricAlarmCommandInput>>([
    { Dimensions: [{ Name: 'a', Value: '1' }] },
    { Unit: 'Count' },
    { Namespace: 'other' },
])('an alarm on another metric hears nothing: %j', async (change) => {
    await putAlarm(change);
    await putValue(1);
    nextMinute();
    expect(await state()).toBe('INSUFFICIENT_DATA');
});

test('the order of dimensions means nothing', async () => {
    const Dimensions = ['a', 'b'].map((Name) => ({ Name, Value: '1' }));
    await putAlarm({ Dimensions });
    const MetricData = [{ MetricName: 'm', Dimensions: Dimensions.toReversed(), Value: 1 }];
    await cloudWatch.send(new PutMetricDataCommand({ Namespace: 'n', MetricData }));
    nextMinute();
    expect(await state()).toBe('ALARM');
});

test.each<[number, Partial<PutMetricAlarmCommandInput>]>([
    [10_000, { Period: 10 }],
    [MINUTE, { Period: 300 }],
    [60 * MINUTE, { Period: 3_600, EvaluationPeriods: 25 }],
])('every %i ms an alarm with %j is evaluated', async (interval, change) => {
    const { clock } = server.world;
    clock.advance(60 * MINUTE - (clock.now() % (60 * MINUTE)));
    await putAlarm({ TreatMissingData: 'notBreaching', ...change });
    clock.advance(interval - 5_000);
    expect(await state()).toBe('INSUFFICIENT_DATA');
    clock.advance(5_000);
    expect(await state()).toBe('OK');
});

describe('state', () => {
    test('that was set lasts until the next evaluation, and runs the actions', async () => {
        const Policy = JSON.stringify({
            Version: '2012-10-17',
            Statement: [
                {
                    Effect: 'Allow',
                    Principal: { Service: 'cloudwatch.amazonaws.com' },
                    Action: 'sns:*',
                    Resource: '*',
                },
            ],
        });
        await sns.send(new CreateTopicCommand({ Name: 'alerts', Attributes: { Policy } }));
        await putAlarm({ AlarmActions: [TOPIC], TreatMissingData: 'notBreaching' });
        const subjects = () =>
            deliveredMessages(server.world, DEFAULT_PLACE, TOPIC).map(({ subject }) => subject);
        await setState('ALARM');
        await setState('ALARM');
        expect(subjects()).toEqual(['ALARM: "alarm" in US East (N. Virginia)']);
        nextMinute();
        expect(await state()).toBe('OK');
        await cloudWatch.send(new DisableAlarmActionsCommand({ AlarmNames: ['alarm'] }));
        await setState('ALARM');
        expect(subjects()).toHaveLength(1);
        await cloudWatch.send(new EnableAlarmActionsCommand({ AlarmNames: ['alarm'] }));
        await setState('OK');
        await setState('ALARM');
        expect(subjects()).toHaveLength(2);
    });

    test('has actions of its own', async () => {
        const action = (name: string) => [`arn:aws:lambda:us-east-1:${ACCOUNT}:function:${name}`];
        await putAlarm({
            OKActions: action('ok'),
            AlarmActions: action('alarm'),
            InsufficientDataActions: action('insufficient'),
        });
        await setState('OK');
        await setState('ALARM');
        await setState('INSUFFICIENT_DATA');
        const look = new DescribeAlarmHistoryCommand({ HistoryItemType: 'Action' });
        const { AlarmHistoryItems = [] } = await cloudWatch.send(look);
        const done = AlarmHistoryItems.map(({ HistoryData = '' }) => JSON.parse(HistoryData));
        expect(done.map(({ notificationResource }) => [notificationResource])).toEqual(
            ['insufficient', 'alarm', 'ok'].map(action),
        );
    });

    test('stays when the settings are replaced, as do the tags', async () => {
        await putAlarm({ Tags: [{ Key: 'a', Value: '1' }], TreatMissingData: 'ignore' });
        await setState('ALARM');
        await putAlarm({ Threshold: 9, Tags: [{ Key: 'b', Value: '2' }], TreatMissingData: 'ignore' });
        expect(await alarm()).toMatchObject({ StateValue: 'ALARM', Threshold: 9 });
        const ResourceARN = (await alarm())?.AlarmArn;
        const { Tags } = await cloudWatch.send(new ListTagsForResourceCommand({ ResourceARN }));
        expect(Tags).toEqual([{ Key: 'a', Value: '1' }]);
    });

    test('of an alarm that is not there cannot be set', async () => {
        expect(await refusalOf(setState('OK'))).toMatch(/^ResourceNotFound: /);
    });
});

test('alarms are listed by name, 100 at a time, by names, prefix or state', async () => {
    for (const AlarmName of names(101).reverse()) {
        await putAlarm({ AlarmName });
    }
    await putAlarm({ AlarmName: 'alarm', AlarmActions: [TOPIC], TreatMissingData: 'ignore' });
    await setState('ALARM');
    const list = async (input: object = {}) => {
        const found: (string | undefined)[] = [];
        for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client: cloudWatch }, input)) {
            found.push(...MetricAlarms.map(({ AlarmName }) => AlarmName));
        }
        return found;
    };
    const first = await cloudWatch.send(new DescribeAlarmsCommand({}));
    expect(first.MetricAlarms).toHaveLength(100);
    expect(await list()).toEqual([...names(101), 'alarm']);
    expect(await list({ AlarmNames: ['alarm', 'nothing'] })).toEqual(['alarm']);
    expect(await list({ AlarmNamePrefix: 'a00' })).toEqual(names(10));
    expect(await list({ StateValue: 'ALARM' })).toEqual(['alarm']);
    expect(await list({ AlarmTypes: ['CompositeAlarm'] })).toEqual([]);
    expect(await list({ ActionPrefix: 'arn:aws:sns' })).toEqual(['alarm']);
    const byMetric = new DescribeAlarmsForMetricCommand({ MetricName: 'm', Namespace: 'n', Period: 60 });
    expect((await cloudWatch.send(byMetric)).MetricAlarms).toHaveLength(102);
    expect(await refusalOf(cloudWatch.send(new DescribeAlarmsCommand({ MaxRecords: 101 })))).toMatch(
        /^ValidationException/,
    );
    expect(await refusalOf(cloudWatch.send(new DescribeAlarmsCommand({ NextToken: '!' })))).toMatch(
        /^InvalidNextToken/,
    );
    await cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ['nothing', 'alarm'] }));
    expect(await list({ AlarmNames: ['alarm'] })).toEqual([]);
    const found = await elsewhere.cloudWatch.send(new DescribeAlarmsCommand({}));
    expect(found.MetricAlarms).toEqual([]);
});

test('the history outlives the alarm, for thirty days', async () => {
    await putAlarm({ TreatMissingData: 'ignore' });
    await setState('OK');
    await setState('ALARM');
    await putAlarm({ Threshold: 5 });
    await cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ['alarm'] }));
    nextMinute();
    const summaries = async (input: object = {}) => {
        const found: (string | undefined)[] = [];
        const given = { MaxRecords: 2, ...input };
        for await (const page of paginateDescribeAlarmHistory({ client: cloudWatch }, given)) {
            found.push(...(page.AlarmHistoryItems ?? []).map(({ HistorySummary }) => HistorySummary));
        }
        return found;
    };
    const all = [
        'Alarm "alarm" created',
        'Alarm updated from INSUFFICIENT_DATA to OK',
        'Alarm updated from OK to ALARM',
        'Alarm "alarm" updated',
        'Alarm "alarm" deleted',
    ];
    expect(await summaries({ ScanBy: 'TimestampAscending' })).toEqual(all);
    expect(await summaries()).toEqual([...all].reverse());
    expect(await summaries({ HistoryItemType: 'StateUpdate' })).toHaveLength(2);
    expect(await summaries({ AlarmName: 'other' })).toEqual([]);
    server.world.clock.advance(31 * 24 * 60 * MINUTE);
    const { AlarmHistoryItems } = await cloudWatch.send(new DescribeAlarmHistoryCommand({}));
    expect(AlarmHistoryItems).toEqual([]);
});

const stat = (Id: string, MetricName: string): MetricDataQuery => ({
    Id,
    MetricStat: { Metric: { Namespace: 'Test', MetricName }, Period: 60, Stat: 'Maximum' },
    ReturnData: false,
});
const sum: MetricDataQuery = { Id: 'sum', Expression: 'a + b', ReturnData: true };

/** What an alarm on Metrics must not have. */
const NO_METRIC = { Namespace: undefined, MetricName: undefined, Statistic: undefined, Period: undefined };

test('an alarm on the sum of two metrics takes a missing value for 0', async () => {
    await putAlarm({ ...NO_METRIC, Metrics: [sum, stat('a', 'one'), stat('b', 'other')], Threshold: 5 });
    const put = async (MetricName: string, Value: number) => {
        const data = { Namespace: 'Test', MetricData: [{ MetricName, Value }] };
        await cloudWatch.send(new PutMetricDataCommand(data));
    };
    await put('one', 4);
    server.world.clock.advance(MINUTE);
    expect(await alarm()).toMatchObject({ StateValue: 'OK' });
    await put('one', 4);
    await put('other', 3);
    server.world.clock.advance(MINUTE);
    expect(await alarm()).toMatchObject({
        StateValue: 'ALARM',
        StateReason: expect.stringContaining('[7.0 ('),
        Metrics: [sum, stat('a', 'one'), stat('b', 'other')],
    });
    const byMetric = new DescribeAlarmsForMetricCommand({ MetricName: 'one', Namespace: 'Test' });
    expect((await cloudWatch.send(byMetric)).MetricAlarms).toEqual([]);
});

test.each<[string, MetricDataQuery[]]>([
    ['two that return data', [sum, { ...stat('a', 'one'), ReturnData: true }]],
    ['one Id twice', [sum, stat('a', 'one'), stat('a', 'other')]],
    ['neither metric nor expression', [sum, { Id: 'a', ReturnData: false }]],
    [
        'an expression that the stand-in does not know',
        [{ ...sum, Expression: 'a / b' }, stat('a', 'x'), stat('b', 'y')],
    ],
])('an alarm on Metrics with %s is refused', async (_what, Metrics) => {
    expect(await refusalOf(putAlarm({ ...NO_METRIC, Metrics }))).toMatch(/^ValidationException/);
});

test.each<[string, Partial<PutMetricAlarmCommandInput>]>([
    ['a metric and Metrics', { Metrics: [sum, stat('a', 'one'), stat('b', 'other')] }],
    ['no metric', { MetricName: undefined }],
    ['both kinds of statistic', { ExtendedStatistic: 'p90' }],
    ['no statistic', { Statistic: undefined }],
    ['an odd period', { Period: 61 }],
    ['more than a day of minutes', { EvaluationPeriods: 1_441 }],
    ['more than a week of hours', { Period: 3_600, EvaluationPeriods: 169 }],
    ['more datapoints than periods', { DatapointsToAlarm: 2 }],
    ['another treatment of missing data', { TreatMissingData: 'guess' }],
    ['an action that is no ARN', { AlarmActions: ['x'] }],
    ['an action elsewhere', { OKActions: [TOPIC.replace('us-east-1', 'eu-west-1')] }],
    ['six actions', { AlarmActions: names(6).map((name) => `${TOPIC}${name}`) }],
    ['a name with a line break', { AlarmName: 'a\nb' }],
    ['a namespace with a colon first', { Namespace: ':n' }],
])('an alarm with %s is refused', async (_what, change) => {
    expect(await refusalOf(putAlarm(change))).toMatch(/^ValidationException/);
    expect(await alarm()).toBeUndefined();
});

test('a Region has 5,000 alarms at most', async () => {
    await putAlarm();
    const store = alarms.of(server.world, DEFAULT_PLACE);
    const [one] = store.values();
    for (const name of names(4_999)) {
        if (one) {
            store.set(name, one);
        }
    }
    expect(await refusalOf(putAlarm({ AlarmName: 'one too many' }))).toMatch(/^LimitExceeded/);
    expect(await refusalOf(putAlarm({ Threshold: 5 }))).toBe('none');
});

test('an alarm has fifty tags at most', async () => {
    const Tags = names(51).map((Key) => ({ Key, Value: '' }));
    expect(await refusalOf(putAlarm({ Tags }))).toMatch(/^InvalidParameterValue/);
});
