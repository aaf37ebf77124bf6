import { nameOf, outcomeAt, type Report, type Row, type Total } from './report';

/** A report for a terminal: the summary, and with details a line for each image. */
export function textOf(report: Report, details: boolean): string {
    const { rows, size, now, rules, totals } = report;
    return [
        `${count(rows.length, 'image')}, ${bytes(size)}, on ${day(now)}.`,
        'If nothing is pushed, pulled or restored any more:',
        '',
        '                 expired   archived       kept       frees     a month',
        ...totals.map(totalLine),
        '',
        ...(rules.length === 0 ? ['There is no lifecycle policy: every image is kept.'] : []),
        ...rules.flatMap(({ rule, words }) => ruleLines(report, rule.rulePriority, words)),
        ...unselected(report),
        ...notes(report),
        ...(details
            ? ['', ...detailLines(rows, now)]
            : ['', 'Each image: --details. A picture: --html FILE.']),
    ].join('\n');
}

export function when(days: number): string {
    return days === 0 ? 'today' : `in ${days} days`;
}

/** Of a time in milliseconds since 1970, the day in UTC. */
export function day(time: number): string {
    return new Date(time).toISOString().slice(0, 10);
}

export function bytes(size: number): string {
    return size < 1e9 ? `${(size / 1e6).toFixed(1)} MB` : `${(size / 1e9).toFixed(1)} GB`;
}

export function dollars(amount: number): string {
    return `$${amount.toFixed(2)}`;
}

/** What the numbers do not show. */
export function notes({ unknownLists, totals }: Report): string[] {
    const lists =
        unknownLists === 1 ? '1 multi-platform image does' : `${unknownLists} multi-platform images do`;
    return [
        ...(unknownLists > 0
            ? [
                  `${lists} not say what it is made of: its parts may be shown as expiring, though ECR keeps them. Add the answer of "aws ecr batch-get-image" for it to the file, as "images" beside "imageDetails".`,
              ]
            : []),
        ...(totals.some(({ freed }) => freed > 0)
            ? [
                  'Sizes count a layer in each image that has it, so what is freed is at most this (docs/costs.md).',
              ]
            : []),
        ...(totals.some(({ archived }) => archived > 0)
            ? [
                  'An archived GB costs as much as before (docs/costs.md), stays 90 days at least, and cannot be pulled.',
              ]
            : []),
    ];
}

function totalLine({ days, expired, archived, kept, freed, dollars: saved }: Total): string {
    const cells = [expired, archived, kept].map((number) => `${number}`.padStart(11)).join('');
    return `${when(days).padEnd(13)}${cells}${bytes(freed).padStart(12)}${dollars(saved).padStart(12)}`;
}

function ruleLines({ rows, now, totals }: Report, priority: number, words: string): string[] {
    const acted = totals.map(({ days }) => {
        const those = rows.filter(({ steps }) => steps[0]?.rule?.rulePriority === priority);
        return `${those.filter((row) => outcomeAt(row, days, now) !== 'kept').length} ${when(days)}`;
    });
    const selected = rows.filter(({ verdict }) => verdict.rule?.rulePriority === priority).length;
    return [
        `Rule ${priority}: ${words}`,
        `    selects ${count(selected, 'image')}; acts on ${acted.join(', ')}`,
    ];
}

function unselected({ rows }: Report): string[] {
    const those = rows.filter(({ verdict, steps }) => !verdict.rule && steps.length === 0).length;
    return those > 0 ? [`No rule selects ${count(those, 'image')}: kept.`] : [];
}

function detailLines(rows: readonly Row[], now: number): string[] {
    return rows.map(({ image, steps, why }) => {
        const dates = steps.map(({ at }) => (at <= now ? 'today' : day(at))).join(', ');
        return `${day(image.pushedAt)}  ${bytes(image.size).padStart(9)}  ${(dates || '-').padEnd(10)}  ${nameOf(image)}: ${why}`;
    });
}

export function count(number: number, noun: string): string {
    return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
