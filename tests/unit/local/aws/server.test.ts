import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { CloudWatchClient, ListMetricStreamsCommand } from '@aws-sdk/client-cloudwatch';
import {
    DescribePullThroughCacheRulesCommand,
    DescribeRepositoriesCommand,
    ECRClient,
} from '@aws-sdk/client-ecr';
import { GetBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { AwsServer } from '../../../../local/aws/server';
import { SERVICES } from '../../../../local/aws/services';

const BUNDLE = path.join(__dirname, '..', '..', '..', '..', 'dist', 'aws.js');

const server = new AwsServer(SERVICES);

beforeAll(() => server.listen());
afterAll(() => server.close());

const config = () => ({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    maxAttempts: 1,
});

/** The message that a client makes of an answer. */
async function messageOf(client: { destroy(): void }, call: Promise<unknown>): Promise<string> {
    const message = await call.then(
        () => 'none',
        ({ name, message }: Error) => `${name}: ${message}`,
    );
    client.destroy();
    return message;
}

describe('what the stand-in does not know it names, in the format of the request:', () => {
    test('an operation in JSON', async () => {
        const ecr = new ECRClient(config());
        await expect(messageOf(ecr, ecr.send(new DescribePullThroughCacheRulesCommand({})))).resolves.toBe(
            'UnknownOperationException: The AWS stand-in does not know the operation ecr:DescribePullThroughCacheRules.',
        );
    });

    test('an operation in CBOR', async () => {
        const cloudwatch = new CloudWatchClient(config());
        await expect(messageOf(cloudwatch, cloudwatch.send(new ListMetricStreamsCommand({})))).resolves.toBe(
            'UnknownOperationException: The AWS stand-in does not know the operation cloudwatch:ListMetricStreams.',
        );
    });

    test('an operation in REST', async () => {
        const s3 = new S3Client(config());
        await expect(messageOf(s3, s3.send(new GetBucketVersioningCommand({ Bucket: 'a' })))).resolves.toBe(
            'UnknownOperationException: The AWS stand-in does not know the operation s3:(GET bucket versioning).',
        );
    });

    test.each([
        [{ 'content-type': 'application/x-www-form-urlencoded' }, 'Action=ListUsers', 'ListUsers'],
        [{}, '', 'POST /'],
    ])('a service, with %j', async (headers, body, operation) => {
        const authorization = 'AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/iam/aws4_request';
        const signed = { ...headers, authorization };
        const response = await fetch(server.endpoint, { method: 'POST', headers: signed, body });
        expect(response.status).toBe(404);
        expect(await response.text()).toContain(
            `The AWS stand-in does not know the service iam (asked for ${operation}).`,
        );
    });
});

test.each([
    [{ 'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories' }, '/', 'JSON'],
    [
        {
            'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories',
            'content-encoding': 'gzip',
        },
        '/',
        'JSON',
    ],
    [{}, '/service/GraniteServiceVersion20100801/operation/ListMetrics', 'CBOR'],
])('a broken body is a SerializationException: %j %s', async (headers, url, format) => {
    const response = await fetch(server.endpoint + url, { method: 'POST', headers, body: '{"a"' });
    expect(response.status).toBe(400);
    const text = await response.text();
    expect(text).toContain('SerializationException');
    expect(text).toContain(`The request body is no ${format}.`);
});

test('a member with the name of a prototype is refused and changes nothing', async () => {
    const authorization = 'AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/monitoring/aws4_request';
    const response = await fetch(server.endpoint, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
        body: 'Action=DescribeAlarms&__proto__.AlarmNamePrefix=a',
    });
    expect(await response.text()).toContain('Unrecognized key: "__proto__"');
    expect(Reflect.get({}, 'AlarmNamePrefix')).toBeUndefined();
});

test('it keeps a record of the newest 10,000 calls', async () => {
    server.reset();
    const oldest = { action: 'sts:GetCallerIdentity', input: {}, accessKeyId: 'first' };
    const place = { account: '123456789012', region: 'us-east-1', start: 0, end: 0 };
    server.calls = Array.from({ length: 10_000 }, () => ({ ...oldest, ...place }));
    const ecr = new ECRClient(config());
    await ecr.send(new DescribeRepositoriesCommand({}));
    ecr.destroy();
    expect(server.calls).toHaveLength(10_000);
    expect(server.calls.at(-1)?.action).toBe('ecr:DescribeRepositories');
});

describe('as a process of its own', () => {
    function start(...args: string[]) {
        const child = spawn(process.execPath, [BUNDLE, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
        return { child, exit: once(child, 'exit') };
    }

    async function endpointOf({ child }: ReturnType<typeof start>): Promise<string> {
        const [line] = await once(createInterface(child.stdout), 'line');
        return String(line);
    }

    test('it prints where it answers, and ends with the input when it is told to', async () => {
        const started = start('--until-input-ends');
        const response = await fetch(`${await endpointOf(started)}/_stand-in/health`);
        expect(response.status).toBe(200);
        started.child.stdin.end();
        await expect(started.exit).resolves.toEqual([0, null]);
    });

    test('it ends on SIGTERM', async () => {
        const started = start();
        await endpointOf(started);
        started.child.kill('SIGTERM');
        await expect(started.exit).resolves.toEqual([0, null]);
    });

    test.each([
        [['--port', '65536'], '--port is 65536. It must be a whole number from 0 to 65535.'],
        [['--prot', '4566'], "Unknown option '--prot'"],
    ])('with %j it says why it does not start', async (args, reason) => {
        const { child, exit } = start(...args);
        const [said] = await once(child.stderr, 'data');
        expect(String(said)).toMatch(new RegExp(`^The AWS stand-in does not start: ${reason}`));
        await expect(exit).resolves.toEqual([1, null]);
    });
});
