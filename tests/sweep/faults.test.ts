import type { Holdings } from '../../local/aws/world';
import type { PartialProperties } from '../../src/properties';
import { ACCOUNT, NAME, TOPIC } from '../support/my-app';
import {
    among,
    CAUSES,
    type End,
    FAULTS,
    type Injection,
    type Operation,
    SimulatedAccount,
} from '../support/simulated-account';
import { difference, textOf } from '../support/snapshot';
import { useFunction, useStandIn } from '../support/suite';

/*
 * Faults at every call of every operation. After each one CloudFormation's own next step runs in an AWS that is well
 * again: a failed create is rolled back by a delete, a failed update by an update to the properties before, and a failed
 * delete is repeated. Then all that the account holds, the things of others among it, must be as it was.
 *
 * Run alone it injects a fault at every fifth call, another kind each time; in `npm run test:all` every kind at every call, once
 * and for good, but in the three scenarios that take longest no more than alone; SWEEP=all leaves nothing out.
 */
const SWEEP = process.env['SWEEP'];

/** Accounts that are worked on at the same time; fewer for few faults, since it takes a while to prepare one. */
const ACCOUNTS = 24;
const FAULTS_WORTH_A_LANE = 4;

/** Faults between two words of how far it is. */
const PROGRESS = 100;

const MINIMAL: PartialProperties = { RepositoryName: NAME };

