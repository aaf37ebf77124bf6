import type { Requirements } from './selection';

/** In place of what a wildcard may match; it is in no tag and no pattern. */
const UNSEEN = '\0';

/** A tag that matches the pattern, and no other pattern but those that every such tag matches. */
export function plainestTag(pattern: string): string {
    return pattern.replaceAll('*', UNSEEN);
}

/**
 * The images, each a list of tags, that meet the requirements and nothing besides: other requirements that they
 * meet, every image meets that meets these.
 */
export function plainestImages({
    tagStatus,
    tagPatternList = [],
    tagPrefixList = [],
}: Requirements): string[][] {
    const tagged = [...tagPatternList, ...tagPrefixList.map((prefix) => `${prefix}*`)].map(plainestTag);
    return tagStatus === 'any' ? [[], [UNSEEN]] : [tagged];
}
