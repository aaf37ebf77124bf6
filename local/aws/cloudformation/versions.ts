import { z } from 'zod';
import { pageOf } from '../paging';
import { type Call, type Operation, operation } from '../service';
import { activatedType } from './activation';
import * as members from './members';
import { publicMembers, publicTypesOf } from './publication';
import {
    liveVersions,
    type PrivateType,
    registryError,
    type TypeVersion,
    typeArn,
    typeNotFound,
    types,
} from './state';

export const versionOperations: Readonly<Record<string, Operation>> = {
    /** Declares CFNRegistryException alone, also where the type is not there (API reference). */
    ListTypeVersions: operation(
        z.strictObject({
            ...members.ofWholeType,
            DeprecatedStatus: z.enum(['LIVE', 'DEPRECATED']).default('LIVE'),
            ...members.paging,
        }),
        ({ DeprecatedStatus, MaxResults, NextToken, ...reference }, call) => {
            const { name } = members.referredTo(reference);
            const type = types.of(call.world, call).get(name);
            if (!type || (liveVersions(type).length === 0 && DeprecatedStatus === 'LIVE')) {
                throw registryError(`The type '${name}' cannot be found.`);
            }
            const wanted = type.versions.filter(
                ({ isDeprecated }) => isDeprecated === (DeprecatedStatus === 'DEPRECATED'),
            );
            const { items, nextToken } = pageOf(wanted, MaxResults, NextToken, 'CFNRegistryException');
            return {
                TypeVersionSummaries: items.map((version) => summaryOf(type, version, call)),
                NextToken: nextToken,
            };
        },
    ),

    /** With PublisherId: of the public registry. */
    DescribeType: operation(
        z.strictObject({ ...members.ofType, PublisherId: members.publisherId.optional() }),
        ({ PublisherId, ...reference }, call) => {
            const { name, id } = members.referredTo(reference);
            if (PublisherId !== undefined) {
                return publicDetailsOf(PublisherId, name, call);
            }
            const type = types.of(call.world, call).get(name);
            const version = type?.versions.find((each) => each.id === (id ?? type.defaultId));
            if (type && version) {
                return detailsOf(type, version, call);
            }
            const activated = activatedType(name, call);
            if (!activated) {
                throw typeNotFound(name);
            }
            return activated;
        },
    ),

    SetTypeDefaultVersion: operation(z.strictObject(members.ofType), (reference, call) => {
        const { type, version } = members.versionOf(reference, call);
        type.defaultId = version.id;
        return {};
    }),

    /** The default version goes last, and the type with it (API reference). */
    DeregisterType: operation(z.strictObject(members.ofType), (reference, call) => {
        const { type, version } = members.versionOf(reference, call);
        const isDefault = version.id === type.defaultId;
        if (isDefault && liveVersions(type).length > 1) {
            throw registryError(
                `Version '${version.id}' is the default version and cannot be deregistered while there are other active versions.`,
            );
        }
        version.isDeprecated = true;
        if (isDefault) {
            type.defaultId = undefined;
        }
        return {};
    }),
};

function publicDetailsOf(publisherId: string, name: string, call: Call): object {
    const type = [...publicTypesOf(call).values()].find(
        (each) => each.publisherId === publisherId && each.name === name,
    );
    const version = type?.versions.at(-1);
    if (!type || !version) {
        throw typeNotFound(name);
    }
    return { ...publicMembers(type, version), Arn: type.arn, TypeName: name, IsActivated: false };
}

function summaryOf(type: PrivateType, { id, created, schema, publicVersion }: TypeVersion, call: Call) {
    return {
        Type: 'RESOURCE',
        TypeName: type.name,
        VersionId: id,
        IsDefaultVersion: id === type.defaultId,
        Arn: typeArn(type.name, call, id),
        TimeCreated: created,
        Description: JSON.parse(schema).description,
        PublicVersionNumber: publicVersion,
    };
}

function detailsOf(type: PrivateType, version: TypeVersion, call: Call): object {
    const { schema, executionRole, logging, tests, isDeprecated, created } = version;
    const { VersionId: _version, ...summary } = summaryOf(type, version, call);
    return {
        ...summary,
        DefaultVersionId: type.defaultId,
        TypeTestsStatus: tests.status,
        TypeTestsStatusDescription: tests.description,
        Schema: schema,
        ProvisioningType: 'FULLY_MUTABLE',
        DeprecatedStatus: isDeprecated ? 'DEPRECATED' : 'LIVE',
        LoggingConfig: logging,
        ExecutionRoleArn: executionRole,
        Visibility: 'PRIVATE',
        LastUpdated: created,
    };
}
