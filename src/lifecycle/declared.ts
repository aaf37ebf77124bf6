import { properties as schema } from '../../schema.json';
import type { LifecycleRule, PartialProperties } from '../properties';
import { clashes, grammarViolations, MOST_RULES } from './grammar';
import { means } from './meaning';
import { type LifecyclePolicy, parse, render, rulesOf, storageOf } from './policy';
import { isProtection, rulesAgainst } from './protection';
import { type Clause, clauses, policyOf, type Retention } from './retention';

/** The longest text that PutLifecyclePolicy takes (ECR API reference, lifecyclePolicyText). */
const MOST_CHARACTERS = 30720;

/** The properties that the lifecycle policy is made of, and the one that says what it does. */
export const LIFECYCLE_PROPERTIES = [
    'EnableLifecyclePolicy',
    'UntaggedImageRetentionCount',
    'UntaggedImageRetentionDays',
    'TaggedImageRetentionCount',
    'ImageRetentionDays',
    'ImageRetentionCount',
    'ArchiveAfterDaysWithoutPull',
    'ArchivedImageRetentionDays',
    'TagPrefixList',
    'TagPatternList',
    'ProtectedTagPatterns',
    'MaxExpiringImages',
    'LifecycleRules',
    'LifecyclePolicyText',
    'LifecyclePolicySummary',
] as const satisfies readonly (keyof PartialProperties)[];

/** What is wrong with the properties, one sentence each; what a switch turns off may be anything. */
export function violations(properties: PartialProperties): string[] {
    if (!isEnabled(properties)) {
        return [];
    }
    const {
        LifecyclePolicyText: text,
        LifecycleRules: entries,
        ProtectedTagPatterns: patterns = [],
    } = properties;
    if (text !== undefined) {
        return [...textViolations(text, patterns)];
    }
    return entries ? [...entryViolations(entries, patterns)] : [...settingViolations(properties)];
}

/** The policy that the properties ask for. */
export function desired(properties: PartialProperties): LifecyclePolicy | undefined {
    if (!isEnabled(properties)) {
        return undefined;
    }
    const { LifecyclePolicyText: text, LifecycleRules: entries, ProtectedTagPatterns = [] } = properties;
    const policy =
        text === undefined
            ? policyOf(
                  entries ? [{ ProtectedTagPatterns }, ...entries.filter(isInForce)] : [settings(properties)],
              )
            : parse(text);
    return policy.length > 0 ? policy : undefined;
}

/** Whether AWS holds what these properties ask for. */
export function isInSync(declared: PartialProperties, observed: LifecyclePolicy | undefined): boolean {
    return means(desired(declared), observed);
}

function isEnabled({
    EnableLifecyclePolicy = schema.EnableLifecyclePolicy.default,
}: PartialProperties): boolean {
    return EnableLifecyclePolicy;
}

function isInForce({ Enabled = true }: LifecycleRule): boolean {
    return Enabled;
}

/** The settings outside LifecycleRules; a retention of untagged images by age takes the place of the default count. */
function settings(properties: PartialProperties): Retention {
    const {
        UntaggedImageRetentionDays: untaggedDays,
        UntaggedImageRetentionCount: untagged = untaggedDays === undefined
            ? schema.UntaggedImageRetentionCount.default
            : undefined,
        TaggedImageRetentionCount = schema.TaggedImageRetentionCount.default,
        ImageRetentionDays = schema.ImageRetentionDays.default,
        TagPrefixList = schema.TagPrefixList.default,
    } = properties;
    return {
        ...properties,
        ...(untagged !== undefined && { UntaggedImageRetentionCount: untagged }),
        TaggedImageRetentionCount,
        ImageRetentionDays,
        TagPrefixList,
    };
}

function* textViolations(text: string, patterns: readonly string[]): Generator<string> {
    let policy: unknown;
    try {
        policy = JSON.parse(text);
    } catch (error) {
        yield `LifecyclePolicyText: given text that is not JSON (${error instanceof Error ? error.message : error}). Give an ECR lifecycle policy, {"rules": […]}.`;
        return;
    }
    const found = grammarViolations(policy);
    yield* found.map((violation) => `LifecyclePolicyText: ${violation}`);
    if (found.length > 0) {
        return;
    }
    // Without line breaks and blanks, but with numbers written out, a text may even grow.
    const { length } = render(parse(text));
    if (length > MOST_CHARACTERS) {
        yield `LifecyclePolicyText: ECR gets ${length} characters of it, wanted at most ${MOST_CHARACTERS}. Shorten the descriptions.`;
    }
    for (const pattern of patterns) {
        const [rule] = rulesAgainst(pattern, rulesOf(text));
        if (rule) {
            yield `LifecyclePolicyText: the rule with rulePriority ${rule.rulePriority} can act on images tagged ${pattern}, which ProtectedTagPatterns names. Put a rule that keeps them before it, or remove the pattern.`;
        }
    }
}

function* settingViolations(properties: PartialProperties): Generator<string> {
    const given = settings(properties);
    yield* contradictions(given, '');
    const all = clauses(given);
    yield* limitedProtections(all);
    yield* countViolation(all, 'The lifecycle settings');
}

