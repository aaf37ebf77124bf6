import type { Outcome, Step } from './scenario';

/** The name that requests are signed for, and what stands before the operation in X-Amz-Target. */
const SERVICES: Readonly<Record<string, readonly [signingName: string, target: string]>> = {
    cloudwatch: ['monitoring', 'GraniteServiceVersion20100801'],
    ecr: ['ecr', 'AmazonEC2ContainerRegistry_V20150921'],
    events: ['events', 'AWSEvents'],
    logs: ['logs', 'Logs_20140328'],
};

/** Makes a call in the AWS JSON protocol, with no client between that would hide what the server says. */
export async function ask(endpoint: string, { action, input, region }: Step): Promise<Outcome> {
    const [service = '', operation] = action.split(':');
    const [signingName, target] = SERVICES[service] ?? [];
    const response = await fetch(endpoint, {
        method: 'POST',
        headers: {
            'content-type': 'application/x-amz-json-1.1',
            connection: 'close',
            'x-amz-target': `${target}.${operation}`,
            authorization: `AWS4-HMAC-SHA256 Credential=testing/20261126/${region}/${signingName}/aws4_request, SignedHeaders=host, Signature=0`,
        },
        body: JSON.stringify(input),
    });
    const text = await response.text();
    const content = text.startsWith('{') ? JSON.parse(text) : {};
    if (response.ok) {
        return { output: content };
    }
    const { __type = `HTTP ${response.status}`, message, Message } = content;
    return { error: String(__type).split('#').at(-1) ?? '', message: message ?? Message, output: {} };
}
