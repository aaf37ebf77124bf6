import type { LifecycleRule, PartialProperties } from '../../../../src/properties';
import { violations } from '../../../../src/validate';
import { grammarViolations, type Image, type Rule } from '../../../support/ecr-lifecycle';
import { EXAMPLES, image, prefix } from '../../../support/lifecycle-examples';
import {
    ANY,
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
        expect(check({ LifecycleRules, LifecyclePolicyText: JSON.stringify(sent(desired({}))) })).toEqual([]);
    });
});
