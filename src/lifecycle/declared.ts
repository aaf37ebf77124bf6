import { isDeepStrictEqual } from 'node:util';
import { properties as schema } from '../../schema.json';
import type { LifecycleRule, PartialProperties } from '../properties';
import { clashes, grammarViolations, MOST_RULES } from './grammar';
import { type LifecyclePolicy, parse, render, type Selection } from './policy';
import { guess, policyOf, type Retention, selections } from './retention';
import { summary } from './summary';

/** The longest text that PutLifecyclePolicy takes (ECR API reference, lifecyclePolicyText). */
const MOST_CHARACTERS = 30720;

/** The properties that the lifecycle policy is made of, and the one that says what it does. */
export const LIFECYCLE_PROPERTIES = [
    'EnableLifecyclePolicy',
    'UntaggedImageRetentionCount',
    'TaggedImageRetentionCount',
    'ImageRetentionDays',
    'TagPrefixList',
    'LifecycleRules',
    'LifecyclePolicyText',
    'LifecyclePolicySummary',
] as const satisfies readonly (keyof PartialProperties)[];

/** What is wrong with the properties, one sentence each; what a switch turns off may be anything. */
export function violations(properties: PartialProperties): string[] {
    if (!isEnabled(properties)) {
        return [];
    }
    const { LifecyclePolicyText: text, LifecycleRules: entries = [] } = properties;
    return [...(text === undefined ? entryViolations(entries) : textViolations(text))];
}

/** The policy that the properties ask for. */
export function desired(properties: PartialProperties): LifecyclePolicy | undefined {
    if (!isEnabled(properties)) {
        return undefined;
    }
    const { LifecyclePolicyText: text, LifecycleRules: entries } = properties;
    const policy =
        text === undefined
            ? policyOf(entries ? entries.filter(isInForce) : [settings(properties)])
            : parse(text);
    return policy.length > 0 ? policy : undefined;
}

/** The properties that ask for a policy: our own words where they can say all of it, else ECR's text. */
export function readback(state: LifecyclePolicy | undefined): PartialProperties {
    if (!state) {
        return { EnableLifecyclePolicy: false, LifecyclePolicySummary: 'All images are kept.' };
    }
    const guessed = guess(state);
    const words = isDeepStrictEqual(desired(guessed), state)
        ? guessed
        : { LifecyclePolicyText: render(state) };
    return { EnableLifecyclePolicy: true, ...words, LifecyclePolicySummary: summary(state) };
}

function isEnabled({
    EnableLifecyclePolicy = schema.EnableLifecyclePolicy.default,
}: PartialProperties): boolean {
    return EnableLifecyclePolicy;
}

function isInForce({ Enabled = true }: LifecycleRule): boolean {
    return Enabled;
}

function settings({
    UntaggedImageRetentionCount = schema.UntaggedImageRetentionCount.default,
    TaggedImageRetentionCount = schema.TaggedImageRetentionCount.default,
    ImageRetentionDays = schema.ImageRetentionDays.default,
    TagPrefixList = schema.TagPrefixList.default,
}: PartialProperties): Retention {
    return { UntaggedImageRetentionCount, TaggedImageRetentionCount, ImageRetentionDays, TagPrefixList };
}

function* textViolations(text: string): Generator<string> {
    let policy: unknown;
    try {
        policy = JSON.parse(text);
    } catch (error) {
        yield `LifecyclePolicyText: given text that is not JSON (${error instanceof Error ? error.message : error}). Give an ECR lifecycle policy, {"rules": […]}.`;
        return;
    }
    const violations = grammarViolations(policy);
    yield* violations.map((violation) => `LifecyclePolicyText: ${violation}`);
    // Without line breaks and blanks, but with numbers written out, a text may even grow.
    const length = violations.length === 0 ? render(parse(text)).length : 0;
    if (length > MOST_CHARACTERS) {
        yield `LifecyclePolicyText: ECR gets ${length} characters of it, wanted at most ${MOST_CHARACTERS}. Shorten the descriptions.`;
    }
}

function* entryViolations(entries: readonly LifecycleRule[]): Generator<string> {
    const numbered = entries.map(({ Id }, index) => ({ Id, number: index + 1 }));
    for (const [first, second] of clashes(numbered, ({ Id }) => Id)) {
        yield `LifecycleRules: entries ${first.number} and ${second.number} both have the Id "${first.Id}". Give each an Id of its own.`;
    }
    const inForce = entries.filter(isInForce);
    yield* inForce.flatMap(effectViolations);
    const selected = inForce.flatMap((entry) =>
        selections(entry).map((selection) => ({ id: entry.Id, selection })),
    );
    for (const [first, second] of clashes(selected, ({ selection }) => claim(selection))) {
        yield `LifecycleRules: "${first.id}" and "${second.id}" both ${claim(first.selection)}`;
    }
    if (selected.length > MOST_RULES) {
        yield `LifecycleRules: ${selected.length} ECR rules come of it, one for each prefix and each further setting; wanted at most ${MOST_RULES}. Name fewer prefixes.`;
    }
}

/** What an entry says without an effect. An age of 0 counts as an effect: it may come from a parameter that turns the age off. */
function effectViolations({
    Id,
    TagPrefixList = [],
    TaggedImageRetentionCount: kept,
    UntaggedImageRetentionCount: untagged,
    ImageRetentionDays: days,
}: LifecycleRule): string[] {
    if (kept !== undefined || days !== undefined) {
        return [];
    }
    if (TagPrefixList.length > 0) {
        return [
            `LifecycleRules: "${Id}" gives TagPrefixList but says nothing about its images. Give TaggedImageRetentionCount or ImageRetentionDays too, or remove TagPrefixList.`,
        ];
    }
    return untagged === undefined
        ? [
              `LifecycleRules: "${Id}" asks for nothing. Give it TaggedImageRetentionCount, UntaggedImageRetentionCount or ImageRetentionDays, set Enabled to false, or remove it.`,
          ]
        : [];
}

/** What no two entries may do. */
function claim({ tagStatus, tagPrefixList = [] }: Selection): string {
    const [prefix] = tagPrefixList;
    if (prefix !== undefined) {
        return `name the prefix "${prefix}"; ECR takes each prefix in one rule only. Name it in one of them.`;
    }
    if (tagStatus === 'any') {
        return 'set an age for all images by ImageRetentionDays; ECR takes one such rule only. Set it in one of them.';
    }
    return tagStatus === 'untagged'
        ? 'set UntaggedImageRetentionCount; ECR takes one rule for untagged images only. Set it in one of them.'
        : 'set TaggedImageRetentionCount without TagPrefixList, which is about every tagged image; only the first could ever act. Set it in one of them.';
}
