import { byPriority, type EcrRule, isCount, storageOf } from './policy';
import { tagTest } from './selection';

const DAY = 24 * 60 * 60 * 1000;

/** An image as ECR's lifecycle policies see it (API reference, ImageDetail). Times in milliseconds since 1970. */
export interface Image {
    readonly digest: string;
    readonly tags: readonly string[];
    readonly pushedAt: number;
    readonly pulledAt?: number;
    /** When it moved to the archive; absent while it is in standard storage. */
    readonly archivedAt?: number;
    /** When it was last restored from the archive. */
    readonly activatedAt?: number;
    /** The digests that a manifest list refers to. */
    readonly children?: readonly string[];
    /** The digest of the image that a signature or another referrer is about. */
    readonly subject?: string;
}

export type Outcome = 'kept' | 'expired' | 'archived';

/** What a lifecycle policy does with an image. */
export interface Verdict {
    readonly outcome: Outcome;
    /** The first rule that selects the image, the only one that can act on it; absent if none does. */
    readonly rule?: EcrRule;
    /**
     * When the rule's limit is passed if nothing is pushed, pulled or restored meanwhile, in milliseconds since 1970;
     * absent for an image that a count keeps. For one beyond a count it is the time of the evaluation.
     */
    readonly due?: number;
    /** The digest of a manifest list that keeps the image from expiring or moving, due or not. */
    readonly heldBy?: string;
    /**
     * The digest of the subject with which a referrer goes; rule and due are the subject's then, and absent if the
     * subject went before.
     */
    readonly goesWith?: string;
}

/**
 * What ECR does at a time with each of a repository's images, in the order of the images. Of images pushed at the
 * same time, the later in the list is the newer. Rules that ECR would not take are not refused here.
 *
 * ECR user guide, "Lifecycle policy evaluation rules": all rules are evaluated at the same time and applied by
 * priority, so a rule counts images that are not its own; an image that meets a rule's tagging requirements is never
 * touched by one of lower priority; what a manifest list refers to can go only after the list has expired or moved to
 * the archive; referrers follow their subject, also one that was deleted or archived before.
 */
export function evaluate(rules: readonly EcrRule[], images: readonly Image[], now: number): Verdict[] {
    const lists = holders(images);
    const verdicts = new Map<string, Verdict>(
        candidates(rules, images).map((candidate) => {
            const { digest } = candidate.image;
            return [digest, verdictOf(candidate, lists.get(digest), now)];
        }),
    );
    letReferrersFollow(verdicts, images, now);
    return images.map(({ digest }) => verdicts.get(digest) ?? KEPT);
}

const KEPT: Verdict = { outcome: 'kept' };

/** A referrer may be the subject of another, so this goes on until none follows any more. */
function letReferrersFollow(verdicts: Map<string, Verdict>, images: readonly Image[], now: number): void {
    const byDigest = new Map(images.map((image) => [image.digest, image]));
    const referrers = images.filter((image) => image.subject !== undefined && now >= canFollowFrom(image));
    let isOver = false;
    while (!isOver) {
        isOver = true;
        for (const image of referrers) {
            const { digest, subject = '' } = image;
            const subjects = endOf(byDigest.get(subject), verdicts.get(subject));
            if (follows(image, verdicts.get(digest) ?? KEPT, subjects)) {
                verdicts.set(digest, { ...subjects, goesWith: subject });
                isOver = false;
            }
        }
    }
}

/** A referrer has to be in its storage class for a day before it can follow (ECR user guide, image-signing). */
export function canFollowFrom(image: Image): number {
    return (image.archivedAt ?? pushTime(image)) + DAY;
}

/** What becomes of a subject, or became of it before. */
function endOf(subject: Image | undefined, verdict = KEPT): Verdict {
    if (!subject) {
        return { outcome: 'expired' };
    }
    return subject.archivedAt !== undefined && verdict.outcome === 'kept' ? { outcome: 'archived' } : verdict;
}

