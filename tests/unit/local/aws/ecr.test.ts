import {
    BatchDeleteImageCommand,
    BatchGetImageCommand,
    CreateRepositoryCommand,
    DeleteRepositoryCommand,
    DescribeImageReplicationStatusCommand,
    DescribeImageScanFindingsCommand,
    DescribeImagesCommand,
    DescribeRepositoriesCommand,
    ECRClient,
    ListImagesCommand,
    PutImageCommand,
    PutImageTagMutabilityCommand,
    PutRegistryPolicyCommand,
    PutReplicationConfigurationCommand,
    SetRepositoryPolicyCommand,
    StartImageScanCommand,
    UpdateImageStorageClassCommand,
} from '@aws-sdk/client-ecr';
import { control } from '../../../../local/aws/control/control';
import { staleReads } from '../../../../local/aws/difficulties/staleness';
import { type AwsEvent, onEvent } from '../../../../local/aws/event-bus';
import { AwsServer } from '../../../../local/aws/server';
import { SERVICES } from '../../../../local/aws/services';
import { DEFAULT_PLACE } from '../../../../local/aws/world';
import { manifestOf, pushImage } from '../../../support/push-image';

const DAY = 86_400_000;
const ofRepository = { repositoryName: 'team/app' };

const server = new AwsServer(SERVICES);
const clients: ECRClient[] = [];
let ecr: ECRClient;
let events: AwsEvent[] = [];
onEvent((event) => {
    events.push(event);
});

beforeAll(async () => {
    await server.listen();
    ecr = clientIn('us-east-1');
});
beforeEach(() => {
    server.reset();
    events = [];
});
afterAll(async () => {
    for (const client of clients) {
        client.destroy();
    }
    await server.close();
});

function clientIn(region: string, accessKeyId = 'testing'): ECRClient {
    const credentials = { accessKeyId, secretAccessKey: 'testing' };
    const client = new ECRClient({ endpoint: server.endpoint, region, credentials, maxAttempts: 1 });
    clients.push(client);
    return client;
}

/** Pushes an image whose one layer is the text, as Docker does, and returns its digest. */
const push = (text: string, imageTag?: string) => pushImage(ecr, 'team/app', text, imageTag);

async function tagsLeft(client = ecr): Promise<(string | undefined)[]> {
    const { imageIds = [] } = await client.send(new ListImagesCommand(ofRepository));
    return imageIds.map(({ imageTag }) => imageTag);
}

test('an archived image is not listed, counts as an image, and can be restored', async () => {
    await ecr.send(new CreateRepositoryCommand(ofRepository));
    const imageDigest = await push('one', 'v1');
    const imageId = { imageDigest };
    await ecr.send(
        new UpdateImageStorageClassCommand({ ...ofRepository, imageId, targetStorageClass: 'ARCHIVE' }),
    );
    await expect(tagsLeft()).resolves.toEqual([]);
    const { imageIds } = await ecr.send(
        new ListImagesCommand({ ...ofRepository, filter: { imageStatus: 'ANY' } }),
    );
    expect(imageIds).toHaveLength(1);
    await expect(ecr.send(new DeleteRepositoryCommand(ofRepository))).rejects.toThrow(
        'still contains images',
    );

    const destinations = [{ region: 'eu-west-1', registryId: DEFAULT_PLACE.account }];
    const replicationConfiguration = { rules: [{ destinations }] };
    await ecr.send(new PutReplicationConfigurationCommand({ replicationConfiguration }));
    await ecr.send(
        new UpdateImageStorageClassCommand({ ...ofRepository, imageId, targetStorageClass: 'STANDARD' }),
    );
    await expect(tagsLeft()).resolves.toEqual([]);
    server.world.clock.advance(3_600_000);
    await expect(tagsLeft()).resolves.toEqual(['v1']);
    await expect(tagsLeft(clientIn('eu-west-1'))).resolves.toEqual(['v1']);
    const classes = events.flatMap(({ detail }) =>
        'target-storage-class' in detail ? [detail['target-storage-class']] : [],
    );
    expect(classes).toEqual(['ARCHIVE', 'STANDARD']);
});

