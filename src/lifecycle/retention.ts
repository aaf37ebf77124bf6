import type { LifecycleRule } from '../properties';
import { type EcrRule, type LifecyclePolicy, numbered, type Selection, storageOf } from './policy';
import { isProtection, protection } from './protection';

/** What this type's own words can ask for: the settings together, or one entry of LifecycleRules. */
export type Retention = Omit<LifecycleRule, 'Id' | 'Enabled'>;

/** What ECR is to do with which images. */
export type Clause = Pick<EcrRule, 'selection' | 'action'>;

/** The settings have no Id, or an empty one. */
type Identified = Retention & Partial<Pick<LifecycleRule, 'Id'>>;

/** The policy that makes all retentions true. Protections alone protect from nothing. */
export function policyOf(retentions: readonly Identified[]): LifecyclePolicy {
    const rules = rulesFor(retentions);
    return rules.every(isProtection) ? [] : rules;
}

/**
 * The rules that make all retentions true. Protections come first; a rule for `any` images must have the highest
 * rulePriority (ECR user guide, "Lifecycle policy properties"); otherwise the order given is the order of priority.
 */
export function rulesFor(retentions: readonly Identified[]): LifecyclePolicy {
    const rules = retentions.flatMap((retention) =>
        clauses(retention).map((clause) => ({ description: descriptionOf(clause, retention.Id), ...clause })),
    );
    return numbered(rules.toSorted((a, b) => turn(a) - turn(b)));
}

/** For a person who sees the rule in ECR, and for READ, which finds the entry of LifecycleRules by it. */
export function descriptionOf(clause: Clause, id = ''): string {
    return `${id === '' ? '' : `${id}: `}${plainWords(clause)}`;
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

/** No colon: that marks an Id. */
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
