import { parse } from '../../../../src/lifecycle/policy';
import type { LifecycleRule, PartialProperties } from '../../../../src/properties';
import { violations } from '../../../../src/validate';
import { grammarViolations, type Image, type Policy, type Rule } from '../../../support/ecr-lifecycle';
import {
    ANY,
    archived,
    check,
    complete,
    described,
    desired,
    gone,
    NOW,
    newest,
    sent,
    sincePush,
    summaryLines,
    TAGGED,
    UNTAGGED,
} from '../../../support/lifecycle-facet';

function image(age: number, ...tags: string[]): Image {
    return { digest: `${tags.join('+') || 'untagged'}, ${age} days`, tags, pushedAt: NOW - age };
}

/** So many images, the nth of them n days old. */
function images(count: number, name: (index: number) => string[]): Image[] {
    return Array.from({ length: count }, (_, index) => image(index + 1, ...name(index + 1)));
}

const prefix = (name: string) => ({ tagStatus: 'tagged', tagPrefixList: [name] });

interface Example {
    readonly properties: PartialProperties;
    readonly rules: readonly (readonly [description: string, selection: Rule['selection']])[];
    readonly repository: readonly Image[];
    readonly gone: readonly string[];
}

/** The examples of the module that this type takes the place of, by their titles. */
const EXAMPLES: Readonly<Record<string, Example>> = {
    'the defaults': {
        properties: {},
        rules: [
            ['keep the newest 10 of the images tagged v*', { ...prefix('v'), ...newest(10) }],
            ['keep the newest 10 of the images tagged prod*', { ...prefix('prod'), ...newest(10) }],
            ['keep the newest 3 of the untagged images', { ...UNTAGGED, ...newest(3) }],
        ],
        repository: [
            ...images(11, (n) => [`v${n}`]),
            ...images(12, (n) => [`prod-${n}`]),
            ...images(4, () => []),
            image(5000, 'latest'),
        ],
        gone: ['v11, 11 days', 'prod-11, 11 days', 'prod-12, 12 days', 'untagged, 4 days'],
    },
    'Example 1: Keep Only Recent Images': {
        properties: {
            LifecycleRules: [
                {
                    Id: 'keep-last-10',
                    Enabled: true,
                    TaggedImageRetentionCount: 10,
                    UntaggedImageRetentionCount: 1,
                },
            ],
        },
        rules: [
            ['keep-last-10: keep the newest 10 of the tagged images', { ...TAGGED, ...newest(10) }],
            ['keep-last-10: keep the newest 1 of the untagged images', { ...UNTAGGED, ...newest(1) }],
        ],
        repository: [...images(12, (n) => [n % 2 ? `v${n}` : `dev${n}`]), ...images(2, () => [])],
        gone: ['v11, 11 days', 'dev12, 12 days', 'untagged, 2 days'],
    },
    'Example 2: Production Tag Protection': {
        properties: {
            LifecycleRules: [
                {
                    Id: 'protect-production',
                    Enabled: true,
                    TagPrefixList: ['prod', 'release'],
                    TaggedImageRetentionCount: 100,
                    ImageRetentionDays: 30,
                },
            ],
        },
        rules: [
            [
                'protect-production: keep the newest 100 of the images tagged prod*',
                { ...prefix('prod'), ...newest(100) },
            ],
            [
                'protect-production: keep the newest 100 of the images tagged release*',
                { ...prefix('release'), ...newest(100) },
            ],
            ['protect-production: expire other images 30 days after the push', { ...ANY, ...sincePush(30) }],
        ],
        repository: [
            ...images(101, (n) => [`prod-${n}`]),
            image(900, 'release-1'),
            image(29, 'dev-2'),
            image(31, 'dev-1'),
            image(31, 'feature', 'prod-x'),
            image(40),
        ],
        gone: ['prod-100, 100 days', 'prod-101, 101 days', 'dev-1, 31 days', 'untagged, 40 days'],
    },
    'Example 3: Aggressive Cleanup': {
        properties: {
            LifecycleRules: [
                {
                    Id: 'aggressive-cleanup',
                    Enabled: true,
                    TaggedImageRetentionCount: 3,
                    UntaggedImageRetentionCount: 0,
                    ImageRetentionDays: 14,
                },
            ],
        },
        rules: [
            ['aggressive-cleanup: keep the newest 3 of the tagged images', { ...TAGGED, ...newest(3) }],
            [
                'aggressive-cleanup: expire untagged images 1 day after the push',
                { ...UNTAGGED, ...sincePush(1) },
            ],
            ['aggressive-cleanup: expire other images 14 days after the push', { ...ANY, ...sincePush(14) }],
        ],
        // The age reaches nothing: the summary says so.
        repository: [
            image(400, 'a'),
            image(300, 'b'),
            image(200, 'c'),
            image(500, 'd'),
            image(0.5),
            image(2),
        ],
        gone: ['d, 500 days', 'untagged, 2 days'],
    },
    'Production Example with All Features': {
        properties: {
            EnableLifecyclePolicy: true,
            UntaggedImageRetentionCount: 3,
            TaggedImageRetentionCount: 20,
            ImageRetentionDays: 90,
            TagPrefixList: ['v', 'prod', 'release'],
        },
        rules: [
            ['keep the newest 20 of the images tagged v*', { ...prefix('v'), ...newest(20) }],
            ['keep the newest 20 of the images tagged prod*', { ...prefix('prod'), ...newest(20) }],
            ['keep the newest 20 of the images tagged release*', { ...prefix('release'), ...newest(20) }],
            ['keep the newest 3 of the untagged images', { ...UNTAGGED, ...newest(3) }],
            ['expire other images 90 days after the push', { ...ANY, ...sincePush(90) }],
        ],
        repository: [
            ...images(21, (n) => [`v${n}`]),
            ...images(3, () => []),
            image(900, 'prod-1'),
            image(900, 'release-1'),
            image(91, 'dev-1'),
            image(89, 'dev-2'),
        ],
        gone: ['v21, 21 days', 'dev-1, 91 days'],
    },
    'Pattern 1: Development Workflow, and Lifecycle Management in development': {
        properties: {
            EnableLifecyclePolicy: true,
            UntaggedImageRetentionCount: 1,
            TaggedImageRetentionCount: 5,
            ImageRetentionDays: 14,
        },
        rules: [
            ['keep the newest 5 of the images tagged v*', { ...prefix('v'), ...newest(5) }],
            ['keep the newest 5 of the images tagged prod*', { ...prefix('prod'), ...newest(5) }],
            ['keep the newest 1 of the untagged images', { ...UNTAGGED, ...newest(1) }],
            ['expire other images 14 days after the push', { ...ANY, ...sincePush(14) }],
        ],
        repository: [
            ...images(6, (n) => [`v${n}`]),
            image(20),
            image(30),
            image(15, 'feature'),
            image(13, 'main'),
        ],
        gone: ['v6, 6 days', 'untagged, 30 days', 'feature, 15 days'],
    },
    'Pattern 2: Production Workflow': {
        properties: {
            EnableLifecyclePolicy: true,
            TaggedImageRetentionCount: 50,
            TagPrefixList: ['v', 'release'],
        },
        rules: [
            ['keep the newest 50 of the images tagged v*', { ...prefix('v'), ...newest(50) }],
            ['keep the newest 50 of the images tagged release*', { ...prefix('release'), ...newest(50) }],
            ['keep the newest 3 of the untagged images', { ...UNTAGGED, ...newest(3) }],
        ],
        repository: [...images(51, (n) => [`release-${n}`]), image(5000, 'latest'), image(5000, 'v1')],
        gone: ['release-51, 51 days'],
    },
    'Pattern 3: Shared Base Images': {
        properties: {
            EnableLifecyclePolicy: true,
            TaggedImageRetentionCount: 100,
            ImageRetentionDays: 365,
        },
        rules: [
            ['keep the newest 100 of the images tagged v*', { ...prefix('v'), ...newest(100) }],
            ['keep the newest 100 of the images tagged prod*', { ...prefix('prod'), ...newest(100) }],
            ['keep the newest 3 of the untagged images', { ...UNTAGGED, ...newest(3) }],
            ['expire other images 365 days after the push', { ...ANY, ...sincePush(365) }],
        ],
        repository: [image(400, 'v1'), image(366, 'alpine'), image(364, 'debian'), image(500)],
        gone: ['alpine, 366 days'],
    },
    'Issue: High Storage Costs': {
        properties: {
            EnableLifecyclePolicy: true,
            UntaggedImageRetentionCount: 1,
            TaggedImageRetentionCount: 10,
            ImageRetentionDays: 30,
        },
        rules: [
            ['keep the newest 10 of the images tagged v*', { ...prefix('v'), ...newest(10) }],
            ['keep the newest 10 of the images tagged prod*', { ...prefix('prod'), ...newest(10) }],
            ['keep the newest 1 of the untagged images', { ...UNTAGGED, ...newest(1) }],
            ['expire other images 30 days after the push', { ...ANY, ...sincePush(30) }],
        ],
        repository: [...images(11, (n) => [`v${n}`, 'latest']), image(31, 'latest'), image(31, 'prod')],
        gone: ['v11+latest, 11 days', 'latest, 31 days'],
    },
    'Lifecycle Management in production': {
        properties: {
            EnableLifecyclePolicy: true,
            TaggedImageRetentionCount: 50,
            TagPrefixList: ['v', 'release', 'prod'],
        },
        rules: [
            ['keep the newest 50 of the images tagged v*', { ...prefix('v'), ...newest(50) }],
            ['keep the newest 50 of the images tagged release*', { ...prefix('release'), ...newest(50) }],
            ['keep the newest 50 of the images tagged prod*', { ...prefix('prod'), ...newest(50) }],
            ['keep the newest 3 of the untagged images', { ...UNTAGGED, ...newest(3) }],
        ],
        repository: [...images(51, (n) => [`prod${n}`]), image(5000, 'dev')],
        gone: ['prod51, 51 days'],
    },
};

