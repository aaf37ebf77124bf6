import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { partition } from '@aws-sdk/util-endpoints';
import type { RecordedCall, Times } from './calls';
import { CONTROL_PATH } from './control/control';
import { serveControl } from './control/http';
import { type Difficulty, NO_DIFFICULTY } from './difficulty';
import { AwsError } from './error';
import { cborProtocol } from './protocols/cbor';
import { jsonProtocol } from './protocols/json';
import type { HttpAnswer, HttpRequest, Protocol } from './protocols/protocol';
import { queryProtocol } from './protocols/query';
import { restProtocol } from './protocols/rest';
import { s3Protocol } from './s3/protocol';
import { type Call, InvalidInput, type Service } from './service';
import { DEFAULT_PLACE, World } from './world';

const PROTOCOLS: readonly Protocol[] = [s3Protocol, cborProtocol, jsonProtocol, queryProtocol];

/** A stand-in that runs for days must not fill the memory with its record of calls. */
export const MOST_CALLS = 10_000;

/** AWS in memory, on a loopback port. */
export class AwsServer {
    world = new World();
    difficulty: Difficulty = NO_DIFFICULTY;
    /** The newest calls since the last reset, in the order in which they came; at most MOST_CALLS. */
    calls: RecordedCall[] = [];
    private readonly http: Server;

    constructor(readonly services: readonly Service[]) {
        this.http = createServer((incoming, outgoing) => {
            this.serve(incoming, outgoing).catch(() => outgoing.destroy());
        });
    }

    /** Listens on 127.0.0.1; port 0 takes a free one. Returns the endpoint. */
    async listen(port = 0): Promise<string> {
        this.http.listen(port, '127.0.0.1');
        await once(this.http, 'listening');
        return this.endpoint;
    }

    get endpoint(): string {
        return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
    }

    /** Empty accounts, no difficulty, no calls, and a clock that agrees with the machine's. */
    reset(): void {
        this.world = new World();
        this.difficulty = NO_DIFFICULTY;
        this.calls = [];
    }

    async close(): Promise<void> {
        const closed = once(this.http, 'close');
        this.http.close();
        this.http.closeAllConnections();
        await closed;
    }

    private async serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
        const times: Times = { start: performance.now(), end: Number.POSITIVE_INFINITY };
        outgoing.once('close', () => {
            times.end = performance.now();
        });
        const request: HttpRequest = {
            method: incoming.method ?? 'GET',
            path: incoming.url ?? '/',
            headers: incoming.headers,
            body: unzipped(Buffer.concat(await incoming.toArray()), incoming.headers['content-encoding']),
        };
        const answer = request.path.startsWith(CONTROL_PATH)
            ? serveControl(this, request)
            : await this.answer(request, times);
        if (answer) {
            outgoing.writeHead(answer.status, answer.headers).end(answer.body);
        } else {
            outgoing.destroy();
        }
    }

    /** Undefined when the connection is to be cut. */
    private async answer(request: HttpRequest, times: Times): Promise<HttpAnswer | undefined> {
        const protocol = PROTOCOLS.find((each) => each.speaks(request)) ?? restProtocol;
        const requestId = randomUUID();
        const { service, signingName, ...caller } = this.caller(request);
        const context = { operation: '', requestId, xmlNamespace: service?.xmlNamespace ?? '' };
        try {
            const { operation, input } = protocol.decode(request);
            context.operation = operation;
            const { areTexts = false } = protocol;
            const call: Call = { ...caller, operation, areTexts, requestId, world: this.world };
            const work = operationOf(service, signingName, call);
            const record = this.record(times, `${work.service.iamPrefix}:${operation}`, input, call);
            const output = await this.difficulty(
                { service: work.service, call, input, record },
                async (world = call.world) => {
                    call.world.clock.catchUp();
                    return work.run(input, { ...call, world });
                },
            );
            return output && protocol.encode(output, context);
        } catch (error) {
            return protocol.encodeError(asAwsError(error, service), context);
        }
    }

    /** Keeps the very object that learns when the connection closes. */
    private record(times: Times, action: string, input: unknown, call: Call): RecordedCall {
        const { accessKeyId, account, region } = call;
        const members = typeof input === 'object' ? { ...input } : {};
        const record = Object.assign(times, { action, input: members, accessKeyId, account, region });
        this.calls.push(record);
        if (this.calls.length > MOST_CALLS) {
            this.calls.shift();
        }
        return record;
    }

    /** Whom the signature names (Signature Version 4: the credential's scope). It is not verified. */
    private caller({ headers }: HttpRequest) {
        const scope = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(headers.authorization ?? '');
        const [, accessKeyId = '', region = DEFAULT_PLACE.region, signingName = ''] = scope ?? [];
        const service = this.services.find((each) => each.signingName === signingName);
        const account = /\d{12}$/.exec(accessKeyId)?.[0] ?? DEFAULT_PLACE.account;
        return { service, signingName, accessKeyId, account, region, partition: partition(region).name };
    }
}

/** SDKs compress large requests to some operations (Smithy, requestCompression trait). The protocol refuses a broken one. */
function unzipped(body: Buffer, encoding: string | undefined): Buffer {
    try {
        return encoding === 'gzip' ? gunzipSync(body) : body;
    } catch {
        return body;
    }
}

function operationOf(service: Service | undefined, signingName: string, { operation }: Call) {
    if (!service) {
        const asked = signingName ? `the service ${signingName}` : 'a service for unsigned requests';
        const message = `The AWS stand-in does not know ${asked} (asked for ${operation}).`;
        throw new AwsError('UnknownOperationException', message, 404);
    }
    const run = Object.hasOwn(service.operations, operation) && service.operations[operation];
    if (!run) {
        const message = `The AWS stand-in does not know the operation ${service.iamPrefix}:${operation}.`;
        throw new AwsError('UnknownOperationException', message, 404);
    }
    return { service, run };
}

function asAwsError(error: unknown, service: Service | undefined): AwsError {
    if (error instanceof AwsError) {
        return error;
    }
    if (error instanceof InvalidInput) {
        return new AwsError(service?.invalidInput ?? 'ValidationException', error.message);
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return new AwsError('InternalFailure', `The AWS stand-in failed: ${text}`, 500);
}
