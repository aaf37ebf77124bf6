import { z } from 'zod';
import { AwsError } from '../error';
import { type Call, type Operation, operation } from '../service';
import { tagList, withoutTags, withTags } from '../tags';
import { alarms } from './alarms';
import { dashboards } from './dashboards';
import * as members from './members';

export const TAG_ERRORS = { invalid: 'InvalidParameterValue', tooMany: 'InvalidParameterValue' };

const ResourceARN = z.string().min(1).max(1024);

export const tagOperations: Readonly<Record<string, Operation>> = {
    TagResource: operation(z.strictObject({ ResourceARN, Tags: members.tags }), (input, call) => {
        const resource = taggedResource(input.ResourceARN, call);
        const added = input.Tags.map(({ Key, Value }) => [Key, Value] as const);
        resource.tags = withTags(resource.tags, added, TAG_ERRORS);
        return {};
    }),

    UntagResource: operation(
        z.strictObject({ ResourceARN, TagKeys: z.array(z.string().min(1).max(128)) }),
        (input, call) => {
            const resource = taggedResource(input.ResourceARN, call);
            resource.tags = withoutTags(resource.tags, input.TagKeys);
            return {};
        },
    ),

    ListTagsForResource: operation(z.strictObject({ ResourceARN }), (input, call) => ({
        Tags: tagList(taggedResource(input.ResourceARN, call).tags),
    })),
};

/** An alarm or a dashboard of the caller's. */
function taggedResource(resourceArn: string, call: Call): { tags: Map<string, string> } {
    const [, region, account, kind, name = ''] =
        /^arn:aws[a-z-]*:cloudwatch:([a-z0-9-]*):(\d{12}):(alarm:|dashboard\/)(.+)$/.exec(resourceArn) ?? [];
    if (kind === undefined) {
        throw new AwsError('InvalidParameterValue', `Invalid ARN: ${resourceArn}`);
    }
    const isOwn = account === call.account && (region === '' || region === call.region);
    const store = kind === 'alarm:' ? alarms.of(call.world, call) : dashboards(call);
    const resource = isOwn ? store.get(name) : undefined;
    if (!resource) {
        throw new AwsError('ResourceNotFoundException', `The resource ${resourceArn} does not exist.`, 404);
    }
    return resource;
}
