import fc from 'fast-check';
import type { LifecyclePolicy } from '../../src/lifecycle/policy';
import type { LifecycleRule, PartialProperties } from '../../src/properties';
import { grammarViolations, type Image, type Policy, type Rule } from './ecr-lifecycle';
import { ANY, archived, check, desired, NOW, newest, sincePush, UNTAGGED } from './lifecycle-facet';

/* Properties, policies and images for the laws of the lifecycle policy. */

const tagPrefix = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('v', 'v1', 'v12', 'prod', 'rc', 'dev') },
    { weight: 1, arbitrary: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,9}$/) },
);
const prefixes = fc.uniqueArray(tagPrefix, { maxLength: 4 });
const id = fc.oneof(
    fc.constantFrom('a', 'b', 'keep the newest'),
    fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9 ._/-]{0,9}[A-Za-z0-9])?$/),
);
const few = fc.integer({ min: 1, max: 4 });
/** Below the greatest, by which a rule protects what it selects. */
export const many = fc.oneof(few, fc.integer({ min: 1, max: 2147483646 }));

/** The four settings, with numbers of this kind. */
export function settings(number: fc.Arbitrary<number>) {
    return {
        UntaggedImageRetentionCount: fc.oneof(fc.constant(0), number),
        TaggedImageRetentionCount: number,
        ImageRetentionDays: fc.oneof(fc.constant(0), number),
        TagPrefixList: prefixes,
    };
}

export function entries(number: fc.Arbitrary<number>): fc.Arbitrary<LifecycleRule[]> {
    const entry = fc.record({ Id: id, Enabled: fc.boolean(), ...settings(number) }, { requiredKeys: ['Id'] });
    return fc.array(entry, { minLength: 1, maxLength: 4 });
}

/** Valid rules of ECR, of all kinds; small numbers, so that a few images reach them. */
const limit = few.chain((countNumber) =>
    fc.constantFrom(
        { limit: newest(countNumber), action: { type: 'expire' } },
        { limit: newest(countNumber), action: { type: 'transition', targetStorageClass: 'archive' } },
        { limit: sincePush(countNumber * 50), action: { type: 'expire' } },
        { limit: sincePush(countNumber * 50), action: { type: 'transition', targetStorageClass: 'archive' } },
        {
            limit: {
                ...sincePush(countNumber * 50),
                countType: 'sinceImagePulled',
                storageClass: 'standard',
            },
            action: { type: 'transition', targetStorageClass: 'archive' },
        },
        { limit: archived(90 + countNumber * 50), action: { type: 'expire' } },
    ),
);
const patterns = fc.uniqueArray(
    fc.constantFrom('*', 'v*', '*1', 'v*2', 'v1', 'prod*', '*r*d*', 'v1*', '**v'),
    {
        minLength: 1,
        maxLength: 3,
    },
);
const tagging: fc.Arbitrary<Omit<Rule['selection'], 'countType' | 'countNumber'>> = fc.oneof(
    { weight: 3, arbitrary: patterns.map((tagPatternList) => ({ tagStatus: 'tagged', tagPatternList })) },
    {
        weight: 3,
        arbitrary: fc
            .uniqueArray(tagPrefix, { minLength: 1, maxLength: 2 })
            .map((tagPrefixList) => ({ tagStatus: 'tagged', tagPrefixList })),
    },
    { weight: 1, arbitrary: fc.constantFrom(UNTAGGED, ANY) },
);
const ecrRule: fc.Arbitrary<Omit<Rule, 'rulePriority'>> = fc
    .record(
        { tagging, limit, description: fc.oneof(fc.string(), fc.constantFrom('a: b', 'keep the newest 1')) },
        { requiredKeys: ['tagging', 'limit'] },
    )
    .map(({ tagging, limit: { limit, action }, ...rest }) => ({
        ...rest,
        selection: { ...tagging, ...limit },
        action,
    }));

