import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../error';
import type { Repository } from './state';

const descriptor = z.looseObject({ digest: z.string(), size: z.number().optional() });

/** Of Docker's and OCI's manifests, what ECR looks at (OCI image specification, manifest and index). */
const manifestSchema = z.looseObject({
    schemaVersion: z.literal(2).optional(),
    mediaType: z.string().optional(),
    artifactType: z.string().optional(),
    config: z
        .looseObject({
            digest: z.string().optional(),
            size: z.number().optional(),
            mediaType: z.string().optional(),
        })
        .optional(),
    layers: z.array(descriptor).default([]),
    manifests: z.array(descriptor).default([]),
    subject: descriptor.optional(),
});

/** What a manifest says of its image. */
export interface Manifest {
    readonly digest: string;
    readonly mediaType: string;
    readonly artifactMediaType?: string;
    readonly sizeInBytes: number;
    /** Of the manifests that a manifest list refers to. */
    readonly children: readonly string[];
    readonly subject?: string;
}

/**
 * Reads a manifest. Refuses one that is malformed or of no media type, or whose layers or images are not in the
 * repository (ECR API reference, PutImage: imageManifestMediaType, LayersNotFoundException,
 * ReferencedImagesNotFoundException).
 */
export function readManifest(text: string, mediaType: string | undefined, repository: Repository): Manifest {
    const { config, layers, manifests, subject, ...head } = parse(text);
    const type = mediaType ?? head.mediaType;
    if (type === undefined) {
        throw new AwsError(
            'InvalidParameterException',
            'image manifest mediatype not provided in manifest or parameter',
        );
    }
    const blobs = [
        ...(config?.digest !== undefined ? [config.digest] : []),
        ...layers.map(({ digest }) => digest),
    ];
    refuseMissing('LayersNotFoundException', 'Layers', blobs, repository.layers);
    const children = manifests.map(({ digest }) => digest);
    refuseMissing('ReferencedImagesNotFoundException', 'Images', children, repository.images);
    const artifact = head.artifactType ?? config?.mediaType;
    return {
        digest: `sha256:${createHash('sha256').update(text).digest('hex')}`,
        mediaType: type,
        ...(artifact !== undefined && { artifactMediaType: artifact }),
        sizeInBytes: sizeOf(layers, children, repository),
        children,
        ...(subject && { subject: subject.digest }),
    };
}

/**
 * The layers of an image; of a manifest list the largest of its images (ECR API reference, ImageDetail). Whether the
 * configuration counts is not documented.
 */
function sizeOf(
    layers: readonly z.output<typeof descriptor>[],
    children: readonly string[],
    { images }: Repository,
): number {
    return children.length > 0
        ? Math.max(...children.map((digest) => images.get(digest)?.sizeInBytes ?? 0))
        : layers.reduce((sum, { size = 0 }) => sum + size, 0);
}

function parse(text: string): z.output<typeof manifestSchema> {
    try {
        return manifestSchema.parse(JSON.parse(text));
    } catch {
        throw new AwsError(
            'InvalidParameterException',
            "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'",
        );
    }
}

function refuseMissing(
    code: string,
    kind: string,
    digests: readonly string[],
    held: ReadonlyMap<string, unknown>,
): void {
    const missing = digests.filter((digest) => !held.has(digest));
    if (missing.length > 0) {
        throw new AwsError(
            code,
            `${kind} with digests '[${missing.join(', ')}]' required for pushing the image do not exist`,
        );
    }
}
