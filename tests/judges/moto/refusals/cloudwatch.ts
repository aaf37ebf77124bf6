import { type Scenario, step } from '../scenario';
import { tags } from './tags';

const alarm = (more: object = {}) =>
    step('cloudwatch:PutMetricAlarm', {
        AlarmName: 'scans',
        Namespace: 'Scans',
        MetricName: 'Critical',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        ...more,
    });
const datum = (more: object) =>
    step('cloudwatch:PutMetricData', {
        Namespace: 'Scans',
        MetricData: [{ MetricName: 'Critical', ...more }],
    });
const NOON = 1_795_000_000;
const statistics = (more: object) =>
    step('cloudwatch:GetMetricStatistics', {
        Namespace: 'Scans',
        MetricName: 'Critical',
        StartTime: NOON,
        EndTime: NOON + 60,
        Period: 60,
        ...more,
    });
const query = (EndTime: number) =>
    step('cloudwatch:GetMetricData', {
        StartTime: NOON,
        EndTime,
        MetricDataQueries: [
            {
                Id: 'critical',
                MetricStat: {
                    Metric: { Namespace: 'Scans', MetricName: 'Critical' },
                    Period: 60,
                    Stat: 'Sum',
                },
            },
        ],
    });

export const CLOUDWATCH_REFUSALS: readonly Scenario[] = [
    {
        name: 'alarms that are not there, or that CloudWatch refuses',
        steps: [
            step('cloudwatch:SetAlarmState', { AlarmName: 'scans', StateValue: 'OK', StateReason: 'a test' }),
            step('cloudwatch:TagResource', {
                ResourceARN: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:scans',
                Tags: tags(1),
            }),
            step('cloudwatch:ListTagsForResource', { ResourceARN: 'nothing' }),
            step('cloudwatch:ListTagsForResource', {
                ResourceARN: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:scans',
            }),
            alarm({ Period: 61 }),
            alarm({ ComparisonOperator: 'Equals' }),
            alarm({ EvaluationPeriods: 0 }),
            alarm({ Statistic: undefined }),
            alarm({ Period: 86_400, EvaluationPeriods: 8 }),
            alarm({ DatapointsToAlarm: 2 }),
            alarm({ ExtendedStatistic: 'p99' }),
            alarm({ AlarmActions: ['nothing'] }),
            alarm({ AlarmActions: ['arn:aws:sns:eu-west-1:123456789012:alerts'] }),
            step('cloudwatch:DescribeAlarms', { AlarmNames: ['scans'], AlarmNamePrefix: 's' }),
            step('cloudwatch:DescribeAlarms', { NextToken: 'nothing' }),
        ],
    },
    {
        name: 'metrics and dashboards that CloudWatch refuses',
        steps: [
            step('cloudwatch:PutMetricData', {
                Namespace: 'AWS/Scans',
                MetricData: [{ MetricName: 'Critical', Value: 1 }],
            }),
            datum({}),
            datum({ Value: 1, Values: [1] }),
            datum({ Value: 1, Timestamp: 1_000 }),
            statistics({ StartTime: NOON + 61, Statistics: ['Sum'] }),
            statistics({ Period: 61, Statistics: ['Sum'] }),
            statistics({ StartTime: 0, Statistics: ['Sum'] }),
            statistics({}),
            query(NOON - 60),
            query(NOON + 60),
            step('cloudwatch:ListMetrics', { NextToken: 'nothing' }),
            step('cloudwatch:ListDashboards', { NextToken: 'nothing' }),
            step('cloudwatch:DeleteDashboards', { DashboardNames: [] }),
            step('cloudwatch:PutDashboard', { DashboardName: 'scans', DashboardBody: '{"widgets":{}}' }),
        ],
    },
];
