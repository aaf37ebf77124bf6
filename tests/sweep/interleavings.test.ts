import {
    CreateLogStreamCommand,
    DeleteLogStreamCommand,
    DescribeLogStreamsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { ReplicationRule } from '@aws-sdk/client-ecr';
import fc from 'fast-check';
import type { Clients } from '../../src/aws/clients';
import { LockStreams, type Step } from '../../src/aws/lock-streams';
import { inTurn, TIMING, type Timing, type Turns } from '../../src/engine/shared-lock';
import { attempt, orUndefined } from '../../src/errors';
import { destinationsOf } from '../../src/facets/replication-rules';
import { type Job, type Lock, SimulatedAccount, type Weather, writer } from '../support/registry-writers';
import { randomNumbers, VirtualTime } from '../support/virtual-time';

/** Interleavings: some hundreds in seconds; INTERLEAVINGS=10000 for all. */
const RUNS = Number(process.env['INTERLEAVINGS'] ?? 300);

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
    after: fc.oneof(
        { arbitrary: fc.integer({ min: 0, max: 20_000 }), weight: 9 },
        { arbitrary: fc.constant(2 * 3_600_000), weight: 1 },
    ),
    regions: fc.constantFrom(['us-west-2'], ['eu-west-1'], ['eu-west-1', 'us-west-2'], []),
    isScanned: fc.boolean(),
    diesAt: fc.option(fc.integer({ min: 1, max: 16 }), { nil: undefined }),
});
/** Mostly fast messages, some slow ones. */
const realistic = fc.oneof(
    { arbitrary: fc.integer({ min: 0, max: 5 }), weight: 8 },
    { arbitrary: fc.integer({ min: 0, max: 100 }), weight: 1 },
    { arbitrary: fc.constant(100), weight: 1 },
);

/** As fast or as slow as can be, so that a bound is met often. */
const extreme = fc.constantFrom(0, 0, 0, 100);

const scenarioOf = (delay: fc.Arbitrary<number>) =>
    fc.record({
        seed: fc.integer(),
        stacks: fc.array(fc.array(job, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 8 }),
        weather: fc.record<Weather>({
            delays: fc.array(delay, { minLength: 30, maxLength: 61 }),
            staleness: fc.constantFrom(0, 1_000, 60_000),
            callbacks: fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 1, maxLength: 7 }),
        }),
    });
const scenario = scenarioOf(realistic);
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

/** What is wrong in the end, in a sentence each. */
interface End {
    readonly wrong: readonly string[];
    readonly writes: number;
}

/** Plays a scenario to its end. */
async function play({ seed, stacks, weather }: Scenario, lock: Lock): Promise<End> {
    const random = randomNumbers(seed);
    jest.spyOn(Math, 'random').mockImplementation(random);
    const time = new VirtualTime();
    const account = new SimulatedAccount(time, weather, random, FOREIGN);
    const writers = stacks.map((jobs, index) => writer(`app-${index}`, jobs, account, time, weather, lock));
    await time.run();
    const undone = (await Promise.all(writers)).flat();
    return {
        wrong: [
            ...undone.map((job) => `never done: ${JSON.stringify(job)}`),
            ...(account.overlaps > 0 ? [`${account.overlaps} writes in another's turn`] : []),
            ...differences(stacks, account),
        ],
        writes: account.writes,
    };
}

/** Entries that are lost or left behind, and what of others' rules is not as it was. */
function differences(stacks: Scenario['stacks'], { rules, scanningRules }: SimulatedAccount): string[] {
    const known = rules.map(({ destinations = [], repositoryFilters = [] }) => ({
        destinations: destinations.map(({ region = '', registryId = '' }) => ({ region, registryId })),
        filters: repositoryFilters.flatMap(({ filter }) => filter ?? []),
    }));
    const scanned = scanningRules.flatMap(({ repositoryFilters = [] }) =>
        repositoryFilters.map(({ filter }) => filter),
    );
    const entries = stacks.flatMap((jobs, index) => {
        const { regions = [], isScanned = false } = jobs.at(-1) ?? {};
        const found = {
            regions: destinationsOf(known, `app-${index}`).map(({ region }) => region),
            isScanned: scanned.includes(`app-*${index}`),
        };
        const wanted = { regions: [...regions].sort(), isScanned };
        return JSON.stringify(found) === JSON.stringify(wanted)
            ? []
            : [`app-${index}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`];
    });
    const foreign = [rules[0]?.destinations, rules[1]?.repositoryFilters?.slice(0, 2)];
    const isSame =
        JSON.stringify(foreign) === JSON.stringify([FOREIGN[0]?.destinations, FOREIGN[1]?.repositoryFilters]);
    return isSame ? entries : [...entries, `the rules of others became ${JSON.stringify(foreign)}`];
}

