import { GetLifecyclePolicyCommand, PutLifecyclePolicyCommand } from '@aws-sdk/client-ecr';
import fc from 'fast-check';
import { lifecyclePolicy } from '../../../src/facets/lifecycle-policy';
import type { EcrRule } from '../../../src/lifecycle/policy';
import type { LifecycleRule, PartialProperties } from '../../../src/properties';
import { deleteLifecycle } from '../by-hand';
import type { Held } from '../held';
import { NAME } from '../my-app';
import { partial, word } from '../values';
import type { Alteration, By, FacetData, PropertyRow } from './facet-data';

const prefixes = fc.uniqueArray(fc.constantFrom('v', 'prod', 'release', 'dev', 'v1'), { maxLength: 4 });
const patterns = fc.uniqueArray(fc.constantFrom('v*', '*-rc', 'pr-*', 'latest'), { maxLength: 2 });
const count = fc.integer({ min: 1, max: 500 });
const untaggedCount = fc.integer({ min: 0, max: 500 });
const days = fc.integer({ min: 0, max: 400 });

/** What both the settings and an entry of LifecycleRules can say. */
const retention = {
    TagPrefixList: prefixes,
    TaggedImageRetentionCount: count,
    UntaggedImageRetentionCount: untaggedCount,
    ImageRetentionDays: days,
    UntaggedImageRetentionDays: count,
    ImageRetentionCount: count,
    ArchiveAfterDaysWithoutPull: count,
    ArchivedImageRetentionDays: fc.integer({ min: 90, max: 400 }),
    TagPatternList: patterns,
    ProtectedTagPatterns: patterns,
};

const lifecycleRule: fc.Arbitrary<LifecycleRule> = fc
    .tuple(
        word,
        partial<Omit<LifecycleRule, 'Id'>>({
            Enabled: fc.boolean(),
            ...retention,
        }),
    )
    .map(([Id, rest]) => ({ Id, ...rest }));

const policyText = fc
    .record({ untagged: count, spaces: fc.constantFrom(0, 1, 4) })
    .map(({ untagged, spaces }) =>
        JSON.stringify(
            {
                rules: [
                    {
                        rulePriority: 7,
                        description: 'A policy in the words of ECR itself, written by hand',
                        selection: {
                            tagStatus: 'untagged',
                            countType: 'imageCountMoreThan',
                            countNumber: untagged,
                        },
                        action: { type: 'expire' },
                    },
                ],
            },
            undefined,
            spaces,
        ),
    );

const RULES = [
    { Id: 'releases', TagPrefixList: ['v'], TaggedImageRetentionCount: 20 },
    { Id: 'later', Enabled: false, UntaggedImageRetentionCount: 1 },
];
const TEXT = JSON.stringify(
    {
        rules: [
            {
                rulePriority: 10,
                description: 'As it was written',
                selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 500 },
                action: { type: 'expire' },
            },
        ],
    },
    undefined,
    2,
);
/** In no words of this type's own. */
const FOREIGN_TEXT = TEXT.replace('500', '9').replace('As it was written', 'By hand');

const putLifecycle =
    (lifecyclePolicyText: string): By =>
    ({ ecr }) =>
        ecr.send(new PutLifecyclePolicyCommand({ repositoryName: NAME, lifecyclePolicyText }));

const editLifecycle =
    (edit: (rules: EcrRule[]) => unknown): By =>
    async (account, beside) => {
        const { lifecyclePolicyText = '' } = await account.ecr.send(
            new GetLifecyclePolicyCommand({ repositoryName: NAME }),
        );
        const rules = edit(JSON.parse(lifecyclePolicyText).rules);
        await putLifecycle(JSON.stringify({ rules }))(account, beside);
    };

/** The rule with another selection, if it is of this kind; what it says of itself in words goes with it. */
function edited(rule: EcrRule, kind: Partial<EcrRule['selection']>, countNumber: number): EcrRule {
    const { selection, description = '' } = rule;
    const fits = Object.entries(kind).every(([key, value]) => Reflect.get(selection, key) === value);
    return fits
        ? {
              ...rule,
              selection: { ...selection, countNumber },
              description: description.replace(String(selection.countNumber), String(countNumber)),
          }
        : rule;
}

