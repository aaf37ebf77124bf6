import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import { AwsServer } from '../../local/aws/server';
import { SERVICES } from '../../local/aws/services';

export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';
export const PLACE = { account: ACCOUNT, region: REGION };

/** Clients of one account and Region. */
export interface MonitoringClients {
    readonly logs: CloudWatchLogsClient;
    readonly events: EventBridgeClient;
    readonly cloudWatch: CloudWatchClient;
    readonly sns: SNSClient;
}

/** The AWS stand-in for the tests of one file, empty before each test. */
export function useAwsServer() {
    const server = new AwsServer(SERVICES);
    const made: MonitoringClients[] = [];
    beforeAll(() => server.listen());
    beforeEach(() => server.reset());
    afterAll(async () => {
        for (const client of made.flatMap((clients) => Object.values(clients))) {
            client.destroy();
        }
        await server.close();
    });
    return {
        server,
        clients({ account = ACCOUNT, region = REGION } = {}): MonitoringClients {
            const credentials = { accessKeyId: `KEY${account}`, secretAccessKey: 'testing' };
            const config = { endpoint: server.endpoint, region, credentials };
            const clients = {
                logs: new CloudWatchLogsClient(config),
                events: new EventBridgeClient(config),
                cloudWatch: new CloudWatchClient(config),
                sns: new SNSClient(config),
            };
            made.push(clients);
            return clients;
        },
    };
}

/** What a refusal says, as code and message. */
export async function refusalOf(answer: Promise<unknown>): Promise<string> {
    try {
        await answer;
        return 'none';
    } catch (error) {
        return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
}

/** Numbered names: a000, a001… */
export function names(count: number, prefix = 'a'): string[] {
    return Array.from({ length: count }, (_, index) => `${prefix}${`${index}`.padStart(3, '0')}`);
}
