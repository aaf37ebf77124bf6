import { isDeepStrictEqual } from 'node:util';
import {
    type CloudWatchLogsClient,
    DeleteResourcePolicyCommand,
    DescribeLogGroupsCommand,
    DescribeResourcePoliciesCommand,
    PutResourcePolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { orUndefined, withinQuota } from '../errors';
import { LOG_GROUPS } from './names';
import type { RepositoryRef } from './repository-ref';

/*
 * EventBridge writes into a log group by a resource policy and by nothing else. An account has room for ten of them in
 * a Region (CloudWatch Logs API reference, PutResourcePolicy), so all log groups of this type share one.
 *
 * Repositories come and go at the same time, with no lock between them. A process that needs a log group creates it first and then
 * grants. A process that removes one deletes it, revokes if no other group exists, and then looks again: if one exists now,
 * it grants again. If no other group existed a moment ago, it deletes and revokes at the same time. So, as soon as
 * nobody is at work:
 * - Where there is a group, there is the policy. Of the last revocation: a grant that came later stands. One that came
 *   earlier was for a group made still earlier; that group is found by the look after the revocation, which grants.
 * - Where there is no group, there is no policy. The last grant was either for a group, whose remover looks after
 *   deleting it, or by a remover, who looks again after granting; the process that looks last finds no group and revokes.
 * This rests on DescribeLogGroups showing a group once CreateLogGroup has answered.
 */
const POLICY = 'OrgContainersEcrRepositoryEvents';

/** Whether the policy exists and is as it should be. */
export async function isGranted(logs: CloudWatchLogsClient, repository: RepositoryRef): Promise<boolean> {
    // Ten at most, so one page.
    const { resourcePolicies = [] } = await logs.send(new DescribeResourcePoliciesCommand({ limit: 50 }));
    const policy = resourcePolicies.find(({ policyName }) => policyName === POLICY);
    return isDeepStrictEqual(parse(policy?.policyDocument), document(repository));
}

export async function grant(logs: CloudWatchLogsClient, repository: RepositoryRef): Promise<void> {
    const policyDocument = JSON.stringify(document(repository));
    const put = new PutResourcePolicyCommand({ policyName: POLICY, policyDocument });
    await withinQuota('log resource policies, 10 in a Region, not adjustable', logs.send(put));
}

export async function revoke(logs: CloudWatchLogsClient): Promise<void> {
    const deletion = logs.send(new DeleteResourcePolicyCommand({ policyName: POLICY }));
    await orUndefined(deletion, 'ResourceNotFoundException');
}

/** Whether a log group other than this one needs the policy. */
export async function isShared(logs: CloudWatchLogsClient, logGroupName: string): Promise<boolean> {
    const page = { logGroupNamePrefix: LOG_GROUPS, limit: 2 };
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand(page));
    return logGroups.some((group) => group.logGroupName !== logGroupName);
}

/**
 * Revokes or grants, as other log groups need it. To be called when the log group is deleted; `granted` is what is
 * known of the policy until then.
 */
export async function release(
    logs: CloudWatchLogsClient,
    logGroupName: string,
    granted: boolean | undefined,
    repository: RepositoryRef,
): Promise<void> {
    let is = granted;
    for (;;) {
        const needed = await isShared(logs, logGroupName);
        if (needed === is) {
            return;
        }
        await (needed ? grant(logs, repository) : revoke(logs));
        is = needed;
    }
}

/** EventBridge delivers as both principals (EventBridge user guide, CloudWatch Logs permissions). */
function document({ partition, region, account }: RepositoryRef): object {
    return {
        Version: '2012-10-17',
        Statement: [
            {
                Sid: POLICY,
                Effect: 'Allow',
                Principal: { Service: ['events.amazonaws.com', 'delivery.logs.amazonaws.com'] },
                Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
                Resource: `arn:${partition}:logs:${region}:${account}:log-group:${LOG_GROUPS}*:*`,
            },
        ],
    };
}

/** A document that is not JSON is not ours. */
function parse(text = 'null'): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}
