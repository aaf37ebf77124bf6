import { form, parsed } from './query';
import type { Outcome, Step } from './scenario';

/** How requests of a service are written. */
interface Wire {
    readonly signingName: string;
    /** JSON: what stands before the operation in X-Amz-Target. */
    readonly target?: string;
    /** AWS Query: the API's version. */
    readonly version?: string;
}

const SERVICES: Readonly<Record<string, Wire>> = {
    cloudwatch: { signingName: 'monitoring', target: 'GraniteServiceVersion20100801' },
    ecr: { signingName: 'ecr', target: 'AmazonEC2ContainerRegistry_V20150921' },
    events: { signingName: 'events', target: 'AWSEvents' },
    logs: { signingName: 'logs', target: 'Logs_20140328' },
    sns: { signingName: 'sns', version: '2010-03-31' },
    sts: { signingName: 'sts', version: '2011-06-15' },
};

/** Makes a call in JSON or AWS Query, with no client between that would hide what the server says. */
export async function ask(endpoint: string, { action, input, region }: Step): Promise<Outcome> {
    const [service = '', operation = ''] = action.split(':');
    const { signingName = '', target, version } = SERVICES[service] ?? {};
    const authorization = `AWS4-HMAC-SHA256 Credential=testing/20261126/${region}/${signingName}/aws4_request, SignedHeaders=host, Signature=0`;
    const headers = { connection: 'close', authorization };
    const request = target
        ? {
              headers: {
                  ...headers,
                  'content-type': 'application/x-amz-json-1.1',
                  'x-amz-target': `${target}.${operation}`,
              },
              body: JSON.stringify(input),
          }
        : {
              headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
              body: new URLSearchParams([
                  ['Action', operation],
                  ['Version', version ?? ''],
                  ...form(input),
              ]).toString(),
          };
    const response = await fetch(endpoint, { method: 'POST', ...request });
    const text = await response.text();
    return target
        ? fromJson(text.startsWith('{') ? JSON.parse(text) : {}, response)
        : fromXml(text, operation);
}

function fromJson(content: Record<string, unknown>, { ok, status }: Response): Outcome {
    if (ok) {
        return { output: content };
    }
    const { __type = `HTTP ${status}`, message, Message } = content;
    return { error: String(__type).split('#').at(-1) ?? '', message: String(message ?? Message), output: {} };
}

function fromXml(text: string, operation: string): Outcome {
    const tree = parsed(text);
    const { Code, Message } = at(tree, 'ErrorResponse', 'Error');
    return Code === undefined
        ? { output: at(tree, `${operation}Response`, `${operation}Result`) }
        : { error: String(Code), message: String(Message), output: {} };
}

/** What is at the path, or nothing. */
function at(tree: unknown, ...path: readonly string[]): Readonly<Record<string, unknown>> {
    const found = path.reduce<unknown>((node, name) => Object(node)[name], tree);
    return typeof found === 'object' && found !== null ? { ...found } : {};
}