/** With a key of its own: of AWS's, moto makes another one at every creation. */
const ENCRYPTED: PartialProperties = {
    EncryptionType: 'KMS',
    KmsKeyArn: `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
};

/** As in examples/production.yml. */
const PRODUCTION: PartialProperties = {
    RepositoryName: NAME,
    ImageTagMutability: 'IMMUTABLE',
    ...ENCRYPTED,
    TagPrefixList: ['v', 'prod', 'release'],
    TaggedImageRetentionCount: 20,
    ImageRetentionDays: 90,
    EnableRepositoryPolicy: true,
    PullAccountIds: [ACCOUNT],
    EnableScanLogging: true,
    CreateCloudWatchAlarms: true,
    AlarmActions: [TOPIC],
    Tags: [{ Key: 'Service', Value: 'api' }],
};

const CHANGED: PartialProperties = {
    ...PRODUCTION,
    ImageTagMutability: 'MUTABLE',
    ScanOnPush: false,
    EmptyOnDelete: true,
    TaggedImageRetentionCount: 5,
    PullAccountIds: ['111111111111'],
    LogRetentionDays: 7,
    VulnerabilityThreshold: 3,
    EnableScanNotifications: true,
    SnsTopicArn: TOPIC,
    CreateDashboard: true,
    Tags: [{ Key: 'Team', Value: 'platform' }],
};

const SWITCHED_OFF: PartialProperties = { RepositoryName: NAME, ...ENCRYPTED, EnableLifecyclePolicy: false };

const REPLICATED: PartialProperties = {
    RepositoryName: NAME,
    EnableReplication: true,
    ReplicationDestinations: [
        { Region: 'us-west-2', EnableReplicationTimeControl: true, EnableReplicationMetrics: true },
        { Region: 'eu-west-1' },
    ],
    EnableRegistryScanning: true,
    Tags: [{ Key: 'Service', Value: 'api' }],
};

const ELSEWHERE: PartialProperties = {
    ...REPLICATED,
    ReplicationDestinations: [{ Region: 'eu-west-1', EnableReplicationMetrics: true }],
    Tags: [{ Key: 'Service', Value: 'web' }],
};

/** What somebody else has in the account: a repository that shares the registry and the log policy with ours. */
const NEIGHBOUR: PartialProperties = {
    RepositoryName: 'my-app-2',
    EnableReplication: true,
    ReplicationDestinations: [{ Region: 'us-west-2' }],
    EnableRegistryScanning: true,
    EnableScanLogging: true,
};

interface Scenario {
    readonly what: string;
    readonly operation: Operation;
    /** What the resource is before; a create has nothing. */
    readonly before?: PartialProperties;
    readonly isShared?: boolean;
    readonly isLong?: boolean;
}

const update = (
    previous: PartialProperties,
    properties: PartialProperties,
): Pick<Scenario, 'operation' | 'before'> => ({
    operation: { action: 'UPDATE', properties, previous },
    before: previous,
});
const create = (properties: PartialProperties) => ({ operation: { action: 'CREATE' as const, properties } });
const remove = (before: PartialProperties) => ({
    operation: { action: 'DELETE' as const, properties: MINIMAL },
    before,
});

const SCENARIOS: readonly Scenario[] = [
    { what: 'create with nothing declared', ...create(MINIMAL) },
    { what: 'delete with nothing declared', ...remove(MINIMAL) },
    { what: 'create of the production example', ...create(PRODUCTION) },
    { what: 'update of almost everything', ...update(PRODUCTION, CHANGED) },
    { what: 'update that switches all off', ...update(CHANGED, SWITCHED_OFF) },
    { what: 'delete of the production example', ...remove(PRODUCTION) },
    { what: 'create with replication', ...create(REPLICATED), isShared: true, isLong: true },
    { what: 'update of the replication', ...update(REPLICATED, ELSEWHERE), isShared: true, isLong: true },
    { what: 'delete with replication', ...remove(REPLICATED), isShared: true, isLong: true },
];

const standIn = useStandIn({ keep: true });
// Little time for an answer, so that what fails for good does so in seconds.
const typeFunction = useFunction(standIn, { timeoutSeconds: 15, speed: 10 });
const total = { injected: 0, survived: 0 };

afterAll(() => console.info(`${total.injected} faults injected, ${total.survived} survived`));

test.each(SCENARIOS)(
    '$what survives a fault at every call',
    async (scenario) => {
        const accounts = Array.from({ length: ACCOUNTS }, () => new SimulatedAccount(standIn, typeFunction));
        standIn.intercept(among(accounts));
        const [first, ...others] = accounts.map((account) => new Sweep(account, scenario));
        if (!first) {
            throw new Error('There is no account');
        }
        await first.prepare();
        const jobs = injections(first.calls, scenario.isLong);
        const needed = others.slice(0, Math.ceil(jobs.length / FAULTS_WORTH_A_LANE) - 1);
        const results = await Promise.all([
            work(first, jobs, scenario.what),
            ...needed.map((sweep) => sweep.prepare().then(() => work(sweep, jobs, scenario.what))),
        ]);
        const problems = results.flatMap(({ problem }) => problem ?? []);
        const injected = results.reduce((sum, one) => sum + one.injected, 0);
        total.injected += injected;
        total.survived += injected - problems.length;
        console.info(
            `${scenario.what}: ${first.calls} calls, ${injected} faults, ${problems.length} not survived`,
        );
        expect(problems).toEqual([]);
        expect(injected).toBeGreaterThan(0);
    },
    1_800_000,
);

/** Injects faults until none is left, or until one is not survived: then the account is not what the next one needs. */
async function work(
    sweep: Sweep,
    jobs: Injection[],
    what: string,
): Promise<{ injected: number; problem?: string }> {
    let injected = 0;
    for (let job = jobs.shift(); job; job = jobs.shift()) {
        const { isMet, problem } = await sweep.inject(job);
        injected += isMet ? 1 : 0;
        if (problem || jobs.length % PROGRESS === 0) {
            tell(`${what}: ${jobs.length} faults left ${problem ?? ''}`);
        }
        if (problem) {
            const how = job.forGood ? 'for good' : 'once';
            return { injected, problem: `${how} ${job.fault} at call ${job.at}: ${problem}` };
        }
    }
    return { injected };
}

/** One scenario in one account, over and over. */
class Sweep {
    /** How many calls the operation makes when nothing fails. */
    calls = 0;
    /** What the account holds where the operation begins. */
    private begin: Holdings = new Map();
    private base = '';
    private after = '';

    constructor(
        private readonly account: SimulatedAccount,
        private readonly scenario: Scenario,
    ) {}

    /** Brings the account to where the operation begins, and learns how it ends when nothing fails. */
    async prepare(): Promise<void> {
        const { operation, before, isShared } = this.scenario;
        if (isShared) {
            await this.succeed({ action: 'CREATE', properties: NEIGHBOUR });
        }
        if (before) {
            await this.succeed({ action: 'CREATE', properties: before });
        }
        this.begin = this.account.holdings();
        this.base = textOf(this.begin);
        this.calls = (await this.succeed(operation)).calls;
        this.after = textOf(this.account.holdings());
        expect(this.after).not.toEqual(this.base);
    }

    /** Whether the operation made the call that was to fail, and what is wrong in the end. */
    async inject(injection: Injection): Promise<{ isMet: boolean; problem?: string }> {
        const { account, scenario } = this;
        account.restore(this.begin);
        const end = await account.run(scenario.operation, injection);
        const isMet = end.failedAction !== undefined;
        const problem = await this.problemAfter(end, injection);
        return { isMet, ...(problem && { problem: `${end.failedAction}: ${problem}` }) };
    }

    private async problemAfter(end: End, { fault }: Injection): Promise<string | undefined> {
        const { action } = this.scenario.operation;
        const isGone = action === 'DELETE' && end.errorCode === 'NotFound';
        if (end.status === 'SUCCESS' || isGone) {
            return this.differs(this.after, 'a success');
        }
        const { words, codes } = CAUSES[fault];
        if (!words.test(end.message) || !codes.includes(end.errorCode)) {
            return `the error does not name the cause: ${end.errorCode} ${end.message}`;
        }
        const next = await this.nextStep(end);
        const isOver = next.status === 'SUCCESS' || (next.errorCode === 'NotFound' && action !== 'UPDATE');
        if (!isOver) {
            return `the next step fails: ${next.errorCode} ${next.message}`;
        }
        return action === 'DELETE'
            ? this.differs(this.after, 'the repeated delete')
            : this.differs(this.base, 'a rollback');
    }

    /** What CloudFormation does after a failure. What it does not know of it cannot delete. */
    private async nextStep({ isKnown }: End): Promise<Pick<End, 'status' | 'errorCode' | 'message'>> {
        const { action, properties, previous } = this.scenario.operation;
        if (action === 'UPDATE' && previous) {
            return this.account.run({ action, properties: previous, previous: properties });
        }
        return isKnown
            ? this.account.run({ action: 'DELETE', properties: MINIMAL })
            : { status: 'SUCCESS', errorCode: '', message: '' };
    }

    private async succeed(operation: Operation): Promise<End> {
        const end = await this.account.run(operation);
        expect(end).toMatchObject({ status: 'SUCCESS', message: '' });
        return end;
    }

    private differs(wanted: string, after: string): string | undefined {
        const found = textOf(this.account.holdings());
        return found === wanted
            ? undefined
            : `AWS holds something else after ${after}: ${difference(wanted, found)}`;
    }
}

/** At once: Jest keeps the console's lines until the file is done, which may take an hour. */
function tell(line: string): void {
    process.stderr.write(`${line.trimEnd()}\n`);
}

function injections(calls: number, isLong = false): Injection[] {
    const numbers = Array.from({ length: calls }, (_, index) => index + 1);
    const kinds = FAULTS.flatMap((fault) => [false, true].map((forGood) => ({ fault, forGood })));
    const all = numbers.flatMap((at) => kinds.map((kind) => ({ ...kind, at })));
    // There are 12 kinds: 61 further on stands the next kind, five calls later.
    const isWhole = SWEEP === 'all' || (SWEEP === 'full' && !isLong);
    return all.filter((_, index) => isWhole || index % 61 === 0);
}
