import { patternTest } from '../../src/lifecycle/selection';
import { nameOf, type Report } from './report';
import { count, day } from './text';

export interface Limits {
    /** More images than this may not expire on the day of the preview. */
    readonly maxExpiring: number | undefined;
    /** Patterns of tags; an image that has one may never expire. */
    readonly protect: readonly string[];
}

/** What a pipeline must stop for, one sentence each. */
export function limitViolations({ rows, now }: Report, { maxExpiring, protect }: Limits): string[] {
    const expiring = rows.filter(({ verdict }) => verdict.outcome === 'expired').length;
    const tooMany =
        maxExpiring !== undefined && expiring > maxExpiring
            ? [`${count(expiring, 'image')} would expire today; --max-expiring allows ${maxExpiring}.`]
            : [];
    const unprotected = protect.flatMap((pattern) => {
        const isMeant = patternTest(pattern);
        return rows.flatMap(({ image, steps }) => {
            const end = steps.find(({ outcome }) => outcome === 'expired');
            return end && image.tags.some(isMeant)
                ? [
                      `${nameOf(image)} expires ${end.at <= now ? 'today' : `on ${day(end.at)}`} ${end.rule ? `(rule ${end.rule.rulePriority})` : 'with its subject'}, though --protect ${pattern} names it.`,
                  ]
                : [];
        });
    });
    return [...tooMany, ...unprotected];
}
