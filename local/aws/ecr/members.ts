import { z } from 'zod';

/*
 * Members of ECR's requests, with their patterns and bounds (ECR API reference). Several operations have each.
 */

const NAME_PART = '[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*';

export const repositoryName = z
    .string()
    .min(2)
    .max(256)
    .regex(new RegExp(`^${NAME_PART}(/${NAME_PART})*$`));

export const registryId = z
    .string()
    .regex(/^\d{12}$/)
    .optional();

/** What names one repository. */
export const ofRepository = { registryId, repositoryName };

export const tags = z.array(z.strictObject({ Key: z.string().min(1).max(128), Value: z.string().max(256) }));

export const mutability = z.enum([
    'MUTABLE',
    'IMMUTABLE',
    'IMMUTABLE_WITH_EXCLUSION',
    'MUTABLE_WITH_EXCLUSION',
]);

export const exclusionFilters = z
    .array(
        z.strictObject({
            filterType: z.literal('WILDCARD'),
            filter: z.string().regex(/^[0-9a-zA-Z._*-]{1,128}$/),
        }),
    )
    .min(1)
    .max(5)
    .optional();

export const scanningConfiguration = z.strictObject({ scanOnPush: z.boolean().optional() });

export const policyText = z.string().max(10_240);

export const lifecyclePolicyText = z.string().min(100).max(30_720);

/** Of a layer; digests of images are written alike (ECR API model, LayerDigest). */
export const DIGEST = '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+';

export function isDigest(text: string): boolean {
    return new RegExp(`^${DIGEST}$`).test(text);
}

export const imageId = z.strictObject({
    imageDigest: z.string().optional(),
    imageTag: z.string().min(1).max(300).optional(),
});

export const imageIds = z.array(imageId).min(1).max(100);

export const nextToken = z.string().optional();

export const tagStatus = z.enum(['TAGGED', 'UNTAGGED', 'ANY']).optional();

/** Pages of most lists: 1 to 1,000, and 100 when nothing is said. */
export const maxResults = z.number().int().min(1).max(1_000).default(100);
