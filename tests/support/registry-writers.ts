import {
    DescribeRegistryCommand,
    PutReplicationConfigurationCommand,
    type ReplicationRule,
} from '@aws-sdk/client-ecr';
import { type Clients, NO_RETRY_TIMEOUT } from '../../src/aws/clients';
import type { FacetContext } from '../../src/engine/facet';
import { type Change, plan } from '../../src/engine/plan';
import { apply, observe } from '../../src/engine/reconcile';
import { INTERVAL, secondsToNextLook, type Watches } from '../../src/engine/shared-object';
import { replication } from '../../src/facets/replication';
import type { Properties } from '../../src/properties';

/*
 * Many writers of one registry in a time of our own, so that thousands of interleavings take seconds. The registry
 * stands in for ECR's, openly: moto takes one replication rule only, and waits for no one. The writers are the real
 * engine with the real facet; only their messages and their clock are ours.
 */

/** A clock that jumps to whatever happens next. Milliseconds. */
export class Time {
    now = 0;
    private readonly queue: { at: number; order: number; wake: () => void }[] = [];
    private order = 0;

    sleep(milliseconds: number): Promise<void> {
        return new Promise((wake) => {
            this.queue.push({ at: this.now + milliseconds, order: this.order++, wake });
        });
    }

    /** Lets everything happen until nothing is left to happen. */
    async run(): Promise<void> {
        for (;;) {
            // All that follows at once from the last event.
            await new Promise(setImmediate);
            if (this.queue.length === 0) {
                return;
            }
            const next = this.queue.reduce((a, b) =>
                a.at < b.at || (a.at === b.at && a.order < b.order) ? a : b,
            );
            this.queue.splice(this.queue.indexOf(next), 1);
            this.now = next.at;
            next.wake();
        }
    }
}

/** How long each message takes: a fraction of the bound that the protocol relies on. Used over and over. */
export type Delays = readonly number[];

/** ECR's replication configuration, with ECR's manners: written as a whole, no version, messages take their time. */
export class Registry {
    rules: ReplicationRule[];
    writes = 0;
    private message = 0;

    constructor(
        private readonly time: Time,
        private readonly delays: Delays,
        /** Milliseconds that a write takes at most until it has its effect. */
        private readonly slowestWrite: number,
        foreign: readonly ReplicationRule[] = [],
    ) {
        this.rules = [...foreign];
    }

    /** The clients of one writer; `alive` tells whether its process still runs. */
    clientsFor(alive: () => boolean): Clients {
        const send = async (command: unknown): Promise<unknown> => {
            const answer = await this.answer(command);
            // A dead process gets no answer, but what it sent takes effect all the same.
            return alive() ? answer : new Promise(() => undefined);
        };
        // Nothing else is there: no rule, no log group, no alarm.
        const absent = Object.assign(new Error('There is none'), { name: 'ResourceNotFoundException' });
        const nothing = { send: async () => ({}) };
        const clients = {
            ecr: { send },
            ecrNoRetry: { send },
            logs: nothing,
            cloudWatch: nothing,
            events: { send: () => Promise.reject(absent) },
        };
        return clients as unknown as Clients;
    }

    private async answer(command: unknown): Promise<unknown> {
        if (command instanceof DescribeRegistryCommand) {
            await this.time.sleep(this.delay(1_200));
            const rules = structuredClone(this.rules);
            await this.time.sleep(this.delay(1_200));
            return { replicationConfiguration: { rules } };
        }
        if (command instanceof PutReplicationConfigurationCommand) {
            const takes = this.delay(this.slowestWrite);
            const effect = this.time.sleep(takes).then(() => {
                this.writes++;
                this.rules = structuredClone(command.input.replicationConfiguration?.rules ?? []);
            });
            if (takes > NO_RETRY_TIMEOUT) {
                await this.time.sleep(NO_RETRY_TIMEOUT);
                throw Object.assign(new Error('Request aborted'), { name: 'AbortError' });
            }
            await effect;
            return {};
        }
        throw new Error('The registry does not know this command');
    }

    private delay(most: number): number {
        return Math.round(((this.delays[this.message++ % this.delays.length] ?? 0) / 100) * most);
    }
}

/** What a writer is to do, one after the other: the Regions to replicate to, or none to be deleted. */
export interface Job {
    /** Milliseconds before it begins. */
    readonly after: number;
    readonly regions: readonly string[];
    /** At which of its messages the process dies, once; CloudFormation then calls again with the same context. */
    readonly diesAt?: number | undefined;
}

const PLACE = { partition: 'aws', region: 'us-east-1', account: '123456789012' };

/** One invocation of a handler: what it wants to remember until the next, nothing when it is done. */
export type Call = (change: Change, scope: FacetContext, remembered: Watches) => Promise<Watches>;

/** As this type does it. */
export const lookAndWrite: Call = async (change, scope, remembered) => {
    const observed = await observe([replication], scope);
    const { watches, waitsFor } = await apply([replication], observed, change, scope, remembered);
    return waitsFor.length > 0 ? watches : {};
};

/** As every other tool does it: read, merge, write. */
export const overwrite: Call = async (change, scope) => {
    const { states } = await observe([replication], scope);
    const target = await plan([replication], states, change, scope);
    // Others wait for an answer as long as it takes.
    await replication.apply(target.get(replication) as undefined, undefined, scope).catch(() => undefined);
    return {};
};

/** One repository's stack: it does its jobs, each until the protocol says that it is done. */
export async function writer(
    name: string,
    jobs: readonly Job[],
    registry: Registry,
    time: Time,
    call: Call,
): Promise<void> {
    let previous: Properties[] = [];
    for (const { after, regions, diesAt } of jobs) {
        await time.sleep(after);
        const declared = propertiesOf(name, regions);
        await operation({ declared, previous }, name, registry, time, diesAt, call);
        previous = [declared];
    }
}

export function propertiesOf(RepositoryName: string, regions: readonly string[]): Properties {
    return {
        RepositoryName,
        EnableReplication: regions.length > 0,
        ReplicationDestinations: regions.map((Region) => ({ Region })),
    };
}

async function operation(
    change: Change,
    repositoryName: string,
    registry: Registry,
    time: Time,
    diesAt: number | undefined,
    call: Call,
): Promise<void> {
    let remembered: Watches = {};
    let messages = 0;
    for (let calls = 0; calls < 2_000; calls++) {
        const { scope, death } = processOf(repositoryName, registry, () => ++messages === diesAt);
        const outcome = await Promise.race([death, call(change, scope, remembered).catch(() => undefined)]);
        if (!outcome) {
            // After a failure or a death CloudFormation calls again, with what it remembers.
            await time.sleep(INTERVAL / 4);
            continue;
        }
        if (Object.keys(outcome).length === 0) {
            return;
        }
        remembered = outcome;
        await time.sleep(secondsToNextLook(outcome, time.now) * 1_000);
    }
    throw new Error(`${repositoryName} is never done`);
}

/** One invocation's process. It dies before it gets an answer for which `dies` is true. */
function processOf(
    repositoryName: string,
    registry: Registry,
    dies: () => boolean,
): { scope: FacetContext; death: Promise<undefined> } {
    const dead = new AbortController();
    const death = new Promise<undefined>((resolve) =>
        dead.signal.addEventListener('abort', () => resolve(undefined)),
    );
    const aws = registry.clientsFor(() => {
        if (dies()) {
            dead.abort();
        }
        return !dead.signal.aborted;
    });
    return {
        scope: { ...PLACE, repositoryName, aws, awsIn: () => aws, repository: async () => undefined },
        death,
    };
}
