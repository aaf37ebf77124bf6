import { z } from 'zod';
import { type Call, type Operation, operation } from '../service';
import { storeOf } from '../world';
import * as members from './members';
import { type PublicType, publicMembers, publicTypesOf } from './publication';
import { type LoggingConfig, liveVersions, registryError, typeArn, typeNotFound, types } from './state';

interface Activation {
    readonly publicArn: string;
    readonly executionRole: string | undefined;
    readonly logging: LoggingConfig | undefined;
    readonly autoUpdate: boolean;
}

/** By the name that the type has in the account. */
const activations = storeOf('cloudformation activations', () => new Map<string, Activation>());

export const activationOperations: Readonly<Record<string, Operation>> = {
    ActivateType: operation(
        z.strictObject({
            Type: members.kind.optional(),
            PublicTypeArn: members.typeArnMember.optional(),
            PublisherId: members.publisherId.optional(),
            TypeName: members.typeName.optional(),
            TypeNameAlias: members.typeName.optional(),
            AutoUpdate: z.boolean().default(true),
            LoggingConfig: members.loggingConfig.optional(),
            ExecutionRoleArn: members.roleArn.optional(),
        }),
        ({ TypeNameAlias, AutoUpdate, LoggingConfig, ExecutionRoleArn, ...reference }, call) => {
            const { arn, name } = publicTypeOf(reference, call);
            const local = TypeNameAlias ?? name;
            if (liveVersions(types.of(call.world, call).get(local)).length > 0) {
                throw registryError(
                    `A private type ${local} is registered in this account: give a TypeNameAlias.`,
                );
            }
            activations.of(call.world, call).set(local, {
                publicArn: arn,
                executionRole: ExecutionRoleArn,
                logging: LoggingConfig,
                autoUpdate: AutoUpdate,
            });
            return { Arn: typeArn(local, call) };
        },
    ),

    DeactivateType: operation(z.strictObject(members.ofWholeType), (reference, call) => {
        const { name } = members.referredTo(reference);
        if (!activations.of(call.world, call).delete(name)) {
            throw typeNotFound(name);
        }
        return {};
    }),
};

/** "You must specify PublicTypeArn, or TypeName, Type, and PublisherId." */
function publicTypeOf(
    {
        PublicTypeArn,
        TypeName,
        PublisherId,
    }: {
        readonly PublicTypeArn?: string | undefined;
        readonly TypeName?: string | undefined;
        readonly PublisherId?: string | undefined;
    },
    call: Call,
): PublicType {
    const found = [...publicTypesOf(call).values()].find(({ arn, name, publisherId }) =>
        PublicTypeArn === undefined
            ? name === TypeName && publisherId === PublisherId
            : arn === PublicTypeArn,
    );
    if (!found) {
        throw typeNotFound(PublicTypeArn ?? TypeName ?? '');
    }
    return found;
}

/** What DescribeType tells of an activated type. */
export function activatedType(name: string, call: Call): object | undefined {
    const activation = activations.of(call.world, call).get(name);
    const original = activation && publicTypesOf(call).get(activation.publicArn);
    const version = original?.versions.at(-1);
    return (
        original &&
        version && {
            ...publicMembers(original, version),
            Arn: typeArn(name, call),
            TypeName: name,
            LoggingConfig: activation.logging,
            ExecutionRoleArn: activation.executionRole,
            IsActivated: true,
            AutoUpdate: activation.autoUpdate,
        }
    );
}