const BY_HAND =
    '{"rules":[{"action":{"type":"expire"},"description":"By hand","rulePriority":1,"selection":{"countNumber":9,"countType":"imageCountMoreThan","tagStatus":"any"}}]}';
const limits = (tagStatus: string) => (held: Held) =>
    held.lifecycle
        .filter(({ selection }) => selection.tagStatus === tagStatus)
        .map(({ selection }) => `${selection.countType} ${selection.countNumber}`);

const limited = (tagStatus: string, countType: string, ...values: readonly [number, number]): PropertyRow => {
    const [first, second] = values.map((value) => [`${countType} ${value}`]);
    return { values, inAws: limits(tagStatus), as: [first, second] };
};

/** The number of the rules for these images is changed. */
const isChanged = (
    template: PartialProperties,
    tagStatus: 'tagged' | 'untagged' | 'any',
    countNumber: number,
): Alteration => ({
    what: 'is changed',
    template,
    by: editLifecycle((rules) => rules.map((rule) => edited(rule, { tagStatus }, countNumber))),
});

function manyPrefixes(first: string): string[] {
    return Array.from({ length: 26 }, (_, index) => `${first}${index}`);
}

function policy(rules: readonly object[]): PartialProperties {
    return { LifecyclePolicyText: JSON.stringify({ rules }) };
}

/** A rule of ECR's that keeps one image. */
function rule(rulePriority: number, selection: object): object {
    const newest = { countType: 'imageCountMoreThan', countNumber: 1 };
    return { rulePriority, selection: { ...newest, ...selection }, action: { type: 'expire' } };
}

/** A policy, and a guard over it. */
const GUARDED: PartialProperties = {
    ...policy([rule(1, { tagStatus: 'any' })]),
    MaxExpiringImages: 2,
};