/** Whether what happens to the subject happens to its referrer too: it expires, or else moves to the archive. */
function follows({ archivedAt }: Image, own: Verdict, subjects: Verdict): boolean {
    return subjects.outcome === 'expired'
        ? own.outcome !== 'expired'
        : subjects.outcome === 'archived' && own.outcome === 'kept' && archivedAt === undefined;
}

/** An image with the first rule that selects it. */
interface Candidate {
    readonly image: Image;
    rule?: EcrRule;
    /** Its place among all that the rule selects, the newest first, from 1; no more than one beyond the rule's count. */
    place: number;
}

function candidates(rules: readonly EcrRule[], images: readonly Image[]): Candidate[] {
    const newestFirst = images
        .map((image): Candidate => ({ image, place: 0 }))
        .reverse()
        .sort((a, b) => pushTime(b.image) - pushTime(a.image));
    const archived = newestFirst.filter(({ image }) => image.archivedAt !== undefined);
    const standard = newestFirst.filter(({ image }) => image.archivedAt === undefined);
    for (const rule of byPriority(rules)) {
        claim(storageOf(rule) === 'archive' ? archived : standard, rule);
    }
    return newestFirst;
}

function claim(newestFirst: readonly Candidate[], rule: EcrRule): void {
    const { selection } = rule;
    const meetsTags = tagTest(selection);
    const kept = isCount(selection) ? selection.countNumber : 0;
    let place = 0;
    for (const candidate of newestFirst) {
        // Beyond the count only those matter that no earlier rule selects.
        if ((place < kept || !candidate.rule) && meetsTags(candidate.image.tags)) {
            place = Math.min(place, kept) + 1;
            if (!candidate.rule) {
                candidate.rule = rule;
                candidate.place = place;
            }
        }
    }
}

/** By the digest of an image, the manifest lists in standard storage that refer to it. */
export function holders(images: readonly Image[]): Map<string, Image[]> {
    const lists = new Map<string, Image[]>();
    for (const list of images) {
        for (const child of list.archivedAt === undefined ? (list.children ?? []) : []) {
            lists.set(child, [...(lists.get(child) ?? []), list]);
        }
    }
    return lists;
}

function verdictOf(
    { image, rule, place }: Candidate,
    lists: readonly Image[] | undefined,
    now: number,
): Verdict {
    if (!rule) {
        return KEPT;
    }
    const isBeyond = isCount(rule.selection) && place > rule.selection.countNumber;
    const due = isBeyond ? now : ageLimit(rule, image);
    // "Older than" a number of days: an image of exactly that age stays.
    const isDue = isBeyond || (due !== undefined && now > due);
    const list = lists?.[0];
    return {
        outcome: isDue && !list ? outcomeOf(rule) : 'kept',
        rule,
        ...(due !== undefined && { due }),
        ...(list && { heldBy: list.digest }),
    };
}

function ageLimit({ selection }: EcrRule, image: Image): number | undefined {
    const start = ageStart(selection.countType, image);
    return start === undefined ? undefined : start + selection.countNumber * DAY;
}

/** What an age is counted from (ECR user guide, "Lifecycle policy properties", countType). */
function ageStart(countType: string, image: Image): number | undefined {
    switch (countType) {
        case 'sinceImagePushed':
            return pushTime(image);
        case 'sinceImagePulled':
            return Math.max(image.pulledAt ?? pushTime(image), image.activatedAt ?? Number.NEGATIVE_INFINITY);
        case 'sinceImageTransitioned':
            return image.archivedAt;
        default:
            return undefined;
    }
}

/**
 * A restored image is as new as its restore: so the guide says of the order ("Lifecycle policy evaluation rules"), and
 * it "behaves like a newly pushed image" (archive_restore_image).
 */
function pushTime({ pushedAt, activatedAt }: Image): number {
    return activatedAt ?? pushedAt;
}

function outcomeOf({ action }: EcrRule): Outcome {
    return action.type === 'expire' ? 'expired' : 'archived';
}
