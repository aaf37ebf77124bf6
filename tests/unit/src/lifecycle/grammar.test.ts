import { violations } from '../../../../src/validate';
import { grammarViolations, type Policy } from '../../../support/ecr-lifecycle';
import { prefix } from '../../../support/lifecycle-examples';
import {
    ANY,
    archived,
    check,
    complete,
    newest,
    sincePush,
    TAGGED,
    UNTAGGED,
} from '../../../support/lifecycle-facet';

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
