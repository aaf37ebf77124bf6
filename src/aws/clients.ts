import { once, setMaxListeners } from 'node:events';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { partition } from '@aws-sdk/util-endpoints';
import { ConfiguredRetryStrategy } from '@smithy/core/retry';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Clients, Place } from '../engine/facet';
import { WRITE } from '../engine/shared-object';

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

/** How often a call is made at most before its failure is one of the handler's. */
const ATTEMPTS = 8;

/**
 * Milliseconds before the next of them, growing to four seconds and at random, so that many don't meet again. Where
 * AWS throttles, it is the call that failed that is made again, and not all that the handler has read already.
 */
function pause(attempt: number): number {
    return (1 - Math.random() / 2) * Math.min(4_000, 250 * 2 ** attempt);
}

/** When the time of an invocation is over. */
export interface Deadlines {
    /** No call is made a second time: what AWS said to the first is told. */
    readonly again: AbortSignal;
    /** Every call, those under way too, fails at once with AbortError. */
    readonly signal: AbortSignal;
}

/** Milliseconds at the end in which calls under way may still be answered, but are not made again. */
const LAST_WORD = 2_000;

/** For an invocation that has so many milliseconds from now on. */
export function deadlines(milliseconds: number): Deadlines {
    return {
        again: AbortSignal.timeout(Math.max(0, milliseconds - LAST_WORD)),
        signal: AbortSignal.timeout(milliseconds),
    };
}

/** Ends with the failure of the call, and not with one of ours, when there is no time to make it again. */
class Retries extends ConfiguredRetryStrategy {
    constructor(private readonly deadline: AbortSignal) {
        super(ATTEMPTS, pause);
    }

    override async refreshRetryTokenForRetry(
        ...failure: Parameters<ConfiguredRetryStrategy['refreshRetryTokenForRetry']>
    ) {
        this.deadline.throwIfAborted();
        const end = once(this.deadline, 'abort').then(() => Promise.reject<never>(this.deadline.reason));
        return Promise.race([super.refreshRetryTokenForRetry(...failure), end]);
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
        requestHandler: through(() => AbortSignal.any([signal, AbortSignal.timeout(WRITE)])),
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
        registry: new ECRClient(single),
        cloudWatch: new CloudWatchClient(config),
        logs: new CloudWatchLogsClient(config),
        events: new EventBridgeClient(config),
    };
}

/** The partition a Region is in, by the SDK's partition data: aws, aws-cn, aws-us-gov… */
export function partitionOf(region: string): string {
    return partition(region).name;
}

/** The ARN of a repository (Service Authorization Reference, Amazon ECR: repository). */
export function repositoryArn({ partition, region, account, repositoryName }: Place): string {
    return `arn:${partition}:ecr:${region}:${account}:repository/${repositoryName}`;
}
