import {
    CreateLogStreamCommand,
    DeleteLogStreamCommand,
    DescribeLogStreamsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
    DescribeRegistryCommand,
    GetRegistryScanningConfigurationCommand,
    PutRegistryScanningConfigurationCommand,
    PutReplicationConfigurationCommand,
    type RegistryScanningRule,
    type ReplicationRule,
} from '@aws-sdk/client-ecr';
import { type Clients, NO_RETRY_TIMEOUT } from '../../src/aws/clients';
import type { FacetContext } from '../../src/engine/facet';
import type { Change } from '../../src/engine/plan';
import { apply, observe } from '../../src/engine/reconcile';
import { registryScanning } from '../../src/facets/registry-scanning';
import { replication } from '../../src/facets/replication';
import type { Properties } from '../../src/properties';
import type { VirtualTime } from './virtual-time';

/*
 * Many writers of one registry in virtual time, so that thousands of interleavings take seconds. The writers are the
 * real engine with the real facets and the real lock; AWS, its messages and the clock are simulated.
 */

/** What AWS's messages do. */
export interface Weather {
    /** How long messages take: per cent of their bound, each as often as it is in here. */
    readonly delays: readonly number[];
    /** Milliseconds by which a list of log streams may be out of date. */
    readonly staleness: number;
    /** Milliseconds by which CloudFormation's next call is late. */
    readonly callbacks: readonly number[];
}

/** Milliseconds from the sending of a write to its effect at most: docs/decisions/0003 relies on no more. */
const SLOWEST_WRITE = 5_000;

/** Milliseconds that the answer to a call that is made once takes at most; what is later is given up anyway. */
const SLOWEST_ANSWER = 1_200;

/** Milliseconds that any other message takes at most, so that reads may use up the time of a turn. */
const SLOWEST_MESSAGE = 3_500;

/** A process that runs a handler. */
interface Process {
    /** Counts the answers that it gets; false once it is dead. */
    isAlive(): boolean;
    /** The newest turn that it knows to be its own. */
    turn: number;
}

/** One account's registry and log streams, as AWS treats them: written as a whole, created once, listed late. */
export class SimulatedAccount {
    rules: ReplicationRule[];
    scanningRules: RegistryScanningRule[] = [];
    /** Writes that took effect, and those of them that did so in another's turn. */
    writes = 0;
    overlaps = 0;
    readonly streams = new Map<string, { created: number; deleted?: number }>();
    private newestTurn = 0;

    constructor(
        private readonly time: VirtualTime,
        private readonly weather: Weather,
        private readonly random: () => number,
        foreign: readonly ReplicationRule[],
    ) {
        this.rules = [...foreign];
    }

    clientsFor(process: Process): Clients {
        const client = (isOnce: boolean) => ({
            send: async (command: unknown) => {
                const answer = await this.message(command, process, isOnce).finally(() =>
                    // A dead process gets no answer, but what it sent takes effect all the same.
                    process.isAlive() ? undefined : new Promise(() => undefined),
                );
                if (command instanceof CreateLogStreamCommand) {
                    const [turn = ''] = (command.input.logStreamName ?? '').split('-begun');
                    process.turn = Math.max(process.turn, Number(turn) || 0);
                }
                return answer;
            },
        });
        const nothing = { send: async () => ({}) };
        return {
            ecr: client(false),
            ecrNoRetry: client(true),
            logs: client(false),
            logsNoRetry: client(true),
            cloudWatch: nothing,
            events: nothing,
        } as unknown as Clients;
    }

    /** A message that is made once is given up after a while; it has its effect nevertheless. */
    private async message(command: unknown, process: Process, isOnce: boolean): Promise<unknown> {
        const effect = this.time
            .sleep(this.delay(isOnce ? SLOWEST_WRITE : SLOWEST_MESSAGE))
            .then(() => this.effect(command, process));
        const answer = effect.finally(() =>
            this.time.sleep(this.delay(isOnce ? SLOWEST_ANSWER : SLOWEST_MESSAGE)),
        );
        if (!isOnce) {
            return answer;
        }
        const cut = this.time.sleep(NO_RETRY_TIMEOUT).then(() => {
            throw failure('AbortError');
        });
        return Promise.race([answer, cut]);
    }

    private effect(command: unknown, process: Process): unknown {
        if (command instanceof DescribeRegistryCommand) {
            return { replicationConfiguration: { rules: structuredClone(this.rules) } };
        }
        if (command instanceof GetRegistryScanningConfigurationCommand) {
            return {
                scanningConfiguration: { scanType: 'BASIC', rules: structuredClone(this.scanningRules) },
            };
        }
        if (command instanceof PutReplicationConfigurationCommand) {
            this.countWrite(process);
            this.rules = structuredClone(command.input.replicationConfiguration?.rules ?? []);
        }
        if (command instanceof PutRegistryScanningConfigurationCommand) {
            this.countWrite(process);
            this.scanningRules = structuredClone(command.input.rules ?? []);
        }
        if (command instanceof CreateLogStreamCommand) {
            this.createStream(command.input.logStreamName ?? '');
        }
        if (command instanceof DeleteLogStreamCommand) {
            this.streams.delete(command.input.logStreamName ?? '');
        }
        if (command instanceof DescribeLogStreamsCommand) {
            return { logStreams: this.shownStreams() };
        }
        return {};
    }