/** Valid policies of ECR, their rules in any order. */
export const ecrPolicy: fc.Arbitrary<Policy> = fc
    .tuple(fc.array(ecrRule, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 3 }))
    .map(([rules, step]) => {
        const last = (rule: (typeof rules)[number]) => Number(rule.selection.tagStatus === 'any');
        const inOrder = [...rules].sort((a, b) => last(a) - last(b));
        const policy: Rule[] = [];
        for (const rule of inOrder) {
            const next = { ...rule, rulePriority: (policy.length + 1) * step };
            if (grammarViolations({ rules: [...policy, next] }).length === 0) {
                policy.push(next);
            }
        }
        return policy;
    })
    .chain((rules) => fc.shuffledSubarray(rules, { minLength: rules.length }))
    .map((rules) => ({ rules }));

export const policyText = fc
    .tuple(ecrPolicy, fc.constantFrom(0, 1, 4))
    .map(([policy, spaces]) => JSON.stringify(policy, undefined, spaces));

const tagPatterns = fc.uniqueArray(fc.constantFrom('v*', '*-rc', 'v*.*', 'latest', '*a*b*'), {
    maxLength: 2,
});
const wordsBeyond = {
    UntaggedImageRetentionDays: fc.integer({ min: 1, max: 5 }),
    ImageRetentionCount: fc.integer({ min: 1, max: 5 }),
    ArchiveAfterDaysWithoutPull: fc.integer({ min: 1, max: 5 }),
    ArchivedImageRetentionDays: fc.integer({ min: 90, max: 93 }),
    TagPatternList: tagPatterns,
    ProtectedTagPatterns: tagPatterns,
};

export const lifecycleProperties: fc.Arbitrary<PartialProperties> = fc.oneof(
    fc.record({ ...settings(many), ...wordsBeyond }, { requiredKeys: [] }),
    fc.record(
        {
            ProtectedTagPatterns: wordsBeyond.ProtectedTagPatterns,
            LifecycleRules: fc.uniqueArray(
                fc.record(
                    { Id: fc.constantFrom('a', 'b', 'c'), ...settings(many), ...wordsBeyond },
                    { requiredKeys: ['Id'] },
                ),
                { minLength: 1, maxLength: 3, selector: ({ Id }) => Id },
            ),
        },
        { requiredKeys: ['LifecycleRules'] },
    ),
    fc.record(settings(many), { requiredKeys: [] }),
    fc.record(
        { ...settings(many), EnableLifecyclePolicy: fc.boolean(), LifecycleRules: entries(many) },
        { requiredKeys: ['LifecycleRules'] },
    ),
    fc.record(
        { ...settings(many), LifecycleRules: entries(many), LifecyclePolicyText: policyText },
        { requiredKeys: ['LifecyclePolicyText'] },
    ),
);

const tag = fc.oneof(
    fc.constantFrom('v', 'v1', 'v12', 'v1.2', 'prod', 'prod1', 'rc1', 'dev2', 'r-d', 'x', '1'),
    fc.stringMatching(/^[a-z0-9]{1,3}$/),
);
export const repository: fc.Arbitrary<Image[]> = fc
    .array(
        fc.record({
            tags: fc.uniqueArray(tag, { maxLength: 3 }),
            age: fc.integer({ min: 0, max: 600 }),
            pulled: fc.option(fc.integer({ min: 0, max: 300 }), { nil: undefined }),
            archived: fc.option(fc.integer({ min: 0, max: 600 }), { nil: undefined }),
        }),
        { maxLength: 15 },
    )
    .map((list) =>
        list.map(({ tags, age, pulled, archived }, index) => ({
            digest: `${index}`,
            tags,
            pushedAt: NOW - age,
            ...(pulled !== undefined && { pulledAt: NOW - pulled }),
            ...(archived !== undefined && { archivedAt: NOW - archived }),
        })),
    );

/** Policies of every form, with small numbers. */
export const smallPolicy: fc.Arbitrary<LifecyclePolicy> = fc
    .oneof(
        ecrPolicy.map((policy) => ({ LifecyclePolicyText: JSON.stringify(policy) })),
        entries(few).map((LifecycleRules) => ({ LifecycleRules })),
        fc.record(settings(few)),
    )
    .filter((properties) => check(properties).length === 0)
    .map((properties) => desired(properties) ?? [])
    .filter((state) => state.length > 0);
