import { z } from 'zod';
import type { Image } from '../../src/lifecycle/evaluate';
import { readText } from '../files';

/** Media types of manifest lists and image indexes (OCI image specification; Docker's manifest, version 2, schema 2). */
const LISTS = [
    'application/vnd.oci.image.index.v1+json',
    'application/vnd.docker.distribution.manifest.list.v2+json',
];

/** An image as `aws ecr describe-images` shows it, and as the lifecycle engine sees it. */
export interface StoredImage extends Image {
    /** Bytes; a layer that images share counts in each of them. 0 for a manifest list, whose images count. */
    readonly size: number;
    readonly isList: boolean;
}

/** Times are text in AWS CLI version 2, seconds since 1970 in version 1, and Date in the SDK. */
const time = z.union([
    z.date().transform((date) => date.getTime()),
    z.number().transform((seconds) => seconds * 1000),
    z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
]);

const imageDetail = z.looseObject({
    imageDigest: z.string(),
    imageTags: z.array(z.string()).default([]),
    imageSizeInBytes: z.number().default(0),
    imagePushedAt: time,
    lastRecordedPullTime: time.optional(),
    imageStatus: z.string().default('ACTIVE'),
    lastArchivedAt: time.optional(),
    lastActivatedAt: time.optional(),
    subjectManifestDigest: z.string().optional(),
    imageManifestMediaType: z.string().optional(),
});

const manifest = z.looseObject({
    imageId: z.looseObject({ imageDigest: z.string() }),
    imageManifest: z.string(),
});

const answer = z.looseObject({
    imageDetails: z.array(imageDetail),
    /** As `aws ecr batch-get-image` shows manifests; only those of manifest lists matter. */
    images: z.array(manifest).default([]),
});

const index = z.looseObject({ manifests: z.array(z.looseObject({ digest: z.string() })).default([]) });

const WANTED = 'the output of: aws ecr describe-images --repository-name NAME --filter imageStatus=ANY';

/** The images of a file in the form of `aws ecr describe-images`. One error says what is wrong with it. */
export function imagesOfFile(file: string): StoredImage[] {
    const text = readText(file, WANTED);
    let data: unknown;
    try {
        data = JSON.parse(text);
    } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        throw new Error(`${file} is cut off or not JSON (${detail}). Wanted ${WANTED}`);
    }
    const parsed = answer.safeParse(data);
    if (!parsed.success) {
        const [issue] = parsed.error.issues;
        const place = issue?.path.join('.') || 'the file';
        throw new Error(`${file}: ${place}: ${issue?.message}. Wanted ${WANTED}`);
    }
    return toStored(parsed.data);
}

/** The images of answers of DescribeImages and, for manifest lists, BatchGetImage. */
export function storedImages(data: unknown): StoredImage[] {
    return toStored(answer.parse(data));
}

function toStored({ imageDetails, images }: z.output<typeof answer>): StoredImage[] {
    const manifests = new Map(images.map((image) => [image.imageId.imageDigest, image.imageManifest]));
    return imageDetails.map((detail) => {
        const { imageDigest: digest, lastRecordedPullTime, lastActivatedAt, subjectManifestDigest } = detail;
        const isList = LISTS.includes(detail.imageManifestMediaType ?? '');
        const text = manifests.get(digest);
        return {
            digest,
            tags: detail.imageTags,
            size: isList ? 0 : detail.imageSizeInBytes,
            isList,
            pushedAt: detail.imagePushedAt,
            ...(lastRecordedPullTime !== undefined && { pulledAt: lastRecordedPullTime }),
            ...(lastActivatedAt !== undefined && { activatedAt: lastActivatedAt }),
            // An image on its way back is still in the archive.
            ...(detail.imageStatus !== 'ACTIVE' && {
                archivedAt: detail.lastArchivedAt ?? detail.imagePushedAt,
            }),
            ...(subjectManifestDigest !== undefined && { subject: subjectManifestDigest }),
            ...(isList && text !== undefined && { children: childrenOf(text) }),
        };
    });
}

function childrenOf(text: string): string[] {
    return index.parse(JSON.parse(text)).manifests.map(({ digest }) => digest);
}

/** The digests of the manifest lists whose manifests are not known. */
export function unknownLists(images: readonly StoredImage[]): string[] {
    return images.flatMap(({ digest, isList, children }) => (isList && !children ? [digest] : []));
}
