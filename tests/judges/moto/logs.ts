import { type Scenario, step } from './scenario';

const NAME = '/aws/events/scans';
const ARN = `arn:aws:logs:us-east-1:123456789012:log-group:${NAME}`;
const ofGroup = { logGroupName: NAME };
const create = (more: object = {}) => step('logs:CreateLogGroup', { ...ofGroup, ...more });
const describe = (more: object = {}, region?: string) => step('logs:DescribeLogGroups', { ...more }, region);

const filter = (filterName: string, more: object = {}) =>
    step('logs:PutMetricFilter', {
        ...ofGroup,
        filterName,
        filterPattern: '{ $.detail.finding-severity-counts.CRITICAL > 0 }',
        metricTransformations: [
            { metricName: 'Critical', metricNamespace: 'Scans', metricValue: '1', defaultValue: 0 },
        ],
        ...more,
    });
const filters = (more: object = {}) => step('logs:DescribeMetricFilters', { ...ofGroup, ...more });

const policyDocument = (service: string) =>
    JSON.stringify({
        Version: '2012-10-17',
        Statement: [
            {
                Effect: 'Allow',
                Principal: { Service: service },
                Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
                Resource: `${ARN}:*`,
            },
        ],
    });
const putPolicy = (policyName: string) =>
    step('logs:PutResourcePolicy', { policyName, policyDocument: policyDocument('events.amazonaws.com') });

export const LOGS: readonly Scenario[] = [
    {
        name: 'a log group comes and goes',
        steps: [
            describe(),
            create({ tags: { Team: 'blue' } }),
            create(),
            step('logs:CreateLogGroup', { logGroupName: '/other' }),
            describe(),
            describe({ logGroupNamePrefix: '/aws' }),
            describe({ limit: 1 }),
            describe({}, 'eu-west-1'),
            step('logs:DeleteLogGroup', ofGroup),
            step('logs:DeleteLogGroup', ofGroup),
            describe({ logGroupNamePrefix: '/aws' }),
        ],
    },
    {
        name: 'retention of a log group',
        steps: [
            step('logs:PutRetentionPolicy', { ...ofGroup, retentionInDays: 30 }),
            step('logs:DeleteRetentionPolicy', ofGroup),
            create(),
            step('logs:PutRetentionPolicy', { ...ofGroup, retentionInDays: 30 }),
            describe(),
            step('logs:DeleteRetentionPolicy', ofGroup),
            describe(),
        ],
    },
    {
        name: 'tags of a log group',
        steps: [
            create({ tags: { Team: 'blue' } }),
            step('logs:ListTagsForResource', { resourceArn: ARN }),
            step('logs:TagResource', { resourceArn: ARN, tags: { Stage: 'test', Team: 'red' } }),
            step('logs:ListTagsForResource', { resourceArn: ARN }),
            step('logs:UntagResource', { resourceArn: ARN, tagKeys: ['Stage', 'Nothing'] }),
            step('logs:ListTagsForResource', { resourceArn: ARN }),
        ],
    },
    {
        name: 'metric filters of a log group',
        steps: [
            create(),
            filters(),
            filter('critical'),
            filter('other', { filterPattern: 'ERROR' }),
            filters(),
            filters({ filterNamePrefix: 'crit' }),
            step('logs:DescribeMetricFilters', { metricName: 'Critical', metricNamespace: 'Scans' }),
            describe(),
            filter('broken', { metricTransformations: [] }),
            step('logs:DeleteMetricFilter', { ...ofGroup, filterName: 'critical' }),
            filters(),
        ],
    },
    {
        name: 'resource policies',
        steps: [
            step('logs:DescribeResourcePolicies'),
            putPolicy('scans'),
            putPolicy('scans'),
            step('logs:DescribeResourcePolicies'),
            step('logs:DescribeResourcePolicies', {}, 'eu-west-1'),
            ...Array.from({ length: 9 }, (_, index) => putPolicy(`other-${index}`)),
            putPolicy('one-too-many'),
            step('logs:DeleteResourcePolicy', { policyName: 'scans' }),
            step('logs:DeleteResourcePolicy', { policyName: 'scans' }),
        ],
    },
    {
        name: 'streams and events of a log group',
        steps: [
            step('logs:CreateLogStream', { ...ofGroup, logStreamName: 'one' }),
            create(),
            step('logs:CreateLogStream', { ...ofGroup, logStreamName: 'one' }),
            step('logs:CreateLogStream', { ...ofGroup, logStreamName: 'one' }),
            step('logs:DescribeLogStreams', ofGroup),
            step('logs:PutLogEvents', {
                ...ofGroup,
                logStreamName: 'nothing',
                logEvents: [{ timestamp: Date.now(), message: 'first' }],
            }),
            step('logs:PutLogEvents', {
                ...ofGroup,
                logStreamName: 'one',
                logEvents: [
                    { timestamp: 1_795_000_000_000, message: 'first' },
                    { timestamp: 1_795_000_000_001, message: 'second' },
                ],
            }),
            step('logs:GetLogEvents', { ...ofGroup, logStreamName: 'one', startFromHead: true }),
            step('logs:FilterLogEvents', { ...ofGroup, filterPattern: 'second' }),
            ...['GetLogEvents', 'FilterLogEvents'].map((operation) =>
                step(`logs:${operation}`, {
                    ...ofGroup,
                    ...(operation === 'GetLogEvents' && { logStreamName: 'one' }),
                    startTime: 1_795_000_000_000,
                    endTime: 1_795_000_000_001,
                }),
            ),
            step('logs:DescribeLogStreams', ofGroup),
            step('logs:DeleteLogStream', { ...ofGroup, logStreamName: 'one' }),
            step('logs:DeleteLogStream', { ...ofGroup, logStreamName: 'one' }),
        ],
    },
];
