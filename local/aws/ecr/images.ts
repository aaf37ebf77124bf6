import { z } from 'zod';
import { AwsError } from '../error';
import { pageOf } from '../paging';
import { type Call, type Operation, operation } from '../service';
import { findImage, type ImageId, imageFailure, imageOf } from './find-image';
import { emitImageAction } from './image-event';
import { type Manifest, readManifest } from './manifest';
import * as members from './members';
import { scanningOf } from './registry-scanning';
import { replicate } from './replicas';
import { scanStatus, scanSummary } from './scan-report';
import { scanPushed } from './scanning';
import { type Image, type Repository, repositoryOf } from './state';
import { activate } from './storage-class';
import { isImmutable } from './tag-mutability';

const filter = z
    .strictObject({
        tagStatus: members.tagStatus,
        imageStatus: z.enum(['ACTIVE', 'ARCHIVED', 'ACTIVATING', 'ANY']).optional(),
    })
    .default({});

type Filter = z.output<typeof filter>;

export const imageOperations: Readonly<Record<string, Operation>> = {
    PutImage: operation(
        z.strictObject({
            ...members.ofRepository,
            imageManifest: z.string().min(1).max(4_194_304),
            imageManifestMediaType: z.string().optional(),
            imageTag: z.string().min(1).max(300).optional(),
            imageDigest: z.string().optional(),
        }),
        ({ repositoryName, imageManifest, imageManifestMediaType, imageTag, imageDigest }, call) => {
            const repository = repositoryOf(repositoryName, call);
            const manifest = readManifest(imageManifest, imageManifestMediaType, repository);
            if (imageDigest !== undefined && imageDigest !== manifest.digest) {
                const message = `Image digest '${imageDigest}' does not match the digest that ECR calculated, '${manifest.digest}'`;
                throw new AwsError('ImageDigestDoesNotMatchException', message);
            }
            const image = push(repository, imageManifest, manifest, imageTag, call);
            return { image: { ...named(repositoryName, call), ...withManifest(image, imageTag) } };
        },
    ),

    BatchGetImage: operation(
        z.strictObject({
            ...members.ofRepository,
            imageIds: members.imageIds,
            acceptedMediaTypes: z.array(z.string()).optional(),
        }),
        ({ repositoryName, imageIds }, call) => {
            const repository = repositoryOf(repositoryName, call);
            const found = imageIds.map((id) => ({ id, image: findImage(repository, id) }));
            const pulled = found.flatMap(({ id, image }) =>
                image?.status === 'ACTIVE' ? [{ id, image }] : [],
            );
            for (const { image } of pulled) {
                image.lastPulledAt = new Date(call.world.clock.now());
            }
            return {
                images: pulled.map(({ id, image }) => ({
                    ...named(repositoryName, call),
                    ...withManifest(image, id.imageTag),
                })),
                failures: found.flatMap(({ id, image }) =>
                    image?.status === 'ACTIVE' ? [] : [imageFailure(repository, id)],
                ),
            };
        },
    ),

    // Only active images, unless the filter says otherwise (ECR API reference, ListImagesFilter: imageStatus).
    ListImages: operation(
        z.strictObject({
            ...members.ofRepository,
            nextToken: members.nextToken,
            maxResults: members.maxResults,
            filter,
        }),
        (input, call) => {
            const images = filtered(repositoryOf(input.repositoryName, call), input.filter);
            const ids = images.flatMap(({ digest, tags }) =>
                tags.length > 0
                    ? tags.map((imageTag) => ({ imageDigest: digest, imageTag }))
                    : [{ imageDigest: digest }],
            );
            const page = pageOf(ids, input.maxResults, input.nextToken);
            return { imageIds: page.items, nextToken: page.nextToken };
        },
    ),

    DescribeImages: operation(
        z.strictObject({
            ...members.ofRepository,
            imageIds: members.imageIds.optional(),
            nextToken: members.nextToken,
            maxResults: members.maxResults,
            filter,
        }),
        (input, call) => {
            const repository = repositoryOf(input.repositoryName, call);
            if (input.imageIds) {
                const images = input.imageIds.map((id) => imageOf(repository, id, call));
                return { imageDetails: images.map((image) => described(image, repository, call)) };
            }
            const page = pageOf(filtered(repository, input.filter), input.maxResults, input.nextToken);
            return {
                imageDetails: page.items.map((image) => described(image, repository, call)),
                nextToken: page.nextToken,
            };
        },
    ),

    // A tag alone is taken away; the image goes with its last tag, or by its digest (ECR API reference).
    BatchDeleteImage: operation(
        z.strictObject({ ...members.ofRepository, imageIds: members.imageIds }),
        ({ repositoryName, imageIds }, call) => {
            const repository = repositoryOf(repositoryName, call);
            const results = imageIds.map((id) => ({ id, deleted: remove(repository, id, call) }));
            return {
                imageIds: results.flatMap(({ deleted }) => (Array.isArray(deleted) ? deleted : [])),
                failures: results.flatMap(({ deleted }) => (Array.isArray(deleted) ? [] : [deleted])),
            };
        },
    ),
};

