import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../error';
import { type Call, type Operation, operation } from '../service';
import * as members from './members';
import { type Repository, repositoryOf } from './state';

/** Bytes of a layer part that ECR asks for (ECR API reference, InitiateLayerUpload: partSize). */
const PART_SIZE = 10 * 1024 * 1024;

/** Bytes of a part at least, but for the last (ECR API reference, LayerPartTooSmallException). */
const SMALLEST_PART = 5 * 1024 * 1024;

const ofUpload = { ...members.ofRepository, uploadId: z.string() };

export const layerOperations: Readonly<Record<string, Operation>> = {
    InitiateLayerUpload: operation(z.strictObject(members.ofRepository), ({ repositoryName }, call) => {
        const uploadId = randomUUID();
        repositoryOf(repositoryName, call).uploads.set(uploadId, []);
        return { uploadId, partSize: PART_SIZE };
    }),

    UploadLayerPart: operation(
        z.strictObject({
            ...ofUpload,
            partFirstByte: z.number().int().min(0),
            partLastByte: z.number().int().min(0),
            layerPartBlob: z.base64(),
        }),
        ({ repositoryName, uploadId, partFirstByte, partLastByte, layerPartBlob }, call) => {
            const parts = partsOf(repositoryOf(repositoryName, call), uploadId, call);
            const blob = Buffer.from(layerPartBlob, 'base64');
            const received = parts.reduce((sum, part) => sum + part.length, 0);
            if (partFirstByte !== received || partLastByte !== received + blob.length - 1) {
                const message = `The layer part must begin at byte ${received} and be as long as the range says.`;
                throw new AwsError('InvalidLayerPartException', message);
            }
            parts.push(blob);
            return { registryId: call.account, repositoryName, uploadId, lastByteReceived: partLastByte };
        },
    ),

    CompleteLayerUpload: operation(
        z.strictObject({ ...ofUpload, layerDigests: z.array(z.string()).min(1).max(100) }),
        ({ repositoryName, uploadId, layerDigests }, call) => {
            const repository = repositoryOf(repositoryName, call);
            const parts = partsOf(repository, uploadId, call);
            if (parts.slice(0, -1).some(({ length }) => length < SMALLEST_PART)) {
                const message = 'Layer parts must be at least 5 MiB in size.';
                throw new AwsError('LayerPartTooSmallException', message);
            }
            const content = Buffer.concat(parts);
            if (content.length === 0) {
                throw new AwsError(
                    'EmptyUploadException',
                    'The specified layer upload does not contain any layer parts.',
                );
            }
            const layerDigest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
            if (!layerDigests.includes(layerDigest)) {
                const message = 'The layer digest does not match the digest of what was uploaded.';
                throw new AwsError('InvalidLayerException', message);
            }
            if (repository.layers.has(layerDigest)) {
                const message = `Layer with digest '${layerDigest}' already exists in the repository`;
                throw new AwsError('LayerAlreadyExistsException', message);
            }
            repository.layers.set(layerDigest, content.length);
            repository.uploads.delete(uploadId);
            return { registryId: call.account, repositoryName, uploadId, layerDigest };
        },
    ),

    BatchCheckLayerAvailability: operation(
        z.strictObject({ ...members.ofRepository, layerDigests: z.array(z.string()).min(1).max(100) }),
        ({ repositoryName, layerDigests }, call) => {
            const { layers } = repositoryOf(repositoryName, call);
            return {
                layers: layerDigests.filter(members.isDigest).map((layerDigest) => {
                    const layerSize = layers.get(layerDigest);
                    return layerSize === undefined
                        ? { layerDigest, layerAvailability: 'UNAVAILABLE' }
                        : { layerDigest, layerAvailability: 'AVAILABLE', layerSize };
                }),
                failures: layerDigests
                    .filter((digest) => !members.isDigest(digest))
                    .map((layerDigest) => ({
                        layerDigest,
                        failureCode: 'InvalidLayerDigest',
                        failureReason: `The layer digest does not satisfy the regex '${members.DIGEST}'`,
                    })),
            };
        },
    ),
};

function partsOf({ uploads }: Repository, uploadId: string, { account }: Call): Uint8Array[] {
    const parts = uploads.get(uploadId);
    if (!parts) {
        const message = `The upload with id '${uploadId}' does not exist in the registry with id '${account}'`;
        throw new AwsError('UploadNotFoundException', message);
    }
    return parts;
}
