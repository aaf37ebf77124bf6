import { z } from 'zod';
import { AwsError } from '../aws/error';
import { type Operation, operation } from '../aws/service';
import * as answers from './answers';
import type { ManagedStacks } from './managed-stacks';
import { ofStack, stackName } from './members';

/** CloudFormation's operations on drift. Only resources of our type are compared. */
export function driftOperations(stacks: ManagedStacks): Readonly<Record<string, Operation>> {
    return {
        DetectStackDrift: operation(ofStack, ({ StackName }, call) => ({
            StackDriftDetectionId: stacks.stackOf(StackName, call).detectDrift().id,
        })),

        DescribeStackDriftDetectionStatus: operation(
            z.strictObject({ StackDriftDetectionId: z.string().min(1).max(36) }),
            ({ StackDriftDetectionId }, call) => {
                for (const stack of stacks.in(call)) {
                    const detection = stack.detections.find(({ id }) => id === StackDriftDetectionId);
                    if (detection) {
                        return answers.detectionAnswer(stack, detection);
                    }
                }
                throw new AwsError(
                    'ValidationError',
                    `Drift detection ${StackDriftDetectionId} does not exist`,
                );
            },
        ),

        DescribeStackResourceDrifts: operation(
            z.strictObject({
                StackName: stackName,
                StackResourceDriftStatusFilters: z.array(z.string()).min(1).max(4).optional(),
                NextToken: z.string().optional(),
            }),
            ({ StackName, StackResourceDriftStatusFilters: statuses }, call) => {
                const stack = stacks.stackOf(StackName, call);
                const { result = [] } = stack.detections.at(-1) ?? {};
                const drifts = result instanceof Error ? [] : result;
                return {
                    StackResourceDrifts: drifts
                        .filter(({ status }) => statuses?.includes(status) ?? true)
                        .map((drift) => answers.driftAnswer(stack, drift)),
                };
            },
        ),
    };
}
