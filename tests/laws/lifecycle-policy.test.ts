import fc from 'fast-check';
import { means } from '../../src/lifecycle/meaning';
import { parse, render } from '../../src/lifecycle/policy';
import type { LifecycleRule } from '../../src/properties';
import { violations } from '../../src/validate';
import { evaluate, grammarViolations, type Image, type Rule, selects } from '../support/ecr-lifecycle';
import {
    ecrPolicy,
    entries,
    lifecycleProperties,
    many,
    policyText,
    repository,
    settings,
    smallPolicy,
} from '../support/lifecycle-arbitraries';
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
    summaryLines,
    TAGGED,
    UNTAGGED,
} from '../support/lifecycle-facet';
import { runs } from '../support/runs';

/* What the lifecycle policy promises, whatever the properties, the policy and the images. */
fc.configureGlobal({ numRuns: runs(40) });

/** Its words would be one entry that archives some images and counts all, which is refused. */
const REFUSED_WORDS = JSON.stringify({
    rules: [
        {
            rulePriority: 1,
            description: 'a: by hand',
            selection: {
                tagStatus: 'tagged',
                tagPatternList: ['v*'],
                countType: 'sinceImagePulled',
                countUnit: 'days',
                countNumber: 50,
            },
            action: { type: 'transition', targetStorageClass: 'archive' },
        },
        {
            rulePriority: 2,
            description: 'a: by hand',
            selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 3 },
            action: { type: 'expire' },
        },
    ],
});

describe('whatever the schema allows', () => {
    test('is generated here', () => {
        fc.assert(
            fc.property(lifecycleProperties, (properties) =>
                expect(violations(complete(properties))).toEqual([]),
            ),
        );
    });

    test('makes a policy by ECR’s grammar and of ECR’s length, or a violation is named', () => {
        fc.assert(
            fc.property(lifecycleProperties, (properties) => {
                fc.pre(check(properties).length === 0);
                const state = desired(properties);
                fc.pre(state !== undefined);
                expect(grammarViolations(sent(state))).toEqual([]);
                const { length } = JSON.stringify(sent(state));
                expect(length).toBeGreaterThanOrEqual(100);
                expect(length).toBeLessThanOrEqual(30720);
            }),
        );
    });

    test('reads back as properties that make the same policy', () => {
        fc.assert(
            fc.property(lifecycleProperties, (properties) => {
                fc.pre(check(properties).length === 0);
                const state = desired(properties);
                expect(means(desired(described(state)), state)).toBe(true);
                expect(violations(complete(described(state)))).toEqual([]);
                expect(check(described(state))).toEqual([]);
            }),
            { examples: [[{ LifecyclePolicyText: REFUSED_WORDS }]] },
        );
    });

    test('as the four settings reads back as the four settings', () => {
        fc.assert(
            fc.property(fc.record(settings(many)), (properties) => {
                const { LifecyclePolicySummary, ...rest } = described(desired(properties));
                expect(rest).toEqual({ EnableLifecyclePolicy: true, ...properties });
                expect(LifecyclePolicySummary).not.toBe('');
            }),
        );
    });

    test('as LifecycleRules reads back as LifecycleRules, an age for all images last', () => {
        fc.assert(
            fc.property(entries(many), (list) => {
                const LifecycleRules = list.map(plain);
                fc.pre(check({ LifecycleRules }).length === 0);
                const [others, ages] = [false, true].map((isAge) =>
                    LifecycleRules.filter(
                        (one) => (Object.keys(one).join() === 'Id,ImageRetentionDays') === isAge,
                    ),
                );
                expect(described(desired({ LifecycleRules }))).toEqual({
                    EnableLifecyclePolicy: true,
                    LifecycleRules: [...(others ?? []), ...(ages ?? [])],
                    LifecyclePolicySummary: expect.any(String),
                });
            }),
        );
    });
});

/** An entry without the parts that do nothing, its keys in order. */
function plain(one: LifecycleRule): LifecycleRule {
    const { Id, TagPrefixList = [], TaggedImageRetentionCount, UntaggedImageRetentionCount } = one;
    const { ImageRetentionDays = 0 } = one;
    const isForPrefixes = TaggedImageRetentionCount !== undefined || ImageRetentionDays > 0;
    return {
        Id,
        ...(TagPrefixList.length > 0 && isForPrefixes && { TagPrefixList }),
        ...(TaggedImageRetentionCount !== undefined && { TaggedImageRetentionCount }),
        ...(UntaggedImageRetentionCount !== undefined && { UntaggedImageRetentionCount }),
        ...(ImageRetentionDays > 0 && { ImageRetentionDays }),
    };
}

