import type { Outcome } from '../../src/lifecycle/evaluate';
import { byPriority, type EcrRule, isCount } from '../../src/lifecycle/policy';
import { fate, images as imagesInWords } from '../../src/lifecycle/summary';
import { type Forecast, forecast, type Step } from './forecast';
import { type StoredImage, unknownLists } from './images';

export const DAY = 24 * 60 * 60 * 1000;

/** Days from now at which the report looks. */
export const HORIZONS = [0, 30, 90];

/** US dollars for a GB (10^9 bytes) and month, in standard storage and in the archive: docs/costs.md. */
const PRICE = 0.1;

export interface Row extends Forecast {
    readonly image: StoredImage;
    /** What becomes of the image, and why. */
    readonly why: string;
}

export interface RuleLine {
    readonly rule: EcrRule;
    readonly words: string;
}

/** What has happened some days from now, counted from today. */
export interface Total {
    readonly days: number;
    readonly expired: number;
    readonly archived: number;
    readonly kept: number;
    /** Bytes that expired images free, and what that is a month in US dollars; at most, for images share layers. */
    readonly freed: number;
    readonly dollars: number;
}

export interface Report {
    readonly now: number;
    readonly rules: readonly RuleLine[];
    /** The newest first. */
    readonly rows: readonly Row[];
    readonly size: number;
    readonly totals: readonly Total[];
    /** How many manifest lists do not say what they refer to. */
    readonly unknownLists: number;
}

/** What a policy does with images, if nothing is pushed, pulled or restored any more. */
export function reportOf(policy: readonly EcrRule[], images: readonly StoredImage[], now: number): Report {
    const rules = byPriority(policy);
    const forecasts = forecast(rules, images, now);
    const tags = new Map(images.map((image) => [image.digest, nameOf(image)]));
    const rows = images
        .flatMap((image, index) => {
            const found = forecasts[index];
            return found ? [{ image, ...found, why: reason(found, tags) }] : [];
        })
        .sort((a, b) => b.image.pushedAt - a.image.pushedAt);
    return {
        now,
        rules: rules.map((rule, index) => ({
            rule,
            words: fate(rule, index > 0 && rule.selection.tagStatus === 'any'),
        })),
        rows,
        size: sizeOf(rows),
        totals: HORIZONS.map((days) => totalOf(rows, days, now)),
        unknownLists: unknownLists(images).length,
    };
}

/** What has become of a row's image some days from now. */
export function outcomeAt({ steps }: Row, days: number, now: number): Outcome {
    return steps.findLast(({ at }) => at <= now + days * DAY)?.outcome ?? 'kept';
}

export function nameOf({ tags, digest }: Pick<StoredImage, 'tags' | 'digest'>): string {
    return tags.join(', ') || digest.slice(0, 19);
}

function totalOf(rows: readonly Row[], days: number, now: number): Total {
    const having = (outcome: Outcome) => rows.filter((row) => outcomeAt(row, days, now) === outcome);
    const freed = sizeOf(having('expired'));
    return {
        days,
        expired: having('expired').length,
        archived: having('archived').length,
        kept: having('kept').length,
        freed,
        dollars: (freed / 1e9) * PRICE,
    };
}

function sizeOf(rows: readonly Row[]): number {
    return rows.reduce((sum, { image }) => sum + image.size, 0);
}

function reason({ verdict, steps }: Forecast, names: ReadonlyMap<string, string>): string {
    const [first] = steps;
    if (first) {
        return steps.map((step) => stepInWords(step, names)).join('; then ');
    }
    if (!verdict.rule) {
        return 'kept: no rule selects it';
    }
    const { rule, heldBy } = verdict;
    return heldBy !== undefined && verdict.due !== undefined
        ? `kept: ${names.get(heldBy)} refers to it and stays (rule ${rule.rulePriority} would act)`
        : `kept: among the newest ${rule.selection.countNumber} of ${imagesInWords(rule.selection)} (rule ${rule.rulePriority})`;
}

function stepInWords({ outcome, rule, after, goesWith }: Step, names: ReadonlyMap<string, string>): string {
    const verb = outcome === 'expired' ? 'expires' : 'moves to the archive';
    if (!rule || goesWith !== undefined) {
        return `${verb} with ${names.get(goesWith ?? '') ?? 'its subject, which has gone'}`;
    }
    const { selection, rulePriority } = rule;
    const limit = isCount(selection)
        ? `beyond the newest ${selection.countNumber} of ${imagesInWords(selection)}`
        : `older than ${selection.countNumber} ${selection.countNumber === 1 ? 'day' : 'days'}`;
    const order = after === undefined ? '' : `, once ${names.get(after)} has gone`;
    return `${verb}: ${limit} (rule ${rulePriority})${order}`;
}
