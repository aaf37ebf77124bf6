import { z } from 'zod';
import { pageOf, sortedBy } from '../paging';
import { type Call, InvalidInput, type Operation, operation } from '../service';
import { inputViolation } from './input';
import * as members from './members';
import { limitExceeded } from './rules';
import { type Rule, ruleArn, ruleOf, rules, type Target } from './state';

/** For each rule (EventBridge quotas). */
const MOST = 5;

/** For each request (PutTargets and RemoveTargets, API reference). */
const MOST_AT_ONCE = 100;

const target = z.strictObject({
    Id: members.targetId,
    Arn: z.string().min(1).max(1600),
    RoleArn: z.string().min(1).max(1600).optional(),
    Input: z.string().max(8192).optional(),
    InputPath: z.string().max(256).optional(),
    InputTransformer: z
        .strictObject({
            InputPathsMap: z
                .record(
                    z
                        .string()
                        .max(256)
                        .regex(/^[A-Za-z0-9_-]+$/),
                    z.string().max(256),
                )
                .optional(),
            InputTemplate: z.string().min(1).max(8192),
        })
        .optional(),
    DeadLetterConfig: z.strictObject({ Arn: z.string().optional() }).optional(),
    RetryPolicy: z
        .strictObject({
            MaximumRetryAttempts: z.number().int().min(0).max(185).optional(),
            MaximumEventAgeInSeconds: z.number().int().min(60).max(86_400).optional(),
        })
        .optional(),
});

const ofRule = { Rule: members.ruleName, EventBusName: members.busName };

export const targetOperations: Readonly<Record<string, Operation>> = {
    PutTargets: operation(
        z.strictObject({ ...ofRule, Targets: z.array(target).min(1).max(MOST_AT_ONCE) }),
        ({ Rule: name, EventBusName, Targets }, call) => {
            const rule = ruleOf(name, EventBusName, call);
            for (const each of Targets) {
                refuseTarget(each, call);
            }
            refuseTooMany(rule, Targets);
            for (const each of Targets) {
                rule.targets.set(each.Id, each);
            }
            return { FailedEntryCount: 0, FailedEntries: [] };
        },
    ),

    /**
     * An Id that is not there is no failure: afterwards the targets of the request are removed, and an entry fails when too
     * many requests are made at the same time (RemoveTargets, API reference).
     */
    RemoveTargets: operation(
        z.strictObject({
            ...ofRule,
            Ids: z.array(members.targetId).min(1).max(MOST_AT_ONCE),
            Force: z.boolean().optional(),
        }),
        ({ Rule: name, EventBusName, Ids }, call) => {
            const { targets } = ruleOf(name, EventBusName, call);
            for (const id of Ids) {
                targets.delete(id);
            }
            return { FailedEntryCount: 0, FailedEntries: [] };
        },
    ),

    ListTargetsByRule: operation(
        z.strictObject({ ...ofRule, Limit: members.limit, NextToken: members.nextToken }),
        ({ Rule: name, EventBusName, Limit, NextToken }, call) => {
            const { targets } = ruleOf(name, EventBusName, call);
            const all = sortedBy(targets.values(), ({ Id }) => Id);
            const { items, nextToken } = pageOf(all, Limit, NextToken, 'ValidationException');
            return { Targets: items, NextToken: nextToken };
        },
    ),

    ListRuleNamesByTarget: operation(
        z.strictObject({
            TargetArn: z.string().min(1).max(1600),
            EventBusName: members.busName,
            Limit: members.limit,
            NextToken: members.nextToken,
        }),
        ({ TargetArn, Limit, NextToken }, call) => {
            const names = [...rules.of(call.world, call).values()]
                .filter(({ targets }) => [...targets.values()].some(({ Arn }) => Arn === TargetArn))
                .map(({ name }) => name)
                .sort();
            const { items, nextToken } = pageOf(names, Limit, NextToken, 'ValidationException');
            return { RuleNames: items, NextToken: nextToken };
        },
    ),
};

function refuseTooMany({ targets }: Rule, added: readonly Target[]): void {
    const ids = added.map(({ Id }) => Id);
    if (new Set(ids).size < ids.length) {
        throw new InvalidInput('Duplicate target Ids are not allowed.');
    }
    if (new Set([...targets.keys(), ...ids]).size > MOST) {
        throw limitExceeded();
    }
}

/** What the members' own bounds do not say (PutTargets and InputTransformer, API reference). */
function refuseTarget(target: Target, call: Call): void {
    const { Id, Arn, RoleArn } = target;
    const [prefix, , service, region = ''] = Arn.split(':');
    if (prefix !== 'arn' || !service) {
        throw new InvalidInput(
            `Parameter ${Arn} is not valid. Reason: Provided Arn is not in correct format.`,
        );
    }
    if (service === 'logs' && RoleArn !== undefined) {
        throw new InvalidInput(`RoleArn is not supported for target ${Arn}.`);
    }
    if (['logs', 'sns'].includes(service) && region !== call.region) {
        throw new InvalidInput(`Provided Arn is not in the Region of the rule ${ruleArn('', call)}: ${Arn}.`);
    }
    const violation = inputViolation(target, service);
    if (violation !== undefined) {
        throw new InvalidInput(`Invalid target ${Id}: ${violation}`);
    }
}
