import { z } from 'zod';
import { jsonIn } from '../../json';
import { AwsError } from '../error';
import { pageOf, sortedBy } from '../paging';
import { type Call, InvalidInput, type Operation, operation } from '../service';
import { tagEntries, taggingOperations, tagMembers, withTags } from '../tags';
import * as members from './members';
import { eventPattern } from './pattern';
import { BUS, type Rule, refuseOtherBus, ruleArn, ruleOf, rules } from './state';

/** Characters (EventBridge quotas). */
const LONGEST_PATTERN = 2_048;

const TAG_ERRORS = { invalid: 'ValidationException', tooMany: 'ValidationException' };

const named = { Name: members.ruleName, EventBusName: members.busName };

export const ruleOperations: Readonly<Record<string, Operation>> = {
    /** Replaces all settings of a rule that is there, and ignores tags then (PutRule, API reference). */
    PutRule: operation(
        z.strictObject({
            ...named,
            EventPattern: members.eventPattern.optional(),
            ScheduleExpression: z.string().optional(),
            State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
            Description: z.string().max(512).optional(),
            RoleArn: z.string().min(1).max(1600).optional(),
            Tags: tagMembers.default([]),
        }),
        (
            { Name, EventBusName, EventPattern, ScheduleExpression, State, Description, RoleArn, Tags },
            call,
        ) => {
            refuseOtherBus(EventBusName, call);
            const pattern = refusePattern(EventPattern, ScheduleExpression);
            const store = rules.of(call.world, call);
            const existing = store.get(Name);
            if (!existing && store.size >= call.world.quotas.rules) {
                throw limitExceeded();
            }
            store.set(Name, {
                name: Name,
                pattern,
                isEnabled: State === 'ENABLED',
                description: Description,
                roleArn: RoleArn,
                tags: existing?.tags ?? withTags(new Map(), tagEntries(Tags), TAG_ERRORS),
                targets: existing?.targets ?? new Map(),
            });
            return { RuleArn: ruleArn(Name, call) };
        },
    ),

    DescribeRule: operation(z.strictObject(named), ({ Name, EventBusName }, call) => ({
        ...description(ruleOf(Name, EventBusName, call), call),
        CreatedBy: call.account,
    })),

    ListRules: operation(
        z.strictObject({
            NamePrefix: members.ruleName.optional(),
            EventBusName: members.busName,
            Limit: members.limit,
            NextToken: members.nextToken,
        }),
        ({ NamePrefix = '', EventBusName, Limit, NextToken }, call) => {
            refuseOtherBus(EventBusName, call);
            const found = [...rules.of(call.world, call).values()].filter(({ name }) =>
                name.startsWith(NamePrefix),
            );
            const inOrder = sortedBy(found, ({ name }) => name);
            const { items, nextToken } = pageOf(inOrder, Limit, NextToken, 'ValidationException');
            return { Rules: items.map((rule) => description(rule, call)), NextToken: nextToken };
        },
    ),

    /** A rule that is not there is no error (DeleteRule, API reference). */
    DeleteRule: operation(
        z.strictObject({ ...named, Force: z.boolean().optional() }),
        ({ Name, EventBusName }, call) => {
            refuseOtherBus(EventBusName, call);
            const store = rules.of(call.world, call);
            if ((store.get(Name)?.targets.size ?? 0) > 0) {
                throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
            }
            store.delete(Name);
            return {};
        },
    ),

    EnableRule: operation(z.strictObject(named), ({ Name, EventBusName }, call) => {
        ruleOf(Name, EventBusName, call).isEnabled = true;
        return {};
    }),

    DisableRule: operation(z.strictObject(named), ({ Name, EventBusName }, call) => {
        ruleOf(Name, EventBusName, call).isEnabled = false;
        return {};
    }),

    ...taggingOperations(TAG_ERRORS, taggedRule),

    TestEventPattern: operation(
        z.strictObject({ EventPattern: members.eventPattern, Event: z.string() }),
        ({ EventPattern, Event }) => ({ Result: eventPattern(EventPattern)(eventIn(Event)) }),
    ),
};

/** The pattern; rules that run on a schedule are not known here. */
function refusePattern(pattern: string | undefined, schedule: string | undefined): string {
    if (schedule !== undefined) {
        throw new InvalidInput(
            'The AWS stand-in knows rules with an event pattern, and none with a ScheduleExpression.',
        );
    }
    if (pattern === undefined) {
        throw new InvalidInput('Parameter(s) EventPattern or ScheduleExpression must be specified.');
    }
    if (pattern.length > LONGEST_PATTERN) {
        throw limitExceeded();
    }
    eventPattern(pattern);
    return pattern;
}

function eventIn(text: string): unknown {
    const event = jsonIn(text);
    if (event === undefined) {
        throw new InvalidInput('Parameter Event is not valid. Reason: Parsed JSON is malformed');
    }
    return event;
}

export function limitExceeded(): AwsError {
    const message = 'The requested resource exceeds the maximum number allowed.';
    return new AwsError('LimitExceededException', message);
}

function description({ name, pattern, isEnabled, description: words, roleArn }: Rule, call: Call): object {
    return {
        Name: name,
        Arn: ruleArn(name, call),
        EventPattern: pattern,
        State: isEnabled ? 'ENABLED' : 'DISABLED',
        Description: words,
        RoleArn: roleArn,
        EventBusName: BUS,
    };
}

function taggedRule(resourceArn: string, call: Call): Rule {
    const prefix = ruleArn('', call);
    const rule = resourceArn.startsWith(prefix)
        ? rules.of(call.world, call).get(resourceArn.slice(prefix.length))
        : undefined;
    if (!rule) {
        const name = resourceArn.slice(resourceArn.indexOf('/') + 1);
        throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${BUS}.`);
    }
    return rule;
}
