import type { PartialProperties } from '../../src/properties';
import type { Image, Rule } from './ecr-lifecycle';
import { ANY, NOW, newest, sincePush, TAGGED, UNTAGGED } from './lifecycle-facet';

export function image(age: number, ...tags: string[]): Image {
    return { digest: `${tags.join('+') || 'untagged'}, ${age} days`, tags, pushedAt: NOW - age };
}

/** So many images, the nth of them n days old. */
function images(count: number, name: (index: number) => string[]): Image[] {
    return Array.from({ length: count }, (_, index) => image(index + 1, ...name(index + 1)));
}

/** The selection of images with a tag that begins so. */
export const prefix = (name: string) => ({ tagStatus: 'tagged', tagPrefixList: [name] });

interface Example {
    readonly properties: PartialProperties;
    readonly rules: readonly (readonly [description: string, selection: Rule['selection']])[];
    readonly repository: readonly Image[];
    readonly gone: readonly string[];
}

/** The examples of the module that this type takes the place of, by their titles. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
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
