import type { LifecycleRule, PartialProperties } from '../properties';
import { type EcrRule, isCount, type LifecyclePolicy, numbered, type Selection } from './policy';

/** What this type's own words can ask for: the four settings together, or one entry of LifecycleRules. */
export type Retention = Omit<LifecycleRule, 'Id' | 'Enabled'>;

/**
 * The policy that makes all retentions true. A rule for `any` images must have the highest rulePriority
 * (ECR user guide, "Lifecycle policy properties"); otherwise the order given is the order of priority.
 */
export function policyOf(retentions: readonly (Retention & { readonly Id?: string })[]): LifecyclePolicy {
    const rules = retentions.flatMap((retention) =>
        selections(retention).map((selection) => ({
            description: `${retention.Id === undefined ? '' : `${retention.Id}: `}${plainWords(selection)}`,
            selection,
            action: { type: 'expire' },
        })),
    );
    const isAny = ({ selection }: Omit<EcrRule, 'rulePriority'>) => Number(selection.tagStatus === 'any');
    return numbered(rules.toSorted((a, b) => isAny(a) - isAny(b)));
}

/**
 * What ECR is to select for a retention. An image must match all of a rule's prefixes (ECR user guide, "Lifecycle
 * policy evaluation rules"), so each prefix gets a rule of its own.
 */
export function selections({
    TagPrefixList: prefixes = [],
    TaggedImageRetentionCount: kept,
    UntaggedImageRetentionCount: untagged,
    ImageRetentionDays: days = 0,
}: Retention): Selection[] {
    const aged = days > 0 ? [sincePush(days)] : [];
    const ageIsForPrefixes = prefixes.length > 0 && kept === undefined;
    const limits = kept !== undefined ? [newest(kept)] : ageIsForPrefixes ? aged : [];
    const tags =
        prefixes.length > 0
            ? prefixes.map((prefix) => ({ tagPrefixList: [prefix] }))
            : [{ tagPatternList: ['*'] }];
    return [
        ...limits.flatMap((limit) => tags.map((tag) => ({ tagStatus: 'tagged', ...tag, ...limit }))),
        ...(untagged === undefined ? [] : [{ tagStatus: 'untagged', ...untaggedLimit(untagged) }]),
        ...(ageIsForPrefixes ? [] : aged.map((limit) => ({ tagStatus: 'any', ...limit }))),
    ];
}

/**
 * The properties that may have made a policy. Whether they did, only making the policy from them again can tell.
 * Entries of LifecycleRules are known by the Id that the descriptions begin with.
 */
export function guess(policy: LifecyclePolicy): PartialProperties {
    const found = new Map<string, Retention>();
    for (const { description = '', selection } of policy) {
        const id = /^([^:]+): /.exec(description)?.[1] ?? '';
        found.set(id, join(found.get(id) ?? {}, retentionOf(selection)));
    }
    const settings = found.get('');
    return settings
        ? { TagPrefixList: [], ImageRetentionDays: 0, ...settings }
        : { LifecycleRules: [...found].map(([Id, retention]) => ({ Id, ...retention })) };
}

function retentionOf(selection: Selection): Retention {
    const { tagStatus, tagPrefixList, countNumber } = selection;
    if (tagStatus === 'untagged') {
        return { UntaggedImageRetentionCount: isCount(selection) ? countNumber : 0 };
    }
    const limit = isCount(selection)
        ? { TaggedImageRetentionCount: countNumber }
        : { ImageRetentionDays: countNumber };
    return tagPrefixList ? { TagPrefixList: [...tagPrefixList], ...limit } : limit;
}

function join(a: Retention, b: Retention): Retention {
    const TagPrefixList = [...(a.TagPrefixList ?? []), ...(b.TagPrefixList ?? [])];
    return { ...a, ...b, ...(TagPrefixList.length > 0 && { TagPrefixList }) };
}

function newest(countNumber: number) {
    return { countType: 'imageCountMoreThan', countNumber };
}

function sincePush(countNumber: number) {
    return { countType: 'sinceImagePushed', countUnit: 'days', countNumber };
}

/** ECR takes no countNumber 0; a day is the soonest it can delete. */
function untaggedLimit(count: number) {
    return count > 0 ? newest(count) : sincePush(1);
}

/** For a person who sees the rule in ECR. No colon: that marks an Id. */
function plainWords({ tagStatus, tagPrefixList = [], countUnit, countNumber }: Selection): string {
    const [prefix] = tagPrefixList;
    const tagged = prefix === undefined ? 'tagged images' : `images tagged ${prefix}*`;
    const images = { tagged, untagged: 'untagged images' }[tagStatus] ?? 'other images';
    return countUnit
        ? `expire ${images} ${countNumber} ${countNumber === 1 ? 'day' : 'days'} after the push`
        : `keep the newest ${countNumber} of the ${images}`;
}
