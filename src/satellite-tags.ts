import { isOwn } from './engine/as-written';
import type { Some } from './engine/facet';
import { type Tags, tagRecord } from './facets/tags';

/** The tags of everything made beside the repository: the template's and the stack's, but not this type's own. */
export function satelliteTags({ Tags: list = [] }: Some): Tags {
    return tagRecord(list.filter(({ Key }) => !isOwn(Key)));
}
