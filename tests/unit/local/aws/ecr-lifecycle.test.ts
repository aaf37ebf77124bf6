import {
    BatchDeleteImageCommand,
    BatchGetImageCommand,
    CreateRepositoryCommand,
    DeleteLifecyclePolicyCommand,
    GetLifecyclePolicyCommand,
    GetLifecyclePolicyPreviewCommand,
    type GetLifecyclePolicyPreviewCommandInput,
    ListImagesCommand,
    PutImageCommand,
    PutLifecyclePolicyCommand,
    StartLifecyclePolicyPreviewCommand,
    UpdateImageStorageClassCommand,
} from '@aws-sdk/client-ecr';
import { type AwsEvent, onEvent } from '../../../../local/aws/event-bus';
import { pushImage } from '../../../support/push-image';
import { useAccount, useStandIn } from '../../../support/suite';

const DAY = 86_400_000;
const ofRepository = { repositoryName: 'team/app' };

const standIn = useStandIn();
const { ecr } = useAccount(standIn);
const clock = () => standIn.server.world.clock;

beforeEach(() => ecr.send(new CreateRepositoryCommand(ofRepository)));

const push = (text: string, imageTag?: string) => pushImage(ecr, 'team/app', text, imageTag);

async function tagsLeft(): Promise<(string | undefined)[]> {
    const { imageIds = [] } = await ecr.send(new ListImagesCommand(ofRepository));
    return imageIds.map(({ imageTag }) => imageTag);
}

/** A policy of one rule, which expires images. */
function lifecycle(selection: object): string {
    const rule = { rulePriority: 1, description: 'of a test', selection, action: { type: 'expire' } };
    return JSON.stringify({ rules: [rule] });
}

const byAge = { tagStatus: 'any', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 30 };

test('images age on the clock, and a lifecycle policy expires them within a day of their time', async () => {
    const events: AwsEvent[] = [];
    onEvent((event) => {
        events.push(event);
    });
    await ecr.send(new PutLifecyclePolicyCommand({ ...ofRepository, lifecyclePolicyText: lifecycle(byAge) }));
    await push('old', 'v1');
    clock().advance(20 * DAY);
    await push('new', 'v2');
    clock().advance(10 * DAY - 60_000);
    await expect(tagsLeft()).resolves.toEqual(['v1', 'v2']);
    clock().advance(DAY + 120_000);
    await expect(tagsLeft()).resolves.toEqual(['v2']);
    const { lastEvaluatedAt } = await ecr.send(new GetLifecyclePolicyCommand(ofRepository));
    const age = clock().now() - (lastEvaluatedAt?.getTime() ?? 0);
    expect(age).toBeGreaterThanOrEqual(60_000);
    expect(age).toBeLessThan(DAY);
    expect(events).toContainEqual(
        expect.objectContaining({
            'detail-type': 'ECR Image Action',
            detail: expect.objectContaining({ 'action-type': 'DELETE', 'image-tag': 'v1' }),
        }),
    );
});

/** Deletes what has no tag after 30 days, archives what nobody pulls for 30, and deletes it there after 90. */
const ARCHIVING = JSON.stringify({
    rules: [
        {
            rulePriority: 4,
            selection: { ...byAge, tagStatus: 'untagged' },
            action: { type: 'expire' },
        },
        {
            rulePriority: 5,
            selection: { ...byAge, countType: 'sinceImagePulled' },
            action: { type: 'transition', targetStorageClass: 'archive' },
        },
        {
            rulePriority: 6,
            selection: {
                ...byAge,
                storageClass: 'archive',
                countType: 'sinceImageTransitioned',
                countNumber: 90,
            },
            action: { type: 'expire' },
        },
    ],
});

