import { z } from 'zod';
import { type Operation, operation } from '../service';
import { tagList, withoutTags, withTags } from '../tags';
import * as members from './members';
import { nameInArn, repositoryOf } from './state';

export const TAG_ERRORS = { invalid: 'InvalidTagParameterException', tooMany: 'TooManyTagsException' };

export const tagOperations: Readonly<Record<string, Operation>> = {
    TagResource: operation(
        z.strictObject({ resourceArn: z.string(), tags: members.tags }),
        ({ resourceArn, tags }, call) => {
            const repository = repositoryOf(nameInArn(resourceArn), call);
            const added = tags.map(({ Key, Value }) => [Key, Value] as const);
            repository.tags = withTags(repository.tags, added, TAG_ERRORS);
            return {};
        },
    ),

    UntagResource: operation(
        z.strictObject({ resourceArn: z.string(), tagKeys: z.array(z.string()) }),
        ({ resourceArn, tagKeys }, call) => {
            const repository = repositoryOf(nameInArn(resourceArn), call);
            repository.tags = withoutTags(repository.tags, tagKeys);
            return {};
        },
    ),

    ListTagsForResource: operation(z.strictObject({ resourceArn: z.string() }), ({ resourceArn }, call) => ({
        tags: tagList(repositoryOf(nameInArn(resourceArn), call).tags),
    })),
};
