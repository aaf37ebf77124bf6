import {
    CompleteLayerUploadCommand,
    type ECRClient,
    InitiateLayerUploadCommand,
    PutImageCommand,
    UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { digestOf } from './digest';

/** Pushes an image of one layer, as docker push does. Returns its digest. */
export async function pushImage(
    ecr: ECRClient,
    repositoryName: string,
    text: string,
    imageTag?: string,
): Promise<string> {
    const content = Buffer.from(text);
    const { digest } = layerOf(text);
    const { uploadId } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
    const upload = { repositoryName, uploadId };
    const range = { partFirstByte: 0, partLastByte: content.length - 1 };
    await ecr.send(new UploadLayerPartCommand({ ...upload, ...range, layerPartBlob: content }));
    await ecr.send(new CompleteLayerUploadCommand({ ...upload, layerDigests: [digest] }));
    const imageManifest = manifestOf(text);
    const { image } = await ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag }));
    return image?.imageId?.imageDigest ?? '';
}

/** The manifest of the image whose one layer is the text. */
export function manifestOf(text: string): string {
    const layer = layerOf(text);
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    return JSON.stringify({ schemaVersion: 2, mediaType, config: layer, layers: [layer] });
}

function layerOf(text: string): { mediaType: string; digest: string; size: number } {
    return {
        mediaType: 'application/vnd.oci.image.layer.v1.tar',
        digest: digestOf(text),
        size: Buffer.byteLength(text),
    };
}