/** Deletes an image with all its tags and tells the event bus. */
export function expire(repository: Repository, image: Image, call: Call): void {
    repository.images.delete(image.digest);
    emitImageAction('DELETE', repository, image, image.tags[0], call);
}

/** Stores an image under a tag or none. A tag that another image has moves, where tags may move. */
export function push(
    repository: Repository,
    text: string,
    manifest: Manifest,
    tag: string | undefined,
    call: Call,
): Image {
    const holder = tag === undefined ? undefined : findImage(repository, { imageTag: tag });
    const existing = repository.images.get(manifest.digest);
    if (existing?.status === 'ACTIVE' && (tag === undefined || holder === existing)) {
        const message = `Image with digest '${manifest.digest}' and tag '${tag ?? null}' already exists in the repository with name '${repository.name}' in registry with id '${call.account}'`;
        throw new AwsError('ImageAlreadyExistsException', message);
    }
    if (tag !== undefined && holder && holder !== existing && isImmutable(tag, repository)) {
        const message = `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the tag is immutable.`;
        throw new AwsError('ImageTagAlreadyExistsException', message);
    }
    const image = existing ?? newImage(text, manifest, call.world.clock.now());
    repository.images.set(image.digest, image);
    if (tag !== undefined && holder !== image) {
        if (holder) {
            holder.tags = holder.tags.filter((one) => one !== tag);
        }
        image.tags.push(tag);
    }
    // Pushing an archived image again restores it (Amazon ECR user guide, archiving an image).
    if (image.status !== 'ACTIVE') {
        activate(repository, image, call);
    }
    emitImageAction('PUSH', repository, image, tag, call);
    scanPushed(repository, image, call);
    replicate(repository, image, tag, call);
    return image;
}

function newImage(text: string, manifest: Manifest, now: number): Image {
    return {
        ...manifest,
        manifest: text,
        tags: [],
        pushedAt: new Date(now),
        status: 'ACTIVE',
        replications: [],
    };
}

function filtered({ images }: Repository, { tagStatus = 'ANY', imageStatus = 'ACTIVE' }: Filter): Image[] {
    return [...images.values()].filter(
        ({ tags, status }) =>
            (imageStatus === 'ANY' || status === imageStatus) &&
            (tagStatus === 'ANY' || tags.length > 0 === (tagStatus === 'TAGGED')),
    );
}

/** The IDs of what was deleted, or why nothing was. */
function remove(repository: Repository, id: ImageId, call: Call): ImageId[] | object {
    const image = findImage(repository, id);
    if (!image) {
        return imageFailure(repository, id);
    }
    const list = [...repository.images.values()].find(({ children }) => children.includes(image.digest));
    const goes = id.imageDigest !== undefined || image.tags.length === 1;
    if (goes && list) {
        return {
            imageId: id,
            failureCode: 'ImageReferencedByManifestList',
            failureReason: `Requested image referenced by manifest list: [${list.digest}]`,
        };
    }
    const tags = id.imageDigest === undefined && id.imageTag !== undefined ? [id.imageTag] : image.tags;
    const gone = tags.map((imageTag) => ({ imageDigest: image.digest, imageTag }));
    image.tags = image.tags.filter((tag) => !tags.includes(tag));
    if (goes) {
        repository.images.delete(image.digest);
    }
    emitImageAction('DELETE', repository, image, tags[0], call);
    return gone.length > 0 ? gone : [{ imageDigest: image.digest }];
}

function described(image: Image, repository: Repository, call: Call): object {
    const { scan } = image;
    // Basic scanning tells its results in DescribeImageScanFindings alone (ECR API reference, DescribeImages).
    const isEnhanced = scanningOf(repository.name, call).scanType === 'ENHANCED';
    return {
        ...named(repository.name, call),
        imageDigest: image.digest,
        ...(image.tags.length > 0 && { imageTags: image.tags }),
        imageSizeInBytes: image.sizeInBytes,
        imagePushedAt: image.pushedAt,
        imageManifestMediaType: image.mediaType,
        artifactMediaType: image.artifactMediaType,
        lastRecordedPullTime: image.lastPulledAt,
        subjectManifestDigest: image.subject,
        imageStatus: image.status,
        lastArchivedAt: image.lastArchivedAt,
        lastActivatedAt: image.lastActivatedAt,
        ...(scan &&
            isEnhanced && {
                imageScanStatus: scanStatus(scan, 'ENHANCED'),
                imageScanFindingsSummary: scanSummary(scan),
            }),
    };
}

function named(repositoryName: string, { account }: Call): object {
    return { registryId: account, repositoryName };
}

function withManifest({ digest, manifest, mediaType }: Image, imageTag: string | undefined): object {
    return {
        imageId: { imageDigest: digest, ...(imageTag !== undefined && { imageTag }) },
        imageManifest: manifest,
        imageManifestMediaType: mediaType,
    };
}