const EXPIRE = { type: 'expire' };
const ARCHIVE = { type: 'transition', targetStorageClass: 'archive' };
const pattern = (name: string) => ({ tagStatus: 'tagged', tagPatternList: [name] });
const sincePull = (countNumber: number) => ({
    countType: 'sinceImagePulled',
    countUnit: 'days',
    countNumber,
});
const sinceMove = (countNumber: number) => ({
    storageClass: 'archive',
    countType: 'sinceImageTransitioned',
    countUnit: 'days',
    countNumber,
});

describe('words beyond the module', () => {
    const RELEASES = [
        { ...image(900, 'v1'), archivedAt: NOW - 800 },
        image(900, 'v2', 'pr-1'),
        image(900, 'v3'),
    ];

    test.each<[string, PartialProperties, [Rule['selection'], Rule['action']][], Image[], string[]]>([
        [
            'protected releases, pull requests by age, untagged images by age, the archive',
            {
                ProtectedTagPatterns: ['v*'],
                LifecycleRules: [
                    { Id: 'pr', TagPatternList: ['pr-*'], ImageRetentionDays: 14 },
                    { Id: 'rest', UntaggedImageRetentionDays: 7, ArchiveAfterDaysWithoutPull: 60 },
                    { Id: 'archive', ArchivedImageRetentionDays: 90 },
                ],
            },
            [
                [{ ...pattern('v*'), ...newest(2147483647) }, EXPIRE],
                [{ ...pattern('pr-*'), ...sincePush(14) }, EXPIRE],
                [{ ...UNTAGGED, ...sincePush(7) }, EXPIRE],
                [{ ...ANY, ...sincePull(60) }, ARCHIVE],
                [{ ...ANY, ...sinceMove(90) }, EXPIRE],
            ],
            [image(900, 'v2', 'pr-1'), image(15, 'pr-2'), image(13, 'pr-3'), image(8), image(61, 'main')],
            ['pr-2, 15 days', 'untagged, 8 days', 'main, 61 days'],
        ],
        [
            'protected also in the archive',
            {
                TagPrefixList: [],
                UntaggedImageRetentionCount: 1,
                ProtectedTagPatterns: ['v*'],
                ArchivedImageRetentionDays: 365,
            },
            [
                [{ ...pattern('v*'), ...newest(2147483647) }, EXPIRE],
                [{ ...pattern('v*'), ...sinceMove(36500) }, EXPIRE],
                [{ ...TAGGED, ...newest(10) }, EXPIRE],
                [{ ...UNTAGGED, ...newest(1) }, EXPIRE],
                [{ ...ANY, ...sinceMove(365) }, EXPIRE],
            ],
            [...RELEASES, { ...image(900, 'main'), archivedAt: NOW - 366 }],
            ['main, 900 days'],
        ],
        [
            'a count of all images',
            {
                TagPrefixList: [],
                TagPatternList: ['*-rc'],
                TaggedImageRetentionCount: 1,
                ImageRetentionCount: 3,
            },
            [
                [{ ...pattern('*-rc'), ...newest(1) }, EXPIRE],
                [{ ...UNTAGGED, ...newest(3) }, EXPIRE],
                [{ ...ANY, ...newest(3) }, EXPIRE],
            ],
            [image(1, '1-rc'), image(2, '2-rc'), image(3, 'main'), image(4, 'other')],
            ['2-rc, 2 days', 'other, 4 days'],
        ],
        [
            'an entry that archives and then deletes its own tags',
            {
                LifecycleRules: [
                    {
                        Id: 'a',
                        TagPrefixList: ['x'],
                        ArchiveAfterDaysWithoutPull: 30,
                        ArchivedImageRetentionDays: 90,
                    },
                ],
            },
            [
                [{ ...prefix('x'), ...sincePull(30) }, ARCHIVE],
                [{ ...prefix('x'), ...sinceMove(90) }, EXPIRE],
            ],
            [image(31, 'x'), { ...image(200, 'x2'), archivedAt: NOW - 91 }, image(900, 'y')],
            ['x, 31 days', 'x2, 200 days'],
        ],
    ])('%s', (_title, properties, rules, repository, expected) => {
        expect(violations(complete(properties))).toEqual([]);
        expect(check(properties)).toEqual([]);
        const state = desired(properties);
        expect(sent(state).rules.map(({ selection, action }) => [selection, action])).toEqual(rules);
        expect(grammarViolations(sent(state))).toEqual([]);
        expect(gone(sent(state), repository)).toEqual(expected);
        const { LifecyclePolicySummary: _, ...read } = described(state);
        expect(read).toMatchObject(properties);
    });

    test.each<[string, PartialProperties, string[]]>([
        [
            'untagged images by count and by age',
            { UntaggedImageRetentionCount: 3, UntaggedImageRetentionDays: 7 },
            [
                'UntaggedImageRetentionCount and UntaggedImageRetentionDays are both given; ECR takes one rule for untagged images only. Remove one of them.',
            ],
        ],
        [
            'two limits for all images',
            { ImageRetentionDays: 30, ImageRetentionCount: 50 },
            [
                'ImageRetentionDays and ImageRetentionCount are given together; ECR acts on an image by one rule only. Keep one of them.',
            ],
        ],
        [
            'an entry that deletes and archives the same tags',
            {
                LifecycleRules: [
                    { Id: 'a', TagPatternList: ['x'], ImageRetentionDays: 5, ArchiveAfterDaysWithoutPull: 3 },
                ],
            },
            [
                'LifecycleRules: "a": ImageRetentionDays and ArchiveAfterDaysWithoutPull are given together; ECR acts on an image by one rule only. Keep one of them.',
            ],
        ],
        [
            'a pattern protected and limited',
            { TagPatternList: ['v*'], ProtectedTagPatterns: ['v*'] },
            [
                'the pattern "v*" is in ProtectedTagPatterns and in TagPatternList; no rule touches protected images. Remove it from one of them.',
            ],
        ],
        [
            'a text that can touch protected images',
            {
                ProtectedTagPatterns: ['v*'],
                LifecyclePolicyText: JSON.stringify({
                    rules: [
                        { rulePriority: 4, selection: { ...prefix('pr-'), ...sincePush(9) }, action: EXPIRE },
                    ],
                }),
            },
            [
                'LifecyclePolicyText: the rule with rulePriority 4 can act on images tagged v*, which ProtectedTagPatterns names. Put a rule that keeps them before it, or remove the pattern.',
            ],
        ],
        [
            'a text that keeps them first',
            {
                ProtectedTagPatterns: ['v*'],
                LifecyclePolicyText: JSON.stringify({
                    rules: [
                        {
                            rulePriority: 1,
                            selection: { ...pattern('v*'), ...sincePush(10950) },
                            action: EXPIRE,
                        },
                        { rulePriority: 4, selection: { ...ANY, ...sincePush(9) }, action: EXPIRE },
                    ],
                }),
            },
            [],
        ],
    ])('%s', (_title, properties, expected) => {
        expect(violations(complete(properties))).toEqual([]);
        expect(check(properties)).toEqual(expected);
    });

    test.each<[string, PartialProperties]>([
        ['days below 1', { UntaggedImageRetentionDays: 0 }],
        ['an archive of less than 90 days', { ArchivedImageRetentionDays: 89 }],
        ['a pattern with five wildcards', { ProtectedTagPatterns: ['*a*b*c*d*'] }],
    ])('the schema refuses %s', (_what, properties) => {
        expect(violations(complete(properties))).toHaveLength(1);
    });

    test('the summary says what is protected and what is archived', () => {
        const properties = {
            ProtectedTagPatterns: ['v*'],
            ArchiveAfterDaysWithoutPull: 60,
        };
        expect(summaryLines(desired(properties) ?? [])).toEqual(
            expect.arrayContaining([
                '1. Images tagged v* are protected: no later rule touches them.',
                expect.stringContaining('images move to archive storage 60 days after the last pull'),
            ]),
        );
    });
});

