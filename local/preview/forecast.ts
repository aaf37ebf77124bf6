import { evaluate, holders, type Image, type Outcome, type Verdict } from '../../src/lifecycle/evaluate';
import type { EcrRule } from '../../src/lifecycle/policy';

/** What happens to an image at some time: it expires, or it moves to the archive. */
export interface Step {
    readonly outcome: Exclude<Outcome, 'kept'>;
    /** Milliseconds since 1970; ECR follows within a day. */
    readonly at: number;
    readonly rule: EcrRule;
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
    const verdicts = evaluate(rules, images, now);
    const steps = new Steps(images, verdicts, now);
    const firsts = images.map(({ digest }) => steps.of(digest));
    const moved = images.map((image, index) => {
        const first = firsts[index];
        return first?.outcome === 'archived' ? { ...image, archivedAt: first.at } : image;
    });
    // Only ages rule the archive, so nothing there depends on which images are still in standard storage.
    const later = evaluate(rules, moved, now);
    const forecasts = verdicts.map((verdict, index) => {
        const first = firsts[index];
        const last = first?.outcome === 'archived' && later[index] ? stepOf(later[index], now) : undefined;
        return { verdict, steps: [first, last].filter((step) => step !== undefined) };
    });
    const stepsOf = new Map(images.map(({ digest }, index) => [digest, forecasts[index]?.steps ?? []]));
    return forecasts.map(({ verdict, steps: own }, index) => {
        const subject = images[index]?.subject ?? '';
        return { verdict, steps: endingWith(subject, stepsOf.get(subject) ?? [], own) };
    });
}

/** A referrer's steps as far as its subject is there. */
function endingWith(subject: string, subjects: readonly Step[], own: readonly Step[]): readonly Step[] {
    const end = subjects.find(({ outcome }) => outcome === 'expired');
    const isEarlier = end && !own.some(({ outcome, at }) => outcome === 'expired' && at <= end.at);
    return isEarlier ? [...own.filter(({ at }) => at < end.at), { ...end, goesWith: subject }] : own;
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
class Steps {
    private readonly images: ReadonlyMap<string, { readonly image: Image; readonly verdict: Verdict }>;
    private readonly lists: ReadonlyMap<string, readonly Image[]>;
    /** Undefined also while it is being found: images that wait for each other wait for ever. */
    private readonly known = new Map<string, Step | undefined>();

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

    of(digest: string): Step | undefined {
        if (!this.known.has(digest)) {
            this.known.set(digest, undefined);
            this.known.set(digest, this.find(digest));
        }
        return this.known.get(digest);
    }

    private find(digest: string): Step | undefined {
        const { image, verdict } = this.images.get(digest) ?? {};
        const own = verdict && this.afterLists(digest, stepOf(verdict, this.now));
        const { subject = '', archivedAt } = image ?? {};
        const subjects = this.of(subject);
        // Nothing moves to the archive twice.
        const isPossible = subjects?.outcome === 'expired' || archivedAt === undefined;
        return subjects && isPossible && (!own || subjects.at < own.at || verdict?.goesWith)
            ? { ...subjects, goesWith: subject }
            : own;
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
