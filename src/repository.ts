import type { Repository } from './aws/repositories';
import { type RepositoryRef, repositoryArn } from './aws/repository-ref';
import type { PartialProperties } from './properties';

/** The repository itself as properties: its name, its encryption and the outputs. */
export function readback(repository: Repository, ref: RepositoryRef): PartialProperties {
    const { encryptionType = 'AES256', kmsKey } = repository.encryptionConfiguration ?? {};
    return {
        RepositoryName: ref.repositoryName,
        EncryptionType: encryptionType,
        ...(kmsKey && { KmsKeyArn: kmsKey }),
        RepositoryArn: repositoryArn(ref),
        ...(repository.repositoryUri && { RepositoryUrl: repository.repositoryUri }),
        RegistryId: repository.registryId ?? ref.account,
    };
}
