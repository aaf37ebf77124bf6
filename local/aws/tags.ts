import { z } from 'zod';
import { AwsError } from './error';
import { type Call, type Operation, operation } from './service';

/** Tags in requests, as most services write them. */
export const tagMembers = z.array(
    z.strictObject({ Key: z.string().min(1).max(128), Value: z.string().max(256) }),
);

/** Error codes for tags; every service has its own. */
export interface TagErrors {
    readonly invalid: string;
    readonly tooMany: string;
}

/** The most tags of a resource (tagging limits of each service's user guide). */
const MOST = 50;

const KEY = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;

/** The tags after some were added. Refuses what AWS refuses: reserved keys, other characters, more than 50. */
export function withTags(
    existing: ReadonlyMap<string, string>,
    added: Iterable<readonly [string, string]>,
    errors: TagErrors,
): Map<string, string> {
    const tags = new Map(existing);
    for (const [key, value] of added) {
        if (/^aws:/i.test(key)) {
            throw new AwsError(
                errors.invalid,
                `The tag key ${key} begins with aws:, which is reserved for AWS.`,
            );
        }
        if (!KEY.test(key) || !VALUE.test(value)) {
            throw new AwsError(
                errors.invalid,
                `The tag ${key}=${value} has characters or a length that tags may not have.`,
            );
        }
        tags.set(key, value);
    }
    if (tags.size > MOST) {
        throw new AwsError(errors.tooMany, `A resource has at most ${MOST} tags; ${tags.size} were given.`);
    }
    return tags;
}

/** The tags after some were removed; keys that are not there are fine. */
export function withoutTags(
    existing: ReadonlyMap<string, string>,
    keys: readonly string[],
): Map<string, string> {
    return new Map([...existing].filter(([key]) => !keys.includes(key)));
}

/** As most services write tags. */
export function tagList(tags: ReadonlyMap<string, string>): { Key: string; Value: string }[] {
    return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

/** Keys and values, from a list as most services write it. */
export function tagEntries(list: z.output<typeof tagMembers>): (readonly [string, string])[] {
    return list.map(({ Key, Value }) => [Key, Value]);
}

/** CloudWatch and EventBridge spell the member one way, SNS the other. */
const resource = z
    .strictObject({ ResourceARN: z.string().optional(), ResourceArn: z.string().optional() })
    .refine(({ ResourceARN, ResourceArn }) => (ResourceARN ?? ResourceArn) !== undefined, 'ARN is required');

/**
 * TagResource, UntagResource and ListTagsForResource of a service with tags as `tagMembers`. `resourceOf` finds the
 * resource, or throws the service's own error.
 */
export function taggingOperations(
    errors: TagErrors,
    resourceOf: (arn: string, call: Call) => { tags: Map<string, string> },
): Readonly<Record<string, Operation>> {
    const named = ({ ResourceARN, ResourceArn }: z.output<typeof resource>, call: Call) =>
        resourceOf(ResourceARN ?? ResourceArn ?? '', call);
    return {
        TagResource: operation(resource.safeExtend({ Tags: tagMembers }), (input, call) => {
            const tagged = named(input, call);
            tagged.tags = withTags(tagged.tags, tagEntries(input.Tags), errors);
            return {};
        }),

        UntagResource: operation(
            resource.safeExtend({ TagKeys: z.array(z.string().min(1).max(128)) }),
            (input, call) => {
                const tagged = named(input, call);
                tagged.tags = withoutTags(tagged.tags, input.TagKeys);
                return {};
            },
        ),

        ListTagsForResource: operation(resource, (input, call) => ({
            Tags: tagList(named(input, call).tags),
        })),
    };
}
