import type { Some } from '../facet';
import type { LifecycleRule } from '../properties';

/** A rule of an ECR lifecycle policy. ECR's own words stay text, so that one it learns later is read as it is. */
export interface EcrRule {
    readonly rulePriority: number;
    readonly description?: string;
    readonly selection: Selection;
    readonly action: { readonly type: string; readonly targetStorageClass?: string };
}

export interface Selection {
    readonly tagStatus: string;
    readonly tagPatternList?: readonly string[];
    readonly tagPrefixList?: readonly string[];
    readonly storageClass?: string;
    readonly countType: string;
    readonly countUnit?: string;
    readonly countNumber: number;
}

/**
 * A lifecycle policy in canonical form: the rules in order of priority and numbered from 1, lists of tags sorted,
 * the default storage class left out.
 */
export type LifecyclePolicy = readonly EcrRule[];

/** What this type's own words can ask for: the four settings together, or one entry of LifecycleRules. */
export type Retention = Omit<LifecycleRule, 'Id' | 'Enabled'>;

/** The policy of an ECR text that follows ECR's grammar. */
export function parse(text: string): LifecyclePolicy {
    const { rules }: { readonly rules: readonly EcrRule[] } = JSON.parse(text);
    return numbered(
        rules
            .toSorted((a, b) => a.rulePriority - b.rulePriority)
            .map((rule) => ({ ...rule, selection: canonical(rule.selection) })),
    );
}

/**
 * The text that ECR gets, the same for equal policies. The shortest rule makes more than the 100 characters that
 * PutLifecyclePolicy wants at least.
 */
