import { type Scenario, step } from '../scenario';

const GROUP = { logGroupName: '/scans' };
const GROUP_ARN = 'arn:aws:logs:us-east-1:123456789012:log-group:/scans';
const logs = (operation: string, input: object = {}) => step(`logs:${operation}`, { ...GROUP, ...input });
const ofStream = { logStreamName: 'one' };
const metric = { metricName: 'm', metricNamespace: 'n', metricValue: '1' };
const filter = (filterPattern: string, more: object = {}) =>
    logs('PutMetricFilter', {
        filterName: 'f',
        filterPattern,
        metricTransformations: [{ ...metric, ...more }],
    });
const HOUR = 3_600_000;
const logEvents = (...hoursAgo: number[]) =>
    logs('PutLogEvents', {
        ...ofStream,
        logEvents: hoursAgo.map((hours) => ({ timestamp: Date.now() - hours * HOUR, message: 'one' })),
    });

export const LOGS_REFUSALS: readonly Scenario[] = [
    {
        name: 'nothing is done to a log group that is not there',
        steps: [
            ...['DeleteLogGroup', 'DeleteRetentionPolicy', 'DescribeLogStreams', 'FilterLogEvents'].map(
                (operation) => logs(operation),
            ),
            ...['CreateLogStream', 'DeleteLogStream', 'GetLogEvents'].map((operation) =>
                logs(operation, ofStream),
            ),
            logEvents(0),
            step('logs:TagResource', { resourceArn: GROUP_ARN, tags: { a: 'b' } }),
            step('logs:UntagResource', { resourceArn: GROUP_ARN, tagKeys: ['a'] }),
            step('logs:ListTagsForResource', { resourceArn: 'nothing' }),
            step('logs:ListTagsForResource', { resourceArn: GROUP_ARN }),
            filter('ERROR'),
            logs('DescribeMetricFilters'),
        ],
    },
    {
        name: 'what CloudWatch Logs refuses of a log group',
        steps: [
            logs('CreateLogGroup'),
            step('logs:CreateLogGroup', { logGroupName: '/other', tags: {} }),
            step('logs:DescribeLogGroups', { logGroupNamePrefix: '/s', logGroupNamePattern: 's' }),
            step('logs:DescribeLogGroups', { nextToken: 'nothing' }),
            step('logs:ListTagsForResource', { resourceArn: GROUP_ARN }),
            logs('PutRetentionPolicy', { retentionInDays: 31 }),
            logs('DeleteMetricFilter', { filterName: 'f' }),
            filter('{ $.a = '),
            filter('{ $.a = 1 }', { dimensions: { A: '$.a' }, defaultValue: 0 }),
            filter('{ $.a = 1 }', { dimensions: { A: '$.a', B: '$.b', C: '$.c', D: '$.d' } }),
            step('logs:PutResourcePolicy', { policyName: 'p', policyDocument: 'nothing' }),
        ],
    },
    {
        name: 'events that CloudWatch Logs refuses',
        steps: [
            logs('CreateLogGroup'),
            logs('CreateLogStream', ofStream),
            logEvents(0, 1),
            logEvents(15 * 24),
            logEvents(-3),
            logs('GetLogEvents', { ...ofStream, nextToken: 'nothing' }),
            logs('FilterLogEvents', { logStreamNames: ['one'], logStreamNamePrefix: 'o' }),
            logs('FilterLogEvents', { logStreamNames: ['two'] }),
            logs('DescribeLogStreams', { orderBy: 'LastEventTime', logStreamNamePrefix: 'o' }),
            logEvents(25, 0),
        ],
    },
];
