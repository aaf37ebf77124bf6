import {
    CompleteLayerUploadCommand,
    DescribeImageScanFindingsCommand,
    DescribeImagesCommand,
    type ECRClient,
    type ImageDetail,
    InitiateLayerUploadCommand,
    PutImageCommand,
    ScanNotFoundException,
    UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

/** An image as the demo shows it. */
export interface ShownImage {
    readonly digest: string;
    /** Its tags, or that it has none. */
    readonly name: string;
    readonly tags: readonly string[];
    readonly pushedAt: number;
    /** The critical vulnerabilities that its scan found; absent when it was not scanned. */
    readonly criticals?: number;
}

/** Pushes an image as Docker does: its configuration, then the manifest. Returns its digest. */
export async function push(
    ecr: ECRClient,
    repositoryName: string,
    content: string,
    imageTag?: string,
): Promise<string> {
    const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', created: content }));
    const { uploadId } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
    await ecr.send(
        new UploadLayerPartCommand({
            repositoryName,
            uploadId,
            partFirstByte: 0,
            partLastByte: config.length - 1,
            layerPartBlob: config,
        }),
    );
    const layerDigests = [await sha256(config)];
    await ecr.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests }));
    const imageManifest = JSON.stringify({
        schemaVersion: 2,
        mediaType: MANIFEST,
        config: { mediaType: MANIFEST, size: config.length, digest: layerDigests[0] },
        layers: [],
    });
    const { image } = await ecr.send(
        new PutImageCommand({ repositoryName, imageManifest, ...(imageTag && { imageTag }) }),
    );
    return image?.imageId?.imageDigest ?? '';
}

/** All images of the repository, the oldest first. */
export async function imagesOf(ecr: ECRClient, repositoryName: string): Promise<ShownImage[]> {
    const { imageDetails = [] } = await ecr.send(new DescribeImagesCommand({ repositoryName }));
    const images = await Promise.all(imageDetails.map((detail) => shown(ecr, detail)));
    return images.sort((a, b) => a.pushedAt - b.pushedAt);
}

async function shown(ecr: ECRClient, image: ImageDetail): Promise<ShownImage> {
    const { repositoryName, imageDigest = '', imageTags = [], imagePushedAt } = image;
    const findings = new DescribeImageScanFindingsCommand({ repositoryName, imageId: { imageDigest } });
    const scan = await ecr.send(findings).catch(noScan);
    return {
        ...(scan && { criticals: scan.imageScanFindings?.findingSeverityCounts?.CRITICAL ?? 0 }),
        digest: imageDigest,
        tags: imageTags,
        name: imageTags.join(', ') || 'untagged',
        pushedAt: imagePushedAt?.getTime() ?? 0,
    };
}

function noScan(error: unknown): undefined {
    if (!(error instanceof ScanNotFoundException)) {
        throw error;
    }
}

async function sha256(content: Uint8Array): Promise<string> {
    const hash = await crypto.subtle.digest('SHA-256', content as Uint8Array<ArrayBuffer>);
    return `sha256:${Buffer.from(hash).toString('hex')}`;
}
