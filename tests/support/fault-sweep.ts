import type { Holdings } from '../../local/aws/world';
import type { PartialProperties } from '../../src/properties';
import { movedTo } from './moved-to';
import { IDENTIFIER } from './my-app';
import {
    among,
    CAUSES,
    type End,
    FAULTS,
    type Injection,
    type Operation,
    SimulatedAccount,
} from './simulated-account';
import { difference, textOf } from './snapshot';
import { useFunction, useStandIn } from './suite';

/*
 * Faults at every call of an operation. After each one CloudFormation's own next step runs in an AWS that is well
 * again: a failed create is rolled back by a delete, a failed update by an update to the properties before, and a failed
 * delete is repeated. Then all that the account holds, the things of others among it, must be as it was.
 *
 * Run alone it injects a fault at every fifth call, another kind each time; in `npm run test:all` every kind at every
 * call, once and for good.
 */
const IS_FULL = process.env['SWEEP'] === 'full';

/**
 * Accounts that are worked on at the same time. What fails once keeps the processor busy; what fails for good waits for
 * the lock now and then. More of them would delay each call so much that turns at the lock run out of time, again and again.
 */
const ACCOUNTS = { once: 4, forGood: 16 };

/** Faults between two words of how far it is. */
const PROGRESS = 100;

/** An operation that is to survive. */
export interface Scenario {
    readonly what: string;
    readonly operation: Operation;
    /** What the resource is before; a create has nothing. */
    readonly before?: PartialProperties;
    /** What somebody else has in the account. */
    readonly neighbour?: PartialProperties;
}

export const create = (properties: PartialProperties): Pick<Scenario, 'operation'> => ({
    operation: { action: 'CREATE', properties },
});
export const update = (
    previous: PartialProperties,
    properties: PartialProperties,
): Pick<Scenario, 'operation' | 'before'> => ({
    operation: { action: 'UPDATE', properties, previous },
    before: previous,
});
export const remove = (before: PartialProperties): Pick<Scenario, 'operation' | 'before'> => ({
    operation: { action: 'DELETE', properties: IDENTIFIER },
    before,
});

/** The tests of one file: each scenario survives a fault at every call. */
export function testFaults(scenarios: readonly Scenario[]): void {
    const standIn = useStandIn({ keep: true });
    // Little time for an answer, so that what fails for good does so in seconds; and enough for a turn at the lock, which
    // passes as fast as the waits do, whatever the machine has to do beside it.
    const typeFunction = useFunction(standIn, { timeoutSeconds: 15, speed: 5, retrySpeed: 100 });
    const total = { injected: 0, survived: 0 };

    afterAll(() => console.info(`${total.injected} faults injected, ${total.survived} survived`));

    test.each(scenarios)(
        '$what survives a fault at every call',
        async (scenario) => {
            const first = new SimulatedAccount(standIn, typeFunction);
            const others = Array.from(
                { length: ACCOUNTS.once + ACCOUNTS.forGood - 1 },
                () => new SimulatedAccount(standIn, typeFunction),
            );
            standIn.intercept(among([first, ...others]));
            const course = await undisturbed(first, scenario);
            const all = injections(course.calls);
            const once = all.filter(({ forGood }) => !forGood);
            const forGood = all.filter((injection) => injection.forGood);
            const results = await Promise.all(
                [first, ...others].map((account, index) =>
                    work(new Sweep(account, course), index < ACCOUNTS.once ? once : forGood),
                ),
            );
            const problems = results.flatMap(({ problem }) => problem ?? []);
            const injected = results.reduce((sum, one) => sum + one.injected, 0);
            total.injected += injected;
            total.survived += injected - problems.length;
            console.info(
                `${scenario.what}: ${course.calls} calls, ${injected} faults, ${problems.length} not survived`,
            );
            expect(problems).toEqual([]);
            expect(injected).toBeGreaterThan(0);
        },
        1_800_000,
    );
}

/** A scenario where nothing fails: its calls, and what the account holds where the operation begins and in the end. */
interface Course extends Scenario {
    readonly calls: number;
    readonly account: string;
    readonly begin: Holdings;
    readonly end: Holdings;
}

async function undisturbed(account: SimulatedAccount, scenario: Scenario): Promise<Course> {
    const { operation, before, neighbour } = scenario;
    for (const properties of [neighbour, before]) {
        if (properties) {
            await succeed(account, { action: 'CREATE', properties });
        }
    }
    const begin = account.holdings();
    const { calls } = await succeed(account, operation);
    const end = account.holdings();
    expect(textOf(end)).not.toEqual(textOf(begin));
    return { ...scenario, calls, account: account.id, begin, end };
}

async function succeed(account: SimulatedAccount, operation: Operation): Promise<End> {
    const end = await account.run(operation);
    expect(end).toMatchObject({ status: 'SUCCESS', message: '' });
    return end;
}

/** Injects faults until none is left, or until one is not survived. */
async function work(sweep: Sweep, jobs: Injection[]): Promise<{ injected: number; problem?: string }> {
    let injected = 0;
    for (let job = jobs.shift(); job; job = jobs.shift()) {
        const { isMet, problem } = await sweep.inject(job);
        injected += isMet ? 1 : 0;
        const how = job.forGood ? 'for good' : 'once';
        if (problem || jobs.length % PROGRESS === 0) {
            tell(`${sweep.what}: ${jobs.length} faults ${how} left ${problem ?? ''}`);
        }
        if (problem) {
            return { injected, problem: `${how} ${job.fault} at call ${job.at}: ${problem}` };
        }
    }
    return { injected };
}

/** One scenario in one account, over and over. */
class Sweep {
    readonly what: string;
    private readonly operation: Operation;
    /** What the account holds where the operation begins. */
    private readonly begin: Holdings;
    private readonly base: string;
    private readonly after: string;

    constructor(
        private readonly account: SimulatedAccount,
        { what, operation, account: from, begin, end }: Course,
    ) {
        this.what = what;
        this.operation = operation;
        this.begin = movedTo(account.id, from, begin);
        this.base = textOf(this.begin);
        this.after = textOf(movedTo(account.id, from, end));
    }

    /** Whether the operation made the call that was to fail, and what is wrong in the end. */
    async inject(injection: Injection): Promise<{ isMet: boolean; problem?: string }> {
        const { account, operation } = this;
        account.restore(this.begin);
        const end = await account.run(operation, injection);
        const isMet = end.failedAction !== undefined;
        const problem = await this.problemAfter(end, injection);
        return { isMet, ...(problem && { problem: `${end.failedAction}: ${problem}` }) };
    }

    private async problemAfter(end: End, { fault }: Injection): Promise<string | undefined> {
        const { action } = this.operation;
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
        const { action, properties, previous } = this.operation;
        if (action === 'UPDATE' && previous) {
            return this.account.run({ action, properties: previous, previous: properties });
        }
        return isKnown
            ? this.account.run({ action: 'DELETE', properties: IDENTIFIER })
            : { status: 'SUCCESS', errorCode: '', message: '' };
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

function injections(calls: number): Injection[] {
    const numbers = Array.from({ length: calls }, (_, index) => index + 1);
    const kinds = FAULTS.flatMap((fault) => [false, true].map((forGood) => ({ fault, forGood })));
    const all = numbers.flatMap((at) => kinds.map((kind) => ({ ...kind, at })));
    // There are 12 kinds: 61 further on stands the next kind, five calls later.
    return all.filter((_, index) => IS_FULL || index % 61 === 0);
}
