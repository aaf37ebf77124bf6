import { createHash } from 'node:crypto';
import {
    type ECRClient,
    GetLifecyclePolicyPreviewCommand,
    PutImageCommand,
    StartLifecyclePolicyPreviewCommand,
    waitUntilLifecyclePolicyPreviewComplete,
} from '@aws-sdk/client-ecr';
import { SPEED } from '../../../src/clock';
import { uploadLayer } from '../image';
import { NAME, type Question } from './asking';
import { ensureRepository } from './repository';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/** The newest tagged image stays, whatever its tag. */
const POLICY = JSON.stringify({
    rules: [
        {
            rulePriority: 1,
            selection: {
                tagStatus: 'tagged',
                tagPatternList: ['*'],
                countType: 'imageCountMoreThan',
                countNumber: 1,
            },
            action: { type: 'expire' },
        },
    ],
});

/** Whether the pattern * selects each tagged image and no untagged one. Asked by a preview, which deletes nothing. */
export const everyTag: Question = {
    question: 'tagPatternList ["*"]',
    async ask({ ecr, interrupted }) {
        await ensureRepository(ecr);
        for (const tag of ['v1', 'other', undefined]) {
            await pushImage(ecr, tag);
        }
        const preview = { repositoryName: NAME, lifecyclePolicyText: POLICY };
        await ecr.send(new StartLifecyclePolicyPreviewCommand(preview));
        await waitUntilLifecyclePolicyPreviewComplete(
            { client: ecr, maxWaitTime: 600, minDelay: 2 / SPEED, abortSignal: interrupted },
            { repositoryName: NAME },
        );
        const { previewResults = [] } = await ecr.send(
            new GetLifecyclePolicyPreviewCommand({ repositoryName: NAME }),
        );
        const selected = previewResults.map(({ imageTags }) => imageTags?.join(' ') ?? 'the untagged one');
        return `of the images v1, other and an untagged one it selects ${selected.join(', ') || 'none'}`;
    },
};

/** The smallest image: an empty object as its configuration and only layer. */
async function pushImage(ecr: ECRClient, imageTag: string | undefined): Promise<void> {
    const content = new TextEncoder().encode('{}');
    const digest = digestOf(content);
    await uploadLayer(ecr, NAME, digest, content);
    const part = (mediaType: string) => ({ mediaType, digest, size: content.length });
    const imageManifest = JSON.stringify({
        schemaVersion: 2,
        mediaType: MANIFEST,
        config: part('application/vnd.oci.image.config.v1+json'),
        layers: [part('application/vnd.oci.image.layer.v1.tar')],
        // Each image has a digest of its own.
        annotations: { 'ecr-live-test': imageTag ?? 'untagged' },
    });
    await ecr.send(
        new PutImageCommand({
            repositoryName: NAME,
            imageManifest,
            imageManifestMediaType: MANIFEST,
            ...(imageTag ? { imageTag } : { imageDigest: digestOf(imageManifest) }),
        }),
    );
}

function digestOf(content: Uint8Array | string): string {
    return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
