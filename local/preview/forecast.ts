import {
    canFollowFrom,
    evaluate,
    holders,
    type Image,
    type Outcome,
    type Verdict,
} from '../../src/lifecycle/evaluate';
import type { EcrRule } from '../../src/lifecycle/policy';

/** What happens to an image at some time: it expires, or it moves to the archive. */
export interface Step {
    readonly outcome: Exclude<Outcome, 'kept'>;
    /** Milliseconds since 1970; ECR follows within a day. */
    readonly at: number;
    /** Absent for a referrer whose subject went before. */
    readonly rule?: EcrRule;
    /** The digest of the manifest list that must go first. */
    readonly after?: string;
    /** The digest of the subject that a referrer goes with. */
    readonly goesWith?: string;
}

export interface Forecast {
    readonly verdict: Verdict;
    /** None, one, or the way to the archive and out of it; the earlier first. */
    readonly steps: readonly Step[];
}

/** What becomes of each image, in the order of the images, if nothing is pushed, pulled or restored any more. */
export function forecast(rules: readonly EcrRule[], images: readonly Image[], now: number): Forecast[] {
    const firsts = new FirstSteps(images, verdictsOfRules(rules, images, now), now);
    const moved = images.map((image) => {
        const first = firsts.of(image.digest);
        return first?.outcome === 'archived' ? { ...image, archivedAt: first.at } : image;
    });
    // Only ages rule the archive, so nothing there depends on which images are still in standard storage.
    const later = verdictsOfRules(rules, moved, now);
    const known = new Map(
        moved.map((image, index) => {
            const first = firsts.of(image.digest);
            const last =
                first?.outcome === 'archived' && later[index] ? stepOf(later[index], now) : undefined;
            const own = [first, last].filter((step) => step !== undefined);
            return [image.digest, { image, own }];
        }),
    );
    const stepsOf = remembered((digest): readonly Step[] | undefined => {
        const { image, own } = known.get(digest) ?? {};
        if (!image || !own) {
            return [gone(now)];
        }
        const subjects = image.subject === undefined ? undefined : stepsOf(image.subject);
        return subjects ? endingWith(subjects, own, image) : own;
    });
    return evaluate(rules, images, now).map((verdict, index) => ({
        verdict,
        steps: stepsOf(images[index]?.digest ?? '') ?? [],
    }));
}

/** What would become of each image if none were a referrer. */
function verdictsOfRules(rules: readonly EcrRule[], images: readonly Image[], now: number): Verdict[] {
    const alone = images.map(({ subject: _subject, ...image }) => image);
    return evaluate(rules, alone, now);
}

/** Finds the value of each digest once. In a circle of digests, one that is still being looked for has none. */
function remembered<T>(find: (digest: string) => T | undefined): (digest: string) => T | undefined {
    const known = new Map<string, T | undefined>();
    return (digest) => {
        if (!known.has(digest)) {
            known.set(digest, undefined);
            known.set(digest, find(digest));
        }
        return known.get(digest);
    };
}

/** The step of a subject that is not there any more. */
function gone(now: number): Step {
    return { outcome: 'expired', at: now };
}

/** A referrer's own steps, until its subject has expired and it can follow. */
function endingWith(subjects: readonly Step[], own: readonly Step[], image: Image): readonly Step[] {
    const end = subjects.find(({ outcome }) => outcome === 'expired');
    const step = end && following(end, image);
    return step && !own.some(({ outcome, at }) => outcome === 'expired' && at <= step.at)
        ? [...own.filter(({ at }) => at < step.at), step]
        : own;
}

/** A subject's step as its referrer follows it. */
function following(step: Step, referrer: Image): Step {
    const { subject = '' } = referrer;
    return { ...step, at: Math.max(step.at, canFollowFrom(referrer)), goesWith: subject };
}

/** The step that a verdict leads to by itself. */
function stepOf({ rule, due }: Verdict, now: number): Step | undefined {
    return rule && due !== undefined
        ? {
              outcome: rule.action.type === 'expire' ? 'expired' : 'archived',
              at: Math.max(due, now),
              rule,
          }
        : undefined;
}

/** The first step of each image; those of manifest lists and subjects decide about others. */
class FirstSteps {
    readonly of = remembered((digest) => this.find(digest));
    private readonly images: ReadonlyMap<string, { readonly image: Image; readonly verdict: Verdict }>;
    private readonly lists: ReadonlyMap<string, readonly Image[]>;

    constructor(
        images: readonly Image[],
        verdicts: readonly Verdict[],
        private readonly now: number,
    ) {
        this.lists = holders(images);
        this.images = new Map(
            images.map((image, index) => [
                image.digest,
                { image, verdict: verdicts[index] ?? { outcome: 'kept' } },
            ]),
        );
    }

    private find(digest: string): Step | undefined {
        const { image, verdict } = this.images.get(digest) ?? {};
        const own = verdict && this.afterLists(digest, stepOf(verdict, this.now));
        const withSubject = image && this.withSubject(image);
        return withSubject && (!own || isBefore(withSubject, own)) ? withSubject : own;
    }

    private withSubject(image: Image): Step | undefined {
        const { subject, archivedAt } = image;
        if (subject === undefined) {
            return undefined;
        }
        const subjects = this.stepsOfSubject(subject)
            // Nothing moves to the archive twice.
            .filter(({ outcome }) => outcome === 'expired' || archivedAt === undefined)
            .map((step) => following(step, image));
        return subjects.find((step) => subjects.every((other) => !isBefore(other, step)));
    }

    private stepsOfSubject(digest: string): Step[] {
        const subject = this.images.get(digest)?.image;
        if (!subject) {
            return [gone(this.now)];
        }
        const own = this.of(digest);
        const isArchived = subject.archivedAt !== undefined;
        return [
            ...(own ? [own] : []),
            ...(isArchived ? [{ outcome: 'archived' as const, at: this.now }] : []),
        ];
    }

    private afterLists(digest: string, own: Step | undefined): Step | undefined {
        const lists = this.lists.get(digest) ?? [];
        const steps = lists.map((list) => this.of(list.digest)).filter((step) => step !== undefined);
        const [latest] = steps.toSorted((a, b) => b.at - a.at);
        if (!own || steps.length < lists.length || !latest) {
            return lists.length > 0 ? undefined : own;
        }
        const after = lists.find((list) => this.of(list.digest) === latest)?.digest;
        return { ...own, at: Math.max(own.at, latest.at), ...(after !== undefined && { after }) };
    }
}

/** Whether a step comes first. Of two at the same time it is the expiry. */
function isBefore(a: Step, b: Step): boolean {
    return a.at < b.at || (a.at === b.at && a.outcome === 'expired' && b.outcome === 'archived');
}
