import type { Repository } from './state';

/** Whether a tag stays with its image. Exclusion filters turn the repository's setting around for what they match. */
export function isImmutable(tag: string, { mutability, exclusionFilters }: Repository): boolean {
    const isExcluded = exclusionFilters.some(({ filter }) => wildcard(filter).test(tag));
    return mutability.startsWith('IMMUTABLE') !== isExcluded;
}

function wildcard(pattern: string): RegExp {
    const parts = pattern.split('*').map((part) => part.replaceAll(/[.\-_]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`);
}
