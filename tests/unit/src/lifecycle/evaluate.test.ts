/**
 * What the lifecycle engine says of images: by the examples of AWS's documentation in vectors.json, or in the file
 * of the same form that LIFECYCLE_VECTORS names, and by an evaluation that shares no code with it.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { evaluate, type Image } from '../../../../src/lifecycle/evaluate';
import type { EcrRule } from '../../../../src/lifecycle/policy';
import * as oracle from '../../../support/ecr-lifecycle';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 1);

interface VectorImage {
    readonly id: string;
    readonly tags: readonly string[];
    readonly pushedDaysAgo: number;
    readonly pulledDaysAgo?: number;
    readonly archivedDaysAgo?: number;
    readonly activatedDaysAgo?: number;
    readonly children?: readonly string[];
    readonly subject?: string;
}

interface Vector {
    readonly id: string;
    readonly policy: { readonly rules: readonly EcrRule[] };
    readonly images: readonly VectorImage[];
    readonly expired: readonly string[];
    readonly archived?: readonly string[];
}

const file = process.env.LIFECYCLE_VECTORS ?? path.join(__dirname, 'vectors.json');
const { vectors }: { readonly vectors: readonly Vector[] } = JSON.parse(readFileSync(file, 'utf8'));

test.each(vectors.map((vector) => [vector.id, vector] as const))('vector %s', (_id, vector) => {
    const { policy, expired, archived = [] } = vector;
    const images = vector.images.map(imageOf);
    const verdicts = evaluate(policy.rules, images, NOW);
    const having = (outcome: string) =>
        images.flatMap(({ digest }, index) => (verdicts[index]?.outcome === outcome ? [digest] : [])).sort();
    expect({ expired: having('expired'), archived: having('archived') }).toEqual({
        expired: expired.toSorted(),
        archived: archived.toSorted(),
    });
});

function imageOf(image: VectorImage): Image {
    const { id, tags, pushedDaysAgo, pulledDaysAgo, archivedDaysAgo, activatedDaysAgo, children, subject } =
        image;
    const time = (daysAgo: number) => NOW - Math.round(daysAgo * DAY);
    return {
        digest: id,
        tags,
        pushedAt: time(pushedDaysAgo),
        ...(pulledDaysAgo !== undefined && { pulledAt: time(pulledDaysAgo) }),
        ...(archivedDaysAgo !== undefined && { archivedAt: time(archivedDaysAgo) }),
        ...(activatedDaysAgo !== undefined && { activatedAt: time(activatedDaysAgo) }),
        ...(children && { children }),
        ...(subject !== undefined && { subject }),
    };
}

const PATTERNS = ['*', 'v*', '*v', 'v*1', 'a*b*a', '*a*', 'v1', 'ab', '**', 'prod', 'a*a'];
const tag = fc.constantFrom('v', 'v1', 'v11', 'a', 'aba', 'ab', 'prod', 'prod-v', 'aa', 'b1');
const limit = fc.oneof(
    fc.record({ countType: fc.constant('imageCountMoreThan'), countNumber: fc.integer({ min: 1, max: 6 }) }),
    fc.record({
        countType: fc.constantFrom('sinceImagePushed', 'sinceImagePulled'),
        countUnit: fc.constant('days'),
        countNumber: fc.integer({ min: 1, max: 9 }),
    }),
    fc.record({
        countType: fc.constant('sinceImageTransitioned'),
        storageClass: fc.constant('archive'),
        countUnit: fc.constant('days'),
        countNumber: fc.integer({ min: 1, max: 9 }),
    }),
);
const tagging = fc.oneof(
    fc.constantFrom({ tagStatus: 'untagged' }, { tagStatus: 'any' }),
    fc.record({
        tagStatus: fc.constant('tagged'),
        tagPatternList: fc.array(fc.constantFrom(...PATTERNS), { minLength: 1, maxLength: 2 }),
    }),
    fc.record({
        tagStatus: fc.constant('tagged'),
        tagPrefixList: fc.array(fc.constantFrom('v', 'a', 'prod', 'p', 'ab'), { minLength: 1, maxLength: 2 }),
    }),
);
const rules = fc.uniqueArray(
    fc
        .record({
            rulePriority: fc.integer({ min: 1, max: 99 }),
            selection: fc.tuple(tagging, limit).map(([tags, limits]) => ({ ...tags, ...limits })),
            action: fc.constantFrom(
                { type: 'expire' },
                { type: 'transition', targetStorageClass: 'archive' },
            ),
        })
        .filter(({ selection, action }) => !('storageClass' in selection) || action.type === 'expire'),
    { selector: ({ rulePriority }) => rulePriority, maxLength: 5 },
);
/** In days, on the clock of the other evaluation. */
const TODAY = 100;
const age = fc.integer({ min: 0, max: 10 });
const repository = fc
    .array(
        fc.record(
            {
                tags: fc.uniqueArray(tag, { maxLength: 3 }),
                pushedDaysAgo: age,
                pulledDaysAgo: age,
                archivedDaysAgo: age,
                activatedDaysAgo: age,
                children: fc.array(fc.nat({ max: 9 }).map(String), { maxLength: 2 }),
                subject: fc.nat({ max: 9 }),
            },
            { requiredKeys: ['tags', 'pushedDaysAgo'] },
        ),
        { maxLength: 10 },
    )
    .map((images) =>
        images.map(({ subject, ...image }, index) => ({
            ...image,
            id: `${index}`,
            // The digest of a referrer depends on its subject's, so there are no circles.
            ...(subject !== undefined && { subject: subject < index ? `${subject}` : 'gone' }),
        })),
    );

