import type { ReplicationRule } from '@aws-sdk/client-ecr';
import fc from 'fast-check';
import { INTERVAL } from '../../src/engine/shared-object';
import { destinationsOf, type Rule } from '../../src/facets/replication-rules';
import {
    type Call,
    type Job,
    lookAndWrite,
    overwrite,
    Registry,
    Time,
    writer,
} from '../support/registry-writers';

/** Milliseconds from the sending of a write to its effect at most: docs/decisions/0003 relies on no more. */
const SLOWEST_WRITE = 5_000;

const FOREIGN: ReplicationRule[] = [
    { destinations: [{ region: 'ap-south-1', registryId: '999999999999' }] },
    {
        destinations: [{ region: 'us-west-2', registryId: '123456789012' }],
        repositoryFilters: [
            { filter: 'zeta', filterType: 'PREFIX_MATCH' },
            { filter: 'alpha', filterType: 'PREFIX_MATCH' },
        ],
    },
];

const job: fc.Arbitrary<Job> = fc.record({
    after: fc.integer({ min: 0, max: 4 * INTERVAL }),
    regions: fc.constantFrom(['us-west-2'], ['eu-west-1'], ['eu-west-1', 'us-west-2'], []),
    diesAt: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
});
const scenario = fc.record({
    stacks: fc.array(fc.array(job, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 6 }),
    delays: fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 7, maxLength: 41 }),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

let now = Date.now;
beforeEach(() => {
    now = Date.now;
});
afterEach(() => {
    Date.now = now;
});

/** Plays a scenario to its end; tells what became of the registry. */
async function play({ stacks, delays }: Scenario, call: Call): Promise<{ rules: Rule[]; writes: number }> {
    const time = new Time();
    Date.now = () => time.now;
    const registry = new Registry(time, delays, SLOWEST_WRITE, FOREIGN);
    const writers = stacks.map((jobs, index) => writer(`app-${index}`, jobs, registry, time, call));
    await time.run();
    await Promise.all(writers);
    const rules = registry.rules.map(({ destinations = [], repositoryFilters = [] }) => ({
        destinations: destinations.map(({ region = '', registryId = '' }) => ({ region, registryId })),
        filters: repositoryFilters.flatMap(({ filter }) => filter ?? []),
    }));
    return { rules, writes: registry.writes };
}

/** What is wrong in the end: entries lost, and entries that nobody wants any more. */
function wrong({ stacks }: Scenario, rules: readonly Rule[]): string[] {
    return stacks.flatMap((jobs, index) => {
        const wanted = [...(jobs.at(-1)?.regions ?? [])].sort();
        const found = destinationsOf(rules, `app-${index}`).map(({ region }) => region);
        return JSON.stringify(found) === JSON.stringify(wanted)
            ? []
            : [`app-${index}: ${found} instead of ${wanted}`];
    });
}

test('nobody’s entry is lost and none is left behind, in thousands of interleavings with deaths', async () => {
    let interleavings = 0;
    let writes = 0;
    await fc.assert(
        fc.asyncProperty(scenario, async (one) => {
            const end = await play(one, lookAndWrite);
            interleavings++;
            writes += end.writes;
            expect(wrong(one, end.rules)).toEqual([]);
            // The rules of others, as they were and in their order.
            expect(end.rules[0]).toEqual({ destinations: FOREIGN[0]?.destinations, filters: [] });
            expect(end.rules[1]?.filters.slice(0, 2)).toEqual(['zeta', 'alpha']);
        }),
        { numRuns: Number(process.env.RUNS ?? 3_000) },
    );
    console.info(`${interleavings} interleavings with ${writes} writes: no entry lost, none left behind`);
}, 300_000);

test('the same interleavings lose entries when each writer only reads, merges and writes', async () => {
    let bad = 0;
    await fc.assert(
        fc.asyncProperty(scenario, async (one) => {
            bad += wrong(one, (await play(one, overwrite)).rules).length > 0 ? 1 : 0;
        }),
        { numRuns: 300 },
    );
    console.info(`Read, merge, write: wrong in the end in ${bad} of 300 interleavings`);
    expect(bad).toBeGreaterThan(0);
}, 60_000);

test('two hundred repositories come and go, partly at the same time, and leave the entries of those that live', async () => {
    const sets = [
        ['us-west-2'],
        ['eu-west-1'],
        ['us-west-2', 'eu-west-1'],
        ['ap-south-1', 'eu-west-1'],
        ['sa-east-1'],
    ];
    const random = fc.sample(fc.integer({ min: 0, max: 999 }), { numRuns: 1_200, seed: 2026 });
    const next = () => random.pop() ?? 0;
    const stacks = Array.from({ length: 200 }, (): Job[] => {
        const regions = sets[next() % sets.length] ?? [];
        // Within a little over an hour, so that about ten work at the same time.
        const born = { after: next() * 4_000, regions };
        const changed =
            next() % 3 === 0 ? [{ after: next() * 500, regions: sets[next() % sets.length] ?? [] }] : [];
        const gone = next() % 2 === 0 ? [{ after: next() * 500, regions: [] }] : [];
        return [born, ...changed, ...gone];
    });
    const delays = fc.sample(fc.integer({ min: 0, max: 30 }), { numRuns: 101, seed: 2027 });
    const end = await play({ stacks, delays }, lookAndWrite);
    expect(wrong({ stacks, delays }, end.rules)).toEqual([]);
    expect(end.rules.slice(0, 2).map(({ filters }) => filters.slice(0, 2))).toEqual([[], ['zeta', 'alpha']]);
    // One rule for each set that is in use, and the two of others, one of which has a set of ours.
    expect(end.rules.length).toBeLessThanOrEqual(1 + sets.length);
    const operations = stacks.flat().length;
    console.info(
        `200 repositories, ${operations} operations: ${end.writes} writes, ${end.rules.length} rules in the end`,
    );
}, 120_000);
