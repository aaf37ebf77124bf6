import {
    type ImageTagMutability,
    ImageTagMutabilityExclusionFilterType,
    PutImageTagMutabilityCommand,
    type PutImageTagMutabilityCommandInput,
} from '@aws-sdk/client-ecr';
import type { Facet, Some } from '../engine/facet';

interface State {
    readonly mutability: ImageTagMutability;
    readonly filters: readonly string[];
}

/** Whether tags may move to other images, and which ones are the exception. */
export const imageTagMutability: Facet<State> = {
    name: 'image tag mutability',
    properties: ['ImageTagMutability', 'ImageTagMutabilityExclusionFilters'],
    born: true,

    check({ ImageTagMutability = 'MUTABLE', ImageTagMutabilityExclusionFilters: filters }) {
        const excludes = ImageTagMutability.endsWith('_WITH_EXCLUSION');
        if (filters && !excludes) {
            return [
                `ImageTagMutabilityExclusionFilters: given with ImageTagMutability ${ImageTagMutability}, which knows no exclusions. Set ImageTagMutability to ${ImageTagMutability}_WITH_EXCLUSION, or leave the filters out.`,
            ];
        }
        if (!filters && excludes) {
            return [
                `ImageTagMutabilityExclusionFilters: missing with ImageTagMutability ${ImageTagMutability}. Name 1 to 5 filters, or set ImageTagMutability to ${ImageTagMutability.replace('_WITH_EXCLUSION', '')}.`,
            ];
        }
        const repeated = filters?.filter((filter, index) => filters.indexOf(filter) !== index) ?? [];
        return repeated.map(
            (filter) =>
                `ImageTagMutabilityExclusionFilters: "${filter}" stands there twice. Name each filter once.`,
        );
    },

    desired({ ImageTagMutability = 'MUTABLE', ImageTagMutabilityExclusionFilters = [] }) {
        return { mutability: ImageTagMutability, filters: ImageTagMutabilityExclusionFilters };
    },

    async observe(scope) {
        const repository = await scope.repository();
        if (!repository) {
            return undefined;
        }
        const { imageTagMutability = 'MUTABLE', imageTagMutabilityExclusionFilters = [] } = repository;
        return {
            mutability: imageTagMutability,
            filters: imageTagMutabilityExclusionFilters.flatMap(({ filter }) => filter ?? []),
        };
    },

    async write(target, _observed, { aws, repositoryName }) {
        if (target) {
            await aws.ecr.send(new PutImageTagMutabilityCommand({ repositoryName, ...input(target) }));
        }
    },

    describe(state) {
        return {
            ...(state && { ImageTagMutability: state.mutability }),
            ...(state?.filters.length && { ImageTagMutabilityExclusionFilters: [...state.filters] }),
        };
    },
};

/** What CreateRepository and PutImageTagMutability take for these properties. */
export function mutabilityInput(properties: Some): Omit<PutImageTagMutabilityCommandInput, 'repositoryName'> {
    const { ImageTagMutability = 'MUTABLE', ImageTagMutabilityExclusionFilters = [] } = properties;
    return input({ mutability: ImageTagMutability, filters: ImageTagMutabilityExclusionFilters });
}

function input({ mutability, filters }: State) {
    return {
        imageTagMutability: mutability,
        ...(filters.length > 0 && {
            imageTagMutabilityExclusionFilters: filters.map((filter) => ({
                filterType: ImageTagMutabilityExclusionFilterType.WILDCARD,
                filter,
            })),
        }),
    };
}
