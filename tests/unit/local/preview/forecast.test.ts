import fc from 'fast-check';
import { forecast } from '../../../../local/preview/forecast';
import { evaluate, type Image } from '../../../../src/lifecycle/evaluate';
import type { EcrRule } from '../../../../src/lifecycle/policy';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 1);
const LAST_DAY = 25;

const days = (countNumber: number) => ({ countUnit: 'days', countNumber });
const limit = fc
    .integer({ min: 1, max: 8 })
    .chain((number) =>
        fc.constantFrom(
            { countType: 'sinceImagePushed', ...days(number) },
            { countType: 'sinceImagePulled', ...days(number) },
            { countType: 'sinceImageTransitioned', storageClass: 'archive', ...days(number) },
        ),
    );
const tags = fc.constantFrom(
    { tagStatus: 'untagged' },
    { tagStatus: 'any' },
    { tagStatus: 'tagged', tagPatternList: ['v*'] },
);
const policy = fc
    .array(
        fc.record({
            selection: fc.tuple(tags, limit).map(([tagging, limits]) => ({ ...tagging, ...limits })),
            type: fc.constantFrom('expire', 'transition'),
        }),
        { maxLength: 4 },
    )
    .map((rules) =>
        rules.map(({ selection, type }, index): EcrRule => {
            const isArchive = selection.countType === 'sinceImageTransitioned';
            return { rulePriority: index + 1, selection, action: { type: isArchive ? 'expire' : type } };
        }),
    );
const age = fc.integer({ min: 0, max: 12 });
/** Manifest lists and referrers refer to images before them, or to what has gone: there are no circles. */
const images = fc
    .array(
        fc.record(
            {
                tag: fc.constantFrom('v1', 'x'),
                pushed: age,
                pulled: age,
                archived: age,
                child: fc.nat(),
                subject: fc.nat({ max: 7 }),
            },
            { requiredKeys: ['pushed'] },
        ),
        { maxLength: 7 },
    )
    .map((all) =>
        all.map(
            ({ tag, pushed, pulled, archived, child, subject }, index): Image => ({
                digest: `${index}`,
                tags: tag === undefined ? [] : [tag],
                pushedAt: NOW - pushed * DAY,
                ...(pulled !== undefined && { pulledAt: NOW - pulled * DAY }),
                ...(archived !== undefined && { archivedAt: NOW - archived * DAY }),
                ...(child !== undefined && index > 0 && { children: [`${child % index}`] }),
                ...(subject !== undefined &&
                    child === undefined && { subject: subject < index ? `${subject}` : 'gone' }),
            }),
        ),
    );

test('a forecast is what evaluating day after day leads to', () => {
    fc.assert(
        fc.property(policy, images, (rules, all) => {
            const forecasts = forecast(rules, all, NOW);
            let left: readonly Image[] = all;
            // Half a day later, so that ages in whole days are passed and not just reached.
            for (let time = NOW + DAY / 2; time < NOW + LAST_DAY * DAY; time += DAY) {
                left = settled(rules, left, time);
                const foreseen = all.filter((_, index) => {
                    const { steps = [] } = forecasts[index] ?? {};
                    return !steps.some(({ outcome, at }) => outcome === 'expired' && at <= time);
                });
                expect(left.map(({ digest }) => digest)).toEqual(foreseen.map(({ digest }) => digest));
            }
        }),
        { numRuns: 500 },
    );
});

/** Evaluates until nothing more happens at that time, as ECR does within some days. */
function settled(rules: readonly EcrRule[], images: readonly Image[], time: number): readonly Image[] {
    const verdicts = evaluate(rules, images, time);
    const next = images.flatMap((image, index) => {
        const { outcome = 'kept' } = verdicts[index] ?? {};
        return outcome === 'expired'
            ? []
            : [outcome === 'archived' ? { ...image, archivedAt: time - DAY / 2 } : image];
    });
    return verdicts.every(({ outcome }) => outcome === 'kept') ? next : settled(rules, next, time);
}
