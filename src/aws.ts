import { setMaxListeners } from 'node:events';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { partition } from '@aws-sdk/util-endpoints';
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

/** The clients of one invocation. Once the signal aborts, every call fails at once with AbortError. */
export function clients(credentials: Credentials, region: string, signal: AbortSignal): Clients {
    // Every call under way listens to it, and Node would take more than ten for a leak.
    setMaxListeners(0, signal);
    const requestHandler = {
        handle: (...[request, options]: Parameters<NodeHttpHandler['handle']>) =>
            connections.handle(request, { ...options, abortSignal: signal }),
    };
    const config = { credentials, region, requestHandler, maxAttempts: 4 };
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
