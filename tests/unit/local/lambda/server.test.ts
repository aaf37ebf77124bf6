import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FunctionError, LambdaFunction } from '../../../../local/lambda/function';
import { lambdaServer } from '../../../../local/lambda/server';

/** Handlers that do what the event says. */
const BUNDLE = `
const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
exports.entrypoint = async (event, context) => {
    console.log('asked for', event.ask);
    switch (event.ask) {
        case 'echo': return event;
        case 'context': return { ...context, remaining: context.getRemainingTimeInMillis() };
        case 'environment': return process.env.AWS_ENDPOINT_URL;
        case 'wait': await wait(event.seconds); return event.seconds;
        case 'nothing': return undefined;
        case 'throw': throw new RangeError('too far');
        case 'throw text': throw 'too far';
        case 'spin': for (;;);
        case 'exit': process.exit(3);
        case 'circle': { const circle = {}; circle.self = circle; return circle; }
    }
};
`;

let folder: string;
let logFile: string;

beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'local-lambda-'));
    logFile = path.join(folder, 'logs', 'function.log');
    writeFileSync(path.join(folder, 'handlers.js'), BUNDLE);
});

afterAll(() => rmSync(folder, { recursive: true }));

function create(timeoutSeconds = 5, handler = 'entrypoint', log = logFile): LambdaFunction {
    return new LambdaFunction({
        name: 'TypeFunction',
        handler,
        bundle: path.join(folder, 'handlers.js'),
        environment: { AWS_ENDPOINT_URL: 'http://aws' },
        logFile: log,
        timeoutSeconds,
    });
}

describe('the function', () => {
    let typeFunction: LambdaFunction;

    beforeEach(() => {
        typeFunction = create();
    });

    afterEach(() => typeFunction.close());

    test('says when there is no space for its log', async () => {
        const full = create(5, 'entrypoint', '/dev/full');
        await expect(full.invoke({ ask: 'wait', seconds: 5 })).rejects.toThrow('/dev/full: ');
    });

    const invoke = async (event: object) => JSON.parse(await typeFunction.invoke(event));

    const failure = (event: object) =>
        typeFunction.invoke(event).then(
            () => undefined,
            (error) => (error instanceof FunctionError ? error.payload : error),
        );

    test('answers', async () => {
        expect(await invoke({ ask: 'echo', n: [1, null] })).toEqual({ ask: 'echo', n: [1, null] });
        expect(await invoke({ ask: 'nothing' })).toBeNull();
        expect(await invoke({ ask: 'environment' })).toBe('http://aws');
    });

    test('gets a context like Lambda’s', async () => {
        expect(await invoke({ ask: 'context' })).toMatchObject({
            awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
            functionName: 'TypeFunction',
            functionVersion: '$LATEST',
            memoryLimitInMB: '512',
        });
        const { remaining } = await invoke({ ask: 'context' });
        expect(remaining).toBeGreaterThan(4000);
        expect(remaining).toBeLessThanOrEqual(5000);
    });

    test('takes several invocations at once', async () => {
        await invoke({ ask: 'nothing' });
        const began = Date.now();
        const answers = await Promise.all([0.3, 0.2, 0.3].map((seconds) => invoke({ ask: 'wait', seconds })));
        expect(answers).toEqual([0.3, 0.2, 0.3]);
        expect(Date.now() - began).toBeLessThan(600);
    });

    test('writes what handlers print to its log', async () => {
        await invoke({ ask: 'echo' });
        await typeFunction.close();
        expect(readFileSync(logFile, 'utf8')).toContain('asked for echo\n');
    });

    test.each([
        ['throw', 'RangeError', 'too far'],
        ['throw text', 'Error', 'too far'],
        ['circle', 'TypeError', expect.stringContaining('circular')],
        ['exit', 'Runtime.ExitError', "the function's process ended with 3"],
    ])(
        '%s gives an error as Lambda does, and the next invocation works',
        async (ask, errorType, errorMessage) => {
            expect(await failure({ ask })).toEqual({ errorType, errorMessage, trace: expect.any(Array) });
            expect(await invoke({ ask: 'wait', seconds: 0 })).toBe(0);
        },
    );

    test.each(['wait', 'spin'])('%s too long is cut off, and the next invocation works', async (ask) => {
        await typeFunction.close();
        // The next invocation waits for a new thread, which takes more than a second on a busy machine.
        typeFunction = create(3);
        expect(await failure({ ask, seconds: 60 })).toMatchObject({
            errorMessage: expect.stringMatching(/^[0-9a-f-]{36} Task timed out after 3.00 seconds$/),
        });
        expect(await invoke({ ask: 'wait', seconds: 0 })).toBe(0);
    });

    test('a handler that is not exported', async () => {
        await typeFunction.close();
        typeFunction = create(5, 'missing');
        expect(await failure({})).toMatchObject({ errorType: 'Runtime.HandlerNotFound' });
    });

    test('a bundle that is not built', () => {
        const settings = { name: 'F', handler: 'entrypoint', environment: {}, logFile };
        expect(() => new LambdaFunction({ ...settings, bundle: '/none.js' })).toThrow(
            'run "npm run build" first',
        );
    });
});

