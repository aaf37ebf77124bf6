import { type Scenario, step } from './scenario';

const NAME = 'scans';
const ARN = `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${NAME}`;
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:alerts';
const put = (more: object = {}) =>
    step('cloudwatch:PutMetricAlarm', {
        AlarmName: NAME,
        AlarmDescription: 'Critical findings',
        Namespace: 'Scans',
        MetricName: 'Critical',
        Statistic: 'Maximum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
        AlarmActions: [TOPIC],
        ...more,
    });
const alarms = (more: object = {}, region?: string) =>
    step('cloudwatch:DescribeAlarms', { AlarmTypes: ['MetricAlarm'], ...more }, region);

const DashboardBody = JSON.stringify({
    widgets: [
        {
            type: 'metric',
            x: 0,
            y: 0,
            width: 12,
            height: 6,
            properties: { metrics: [['Scans', 'Critical']], region: 'us-east-1', title: 'Scans' },
        },
    ],
});

export const CLOUDWATCH: readonly Scenario[] = [
    {
        name: 'an alarm comes and goes',
        steps: [
            alarms(),
            put(),
            alarms(),
            put({ Threshold: 5, Dimensions: [{ Name: 'RepositoryName', Value: 'team/app' }] }),
            put({ AlarmName: 'other' }),
            alarms({ AlarmNames: [NAME, 'nothing'] }),
            alarms({ AlarmNamePrefix: 'oth' }),
            alarms({ MaxRecords: 1 }),
            alarms({}, 'eu-west-1'),
            step('cloudwatch:DeleteAlarms', { AlarmNames: [NAME] }),
            step('cloudwatch:DeleteAlarms', { AlarmNames: [NAME] }),
            alarms({ AlarmNames: [NAME] }),
        ],
    },
    {
        name: 'the state of an alarm is set',
        steps: [
            // Evaluated once an hour: at the end of a minute the state would go back before it is read.
            put({ Namespace: 'Nothing', Period: 3_600, EvaluationPeriods: 25 }),
            step('cloudwatch:SetAlarmState', { AlarmName: NAME, StateValue: 'ALARM', StateReason: 'a test' }),
            alarms({ StateValue: 'ALARM' }),
            step('cloudwatch:SetAlarmState', { AlarmName: 'other', StateValue: 'OK', StateReason: 'a test' }),
            step('cloudwatch:DisableAlarmActions', { AlarmNames: [NAME] }),
            alarms(),
        ],
    },
    {
        name: 'tags of an alarm',
        steps: [
            put({ Tags: [{ Key: 'Team', Value: 'blue' }] }),
            step('cloudwatch:ListTagsForResource', { ResourceARN: ARN }),
            step('cloudwatch:TagResource', { ResourceARN: ARN, Tags: [{ Key: 'Stage', Value: 'test' }] }),
            step('cloudwatch:UntagResource', { ResourceARN: ARN, TagKeys: ['Team'] }),
            step('cloudwatch:ListTagsForResource', { ResourceARN: ARN }),
        ],
    },
    {
        name: 'an alarm on a sum',
        steps: [
            step('cloudwatch:PutMetricAlarm', {
                AlarmName: 'sum',
                EvaluationPeriods: 1,
                Threshold: 0,
                ComparisonOperator: 'GreaterThanThreshold',
                Metrics: [
                    { Id: 'sum', Expression: 'a + b', Label: 'Both', ReturnData: true },
                    ...['a', 'b'].map((Id) => ({
                        Id,
                        MetricStat: {
                            Metric: { Namespace: 'Scans', MetricName: Id },
                            Period: 60,
                            Stat: 'Maximum',
                        },
                        ReturnData: false,
                    })),
                ],
            }),
            alarms({ AlarmNames: ['sum'] }),
        ],
    },
    {
        name: 'a dashboard comes and goes',
        steps: [
            step('cloudwatch:ListDashboards'),
            step('cloudwatch:GetDashboard', { DashboardName: NAME }),
            step('cloudwatch:PutDashboard', { DashboardName: NAME, DashboardBody }),
            step('cloudwatch:GetDashboard', { DashboardName: NAME }),
            step('cloudwatch:ListDashboards'),
            step('cloudwatch:ListDashboards', { DashboardNamePrefix: 'oth' }),
            step('cloudwatch:DeleteDashboards', { DashboardNames: [NAME] }),
            step('cloudwatch:DeleteDashboards', { DashboardNames: [NAME] }),
            step('cloudwatch:ListDashboards'),
            step('cloudwatch:PutDashboard', { DashboardName: NAME, DashboardBody: 'nothing' }),
            step('cloudwatch:PutDashboard', { DashboardName: 'a/b', DashboardBody }),
        ],
    },
    {
        name: 'metrics are put and read',
        steps: [
            step('cloudwatch:ListMetrics', { Namespace: 'Scans' }),
            step('cloudwatch:PutMetricData', {
                Namespace: 'Scans',
                MetricData: [
                    { MetricName: 'Critical', Value: 3, Timestamp: 1_795_000_000 },
                    { MetricName: 'Critical', Value: 5, Timestamp: 1_795_000_010 },
                ],
            }),
            step('cloudwatch:ListMetrics', { Namespace: 'Scans' }),
            step('cloudwatch:GetMetricStatistics', {
                Namespace: 'Scans',
                MetricName: 'Critical',
                StartTime: 1_795_000_000 - 60,
                EndTime: 1_795_000_000 + 120,
                Period: 60,
                Statistics: ['Sum', 'Maximum', 'SampleCount'],
            }),
        ],
    },
];
