import type { Report } from './report';

/** A report for programs. Times are ISO 8601, sizes bytes, money US dollars a month. */
export function jsonOf({ now, rules, rows, size, totals, unknownLists }: Report): string {
    const report = {
        at: new Date(now),
        size,
        totals,
        unknownLists,
        rules: rules.map(({ rule, words }) => ({ ...rule, words })),
        images: rows.map(({ image, verdict, steps, why }) => ({
            digest: image.digest,
            tags: image.tags,
            pushedAt: new Date(image.pushedAt),
            size: image.size,
            outcome: verdict.outcome,
            rule: verdict.rule?.rulePriority,
            steps: steps.map(({ outcome, at, rule }) => ({
                outcome,
                at: new Date(at),
                rule: rule?.rulePriority,
            })),
            why,
        })),
    };
    return JSON.stringify(report, undefined, 2);
}