/** The lock of this type, or one with another bound. */
function turns(timing: Timing = TIMING, of: (aws: Clients) => Turns = streamsOf): Lock {
    return (aws, time) => {
        const clock = {
            monotonic: () => time.now,
            wall: () => time.now,
            sleep: (milliseconds: number) => time.sleep(milliseconds),
        };
        return (work) => inTurn(of(aws), 45_000, work, clock, timing);
    };
}

function streamsOf(aws: Clients): Turns {
    return new LockStreams({ ...PLACE, aws });
}

const PLACE = { partition: 'aws', region: 'us-east-1', account: '123456789012', repositoryName: 'app' };

/** As every other tool does it: read, merge, write. */
const noLock: Lock = () => (work) =>
    work({
        async write(call) {
            await call();
            return true;
        },
    });

/** A lock of one name, which waiters of a dead holder delete and create again. */
class DeleteAndCreate implements Turns {
    constructor(private readonly aws: Clients) {}

    async newest(): Promise<Step> {
        const { logStreams = [] } = await this.ask(() =>
            this.aws.logs.send(new DescribeLogStreamsCommand({})),
        );
        return { turn: logStreams[0]?.creationTime ?? 0, isOver: logStreams.length === 0 };
    }

    async begin(): Promise<boolean> {
        const create = () => this.aws.logsNoRetry.send(new CreateLogStreamCommand(NAME));
        return (await this.ask(() => orUndefined(create(), 'ResourceAlreadyExistsException'))) !== undefined;
    }

    async end(): Promise<void> {
        await this.ask(() => this.aws.logs.send(new DeleteLogStreamCommand(NAME)));
    }

    async forget(): Promise<void> {}

    private ask<T>(call: () => Promise<T>): Promise<T> {
        return attempt(call, PLACE, 'locking');
    }
}

const NAME = { logGroupName: 'lock', logStreamName: 'lock' };

afterEach(() => {
    jest.restoreAllMocks();
});

test('in every interleaving nothing is lost, nothing is left, nobody starves, no two hold the lock', async () => {
    let writes = 0;
    await fc.assert(
        fc.asyncProperty(scenario, async (one) => {
            const end = await play(one, turns());
            writes += end.writes;
            expect(end.wrong).toEqual([]);
        }),
        { numRuns: RUNS, seed: 2026 },
    );
    console.info(`${RUNS} interleavings with ${writes} writes: no entry lost, none left behind`);
}, 3_600_000);

/** The scenarios are sharp enough: each of these goes wrong in some of them. */
test.each<[string, Lock, number]>([
    ['read, merge, write', noLock, 300],
    ['a lock without take-over', turns({ ...TIMING, takeOver: Number.POSITIVE_INFINITY }), 100],
    ['take-over by delete and create', turns(TIMING, (aws) => new DeleteAndCreate(aws)), 1_000],
    ['a bound one second too short', turns({ ...TIMING, takeOver: TIMING.takeOver - 1_000 }), 3_000],
])(
    '%s goes wrong',
    async (_name, lock, runs) => {
        const details = await fc.check(
            fc.asyncProperty(scenarioOf(extreme), async (one) => (await play(one, lock)).wrong.length === 0),
            { numRuns: runs, seed: 2026, endOnFailure: true },
        );
        console.info(`${_name}: wrong in interleaving ${details.numRuns}`);
        expect(details.failed).toBe(true);
    },
    600_000,
);