test('an archived image that is pushed again is there at once', async () => {
    await ecr.send(new CreateRepositoryCommand(ofRepository));
    const imageId = { imageDigest: await push('one', 'v1') };
    const moveTo = (targetStorageClass: 'ARCHIVE' | 'STANDARD') =>
        ecr.send(new UpdateImageStorageClassCommand({ ...ofRepository, imageId, targetStorageClass }));
    await moveTo('ARCHIVE');
    await moveTo('STANDARD');
    await expect(moveTo('ARCHIVE')).rejects.toThrow('being restored');
    const imageManifest = manifestOf('one');
    await ecr.send(new PutImageCommand({ ...ofRepository, imageManifest, imageTag: 'v1' }));
    await expect(tagsLeft()).resolves.toEqual(['v1']);
    await moveTo('ARCHIVE');
    server.world.clock.advance(3_600_000);
    await expect(tagsLeft()).resolves.toEqual([]);
});

test('images are replicated to another Region under the same name, and are not replicated again', async () => {
    const destinations = [{ region: 'eu-west-1', registryId: DEFAULT_PLACE.account }];
    const repositoryFilters = [{ filter: 'team/', filterType: 'PREFIX_MATCH' as const }];
    const rule = { destinations, repositoryFilters };
    const replicationConfiguration = { rules: [rule, rule] };
    await ecr.send(new PutReplicationConfigurationCommand({ replicationConfiguration }));
    const [europe, west] = [clientIn('eu-west-1'), clientIn('us-west-2')];
    const onward = [{ region: 'us-west-2', registryId: DEFAULT_PLACE.account }];
    await europe.send(
        new PutReplicationConfigurationCommand({
            replicationConfiguration: { rules: [{ destinations: onward }] },
        }),
    );
    await ecr.send(new CreateRepositoryCommand(ofRepository));
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'other' }));
    await pushImage(ecr, 'other', 'other');
    const imageDigest = await push('one', 'v1');
    server.world.clock.advance(60_000);

    const { repositories = [] } = await europe.send(new DescribeRepositoriesCommand({}));
    expect(repositories.map(({ repositoryName }) => repositoryName)).toEqual(['team/app']);
    await expect(tagsLeft(europe)).resolves.toEqual(['v1']);
    await expect(
        ecr.send(new DescribeImageReplicationStatusCommand({ ...ofRepository, imageId: { imageDigest } })),
    ).resolves.toMatchObject({ replicationStatuses: [{ region: 'eu-west-1', status: 'COMPLETE' }] });
    await expect(west.send(new DescribeRepositoriesCommand({}))).resolves.toMatchObject({ repositories: [] });
    const replications = events.filter((event) => event['detail-type'] === 'ECR Replication Action');
    expect(replications.map(({ resources }) => resources)).toEqual([
        [`arn:aws:ecr:eu-west-1:${DEFAULT_PLACE.account}:repository/team/app`],
    ]);
});

test.each([
    ['IMMUTABLE', ['v1', undefined]],
    ['MUTABLE', [undefined, 'v1']],
] as const)('a tag moves to its replica, where tags may move: %s', async (imageTagMutability, tags) => {
    const europe = clientIn('eu-west-1');
    await europe.send(new CreateRepositoryCommand({ ...ofRepository, imageTagMutability }));
    await ecr.send(new CreateRepositoryCommand(ofRepository));
    const destinations = [{ region: 'eu-west-1', registryId: DEFAULT_PLACE.account }];
    const rules = [{ destinations }];
    await ecr.send(new PutReplicationConfigurationCommand({ replicationConfiguration: { rules } }));
    const first = await push('one', 'v1');
    const second = await push('two', 'v1');
    const status = new DescribeImageReplicationStatusCommand({
        ...ofRepository,
        imageId: { imageDigest: second },
    });
    await expect(ecr.send(status)).resolves.toMatchObject({
        replicationStatuses: [{ status: 'IN_PROGRESS' }],
    });
    server.world.clock.advance(60_000);
    const { imageIds } = await europe.send(new ListImagesCommand(ofRepository));
    expect(imageIds?.map(({ imageDigest }) => imageDigest)).toEqual([first, second]);
    await expect(tagsLeft(europe)).resolves.toEqual(tags);
});

