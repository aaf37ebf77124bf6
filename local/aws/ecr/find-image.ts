import type { z } from 'zod';
import { AwsError } from '../error';
import type { Call } from '../service';
import { DIGEST, type imageId, isDigest } from './members';
import type { Image, Repository } from './state';

export type ImageId = z.output<typeof imageId>;

/** The image that a digest, a tag or both name. */
export function findImage({ images }: Repository, { imageDigest, imageTag }: ImageId): Image | undefined {
    const byTag =
        imageTag === undefined ? undefined : [...images.values()].find(({ tags }) => tags.includes(imageTag));
    if (imageDigest === undefined) {
        return byTag;
    }
    const byDigest = images.get(imageDigest);
    return imageTag === undefined || byTag === byDigest ? byDigest : undefined;
}

/** Why an ID names no image that can be had, as answers of batches say it (ECR API reference, ImageFailure). */
export function imageFailure(repository: Repository, imageId: ImageId): object {
    const [failureCode, failureReason] = failure(repository, imageId);
    return { imageId, failureCode, failureReason };
}

function failure(repository: Repository, { imageDigest, imageTag }: ImageId): [string, string] {
    if (imageDigest === undefined && imageTag === undefined) {
        return ['MissingDigestAndTag', 'Invalid request parameters: both tag and digest cannot be null'];
    }
    if (imageDigest !== undefined && !isDigest(imageDigest)) {
        const reason = `Invalid request parameters: image digest should satisfy the regex '${DIGEST}'`;
        return ['InvalidImageDigest', reason];
    }
    const named = [{ imageDigest }, { imageTag }].map((id) => findImage(repository, id));
    return imageDigest !== undefined && imageTag !== undefined && named[0] !== named[1]
        ? [
              'ImageTagDoesNotMatchDigest',
              'Invalid request parameters: given tag does not map to the given digest',
          ]
        : ['ImageNotFound', 'Requested image not found'];
}

/** The image that an ID names, or ImageNotFoundException. */
export function imageOf(repository: Repository, id: ImageId, { account }: Call): Image {
    const image = findImage(repository, id);
    if (!image) {
        const { imageDigest = null, imageTag = null } = id;
        const message = `The image with imageId {imageDigest:'${imageDigest}', imageTag:'${imageTag}'} does not exist within the repository with name '${repository.name}' in the registry with id '${account}'`;
        throw new AwsError('ImageNotFoundException', message);
    }
    return image;
}
