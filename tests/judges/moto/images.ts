import { digestOf } from '../../support/digest';
import { type Preparation, step } from './scenario';

export const NAME = 'team/app';
export const ofRepository = { repositoryName: NAME };

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';

/** The text of an image's manifest. Its configuration and its one layer have the mark for content. */
export function manifest(mark: string): string {
    const content = { size: mark.length, digest: digestOf(mark) };
    return JSON.stringify({
        schemaVersion: 2,
        mediaType: MANIFEST,
        config: { mediaType: 'application/vnd.docker.container.image.v1+json', ...content },
        layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', ...content }],
    });
}

/** Uploads what the manifests of these marks refer to; moto takes manifests without it. */
export function putLayers(...marks: string[]): Preparation {
    return async (ask) => {
        for (const mark of marks) {
            const { output } = await ask(step('ecr:InitiateLayerUpload', ofRepository));
            const upload = { ...ofRepository, uploadId: output['uploadId'] };
            await ask(
                step('ecr:UploadLayerPart', {
                    ...upload,
                    partFirstByte: 0,
                    partLastByte: mark.length - 1,
                    layerPartBlob: Buffer.from(mark).toString('base64'),
                }),
            );
            await ask(step('ecr:CompleteLayerUpload', { ...upload, layerDigests: [digestOf(mark)] }));
        }
    };
}

/** The text of a manifest list of one image. */
export const list = JSON.stringify({
    schemaVersion: 2,
    mediaType: LIST,
    manifests: [
        {
            mediaType: MANIFEST,
            size: manifest('a').length,
            digest: digestOf(manifest('a')),
            platform: { architecture: 'amd64', os: 'linux' },
        },
    ],
});

/** Names the digest, which moto would not take from the manifest's text. */
export const putManifest = (imageManifest: string, imageTag?: string) =>
    step('ecr:PutImage', {
        ...ofRepository,
        imageManifest,
        imageDigest: digestOf(imageManifest),
        ...(imageTag && { imageTag }),
    });
