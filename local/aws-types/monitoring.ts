import { type Json, type JsonObject, listOf, lookUp } from '../json';
import { type AwsCall, type AwsType, camelCase, present, textOf } from './aws-type';

const logs = (operation: string, input: JsonObject): AwsCall => ({ service: 'logs', operation, input });

const events = (operation: string, input: JsonObject): AwsCall => ({ service: 'events', operation, input });

const monitoring = (operation: string, input: JsonObject): AwsCall => ({
    service: 'monitoring',
    operation,
    input,
});

export const logGroup: AwsType = {
    primaryIdentifier: 'LogGroupName',
    properties: ['LogGroupName', 'RetentionInDays'],
    createOnlyProperties: ['LogGroupName'],
    create: ({ LogGroupName: logGroupName = '' }) => logs('CreateLogGroup', { logGroupName }),
    settle({ properties: { LogGroupName: logGroupName = '', RetentionInDays: retentionInDays }, changed }) {
        if (!changed('RetentionInDays')) {
            return [];
        }
        return retentionInDays === undefined
            ? [logs('DeleteRetentionPolicy', { logGroupName })]
            : [logs('PutRetentionPolicy', { logGroupName, retentionInDays })];
    },
    remove: ({ LogGroupName: logGroupName = '' }) => [logs('DeleteLogGroup', { logGroupName })],
    attributes: (name, { partition, region, account }) => ({
        Arn: `arn:${partition}:logs:${region}:${account}:log-group:${name}:*`,
    }),
};

export const logResourcePolicy: AwsType = {
    primaryIdentifier: 'PolicyName',
    properties: ['PolicyName', 'PolicyDocument'],
    createOnlyProperties: ['PolicyName'],
    settle: ({ properties: { PolicyName: policyName = '', PolicyDocument = '' } }) => [
        logs('PutResourcePolicy', { policyName, policyDocument: textOf(PolicyDocument) }),
    ],
    remove: ({ PolicyName: policyName = '' }) => [logs('DeleteResourcePolicy', { policyName })],
};

export const metricFilter: AwsType = {
    primaryIdentifier: 'FilterName',
    properties: ['FilterName', 'LogGroupName', 'FilterPattern', 'MetricTransformations'],
    createOnlyProperties: ['FilterName', 'LogGroupName'],
    settle: ({ properties }) => [logs('PutMetricFilter', camelCase(properties))],
    remove: ({ FilterName: filterName = '', LogGroupName: logGroupName = '' }) => [
        logs('DeleteMetricFilter', { filterName, logGroupName }),
    ],
};

export const eventRule: AwsType = {
    primaryIdentifier: 'Name',
    properties: ['Name', 'Description', 'EventPattern', 'ScheduleExpression', 'State', 'Targets'],
    createOnlyProperties: ['Name'],
    settle({ properties: { EventPattern, Targets, ...rule }, previous }) {
        const { Name = '' } = rule;
        const targets = listOf(Targets);
        const kept = idsOf(Targets);
        const gone = idsOf(previous?.['Targets']).filter((id) => !kept.includes(id));
        return [
            events('PutRule', present({ ...rule, EventPattern: EventPattern && textOf(EventPattern) })),
            ...(gone.length > 0 ? [events('RemoveTargets', { Rule: Name, Ids: gone })] : []),
            ...(targets.length > 0 ? [events('PutTargets', { Rule: Name, Targets: targets })] : []),
        ];
    },
    remove: ({ Name = '', Targets }) => [
        ...(listOf(Targets).length > 0 ? [events('RemoveTargets', { Rule: Name, Ids: idsOf(Targets) })] : []),
        events('DeleteRule', { Name }),
    ],
    attributes: (name, { partition, region, account }) => ({
        Arn: `arn:${partition}:events:${region}:${account}:rule/${name}`,
    }),
};

function idsOf(targets: Json | undefined): Json[] {
    return listOf(targets).flatMap((target) => lookUp(target, ['Id']) ?? []);
}

export const alarm: AwsType = {
    primaryIdentifier: 'AlarmName',
    properties: [
        ...['AlarmName', 'AlarmDescription', 'AlarmActions', 'OKActions', 'InsufficientDataActions'],
        ...['Namespace', 'MetricName', 'Dimensions', 'Statistic', 'Period', 'EvaluationPeriods'],
        ...['DatapointsToAlarm', 'Threshold', 'ComparisonOperator', 'TreatMissingData', 'Unit'],
    ],
    createOnlyProperties: ['AlarmName'],
    settle: ({ properties }) => [monitoring('PutMetricAlarm', properties)],
    remove: ({ AlarmName = '' }) => [monitoring('DeleteAlarms', { AlarmNames: [AlarmName] })],
    attributes: (name, { partition, region, account }) => ({
        Arn: `arn:${partition}:cloudwatch:${region}:${account}:alarm:${name}`,
    }),
};