describe.each(Object.entries(EXAMPLES))('%s', (_title, example) => {
    test('ECR gets exactly this policy', () => {
        expect(check(example.properties)).toEqual([]);
        const rules = example.rules.map(([description, selection], index) => ({
            rulePriority: index + 1,
            description,
            selection,
            action: { type: 'expire' },
        }));
        expect(sent(desired(example.properties))).toEqual({ rules });
        expect(grammarViolations({ rules })).toEqual([]);
    });

    test('and these images go, no others', () => {
        expect(gone(sent(desired(example.properties)), example.repository)).toEqual(example.gone);
    });
});

/** ECR user guide, "Examples of lifecycle policies": filtering on multiple rules, and on multiple tags in one rule. */
describe('the judge agrees with the user guide', () => {
    const A = image(10, 'beta-1', 'prod-1');
    const B = image(9, 'beta-2', 'prod-2');
    const C = image(8, 'beta-3');
    const rule = (rulePriority: number, selection: Rule['selection']) => ({
        rulePriority,
        selection,
        action: { type: 'expire' },
    });

    test('in which rule an image belongs to', () => {
        const [prod, beta] = [prefix('prod'), prefix('beta')].map((tags) => ({ ...tags, ...newest(1) }));
        expect(prod && beta && gone({ rules: [rule(1, prod), rule(2, beta)] }, [A, B, C])).toEqual([
            A.digest,
        ]);
        expect(prod && beta && gone({ rules: [rule(2, prod), rule(1, beta)] }, [A, B, C])).toEqual([
            A.digest,
            B.digest,
        ]);
    });

    test('in that an image must match every prefix', () => {
        const selection = { tagStatus: 'tagged', tagPrefixList: ['alpha', 'beta'], ...sincePush(5) };
        const both = image(10, 'alpha-2', 'beta-2');
        const others = [image(12, 'alpha-1'), image(11, 'beta-1'), image(2, 'alpha-4', 'beta-4')];
        expect(gone({ rules: [rule(1, selection)] }, [both, ...others])).toEqual([both.digest]);
    });
});

