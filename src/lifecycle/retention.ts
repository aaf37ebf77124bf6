import { definitions } from '../../schema.json';
import type { LifecycleRule, PartialProperties } from '../properties';
import { type EcrRule, isCount, type LifecyclePolicy, numbered, type Selection, storageOf } from './policy';
import { isProtection, protection } from './protection';

/** What this type's own words can ask for: the settings together, or one entry of LifecycleRules. */
export type Retention = Omit<LifecycleRule, 'Id' | 'Enabled'>;

/** What ECR is to do with which images. */
export type Clause = Pick<EcrRule, 'selection' | 'action'>;

/**
 * The policy that makes all retentions true. Protections come first; a rule for `any` images must have the highest
 * rulePriority (ECR user guide, "Lifecycle policy properties"); otherwise the order given is the order of priority.
 * Protections alone protect from nothing.
 */
export function policyOf(retentions: readonly (Retention & { readonly Id?: string })[]): LifecyclePolicy {
    const rules = retentions.flatMap((retention) =>
        clauses(retention).map((clause) => ({
            description: `${retention.Id === undefined ? '' : `${retention.Id}: `}${plainWords(clause)}`,
            ...clause,
        })),
    );
    return rules.every(isProtection) ? [] : numbered(rules.toSorted((a, b) => turn(a) - turn(b)));
}

function turn(clause: Clause): number {
    return isProtection(clause) ? 0 : clause.selection.tagStatus === 'any' ? 2 : 1;
}

/**
 * What ECR is to do for a retention. An image must match all of a rule's prefixes or patterns (ECR user guide,
 * "Lifecycle policy evaluation rules"), so each prefix and each pattern gets a rule of its own.
 */
export function clauses(retention: Retention): Clause[] {
    const { TaggedImageRetentionCount: kept, ImageRetentionCount: newestOfAll } = retention;
    const { ProtectedTagPatterns: patterns = [] } = retention;
    const named = tagsOf(retention);
    const areForTags = named.length > 0 && kept === undefined;
    const tagged = named.length > 0 ? named : [EVERY_TAG];
    const others = areForTags ? named : [ANY];
    const storages =
        retention.ArchivedImageRetentionDays === undefined ? ['standard'] : ['standard', 'archive'];
    return [
        ...patterns.flatMap((pattern) => storages.map((storage) => protection(pattern, storage))),
        ...(kept === undefined ? [] : tagged.map((tags) => expire({ ...tags, ...newest(kept) }))),
        ...ages(retention).flatMap(({ limit, action }) =>
            others.map((tags) => ({ selection: { ...tags, ...limit }, action })),
        ),
        ...untagged(retention).map((limit) => expire({ tagStatus: 'untagged', ...limit })),
        ...(newestOfAll === undefined ? [] : [expire({ ...ANY, ...newest(newestOfAll) })]),
    ];
}

type Tagging = Pick<Selection, 'tagStatus' | 'tagPatternList' | 'tagPrefixList'>;
type Limit = Omit<Selection, keyof Tagging>;

const schema = definitions.LifecycleRule.properties;
const ID = new RegExp(schema.Id.pattern);

const EVERY_TAG: Tagging = { tagStatus: 'tagged', tagPatternList: ['*'] };
const ANY: Tagging = { tagStatus: 'any' };
const EXPIRE = { type: 'expire' };
const ARCHIVE = { type: 'transition', targetStorageClass: 'archive' };

function tagsOf({ TagPrefixList: prefixes = [], TagPatternList: patterns = [] }: Retention): Tagging[] {
    return [
        ...prefixes.map((prefix) => ({ tagStatus: 'tagged', tagPrefixList: [prefix] })),
        ...patterns.map((pattern) => ({ tagStatus: 'tagged', tagPatternList: [pattern] })),
    ];
}

/** ECR takes no countNumber 0; a day is the soonest it can delete. */
function untagged({
    UntaggedImageRetentionCount: count,
    UntaggedImageRetentionDays: days,
}: Retention): Limit[] {
    if (days !== undefined) {
        return [since('sinceImagePushed', days)];
    }
    return count === undefined ? [] : [count > 0 ? newest(count) : since('sinceImagePushed', 1)];
}

/** The ages that are about the tags that an entry names, or about all other images. */
function ages({
    ImageRetentionDays: days = 0,
    ArchiveAfterDaysWithoutPull: unpulled,
    ArchivedImageRetentionDays: archived,
}: Retention): { limit: Limit; action: EcrRule['action'] }[] {
    const inArchive = { storageClass: 'archive' };
    return [
        ...(days > 0 ? [{ limit: since('sinceImagePushed', days), action: EXPIRE }] : []),
        ...(unpulled === undefined ? [] : [{ limit: since('sinceImagePulled', unpulled), action: ARCHIVE }]),
        ...(archived === undefined
            ? []
            : [{ limit: { ...inArchive, ...since('sinceImageTransitioned', archived) }, action: EXPIRE }]),
    ];
}

/** What the rules ask for, by the Id of the entry of LifecycleRules that made them; of the settings, by an empty one. */
export type Retentions = ReadonlyMap<string, Retention>;

/** The retentions that may have made a policy. Whether they did, only making the policy from them again can tell. */
export function retentionsOf(policy: LifecyclePolicy): Retentions {
    const found = new Map<string, Retention>();
    // Protections come first in a policy, whichever entry they are of, and tell nothing about the order of entries.
    const rules = policy.toSorted((a, b) => Number(isProtection(a)) - Number(isProtection(b)));
    for (const rule of rules) {
        const id = entryId(rule, policy);
        found.set(id, join(found.get(id) ?? {}, retentionOf(rule)));
    }
    return found;
}