test('the engine agrees with an evaluation of its own', () => {
    fc.assert(
        fc.property(rules, repository, (policy, images) => {
            const engine = evaluate(policy, images.map(imageOf), NOW).flatMap(({ outcome, rule }, index) =>
                outcome === 'kept'
                    ? []
                    : [
                          [
                              `${index}`,
                              {
                                  rulePriority: rule?.rulePriority,
                                  action: outcome === 'expired' ? 'expire' : 'transition',
                              },
                          ],
                      ],
            );
            const days = images.map(
                ({ id, pushedDaysAgo, pulledDaysAgo, archivedDaysAgo, activatedDaysAgo, ...rest }) => ({
                    ...rest,
                    digest: id,
                    pushedAt: TODAY - pushedDaysAgo,
                    ...(pulledDaysAgo !== undefined && { pulledAt: TODAY - pulledDaysAgo }),
                    ...(archivedDaysAgo !== undefined && { archivedAt: TODAY - archivedDaysAgo }),
                    ...(activatedDaysAgo !== undefined && { activatedAt: TODAY - activatedDaysAgo }),
                }),
            );
            expect(engine).toEqual([...oracle.evaluate({ rules: policy }, days, TODAY)]);
        }),
        { numRuns: 3000 },
    );
});

/** Each rule looks at each image, for hardly any of them selects more than a few. CPU time, the best of three, for the machine may be busy. */
test('100,000 images and 50 rules take less than a second and 200 MB', () => {
    const images = Array.from({ length: 100_000 }, (_, index) => ({
        digest: `sha256:${index}`,
        tags: [`release-${index}-linux`, `main-${index % 977}`],
        pushedAt: NOW - ((index * 7919) % 100_000) * 60_000,
    }));
    const policy = Array.from({ length: 50 }, (_, index) => ({
        rulePriority: index + 1,
        selection: {
            tagStatus: 'tagged',
            tagPatternList: [`release-${index}*`],
            countType: 'imageCountMoreThan',
            countNumber: 1,
        },
        action: { type: 'expire' },
    }));
    const memory = process.memoryUsage().heapUsed;
    const seconds = Array.from({ length: 3 }, () => {
        const start = process.cpuUsage();
        const verdicts = evaluate(policy, images, NOW);
        const { user, system } = process.cpuUsage(start);
        expect(verdicts.filter(({ outcome }) => outcome === 'expired').length).toBeGreaterThan(10_000);
        return (user + system) / 1e6;
    });
    expect(Math.min(...seconds)).toBeLessThan(1);
    expect((process.memoryUsage().heapUsed - memory) / 2 ** 20).toBeLessThan(200);
});