describe('entries of LifecycleRules', () => {
    test('an age without a count is for the prefixes', () => {
        const LifecycleRules = [
            { Id: 'old', ImageRetentionDays: 90 },
            { Id: 'dev', TagPrefixList: ['dev', 'pr'], ImageRetentionDays: 7 },
            { Id: 'all', Enabled: false, TaggedImageRetentionCount: 1 },
        ];
        expect(sent(desired({ LifecycleRules })).rules.map(({ selection }) => selection)).toEqual([
            { ...prefix('dev'), ...sincePush(7) },
            { ...prefix('pr'), ...sincePush(7) },
            { ...ANY, ...sincePush(90) },
        ]);
    });

    test.each<[string, PartialProperties]>([
        ['the switch is off', { EnableLifecyclePolicy: false, TaggedImageRetentionCount: 5 }],
        ['every entry is disabled', { LifecycleRules: [{ Id: 'a', Enabled: false, ImageRetentionDays: 1 }] }],
        ['no entry asks for anything', { LifecycleRules: [{ Id: 'a', ImageRetentionDays: 0 }] }],
    ])('there is no policy when %s', (_when, some) => {
        expect(check(some)).toEqual([]);
        expect(desired(some)).toBeUndefined();
    });

    test('the longest policy of 50 rules is short enough for ECR', () => {
        const TagPrefixList = Array.from({ length: 50 }, (_, index) => `${index}`.padStart(128, 'x'));
        const Id = 'i'.repeat(64);
        const LifecycleRules = [{ Id, TagPrefixList, ImageRetentionDays: 2147483647 }];
        expect(violations(complete({ LifecycleRules }))).toEqual([]);
        expect(check({ LifecycleRules })).toEqual([]);
        expect(JSON.stringify(sent(desired({ LifecycleRules }))).length).toBeLessThan(30720);
    });

    const PREFIXES = Array.from({ length: 26 }, (_, index) => `p${index}`);
    test.each<[string, LifecycleRule[], string[]]>([
        [
            'one prefix twice',
            [
                { Id: 'a', TagPrefixList: ['v', 'x'], TaggedImageRetentionCount: 1 },
                { Id: 'b', TagPrefixList: ['w', 'v'], ImageRetentionDays: 1 },
            ],
            [
                'LifecycleRules: "a" and "b" both name the prefix "v"; ECR takes each prefix in one rule only. Name it in one of them.',
            ],
        ],
        [
            'everything twice',
            ['a', 'b'].map((Id) => ({
                Id,
                TaggedImageRetentionCount: 1,
                UntaggedImageRetentionCount: 0,
                ImageRetentionDays: 2,
            })),
            [
                'LifecycleRules: "a" and "b" both set TaggedImageRetentionCount without TagPrefixList and TagPatternList, which is about every tagged image; only the first could ever act. Set it in one of them.',
                'LifecycleRules: "a" and "b" both set a limit for all images by ImageRetentionDays, ImageRetentionCount or ArchiveAfterDaysWithoutPull; ECR takes one such rule only. Set it in one of them.',
                'LifecycleRules: "a" and "b" both set a limit for untagged images; ECR takes one rule for them only. Set it in one of them.',
            ],
        ],
        [
            'a disabled entry has the Id of another',
            [
                { Id: 'a', ImageRetentionDays: 1 },
                { Id: 'b', UntaggedImageRetentionCount: 1 },
                { Id: 'a', Enabled: false, ImageRetentionDays: 1 },
            ],
            ['LifecycleRules: entries 1 and 3 both have the Id "a". Give each an Id of its own.'],
        ],
        [
            'entries that ask for nothing',
            [
                { Id: 'a' },
                { Id: 'b', TagPrefixList: ['v'], UntaggedImageRetentionCount: 1 },
                { Id: 'c', Enabled: false },
                { Id: 'd', TagPrefixList: ['w'], ImageRetentionDays: 0 },
            ],
            [
                'LifecycleRules: "a" asks for nothing. Give it TaggedImageRetentionCount, UntaggedImageRetentionCount or ImageRetentionDays, set Enabled to false, or remove it.',
                'LifecycleRules: "b" gives TagPrefixList but says nothing about its images. Give TaggedImageRetentionCount or ImageRetentionDays too, or remove TagPrefixList.',
            ],
        ],
        [
            'too many rules',
            [
                { Id: 'a', TagPrefixList: PREFIXES, TaggedImageRetentionCount: 1 },
                { Id: 'b', TagPrefixList: PREFIXES.map((name) => `q${name}`), TaggedImageRetentionCount: 1 },
            ],
            [
                'LifecycleRules: 52 ECR rules come of it, one for each prefix and pattern and each further setting; wanted at most 50. Name fewer prefixes or patterns.',
            ],
        ],
    ])('%s is a violation', (_what, LifecycleRules, expected) => {
        expect(violations(complete({ LifecycleRules }))).toEqual([]);
        expect(check({ LifecycleRules })).toEqual(expected);
        expect(check({ LifecycleRules, EnableLifecyclePolicy: false })).toEqual([]);
        expect(check({ LifecycleRules, LifecyclePolicyText: JSON.stringify(GOOD) })).toEqual([]);
    });
});

