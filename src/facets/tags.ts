import {
    type Tag as EcrTag,
    ListTagsForResourceCommand,
    TagResourceCommand,
    UntagResourceCommand,
} from '@aws-sdk/client-ecr';
import { repositoryArn } from '../aws/clients';
import { AS_WRITTEN } from '../aws/names';
import type { Facet, Scope } from '../engine/facet';
import { isAwsError } from '../errors';
import type { Tag } from '../properties';

/** Tags by their keys. */
export type Tags = Readonly<Record<string, string>>;

/** The most tags that a repository holds (Amazon ECR service quotas). */
const MOST = 50;

/**
 * What tags are made of everywhere they go: 128 characters of a key, 256 of a value (CloudWatch Logs API reference,
 * CreateLogGroup; Amazon ECR user guide, tag restrictions).
 */
const KEY = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;

/**
 * The repository's tags: the template's, the stack's and this type's own, which as-written.ts adds and hides.
 * Tags that somebody else put there stay.
 */
export const tags: Facet<Tags> = {
    name: 'tags',
    properties: ['Tags'],
    born: true,

    check({ Tags = [] }) {
        const keys = Tags.map(({ Key }) => Key);
        const repeated = new Set(keys.filter((key, index) => keys.indexOf(key) !== index));
        const mistakes = [...repeated].map(
            (key) => `Tags: the key "${key}" stands there twice. Name each key once.`,
        );
        const malformed = Tags.filter(({ Key, Value }) => !KEY.test(Key) || !VALUE.test(Value));
        mistakes.push(
            ...malformed.map(
                ({ Key, Value }) =>
                    `Tags: given ${JSON.stringify(Key)} with the value ${JSON.stringify(Value)}, wanted up to 128 characters in a key, 256 in a value, all of them letters, digits, spaces or _ . : / = + - @. Correct it, be it the resource's or the stack's.`,
            ),
        );
        if (Tags.length > MOST) {
            mistakes.push(
                `Tags: ${Tags.length} with the stack's tags and this type's own, wanted at most ${MOST}. Remove ${Tags.length - MOST}.`,
            );
        }
        return mistakes;
    },

    desired: ({ Tags = [] }) => tagRecord(Tags),

    observe: tagsOf,

    merge(observed = {}, desired, previous) {
        // What an earlier stack left remembered, be it longer, would be read together with what is remembered now.
        const current = Object.entries(observed).filter(([key]) => !(desired && key.startsWith(AS_WRITTEN)));
        return mergeTags(Object.fromEntries(current), desired, previous);
    },

    async write(target, observed, scope) {
        const resourceArn = repositoryArn(scope);
        await writeTags(target, observed, {
            untag: (tagKeys) => scope.aws.ecr.send(new UntagResourceCommand({ resourceArn, tagKeys })),
            tag: (list) => scope.aws.ecr.send(new TagResourceCommand({ resourceArn, tags: list })),
        });
    },

    describe: (state = {}) => ({ Tags: tagList(state) }),
};

/** The repository's tags, this type's own included; undefined where there is no repository. */
export async function tagsOf(scope: Scope): Promise<Tags | undefined> {
    try {
        const { tags = [] } = await scope.aws.ecr.send(
            new ListTagsForResourceCommand({ resourceArn: repositoryArn(scope) }),
        );
        return tagRecord(tags);
    } catch (error) {
        if (isAwsError(error, 'RepositoryNotFoundException')) {
            return undefined;
        }
        throw error;
    }
}

/** Three-way: tags that are neither wished nor were, somebody else's, stay. */
export function mergeTags(observed: Tags = {}, desired: Tags = {}, previous: Tags = {}): Tags {
    const kept = Object.entries(observed).filter(([key]) => !Object.hasOwn(previous, key));
    return { ...Object.fromEntries(kept), ...desired };
}

/** Brings the tags of anything from what they are to what they shall be. Two round trips at most. */
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