describe('a policy of ECR', () => {
    test('is found, described, and wanted again as it is', async () => {
        await fc.assert(
            fc.asyncProperty(policyText, async (lifecyclePolicyText) => {
                const state = parse(lifecyclePolicyText);
                expect(state).toBeDefined();
                expect(means(desired(described(state)), state)).toBe(true);
                expect(desired({ LifecyclePolicyText: lifecyclePolicyText })).toEqual(state);
                expect(grammarViolations(sent(state))).toEqual([]);
            }),
        );
    });

    test('is the same in any order, spacing and numbering', () => {
        fc.assert(
            fc.property(ecrPolicy, fc.integer({ min: 2, max: 9 }), (policy, factor) => {
                const other = {
                    rules: policy.rules.toReversed().map(({ selection, ...rule }) => ({
                        selection: {
                            storageClass: 'standard',
                            ...Object.fromEntries(Object.entries(selection).toReversed()),
                            ...(selection.tagPrefixList && {
                                tagPrefixList: selection.tagPrefixList.toReversed(),
                            }),
                            ...(selection.tagPatternList && {
                                tagPatternList: selection.tagPatternList.toReversed(),
                            }),
                        },
                        ...rule,
                        rulePriority: rule.rulePriority * factor,
                    })),
                };
                const [one, two] = [JSON.stringify(policy), JSON.stringify(other, undefined, '\t')].map(
                    (words) => desired({ LifecyclePolicyText: words }),
                );
                expect(two).toEqual(one);
                expect(described(two)).toEqual(described(one));
            }),
        );
    });

    test('does with images what its canonical form does', () => {
        fc.assert(
            fc.property(ecrPolicy, repository, (policy, list) => {
                const canonical = sent(desired({ LifecyclePolicyText: JSON.stringify(policy) }));
                expect(gone(canonical, list)).toEqual(gone(policy, list));
            }),
        );
    });

    test('with something mutated is refused exactly where ECR’s grammar refuses it', () => {
        const mutate = fc.record({
            part: fc.constantFrom('rule', 'selection', 'action'),
            key: fc.constantFrom(
                'rulePriority',
                'description',
                'tagStatus',
                'tagPrefixList',
                'tagPatternList',
                'storageClass',
                'countType',
                'countUnit',
                'countNumber',
                'type',
                'targetStorageClass',
            ),
            value: fc.constantFrom<unknown>(
                undefined,
                null,
                0,
                1,
                2,
                89,
                90,
                1.5,
                '',
                'tagged',
                'untagged',
                'any',
                'standard',
                'archive',
                'imageCountMoreThan',
                'sinceImagePushed',
                'sinceImagePulled',
                'sinceImageTransitioned',
                'days',
                'expire',
                'transition',
                [],
                ['v'],
                ['a*b*c*d*'],
                ['a*b*c*d*e*'],
            ),
            index: fc.nat({ max: 7 }),
        });
        fc.assert(
            fc.property(ecrPolicy, fc.array(mutate, { maxLength: 3 }), (policy, mutates) => {
                const rules = policy.rules.map((rule, place) => {
                    const here = mutates.filter(({ index }) => index % policy.rules.length === place);
                    const changes = (name: string) =>
                        Object.fromEntries(
                            here.filter(({ part }) => part === name).map(({ key, value }) => [key, value]),
                        );
                    return {
                        ...rule,
                        selection: { ...rule.selection, ...changes('selection') },
                        action: { ...rule.action, ...changes('action') },
                        ...changes('rule'),
                    };
                });
                const words = JSON.stringify({ rules });
                const isRefused = grammarViolations(JSON.parse(words)).length > 0;
                expect(check({ LifecyclePolicyText: words }).length > 0).toBe(isRefused);
            }),
        );
    });

    test('with other descriptions is reported in the same words', () => {
        const state = desired({})?.map((rule) => ({ ...rule, description: 'by hand' }));
        expect(described(state)).toMatchObject({ TagPrefixList: ['v', 'prod'] });
        expect(described(state)).not.toHaveProperty('LifecyclePolicyText');
    });
});