const GOOD: Policy = {
    rules: [
        { rulePriority: 10, selection: { ...TAGGED, ...newest(5) }, action: { type: 'expire' } },
        { rulePriority: 20, selection: { ...UNTAGGED, ...newest(1) }, action: { type: 'expire' } },
        { rulePriority: 30, selection: { ...ANY, ...sincePush(9) }, action: { type: 'expire' } },
    ],
};

/** GOOD with other words in its first rule. */
function first(selection: object, action: object = { type: 'expire' }, rule: object = {}): unknown {
    return { rules: [{ rulePriority: 10, selection, action, ...rule }, ...GOOD.rules.slice(1)] };
}

describe('LifecyclePolicyText', () => {
    const transition = { type: 'transition', targetStorageClass: 'archive' };
    test.each<[string, unknown, string[]]>([
        ['no object', [], ['the policy is []; ECR wants an object.']],
        ['no rules', { rules: [] }, ['rules is []; ECR wants a list of 1 to 50 rules.']],
        ['rules missing', {}, ['rules is missing; ECR wants a list of 1 to 50 rules.']],
        [
            'too many rules',
            {
                rules: Array.from({ length: 51 }, (_, index) => ({
                    rulePriority: index,
                    selection: { ...prefix(`p${index}`), ...newest(1) },
                    action: { type: 'expire' },
                })),
            },
            ['rules is a list of 51; ECR wants a list of 1 to 50 rules.'],
        ],
        ['a rule that is none', { rules: [null] }, ['rules[0] is null; ECR wants an object.']],
        [
            'unknown keys',
            { ...Object(first({ ...TAGGED, ...newest(1), tagPrefix: 'v' })), version: 1 },
            [
                'version is unknown to ECR, which takes rules there. Remove it.',
                'rules[0].selection.tagPrefix is unknown to ECR, which takes tagStatus, tagPatternList, tagPrefixList, storageClass, countType, countUnit, countNumber there. Remove it.',
            ],
        ],
        [
            'missing keys',
            { rules: [{ selection: {}, action: {} }] },
            [
                'rules[0].rulePriority is missing; ECR wants a whole number.',
                'rules[0].selection.tagStatus is missing; ECR wants "tagged" or "untagged" or "any".',
                'rules[0].selection.countType is missing; ECR wants "imageCountMoreThan" or "sinceImagePushed" or "sinceImagePulled" or "sinceImageTransitioned".',
                'rules[0].selection.countNumber is missing; ECR wants a whole number, 1 or more, that JSON carries exactly.',
                'rules[0].action.type is missing; ECR wants "expire" or "transition".',
            ],
        ],
        [
            'wrong values',
            first(
                { tagStatus: 'banana', tagPrefixList: [''], countType: 'x', countNumber: 0, countUnit: 'd' },
                { type: 'keep' },
                { rulePriority: '1', description: null },
            ),
            [
                'rules[0].rulePriority is "1"; ECR wants a whole number.',
                'rules[0].description is null; ECR takes no null. Leave it out.',
                'rules[0].selection.tagStatus is "banana"; ECR wants "tagged" or "untagged" or "any".',
                'rules[0].selection.tagPrefixList is [""]; ECR wants a list of one or more texts, none of them empty.',
                'rules[0].selection.countType is "x"; ECR wants "imageCountMoreThan" or "sinceImagePushed" or "sinceImagePulled" or "sinceImageTransitioned".',
                'rules[0].selection.countUnit is "d"; ECR wants "days".',
                'rules[0].selection.countNumber is 0; ECR wants a whole number, 1 or more, that JSON carries exactly.',
                'rules[0].action.type is "keep"; ECR wants "expire" or "transition".',
            ],
        ],
        [
            'tagged without tags',
            first({ tagStatus: 'tagged', ...newest(1) }),
            [
                'rules[0].selection has neither of tagPatternList and tagPrefixList; with tagStatus "tagged" ECR wants exactly one.',
            ],
        ],
        [
            'prefixes and patterns together',
            first({ ...TAGGED, ...prefix('v'), ...newest(1) }),
            [
                'rules[0].selection has both of tagPatternList and tagPrefixList; with tagStatus "tagged" ECR wants exactly one.',
            ],
        ],
        [
            'tags for untagged',
            first({ ...TAGGED, ...newest(1), tagStatus: 'untagged', storageClass: 'standard' }),
            [
                'rules[0].selection has one of tagPatternList and tagPrefixList; with tagStatus "untagged" ECR wants neither.',
                'rules[0] and rules[1] both select untagged images of storageClass "standard"; ECR takes one such rule only. Join them.',
            ],
        ],
        [
            'five wildcards',
            first({ tagStatus: 'tagged', tagPatternList: ['*a*b*c*', '*a*b*c*d*'], ...newest(1) }),
            [
                'rules[0].selection.tagPatternList has "*a*b*c*d*" with 5 wildcards; ECR takes 4 at most in one pattern.',
            ],
        ],
        [
            'a count with a unit',
            first({ ...TAGGED, ...newest(1), countUnit: 'days' }),
            ['rules[0].selection.countUnit is "days"; with countType "imageCountMoreThan" ECR wants none.'],
        ],
        [
            'an age without a unit',
            first({ ...TAGGED, countType: 'sinceImagePushed', countNumber: 1 }),
            ['rules[0].selection.countUnit is missing; with countType "sinceImagePushed" ECR wants "days".'],
        ],
        [
            'to expire by the last pull',
            first({ ...TAGGED, countType: 'sinceImagePulled', countUnit: 'days', countNumber: 1 }),
            [
                'rules[0] has storageClass "standard" and action "expire"; with countType "sinceImagePulled" ECR wants storageClass "standard" and action "transition".',
            ],
        ],
        [
            'to count in the archive',
            first({ ...TAGGED, ...newest(1), storageClass: 'archive' }),
            [
                'rules[0] has storageClass "archive" and action "expire"; with countType "imageCountMoreThan" ECR wants storageClass "standard" and action "expire", or storageClass "standard" and action "transition".',
            ],
        ],
        [
            'to expire too soon from the archive',
            first({ ...TAGGED, ...archived(89) }),
            [
                'rules[0].selection.countNumber is 89; an archived image stays for at least 90 days. Give 90 or more.',
            ],
        ],
        [
            'a transition to nowhere',
            first({ ...TAGGED, ...newest(1) }, { type: 'transition' }),
            ['rules[0].action.targetStorageClass is missing; with type "transition" ECR wants "archive".'],
        ],
        [
            'a target without transition',
            first({ ...TAGGED, ...newest(1) }, { type: 'expire', targetStorageClass: 'archive' }),
            ['rules[0].action.targetStorageClass is "archive"; with type "expire" ECR wants none.'],
        ],
        [
            'a priority twice',
            first({ ...TAGGED, ...newest(1) }, transition, { rulePriority: 20 }),
            [
                'rules[0] and rules[1] both have rulePriority 20; ECR wants each number once. Renumber one of them.',
            ],
        ],
        [
            'any before another',
            first({ ...TAGGED, ...newest(1) }, transition, { rulePriority: 31 }),
            [
                'rules[2] has tagStatus "any" and rulePriority 30, but rules[0] has 31; ECR wants "any" to have the highest of its storageClass. Renumber them.',
            ],
        ],
        [
            'a set of prefixes twice',
            {
                rules: [['a', 'b'], ['b', 'a'], ['a']].map((tagPrefixList, rulePriority) => ({
                    rulePriority,
                    selection: { tagStatus: 'tagged', tagPrefixList, ...newest(1) },
                    action: { type: 'expire' },
                })),
            },
            [
                'rules[0] and rules[1] both have the tagPrefixList ["a","b"] for storageClass "standard"; ECR takes each set of prefixes in one rule only. Join them.',
            ],
        ],
    ])('%s is a violation', (_what, policy, expected) => {
        expect(check({ LifecyclePolicyText: JSON.stringify(policy) })).toEqual(
            expected.map((violation) => `LifecyclePolicyText: ${violation}`),
        );
        expect(check({ LifecyclePolicyText: JSON.stringify(policy), EnableLifecyclePolicy: false })).toEqual(
            [],
        );
        expect(grammarViolations(policy)).not.toEqual([]);
    });

    test('the parser says why it is no JSON', () => {
        const [violation, ...more] = check({ LifecyclePolicyText: '{"rules": [}' });
        expect(more).toEqual([]);
        expect(violation).toMatch(
            /^LifecyclePolicyText: given text that is not JSON \(Unexpected token .*\)\. Give an ECR lifecycle policy/,
        );
    });

    test('what is too long only when it is written out is a violation too', () => {
        const rules = Array.from({ length: 50 }, (_, index) => ({
            rulePriority: index + 1,
            description: 'x'.repeat(430),
            selection: { ...prefix(`p${index}`), ...newest(987) },
            action: { type: 'expire' },
        }));
        const LifecyclePolicyText = JSON.stringify({ rules }).replaceAll('987', '1e15');
        expect(violations(complete({ LifecyclePolicyText }))).toEqual([]);
        expect(check({ LifecyclePolicyText })).toEqual([
            'LifecyclePolicyText: ECR gets 30842 characters of it, wanted at most 30720. Shorten the descriptions.',
        ]);
    });

    test('the rules of each storage class are judged by themselves', () => {
        const policy = {
            rules: [
                { rulePriority: 1, selection: { ...ANY, ...sincePush(9) }, action: transition },
                { rulePriority: 2, selection: { ...ANY, ...archived(90) }, action: { type: 'expire' } },
            ],
        };
        expect(check({ LifecyclePolicyText: JSON.stringify(policy) })).toEqual([]);
        expect(grammarViolations(policy)).toEqual([]);
    });
});

