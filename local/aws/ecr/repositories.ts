import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../error';
import { pageOf } from '../paging';
import { arn, type Call, type Operation, operation } from '../service';
import { withTags } from '../tags';
import * as members from './members';
import { registryHost } from './registry-host';
import { TAG_ERRORS } from './repository-tags';
import { type ExclusionFilter, type Repository, repositories, repositoryArn, repositoryOf } from './state';

const encryption = z.strictObject({
    encryptionType: z.enum(['AES256', 'KMS', 'KMS_DSSE']),
    kmsKey: z.string().min(1).max(2_048).optional(),
});

type Encryption = z.output<typeof encryption>;

export const repositoryOperations: Readonly<Record<string, Operation>> = {
    CreateRepository: operation(
        z.strictObject({
            ...members.ofRepository,
            tags: members.tags.default([]),
            imageTagMutability: members.mutability.default('MUTABLE'),
            imageTagMutabilityExclusionFilters: members.exclusionFilters,
            imageScanningConfiguration: members.scanningConfiguration.default({}),
            encryptionConfiguration: encryption.default({ encryptionType: 'AES256' }),
        }),
        (input, call) => {
            const { repositoryName: name, encryptionConfiguration, tags } = input;
            const all = repositories.of(call.world, call);
            const filters = exclusions(input.imageTagMutability, input.imageTagMutabilityExclusionFilters);
            const kmsKey = keyArn(encryptionConfiguration, call);
            const added = tags.map(({ Key, Value }) => [Key, Value] as const);
            if (all.has(name)) {
                const message = `The repository with name '${name}' already exists in the registry with id '${call.account}'`;
                throw new AwsError('RepositoryAlreadyExistsException', message);
            }
            const repository: Repository = {
                name,
                createdAt: new Date(call.world.clock.now()),
                mutability: input.imageTagMutability,
                exclusionFilters: filters,
                scanOnPush: input.imageScanningConfiguration.scanOnPush ?? false,
                encryptionType: encryptionConfiguration.encryptionType,
                ...(kmsKey !== undefined && { kmsKey }),
                tags: withTags(new Map(), added, TAG_ERRORS),
                images: new Map(),
                layers: new Map(),
                uploads: new Map(),
            };
            all.set(name, repository);
            return { repository: described(repository, call) };
        },
    ),

    DescribeRepositories: operation(
        z.strictObject({
            registryId: members.registryId,
            repositoryNames: z.array(members.repositoryName).min(1).max(100).optional(),
            nextToken: members.nextToken,
            maxResults: members.maxResults,
        }),
        ({ repositoryNames, nextToken, maxResults }, call) => {
            if (repositoryNames) {
                const named = repositoryNames.map((name) => repositoryOf(name, call));
                return { repositories: named.map((one) => described(one, call)) };
            }
            const all = [...repositories.of(call.world, call).values()];
            const page = pageOf(all, maxResults, nextToken);
            return { repositories: page.items.map((one) => described(one, call)), nextToken: page.nextToken };
        },
    ),

    // An archived image counts as an image (Amazon ECR user guide, archiving images).
    DeleteRepository: operation(
        z.strictObject({ ...members.ofRepository, force: z.boolean().default(false) }),
        ({ repositoryName, force }, call) => {
            const repository = repositoryOf(repositoryName, call);
            if (repository.images.size > 0 && !force) {
                const message = `The repository with name '${repositoryName}' in registry with id '${call.account}' cannot be deleted because it still contains images`;
                throw new AwsError('RepositoryNotEmptyException', message);
            }
            repositories.of(call.world, call).delete(repositoryName);
            return { repository: described(repository, call) };
        },
    ),

    PutImageTagMutability: operation(
        z.strictObject({
            ...members.ofRepository,
            imageTagMutability: members.mutability,
            imageTagMutabilityExclusionFilters: members.exclusionFilters,
        }),
        ({ repositoryName, imageTagMutability, imageTagMutabilityExclusionFilters }, call) => {
            const repository = repositoryOf(repositoryName, call);
            repository.exclusionFilters = exclusions(imageTagMutability, imageTagMutabilityExclusionFilters);
            repository.mutability = imageTagMutability;
            return { registryId: call.account, repositoryName, ...mutabilityOf(repository) };
        },
    ),

    PutImageScanningConfiguration: operation(
        z.strictObject({
            ...members.ofRepository,
            imageScanningConfiguration: members.scanningConfiguration,
        }),
        ({ repositoryName, imageScanningConfiguration: { scanOnPush = false } }, call) => {
            repositoryOf(repositoryName, call).scanOnPush = scanOnPush;
            return { registryId: call.account, repositoryName, imageScanningConfiguration: { scanOnPush } };
        },
    ),
};

function described(repository: Repository, call: Call): object {
    const { name, createdAt, scanOnPush, encryptionType, kmsKey } = repository;
    return {
        repositoryArn: repositoryArn(name, call),
        registryId: call.account,
        repositoryName: name,
        repositoryUri: `${registryHost(call)}/${name}`,
        createdAt,
        ...mutabilityOf(repository),
        imageScanningConfiguration: { scanOnPush },
        encryptionConfiguration: { encryptionType, ...(kmsKey !== undefined && { kmsKey }) },
    };
}

function mutabilityOf({ mutability, exclusionFilters }: Repository): object {
    return {
        imageTagMutability: mutability,
        ...(exclusionFilters.length > 0 && { imageTagMutabilityExclusionFilters: exclusionFilters }),
    };
}

/** The filters go with the two values that name them, and with no other (ECR API reference, PutImageTagMutability). */
function exclusions(
    mutability: string,
    filters: readonly ExclusionFilter[] = [],
): readonly ExclusionFilter[] {
    if (mutability.endsWith('_WITH_EXCLUSION') !== filters.length > 0) {
        throw new AwsError(
            'InvalidParameterException',
            "Invalid parameter at 'imageTagMutabilityExclusionFilters' failed to satisfy constraint: 'exclusion filters are required with the _WITH_EXCLUSION values, and are not allowed with others'",
        );
    }
    return filters;
}

/** ECR answers with the ARN of the key, whatever named it (ECR API reference, EncryptionConfiguration). */
function keyArn({ encryptionType, kmsKey }: Encryption, call: Call): string | undefined {
    if (encryptionType === 'AES256') {
        if (kmsKey !== undefined) {
            throw new AwsError(
                'InvalidParameterException',
                'A KMS key cannot be used with the encryption type AES256.',
            );
        }
        return undefined;
    }
    const given = kmsKey ?? 'alias/aws/ecr';
    if (!given.startsWith('arn:')) {
        // Neither a key's ID nor an alias (KMS API reference, DescribeKey: KeyId).
        if (!/^(alias\/[\w/-]+|[\w-]+)$/.test(given)) {
            throw new AwsError('KmsException', `Invalid keyId '${given}'`);
        }
        return arn('kms', call, `key/${given.startsWith('alias/') ? keyIdOf(given) : given}`);
    }
    const [, region, resource = ''] = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:(.+)$/.exec(given) ?? [];
    if (region !== call.region) {
        throw new AwsError('KmsException', `The KMS key ${given} is not a key in ${call.region}.`);
    }
    return resource.startsWith('alias/') ? arn('kms', call, `key/${keyIdOf(resource)}`) : given;
}

/** Every alias stands for one key, whose ID is made from the alias. */
function keyIdOf(alias: string): string {
    const hex = createHash('sha256').update(alias).digest('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
        '-',
    );
}
