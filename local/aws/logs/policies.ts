import { z } from 'zod';
import { AwsError } from '../error';
import { pageOf, sortedBy } from '../paging';
import { allows, statementsOf } from '../resource-policy';
import { type Call, InvalidInput, type Operation, operation } from '../service';
import { storeOf } from '../world';
import * as members from './members';
import { groupArn } from './state';

interface ResourcePolicy {
    readonly document: string;
    readonly updatedAt: number;
}

/** The resource policies of an account in a Region, by name. */
const policies = storeOf('log resource policies', () => new Map<string, ResourcePolicy>());

/** For each account and Region, and characters of a document (CloudWatch Logs quotas; PutResourcePolicy, API reference). */
const MOST = 10;
const LONGEST = 5_120;

export const policyOperations: Readonly<Record<string, Operation>> = {
    PutResourcePolicy: operation(
        z.strictObject({ policyName: z.string().min(1), policyDocument: z.string().min(1).max(LONGEST) }),
        ({ policyName, policyDocument }, call) => {
            if (!statementsOf(policyDocument)) {
                throw new InvalidInput('Invalid policy document.');
            }
            const existing = policies.of(call.world, call);
            if (!existing.has(policyName) && existing.size >= MOST) {
                throw new AwsError('LimitExceededException', 'Resource limit exceeded.');
            }
            const policy = { document: policyDocument, updatedAt: call.world.clock.now() };
            existing.set(policyName, policy);
            return { resourcePolicy: description(policyName, policy) };
        },
    ),

    DescribeResourcePolicies: operation(
        z.strictObject({ limit: members.limit, nextToken: members.nextToken }),
        ({ limit, nextToken }, call) => {
            const all = sortedBy(policies.of(call.world, call), ([name]) => name);
            const { items, ...rest } = pageOf(all, limit, nextToken);
            return { resourcePolicies: items.map(([name, policy]) => description(name, policy)), ...rest };
        },
    ),

    DeleteResourcePolicy: operation(z.strictObject({ policyName: z.string() }), ({ policyName }, call) => {
        if (!policies.of(call.world, call).delete(policyName)) {
            const message = `Policy with name [${policyName}] does not exist`;
            throw new AwsError('ResourceNotFoundException', message);
        }
        return {};
    }),
};

/**
 * Whether EventBridge may deliver for a rule: it creates streams and puts events as two principals, which both must be
 * allowed (EventBridge user guide, CloudWatch Logs permissions).
 */
export function mayDeliver(logGroupName: string, ruleArn: string, call: Call): boolean {
    const documents = [...policies.of(call.world, call).values()].map(({ document }) => document);
    const resource = `${groupArn(logGroupName, call)}:log-stream:`;
    return ['events.amazonaws.com', 'delivery.logs.amazonaws.com'].every((service) =>
        ['logs:CreateLogStream', 'logs:PutLogEvents'].every((action) =>
            allows(documents, { service, action, resource, account: call.account, source: ruleArn }),
        ),
    );
}

function description(policyName: string, { document, updatedAt }: ResourcePolicy) {
    return { policyName, policyDocument: document, lastUpdatedTime: updatedAt };
}
