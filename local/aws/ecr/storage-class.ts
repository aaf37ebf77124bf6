import { z } from 'zod';
import { AwsError } from '../error';
import { type Call, type Operation, operation } from '../service';
import { imageOf } from './find-image';
import { emitImageAction } from './image-event';
import * as members from './members';
import { replicate } from './replicas';
import { type Image, type Repository, repositoryOf } from './state';

/** Milliseconds until a restored image can be pulled: at most twenty minutes (user guide, archiving images). */
const RESTORE_TIME = 20 * 60_000;

export const storageClassOperations: Readonly<Record<string, Operation>> = {
    UpdateImageStorageClass: operation(
        z.strictObject({
            ...members.ofRepository,
            imageId: members.imageId,
            targetStorageClass: z.enum(['STANDARD', 'ARCHIVE']),
        }),
        ({ repositoryName, imageId, targetStorageClass }, call) => {
            const repository = repositoryOf(repositoryName, call);
            const image = imageOf(repository, imageId, call);
            if (targetStorageClass === 'ARCHIVE' && image.status === 'ACTIVATING') {
                const message = 'An image that is being restored cannot be archived.';
                throw new AwsError('ImageStorageClassUpdateNotSupportedException', message);
            }
            if (targetStorageClass === 'ARCHIVE' && image.status === 'ACTIVE') {
                archive(repository, image, call);
            } else if (targetStorageClass === 'STANDARD' && image.status === 'ARCHIVED') {
                restore(repository, image, call);
            }
            return { registryId: call.account, repositoryName, imageId, imageStatus: image.status };
        },
    ),
};

/** Moves an image into the archive. */
export function archive(repository: Repository, image: Image, call: Call): void {
    image.status = 'ARCHIVED';
    image.lastArchivedAt = new Date(call.world.clock.now());
    emitStorageClass(repository, image, 'ARCHIVE', call);
}

/** Brings an image back. It is replicated as a pushed one is (user guide, replication considerations). */
function restore(repository: Repository, image: Image, call: Call): void {
    const { clock } = call.world;
    image.status = 'ACTIVATING';
    clock.schedule(clock.now() + RESTORE_TIME, () => {
        if (image.status !== 'ACTIVATING') {
            return;
        }
        activate(repository, image, call);
        for (const tag of image.tags.length > 0 ? image.tags : [undefined]) {
            replicate(repository, image, tag, call);
        }
    });
}

/** Puts an archived image back into standard storage, now. */
export function activate(repository: Repository, image: Image, call: Call): void {
    image.status = 'ACTIVE';
    image.lastActivatedAt = new Date(call.world.clock.now());
    emitStorageClass(repository, image, 'STANDARD', call);
}

function emitStorageClass(
    repository: Repository,
    image: Image,
    to: 'ARCHIVE' | 'STANDARD',
    call: Call,
): void {
    emitImageAction('UPDATE_STORAGE_CLASS', repository, image, image.tags[0], call, {
        'target-storage-class': to,
        'manifest-media-type': image.mediaType,
        ...(image.artifactMediaType !== undefined && { 'artifact-media-type': image.artifactMediaType }),
        ...(to === 'STANDARD' && { 'last-activated-at': image.lastActivatedAt?.toISOString() }),
    });
}
