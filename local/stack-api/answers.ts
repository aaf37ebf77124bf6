import { typeName } from '../resource-type';
import { identifierOf } from '../resource-types';
import type { ResourceDrift } from '../stacks/drift';
import type { StackState } from '../stacks/state';
import type { Template } from '../template/template';
import { capabilitiesOf } from './deployment';
import type { ChangeSet, DriftDetection, ManagedStack } from './managed-stack';

/** How DescribeStacks shows a stack. */
export function stackAnswer(stack: ManagedStack): object {
    return {
        ...summaryAnswer(stack),
        Tags: tagAnswers(stack.state.tags),
        Outputs: Object.entries(stack.state.outputs).map(([OutputKey, OutputValue]) => ({
            OutputKey,
            OutputValue,
        })),
    };
}

function tagAnswers(tags: StackState['tags']): object[] {
    return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** How ListStacks shows it. */
export function summaryAnswer({ state, created }: ManagedStack): object {
    return {
        StackId: state.id,
        StackName: state.name,
        CreationTime: created,
        StackStatus: state.status,
        StackStatusReason: state.reason,
    };
}

export function eventAnswers({ state, events }: ManagedStack): object[] {
    return events.map(({ id, time, logicalId, physicalId, type, status, reason }) => ({
        StackId: state.id,
        StackName: state.name,
        EventId: id,
        Timestamp: time,
        LogicalResourceId: logicalId,
        PhysicalResourceId: physicalId,
        ResourceType: type,
        ResourceStatus: status,
        ResourceStatusReason: reason,
    }));
}

/** What the stack holds and what it could not create; the name of the latter may be of somebody else's resource. */
export function resourceAnswers({ state, events }: ManagedStack): object[] {
    const held = new Map(Object.values(state.resources).map((record) => [record.logicalId, record]));
    const failed = events.filter(
        ({ logicalId, type, status }) =>
            type !== 'AWS::CloudFormation::Stack' && status === 'CREATE_FAILED' && !held.has(logicalId),
    );
    const shown = [
        ...[...held.values()].map(({ properties, ...record }) => ({
            physicalId: identifierOf(record.type, properties),
            ...record,
        })),
        ...failed,
        ...state.leftovers,
    ];
    return shown.map(({ logicalId, type, status, physicalId }) => ({
        StackId: state.id,
        StackName: state.name,
        LogicalResourceId: logicalId,
        PhysicalResourceId: physicalId,
        ResourceType: type,
        ResourceStatus: status,
        Timestamp: events.find((event) => event.logicalId === logicalId)?.time ?? new Date(0),
    }));
}

export function detectionAnswer({ state }: ManagedStack, { id, time, result }: DriftDetection): object {
    const common = { StackId: state.id, StackDriftDetectionId: id, Timestamp: time };
    if (result instanceof Error) {
        return {
            ...common,
            DetectionStatus: 'DETECTION_FAILED',
            DetectionStatusReason: result.message,
        };
    }
    const drifted = result?.filter(({ status }) => status !== 'IN_SYNC') ?? [];
    return result
        ? {
              ...common,
              DetectionStatus: 'DETECTION_COMPLETE',
              StackDriftStatus: drifted.length > 0 ? 'DRIFTED' : 'IN_SYNC',
              DriftedStackResourceCount: drifted.length,
          }
        : { ...common, DetectionStatus: 'DETECTION_IN_PROGRESS' };
}

export function driftAnswer({ state, detections }: ManagedStack, drift: ResourceDrift): object {
    return {
        StackId: state.id,
        LogicalResourceId: drift.logicalId,
        PhysicalResourceId: drift.physicalId,
        ResourceType: typeName,
        StackResourceDriftStatus: drift.status,
        Timestamp: detections.at(-1)?.time,
        PropertyDifferences: drift.differences.map(({ path, kind, expected, actual }) => ({
            PropertyPath: path,
            ExpectedValue: JSON.stringify(expected) ?? 'null',
            ActualValue: JSON.stringify(actual) ?? 'null',
            DifferenceType: kind,
        })),
    };
}

/** How DescribeChangeSet shows a change set. */
export function changeSetAnswer({ state }: ManagedStack, changeSet: ChangeSet): object {
    const { id, name, created, deployment, changes, status, reason, executionStatus } = changeSet;
    return {
        ChangeSetId: id,
        ChangeSetName: name,
        StackId: state.id,
        StackName: state.name,
        CreationTime: created,
        Parameters: [...deployment.parameters].map(([ParameterKey, ParameterValue]) => ({
            ParameterKey,
            ParameterValue,
        })),
        Tags: tagAnswers(deployment.tags),
        Status: status,
        StatusReason: reason,
        ExecutionStatus: executionStatus,
        Changes: changes.map(({ action, logicalId, type, physicalId, replacement, policyAction }) => ({
            Type: 'Resource',
            ResourceChange: {
                Action: action,
                PolicyAction: policyAction,
                LogicalResourceId: logicalId,
                PhysicalResourceId: physicalId,
                ResourceType: type,
                Replacement: replacement,
            },
        })),
    };
}

export function templateAnswer(template: Template): object {
    return {
        Parameters: [...template.parameters.values()].map(({ name, type, attributes }) => ({
            ParameterKey: name,
            ParameterType: type,
            DefaultValue: attributes.Default === undefined ? undefined : String(attributes.Default),
            Description: attributes.Description,
            NoEcho: attributes.NoEcho === true || attributes.NoEcho === 'true',
        })),
        Capabilities: capabilitiesOf(template),
        ResourceTypes: [...new Set([...template.resources.values()].map(({ type }) => type))],
    };
}
