import { setTimeout as wait } from 'node:timers/promises';
import {
    BatchGetImageCommand,
    type ECRClient,
    GetLifecyclePolicyPreviewCommand,
    type LifecyclePolicyPreviewResult,
    paginateDescribeImages,
    StartLifecyclePolicyPreviewCommand,
} from '@aws-sdk/client-ecr';
import type { EcrRule } from '../../src/lifecycle/policy';
import { render } from '../../src/lifecycle/policy';
import { type StoredImage, storedImages, unknownLists } from './images';

/** How many images one BatchGetImage takes (API reference). */
const BATCH = 100;

/** Seconds between two looks at a preview, and how many looks before giving up. */
const PAUSE = 2;
const LOOKS = 150;

/** All images of a repository, and what its manifest lists refer to. */
export async function imagesOfRepository(ecr: ECRClient, repositoryName: string): Promise<StoredImage[]> {
    const imageDetails: unknown[] = [];
    const filter = { imageStatus: 'ANY' as const };
    for await (const page of paginateDescribeImages(
        { client: ecr, pageSize: 1000 },
        { repositoryName, filter },
    )) {
        imageDetails.push(...(page.imageDetails ?? []));
    }
    const lists = unknownLists(storedImages({ imageDetails }));
    const images: unknown[] = [];
    for (let start = 0; start < lists.length; start += BATCH) {
        const imageIds = lists.slice(start, start + BATCH).map((imageDigest) => ({ imageDigest }));
        const answer = await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds }));
        images.push(...(answer.images ?? []));
    }
    return storedImages({ imageDetails, images });
}

/** What ECR itself says that a policy does with a repository's images, by digest; kept images are absent. */
export async function previewByEcr(
    ecr: ECRClient,
    repositoryName: string,
    rules: readonly EcrRule[],
): Promise<Map<string, LifecyclePolicyPreviewResult>> {
    const lifecyclePolicyText = render(rules);
    await ecr.send(new StartLifecyclePolicyPreviewCommand({ repositoryName, lifecyclePolicyText }));
    for (let look = 0; look < LOOKS; look += 1) {
        const { status } = await ecr.send(new GetLifecyclePolicyPreviewCommand({ repositoryName }));
        if (status === 'COMPLETE') {
            return resultsOf(ecr, repositoryName);
        }
        if (status !== 'IN_PROGRESS') {
            throw new Error(
                `ECR's preview of ${repositoryName} ended with ${status}. Run the command again.`,
            );
        }
        await wait(PAUSE * 1000);
    }
    throw new Error(`ECR's preview of ${repositoryName} is not complete after ${PAUSE * LOOKS} seconds.`);
}

async function resultsOf(
    ecr: ECRClient,
    repositoryName: string,
): Promise<Map<string, LifecyclePolicyPreviewResult>> {
    const results = new Map<string, LifecyclePolicyPreviewResult>();
    let nextToken: string | undefined;
    do {
        const page = await ecr.send(new GetLifecyclePolicyPreviewCommand({ repositoryName, nextToken }));
        for (const result of page.previewResults ?? []) {
            results.set(result.imageDigest ?? '', result);
        }
        nextToken = page.nextToken;
    } while (nextToken);
    return results;
}