describe('a policy that archives', () => {
    let untagged: string;

    beforeEach(async () => {
        untagged = await push('none');
        for (const tag of ['v1', 'v2', 'v3']) {
            await push(tag, tag);
        }
        clock().advance(31 * DAY);
        await pull('v2');
    });

    const pull = async (imageTag: string) => {
        const { images } = await ecr.send(
            new BatchGetImageCommand({ ...ofRepository, imageIds: [{ imageTag }] }),
        );
        return images?.length;
    };
    const all = async () => {
        const filter = { imageStatus: 'ANY' } as const;
        const { imageIds = [] } = await ecr.send(new ListImagesCommand({ ...ofRepository, filter }));
        return imageIds.map(({ imageTag }) => imageTag);
    };

    test('is previewed, which does nothing', async () => {
        const start = () =>
            ecr.send(
                new StartLifecyclePolicyPreviewCommand({ ...ofRepository, lifecyclePolicyText: ARCHIVING }),
            );
        await start();
        await expect(start()).rejects.toThrow('has not completed. Please try again later.');
        const look = (more: Partial<GetLifecyclePolicyPreviewCommandInput> = {}) =>
            ecr.send(new GetLifecyclePolicyPreviewCommand({ ...ofRepository, ...more }));
        await expect(look()).resolves.toMatchObject({ status: 'IN_PROGRESS' });
        clock().advance(5_000);
        const archived = {
            action: { type: 'TRANSITION', targetStorageClass: 'ARCHIVE' },
            appliedRulePriority: 5,
        };
        await expect(look()).resolves.toMatchObject({
            status: 'COMPLETE',
            summary: {
                expiringImageTotalCount: 1,
                transitioningImageTotalCounts: [{ targetStorageClass: 'ARCHIVE', imageTotalCount: 2 }],
            },
            previewResults: [
                { imageDigest: untagged, action: { type: 'EXPIRE' }, appliedRulePriority: 4 },
                { imageTags: ['v1'], ...archived },
                { imageTags: ['v3'], ...archived },
            ],
        });
        const counts = [
            await look({ filter: { tagStatus: 'TAGGED' } }),
            await look({ imageIds: [{ imageDigest: untagged }] }),
        ].map(({ previewResults }) => previewResults?.length);
        expect(counts).toEqual([2, 1]);
        await expect(tagsLeft()).resolves.toEqual([undefined, 'v1', 'v2', 'v3']);
    });

    test('archives what was neither pulled nor restored, and deletes it there', async () => {
        await ecr.send(new PutLifecyclePolicyCommand({ ...ofRepository, lifecyclePolicyText: ARCHIVING }));
        clock().advance(1.1 * DAY);
        await expect(tagsLeft()).resolves.toEqual(['v2']);
        await expect(all()).resolves.toEqual(['v1', 'v2', 'v3']);
        await expect(pull('v1')).resolves.toBe(0);
        await ecr.send(
            new UpdateImageStorageClassCommand({
                ...ofRepository,
                imageId: { imageTag: 'v3' },
                targetStorageClass: 'STANDARD',
            }),
        );
        clock().advance(2 * DAY);
        await expect(tagsLeft()).resolves.toEqual(['v2', 'v3']);
        clock().advance(90 * DAY);
        await expect(all()).resolves.toEqual(['v2', 'v3']);
    });

    test('does nothing once it is deleted', async () => {
        await ecr.send(new PutLifecyclePolicyCommand({ ...ofRepository, lifecyclePolicyText: ARCHIVING }));
        await ecr.send(new DeleteLifecyclePolicyCommand(ofRepository));
        clock().advance(2 * DAY);
        await expect(tagsLeft()).resolves.toEqual([undefined, 'v1', 'v2', 'v3']);
    });
});

test('a manifest list holds its images, and a signature goes with its subject', async () => {
    const put = (manifest: object, imageTag: string) =>
        ecr.send(
            new PutImageCommand({
                ...ofRepository,
                imageManifest: JSON.stringify(manifest),
                imageManifestMediaType: 'application/vnd.oci.image.index.v1+json',
                imageTag,
            }),
        );
    const digest = await push('listed');
    const subject = await push('signed');
    await put({ schemaVersion: 2, manifests: [{ digest }] }, 'list');
    await put({ schemaVersion: 2, subject: { digest: subject } }, 'signature');
    const { failures } = await ecr.send(
        new BatchDeleteImageCommand({ ...ofRepository, imageIds: [{ imageDigest: digest }] }),
    );
    expect(failures).toMatchObject([{ failureCode: 'ImageReferencedByManifestList' }]);
    const lifecyclePolicyText = lifecycle({ ...byAge, tagStatus: 'untagged' });
    await ecr.send(new PutLifecyclePolicyCommand({ ...ofRepository, lifecyclePolicyText }));
    clock().advance(32 * DAY);
    await expect(tagsLeft()).resolves.toEqual([undefined, 'list']);
});
