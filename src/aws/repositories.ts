import {
    CreateRepositoryCommand,
    DeleteRepositoryCommand,
    DescribeRepositoriesCommand,
    type ECRClient,
    ListImagesCommand,
    type Repository,
} from '@aws-sdk/client-ecr';
import type { Place, Scope, Some } from '../engine/facet';
import { isAwsError } from '../errors';
import { mutabilityInput } from '../facets/image-tag-mutability';
import { scanOnPushInput } from '../facets/scan-on-push';
import type { Properties } from '../properties';
import { repositoryArn } from './clients';

/** The most repositories that DescribeRepositories gives at a time (its API reference, maxResults). */
const PAGE = 1000;

/** The repository of this name; undefined where there is none. */
export async function find(ecr: ECRClient, repositoryName: string): Promise<Repository | undefined> {
    try {
        const { repositories } = await ecr.send(
            new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }),
        );
        return repositories?.[0];
    } catch (error) {
        if (isAwsError(error, 'RepositoryNotFoundException')) {
            return undefined;
        }
        throw error;
    }
}

/** Makes the repository with all that one call can give it. Fails with RepositoryAlreadyExistsException. */
export async function create(properties: Properties, { aws }: Scope): Promise<void> {
    const { RepositoryName, EncryptionType = 'AES256', KmsKeyArn, Tags = [] } = properties;
    await aws.ecr.send(
        new CreateRepositoryCommand({
            repositoryName: RepositoryName,
            ...mutabilityInput(properties),
            ...scanOnPushInput(properties),
            encryptionConfiguration: {
                encryptionType: EncryptionType,
                ...(KmsKeyArn && { kmsKey: KmsKeyArn }),
            },
            tags: Tags,
        }),
    );
}

/** Whether the repository holds any image. */
export async function holdsImages({ aws, repositoryName }: Scope): Promise<boolean> {
    try {
        const { imageIds = [] } = await aws.ecr.send(
            new ListImagesCommand({ repositoryName, maxResults: 1 }),
        );
        return imageIds.length > 0;
    } catch (error) {
        if (isAwsError(error, 'RepositoryNotFoundException')) {
            return false;
        }
        throw error;
    }
}

/** Deletes the repository, its images too if `force`. Content that is not there is fine. */
export async function destroy(force: boolean, { aws, repositoryName }: Scope): Promise<void> {
    try {
        await aws.ecr.send(new DeleteRepositoryCommand({ repositoryName, force }));
    } catch (error) {
        if (!isAwsError(error, 'RepositoryNotFoundException')) {
            throw error;
        }
    }
}

/** One page of the account's repositories, and the token of the next. */
export async function page(
    ecr: ECRClient,
    nextToken?: string,
): Promise<{ names: string[]; nextToken?: string }> {
    const answer = await ecr.send(
        new DescribeRepositoriesCommand({ maxResults: PAGE, ...(nextToken && { nextToken }) }),
    );
    const names = (answer.repositories ?? []).flatMap(({ repositoryName }) => repositoryName ?? []);
    return { names, ...(answer.nextToken && { nextToken: answer.nextToken }) };
}

/** The names of all of the account's repositories in the Region. */
export async function allNames(ecr: ECRClient): Promise<string[]> {
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
        const next = await page(ecr, nextToken);
        names.push(...next.names);
        nextToken = next.nextToken;
    } while (nextToken);
    return names;
}

/** The repository itself as properties: its name, its encryption and the outputs. */
export function describe(repository: Repository, place: Place): Some {
    const { encryptionType = 'AES256', kmsKey } = repository.encryptionConfiguration ?? {};
    return {
        RepositoryName: place.repositoryName,
        EncryptionType: encryptionType,
        ...(kmsKey && { KmsKeyArn: kmsKey }),
        RepositoryArn: repositoryArn(place),
        ...(repository.repositoryUri && { RepositoryUrl: repository.repositoryUri }),
        RegistryId: repository.registryId ?? place.account,
    };
}

/** Mistakes in the properties of the repository itself that the schema cannot see. */
export function check({ EncryptionType = 'AES256', KmsKeyArn }: Properties, place: Place): string[] {
    const mistakes: string[] = [];
    if (KmsKeyArn && EncryptionType === 'AES256') {
        mistakes.push(
            `KmsKeyArn: given ${KmsKeyArn} with EncryptionType AES256, which uses no key. Set EncryptionType to KMS, or leave KmsKeyArn out.`,
        );
    }
    // EncryptionConfiguration in ECR's API reference: the key must be in the repository's Region.
    const region = KmsKeyArn?.split(':')[3];
    if (region && region !== place.region) {
        mistakes.push(
            `KmsKeyArn: given a key in ${region}, wanted one in ${place.region}, where the repository is. Use a key of that Region.`,
        );
    }
    // Amazon ECR user guide, encryption at rest.
    if (EncryptionType === 'KMS_DSSE' && place.partition !== 'aws-us-gov') {
        mistakes.push(
            `EncryptionType: given KMS_DSSE in ${place.region}; it exists in the AWS GovCloud (US) Regions only. Use KMS.`,
        );
    }
    return mistakes;
}
