import {
    DescribeAlarmHistoryCommand,
    DescribeAlarmsCommand,
    PutMetricAlarmCommand,
    type PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch';
import {
    CreateLogGroupCommand,
    FilterLogEventsCommand,
    PutMetricFilterCommand,
    PutResourcePolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { control } from '../../../../local/aws/control/control';
import { emit } from '../../../../local/aws/event-bus';
import { deliveredMessages } from '../../../../local/aws/sns/state';
import { DEFAULT_PLACE } from '../../../../local/aws/world';
import { ACCOUNT, TOPIC } from '../../../support/my-app';
import { useAccount, useStandIn } from '../../../support/suite';

/*
 * From an image scan to the message that people get: rule, log group, metric filter, alarm, topic.
 */

const GROUP = '/aws/events/team-my-app';
const ALARM = 'team-my-app-critical';
const MINUTE = 60_000;

const standIn = useStandIn();
const { server } = standIn;
const { logs, events, cloudWatch, sns } = useAccount(standIn);

interface Chain {
    readonly principals?: readonly string[];
    readonly publishers?: readonly string[];
    readonly pattern?: string;
    readonly alarm?: Partial<PutMetricAlarmCommandInput>;
}

async function build({
    principals = ['events.amazonaws.com', 'delivery.logs.amazonaws.com'],
    publishers = ['cloudwatch.amazonaws.com'],
    pattern = '{ $.detail.finding-severity-counts.CRITICAL = * }',
    alarm = {},
}: Chain = {}): Promise<void> {
    await sns.send(
        new CreateTopicCommand({
            Name: 'alerts',
            Attributes: { Policy: policy(publishers, 'sns:Publish', TOPIC) },
        }),
    );
    await logs.send(new CreateLogGroupCommand({ logGroupName: GROUP }));
    const groups = `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:/aws/events/*:*`;
    const policyDocument = policy(principals, ['logs:CreateLogStream', 'logs:PutLogEvents'], groups);
    await logs.send(new PutResourcePolicyCommand({ policyName: 'events', policyDocument }));
    const filter = (filterName: string, filterPattern: string, metricValue: string) =>
        logs.send(
            new PutMetricFilterCommand({
                logGroupName: GROUP,
                filterName,
                filterPattern,
                metricTransformations: [{ metricNamespace: 'Org/Ecr', metricName: 'critical', metricValue }],
            }),
        );
    await filter('some', pattern, '$.detail.finding-severity-counts.CRITICAL');
    await filter('none', '{ $.detail.finding-severity-counts.CRITICAL NOT EXISTS }', '0');
    const EventPattern = JSON.stringify({
        source: ['aws.ecr'],
        detail: { 'repository-name': ['team/my-app'] },
    });
    await events.send(new PutRuleCommand({ Name: 'scans', EventPattern }));
    const Arn = `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${GROUP}`;
    await events.send(new PutTargetsCommand({ Rule: 'scans', Targets: [{ Id: 'log', Arn }] }));
    await cloudWatch.send(
        new PutMetricAlarmCommand({
            AlarmName: ALARM,
            Namespace: 'Org/Ecr',
            MetricName: 'critical',
            Statistic: 'Maximum',
            Period: 60,
            EvaluationPeriods: 1,
            ComparisonOperator: 'GreaterThanThreshold',
            Threshold: 0,
            TreatMissingData: 'ignore',
            AlarmActions: [TOPIC],
            OKActions: [TOPIC],
            ...alarm,
        }),
    );
}

function policy(services: readonly string[], Action: string | readonly string[], Resource: string): string {
    const statement = { Effect: 'Allow', Principal: { Service: services }, Action, Resource };
    return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

function scan(counts: Readonly<Record<string, number>>, repository = 'team/my-app'): void {
    emit(
        {
            source: 'aws.ecr',
            'detail-type': 'ECR Image Scan',
            resources: [],
            detail: {
                'scan-status': 'COMPLETE',
                'repository-name': repository,
                'finding-severity-counts': counts,
            },
        },
        { ...DEFAULT_PLACE, partition: 'aws', world: server.world },
    );
}

async function state(): Promise<string | undefined> {
    const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({}));
    return MetricAlarms[0]?.StateValue;
}

function subjects(): (string | undefined)[] {
    return deliveredMessages(server.world, DEFAULT_PLACE, TOPIC).map(({ subject }) => subject);
}

test('critical findings raise the alarm, whose message reaches the topic; a clean scan clears it', async () => {
    await build();
    scan({ CRITICAL: 2 });
    server.world.clock.advance(MINUTE);
    expect(await state()).toBe('ALARM');
    const [message] = deliveredMessages(server.world, DEFAULT_PLACE, TOPIC);
    expect(message?.subject).toBe(`ALARM: "${ALARM}" in US East (N. Virginia)`);
    expect(JSON.parse(message?.message ?? '')).toMatchObject({
        AlarmName: ALARM,
        NewStateValue: 'ALARM',
        OldStateValue: 'INSUFFICIENT_DATA',
        NewStateReason: expect.stringMatching(
            /^Threshold Crossed: 1 out of the last 1 datapoints \[2\.0 \(.*\)\] was greater than the threshold \(0\.0\)/,
        ),
        Trigger: { MetricName: 'critical', Statistic: 'MAXIMUM', Period: 60 },
    });
    scan({ LOW: 1 });
    server.world.clock.advance(MINUTE);
    expect(await state()).toBe('OK');
    expect(subjects()).toEqual([
        `ALARM: "${ALARM}" in US East (N. Virginia)`,
        `OK: "${ALARM}" in US East (N. Virginia)`,
    ]);
});

test('the log has the event, and the history tells all that the alarm did', async () => {
    await build();
    scan({ CRITICAL: 1 });
    server.world.clock.advance(MINUTE);
    const found = await logs.send(new FilterLogEventsCommand({ logGroupName: GROUP }));
    expect(
        found.events?.map(({ message = '' }) => JSON.parse(message).detail['finding-severity-counts']),
    ).toEqual([{ CRITICAL: 1 }]);
    const { AlarmHistoryItems = [] } = await cloudWatch.send(new DescribeAlarmHistoryCommand({}));
    expect(AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary)).toEqual([
        `Successfully executed action ${TOPIC}`,
        'Alarm updated from INSUFFICIENT_DATA to ALARM',
        `Alarm "${ALARM}" created`,
    ]);
});

test('the alarm stays as it is while nothing is scanned, even for ninety days', async () => {
    await build();
    scan({ CRITICAL: 1 });
    server.world.clock.advance(90 * 24 * 60 * MINUTE);
    expect(await state()).toBe('ALARM');
    expect(subjects()).toHaveLength(1);
});

test('a scan of another repository, and one that does not fulfil the filter, change nothing', async () => {
    await build({ pattern: '{ $.detail.finding-severity-counts.CRITICAL > 5 && $.source = "aws.ecr" }' });
    scan({ CRITICAL: 9 }, 'team/other');
    scan({ CRITICAL: 5 });
    server.world.clock.advance(MINUTE);
    expect(await state()).toBe('INSUFFICIENT_DATA');
    scan({ CRITICAL: 6 });
    server.world.clock.advance(MINUTE);
    expect(await state()).toBe('ALARM');
});

test.each(['events.amazonaws.com', 'delivery.logs.amazonaws.com'])(
    'without the right to write for both principals nothing is logged (only %s)',
    async (principal) => {
        await build({ principals: [principal] });
        scan({ CRITICAL: 1 });
        server.world.clock.advance(MINUTE);
        expect((await logs.send(new FilterLogEventsCommand({ logGroupName: GROUP }))).events).toEqual([]);
        expect(control(server, 'events/failed-deliveries', {}, DEFAULT_PLACE)).toMatchObject({
            failedDeliveries: [
                { reason: expect.stringContaining('No resource policy lets EventBridge write') },
            ],
        });
    },
);

test('a topic that does not let CloudWatch publish gets no message, and the history says so', async () => {
    await build({ publishers: ['events.amazonaws.com'] });
    scan({ CRITICAL: 1 });
    server.world.clock.advance(MINUTE);
    expect(await state()).toBe('ALARM');
    expect(subjects()).toEqual([]);
    const { AlarmHistoryItems = [] } = await cloudWatch.send(
        new DescribeAlarmHistoryCommand({ HistoryItemType: 'Action' }),
    );
    expect(AlarmHistoryItems[0]?.HistorySummary).toMatch(/^Failed to execute action/);
});

test('accounts and Regions are apart', async () => {
    await build();
    const elsewhere = { ...DEFAULT_PLACE, region: 'eu-west-1' };
    const event = {
        source: 'aws.ecr',
        'detail-type': 'ECR Image Scan',
        resources: [],
        detail: { 'repository-name': 'team/my-app', 'finding-severity-counts': { CRITICAL: 1 } },
    };
    emit(event, { ...elsewhere, partition: 'aws', world: server.world });
    emit(event, {
        account: '210987654321',
        region: DEFAULT_PLACE.region,
        partition: 'aws',
        world: server.world,
    });
    server.world.clock.advance(MINUTE);
    expect(await state()).toBe('INSUFFICIENT_DATA');
});