/** More old images than a rule keeps, of the kinds that it alone might reach: with no tag but what it asks for. */
function reachable({ selection }: Rule): Image[] {
    const unseen = '~';
    const { tagStatus, tagPatternList = [], tagPrefixList = [], storageClass, countNumber } = selection;
    const wanted = [
        ...tagPatternList.map((pattern) => pattern.replaceAll('*', unseen)),
        ...tagPrefixList.map((start) => start + unseen),
    ];
    const kinds = tagStatus === 'any' ? [[], [unseen]] : [wanted];
    return kinds.flatMap((tags, kind) =>
        Array.from({ length: countNumber + 1 }, (_, index) => ({
            digest: `${selection.tagStatus} ${kind} ${index}`,
            tags,
            pushedAt: index,
            ...(storageClass === 'archive' && { archivedAt: index }),
        })),
    );
}

/** A rule for the images that a phrase of the summary is about. */
function phrase(words: string): Rule {
    const [, archive] = / in (archive) storage/.exec(words) ?? [];
    const what = words.replace(' in archive storage', '');
    const [, tags] = /^images (?:tagged|with a tag for each of) (.+)$/.exec(what) ?? [];
    const tagging = tags
        ? { tagStatus: 'tagged', tagPatternList: tags.split(/, | and /) }
        : { 'untagged images': UNTAGGED, 'tagged images': TAGGED }[what];
    if (!tagging) {
        throw new Error(`The summary has a phrase of its own: ${words}`);
    }
    const selection = { ...tagging, ...newest(1), ...(archive && { storageClass: archive }) };
    return { rulePriority: 0, selection, action: { type: 'expire' } };
}

describe('the summary', () => {
    test('says that a rule reaches no image exactly when it reaches none', () => {
        fc.assert(
            fc.property(smallPolicy, repository, (state, list) => {
                const policy = sent(state);
                const acting = (images: Image[]) =>
                    [...evaluate(policy, images, NOW).values()].map(({ rulePriority }) => rulePriority);
                const byChance = acting(list);
                for (const rule of policy.rules) {
                    const own = summaryLines(state).find((line) => line.startsWith(`${rule.rulePriority}. `));
                    const isReported = own?.includes(' reaches no image: ');
                    expect([own, acting(reachable(rule)).includes(rule.rulePriority)]).toEqual([
                        own,
                        !isReported,
                    ]);
                    expect([own, isReported && byChance.includes(rule.rulePriority)]).toEqual([own, false]);
                }
            }),
        );
    });

    test('names the images that a rule never reaches, and it never does', () => {
        fc.assert(
            fc.property(smallPolicy, repository, (state, list) => {
                const lines = summaryLines(state);
                const policy = sent(state);
                const verdicts = evaluate(policy, [...list, ...policy.rules.flatMap(reachable)], NOW);
                for (const [index, line] of lines.entries()) {
                    const [, words] = / never reaches (.+): ECR/.exec(line) ?? [];
                    const rulePriority = Number.parseInt(lines[index - 1] ?? '', 10);
                    const named =
                        words?.split(/(?:, | or )(?=(?:un)?tagged images|images )/).map(phrase) ?? [];
                    for (const one of list.filter((image) => named.some((rule) => selects(rule, image)))) {
                        expect([line, verdicts.get(one.digest)?.rulePriority]).not.toEqual([
                            line,
                            rulePriority,
                        ]);
                    }
                }
            }),
        );
    });

    test.each([
        ['standard', /^All (other )?images are kept\.$/],
        ['archive', /^All (other )?images in archive storage are kept\.$/],
    ])('says that all other images in %s storage are kept exactly when some are', (storageClass, words) => {
        const selection = { ...ANY, ...newest(1), storageClass };
        const everything = reachable({ rulePriority: 0, selection, action: { type: 'expire' } });
        fc.assert(
            fc.property(smallPolicy, (state) => {
                const { rules } = sent(state);
                const isKept = everything.some((image) => !rules.some((rule) => selects(rule, image)));
                const isNamed = storageClass === 'standard' || render(state).includes('"archive"');
                const lines = summaryLines(state).filter((line) => words.test(line));
                expect(lines).toHaveLength(isNamed && isKept ? 1 : 0);
            }),
        );
    });
});
