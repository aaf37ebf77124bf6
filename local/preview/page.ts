import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DAY, HORIZONS, nameOf, outcomeAt, type Report } from './report';
import { bytes, count, day, dollars, notes, when } from './text';

/** Neighbours in this order are easy to tell apart, also for people who see few colours (after Okabe and Ito). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#7f5539', '#5e3c99'];

/** Images that no rule selects. */
const NO_RULE = '#8a8f98';

/** The farthest day that the slider reaches; at least the last of the marks. */
const FARTHEST = 365;

/** One page that needs nothing else: what becomes of each image, as a picture and in words. */
export function pageOf(report: Report, title: string): string {
    const { rows, now, size } = report;
    const colours = coloursOf(report);
    const data = {
        now,
        rules: [...colours],
        images: rows.map(({ image, verdict, steps, why }) => ({
            name: nameOf(image),
            pushed: image.pushedAt,
            rule: verdict.rule?.rulePriority ?? 0,
            steps: steps.map(({ outcome, at }) => [(at - now) / DAY, outcome]),
            why,
        })),
    };
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lifecycle of ${escaped(title)}</title>
<style>
${part('picture.css')}</style>
</head>
<body>
<h1>Lifecycle of ${escaped(title)}</h1>
<p>${count(rows.length, 'image')}, ${bytes(size)}, on ${day(now)}; what happens if nothing is pushed, pulled or restored any more.</p>
<table class="totals">
<thead><tr><th scope="col">When</th><th scope="col">Expired</th><th scope="col">Archived</th><th scope="col">Kept</th><th scope="col">Frees</th><th scope="col">A month</th></tr></thead>
<tbody>
${report.totals.map(({ days, expired, archived, kept, freed, dollars: saved }) => `<tr><th scope="row">${when(days)}</th><td>${expired}</td><td>${archived}</td><td>${kept}</td><td>${bytes(freed)}</td><td>${dollars(saved)}</td></tr>`).join('\n')}
</tbody>
</table>
<section class="picture">
<div class="controls">
<label for="days">Shown: <output id="shown"></output></label>
<input id="days" type="range" min="0" max="${FARTHEST}" value="0" step="1">
<div class="marks">${HORIZONS.map((days) => `<button type="button" data-days="${days}">${days === 0 ? 'Today' : `+${days} days`}</button>`).join('')}</div>
</div>
<canvas id="images" role="img" aria-label="Each image a dot at the day of its push, in its rule's colour; the list below says the same in words"></canvas>
<p class="key"><span class="dot full"></span> is there <span class="dot archived"></span> in the archive <span class="dot gone"></span> expired</p>
<p id="pointed" aria-live="polite">Point at a dot to see which image it is.</p>
</section>
<h2>Rules</h2>
<ol class="rules">
${ruleItems(report, colours)}
</ol>
${notes(report)
    .map((note) => `<p class="note">${escaped(note)}</p>`)
    .join('\n')}
<details>
<summary>Each image</summary>
<div class="scroll"><table class="images">
<thead><tr><th scope="col">Pushed</th><th scope="col">Image</th><th scope="col">What happens, and why</th><th scope="col">When</th></tr></thead>
<tbody>
${rows.map(({ image, steps, why }) => `<tr><td>${day(image.pushedAt)}</td><td>${escaped(nameOf(image))}</td><td>${escaped(why)}</td><td>${steps.map(({ at }) => (at <= now ? 'today' : day(at))).join(', ')}</td></tr>`).join('\n')}
</tbody>
</table></div>
</details>
<script type="application/json" id="data">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>
<script>
${part('picture.js')}</script>
</body>
</html>
`;
}

/** By priority; 0 is for images that no rule selects. */
function coloursOf({ rules }: Report): Map<number, string> {
    const ofRules = rules.map(({ rule }, index): [number, string] => [
        rule.rulePriority,
        COLOURS[index] ?? `hsl(${(index * 137.5) % 360} 55% 42%)`,
    ]);
    return new Map([...ofRules, [0, NO_RULE]]);
}

function ruleItems({ rules, rows, now }: Report, colours: ReadonlyMap<number, string>): string {
    const lines = [
        ...rules.map(({ rule, words }) => [rule.rulePriority, words] as const),
        [0, 'No rule selects these images: they are kept.'] as const,
    ];
    return lines
        .flatMap(([priority, words]) => {
            const own = rows.filter(({ verdict }) => (verdict.rule?.rulePriority ?? 0) === priority);
            const gone = HORIZONS.map(
                (days) => `${own.filter((row) => outcomeAt(row, days, now) !== 'kept').length} ${when(days)}`,
            );
            const acted = priority === 0 ? '' : `; acts on ${gone.join(', ')}`;
            const name = priority === 0 ? '' : `<strong>${priority}.</strong> `;
            return priority === 0 && own.length === 0
                ? []
                : [
                      `<li><span class="swatch" style="background:${colours.get(priority)}"></span><span>${name}${escaped(words)} <small>${count(own.length, 'image')}${acted}.</small></span></li>`,
                  ];
        })
        .join('\n');
}

function part(name: string): string {
    return readFileSync(path.join(__dirname, name), 'utf8');
}

function escaped(text: string): string {
    return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