export function render(rules: LifecyclePolicy): string {
    return JSON.stringify({ rules }, (_key, value: unknown) =>
        isRecord(value) ? Object.fromEntries(Object.entries(value).sort()) : value,
    );
}

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
export function guess(policy: LifecyclePolicy): Some {
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

function retentionOf({ tagStatus, tagPrefixList, countType, countNumber }: Selection): Retention {
    const isCount = countType === newest(countNumber).countType;
    if (tagStatus === 'untagged') {
        return { UntaggedImageRetentionCount: isCount ? countNumber : 0 };
    }
    const limit = isCount ? { TaggedImageRetentionCount: countNumber } : { ImageRetentionDays: countNumber };
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

/** For whoever sees the rule in ECR. No colon: that marks an Id. */
function plainWords({ tagStatus, tagPrefixList = [], countUnit, countNumber }: Selection): string {
    const [prefix] = tagPrefixList;
    const tagged = prefix === undefined ? 'tagged images' : `images tagged ${prefix}*`;
    const images = { tagged, untagged: 'untagged images' }[tagStatus] ?? 'other images';
    return countUnit
        ? `expire ${images} ${countNumber} ${countNumber === 1 ? 'day' : 'days'} after the push`
        : `keep the newest ${countNumber} of the ${images}`;
}

function numbered(rules: readonly Omit<EcrRule, 'rulePriority'>[]): LifecyclePolicy {
    return rules.map((rule, index) => ({ ...rule, rulePriority: index + 1 }));
}

function canonical({ storageClass = 'standard', ...selection }: Selection): Selection {
    const { tagPatternList, tagPrefixList } = selection;
    return {
        ...selection,
        ...(tagPatternList && { tagPatternList: tagPatternList.toSorted() }),
        ...(tagPrefixList && { tagPrefixList: tagPrefixList.toSorted() }),
        ...(storageClass !== 'standard' && { storageClass }),
    };
}

/** The storage class whose images a rule sees. */
export function storageOf({ selection }: Pick<EcrRule, 'selection'>): string {
    return selection.storageClass ?? 'standard';
}

/** The most rules of one policy (Amazon ECR service quotas). */
export const MOST_RULES = 50;

/** Which limit goes with which storage class and action (ECR user guide, "Lifecycle policy properties"). */
const COMBINATIONS = [
    { countType: 'imageCountMoreThan', storageClass: 'standard', action: 'expire' },
    { countType: 'imageCountMoreThan', storageClass: 'standard', action: 'transition' },
    { countType: 'sinceImagePushed', storageClass: 'standard', action: 'expire' },
    { countType: 'sinceImagePushed', storageClass: 'standard', action: 'transition' },
    { countType: 'sinceImagePulled', storageClass: 'standard', action: 'transition' },
    { countType: 'sinceImageTransitioned', storageClass: 'archive', action: 'expire' },
];

/** What ECR wants in some place of the policy: the mistakes in what is there. */
type Wish = (place: string, value: unknown) => string[];

const TAGS = wish(
    'a list of one or more texts, none of them empty',
    (value) =>
        Array.isArray(value) &&
        value.length > 0 &&
        value.every((item) => typeof item === 'string' && item !== ''),
);
const RULE = shape({
    rulePriority: wish('a whole number', Number.isInteger),
    description: optional(wish('text', (value) => typeof value === 'string')),
    selection: shape({
        tagStatus: oneOf('tagged', 'untagged', 'any'),
        tagPatternList: optional(TAGS),
        tagPrefixList: optional(TAGS),
        storageClass: optional(oneOf('standard', 'archive')),
        countType: oneOf(...new Set(COMBINATIONS.map(({ countType }) => countType))),
        countUnit: optional(oneOf('days')),
        countNumber: wish(
            'a whole number, 1 or more',
            (value) => Number.isInteger(value) && Number(value) > 0,
        ),
    }),
    action: shape({ type: oneOf('expire', 'transition'), targetStorageClass: optional(oneOf('archive')) }),
});
const POLICY = shape({
    rules: wish(
        `a list of 1 to ${MOST_RULES} rules`,
        (value) => Array.isArray(value) && value.length > 0 && value.length <= MOST_RULES,
    ),
});

/**
 * Where a policy goes against ECR's grammar (ECR user guide, "Lifecycle policy properties" and "Lifecycle policy
 * evaluation rules"), one sentence each. What the guide leaves open is left to ECR.
 */
export function grammarMistakes(policy: unknown): string[] {
    const rules: unknown[] = isRecord(policy) && Array.isArray(policy.rules) ? policy.rules : [];
    const placed = rules.map((rule, index) => ({ rule, place: `rules[${index}]` }));
    const sound = placed.flatMap(({ rule, place }) => (isRule(rule) ? [{ ...rule, place }] : []));
    return [
        ...POLICY('', policy),
        ...placed.flatMap(({ rule, place }) => RULE(place, rule)),
        ...sound.flatMap((rule) => [...ruleMistakes(rule)]),
        ...policyMistakes(sound),
    ];
}

type PlacedRule = EcrRule & { readonly place: string };

function* ruleMistakes({ place, selection, action }: PlacedRule): Generator<string> {
    const { tagStatus, tagPatternList, tagPrefixList, countType, countUnit, countNumber } = selection;
    const lists = Number(tagPatternList !== undefined) + Number(tagPrefixList !== undefined);
    if (lists !== (tagStatus === 'tagged' ? 1 : 0)) {
        yield `${place}.selection has ${['neither', 'one', 'both'][lists]} of tagPatternList and tagPrefixList; with tagStatus "${tagStatus}" ECR wants ${tagStatus === 'tagged' ? 'exactly one' : 'neither'}.`;
    }
    for (const pattern of tagPatternList ?? []) {
        const stars = pattern.split('*').length - 1;
        if (stars > 4) {
            yield `${place}.selection.tagPatternList has "${pattern}" with ${stars} wildcards; ECR takes 4 at most in one pattern.`;
        }
    }
    const allowed = COMBINATIONS.filter((combination) => combination.countType === countType);
    const storageClass = storageOf({ selection });
    if (!allowed.some((one) => one.storageClass === storageClass && one.action === action.type)) {
        const words = allowed.map((one) => `storageClass "${one.storageClass}" and action "${one.action}"`);
        yield `${place} has storageClass "${storageClass}" and action "${action.type}"; with countType "${countType}" ECR wants ${words.join(', or ')}.`;
    }
    const isAge = countType !== 'imageCountMoreThan';
    if (isAge !== (countUnit !== undefined)) {
        yield `${place}.selection.countUnit is ${show(countUnit)}; with countType "${countType}" ECR wants ${isAge ? '"days"' : 'none'}.`;
    }
    const { type, targetStorageClass } = action;
    if ((type === 'transition') !== (targetStorageClass !== undefined)) {
        yield `${place}.action.targetStorageClass is ${show(targetStorageClass)}; with type "${type}" ECR wants ${type === 'transition' ? '"archive"' : 'none'}.`;
    }
    // ECR user guide, "Archiving an image": the minimum storage duration.
    if (countType === 'sinceImageTransitioned' && countNumber < 90) {
        yield `${place}.selection.countNumber is ${countNumber}; an archived image stays for at least 90 days. Give 90 or more.`;
    }
}

function* policyMistakes(rules: readonly PlacedRule[]): Generator<string> {
    for (const [first, second] of clashes(rules, ({ rulePriority }) => `${rulePriority}`)) {
        yield `${first.place} and ${second.place} both have rulePriority ${first.rulePriority}; ECR wants each number once. Renumber one of them.`;
    }
    const untagged = rules.filter(({ selection }) => selection.tagStatus === 'untagged');
    for (const [first, second] of clashes(untagged, storageOf)) {
        yield `${first.place} and ${second.place} both select untagged images of storageClass "${storageOf(first)}"; ECR takes one such rule only. Join them.`;
    }
    const prefixed = rules.filter(({ selection }) => selection.tagPrefixList);
    for (const [first, second] of clashes(prefixed, (rule) =>
        JSON.stringify([storageOf(rule), rule.selection.tagPrefixList?.toSorted()]),
    )) {
        yield `${first.place} and ${second.place} both have the tagPrefixList ${show(first.selection.tagPrefixList)} for storageClass "${storageOf(first)}"; ECR takes each set of prefixes in one rule only. Join them.`;
    }
    for (const any of rules.filter(({ selection }) => selection.tagStatus === 'any')) {
        const later = rules.find(
            (rule) => storageOf(rule) === storageOf(any) && rule.rulePriority > any.rulePriority,
        );
        if (later) {
            yield `${any.place} has tagStatus "any" and rulePriority ${any.rulePriority}, but ${later.place} has ${later.rulePriority}; ECR wants "any" to have the highest of its storageClass. Renumber them.`;
        }
    }
}

/** Pairs of items with the same key: the first that has it, and each further one. */
export function* clashes<T>(items: readonly T[], keyOf: (item: T) => string): Generator<[T, T]> {
    const firsts = new Map<string, T>();
    for (const item of items) {
        const key = keyOf(item);
        const first = firsts.get(key);
        if (first === undefined) {
            firsts.set(key, item);
        } else {
            yield [first, item];
        }
    }
}

function isRule(rule: unknown): rule is EcrRule {
    return RULE('', rule).length === 0;
}

function shape(wishes: Readonly<Record<string, Wish>>): Wish {
    return (place, value) => {
        if (!isRecord(value)) {
            return [`${place || 'the policy'} is ${show(value)}; ECR wants an object.`];
        }
        const at = (key: string) => (place === '' ? key : `${place}.${key}`);
        const known = Object.keys(wishes);
        const unknown = Object.keys(value).filter((key) => !known.includes(key));
        return [
            ...unknown.map(
                (key) => `${at(key)} is unknown to ECR, which takes ${known.join(', ')} there. Remove it.`,
            ),
            ...Object.entries(wishes).flatMap(([key, wanted]) => wanted(at(key), value[key])),
        ];
    };
}

function optional(wanted: Wish): Wish {
    return (place, value) => (value === undefined ? [] : wanted(place, value));
}

function oneOf(...words: string[]): Wish {
    return wish(words.map(show).join(' or '), (value) => words.some((word) => word === value));
}

function wish(words: string, isMetBy: (value: unknown) => boolean): Wish {
    return (place, value) => (isMetBy(value) ? [] : [`${place} is ${show(value)}; ECR wants ${words}.`]);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
    const text = JSON.stringify(value) ?? 'missing';
    if (text.length <= 100) {
        return text;
    }
    return Array.isArray(value) ? `a list of ${value.length}` : `${text.slice(0, 99)}…`;
}