describe('the Invoke API', () => {
    let typeFunction: LambdaFunction;
    let server: Server;
    let url: string;

    beforeAll(async () => {
        typeFunction = create();
        server = lambdaServer(new Map([['TypeFunction', typeFunction]])).listen(0, '127.0.0.1');
        await once(server, 'listening');
        url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/2015-03-31/functions`;
    });

    afterAll(async () => {
        server.close();
        server.closeAllConnections();
        await typeFunction.close();
    });

    const post = (name: string, body: string, headers: Record<string, string> = {}) =>
        fetch(`${url}/${name}/invocations`, { method: 'POST', body, headers });

    test.each([
        'TypeFunction',
        'TypeFunction:live',
        '123456789012:function:TypeFunction',
        encodeURIComponent('arn:aws:lambda:us-east-1:123456789012:function:TypeFunction'),
        encodeURIComponent('arn:aws:lambda:us-east-1:123456789012:function:TypeFunction:1'),
    ])('invokes %s', async (name) => {
        const response = await post(name, '{"ask":"echo"}');
        expect(response.status).toBe(200);
        expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
        expect(response.headers.get('x-amz-function-error')).toBeNull();
        expect(await response.json()).toEqual({ ask: 'echo' });
    });

    test('says when the function failed', async () => {
        const response = await post('TypeFunction', '{"ask":"throw"}');
        expect(response.status).toBe(200);
        expect(response.headers.get('x-amz-function-error')).toBe('Unhandled');
        expect(await response.json()).toMatchObject({ errorType: 'RangeError', errorMessage: 'too far' });
    });

    test.each([
        ['Event', 202],
        ['DryRun', 204],
    ])('%s answers %d at once', async (type, status) => {
        const response = await post('TypeFunction', '{"ask":"wait","seconds":0}', {
            'X-Amz-Invocation-Type': type,
        });
        expect([response.status, await response.text()]).toEqual([status, '']);
    });

    test.each<[string, string, string, Record<string, string>, number, string]>([
        ['an unknown function', 'Other', '{}', {}, 404, 'ResourceNotFoundException'],
        ['a body that is no JSON', 'TypeFunction', '{', {}, 400, 'InvalidRequestContentException'],
        [
            'more than 6 MB',
            'TypeFunction',
            '"'.padEnd(6 * 1024 * 1024 + 1),
            {},
            413,
            'RequestTooLargeException',
        ],
        [
            'an unknown invocation type',
            'TypeFunction',
            '{}',
            { 'X-Amz-Invocation-Type': 'Odd' },
            400,
            'InvalidParameterValueException',
        ],
    ])('refuses %s', async (_, name, body, headers, status, type) => {
        const response = await post(name, body, headers);
        expect(response.status).toBe(status);
        expect(response.headers.get('x-amzn-errortype')).toBe(type);
        expect(await response.json()).toMatchObject({ Type: 'User', message: expect.any(String) });
    });

    test('refuses other paths', async () => {
        const response = await fetch(url);
        expect(response.status).toBe(404);
    });
});
