import { z } from 'zod';
import { AwsError } from '../error';
import type { Call } from '../service';
import { liveVersions, type PrivateType, type TypeVersion, typeNotFound, types } from './state';

/** The members that name things, as the API reference bounds them. */
export const typeName = z
    .string()
    .min(10)
    .max(204)
    .regex(/^[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}(::MODULE)?$/);

export const publisherId = z
    .string()
    .min(1)
    .max(40)
    .regex(/^[0-9a-zA-Z]{12,40}$/);

/** The stand-in knows resource types alone. */
export const kind = z.literal('RESOURCE');

export const typeArnMember = z
    .string()
    .max(1024)
    .regex(/^arn:aws[A-Za-z0-9-]{0,64}:cloudformation:[A-Za-z0-9-]{1,64}:([0-9]{12})?:type\/.+$/);

export const token = z
    .string()
    .min(1)
    .max(128)
    .regex(/^[a-zA-Z0-9][-a-zA-Z0-9]*$/);

export const roleArn = z
    .string()
    .min(1)
    .max(256)
    .regex(/^arn:.+:iam::[0-9]{12}:role\/.+$/);

export const loggingConfig = z.strictObject({
    LogRoleArn: roleArn,
    LogGroupName: z
        .string()
        .min(1)
        .max(512)
        .regex(/^[.\-_/#A-Za-z0-9]+$/),
});

/** AWS does not say how many items a page has when MaxResults is left out; here 20. */
export const paging = {
    MaxResults: z.number().int().min(1).max(100).default(20),
    NextToken: z.string().min(1).max(1024).optional(),
};

/** A type, or one of its versions, by ARN or by name. */
export const ofType = {
    Arn: typeArnMember.optional(),
    Type: kind.optional(),
    TypeName: typeName.optional(),
    VersionId: z
        .string()
        .min(1)
        .max(128)
        .regex(/^[A-Za-z0-9-]+$/)
        .optional(),
};

const { VersionId: _, ...withoutVersion } = ofType;

/** A type, or by its ARN one of its versions. */
export const ofWholeType = withoutVersion;

export interface TypeReference {
    readonly Arn?: string | undefined;
    readonly Type?: 'RESOURCE' | undefined;
    readonly TypeName?: string | undefined;
    readonly VersionId?: string | undefined;
}

/** The name and version that a request is about: "You must specify either TypeName and Type, or Arn." */
export function referredTo({ Arn, Type, TypeName, VersionId }: TypeReference) {
    if (Arn !== undefined) {
        const [, name = '', id] = /:type\/resource\/([A-Za-z0-9-]+)(?:\/(\d{8}))?$/.exec(Arn) ?? [];
        return { name: name.replaceAll('-', '::'), id: VersionId ?? id };
    }
    if (Type === undefined || TypeName === undefined) {
        throw new AwsError('ValidationError', 'You must specify either TypeName and Type, or Arn.');
    }
    return { name: TypeName, id: VersionId };
}

/** A version that is registered, the default one unless another is named; TypeNotFoundException without it. */
export function versionOf(
    reference: TypeReference,
    call: Call,
): { readonly type: PrivateType; readonly version: TypeVersion } {
    const { name, id } = referredTo(reference);
    const type = types.of(call.world, call).get(name);
    const version = liveVersions(type).find((each) => each.id === (id ?? type?.defaultId));
    if (!type || !version) {
        throw typeNotFound(name);
    }
    return { type, version };
}
