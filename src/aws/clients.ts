import { once, setMaxListeners } from 'node:events';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { ConfiguredRetryStrategy } from '@smithy/core/retry';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { RETRY_SPEED } from '../clock';
import type { Deadlines } from '../deadlines';
import { isAwsError, isConflict } from '../errors';
import type { RepositoryRef } from './repository-ref';

/** The AWS clients of one invocation; all share the caller's credentials. */
export interface Clients {
    readonly ecr: ECRClient;
    /** For writing what others write too: a call is made once, and cut after {@link NO_RETRY_TIMEOUT}. */
    readonly ecrNoRetry: ECRClient;
    readonly cloudWatch: CloudWatchClient;
    readonly logs: CloudWatchLogsClient;
    /** Like `ecrNoRetry`, for the lock. */
    readonly logsNoRetry: CloudWatchLogsClient;
    readonly events: EventBridgeClient;
}

/** A repository, or what belongs to it in another Region, and the clients to work with there. */
export interface RegionContext extends RepositoryRef {
    readonly aws: Clients;
    /** Whether the repository is deleted: then only what the removal of the rest must know is read, and all of that. */
    readonly isDeleted?: true;
    /** The writes, by name, that this operation made to what nobody else can have made, so that they stand; writeOnce adds to it. */
    readonly done?: Set<string>;
}

/** Reads what the removal need not know; undefined when the repository is deleted. */
export async function unlessDeleted<T>(
    { isDeleted }: RegionContext,
    read: () => Promise<T>,
): Promise<T | undefined> {
    return isDeleted ? undefined : read();
}

/** Makes a write, unless an earlier call of the operation made it. */
export async function writeOnce(
    { done }: RegionContext,
    what: string,
    write: () => Promise<unknown>,
): Promise<void> {
    if (!done?.has(what)) {
        await write();
        done?.add(what);
    }
}

/** Milliseconds after which a call that is made once is cut. */
export const NO_RETRY_TIMEOUT = 2_500;

/** As CloudFormation hands them to a handler. */
export interface Credentials {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
}

/** Connections outlive an invocation. Milliseconds: a call that takes longer is cut and tried again. */
const connections = new NodeHttpHandler({
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    throwOnRequestTimeout: true,
});

/**
 * How often a call is made at most before its failure is one of the handler's: for about 50 s, so that an invocation
 * mostly ends first. The next one of an UPDATE reads everything again.
 */
const ATTEMPTS = 14;

/** Milliseconds. */
const FIRST_RETRY_DELAY = 250;

/**
 * Milliseconds before the next attempt, growing to eight seconds and at random, so that many don't meet again. Where
 * AWS throttles, only the call that failed is made again, and not all that the handler has read already.
 */
function retryDelay(attempt: number): number {
    return ((1 - Math.random() / 2) * Math.min(32, 2 ** attempt) * FIRST_RETRY_DELAY) / RETRY_SPEED;
}

/** Ends with the failure of the call, and not with one of ours, when there is no time to make it again. */
class Retries extends ConfiguredRetryStrategy {
    constructor(private readonly deadline: AbortSignal) {
        super(ATTEMPTS, retryDelay);
    }

    override async refreshRetryTokenForRetry(
        ...failure: Parameters<ConfiguredRetryStrategy['refreshRetryTokenForRetry']>
    ) {
        this.deadline.throwIfAborted();
        const [token, info] = failure;
        // The SDK takes a full quota for throttling, which time would help.
        if (isAwsError(info.error, 'LimitExceededException')) {
            throw info.error;
        }
        // The SDK does not take a conflict for something that time helps.
        const retryable = isConflict(info.error) ? { ...info, errorType: 'TRANSIENT' as const } : info;
        const end = once(this.deadline, 'abort').then(() => Promise.reject<never>(this.deadline.reason));
        return Promise.race([super.refreshRetryTokenForRetry(token, retryable), end]);
    }
}

/** The clients of one invocation. */
export function clients(credentials: Credentials, region: string, { again, signal }: Deadlines): Clients {
    // Every call under way listens to them, and Node would take more than ten for a leak.
    setMaxListeners(0, again, signal);
    const through = (abortSignal: () => AbortSignal) => ({
        handle: (...[request, options]: Parameters<NodeHttpHandler['handle']>) =>
            connections.handle(request, { ...options, abortSignal: abortSignal() }),
    });
    const caller = { credentials, region };
    const single = {
        ...caller,
        requestHandler: through(() => AbortSignal.any([signal, AbortSignal.timeout(NO_RETRY_TIMEOUT)])),
        maxAttempts: 1,
    };
    const config = {
        ...caller,
        requestHandler: through(() => signal),
        maxAttempts: ATTEMPTS,
        retryStrategy: new Retries(again),
    };
    return {
        ecr: new ECRClient(config),
        ecrNoRetry: new ECRClient(single),
        cloudWatch: new CloudWatchClient(config),
        logs: new CloudWatchLogsClient(config),
        logsNoRetry: new CloudWatchLogsClient(single),
        events: new EventBridgeClient(config),
    };
}