/* Whatever the schema allows. A few names, so that they meet. */

const UNTAGGED_NOTES = [
    'The parts of a multi-platform image are untagged: they count, but stay until the image itself has gone.',
    'Signatures and other referrers count as images too, and go with the image that they are about.',
];

describe('the summary', () => {
    test('of the production example', () => {
        const { properties } = EXAMPLES['Production Example with All Features'] ?? {};
        expect(summaryLines(desired({ ...properties }) ?? [])).toEqual([
            'An image goes by the first rule that selects it; later rules count it but leave it alone.',
            '1. Images tagged v*: the newest 20 are kept, older ones expire.',
            '2. Images tagged prod*: the newest 20 are kept, older ones expire.',
            '3. Images tagged release*: the newest 20 are kept, older ones expire.',
            '4. Untagged images: the newest 3 are kept, older ones expire.',
            '5. All other images expire 90 days after the push.',
            "The age of 90 days never reaches images tagged v*, images tagged prod*, images tagged release* or untagged images: ECR lets an earlier rule's images alone.",
            ...UNTAGGED_NOTES,
        ]);
    });

    test('of an age that reaches nothing', () => {
        const { properties } = EXAMPLES['Example 3: Aggressive Cleanup'] ?? {};
        expect(summaryLines(desired({ ...properties }) ?? [])).toEqual([
            'An image goes by the first rule that selects it; later rules count it but leave it alone.',
            '1. Tagged images: the newest 3 are kept, older ones expire.',
            '2. Untagged images expire 1 day after the push.',
            "3. The age of 14 days for all images reaches no image: rules 1 and 2 select them first, and ECR lets an earlier rule's images alone.",
            ...UNTAGGED_NOTES,
        ]);
    });

    test('of entries that overlap', () => {
        const LifecycleRules = [
            { Id: 'a', TagPrefixList: ['v1'], TaggedImageRetentionCount: 1 },
            { Id: 'b', TagPrefixList: ['v'], ImageRetentionDays: 5 },
            { Id: 'c', TagPrefixList: ['v12'], TaggedImageRetentionCount: 7 },
            { Id: 'd', TaggedImageRetentionCount: 6 },
        ];
        expect(summaryLines(desired({ LifecycleRules }) ?? [])).toEqual([
            'An image goes by the first rule that selects it; later rules count it but leave it alone.',
            '1. Images tagged v1*: the newest is kept, older ones expire.',
            '2. Other images tagged v* expire 5 days after the push.',
            "The age of 5 days never reaches images tagged v1*: ECR lets an earlier rule's images alone.",
            "3. The count of 7 for images tagged v12* reaches no image: rule 1 selects them first, and ECR lets an earlier rule's images alone.",
            '4. Other tagged images: those among the newest 6 of tagged images are kept, older ones expire.',
            "The count of 6 never reaches images tagged v1*, images tagged v* or images tagged v12*: ECR lets an earlier rule's images alone.",
            'All other images are kept.',
        ]);
    });

    test('of archives and patterns', () => {
        const transition = { type: 'transition', targetStorageClass: 'archive' };
        const pulled = { countType: 'sinceImagePulled', countUnit: 'days', countNumber: 30 };
        const rules = [
            {
                selection: { tagStatus: 'tagged', tagPatternList: ['beta*', 'alpha*'], ...pulled },
                action: transition,
            },
            {
                selection: { tagStatus: 'tagged', tagPatternList: ['latest'], ...newest(2) },
                action: transition,
            },
            { selection: { ...ANY, ...newest(100) }, action: { type: 'expire' } },
            { selection: { ...UNTAGGED, ...archived(365) }, action: { type: 'expire' } },
        ].map((rule, index) => ({ ...rule, rulePriority: index + 1 }));
        const LifecyclePolicyText = JSON.stringify({ rules });
        expect(check({ LifecyclePolicyText })).toEqual([]);
        expect(summaryLines(desired({ LifecyclePolicyText }) ?? [])).toEqual([
            'A line that names no storage is about images in standard storage.',
            'An image goes by the first rule that selects it; later rules count it but leave it alone.',
            '1. Images with a tag for each of alpha* and beta* move to archive storage 30 days after the last pull (without one, after the push or the restore).',
            '2. Images tagged latest: the newest 2 are kept, older ones move to archive storage.',
            '3. All other images: those among the newest 100 of all images are kept, older ones expire.',
            "The count of 100 never reaches images with a tag for each of alpha* and beta* or images tagged latest: ECR lets an earlier rule's images alone.",
            '4. Untagged images in archive storage expire 365 days after the move there.',
            'All other images in archive storage are kept.',
            ...UNTAGGED_NOTES,
        ]);
    });

    test('of a rule in words that ECR learnt later', async () => {
        const rules = [
            {
                rulePriority: 1,
                selection: { ...ANY, countType: 'sinceImageSigned', countUnit: 'days', countNumber: 9, x: 1 },
                action: { type: 'expire' },
            },
        ];
        const state = parse(JSON.stringify({ rules }));
        expect(sent(state)).toEqual({ rules });
        expect(summaryLines(state ?? [])).toEqual([
            '1. All images expire 9 days by sinceImageSigned.',
            ...UNTAGGED_NOTES,
        ]);
    });
});
