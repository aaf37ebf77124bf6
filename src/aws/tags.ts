import type { Tag as EcrTag } from '@aws-sdk/client-ecr';
import type { Tag } from '../properties';

/** Tags by their keys. */
export type Tags = Readonly<Record<string, string>>;

/** What the keys of this type's own tags begin with. */
export const OWN_TAGS = 'org-containers-ecrrepository:';

/** Whether a tag is this type's own, which READ hides. */
export function isOwn(key: string): boolean {
    return key.startsWith(OWN_TAGS);
}

/** The tags of everything made beside the repository: the template's and the stack's, but not this type's own. */
export function satelliteTags({ Tags: list = [] }: { readonly Tags?: readonly Tag[] }): Tags {
    return tagRecord(list.filter(({ Key }) => !isOwn(Key)));
}

/** Three-way: tags that are neither desired nor were, which are another's, stay. */
export function mergeTags(observed: Tags = {}, desired: Tags = {}, previous: Tags = {}): Tags {
    const kept = Object.entries(observed).filter(([key]) => !Object.hasOwn(previous, key));
    return { ...Object.fromEntries(kept), ...desired };
}

/** Writes the tags of anything, from observed to target. Two round trips at most. */
export async function writeTags(
    target: Tags = {},
    observed: Tags = {},
    aws: { untag(keys: string[]): Promise<unknown>; tag(tags: Tag[]): Promise<unknown> },
): Promise<void> {
    const gone = Object.keys(observed).filter((key) => !Object.hasOwn(target, key));
    const changed = Object.entries(target).filter(([key, value]) => observed[key] !== value);
    // One after the other: at 50 tags a new one finds room only when an old one is gone.
    if (gone.length > 0) {
        await aws.untag(gone);
    }
    if (changed.length > 0) {
        await aws.tag(tagList(Object.fromEntries(changed)));
    }
}

/** Tags as a record, by key; the order of keys does not matter. */
export function tagRecord(list: readonly (EcrTag | Tag)[]): Record<string, string> {
    return Object.fromEntries(list.map(({ Key, Value }) => [Key, Value ?? '']));
}

/** Tags as a list, sorted by key. */
export function tagList(record: Tags): Tag[] {
    return Object.entries(record)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([Key, Value]) => ({ Key, Value }));
}
