import {
    type ImageTagMutability,
    ImageTagMutabilityExclusionFilterType,
    PutImageTagMutabilityCommand,
} from '@aws-sdk/client-ecr';
import type { Facet } from '../engine/facet';
import type { Properties } from '../properties';

interface State {
    readonly mutability: ImageTagMutability;
    /** Sorted: their order means nothing. */
    readonly filters: readonly string[];
}

/** Whether tags may move to other images, and which ones are the exception. */
export const imageTagMutability: Facet<State> = {
    name: 'image tag mutability',
    properties: ['ImageTagMutability', 'ImageTagMutabilityExclusionFilters'],
    home: 'repository',

    validate({ ImageTagMutability = 'MUTABLE', ImageTagMutabilityExclusionFilters: filters }) {
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
                `ImageTagMutabilityExclusionFilters: "${filter}" is listed twice. Name each filter once.`,
        );
    },

    desired,

    async observe(context) {
        const repository = await context.repository();
        if (!repository) {
            return undefined;
        }
        const { imageTagMutability = 'MUTABLE', imageTagMutabilityExclusionFilters = [] } = repository;
        return {
            mutability: imageTagMutability,
            filters: imageTagMutabilityExclusionFilters.flatMap(({ filter }) => filter ?? []).sort(),
        };
    },

    async apply(target, _observed, { aws, repositoryName }) {
        if (target) {
            await aws.ecr.send(new PutImageTagMutabilityCommand({ repositoryName, ...inputOf(target) }));
        }
    },

    readback(observed) {
        return {
            ...(observed && { ImageTagMutability: observed.mutability }),
            ...(observed?.filters.length && { ImageTagMutabilityExclusionFilters: [...observed.filters] }),
        };
    },

    createInput: (declared) => inputOf(desired(declared)),
};

function desired({
    ImageTagMutability = 'MUTABLE',
    ImageTagMutabilityExclusionFilters = [],
}: Properties): State {
    return { mutability: ImageTagMutability, filters: ImageTagMutabilityExclusionFilters.toSorted() };
}

/** What CreateRepository and PutImageTagMutability take. */
function inputOf({ mutability, filters }: State) {
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
