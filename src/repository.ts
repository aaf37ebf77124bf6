import type { Repository } from './aws/repositories';
import { type RepositoryRef, repositoryArn } from './aws/repository-ref';
import { encryption, encryptionOf } from './facets/encryption';
import type { PartialProperties } from './properties';

/** The repository itself as properties: its name, its encryption with the key that ECR chose, and the outputs. */
export function readback(repository: Repository, ref: RepositoryRef): PartialProperties {
    return {
        RepositoryName: ref.repositoryName,
        ...encryption.readback(encryptionOf(repository), ref),
        RepositoryArn: repositoryArn(ref),
        ...(repository.repositoryUri && { RepositoryUrl: repository.repositoryUri }),
        RegistryId: repository.registryId ?? ref.account,
    };
}
