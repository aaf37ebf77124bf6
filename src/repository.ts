import type { CreateInput, Repository } from './aws/repositories';
import { type RepositoryRef, repositoryArn } from './aws/repository-ref';
import type { PartialProperties, Properties } from './properties';

/** What CreateRepository takes for the properties of the repository itself. */
export function createInput({ EncryptionType = 'AES256', KmsKeyArn }: Properties): Partial<CreateInput> {
    return {
        encryptionConfiguration: {
            encryptionType: EncryptionType,
            ...(KmsKeyArn && { kmsKey: KmsKeyArn }),
        },
    };
}

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

/** Violations in the properties of the repository itself that the schema cannot see. */
export function validate({ EncryptionType = 'AES256', KmsKeyArn }: Properties, ref: RepositoryRef): string[] {
    const violations: string[] = [];
    if (KmsKeyArn && EncryptionType === 'AES256') {
        violations.push(
            `KmsKeyArn: given ${KmsKeyArn} with EncryptionType AES256, which uses no key. Set EncryptionType to KMS, or leave KmsKeyArn out.`,
        );
    }
    // EncryptionConfiguration in ECR's API reference: the key must be in the repository's Region.
    const region = KmsKeyArn?.split(':')[3];
    if (region && region !== ref.region) {
        violations.push(
            `KmsKeyArn: given a key in ${region}, wanted one in ${ref.region}, where the repository is. Use a key of that Region.`,
        );
    }
    // Amazon ECR user guide, encryption at rest.
    if (EncryptionType === 'KMS_DSSE' && ref.partition !== 'aws-us-gov') {
        violations.push(
            `EncryptionType: given KMS_DSSE in ${ref.region}; it exists in the AWS GovCloud (US) Regions only. Use KMS.`,
        );
    }
    return violations;
}
