import { CreateRepositoryCommand, DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { AwsServer } from '../../../../local/aws/server';
import { SERVICES } from '../../../../local/aws/services';

const server = new AwsServer(SERVICES);

beforeAll(() => server.listen());
afterAll(() => server.close());
beforeEach(() => server.reset());

async function ask(path: string, input?: object): Promise<{ status: number; content: unknown }> {
    const body = input && { method: 'POST', body: JSON.stringify(input) };
    const response = await fetch(`${server.endpoint}/_stand-in/${path}`, body);
    return { status: response.status, content: await response.json() };
}

async function callSts(): Promise<void> {
    const credentials = { accessKeyId: 'KEY210987654321', secretAccessKey: 'testing' };
    const sts = new STSClient({ endpoint: server.endpoint, region: 'eu-west-1', credentials });
    await sts.send(new GetCallerIdentityCommand({}));
    sts.destroy();
}

test('says that it runs, and what it knows', async () => {
    const { status, content } = await ask('health');
    expect(status).toBe(200);
    expect(content).toMatchObject({ services: expect.arrayContaining(['sts']) });
});

test('moves the clock and does what falls due', async () => {
    let done = 0;
    server.world.clock.schedule(Date.now() + 86_400_000, () => {
        done = server.world.clock.now();
    });
    await ask('clock', { seconds: 86_000 });
    expect(done).toBe(0);
    const { content } = await ask('clock', { seconds: 1_000 });
    expect(done).toBeGreaterThan(Date.now() + 86_000_000);
    expect(new Date((content as { time: string }).time).getTime()).toBeGreaterThanOrEqual(done);
});

test('tells which calls were made, by whom and where, until it is reset', async () => {
    await callSts();
    const { content } = await ask('calls');
    expect(content).toEqual({
        calls: [
            {
                action: 'sts:GetCallerIdentity',
                input: {},
                accessKeyId: 'KEY210987654321',
                account: '210987654321',
                region: 'eu-west-1',
                start: expect.any(Number),
                end: expect.any(Number),
            },
        ],
    });
    await ask('reset', {});
    await expect(ask('calls')).resolves.toMatchObject({ content: { calls: [] } });
});

test('makes AWS difficult, and easy again', async () => {
    const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
    const ecr = new ECRClient({ endpoint: server.endpoint, region: 'us-east-1', credentials });
    const seen = async () => (await ecr.send(new DescribeRepositoriesCommand({}))).repositories?.length;
    await ask('difficulties', { staleReads: 60_000 });
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'app' }));
    expect(await seen()).toBe(0);
    await ask('difficulties', {});
    expect(await seen()).toBe(1);
    ecr.destroy();
});

test.each([
    ['nothing', undefined, 404, 'There is no /_stand-in/nothing. There is: /_stand-in/health,'],
    ['constructor', undefined, 404, 'There is no /_stand-in/constructor.'],
    ['clock', { seconds: -1 }, 400, "Value at 'seconds' failed to satisfy constraint: Too small"],
    ['clock', { seconds: 1e15 }, 400, "Value at 'seconds' failed to satisfy constraint: Too big"],
    ['difficulties', { latency: 0 }, 400, "Value at 'latency' failed to satisfy constraint: Too small"],
    ['clock', { hours: 1 }, 400, 'Unrecognized key: "hours"'],
])('refuses %s %j', async (path, input, status, message) => {
    await expect(ask(path, input)).resolves.toMatchObject({
        status,
        content: { message: expect.stringContaining(message) },
    });
});
