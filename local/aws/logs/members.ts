import { z } from 'zod';

/*
 * Members of requests to CloudWatch Logs, with their patterns and bounds (API reference). Several operations have each.
 */

export const groupName = z
    .string()
    .min(1)
    .max(512)
    .regex(/^[.\-_/#A-Za-z0-9]+$/);

export const ofGroup = { logGroupName: groupName };

export const streamName = z
    .string()
    .min(1)
    .max(512)
    .regex(/^[^:*]*$/);

export const identifiedGroup = {
    logGroupName: groupName.optional(),
    logGroupIdentifier: z
        .string()
        .min(1)
        .max(2048)
        .regex(/^[\w#+=/:,.@-]*$/)
        .optional(),
};

export const filterName = streamName;

export const filterPattern = z.string().max(1024);

export const milliseconds = z.number().int().min(0);

export const nextToken = z.string().min(1).optional();

/** Pages of groups, streams, filters and policies: 50 unless less is asked for. */
export const limit = z.number().int().min(1).max(50).default(50);

/** Pages of events: 10,000 unless less is asked for. */
export const eventLimit = z.number().int().min(1).max(10_000).default(10_000);

/** As they were sent: zod would copy them without one whose key is __proto__. */
export const tags = z
    .custom<Readonly<Record<string, string>>>(
        (given) => z.record(z.string(), z.string()).safeParse(given).success,
        'wanted keys and values that are strings',
    )
    .refine((all) => Object.keys(all).length >= 1 && Object.keys(all).length <= 50, 'wanted 1 to 50 tags');
