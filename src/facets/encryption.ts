import type { Repository } from '../aws/repositories';
import type { Facet } from '../engine/facet';
import type { PartialProperties, Properties } from '../properties';
import { regionViolations } from './regional-arn';

/** How the images are encrypted, as DescribeRepositories shows it. */
interface Encryption {
    readonly type: NonNullable<Properties['EncryptionType']>;
    /** The key's ARN, also when an alias or a key ID was given (ECR API reference, EncryptionConfiguration). */
    readonly key?: string;
}

const KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\//;

/** The encryption, which ECR sets when a repository is created and never changes. */
export const encryption: Facet<Encryption> = {
    name: 'encryption',
    properties: ['EncryptionType', 'KmsKeyArn'],
    home: 'repository',

    validate({ EncryptionType = 'AES256', KmsKeyArn }, repository) {
        const violations: string[] = [];
        if (KmsKeyArn && EncryptionType === 'AES256') {
            violations.push(
                `KmsKeyArn: given ${KmsKeyArn} with EncryptionType AES256, which uses no key. Set EncryptionType to KMS, or leave KmsKeyArn out.`,
            );
        }
        // EncryptionConfiguration in ECR's API reference: the key must be in the repository's Region.
        if (KmsKeyArn?.startsWith('arn:')) {
            violations.push(...regionViolations('KmsKeyArn', 'key', KmsKeyArn, repository));
        }
        // Amazon ECR user guide, encryption at rest.
        if (EncryptionType === 'KMS_DSSE' && repository.partition !== 'aws-us-gov') {
            violations.push(
                `EncryptionType: given KMS_DSSE in ${repository.region}; it exists in the AWS GovCloud (US) Regions only. Use KMS.`,
            );
        }
        return violations;
    },

    desired: ({ EncryptionType = 'AES256', KmsKeyArn }) => ({
        type: EncryptionType,
        ...(KmsKeyArn && KEY_ARN.test(KmsKeyArn) && { key: KmsKeyArn }),
    }),

    async observe(context) {
        const repository = await context.repository();
        return repository && encryptionOf(repository);
    },

    // Never called: the target is always what is observed.
    apply: async () => undefined,

    readback: (observed) =>
        observed ? { EncryptionType: observed.type, ...(observed.key && { KmsKeyArn: observed.key }) } : {},

    isInSync: ({ EncryptionType = 'AES256', KmsKeyArn }, observed) =>
        observed !== undefined &&
        replacements({ EncryptionType, ...(KmsKeyArn && { KmsKeyArn }) }, observed).length === 0,

    createInput: ({ EncryptionType = 'AES256', KmsKeyArn }) => ({
        encryptionConfiguration: {
            encryptionType: EncryptionType,
            ...(KmsKeyArn && { kmsKey: KmsKeyArn }),
        },
    }),

    ownership: { merge: (observed) => observed, owned: (observed) => observed },
};

export function encryptionOf({ encryptionConfiguration }: Repository): Encryption {
    const { encryptionType = 'AES256', kmsKey } = encryptionConfiguration ?? {};
    return { type: encryptionType, ...(kmsKey && { key: kmsKey }) };
}

/** The changes that only another repository can have, in words. */
export function replacements(
    { EncryptionType, KmsKeyArn }: PartialProperties,
    { type, key }: Encryption,
): string[] {
    return [
        ...(EncryptionType && EncryptionType !== type
            ? [`EncryptionType from ${type} to ${EncryptionType}`]
            : []),
        ...(KmsKeyArn && !namesKey(KmsKeyArn, key)
            ? [`KmsKeyArn from ${key ?? 'nothing'} to ${KmsKeyArn}`]
            : []),
    ];
}

/**
 * Whether what a template names is the key that ECR shows. An alias may be any key: which one it is, only KMS knows,
 * and it may have moved to another key since.
 */
function namesKey(given: string, keyArn: string | undefined): boolean {
    const isAlias = /(^|:)alias\//.test(given);
    return isAlias ? keyArn !== undefined : given === keyArn || keyArn?.endsWith(`:key/${given}`) === true;
}
