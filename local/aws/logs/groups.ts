import { z } from 'zod';
import { AwsError } from '../error';
import { pageOf, sortedBy } from '../paging';
import { type Call, InvalidInput, type Operation, operation } from '../service';
import { withoutTags, withTags } from '../tags';
import * as members from './members';
import { groupArn, groupOf, type LogGroup, logGroups, nameInArn } from './state';

const TAG_ERRORS = { invalid: 'InvalidParameterException', tooMany: 'TooManyTagsException' };

/** Days (PutRetentionPolicy, API reference). */
const RETENTIONS: readonly number[] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const resourceArn = z
    .string()
    .min(1)
    .max(1011)
    .regex(/^[\w+=/:,.@-]*$/);

export const groupOperations: Readonly<Record<string, Operation>> = {
    CreateLogGroup: operation(
        z.strictObject({
            ...members.ofGroup,
            kmsKeyId: z.string().max(256).optional(),
            logGroupClass: z.enum(['STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY']).default('STANDARD'),
            tags: members.tags.optional(),
        }),
        ({ logGroupName, kmsKeyId, logGroupClass, tags = {} }, call) => {
            const groups = logGroups.of(call.world, call);
            if (groups.has(logGroupName)) {
                throw new AwsError(
                    'ResourceAlreadyExistsException',
                    'The specified log group already exists',
                );
            }
            groups.set(logGroupName, {
                name: logGroupName,
                createdAt: call.world.clock.now(),
                logGroupClass,
                kmsKeyId,
                tags: withTags(new Map(), Object.entries(tags), TAG_ERRORS),
                filters: new Map(),
                streams: new Map(),
            });
            return {};
        },
    ),

    DeleteLogGroup: operation(z.strictObject(members.ofGroup), ({ logGroupName }, call) => {
        logGroups.of(call.world, call).delete(groupOf(logGroupName, call).name);
        return {};
    }),

    DescribeLogGroups: operation(
        z.strictObject({
            logGroupNamePrefix: members.groupName.optional(),
            logGroupNamePattern: z.string().max(512).optional(),
            limit: members.limit,
            nextToken: members.nextToken,
        }),
        ({ logGroupNamePrefix = '', logGroupNamePattern = '', limit, nextToken }, call) => {
            if (logGroupNamePrefix && logGroupNamePattern) {
                throw new InvalidInput(
                    'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
                );
            }
            const pattern = logGroupNamePattern.toLowerCase();
            const found = [...logGroups.of(call.world, call).values()]
                .filter(({ name }) => name.startsWith(logGroupNamePrefix))
                // Anywhere in the name, in capitals or not (DescribeLogGroups, API reference).
                .filter(({ name }) => name.toLowerCase().includes(pattern));
            const inOrder = sortedBy(found, ({ name }) => name);
            const { items, ...rest } = pageOf(inOrder, limit, nextToken);
            return { logGroups: items.map((group) => description(group, call)), ...rest };
        },
    ),

    PutRetentionPolicy: operation(
        z.strictObject({ ...members.ofGroup, retentionInDays: z.number().int() }),
        ({ logGroupName, retentionInDays }, call) => {
            if (!RETENTIONS.includes(retentionInDays)) {
                const message = `Value '${retentionInDays}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${RETENTIONS.join(', ')}]`;
                throw new InvalidInput(message);
            }
            groupOf(logGroupName, call).retentionInDays = retentionInDays;
            return {};
        },
    ),

    DeleteRetentionPolicy: operation(z.strictObject(members.ofGroup), ({ logGroupName }, call) => {
        delete groupOf(logGroupName, call).retentionInDays;
        return {};
    }),

    TagResource: operation(z.strictObject({ resourceArn, tags: members.tags }), (input, call) => {
        const group = groupOf(nameInArn(input.resourceArn, call), call);
        group.tags = withTags(group.tags, Object.entries(input.tags), TAG_ERRORS);
        return {};
    }),

    UntagResource: operation(
        z.strictObject({ resourceArn, tagKeys: z.array(z.string()).max(50) }),
        (input, call) => {
            const group = groupOf(nameInArn(input.resourceArn, call), call);
            group.tags = withoutTags(group.tags, input.tagKeys);
            return {};
        },
    ),

    ListTagsForResource: operation(z.strictObject({ resourceArn }), (input, call) => ({
        tags: groupOf(nameInArn(input.resourceArn, call), call).tags,
    })),
};

function description(group: LogGroup, call: Call): object {
    const arn = groupArn(group.name, call);
    return {
        logGroupName: group.name,
        creationTime: group.createdAt,
        ...(group.retentionInDays !== undefined && { retentionInDays: group.retentionInDays }),
        metricFilterCount: group.filters.size,
        arn: `${arn}:*`,
        logGroupArn: arn,
        storedBytes: 0,
        logGroupClass: group.logGroupClass,
        ...(group.kmsKeyId !== undefined && { kmsKeyId: group.kmsKeyId }),
    };
}
