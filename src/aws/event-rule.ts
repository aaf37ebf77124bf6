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
import type { Clients, Place } from '../engine/facet';
import { all } from '../engine/reconcile';
import { type Tags, tagList, tagRecord, writeTags } from '../facets/tags';
import { ifThere } from '../if-there';

/** Where to work, and with which clients: a repository's own Region or another. */
export type Site = Place & { readonly aws: Clients };

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
    /** What somebody else has it get in place of the event. Only seen, never asked for. */
    readonly replacement?: string;
}

/** One call if it is not there, else three in two round trips. */
export async function observeRule(name: string, site: Site): Promise<Rule | undefined> {
    const { events } = site.aws;
    const ask = <T>(answer: Promise<T>) => ifThere(answer, 'ResourceNotFoundException');
    const rule = await ask(events.send(new DescribeRuleCommand({ Name: name })));
    if (!rule) {
        return undefined;
    }
    const [list, tagging] = await all([
        ask(events.send(new ListTargetsByRuleCommand({ Rule: name }))),
        ask(events.send(new ListTagsForResourceCommand({ ResourceARN: ruleArn(name, site) }))),
    ]);
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

/** Two round trips, three if tags have to go. Without `observed` nothing is there, or nothing that matters. */
export async function writeRule(
    name: string,
    target: Rule,
    observed: Rule | undefined,
    site: Site,
): Promise<void> {
    const { events } = site.aws;
    const { targets, tags, ...settings } = target;
    const { targets: before = {}, tags: tagsBefore, ...settingsBefore } = observed ?? {};
    const gone = Object.keys(before).filter((id) => !(id in targets));
    const changed = Object.entries(targets).filter(([id, to]) => !isDeepStrictEqual(to, before[id]));
    await all([
        removeTargets(name, gone, site),
        ...(isDeepStrictEqual(settings, settingsBefore) ? [] : [putRule(name, target, site)]),
        ...(observed ? [retag(name, tags, tagsBefore, site)] : []),
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

/** Takes away the rule, which must have no targets. One that is not there is fine. */
export async function deleteRule(name: string, { aws }: Site): Promise<void> {
    await aws.events.send(new DeleteRuleCommand({ Name: name }));
}

/** Takes targets away from a rule. If it is not there, that is fine. */
export async function removeTargets(name: string, ids: readonly string[], { aws }: Site): Promise<void> {
    if (ids.length > 0) {
        const removal = aws.events.send(new RemoveTargetsCommand({ Rule: name, Ids: [...ids] }));
        const answer = await ifThere(removal, 'ResourceNotFoundException');
        refuse(answer?.FailedEntries);
    }
}

async function putRule(name: string, rule: Rule, { aws }: Site): Promise<void> {
    await aws.events.send(
        new PutRuleCommand({
            Name: name,
            Description: rule.description,
            EventPattern: JSON.stringify(rule.pattern),
            State: rule.isEnabled ? 'ENABLED' : 'DISABLED',
            // Only for a new rule; of one that is there PutRule ignores them (its API reference).
            Tags: tagList(rule.tags),
        }),
    );
}

async function retag(name: string, target: Tags, observed: Tags | undefined, site: Site): Promise<void> {
    const ResourceARN = ruleArn(name, site);
    await writeTags(target, observed, {
        untag: (TagKeys) => site.aws.events.send(new UntagResourceCommand({ ResourceARN, TagKeys })),
        tag: (list) => site.aws.events.send(new TagResourceCommand({ ResourceARN, Tags: list })),
    });
}

/** Service Authorization Reference, Amazon EventBridge: a rule of the default bus. */
function ruleArn(name: string, { partition, region, account }: Place): string {
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