function* entryViolations(entries: readonly LifecycleRule[], patterns: readonly string[]): Generator<string> {
    const numbered = entries.map(({ Id }, index) => ({ Id, number: index + 1 }));
    for (const [first, second] of clashes(numbered, ({ Id }) => Id)) {
        yield `LifecycleRules: entries ${first.number} and ${second.number} both have the Id "${first.Id}". Give each an Id of its own.`;
    }
    const inForce = entries.filter(isInForce);
    yield* inForce.flatMap(effectViolations);
    for (const entry of inForce) {
        yield* contradictions(entry, `LifecycleRules: "${entry.Id}": `);
    }
    const all = inForce.flatMap((entry) => clauses(entry).map((clause) => ({ id: entry.Id, ...clause })));
    for (const [first, second] of clashes(all, ({ selection }) => claim(selection))) {
        if (first.id !== second.id) {
            yield `LifecycleRules: "${first.id}" and "${second.id}" both ${claim(first.selection)}`;
        }
    }
    yield* inForce.flatMap((entry) =>
        limitedProtections(clauses(entry)).map((violation) => `LifecycleRules: "${entry.Id}": ${violation}`),
    );
    yield* countViolation([...all, ...clauses({ ProtectedTagPatterns: [...patterns] })], 'LifecycleRules');
}

function* countViolation(all: readonly Clause[], place: string): Generator<string> {
    if (all.length > MOST_RULES) {
        yield `${place}: ${all.length} ECR rules come of it, one for each prefix and pattern and each further setting; wanted at most ${MOST_RULES}. Name fewer prefixes or patterns.`;
    }
}

/** What one ECR policy cannot do, for it acts on an image by one rule only. */
function* contradictions(
    {
        UntaggedImageRetentionCount: count,
        UntaggedImageRetentionDays: untaggedDays,
        ImageRetentionDays: days = 0,
        ImageRetentionCount: newest,
        ArchiveAfterDaysWithoutPull: unpulled,
    }: Retention,
    place: string,
): Generator<string> {
    if (count !== undefined && untaggedDays !== undefined) {
        yield `${place}UntaggedImageRetentionCount and UntaggedImageRetentionDays are both given; ECR takes one rule for untagged images only. Remove one of them.`;
    }
    const given = {
        ImageRetentionDays: days || undefined,
        ImageRetentionCount: newest,
        ArchiveAfterDaysWithoutPull: unpulled,
    };
    const names = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    if (names.length > 1) {
        yield `${place}${names.join(' and ')} are given together; ECR acts on an image by one rule only. Keep one of them.`;
    }
}

/** What an entry says without an effect. An age of 0 counts as an effect: it may come from a parameter that turns the age off. */
function effectViolations(entry: LifecycleRule): string[] {
    const { Id, Enabled: _, TagPrefixList = [], TagPatternList = [], ...limits } = entry;
    const {
        UntaggedImageRetentionCount: _count,
        UntaggedImageRetentionDays: _days,
        ProtectedTagPatterns: _patterns,
        ImageRetentionCount: _newest,
        ...forTags
    } = limits;
    if (Object.keys(forTags).length > 0) {
        return [];
    }
    const list = TagPrefixList.length > 0 ? 'TagPrefixList' : 'TagPatternList';
    if (TagPrefixList.length + TagPatternList.length > 0) {
        return [
            `LifecycleRules: "${Id}" gives ${list} but says nothing about its images. Give TaggedImageRetentionCount or ImageRetentionDays too, or remove ${list}.`,
        ];
    }
    return Object.keys(limits).length === 0
        ? [
              `LifecycleRules: "${Id}" asks for nothing. Give it TaggedImageRetentionCount, UntaggedImageRetentionCount or ImageRetentionDays, set Enabled to false, or remove it.`,
          ]
        : [];
}

/** What no two rules may do. */
function claim(selection: Clause['selection']): string {
    const { tagStatus, tagPrefixList = [], tagPatternList = [] } = selection;
    const storage = storageOf({ selection }) === 'archive' ? ' in the archive' : '';
    const [prefix] = tagPrefixList;
    if (prefix !== undefined) {
        return `name the prefix "${prefix}"${storage}; ECR takes each prefix in one rule only. Name it in one of them.`;
    }
    const [pattern] = tagPatternList;
    if (pattern !== undefined && pattern !== '*') {
        return `name the pattern "${pattern}"${storage}; only the first could ever act. Name it in one of them.`;
    }
    if (tagStatus === 'any') {
        return storage
            ? 'set ArchivedImageRetentionDays for all images; ECR takes one such rule only. Set it in one of them.'
            : 'set a limit for all images by ImageRetentionDays, ImageRetentionCount or ArchiveAfterDaysWithoutPull; ECR takes one such rule only. Set it in one of them.';
    }
    return tagStatus === 'untagged'
        ? 'set a limit for untagged images; ECR takes one rule for them only. Set it in one of them.'
        : 'set TaggedImageRetentionCount without TagPrefixList and TagPatternList, which is about every tagged image; only the first could ever act. Set it in one of them.';
}

/** Patterns that one place protects and limits too. */
function limitedProtections(all: readonly Clause[]): string[] {
    const pairs = [...clashes(all, ({ selection }) => claim(selection))];
    return pairs.flatMap(([{ selection }, second]) =>
        isProtection({ selection }) && !isProtection(second)
            ? [
                  `the pattern "${selection.tagPatternList?.[0]}" is in ProtectedTagPatterns and in TagPatternList; no rule touches protected images. Remove it from one of them.`,
              ]
            : [],
    );
}
