import type { z } from 'zod';
import { AwsError } from '../error';
import type { Call } from '../service';
import type { imageId } from './members';
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
