import { createHash } from 'node:crypto';
import {
    CompleteLayerUploadCommand,
    type ECRClient,
    InitiateLayerUploadCommand,
    PutImageCommand,
    UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';

/** Pushes an image of one layer, as docker push does. Returns its digest. */
export async function pushImage(
    ecr: ECRClient,
    repositoryName: string,
    text: string,
    imageTag?: string,
): Promise<string> {
    const content = Buffer.from(text);
    const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
    const { uploadId } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
    const upload = { repositoryName, uploadId };
    const range = { partFirstByte: 0, partLastByte: content.length - 1 };
    await ecr.send(new UploadLayerPartCommand({ ...upload, ...range, layerPartBlob: content }));
    await ecr.send(new CompleteLayerUploadCommand({ ...upload, layerDigests: [digest] }));
    const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size: content.length };
    const imageManifest = JSON.stringify({ schemaVersion: 2, config: layer, layers: [layer] });
    const { image } = await ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag }));
    return image?.imageId?.imageDigest ?? '';
}
