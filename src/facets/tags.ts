import { TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-ecr';
import { repositoryTags } from '../aws/repositories';
import { repositoryArn } from '../aws/repository-ref';
import { isOwn, mergeTags, type Tags, tagList, tagRecord, writeTags } from '../aws/tags';
import { AS_WRITTEN } from '../engine/as-written';
import type { Facet } from '../engine/facet';

/** Tags on a repository at most (Amazon ECR service quotas). */
const MOST_TAGS = 50;

/**
 * What tags are made of everywhere they go: 128 characters of a key, 256 of a value (CloudWatch Logs API reference,
 * CreateLogGroup; Amazon ECR user guide, tag restrictions).
 */
const KEY = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;

/**
 * The repository's tags: the template's, the stack's and this type's own, which as-written.ts adds and hides.
 * Tags that others added stay.
 */
export const tags: Facet<Tags> = {
    name: 'tags',
    properties: ['Tags'],
    home: 'repository',

    validate({ Tags = [] }) {
        const keys = Tags.map(({ Key }) => Key);
        const repeated = new Set(keys.filter((key, index) => keys.indexOf(key) !== index));
        const violations = [...repeated].map(
            (key) => `Tags: the key "${key}" is listed twice. Name each key once.`,
        );
        const malformed = Tags.filter(({ Key, Value }) => !KEY.test(Key) || !VALUE.test(Value));
        violations.push(
            ...malformed.map(
                ({ Key, Value }) =>
                    `Tags: given ${JSON.stringify(Key)} with the value ${JSON.stringify(Value)}, wanted up to 128 characters in a key, 256 in a value, all of them letters, digits, spaces or _ . : / = + - @. Correct it; it may be a tag of the stack.`,
            ),
        );
        if (Tags.length > MOST_TAGS) {
            violations.push(
                `Tags: ${Tags.length} with the stack's tags and this type's own, wanted at most ${MOST_TAGS}. Remove ${Tags.length - MOST_TAGS}.`,
            );
        }
        return violations;
    },

    desired: ({ Tags = [] }) => tagRecord(Tags),

    observe: repositoryTags,

    async apply(target, observed, context) {
        const resourceArn = repositoryArn(context);
        await writeTags(target, observed, {
            untag: (tagKeys) => context.aws.ecr.send(new UntagResourceCommand({ resourceArn, tagKeys })),
            tag: (list) => context.aws.ecr.send(new TagResourceCommand({ resourceArn, tags: list })),
        });
    },

    readback: (observed = {}) => ({ Tags: tagList(observed) }),

    createInput: ({ Tags = [] }) => ({ tags: Tags }),

    ownership: {
        merge(observed = {}, desired, previous) {
            // A longer record of an earlier stack would be read together with the new one.
            const current = Object.entries(observed).filter(
                ([key]) => !(desired && key.startsWith(AS_WRITTEN)),
            );
            return mergeTags(Object.fromEntries(current), desired, previous);
        },
        owned: (observed = {}) => Object.fromEntries(Object.entries(observed).filter(([key]) => isOwn(key))),
    },
};
