/** A rule of an ECR lifecycle policy (Amazon ECR user guide, lifecycle policy properties). */
export interface LifecycleRule {
    /** At least 1, unique; the rule with the lowest number is applied first. */
    readonly rulePriority: number;
    readonly description?: string;
    readonly selection: Selection;
    readonly action: { readonly type: 'expire' | 'transition'; readonly targetStorageClass?: 'archive' };
}

export interface Selection {
    readonly tagStatus: 'tagged' | 'untagged' | 'any';
    /** With `*` for any characters; an image needs a tag for each pattern. */
    readonly tagPatternList?: readonly string[];
    /** An image needs a tag for each prefix. */
    readonly tagPrefixList?: readonly string[];
    /** standard where nothing is said. */
    readonly storageClass?: 'standard' | 'archive';
    readonly countType:
        | 'imageCountMoreThan'
        | 'sinceImagePushed'
        | 'sinceImagePulled'
        | 'sinceImageTransitioned';
    readonly countUnit?: 'days';
    /** At least 1: images, or days. */
    readonly countNumber: number;
}

/** What a lifecycle policy looks at in an image. Times are milliseconds since 1970. */
export interface LifecycleImage {
    /** The digest, unique in the repository. */
    readonly id: string;
    readonly tags: readonly string[];
    readonly pushedAt: number;
    /** The last pull that ECR recorded. */
    readonly pulledAt?: number;
    /** Set while the image is in the archive: since when. */
    readonly archivedAt?: number;
    /** When the image was last restored from the archive. */
    readonly activatedAt?: number;
    /** The images that a manifest list refers to. */
    readonly children?: readonly string[];
    /** What a signature, an attestation or an SBOM is about. */
    readonly subject?: string;
}
