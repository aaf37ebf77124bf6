import { list, manifest, ofRepository, putLayers, putManifest } from '../images';
import { lifecycle, rule } from '../lifecycle';
import { replicate } from '../replication';
import { type Scenario, step } from '../scenario';
import { tags } from './tags';

const REPOSITORY_ARN = 'arn:aws:ecr:us-east-1:123456789012:repository/team/app';
const create = step('ecr:CreateRepository', ofRepository);
const ecr = (operation: string, input: object = {}) =>
    step(`ecr:${operation}`, { ...ofRepository, ...input });
const DIGEST = `sha256:${'0'.repeat(64)}`;
const imageId = { imageTag: 'v1' };
const imageIds = (...list: object[]) => ({ imageIds: list });
const pullable = (more: object) =>
    JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage', ...more }],
    });
const oldest = {
    lifecyclePolicyText: JSON.stringify({
        rules: [
            {
                rulePriority: 1,
                selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 1 },
                action: { type: 'expire' },
            },
        ],
    }),
};
const scanning = (scanType: string, ...frequencies: string[]) =>
    step('ecr:PutRegistryScanningConfiguration', {
        scanType,
        rules: frequencies.map((scanFrequency) => ({
            scanFrequency,
            repositoryFilters: [{ filter: '*', filterType: 'WILDCARD' }],
        })),
    });

export const ECR_REFUSALS: readonly Scenario[] = [
    {
        name: 'nothing is done to a repository that is not there',
        steps: [
            ...[
                'DeleteRepository',
                'GetRepositoryPolicy',
                'DeleteRepositoryPolicy',
                'GetLifecyclePolicy',
                'DeleteLifecyclePolicy',
                'StartLifecyclePolicyPreview',
                'GetLifecyclePolicyPreview',
                'ListImages',
                'DescribeImages',
                'InitiateLayerUpload',
            ].map((operation) => ecr(operation)),
            ecr('SetRepositoryPolicy', { policyText: pullable({}) }),
            ecr('PutLifecyclePolicy', oldest),
            ecr('PutImageScanningConfiguration', { imageScanningConfiguration: { scanOnPush: true } }),
            ...['BatchGetImage', 'BatchDeleteImage'].map((operation) => ecr(operation, imageIds(imageId))),
            ecr('BatchCheckLayerAvailability', { layerDigests: [DIGEST] }),
            ...['StartImageScan', 'DescribeImageScanFindings', 'DescribeImageReplicationStatus'].map(
                (operation) => ecr(operation, { imageId }),
            ),
            ecr('UpdateImageStorageClass', { imageId, targetStorageClass: 'ARCHIVE' }),
            putManifest(manifest('a'), 'v1'),
        ],
    },
    {
        name: 'repositories that ECR refuses',
        steps: [
            ecr('CreateRepository', { encryptionConfiguration: { encryptionType: 'AES256', kmsKey: 'a' } }),
            step('ecr:CreateRepository', {
                repositoryName: 'encrypted',
                encryptionConfiguration: { encryptionType: 'KMS', kmsKey: 'a key' },
            }),
            step('ecr:CreateRepository', {
                repositoryName: 'other',
                imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'a*' }],
            }),
            step('ecr:CreateRepository', { repositoryName: 'a_b__c-d--e.f/0' }),
            step('ecr:DescribeRepositories', { registryId: '12' }),
            step('ecr:DescribeRepositories', { nextToken: 'nothing' }),
            step('ecr:DescribeRepositories', { repositoryNames: ['nothing'] }),
        ],
    },
    {
        name: 'lifecycle policies that ECR refuses',
        steps: [
            create,
            lifecycle(rule({ action: { type: 'keep' } })),
            lifecycle(
                rule({ selection: { tagStatus: 'tagged', countType: 'imageCountMoreThan', countNumber: 5 } }),
            ),
            lifecycle(
                rule({
                    selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 0 },
                }),
            ),
            lifecycle(
                rule({ selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countNumber: 5 } }),
            ),
            lifecycle(
                rule({
                    selection: {
                        tagStatus: 'tagged',
                        tagPrefixList: ['v'],
                        tagPatternList: ['v*'],
                        countType: 'imageCountMoreThan',
                        countNumber: 5,
                    },
                }),
            ),
            lifecycle(rule({}), rule({})),
            lifecycle(
                rule({ selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 5 } }),
                rule({ rulePriority: 2 }),
            ),
        ],
    },
    {
        name: 'tags that ECR refuses',
        steps: [
            ecr('CreateRepository', { tags: tags(50) }),
            step('ecr:TagResource', { resourceArn: REPOSITORY_ARN, tags: [{ Key: 'k1', Value: 'other' }] }),
            step('ecr:TagResource', { resourceArn: REPOSITORY_ARN, tags: [] }),
            step('ecr:ListTagsForResource', { resourceArn: REPOSITORY_ARN }),
            step('ecr:TagResource', { resourceArn: REPOSITORY_ARN, tags: [{ Key: 'more', Value: '' }] }),
        ],
    },
    {
        name: 'images that ECR refuses',
        steps: [
            create,
            putLayers('a', 'b'),
            putManifest(manifest('c'), 'v0'),
            ecr('PutImage', { imageManifest: '{}', imageTag: 'v0' }),
            putManifest(manifest('a')),
            putManifest(list, 'v1'),
            ecr('StartImageScan', { imageId }),
            ecr('PutImage', { imageManifest: manifest('b'), imageTag: 'v0', imageDigest: DIGEST }),
        ],
    },
    {
        name: 'images that are not what their ID says',
        steps: [
            create,
            putLayers('a', 'b'),
            putManifest(manifest('a'), 'v1'),
            putManifest(manifest('b'), 'v2'),
            putManifest(manifest('a')),
            ...['BatchGetImage', 'BatchDeleteImage'].flatMap((operation) => [
                ecr(operation, imageIds({})),
                ecr(operation, imageIds({ imageDigest: 'nothing' })),
                ecr(operation, imageIds({ imageDigest: DIGEST })),
                ecr(operation, imageIds({ imageDigest: DIGEST, ...imageId })),
            ]),
            ecr('DescribeImages', imageIds({ imageDigest: DIGEST })),
            ecr('ListImages', { nextToken: 'nothing' }),
        ],
    },
    {
        name: 'settings of a registry that ECR refuses',
        steps: [
            scanning('BASIC', 'CONTINUOUS_SCAN'),
            replicate('eu-west-1', 'eu-west-1'),
            step('ecr:PutRegistryPolicy', { policyText: '{}' }),
            step('ecr:PutRegistryPolicy', {
                policyText: pullable({ Action: 's3:GetObject', Resource: '*' }),
            }),
        ],
    },
    {
        name: 'settings of a repository that ECR refuses',
        steps: [
            create,
            ecr('PutImageTagMutability', { imageTagMutability: 'MUTABLE_WITH_EXCLUSION' }),
            ecr('SetRepositoryPolicy', { policyText: '' }),
            ecr('SetRepositoryPolicy', { policyText: pullable({ Principal: 'nobody' }) }),
            ecr('SetRepositoryPolicy', { policyText: pullable({ Action: 's3:*' }) }),
            ecr('SetRepositoryPolicy', { policyText: pullable({ Effect: 'Permit' }) }),
            ecr('SetRepositoryPolicy', { policyText: pullable({ Principal: undefined }) }),
        ],
    },
];