export const data: FacetData = {
    facet: lifecyclePolicy,
    declared: { ImageRetentionDays: 90 },

    arbitraries: {
        EnableLifecyclePolicy: fc.boolean(),
        ...retention,
        LifecycleRules: fc.array(lifecycleRule, { minLength: 1, maxLength: 3 }),
        LifecyclePolicyText: policyText,
        MaxExpiringImages: untaggedCount,
    },

    foreign: null,

    properties: {
        EnableLifecyclePolicy: {
            values: [false, true],
            inAws: ({ lifecycle }) => lifecycle.length > 0,
        },
        UntaggedImageRetentionCount: {
            values: [5, 0],
            inAws: limits('untagged'),
            as: [['imageCountMoreThan 5'], ['sinceImagePushed 1']],
        },
        TaggedImageRetentionCount: {
            beside: { TagPrefixList: ['v'] },
            ...limited('tagged', 'imageCountMoreThan', 4, 8),
        },
        ImageRetentionDays: limited('any', 'sinceImagePushed', 30, 60),
        UntaggedImageRetentionDays: limited('untagged', 'sinceImagePushed', 5, 7),
        ImageRetentionCount: limited('any', 'imageCountMoreThan', 30, 60),
        ArchiveAfterDaysWithoutPull: limited('any', 'sinceImagePulled', 30, 60),
        ArchivedImageRetentionDays: limited('any', 'sinceImageTransitioned', 90, 365),
        MaxExpiringImages: {
            values: [0, 5],
            inAws: ({ tags }) => Object.keys(tags).filter((key) => key.includes('as-written')).length,
            as: [1, 1],
        },
        TagPatternList: {
            values: [['*-a'], ['*-b', 'c']],
            inAws: ({ lifecycle }) => lifecycle.flatMap(({ selection }) => selection.tagPatternList ?? []),
        },
        ProtectedTagPatterns: {
            values: [['v*'], ['v*', 'prod-*']],
            inAws: ({ lifecycle }) => lifecycle.flatMap(({ selection }) => selection.tagPatternList ?? []),
        },
        TagPrefixList: {
            values: [['a'], ['b', 'c']],
            inAws: ({ lifecycle }) => lifecycle.flatMap(({ selection }) => selection.tagPrefixList ?? []),
        },
        LifecycleRules: {
            values: [
                [{ Id: 'one', TaggedImageRetentionCount: 2 }],
                [{ Id: 'two', UntaggedImageRetentionCount: 1 }],
            ],
            inAws: ({ lifecycle }) => lifecycle.map(({ selection }) => selection.tagStatus),
            as: [['tagged'], ['untagged']],
        },
        LifecyclePolicyText: {
            values: [BY_HAND.replace('9', '5'), JSON.stringify(JSON.parse(BY_HAND), undefined, 4)],
            inAws: limits('any'),
            as: [['imageCountMoreThan 5'], ['imageCountMoreThan 9']],
        },
    },

    undivided: [],

    violations: [
        [{ LifecycleRules: [{ Id: 'a' }, { Id: 'a', TagPrefixList: ['v'] }] }, 3],
        [
            {
                LifecycleRules: ['a', 'b'].map((Id) => ({
                    Id,
                    TaggedImageRetentionCount: 1,
                    UntaggedImageRetentionCount: 1,
                    ImageRetentionDays: 1,
                })),
            },
            3,
        ],
        [
            { LifecycleRules: ['a', 'b'].map((Id) => ({ Id, TagPrefixList: ['v'], ImageRetentionDays: 1 })) },
            1,
        ],
        [
            {
                LifecycleRules: [
                    { Id: 'a', TagPrefixList: manyPrefixes('v'), ImageRetentionDays: 1 },
                    { Id: 'b', TagPrefixList: manyPrefixes('w'), ImageRetentionDays: 1 },
                ],
            },
            1,
        ],
        [
            {
                LifecycleRules: ['a', 'b'].map((Id) => ({
                    Id,
                    TagPatternList: ['x'],
                    UntaggedImageRetentionCount: 1,
                    UntaggedImageRetentionDays: 1,
                    ImageRetentionDays: 1,
                    ArchiveAfterDaysWithoutPull: 1,
                })),
            },
            7,
        ],
        [{ LifecycleRules: ['a', 'b'].map((Id) => ({ Id, ArchivedImageRetentionDays: 90 })) }, 1],
        [
            {
                LifecycleRules: [
                    {
                        Id: 'a',
                        TaggedImageRetentionCount: 1,
                        TagPatternList: ['x'],
                        ProtectedTagPatterns: ['x'],
                    },
                ],
            },
            1,
        ],
        [{ TagPatternList: ['x'], ProtectedTagPatterns: ['x'] }, 1],
        [{ UntaggedImageRetentionCount: 1, UntaggedImageRetentionDays: 1 }, 1],
        [{ ImageRetentionDays: 1, ImageRetentionCount: 1 }, 1],
        [{ ImageRetentionCount: 1, ArchiveAfterDaysWithoutPull: 1 }, 1],
        [{ TagPrefixList: manyPrefixes('v'), TagPatternList: manyPrefixes('w') }, 1],
        [{ ...policy([rule(1, { tagStatus: 'any' })]), ProtectedTagPatterns: ['v*'] }, 1],
        [{ LifecyclePolicyText: 'keep ten' }, 1],
        [{ LifecyclePolicyText: '{"rules":[],"extra":1}' }, 2],
        [policy([rule(1, { tagStatus: 'tagged' })]), 1],
        [policy([rule(1, { tagStatus: 'tagged', tagPatternList: ['*a*b*c*d*'] })]), 1],
        [policy([rule(1, { tagStatus: 'any', storageClass: 'archive' })]), 1],
        [policy([rule(1, { tagStatus: 'any', countUnit: 'days' })]), 1],
        [policy([{ ...rule(1, { tagStatus: 'any' }), action: { type: 'transition' } }]), 1],
        [
            policy([
                rule(1, {
                    tagStatus: 'any',
                    storageClass: 'archive',
                    countType: 'sinceImageTransitioned',
                    countUnit: 'days',
                    countNumber: 30,
                }),
            ]),
            1,
        ],
        [policy([rule(1, { tagStatus: 'untagged' }), rule(1, { tagStatus: 'untagged' })]), 2],
        [policy([1, 2].map((priority) => rule(priority, { tagStatus: 'tagged', tagPrefixList: ['v'] }))), 1],
        [policy([rule(1, { tagStatus: 'any' }), rule(2, { tagStatus: 'untagged' })]), 1],
        [
            {
                LifecyclePolicyText: JSON.stringify({
                    rules: Array.from({ length: 50 }, (_, index) => ({
                        ...rule(index, {
                            tagStatus: 'tagged',
                            tagPrefixList: [`p${index}`],
                            countNumber: 987,
                        }),
                        description: 'x'.repeat(436),
                    })),
                }).replaceAll('987', '1e15'),
            },
            1,
        ],
    ],

    messages: [
        {
            said: 'that a preview is waited for',
            action: 'UPDATE',
            declared: GUARDED,
            isThere: true,
        },
        {
            said: 'that a preview failed',
            action: 'UPDATE',
            declared: GUARDED,
            isThere: true,
            circumstances: { callbackContext: { phase: 'started' } },
            answers: { 'ecr:GetLifecyclePolicyPreview': { status: 'FAILED' } },
        },
        {
            said: 'that too many images would expire',
            action: 'UPDATE',
            declared: GUARDED,
            isThere: true,
            circumstances: { callbackContext: { phase: 'started' } },
            answers: {
                'ecr:GetLifecyclePolicyPreview': {
                    status: 'COMPLETE',
                    lifecyclePolicyText: GUARDED.LifecyclePolicyText,
                    summary: { expiringImageTotalCount: 3 },
                    previewResults: [],
                },
            },
        },
        {
            said: 'a fault of the type',
            action: 'READ',
            isThere: true,
            answers: { 'ecr:GetLifecyclePolicy': { lifecyclePolicyText: 'not JSON' } },
        },
    ],

    alterations: {
        EnableLifecyclePolicy: [
            { what: 'the policy is deleted', template: { EnableLifecyclePolicy: true }, by: deleteLifecycle },
            {
                what: 'the policy is deleted, with settings',
                template: { TaggedImageRetentionCount: 5, LifecycleRules: RULES },
                by: deleteLifecycle,
                drift: ['LifecycleRules'],
            },
            {
                what: 'a policy is added',
                template: { EnableLifecyclePolicy: false },
                by: putLifecycle(FOREIGN_TEXT),
                update: 'leaves',
            },
            {
                what: 'a policy is added to settings that are off',
                template: {
                    EnableLifecyclePolicy: false,
                    TaggedImageRetentionCount: 5,
                    TagPrefixList: ['a'],
                },
                by: putLifecycle(FOREIGN_TEXT),
                update: 'leaves',
            },
            {
                what: 'a policy is added where every rule is disabled',
                template: { LifecycleRules: [{ Id: 'a', Enabled: false, UntaggedImageRetentionCount: 1 }] },
                by: putLifecycle(FOREIGN_TEXT),
                drift: ['LifecycleRules'],
                update: 'leaves',
            },
        ],
        UntaggedImageRetentionCount: [
            isChanged({ UntaggedImageRetentionCount: 5, TaggedImageRetentionCount: 5 }, 'untagged', 6),
            {
                what: 'is no more',
                template: { UntaggedImageRetentionCount: 5, TaggedImageRetentionCount: 5 },
                by: editLifecycle((rules) =>
                    rules.filter(({ selection }) => selection.tagStatus !== 'untagged'),
                ),
            },
        ],
        TaggedImageRetentionCount: [
            {
                ...isChanged(
                    {
                        TaggedImageRetentionCount: 4,
                        TagPrefixList: ['v', 'w'],
                        UntaggedImageRetentionCount: 5,
                    },
                    'tagged',
                    7,
                ),
                what: 'is changed for every prefix',
            },
            {
                what: 'is changed for one prefix, so that there is no one number',
                template: { TaggedImageRetentionCount: 4, TagPrefixList: ['v', 'w'] },
                by: editLifecycle(([first, ...rest]) => (first ? [edited(first, {}, 7), ...rest] : [])),
            },
        ],
        ImageRetentionDays: [
            isChanged({ ImageRetentionDays: 30 }, 'any', 31),
            {
                what: 'is no more',
                template: { ImageRetentionDays: 30 },
                by: editLifecycle((rules) => rules.filter(({ selection }) => selection.tagStatus !== 'any')),
            },
            {
                what: 'is added',
                template: { ImageRetentionDays: 0, UntaggedImageRetentionCount: 3 },
                by: editLifecycle((rules) => [
                    ...rules,
                    {
                        rulePriority: 99,
                        description: 'expire other images 9 days after the push',
                        selection: {
                            tagStatus: 'any',
                            countType: 'sinceImagePushed',
                            countUnit: 'days',
                            countNumber: 9,
                        },
                        action: { type: 'expire' },
                    },
                ]),
            },
        ],
        UntaggedImageRetentionDays: [isChanged({ UntaggedImageRetentionDays: 7 }, 'untagged', 8)],
        ImageRetentionCount: [isChanged({ ImageRetentionCount: 50 }, 'any', 60)],
        ArchiveAfterDaysWithoutPull: [isChanged({ ArchiveAfterDaysWithoutPull: 30 }, 'any', 31)],
        ArchivedImageRetentionDays: [isChanged({ ArchivedImageRetentionDays: 120 }, 'any', 121)],
        MaxExpiringImages: [
            {
                what: 'is left when the policy is deleted',
                template: { MaxExpiringImages: 5, EnableLifecyclePolicy: true },
                by: deleteLifecycle,
                drift: ['EnableLifecyclePolicy'],
            },
        ],
        TagPatternList: [
            {
                what: 'gets another one in place of one',
                template: { TagPatternList: ['*-b'], TaggedImageRetentionCount: 4 },
                by: editLifecycle((rules) => JSON.parse(JSON.stringify(rules).replaceAll('*-b', '*-c'))),
            },
        ],
        ProtectedTagPatterns: [
            {
                what: 'loses one',
                template: { ProtectedTagPatterns: ['a*', 'b*'], TaggedImageRetentionCount: 4 },
                by: editLifecycle((rules) => rules.filter((rule) => !JSON.stringify(rule).includes('"b*"'))),
            },
        ],
        TagPrefixList: [
            {
                what: 'gets another one in place of one',
                template: { TagPrefixList: ['a', 'b'], TaggedImageRetentionCount: 4 },
                by: editLifecycle((rules) =>
                    JSON.parse(
                        JSON.stringify(rules).replace('["b"]', '["c"]').replace('tagged b*', 'tagged c*'),
                    ),
                ),
            },
            {
                what: 'loses one',
                template: { TagPrefixList: ['a', 'b'], TaggedImageRetentionCount: 4 },
                by: editLifecycle((rules) => rules.filter((rule) => !JSON.stringify(rule).includes('["b"]'))),
            },
        ],
        LifecycleRules: [
            {
                what: 'a rule is edited',
                template: { LifecycleRules: RULES },
                by: editLifecycle((rules) => rules.map((rule) => edited(rule, {}, 21))),
            },
            {
                what: 'a rule is added in this type’s words',
                template: { LifecycleRules: RULES },
                by: editLifecycle((rules) => [
                    ...rules,
                    {
                        rulePriority: 9,
                        description: 'later: keep the newest 1 of the untagged images',
                        selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 1 },
                        action: { type: 'expire' },
                    },
                ]),
            },
            {
                what: 'a rule is added in no words of this type',
                template: { LifecycleRules: RULES },
                by: editLifecycle((rules) => [
                    ...rules,
                    { ...JSON.parse(FOREIGN_TEXT).rules[0], rulePriority: 99 },
                ]),
            },
            {
                what: 'a rule is taken away',
                template: { LifecycleRules: [...RULES, { Id: 'rest', ImageRetentionDays: 9 }] },
                by: editLifecycle(([first]) => [first]),
            },
            {
                what: 'the policy is another one',
                template: { LifecycleRules: RULES },
                by: putLifecycle(FOREIGN_TEXT),
            },
            { what: 'the policy is deleted', template: { LifecycleRules: RULES }, by: deleteLifecycle },
        ],
        LifecyclePolicyText: [
            {
                what: 'a number is changed',
                template: { LifecyclePolicyText: TEXT },
                by: putLifecycle(TEXT.replace('500', '501')),
            },
            {
                what: 'a description is changed',
                template: { LifecyclePolicyText: TEXT },
                by: putLifecycle(TEXT.replace('As it', 'How it')),
                drift: [],
            },
            { what: 'the policy is deleted', template: { LifecyclePolicyText: TEXT }, by: deleteLifecycle },
            {
                what: 'only its form is changed',
                template: { LifecyclePolicyText: TEXT },
                by: putLifecycle(JSON.stringify(JSON.parse(TEXT))),
                drift: [],
            },
            {
                what: 'the policy is one of other settings',
                template: { LifecyclePolicyText: TEXT, TaggedImageRetentionCount: 5 },
                by: putLifecycle(FOREIGN_TEXT),
            },
        ],
    },
};
