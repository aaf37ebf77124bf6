import { type ImageTagMutability, PutImageTagMutabilityCommand } from '@aws-sdk/client-ecr';
import fc from 'fast-check';
import { imageTagMutability } from '../../../src/facets/image-tag-mutability';
import { NAME } from '../my-app';
import type { By, FacetData } from './facet-data';

const set =
    (imageTagMutability: ImageTagMutability, ...filters: string[]): By =>
    ({ ecr }) =>
        ecr.send(
            new PutImageTagMutabilityCommand({
                repositoryName: NAME,
                imageTagMutability,
                ...(filters.length > 0 && {
                    imageTagMutabilityExclusionFilters: filters.map((filter) => ({
                        filterType: 'WILDCARD',
                        filter,
                    })),
                }),
            }),
        );

export const data: FacetData = {
    facet: imageTagMutability,
    declared: {
        ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        ImageTagMutabilityExclusionFilters: ['latest*'],
    },

    arbitraries: {
        ImageTagMutability: fc.constantFrom(
            'MUTABLE',
            'IMMUTABLE',
            'MUTABLE_WITH_EXCLUSION',
            'IMMUTABLE_WITH_EXCLUSION',
        ),
        ImageTagMutabilityExclusionFilters: fc.uniqueArray(fc.constantFrom('latest', 'dev-*', '*-rc', 'v*'), {
            minLength: 1,
        }),
    },

    foreign: null,

    properties: {
        ImageTagMutability: {
            values: ['IMMUTABLE', 'MUTABLE'],
            inAws: ({ repository }) => repository.imageTagMutability,
        },
        ImageTagMutabilityExclusionFilters: {
            beside: { ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' },
            values: [['latest'], ['dev-*', 'latest']],
            inAws: ({ repository }) =>
                repository.imageTagMutabilityExclusionFilters?.map(({ filter }) => filter),
        },
    },

    undivided: [],

    violations: [
        [{ ImageTagMutabilityExclusionFilters: ['latest'] }, 1],
        [{ ImageTagMutability: 'MUTABLE_WITH_EXCLUSION' }, 1],
        [
            {
                ImageTagMutability: 'MUTABLE_WITH_EXCLUSION',
                ImageTagMutabilityExclusionFilters: ['latest', 'latest'],
            },
            1,
        ],
    ],

    messages: [],

    alterations: {
        ImageTagMutability: [
            {
                what: 'is changed',
                template: { ImageTagMutability: 'IMMUTABLE' },
                by: set('MUTABLE'),
            },
            {
                what: 'is changed from the default',
                template: { ImageTagMutability: 'MUTABLE' },
                by: set('IMMUTABLE'),
            },
            {
                what: 'gets exclusions',
                template: { ImageTagMutability: 'IMMUTABLE' },
                by: set('IMMUTABLE_WITH_EXCLUSION', 'latest'),
            },
        ],
        ImageTagMutabilityExclusionFilters: [
            {
                what: 'is changed',
                template: {
                    ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
                    ImageTagMutabilityExclusionFilters: ['latest'],
                },
                by: set('IMMUTABLE_WITH_EXCLUSION', 'dev-*'),
            },
            {
                what: 'gets one more',
                template: {
                    ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
                    ImageTagMutabilityExclusionFilters: ['latest'],
                },
                by: set('IMMUTABLE_WITH_EXCLUSION', 'latest', 'dev-*'),
            },
            {
                what: 'loses one',
                template: {
                    ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
                    ImageTagMutabilityExclusionFilters: ['latest', 'dev-*'],
                },
                by: set('IMMUTABLE_WITH_EXCLUSION', 'latest'),
            },
            {
                what: 'loses all, with the exclusions',
                template: {
                    ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
                    ImageTagMutabilityExclusionFilters: ['latest'],
                },
                by: set('IMMUTABLE'),
                drift: ['ImageTagMutability', 'ImageTagMutabilityExclusionFilters'],
            },
        ],
    },
};
