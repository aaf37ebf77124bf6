import { didYouMean } from '../did-you-mean';
import { isObject, type JsonObject } from '../json';
import { reach, type Workplace } from '../workplace';
import type { ExitCode } from './exit-code';

/** The clients, by the names that the AWS CLI has for the services. */
const CLIENTS = {
    cloudformation: async () => (await import('@aws-sdk/client-cloudformation')).CloudFormation,
    cloudwatch: async () => (await import('@aws-sdk/client-cloudwatch')).CloudWatch,
    ecr: async () => (await import('@aws-sdk/client-ecr')).ECR,
    events: async () => (await import('@aws-sdk/client-eventbridge')).EventBridge,
    logs: async () => (await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogs,
    sns: async () => (await import('@aws-sdk/client-sns')).SNS,
    sts: async () => (await import('@aws-sdk/client-sts')).STS,
};

export type ServiceName = keyof typeof CLIENTS;

export const SERVICE_NAMES = Object.keys(CLIENTS) as readonly ServiceName[];

/** Calls one operation of AWS, for those without the AWS CLI, and prints the answer as JSON. */
export async function call(
    workplace: Workplace,
    service: ServiceName,
    operation: string,
    { input, region }: { readonly input: JsonObject; readonly region: string },
): Promise<ExitCode> {
    const Client = await CLIENTS[service]();
    const method = methodOf(Client.prototype, service, operation);
    const { endpoint, credentials } = await reach(workplace);
    const client = new Client({ endpoint, credentials, region });
    try {
        const answer: unknown = await Reflect.apply(method, client, [input]);
        const { $metadata: _, ...shown } = isObject(answer) ? answer : {};
        console.log(JSON.stringify(shown, undefined, 2));
        return 0;
    } finally {
        client.destroy();
    }
}

/** The client's method for an operation, by the name that the API reference has for it. */
function methodOf(prototype: object, service: string, operation: string): CallableFunction {
    const method: unknown = Reflect.get(prototype, operation.charAt(0).toLowerCase() + operation.slice(1));
    const operations = Object.keys(prototype)
        .filter((name) => !/^(paginate|waitUntil)/.test(name))
        .map((name) => name.charAt(0).toUpperCase() + name.slice(1));
    if (typeof method !== 'function' || !operations.includes(operation)) {
        throw new Error(`${service} has no operation ${operation}${didYouMean(operation, operations)}`);
    }
    return method;
}
