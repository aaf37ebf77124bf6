import { isDeepStrictEqual } from 'node:util';
import {
    DeleteLifecyclePolicyCommand,
    GetLifecyclePolicyCommand,
    PutLifecyclePolicyCommand,
} from '@aws-sdk/client-ecr';
import { properties as schema } from '../../schema.json';
import type { Facet } from '../engine/facet';
import { isAwsError } from '../errors';
import { clashes, grammarViolations, MOST_RULES } from '../lifecycle/grammar';
import { type LifecyclePolicy, parse, render, type Selection } from '../lifecycle/policy';
import { summary } from '../lifecycle/summary';
import type { LifecycleRule, PartialProperties } from '../properties';
import { guess, policyOf, type Retention, selections } from './lifecycle-rules';

/** The longest text that PutLifecyclePolicy takes (ECR API reference, lifecyclePolicyText). */
const MOST_CHARACTERS = 30720;

/** Which images ECR deletes or archives, and when. */
export const lifecyclePolicy: Facet<LifecyclePolicy> = {
    name: 'lifecycle policy',
    properties: [
        'EnableLifecyclePolicy',
        'UntaggedImageRetentionCount',
        'TaggedImageRetentionCount',
        'ImageRetentionDays',
        'TagPrefixList',
        'LifecycleRules',
        'LifecyclePolicyText',
        'LifecyclePolicySummary',
    ],
    home: 'repository',

    validate(properties) {
        if (!isEnabled(properties)) {
            return [];
        }
        const { LifecyclePolicyText: text, LifecycleRules: entries = [] } = properties;
        return [...(text === undefined ? entryViolations(entries) : textViolations(text))];
    },

    desired,

    async observe({ aws, repositoryName }) {
        try {
            const { lifecyclePolicyText } = await aws.ecr.send(
                new GetLifecyclePolicyCommand({ repositoryName }),
            );
            return lifecyclePolicyText === undefined ? undefined : parse(lifecyclePolicyText);
        } catch (error) {
            if (isAwsError(error, 'LifecyclePolicyNotFoundException', 'RepositoryNotFoundException')) {
                return undefined;
            }
            throw error;
        }
    },

    // One Put replaces the whole policy; to delete first would leave a time without any.
    async apply(target, _observed, { aws, repositoryName }) {
        if (target) {
            await aws.ecr.send(
                new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: render(target) }),
            );
            return;
        }
        try {
            await aws.ecr.send(new DeleteLifecyclePolicyCommand({ repositoryName }));
        } catch (error) {
            if (!isAwsError(error, 'LifecyclePolicyNotFoundException')) {
                throw error;
            }
        }
    },

    readback(state) {
        if (!state) {
            return { EnableLifecyclePolicy: false, LifecyclePolicySummary: 'All images are kept.' };
        }
        const guessed = guess(state);
        const words = isDeepStrictEqual(desired(guessed), state)
            ? guessed
            : { LifecyclePolicyText: render(state) };
        return { EnableLifecyclePolicy: true, ...words, LifecyclePolicySummary: summary(state) };
    },
};

function desired(properties: PartialProperties): LifecyclePolicy | undefined {
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
