import { AwsError } from '../error';
import { arn, type Call } from '../service';
import { type Place, storeOf } from '../world';

/** ECR's states of an image (API reference, ImageDetail). */
export type ImageStatus = 'ACTIVE' | 'ARCHIVED' | 'ACTIVATING';

/** An image, as one manifest of a repository. */
export interface Image {
    readonly digest: string;
    /** As they were pushed; an image has a tag as long as no other image takes it. */
    tags: string[];
    readonly manifest: string;
    readonly mediaType: string;
    readonly artifactMediaType?: string;
    readonly sizeInBytes: number;
    readonly pushedAt: Date;
    lastPulledAt?: Date;
    lastArchivedAt?: Date;
    lastActivatedAt?: Date;
    status: ImageStatus;
    /** The digests of the manifests that a manifest list refers to. */
    readonly children: readonly string[];
    /** What a signature or another referrer is about. */
    readonly subject?: string;
    scan?: ImageScan;
    replications: readonly Replication[];
}

/** The newest scan of an image. */
export interface ImageScan {
    readonly startedAt: Date;
    /** Absent while it is under way. */
    readonly completedAt?: Date;
    /** By severity; those without findings are absent. Empty while it is under way. */
    readonly counts: Readonly<Record<string, number>>;
}

export interface Replication extends Place {
    readonly status: 'IN_PROGRESS' | 'COMPLETE' | 'FAILED';
}

/** A lifecycle policy preview, complete or under way. */
export interface Preview {
    readonly policyText: string;
    readonly completeAt: number;
    readonly results: readonly PreviewResult[];
}

export interface PreviewResult {
    readonly imageDigest: string;
    readonly imageTags: readonly string[];
    readonly imagePushedAt: Date;
    readonly action: { readonly type: 'EXPIRE' | 'TRANSITION'; readonly targetStorageClass?: 'ARCHIVE' };
    readonly appliedRulePriority: number;
    readonly storageClass: 'STANDARD' | 'ARCHIVE';
}

export interface ExclusionFilter {
    readonly filterType: 'WILDCARD';
    readonly filter: string;
}

export interface Repository {
    readonly name: string;
    readonly createdAt: Date;
    mutability: string;
    exclusionFilters: readonly ExclusionFilter[];
    scanOnPush: boolean;
    readonly encryptionType: string;
    readonly kmsKey?: string;
    tags: Map<string, string>;
    policyText?: string;
    lifecyclePolicyText?: string;
    /** When a lifecycle policy was last carried out. */
    lifecycleEvaluatedAt?: Date;
    preview?: Preview;
    readonly images: Map<string, Image>;
    /** The bytes of each uploaded layer, by digest. */
    readonly layers: Map<string, number>;
    /** Layers under way, by upload ID. */
    readonly uploads: Map<string, Uint8Array[]>;
}

export const repositories = storeOf('ecr repositories', () => new Map<string, Repository>());

/** The repository, or RepositoryNotFoundException. */
export function repositoryOf(name: string, { world, account, region }: Call): Repository {
    const repository = repositories.of(world, { account, region }).get(name);
    if (!repository) {
        const message = `The repository with name '${name}' does not exist in the registry with id '${account}'`;
        throw new AwsError('RepositoryNotFoundException', message);
    }
    return repository;
}

export function repositoryArn(name: string, call: Call): string {
    return arn('ecr', call, `repository/${name}`);
}

/** The name in a repository's ARN, or InvalidParameterException. */
export function nameInArn(resourceArn: string): string {
    const [, name] = /^arn:aws[a-z-]*:ecr:[a-z0-9-]+:\d{12}:repository\/(.+)$/.exec(resourceArn) ?? [];
    if (!name) {
        throw new AwsError(
            'InvalidParameterException',
            "Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN'",
        );
    }
    return name;
}