describe('another account', () => {
    const other = '210987654321';
    const policyFor = (account: string) => {
        const statement = { Effect: 'Allow', Principal: { AWS: account }, Action: 'ecr:BatchGetImage' };
        return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    };
    const registryId = DEFAULT_PLACE.account;

    test('pulls what the repository policy lets it pull, and nothing else', async () => {
        const stranger = clientIn('us-east-1', `KEY${other}`);
        await ecr.send(new CreateRepositoryCommand(ofRepository));
        await push('one', 'v1');
        const pull = () =>
            stranger.send(
                new BatchGetImageCommand({ ...ofRepository, registryId, imageIds: [{ imageTag: 'v1' }] }),
            );
        const setPolicy = (account: string) =>
            ecr.send(new SetRepositoryPolicyCommand({ ...ofRepository, policyText: policyFor(account) }));
        await setPolicy('111111111111');
        await expect(pull()).rejects.toThrow(
            `User: arn:aws:iam::${other}:user/stand-in is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:us-east-1:${registryId}:repository/team/app because no resource-based policy allows the ecr:BatchGetImage action`,
        );
        await setPolicy(other);
        await expect(pull()).resolves.toMatchObject({ images: [{ imageId: { imageTag: 'v1' } }] });
        await expect(
            stranger.send(new DeleteRepositoryCommand({ ...ofRepository, registryId, force: true })),
        ).rejects.toThrow('is not authorized to perform: ecr:DeleteRepository');
        await expect(stranger.send(new DescribeRepositoriesCommand({ registryId }))).rejects.toThrow(
            'is not authorized to perform: ecr:DescribeRepositories',
        );
    });

    test('gets replicas where its registry policy lets them in', async () => {
        const destination = clientIn('eu-west-1', `KEY${other}`);
        await ecr.send(new CreateRepositoryCommand(ofRepository));
        const rules = [{ destinations: [{ region: 'eu-west-1', registryId: other }] }];
        await ecr.send(new PutReplicationConfigurationCommand({ replicationConfiguration: { rules } }));
        const refused = await push('one', 'v1');
        server.world.clock.advance(60_000);
        const letIn = {
            Sid: 'Replicas',
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${registryId}:root` },
            Action: ['ecr:CreateRepository', 'ecr:ReplicateImage'],
            Resource: `arn:aws:ecr:eu-west-1:${other}:repository/*`,
        };
        await destination.send(
            new PutRegistryPolicyCommand({
                policyText: JSON.stringify({ Version: '2012-10-17', Statement: [letIn] }),
            }),
        );
        const copied = await push('two', 'v2');
        server.world.clock.advance(60_000);
        await expect(tagsLeft(destination)).resolves.toEqual(['v2']);
        const statusOf = async (imageDigest: string) => {
            const { replicationStatuses = [] } = await ecr.send(
                new DescribeImageReplicationStatusCommand({ ...ofRepository, imageId: { imageDigest } }),
            );
            return replicationStatuses.map(({ status }) => status);
        };
        await expect(statusOf(refused)).resolves.toEqual(['FAILED']);
        await expect(statusOf(copied)).resolves.toEqual(['COMPLETE']);
    });
});

test('a scan finds what it is told to find: for one image, else for the repository, else nothing', async () => {
    await ecr.send(new CreateRepositoryCommand(ofRepository));
    const first = await push('one', 'v1');
    const second = await push('two', 'v2');
    const scan = async (imageDigest: string) => {
        const image = { ...ofRepository, imageId: { imageDigest } };
        await ecr.send(new StartImageScanCommand(image));
        await expect(ecr.send(new DescribeImageScanFindingsCommand(image))).resolves.toMatchObject({
            imageScanStatus: { status: 'IN_PROGRESS' },
        });
        server.world.clock.advance(DAY);
        const { imageScanFindings } = await ecr.send(new DescribeImageScanFindingsCommand(image));
        return imageScanFindings?.findingSeverityCounts;
    };
    await expect(scan(first)).resolves.toEqual({});
    control(server, 'ecr/findings', { ...ofRepository, counts: { HIGH: 3 } }, DEFAULT_PLACE);
    control(server, 'ecr/findings', { imageDigest: second, counts: { CRITICAL: 1 } }, DEFAULT_PLACE);
    await expect(scan(first)).resolves.toEqual({ HIGH: 3 });
    await expect(scan(second)).resolves.toEqual({ CRITICAL: 1 });
    expect(events.at(-1)).toEqual({
        source: 'aws.ecr',
        'detail-type': 'ECR Image Scan',
        resources: [`arn:aws:ecr:us-east-1:${DEFAULT_PLACE.account}:repository/team/app`],
        detail: {
            'scan-status': 'COMPLETE',
            'repository-name': 'team/app',
            'finding-severity-counts': { CRITICAL: 1 },
            'image-digest': second,
            'image-tags': ['v2'],
        },
    });
    expect(() => control(server, 'ecr/findings', { counts: {} }, DEFAULT_PLACE)).toThrow(
        'Name a repository (repositoryName) or an image (imageDigest).',
    );
});

test('an image is scanned once a day, and findings come page by page', async () => {
    await ecr.send(new CreateRepositoryCommand(ofRepository));
    control(server, 'ecr/findings', { ...ofRepository, counts: { HIGH: 3 } }, DEFAULT_PLACE);
    const image = { ...ofRepository, imageId: { imageDigest: await push('one', 'v1') } };
    const findings = new DescribeImageScanFindingsCommand(image);
    await expect(ecr.send(findings)).rejects.toThrow('Image scan does not exist');
    await ecr.send(new StartImageScanCommand(image));
    server.world.clock.advance(DAY - 60_000);
    await expect(ecr.send(new StartImageScanCommand(image))).rejects.toThrow(
        'The scan quota per image has been exceeded.',
    );
    const first = await ecr.send(new DescribeImageScanFindingsCommand({ ...image, maxResults: 2 }));
    const { nextToken } = first;
    const second = await ecr.send(new DescribeImageScanFindingsCommand({ ...image, nextToken }));
    expect([first, second].map(({ imageScanFindings }) => imageScanFindings?.findings?.length)).toEqual([
        2, 1,
    ]);
    server.world.clock.advance(120_000);
    await expect(ecr.send(new StartImageScanCommand(image))).resolves.toMatchObject({
        imageScanStatus: { status: 'IN_PROGRESS' },
    });
});

test('images are listed by their tags, or for having none', async () => {
    await ecr.send(new CreateRepositoryCommand(ofRepository));
    await push('one', 'v1');
    const imageDigest = await push('two');
    const list = async (tagStatus: 'TAGGED' | 'UNTAGGED') => {
        const { imageIds = [] } = await ecr.send(
            new ListImagesCommand({ ...ofRepository, filter: { tagStatus } }),
        );
        return imageIds;
    };
    await expect(list('TAGGED')).resolves.toMatchObject([{ imageTag: 'v1' }]);
    await expect(list('UNTAGGED')).resolves.toEqual([{ imageDigest }]);
});

test('a tag moves to the image that was pushed last, and goes without its image', async () => {
    await ecr.send(new CreateRepositoryCommand(ofRepository));
    const first = await push('one', 'latest');
    const second = await push('two', 'latest');
    const { imageDetails = [] } = await ecr.send(new DescribeImagesCommand(ofRepository));
    expect(imageDetails.map(({ imageDigest, imageTags }) => ({ imageDigest, imageTags }))).toEqual([
        { imageDigest: first, imageTags: undefined },
        { imageDigest: second, imageTags: ['latest'] },
    ]);
    const { images: [image] = [] } = await ecr.send(
        new BatchGetImageCommand({ ...ofRepository, imageIds: [{ imageTag: 'latest' }] }),
    );
    const imageManifest = image?.imageManifest;
    await ecr.send(new PutImageCommand({ ...ofRepository, imageManifest, imageTag: 'v1' }));
    for (const [imageTag, left] of [
        ['v1', [undefined, 'latest']],
        ['latest', [undefined]],
    ] as const) {
        await ecr.send(new BatchDeleteImageCommand({ ...ofRepository, imageIds: [{ imageTag }] }));
        await expect(tagsLeft()).resolves.toEqual(left);
    }
    const { imageIds } = await ecr.send(new ListImagesCommand(ofRepository));
    expect(imageIds).toEqual([{ imageDigest: first }]);
});

test('what an eventually consistent AWS still shows is as complete as it was', async () => {
    await ecr.send(new CreateRepositoryCommand({ ...ofRepository, tags: [{ Key: 'Team', Value: 'a' }] }));
    server.difficulty = staleReads(DAY);
    const { repositories: [before] = [] } = await ecr.send(new DescribeRepositoriesCommand({}));
    await ecr.send(new PutImageTagMutabilityCommand({ ...ofRepository, imageTagMutability: 'IMMUTABLE' }));
    const { repositories: [stale] = [] } = await ecr.send(new DescribeRepositoriesCommand({}));
    expect(stale).toEqual(before);
    server.world.clock.advance(DAY);
    const { repositories: [fresh] = [] } = await ecr.send(new DescribeRepositoriesCommand({}));
    expect(fresh).toEqual({ ...before, imageTagMutability: 'IMMUTABLE' });
});

test.each([
    ['us-east-1', 'amazonaws.com'],
    ['cn-north-1', 'amazonaws.com.cn'],
    ['eusc-de-east-1', 'amazonaws.eu'],
    ['us-iso-east-1', 'c2s.ic.gov'],
])('images of %s are at %s', async (region, domain) => {
    const client = clientIn(region);
    const { repository } = await client.send(new CreateRepositoryCommand(ofRepository));
    expect(repository?.repositoryUri).toBe(`123456789012.dkr.ecr.${region}.${domain}/team/app`);
});
