import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { FunctionError, type LambdaFunction } from './function';

/** Lambda's quota for a synchronous invocation's payload, 6 MB. */
const PAYLOAD_LIMIT = 6 * 1024 * 1024;

const INVOCATIONS = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** An error of the API itself, as its reference names it. */
class ApiError extends Error {
    constructor(
        readonly status: number,
        readonly type: string,
        message: string,
    ) {
        super(message);
    }
}

/** Lambda's Invoke API (Lambda API Reference, "Invoke") for the functions, by name. */
export function lambdaServer(functions: ReadonlyMap<string, Pick<LambdaFunction, 'invoke'>>): Server {
    return createServer((request, response) => {
        response.setHeader('x-amzn-RequestId', randomUUID());
        invoke(request, response, functions).catch((error) => {
            const { status, type, message } =
                error instanceof ApiError ? error : new ApiError(500, 'ServiceException', String(error));
            response.setHeader('x-amzn-ErrorType', type);
            send(response, status, JSON.stringify({ Type: 'User', Message: message, message }));
        });
    });
}

async function invoke(
    request: IncomingMessage,
    response: ServerResponse,
    functions: ReadonlyMap<string, Pick<LambdaFunction, 'invoke'>>,
): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const [, written] = INVOCATIONS.exec(pathname) ?? [];
    if (request.method !== 'POST' || written === undefined) {
        throw new ApiError(
            404,
            'ResourceNotFoundException',
            `${request.method} ${pathname} is not served here`,
        );
    }
    const name = decodeURIComponent(written);
    const called = functions.get(bareName(name));
    if (!called) {
        const known = [...functions.keys()].join(', ');
        throw new ApiError(
            404,
            'ResourceNotFoundException',
            `Function not found: ${name}; there are: ${known}`,
        );
    }
    const event = parseEvent(await readBody(request));
    const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
    switch (type) {
        case 'DryRun':
            return send(response, 204);
        case 'Event':
            called.invoke(event).catch((error) => console.error(`${name}: ${error}`));
            return send(response, 202);
        case 'RequestResponse':
            response.setHeader('X-Amz-Executed-Version', '$LATEST');
            return send(response, 200, await payload(called, event, response));
        default:
            throw new ApiError(400, 'InvalidParameterValueException', `InvocationType ${type} is not known`);
    }
}

async function payload(
    called: Pick<LambdaFunction, 'invoke'>,
    event: unknown,
    response: ServerResponse,
): Promise<string> {
    try {
        return await called.invoke(event);
    } catch (error) {
        if (!(error instanceof FunctionError)) {
            throw error;
        }
        response.setHeader('X-Amz-Function-Error', 'Unhandled');
        return JSON.stringify(error.payload);
    }
}

/** From a name, name:qualifier, account:function:name or a whole ARN. */
function bareName(written: string): string {
    return /(?:^|function:)([A-Za-z0-9_-]+)(?::[A-Za-z0-9$_-]+)?$/.exec(written)?.[1] ?? written;
}

async function readBody(request: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of request) {
        size += chunk.length;
        if (size <= PAYLOAD_LIMIT) {
            chunks.push(chunk);
        }
    }
    if (size > PAYLOAD_LIMIT) {
        throw new ApiError(
            413,
            'RequestTooLargeException',
            `${size} bytes; at most ${PAYLOAD_LIMIT} are allowed`,
        );
    }
    return Buffer.concat(chunks).toString();
}

function parseEvent(body: string): unknown {
    try {
        return body === '' ? {} : JSON.parse(body);
    } catch (error) {
        throw new ApiError(
            400,
            'InvalidRequestContentException',
            `Could not parse request body into json: ${error instanceof Error ? error.message : error}`,
        );
    }
}

function send(response: ServerResponse, status: number, body = ''): void {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
}
