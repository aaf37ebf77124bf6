import type { AwsType } from './aws-type';
import { replicationConfiguration, repository, scanningConfiguration } from './ecr';
import { alarm, eventRule, logGroup, logResourcePolicy, metricFilter } from './monitoring';

/** It gets a name, and nothing is made. */
const role: AwsType = {
    primaryIdentifier: 'RoleName',
    properties: [
        ...['RoleName', 'Description', 'Path', 'AssumeRolePolicyDocument', 'ManagedPolicyArns', 'Policies'],
        ...['MaxSessionDuration', 'PermissionsBoundary', 'Tags'],
    ],
    createOnlyProperties: ['RoleName'],
    attributes: (name, { partition, account }) => ({ Arn: `arn:${partition}:iam::${account}:role/${name}` }),
};

/** It gets a name, and nothing is made. */
const waitConditionHandle: AwsType = { primaryIdentifier: 'Id', properties: [], createOnlyProperties: [] };

/** The types that a stack of the stand-in may hold beside ours. */
export const AWS_TYPES: ReadonlyMap<string, AwsType> = new Map([
    ['AWS::CloudFormation::WaitConditionHandle', waitConditionHandle],
    ['AWS::CloudWatch::Alarm', alarm],
    ['AWS::ECR::RegistryScanningConfiguration', scanningConfiguration],
    ['AWS::ECR::ReplicationConfiguration', replicationConfiguration],
    ['AWS::ECR::Repository', repository],
    ['AWS::Events::Rule', eventRule],
    ['AWS::IAM::Role', role],
    ['AWS::Logs::LogGroup', logGroup],
    ['AWS::Logs::MetricFilter', metricFilter],
    ['AWS::Logs::ResourcePolicy', logResourcePolicy],
]);
