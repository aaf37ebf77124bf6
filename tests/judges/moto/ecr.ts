import { digestOf } from '../../support/digest';
import { list, manifest, NAME, ofRepository, putLayers, putManifest } from './images';
import { lifecycle, rule } from './lifecycle';
import { replicate } from './replication';
import { type Scenario, step } from './scenario';

const ARN = `arn:aws:ecr:us-east-1:123456789012:repository/${NAME}`;
const create = (more: object = {}) => step('ecr:CreateRepository', { ...ofRepository, ...more });
const put = (mark: string, imageTag?: string) => putManifest(manifest(mark), imageTag);
const listImages = (more: object = {}) => step('ecr:ListImages', { ...ofRepository, ...more });
const describeImages = (more: object = {}) => step('ecr:DescribeImages', { ...ofRepository, ...more });

const policyText = (principal: unknown) =>
    JSON.stringify({
        Version: '2012-10-17',
        Statement: [
            {
                Sid: 'Pull',
                Effect: 'Allow',
                Principal: principal,
                Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
            },
        ],
    });

export const ECR: readonly Scenario[] = [
    {
        name: 'a repository is created with defaults and deleted',
        steps: [
            step('ecr:DescribeRepositories'),
            create(),
            create(),
            step('ecr:DescribeRepositories', { repositoryNames: [NAME] }),
            step('ecr:DescribeRepositories'),
            step('ecr:DescribeRepositories', {}, 'eu-west-1'),
            step('ecr:DeleteRepository', ofRepository),
            step('ecr:DeleteRepository', ofRepository),
            step('ecr:DescribeRepositories', { repositoryNames: [NAME] }),
        ],
    },
    {
        name: 'a repository is created with every setting',
        steps: [
            create({
                imageTagMutability: 'IMMUTABLE',
                imageScanningConfiguration: { scanOnPush: true },
                encryptionConfiguration: { encryptionType: 'KMS' },
                tags: [{ Key: 'Team', Value: 'blue' }],
            }),
            step('ecr:DescribeRepositories'),
            step('ecr:PutImageTagMutability', { ...ofRepository, imageTagMutability: 'MUTABLE' }),
            step('ecr:PutImageScanningConfiguration', {
                ...ofRepository,
                imageScanningConfiguration: { scanOnPush: false },
            }),
            step('ecr:DescribeRepositories'),
            step('ecr:PutImageTagMutability', { ...ofRepository, imageTagMutability: 'SOMETIMES' }),
            step('ecr:PutImageTagMutability', { repositoryName: 'other', imageTagMutability: 'MUTABLE' }),
        ],
    },
    {
        name: 'tags of some tags only may move',
        steps: [
            create({
                imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
                imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'latest*' }],
            }),
            step('ecr:DescribeRepositories'),
            putLayers('a', 'b'),
            put('a', 'v1'),
            put('b', 'v1'),
            put('a', 'latest'),
            put('b', 'latest'),
            listImages(),
        ],
    },
    {
        name: 'tags of a repository',
        steps: [
            create({ tags: [{ Key: 'Team', Value: 'blue' }] }),
            step('ecr:ListTagsForResource', { resourceArn: ARN }),
            step('ecr:TagResource', { resourceArn: ARN, tags: [{ Key: 'Stage', Value: 'test' }] }),
            step('ecr:UntagResource', { resourceArn: ARN, tagKeys: ['Team', 'Nothing'] }),
            step('ecr:ListTagsForResource', { resourceArn: ARN }),
            step('ecr:ListTagsForResource', { resourceArn: `${ARN}-other` }),
            step('ecr:TagResource', { resourceArn: `${ARN}-other`, tags: [{ Key: 'a', Value: 'b' }] }),
            step('ecr:UntagResource', { resourceArn: `${ARN}-other`, tagKeys: ['a'] }),
            step('ecr:TagResource', { resourceArn: ARN, tags: [{ Key: 'aws:a', Value: 'b' }] }),
            step('ecr:ListTagsForResource', { resourceArn: 'nothing' }),
        ],
    },
    {
        name: 'a repository policy',
        steps: [
            step('ecr:GetRepositoryPolicy', ofRepository),
            create(),
            step('ecr:GetRepositoryPolicy', ofRepository),
            step('ecr:DeleteRepositoryPolicy', ofRepository),
            step('ecr:SetRepositoryPolicy', { ...ofRepository, policyText: '{"Version":"2012-10-17"' }),
            step('ecr:SetRepositoryPolicy', { ...ofRepository, policyText: '{"Version":"2012-10-17"}' }),
            step('ecr:SetRepositoryPolicy', {
                ...ofRepository,
                policyText: policyText({ AWS: ['111111111111'] }),
            }),
            step('ecr:GetRepositoryPolicy', ofRepository),
            step('ecr:DeleteRepositoryPolicy', ofRepository),
            step('ecr:GetRepositoryPolicy', ofRepository),
        ],
    },
    {
        name: 'a lifecycle policy',
        steps: [
            step('ecr:GetLifecyclePolicy', ofRepository),
            create(),
            step('ecr:GetLifecyclePolicy', ofRepository),
            step('ecr:DeleteLifecyclePolicy', ofRepository),
            lifecycle(rule({})),
            step('ecr:GetLifecyclePolicy', ofRepository),
            step('ecr:DeleteLifecyclePolicy', ofRepository),
            step('ecr:GetLifecyclePolicy', ofRepository),
        ],
    },
    {
        name: 'a registry policy',
        steps: [
            step('ecr:GetRegistryPolicy'),
            step('ecr:DeleteRegistryPolicy'),
            step('ecr:PutRegistryPolicy', {
                policyText: JSON.stringify({
                    Version: '2012-10-17',
                    Statement: [
                        {
                            Sid: 'Replicate',
                            Effect: 'Allow',
                            Principal: { AWS: 'arn:aws:iam::111111111111:root' },
                            Action: ['ecr:ReplicateImage'],
                            Resource: 'arn:aws:ecr:us-east-1:123456789012:repository/*',
                        },
                    ],
                }),
            }),
            step('ecr:PutRegistryPolicy', { policyText: 'nothing' }),
            step('ecr:GetRegistryPolicy'),
            step('ecr:DeleteRegistryPolicy'),
        ],
    },
    {
        name: 'replication of a registry',
        steps: [
            step('ecr:DescribeRegistry'),
            replicate('eu-west-1', 'us-west-2'),
            step('ecr:DescribeRegistry'),
            step('ecr:DescribeRegistry', {}, 'eu-west-1'),
            replicate('us-east-1'),
            step('ecr:PutReplicationConfiguration', { replicationConfiguration: { rules: [] } }),
            step('ecr:DescribeRegistry'),
        ],
    },
    {
        name: 'scanning of a registry',
        steps: [
            create({ imageScanningConfiguration: { scanOnPush: true } }),
            step('ecr:GetRegistryScanningConfiguration'),
            step('ecr:BatchGetRepositoryScanningConfiguration', { repositoryNames: [NAME, 'other'] }),
            step('ecr:PutRegistryScanningConfiguration', {
                scanType: 'ENHANCED',
                rules: [
                    {
                        scanFrequency: 'CONTINUOUS_SCAN',
                        repositoryFilters: [{ filter: 'team/*', filterType: 'WILDCARD' }],
                    },
                ],
            }),
            step('ecr:GetRegistryScanningConfiguration'),
            step('ecr:BatchGetRepositoryScanningConfiguration', { repositoryNames: [NAME] }),
            step('ecr:PutRegistryScanningConfiguration', { scanType: 'BASIC', rules: [] }),
            step('ecr:GetRegistryScanningConfiguration'),
        ],
    },
    {
        name: 'images come, are looked at and go',
        steps: [
            listImages(),
            create(),
            listImages(),
            putLayers('a', 'b', 'd'),
            put('a', 'v1'),
            put('a', 'v1'),
            put('a', 'latest'),
            put('b', 'latest'),
            put('d'),
            listImages(),
            listImages({ filter: { tagStatus: 'TAGGED' } }),
            listImages({ filter: { tagStatus: 'UNTAGGED' } }),
            describeImages(),
            describeImages({ imageIds: [{ imageTag: 'v1' }] }),
            describeImages({ imageIds: [{ imageTag: 'nothing' }] }),
            step('ecr:BatchGetImage', {
                ...ofRepository,
                imageIds: [{ imageTag: 'v1' }, { imageTag: 'v9' }],
            }),
            step('ecr:DeleteRepository', ofRepository),
            step('ecr:BatchDeleteImage', { ...ofRepository, imageIds: [{ imageTag: 'v1' }] }),
            step('ecr:BatchDeleteImage', { ...ofRepository, imageIds: [{ imageTag: 'v1' }] }),
            step('ecr:BatchDeleteImage', {
                ...ofRepository,
                imageIds: [{ imageDigest: digestOf(manifest('d')) }],
            }),
            listImages(),
            step('ecr:DeleteRepository', { ...ofRepository, force: true }),
            step('ecr:DescribeRepositories'),
        ],
    },
    {
        name: 'a manifest list and what it refers to',
        steps: [
            create(),
            putLayers('a'),
            put('a'),
            putManifest(list, 'v1'),
            listImages(),
            describeImages({ imageIds: [{ imageTag: 'v1' }] }),
            step('ecr:BatchDeleteImage', {
                ...ofRepository,
                imageIds: [{ imageDigest: digestOf(manifest('a')) }],
            }),
        ],
    },
    {
        name: 'an image is scanned',
        steps: [
            create(),
            step('ecr:StartImageScan', { ...ofRepository, imageId: { imageTag: 'v1' } }),
            putLayers('a'),
            put('a', 'v1'),
            step('ecr:DescribeImageScanFindings', { ...ofRepository, imageId: { imageTag: 'v1' } }),
            step('ecr:StartImageScan', { ...ofRepository, imageId: { imageTag: 'v1' } }),
            step('ecr:StartImageScan', { ...ofRepository, imageId: { imageTag: 'v1' } }),
        ],
    },
    {
        name: 'inputs that the model refuses',
        steps: [
            create({ repositoryName: 'A' }),
            create({ repositoryName: 'a' }),
            create({ repositoryName: 'team//app' }),
            create({ imageTagMutability: 'SOMETIMES' }),
            create({ encryptionConfiguration: { encryptionType: 'ROT13' } }),
            step('ecr:DescribeRepositories', { maxResults: 0 }),
        ],
    },
];
