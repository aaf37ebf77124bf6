import {
    BatchCheckLayerAvailabilityCommand,
    CompleteLayerUploadCommand,
    CreateRepositoryCommand,
    type CreateRepositoryCommandInput,
    DescribeImageScanFindingsCommand,
    GetRepositoryPolicyCommand,
    InitiateLayerUploadCommand,
    PutImageCommand,
    PutImageScanningConfigurationCommand,
    PutImageTagMutabilityCommand,
    PutLifecyclePolicyCommand,
    PutRegistryScanningConfigurationCommand,
    type PutRegistryScanningConfigurationCommandInput,
    PutReplicationConfigurationCommand,
    PutSigningConfigurationCommand,
    type ReplicationRule,
    SetRepositoryPolicyCommand,
    StartImageScanCommand,
    UpdateImageStorageClassCommand,
    UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { digestOf } from '../../../support/digest';
import { ACCOUNT } from '../../../support/my-app';
import { pushImage } from '../../../support/push-image';
import { refusalOf } from '../../../support/refusal';
import { useAccount, useStandIn } from '../../../support/suite';
import { names } from '../../../support/values';

/* What ECR refuses by its API reference, user guide and quotas, and what it takes and gives back in other words. */

const standIn = useStandIn();
const { ecr } = useAccount(standIn);

const repositoryName = 'team/app';

beforeEach(() => ecr.send(new CreateRepositoryCommand({ repositoryName })));

describe('a lifecycle policy', () => {
    const rule = (change: object = {}, action: object = { type: 'expire' }, rulePriority = 1) => ({
        rulePriority,
        description: 'one rule of a policy for a test',
        selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 1, ...change },
        action,
    });
    const put = (...rules: object[]) => {
        const lifecyclePolicyText = JSON.stringify({ rules });
        return refusalOf(ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText })));
    };
    const tagged = (prefix: string) => ({ tagStatus: 'tagged', tagPrefixList: [prefix] });
    const inArchive = { storageClass: 'archive', countType: 'sinceImageTransitioned', countUnit: 'days' };

    test('of fifty rules is taken', async () => {
        await expect(
            put(...names(50).map((name, index) => rule(tagged(name), undefined, index + 1))),
        ).resolves.toBe('none');
    });

    test('of two rules with one pattern is taken: unique are sets of prefixes', async () => {
        const pattern = { tagStatus: 'tagged', tagPatternList: ['v*'] };
        await expect(put(rule(pattern), rule(pattern, undefined, 2))).resolves.toBe('none');
    });

    test.each<[string, object[]]>([
        ['51 rules', names(51).map((name, index) => rule(tagged(name), undefined, index + 1))],
        ['one priority twice', [rule(), rule(tagged('v'))]],
        ['the same tags twice', [rule(tagged('v')), rule(tagged('v'), undefined, 2)]],
        ['any before others', [rule({ tagStatus: 'any' }), rule({}, undefined, 2)]],
        ['tagged without a list', [rule({ tagStatus: 'tagged' })]],
        ['untagged with a list', [rule({ tagPrefixList: ['v'] })]],
        ['five wildcards', [rule({ tagStatus: 'tagged', tagPatternList: ['a*b*c*d*e*'] })]],
        ['a count of days', [rule({ countUnit: 'days' })]],
        ['a transition to nowhere', [rule({}, { type: 'transition' })]],
        ['the age of a pull that expires', [rule({ countType: 'sinceImagePulled', countUnit: 'days' })]],
        ['89 days in the archive', [rule({ ...inArchive, countNumber: 89 })]],
    ])('with %s is refused', async (_what, rules) => {
        await expect(put(...rules)).resolves.toMatch(/^InvalidParameterException: .*validation failure/);
    });
});

