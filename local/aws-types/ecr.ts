import { registryHost } from '../aws/ecr/registry-host';
import { type Json, type JsonObject, listOf, lookUp } from '../json';
import {
    type AwsCall,
    type AwsType,
    camelCase,
    type Place,
    present,
    type Settlement,
    textOf,
} from './aws-type';

const call = (operation: string, input: JsonObject): AwsCall => ({ service: 'ecr', operation, input });

export const repository: AwsType = {
    primaryIdentifier: 'RepositoryName',
    properties: [
        ...['RepositoryName', 'EncryptionConfiguration', 'EmptyOnDelete', 'Tags', 'ImageTagMutability'],
        ...['ImageTagMutabilityExclusionFilters', 'ImageScanningConfiguration'],
        ...['LifecyclePolicy', 'RepositoryPolicyText'],
    ],
    createOnlyProperties: ['RepositoryName', 'EncryptionConfiguration'],

    create: ({ RepositoryName, EncryptionConfiguration }) =>
        call('CreateRepository', camelCase(present({ RepositoryName, EncryptionConfiguration }))),

    settle(settlement) {
        const { properties, changed } = settlement;
        const { RepositoryName: repositoryName = '' } = properties;
        return [
            ...(changed('ImageTagMutability', 'ImageTagMutabilityExclusionFilters')
                ? [call('PutImageTagMutability', { repositoryName, ...mutability(properties) })]
                : []),
            ...(changed('ImageScanningConfiguration')
                ? [call('PutImageScanningConfiguration', { repositoryName, ...scanning(properties) })]
                : []),
            ...(changed('LifecyclePolicy') ? [lifecycle(repositoryName, properties['LifecyclePolicy'])] : []),
            ...(changed('RepositoryPolicyText')
                ? [policy(repositoryName, properties['RepositoryPolicyText'])]
                : []),
            ...(changed('Tags') ? tagging(repositoryName, settlement) : []),
        ];
    },

    remove: ({ RepositoryName: repositoryName = '', EmptyOnDelete: force = false }) => [
        call('DeleteRepository', { repositoryName, force }),
    ],

    attributes: (name, place) => ({
        Arn: arnOf(name, place),
        RepositoryUri: `${registryHost(place)}/${name}`,
    }),
};

function mutability(properties: JsonObject): JsonObject {
    const { ImageTagMutability = 'MUTABLE', ImageTagMutabilityExclusionFilters: filters } = properties;
    return present({
        imageTagMutability: ImageTagMutability,
        imageTagMutabilityExclusionFilters: Array.isArray(filters)
            ? filters.map((filter: Json) => ({
                  filterType: lookUp(filter, ['ImageTagMutabilityExclusionFilterType']) ?? null,
                  filter: lookUp(filter, ['ImageTagMutabilityExclusionFilterValue']) ?? null,
              }))
            : undefined,
    });
}

function scanning({ ImageScanningConfiguration = { ScanOnPush: false } }: JsonObject): JsonObject {
    return camelCase({ ImageScanningConfiguration });
}

function lifecycle(repositoryName: Json, value: Json | undefined): AwsCall {
    const text = lookUp(value, ['LifecyclePolicyText']);
    return text === undefined
        ? call('DeleteLifecyclePolicy', { repositoryName })
        : call('PutLifecyclePolicy', { repositoryName, lifecyclePolicyText: textOf(text) });
}

function policy(repositoryName: Json, document: Json | undefined): AwsCall {
    return document === undefined
        ? call('DeleteRepositoryPolicy', { repositoryName })
        : call('SetRepositoryPolicy', { repositoryName, policyText: textOf(document) });
}

function tagging(repositoryName: Json, { properties, previous, place }: Settlement): AwsCall[] {
    const resourceArn = arnOf(String(repositoryName), place);
    const tags = listOf(properties['Tags']);
    const kept = tags.map((tag) => lookUp(tag, ['Key']));
    const tagKeys = listOf(previous?.['Tags'])
        .flatMap((tag) => lookUp(tag, ['Key']) ?? [])
        .filter((key) => !kept.includes(key));
    return [
        ...(tagKeys.length > 0 ? [call('UntagResource', { resourceArn, tagKeys })] : []),
        ...(tags.length > 0 ? [call('TagResource', { resourceArn, tags })] : []),
    ];
}

function arnOf(name: string, { partition, region, account }: Place): string {
    return `arn:${partition}:ecr:${region}:${account}:repository/${name}`;
}

/** The registry's one configuration, which is in the account from the beginning. */
export const replicationConfiguration: AwsType = {
    primaryIdentifier: 'RegistryId',
    properties: ['ReplicationConfiguration'],
    createOnlyProperties: [],
    settle: ({ properties: { RegistryId: _, ...properties } }) => [
        call('PutReplicationConfiguration', camelCase(properties)),
    ],
    remove: () => [call('PutReplicationConfiguration', { replicationConfiguration: { rules: [] } })],
};

/** The registry's one configuration, which is in the account from the beginning. */
export const scanningConfiguration: AwsType = {
    primaryIdentifier: 'RegistryId',
    properties: ['ScanType', 'Rules'],
    createOnlyProperties: [],
    settle: ({ properties: { RegistryId: _, ...properties } }) => [
        call('PutRegistryScanningConfiguration', camelCase(properties)),
    ],
    remove: () => [call('PutRegistryScanningConfiguration', { scanType: 'BASIC', rules: [] })],
};
