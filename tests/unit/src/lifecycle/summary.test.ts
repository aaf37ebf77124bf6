import { parse } from '../../../../src/lifecycle/policy';
import { EXAMPLES } from '../../../support/lifecycle-examples';
import {
    ANY,
    archived,
    check,
    desired,
    newest,
    sent,
    summaryLines,
    UNTAGGED,
} from '../../../support/lifecycle-facet';

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
