import { once, setMaxListeners } from 'node:events';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { partition } from '@aws-sdk/util-endpoints';
import { ConfiguredRetryStrategy } from '@smithy/core/retry';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Clients, Place } from './facet';

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

/** Ends with the failure of the call, not with one of ours, when there is no time to make it again. */
class Retries extends ConfiguredRetryStrategy {
    constructor(private readonly signal: AbortSignal) {
        super(ATTEMPTS, pause);
    }

    override async refreshRetryTokenForRetry(
        ...failure: Parameters<ConfiguredRetryStrategy['refreshRetryTokenForRetry']>
    ) {
        this.signal.throwIfAborted();
        const end = once(this.signal, 'abort').then(() => Promise.reject<never>(this.signal.reason));
        return Promise.race([super.refreshRetryTokenForRetry(...failure), end]);
    }
}

/** The clients of one invocation. Once the signal aborts, every call fails at once with AbortError. */
export function clients(credentials: Credentials, region: string, signal: AbortSignal): Clients {
    // Every call under way listens to it, and Node would take more than ten for a leak.
    setMaxListeners(0, signal);
    const requestHandler = {
        handle: (...[request, options]: Parameters<NodeHttpHandler['handle']>) =>
            connections.handle(request, { ...options, abortSignal: signal }),
    };
    const config = { credentials, region, requestHandler, retryStrategy: new Retries(signal) };
    return {
        ecr: new ECRClient(config),
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