    private countWrite({ turn }: Process): void {
        this.writes += 1;
        this.overlaps += turn < this.newestTurn ? 1 : 0;
    }

    private createStream(name: string): void {
        if (this.streams.has(name)) {
            throw failure('ResourceAlreadyExistsException');
        }
        this.streams.set(name, { created: this.time.now });
        const [turn = ''] = name.split('-begun');
        this.newestTurn = Math.max(this.newestTurn, Number(turn) || 0);
    }

    private shownStreams() {
        const asOf = this.time.now - this.delay(this.weather.staleness);
        return [...this.streams]
            .filter(([, { created }]) => created <= asOf)
            .map(([logStreamName, { created }]) => ({ logStreamName, creationTime: created }))
            .sort((a, b) => (a.logStreamName < b.logStreamName ? 1 : -1))
            .slice(0, 50);
    }

    private delay(most: number): number {
        const { delays } = this.weather;
        return Math.round(((delays[Math.floor(this.random() * delays.length)] ?? 0) / 100) * most);
    }
}

function failure(name: string): Error {
    return Object.assign(new Error(`The simulated AWS says ${name}`), { name });
}

/** What a writer is to do, one after the other: what to declare, or nothing to be deleted. */
export interface Job {
    /** Milliseconds before it begins. */
    readonly after: number;
    readonly regions: readonly string[];
    readonly isScanned: boolean;
    /** At which of its answers the process dies, once; CloudFormation then calls again. */
    readonly diesAt?: number | undefined;
}

/** How the writers keep out of each other's way. */
export type Lock = (aws: Clients, time: VirtualTime) => FacetContext['inTurn'];

const PLACE = { partition: 'aws', region: 'us-east-1', account: '123456789012' };

/** Milliseconds after which an operation counts as never done. CloudFormation ends it after two hours. */
const NEVER = 30 * 60_000;

/** One repository's stack: it does its jobs, each until it is done. Tells which was not. */
export async function writer(
    name: string,
    jobs: readonly Job[],
    account: SimulatedAccount,
    time: VirtualTime,
    { callbacks }: Weather,
    lock: Lock,
): Promise<readonly Job[]> {
    let previous: Properties[] = [];
    let calls = 0;
    for (const job of jobs) {
        await time.sleep(job.after);
        const declared = propertiesOf(name, job);
        const begin = time.now;
        let answers = 0;
        const dies = () => ++answers === job.diesAt;
        while (!(await invocation({ declared, previous }, name, account, time, dies, lock))) {
            if (time.now - begin > NEVER) {
                return [job];
            }
            await time.sleep(1_000 + (callbacks[calls++ % callbacks.length] ?? 0));
        }
        previous = [declared];
    }
    return [];
}

function propertiesOf(RepositoryName: string, { regions, isScanned }: Job): Properties {
    return {
        RepositoryName,
        EnableReplication: regions.length > 0,
        ReplicationDestinations: regions.map((Region) => ({ Region })),
        EnableRegistryScanning: isScanned,
    };
}

/** Whether the operation is done with this call; not so after a failure, or where the process dies in it. */
async function invocation(
    change: Change,
    repositoryName: string,
    account: SimulatedAccount,
    time: VirtualTime,
    dies: () => boolean,
    lock: Lock,
): Promise<boolean> {
    const dead = new AbortController();
    const death = new Promise<false>((resolve) => {
        dead.signal.addEventListener('abort', () => resolve(false));
    });
    const process: Process = {
        turn: 0,
        isAlive() {
            if (dies()) {
                dead.abort();
            }
            return !dead.signal.aborted;
        },
    };
    const aws = account.clientsFor(process);
    const context: FacetContext = {
        ...PLACE,
        repositoryName,
        aws,
        awsIn: () => aws,
        inTurn: lock(aws, time),
        log: () => undefined,
        repository: async () => undefined,
    };
    return Promise.race([death, call(change, context)]);
}

/** One call of a handler, as far as the registry goes. */
async function call(change: Change, context: FacetContext): Promise<boolean> {
    const facets = [replication, registryScanning];
    try {
        const observed = await observe(facets, context);
        const { waitsFor } = await apply(facets, observed, change, context);
        return waitsFor.length === 0;
    } catch {
        return false;
    }
}
