import { isDeepStrictEqual } from 'node:util';
import {
    DeleteRuleCommand,
    DescribeRuleCommand,
    ListTagsForResourceCommand,
    ListTargetsByRuleCommand,
    PutRuleCommand,
    PutTargetsCommand,
    type PutTargetsResultEntry,
    RemoveTargetsCommand,
    type RemoveTargetsResultEntry,
    TagResourceCommand,
    UntagResourceCommand,
} from '@aws-sdk/client-eventbridge';
import { all, findWithDetails } from '../concurrency';
import { orUndefined, withinQuota } from '../errors';
import { type RegionContext, unlessDeleted } from './clients';
import type { RepositoryRef } from './repository-ref';
import { type Tags, tagList, tagRecord, writeTags } from './tags';

/** A rule of the default event bus. */
export interface Rule {
    readonly description: string;
    readonly pattern: object;
    readonly isEnabled: boolean;
    /** By their Ids; 5 at most (EventBridge quotas). */
    readonly targets: Readonly<Record<string, Target>>;
    readonly tags: Tags;
}

/** What a rule sends events to. Without a transformer it gets the whole event. */
export interface Target {
    readonly arn: string;
    /** Variables, by the JSON paths that they are found at, and the text that names them as <variable>. */
    readonly transformer?: { readonly paths: Readonly<Record<string, string>>; readonly template: string };
    /** What another has it get in place of the event. Only observed, never desired. */
    readonly replacement?: string;
}

/** One call if it does not exist, else three, in two round trips unless it is expected. */
export async function observeRule(
    name: string,
    context: RegionContext,
    isExpected: boolean,
): Promise<Rule | undefined> {
    const { events } = context.aws;
    const ask = <T>(answer: Promise<T>) => orUndefined(answer, 'ResourceNotFoundException');
    const found = await findWithDetails(
        () => ask(events.send(new DescribeRuleCommand({ Name: name }))),
        () =>
            all([
                ask(events.send(new ListTargetsByRuleCommand({ Rule: name }))),
                unlessDeleted(context, () => {
                    const look = new ListTagsForResourceCommand({ ResourceARN: ruleArn(name, context) });
                    return ask(events.send(look));
                }),
            ]),
        isExpected,
    );
    if (!found) {
        return undefined;
    }
    const [rule, [list, tagging]] = found;
    const targets = (list?.Targets ?? []).map(({ Id, Arn = '', InputTransformer, Input, InputPath }) => {
        const { InputPathsMap: paths = {}, InputTemplate: template = '' } = InputTransformer ?? {};
        const replacement = Input ?? InputPath;
        return [
            Id,
            {
                arn: Arn,
                ...(InputTransformer && { transformer: { paths, template } }),
                ...(replacement !== undefined && { replacement }),
            },
        ];
    });
    return {
        description: rule.Description ?? '',
        pattern: JSON.parse(rule.EventPattern ?? '{}'),
        isEnabled: rule.State === 'ENABLED',
        targets: Object.fromEntries(targets),
        tags: tagRecord(tagging?.Tags ?? []),
    };
}

/** Two round trips, three if tags have to go. Without `observed`, nothing exists, or nothing that matters. */
export async function writeRule(
    name: string,
    target: Rule,
    observed: Rule | undefined,
    context: RegionContext,
): Promise<void> {
    const { events } = context.aws;
    const { targets, tags, ...settings } = target;
    const { targets: before = {}, tags: tagsBefore, ...settingsBefore } = observed ?? {};
    const gone = Object.keys(before).filter((id) => !(id in targets));
    const changed = Object.entries(targets).filter(([id, to]) => !isDeepStrictEqual(to, before[id]));
    await all([
        removeTargets(name, gone, context),
        ...(isDeepStrictEqual(settings, settingsBefore) ? [] : [putRule(name, target, context)]),
        ...(observed ? [retag(name, tags, tagsBefore, context)] : []),
    ]);
    if (changed.length > 0) {
        const list = changed.map(([Id, { arn, transformer }]) => ({
            Id,
            Arn: arn,
            ...(transformer && {
                InputTransformer: { InputPathsMap: transformer.paths, InputTemplate: transformer.template },
            }),
        }));
        const answer = await events.send(new PutTargetsCommand({ Rule: name, Targets: list }));
        refuse(answer.FailedEntries);
    }
}

/** Deletes the rule, which must have no targets. It may be gone already. */
export async function deleteRule(name: string, { aws }: RegionContext): Promise<void> {
    await aws.events.send(new DeleteRuleCommand({ Name: name }));
}

/** Removes targets from a rule. The rule and the targets may be gone already; AWS does not document what it says then. */
export async function removeTargets(
    name: string,
    ids: readonly string[],
    { aws }: RegionContext,
): Promise<void> {
    if (ids.length > 0) {
        const removal = aws.events.send(new RemoveTargetsCommand({ Rule: name, Ids: [...ids] }));
        const answer = await orUndefined(removal, 'ResourceNotFoundException');
        refuse(answer?.FailedEntries?.filter(({ ErrorCode }) => ErrorCode !== 'ResourceNotFoundException'));
    }
}

async function putRule(name: string, rule: Rule, { aws }: RegionContext): Promise<void> {
    const put = new PutRuleCommand({
        Name: name,
        Description: rule.description,
        EventPattern: JSON.stringify(rule.pattern),
        State: rule.isEnabled ? 'ENABLED' : 'DISABLED',
        // Only for a new rule; PutRule ignores those of an existing one (its API reference).
        Tags: tagList(rule.tags),
    });
    await withinQuota('EventBridge rules on an event bus, 300 by default', aws.events.send(put));
}

async function retag(
    name: string,
    target: Tags,
    observed: Tags | undefined,
    context: RegionContext,
): Promise<void> {
    const ResourceARN = ruleArn(name, context);
    await writeTags(target, observed, {
        untag: (TagKeys) => context.aws.events.send(new UntagResourceCommand({ ResourceARN, TagKeys })),
        tag: (list) => context.aws.events.send(new TagResourceCommand({ ResourceARN, Tags: list })),
    });
}

/** Service Authorization Reference, Amazon EventBridge: a rule of the default bus. */
function ruleArn(name: string, { partition, region, account }: RepositoryRef): string {
    return `arn:${partition}:events:${region}:${account}:rule/${name}`;
}

/** PutTargets and RemoveTargets may answer with success and have failed for some of their entries all the same. */
function refuse(failed: readonly (PutTargetsResultEntry | RemoveTargetsResultEntry)[] = []): void {
    const [first] = failed;
    if (first) {
        const { TargetId, ErrorCode = 'InternalException', ErrorMessage = 'no reason given' } = first;
        const error = new Error(`${ErrorMessage} (target ${TargetId})`);
        throw Object.assign(error, { name: ErrorCode, $metadata: { httpStatusCode: 400 } });
    }
}
