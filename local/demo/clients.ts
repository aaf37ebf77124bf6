import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';

/** The clients by which the demo does what people and pipelines do. */
export interface DemoClients {
    readonly ecr: ECRClient;
    readonly events: EventBridgeClient;
    readonly logs: CloudWatchLogsClient;
    readonly cloudWatch: CloudWatchClient;
    readonly sns: SNSClient;
}

export function demoClients(endpoint: string, region: string): DemoClients {
    const credentials = { accessKeyId: 'demo', secretAccessKey: 'demo' };
    const config = { endpoint, region, credentials };
    return {
        ecr: new ECRClient(config),
        events: new EventBridgeClient(config),
        logs: new CloudWatchLogsClient(config),
        cloudWatch: new CloudWatchClient(config),
        sns: new SNSClient(config),
    };
}
