import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Moto, startMoto } from './moto';

/** One call to AWS. */
export interface Call {
    /** As IAM names it: ecr:CreateRepository. */
    readonly action: string;
    /** What it asks, as the service's API reference names it. */
    readonly input: Readonly<Record<string, unknown>>;
    /** Whose credentials signed it. */
    readonly accessKeyId: string;
    readonly region: string;
    /** Milliseconds, on one clock for all calls. */
    readonly start: number;
    end: number;
}

/** What becomes of a call. */
export type Interception =
    | 'pass'
    /** The connection is cut before AWS hears of the call. */
    | 'cut'
    /** AWS does it, and the connection is cut before the answer is back. */
    | 'lose'
    /** It takes so many milliseconds longer. */
    | { readonly delay: number }
    | Refusal
    /** The test itself answers in place of AWS. */
    | { readonly answer: object }
    /** AWS does it, and says what it has to say in other words. */
    | { readonly rewrite: (content: object) => object };

/** An error in place of what was asked for. */
export interface Refusal {
    readonly error: string;
    readonly status: number;
    readonly message: string;
}

/** Decides on the n-th call, counted from 1, since it was put in place. */
export type Interceptor = (call: Call, n: number) => Interception;

export const THROTTLED: Refusal = { error: 'ThrottlingException', status: 400, message: 'Rate exceeded' };
export const BROKEN: Refusal = { error: 'ServerException', status: 500, message: 'Internal failure' };
export const DENIED: Refusal = {
    error: 'AccessDeniedException',
    status: 400,
    message: 'User: tester is not authorized to perform this action',
};

/** The prefix of IAM's actions where it is not the name that requests are signed for. */
const PREFIXES: Readonly<Record<string, string>> = { monitoring: 'cloudwatch' };

/**
 * AWS for tests: moto, and in front of it a proxy that keeps a record of the calls and can mutate them. What it is
 * told about a call is what the service was told, since it takes the place of AWS_ENDPOINT_URL.
 */
export class StandIn {
    readonly region = 'us-east-1';
    /** Of everybody whose access key does not end with the twelve digits of another. */
    readonly account = '123456789012';
    private readonly calls: Call[] = [];
    private interceptor: Interceptor = () => 'pass';
    private count = 0;

    private moto: Moto | undefined;
    private readonly proxy = createServer((incoming, outgoing) => {
        this.serve(incoming, outgoing).catch(() => outgoing.destroy());
    });

    async start(): Promise<void> {
        this.moto = await startMoto();
        this.proxy.listen(0, '127.0.0.1');
        await once(this.proxy, 'listening');
    }

    /** AWS itself: nothing is recorded or intercepted here. */
    get aws(): string {
        return this.moto?.url ?? '';
    }

    /** For AWS_ENDPOINT_URL. */
    get url(): string {
        return `http://127.0.0.1:${(this.proxy.address() as AddressInfo).port}`;
    }

    intercept(interceptor: Interceptor): void {
        this.interceptor = interceptor;
        this.count = 0;
    }

    /** The calls that something makes, and its result. */
    async watch<T>(work: () => Promise<T>): Promise<{ result: T; calls: readonly Call[] }> {
        const before = this.calls.length;
        const result = await work();
        return { result, calls: this.calls.slice(before) };
    }

    /** A fresh account. */
    async reset(): Promise<void> {
        this.intercept(() => 'pass');
        await fetch(`${this.aws}/moto-api/reset`, { method: 'POST' });
    }

    async stop(): Promise<void> {
        this.proxy.close();
        this.proxy.closeAllConnections();
        await this.moto?.stop();
    }

    private async serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
        const start = performance.now();
        const body = await buffer(incoming);
        const call: Call = { ...identify(incoming, body.toString()), start, end: Number.POSITIVE_INFINITY };
        this.calls.push(call);
        this.count += 1;
        const interception = this.interceptor(call, this.count);
        outgoing.once('close', () => {
            call.end = performance.now();
        });
        if (typeof interception === 'object' && 'answer' in interception) {
            answer(outgoing, 200, interception.answer);
        } else if (typeof interception === 'object' && 'error' in interception) {
            answer(outgoing, interception.status, {
                __type: interception.error,
                message: interception.message,
            });
        } else if (interception === 'cut') {
            outgoing.destroy();
        } else {
            await new Promise((resolve) =>
                setTimeout(
                    resolve,
                    typeof interception === 'object' && 'delay' in interception ? interception.delay : 0,
                ),
            );
            const response = await this.forward(incoming, call, body);
            const content = await buffer(response);
            if (interception === 'lose') {
                outgoing.destroy();
                return;
            }
            if (
                typeof interception === 'object' &&
                'rewrite' in interception &&
                response.statusCode === 200
            ) {
                answer(outgoing, 200, interception.rewrite(JSON.parse(content.toString())));
                return;
            }
            outgoing.writeHead(response.statusCode ?? 502, response.headers).end(content);
        }
    }

    private async forward({ method, url = '/', headers }: IncomingMessage, call: Call, body: Buffer) {
        // moto's own way to have several accounts.
        const account = accountOf(call.accessKeyId) ?? this.account;
        const onward = request(new URL(url, this.aws), {
            method,
            headers: { ...headers, 'x-moto-account-id': account },
        });
        onward.end(body);
        const [response] = await once(onward, 'response');
        return response as IncomingMessage;
    }
}

/** The account that an access key names by its end. */
export function accountOf(accessKeyId: string): string | undefined {
    return /\d{12}$/.exec(accessKeyId)?.[0];
}

/** How many calls had to wait for others: the longest row of calls of which each began after the one before it. */
export function roundTrips(calls: readonly Call[]): number {
    let trips = 0;
    let end = Number.NEGATIVE_INFINITY;
    for (const call of calls.toSorted((a, b) => a.end - b.end)) {
        if (call.start >= end) {
            trips += 1;
            end = call.end;
        }
    }
    return trips;
}

/** The calls that change something. */
export function writes(calls: readonly Call[]): readonly string[] {
    return calls.map(({ action }) => action).filter((action) => !/:(Describe|Get|List)/.test(action));
}

/** The JSON protocols name what is called in X-Amz-Target, the query protocol in the form. */
function identify(
    { headers }: IncomingMessage,
    body: string,
): Pick<Call, 'action' | 'input' | 'accessKeyId' | 'region'> {
    const credential = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(headers.authorization ?? '');
    const [, accessKeyId = '', region = '', service = ''] = credential ?? [];
    const target = headers['x-amz-target']?.toString().split('.').at(-1);
    const input: Call['input'] = target ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
    return {
        action: `${PREFIXES[service] ?? service}:${target ?? input['Action']}`,
        input,
        accessKeyId,
        region,
    };
}

function answer(outgoing: ServerResponse, status: number, content: object): void {
    outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(content));
}