describe('a repository policy', () => {
    const set = (...Statement: object[]) => {
        const policyText = JSON.stringify({ Version: '2012-10-17', Statement });
        return refusalOf(ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText })));
    };
    const statement = { Effect: 'Allow', Action: ['ecr:BatchGetImage'] };

    test('comes back with the ARNs of accounts, in another order, lists of one as text', async () => {
        const Principal = { AWS: ['111111111111', '222222222222'], Service: ['lambda.amazonaws.com'] };
        await expect(set({ ...statement, Principal })).resolves.toBe('none');
        const { policyText = '' } = await ecr.send(new GetRepositoryPolicyCommand({ repositoryName }));
        expect(policyText).toContain('"Version" : "2012-10-17"');
        expect(JSON.parse(policyText).Statement).toEqual([
            {
                Effect: 'Allow',
                Action: 'ecr:BatchGetImage',
                Principal: {
                    AWS: ['arn:aws:iam::222222222222:root', 'arn:aws:iam::111111111111:root'],
                    Service: 'lambda.amazonaws.com',
                },
            },
        ]);
    });

    test.each<[string, object[]]>([
        [
            'a Sid twice',
            [1, 2].map((id) => ({ ...statement, Sid: 'a', Principal: { AWS: `${id}`.repeat(12) } })),
        ],
        ['a principal that is none', [{ ...statement, Principal: { AWS: 'somebody' } }]],
        ['a role with a wildcard', [{ ...statement, Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/*` } }]],
        ['no principal', [statement]],
        ["another service's action", [{ ...statement, Principal: '*', Action: 's3:GetObject' }]],
    ])('with %s is refused', async (_what, statements) => {
        await expect(set(...statements)).resolves.toMatch(/Invalid repository policy provided/);
    });
});

describe('a repository', () => {
    const KEYS = `arn:aws:kms:us-east-1:${ACCOUNT}:`;
    const create = (kmsKey: string) =>
        ecr.send(
            new CreateRepositoryCommand({
                repositoryName: 'other',
                encryptionConfiguration: { encryptionType: 'KMS', kmsKey },
            }),
        );

    test.each(['alias/mine', `${KEYS}alias/mine`, '1234abcd-12ab-34cd-56ef-1234567890ab'])(
        'with the key %s shows its ARN',
        async (key) => {
            const { repository } = await create(key);
            expect(repository?.encryptionConfiguration?.kmsKey).toMatch(
                new RegExp(`^${KEYS}key/[0-9a-f]{8}-[0-9a-f-]{27}$`),
            );
        },
    );

    test.each<[string, Partial<CreateRepositoryCommandInput>, RegExp]>([
        ['of a name that is taken', { repositoryName }, /^RepositoryAlreadyExistsException/],
        [
            'with a key of another Region',
            {
                encryptionConfiguration: {
                    encryptionType: 'KMS',
                    kmsKey: `${KEYS.replace('east', 'west')}key/1`,
                },
            },
            /^KmsException/,
        ],
        [
            'with a key for AES256',
            { encryptionConfiguration: { encryptionType: 'AES256', kmsKey: 'alias/mine' } },
            /^InvalidParameterException/,
        ],
        [
            'without its exclusions',
            { imageTagMutability: 'MUTABLE_WITH_EXCLUSION' },
            /^InvalidParameterException/,
        ],
        ['with 51 tags', { tags: names(51).map((Key) => ({ Key, Value: '' })) }, /^TooManyTagsException/],
    ])('%s is refused', async (_what, change, refusal) => {
        const command = new CreateRepositoryCommand({ repositoryName: 'other', ...change });
        await expect(refusalOf(ecr.send(command))).resolves.toMatch(refusal);
    });
});

describe('an image', () => {
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const image = (more: object = {}) => JSON.stringify({ schemaVersion: 2, mediaType, ...more });
    const put = (imageManifest: string, imageTag = 'v1', imageDigest?: string) =>
        refusalOf(ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag, imageDigest })));
    const absent = { digest: `sha256:${'0'.repeat(64)}`, size: 1 };

    test.each<[string, Parameters<typeof put>, RegExp]>([
        ['that is there already', [image()], /^ImageAlreadyExistsException/],
        ['of another digest', [image({ a: 1 }), 'v2', absent.digest], /^ImageDigestDoesNotMatchException/],
        ['whose layer is not there', [image({ layers: [absent] })], /^LayersNotFoundException/],
        [
            'whose images are not there',
            [image({ manifests: [absent] })],
            /^ReferencedImagesNotFoundException/,
        ],
    ])('%s is refused', async (_what, given, refusal) => {
        await put(image());
        await expect(put(...given)).resolves.toMatch(refusal);
    });

    test.each([
        ['IMMUTABLE', undefined, 'refused'],
        ['IMMUTABLE_WITH_EXCLUSION', 'v*', 'taken'],
        ['IMMUTABLE_WITH_EXCLUSION', 'latest', 'refused'],
        ['MUTABLE_WITH_EXCLUSION', 'v*', 'refused'],
    ] as const)(
        'whose tag another one has is, where tags are %s %s, %s',
        async (mutability, filter, outcome) => {
            const filters = filter && [{ filterType: 'WILDCARD' as const, filter }];
            await ecr.send(
                new PutImageTagMutabilityCommand({
                    repositoryName,
                    imageTagMutability: mutability,
                    imageTagMutabilityExclusionFilters: filters,
                }),
            );
            await put(image());
            await expect(put(image({ a: 1 }))).resolves.toMatch(
                outcome === 'taken' ? /^none$/ : /^ImageTagAlreadyExistsException/,
            );
        },
    );

    test('that is a manifest list is scanned neither on demand nor when it is pushed', async () => {
        const imageScanningConfiguration = { scanOnPush: true };
        await ecr.send(
            new PutImageScanningConfigurationCommand({ repositoryName, imageScanningConfiguration }),
        );
        await put(image());
        const digest = digestOf(image());
        await put(image({ manifests: [{ digest }] }), 'list');
        const input = { repositoryName, imageId: { imageTag: 'list' } };
        await expect(refusalOf(ecr.send(new StartImageScanCommand(input)))).resolves.toMatch(
            /^UnsupportedImageTypeException/,
        );
        await expect(refusalOf(ecr.send(new DescribeImageScanFindingsCommand(input)))).resolves.toMatch(
            /^ScanNotFoundException/,
        );
    });

    test('in the archive is not scanned', async () => {
        await put(image());
        const imageId = { imageTag: 'v1' };
        const archive = { repositoryName, imageId, targetStorageClass: 'ARCHIVE' as const };
        await ecr.send(new UpdateImageStorageClassCommand(archive));
        const scan = ecr.send(new StartImageScanCommand({ repositoryName, imageId }));
        await expect(refusalOf(scan)).resolves.toMatch(/^ImageArchivedException/);
    });
});

test('a layer comes in order, and as the digest says', async () => {
    const { uploadId } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
    const upload = { repositoryName, uploadId };
    const layerPartBlob = Buffer.from('layer');
    const part = (partFirstByte: number) => {
        const range = { partFirstByte, partLastByte: 4 };
        return refusalOf(ecr.send(new UploadLayerPartCommand({ ...upload, ...range, layerPartBlob })));
    };
    const complete = (text: string) => {
        const layerDigests = [digestOf(text)];
        return refusalOf(ecr.send(new CompleteLayerUploadCommand({ ...upload, layerDigests })));
    };
    await expect(complete('layer')).resolves.toMatch(/^EmptyUploadException/);
    await expect(part(1)).resolves.toMatch(/^InvalidLayerPartException/);
    await expect(part(0)).resolves.toBe('none');
    await expect(complete('other')).resolves.toMatch(/^InvalidLayerException/);
    await expect(complete('layer')).resolves.toBe('none');
});

test('only the last part of a layer may be small', async () => {
    const { uploadId } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
    const upload = { repositoryName, uploadId };
    for (const at of [0, 1]) {
        const range = { partFirstByte: at, partLastByte: at };
        await ecr.send(new UploadLayerPartCommand({ ...upload, ...range, layerPartBlob: Buffer.from('a') }));
    }
    const layerDigests = [digestOf('aa')];
    await expect(
        refusalOf(ecr.send(new CompleteLayerUploadCommand({ ...upload, layerDigests }))),
    ).resolves.toMatch(/^LayerPartTooSmallException/);
});

test('of what is no digest there is no layer', async () => {
    const layerDigests = ['nothing'];
    await expect(
        ecr.send(new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests })),
    ).resolves.toMatchObject({ layers: [], failures: [{ failureCode: 'InvalidLayerDigest' }] });
});

describe('the registry', () => {
    const to = (...regions: string[]): ReplicationRule => ({
        destinations: regions.map((region) => ({ region, registryId: ACCOUNT })),
    });
    const replicate = (...rules: ReplicationRule[]) => {
        const command = new PutReplicationConfigurationCommand({ replicationConfiguration: { rules } });
        return refusalOf(ecr.send(command));
    };
    const regions = names(26, 'eu-west-');

    test('replicates to 25 destinations by 25 rules', async () => {
        await expect(replicate(...regions.slice(1).map((region) => to(region)))).resolves.toBe('none');
    });

    test.each<[string, ReplicationRule[]]>([
        ['itself', [to('us-east-1')]],
        ['one destination twice', [to('eu-west-1', 'eu-west-1')]],
        ['26 destinations', [to(...regions)]],
        ['one destination by 26 rules', regions.map(() => to('eu-west-1'))],
    ])('does not replicate to %s', async (_what, rules) => {
        await expect(replicate(...rules)).resolves.toMatch(/^(InvalidParameter|Validation)Exception/);
    });

    type Scanning = PutRegistryScanningConfigurationCommandInput;
    const scans = (scanFrequency: 'SCAN_ON_PUSH' | 'CONTINUOUS_SCAN', filter = '*') => ({
        scanFrequency,
        repositoryFilters: [{ filter, filterType: 'WILDCARD' as const }],
    });

    test.each<[string, Scanning]>([
        ['on push and on push', { rules: [scans('SCAN_ON_PUSH'), scans('SCAN_ON_PUSH')] }],
        ['continuously without enhanced scanning', { rules: [scans('CONTINUOUS_SCAN')] }],
    ])('does not scan %s', async (_what, scanning) => {
        const command = new PutRegistryScanningConfigurationCommand(scanning);
        await expect(refusalOf(ecr.send(command))).resolves.toMatch(/^InvalidParameterException/);
    });

    test('scans on demand what its basic rules leave out, and by enhanced scanning nothing', async () => {
        const configure = (scanning: Scanning) =>
            ecr.send(new PutRegistryScanningConfigurationCommand(scanning));
        await configure({ rules: [scans('SCAN_ON_PUSH', 'other*')] });
        const imageId = { imageDigest: await pushImage(ecr, repositoryName, 'one') };
        const scan = () => refusalOf(ecr.send(new StartImageScanCommand({ repositoryName, imageId })));
        await expect(scan()).resolves.toBe('none');
        await configure({ scanType: 'ENHANCED', rules: [] });
        await expect(scan()).resolves.toMatch(/^ValidationException: This feature is disabled/);
    });

    test('signs by ten rules at most', async () => {
        const rules = names(11).map((name) => ({
            signingProfileArn: `arn:aws:signer:us-east-1:${ACCOUNT}:/signing-profiles/${name}`,
        }));
        const sign = (count: number) => {
            const signingConfiguration = { rules: rules.slice(0, count) };
            return refusalOf(ecr.send(new PutSigningConfigurationCommand({ signingConfiguration })));
        };
        await expect(sign(10)).resolves.toBe('none');
        await expect(sign(11)).resolves.toMatch(/^InvalidParameterException/);
    });
});