/** The properties that may have made a policy. */
export function guess(policy: LifecyclePolicy): PartialProperties {
    return propertiesOf(retentionsOf(policy));
}

/** Retentions as properties. */
export function propertiesOf(retentions: Retentions): PartialProperties {
    const { '': settings, ...entries } = Object.fromEntries(retentions);
    return Object.keys(entries).length > 0
        ? {
              ...settings,
              LifecycleRules: [...retentions].flatMap(([Id, retention]) =>
                  Id === '' ? [] : [{ Id, ...retention }],
              ),
          }
        : { TagPrefixList: [], ImageRetentionDays: 0, ...settings };
}

/** The entry of LifecycleRules that a rule belongs to; a rule among those of entries, but of none, is its own. */
export function entryId(rule: EcrRule, policy: LifecyclePolicy): string {
    return isAddedToEntries(rule, policy) ? `rule ${rule.rulePriority}` : writtenId(rule);
}

/** Whether a rule is among those of LifecycleRules, but none of its entries made it. */
export function isAddedToEntries(rule: EcrRule, policy: LifecyclePolicy): boolean {
    return writtenId(rule) === '' && !isProtection(rule) && policy.some((other) => writtenId(other) !== '');
}

/** Descriptions begin with the Id. */
function writtenId({ description = '' }: EcrRule): string {
    const [, id = ''] = /^([^:]+): /.exec(description) ?? [];
    return ID.test(id) && id.length <= schema.Id.maxLength ? id : '';
}

/** The setting that a rule's number is of, as Retention names it; undefined for a protection. */
export function settingOf(rule: EcrRule): keyof Retention | undefined {
    const { TagPrefixList: _p, TagPatternList: _t, ProtectedTagPatterns: _o, ...numbers } = retentionOf(rule);
    const [name] = Object.keys(numbers) as (keyof typeof numbers)[];
    return name;
}

function retentionOf(rule: EcrRule): Retention {
    const { tagStatus, tagPrefixList = [], tagPatternList = [], countType, countNumber } = rule.selection;
    const isStandard = storageOf(rule) === 'standard';
    if (isProtection(rule)) {
        return isStandard ? { ProtectedTagPatterns: [...tagPatternList] } : {};
    }
    if (tagStatus === 'untagged') {
        return untaggedRetention(rule.selection);
    }
    const isEveryTag = tagPatternList[0] === '*';
    const tags = {
        ...(tagPrefixList.length > 0 && { TagPrefixList: [...tagPrefixList] }),
        ...(tagPatternList.length > 0 && !isEveryTag && { TagPatternList: [...tagPatternList] }),
    };
    switch (countType) {
        case 'imageCountMoreThan':
            return tagStatus === 'any'
                ? { ImageRetentionCount: countNumber }
                : { ...tags, TaggedImageRetentionCount: countNumber };
        case 'sinceImagePulled':
            return { ...tags, ArchiveAfterDaysWithoutPull: countNumber };
        case 'sinceImageTransitioned':
            return { ...tags, ArchivedImageRetentionDays: countNumber };
        default:
            return { ...tags, ImageRetentionDays: countNumber };
    }
}

function untaggedRetention(selection: Selection): Retention {
    if (isCount(selection)) {
        return { UntaggedImageRetentionCount: selection.countNumber };
    }
    return selection.countNumber === 1
        ? { UntaggedImageRetentionCount: 0 }
        : { UntaggedImageRetentionDays: selection.countNumber };
}

function join(a: Retention, b: Retention): Retention {
    const lists = ['TagPrefixList', 'TagPatternList', 'ProtectedTagPatterns'] as const;
    const joined = lists.flatMap((name) => {
        const items = new Set([...(a[name] ?? []), ...(b[name] ?? [])]);
        return items.size > 0 ? [[name, [...items]]] : [];
    });
    return { ...a, ...b, ...Object.fromEntries(joined) };
}

function newest(countNumber: number): Limit {
    return { countType: 'imageCountMoreThan', countNumber };
}

function since(countType: string, countNumber: number): Limit {
    return { countType, countUnit: 'days', countNumber };
}

function expire(selection: Selection): Clause {
    return { selection, action: EXPIRE };
}

/** What an age is counted from, for a person who sees the rule in ECR. */
const CLOCKS: Readonly<Record<string, string>> = {
    sinceImagePulled: 'without a pull',
    sinceImageTransitioned: 'in the archive',
};

/** For a person who sees the rule in ECR. No colon: that marks an Id. */
function plainWords({ selection, action }: Clause): string {
    const {
        tagStatus,
        tagPrefixList = [],
        tagPatternList = [],
        countType,
        countUnit,
        countNumber,
    } = selection;
    const [pattern] = [...tagPrefixList.map((prefix) => `${prefix}*`), ...tagPatternList];
    const tagged = pattern === '*' ? 'tagged images' : `images tagged ${pattern}`;
    const others = countType === 'sinceImageTransitioned' ? 'images' : 'other images';
    const images = { tagged, untagged: 'untagged images' }[tagStatus] ?? others;
    if (isProtection({ selection })) {
        return `protect ${images}${storageOf({ selection }) === 'archive' ? ' in the archive' : ''}`;
    }
    const verb = action.type === 'expire' ? 'expire' : 'archive';
    return countUnit
        ? `${verb} ${images} ${countNumber} ${countNumber === 1 ? 'day' : 'days'} ${CLOCKS[countType] ?? 'after the push'}`
        : `keep the newest ${countNumber} of the ${images}`;
}
