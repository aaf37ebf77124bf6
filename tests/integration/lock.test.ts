import {
    CreateLogGroupCommand,
    CreateLogStreamCommand,
    DeleteLogGroupCommand,
    DescribeLogStreamsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DescribeRegistryCommand, GetRegistryScanningConfigurationCommand } from '@aws-sdk/client-ecr';
import { DENIED, type Interception, THROTTLED } from '../../local/aws/difficulties/interception';
import { LOCK_LOG_GROUP } from '../../src/aws/names';
import type { PartialProperties } from '../../src/properties';
import type { Progress } from '../support/function';
import { IDENTIFIER } from '../support/my-app';
import { useAccount, useFunction, useStandIn } from '../support/suite';

/* The lock on what all repositories of a registry share, seen from the entrypoint. Its proof is interleavings.test.ts. */
const standIn = useStandIn();
/** A second of the handlers' own waits takes a fifth of it. */
const SPEED = 5;
const typeFunction = useFunction(standIn, { speed: SPEED });
/** The same with little time for an answer. */
const hurried = useFunction(standIn, { timeoutSeconds: 12, speed: 1 });
/** With time to look again, and not to take over a turn. */
const brief = useFunction(standIn, { timeoutSeconds: 10, speed: SPEED });
const { ecr, logs } = useAccount(standIn);

const SHARED: PartialProperties = {
    ...IDENTIFIER,
    EnableReplication: true,
    ReplicationDestinations: [{ Region: 'us-west-2' }],
    EnableRegistryScanning: true,
};
const BARE: PartialProperties = { ...IDENTIFIER, EnableReplication: false, EnableRegistryScanning: false };

async function succeed(...request: Parameters<typeof typeFunction.run>): Promise<Progress> {
    const progress = await typeFunction.run(...request);
    expect(progress).toMatchObject({ status: 'SUCCESS' });
    return progress;
}

async function filters(): Promise<unknown> {
    const [{ replicationConfiguration }, { scanningConfiguration }] = await Promise.all([
        ecr.send(new DescribeRegistryCommand({})),
        ecr.send(new GetRegistryScanningConfigurationCommand({})),
    ]);
    const rules = [...(replicationConfiguration?.rules ?? []), ...(scanningConfiguration?.rules ?? [])];
    return rules
        .flatMap(({ repositoryFilters = [] }) => repositoryFilters.map(({ filter }) => filter))
        .sort();
}

async function streams(): Promise<unknown> {
    const { logStreams = [] } = await logs.send(
        new DescribeLogStreamsCommand({ logGroupName: LOCK_LOG_GROUP }),
    );
    return logStreams.map(({ logStreamName }) => logStreamName);
}

async function begin(logStreamName: string): Promise<void> {
    await logs.send(new CreateLogGroupCommand({ logGroupName: LOCK_LOG_GROUP }));
    await logs.send(new CreateLogStreamCommand({ logGroupName: LOCK_LOG_GROUP, logStreamName }));
}

/** From now on, this happens to an action, so many times. */
function intercept(intercepted: string, interception: Interception, times = Number.POSITIVE_INFINITY): void {
    let count = 0;
    standIn.intercept(({ action }) => (action === intercepted && count++ < times ? interception : 'pass'));
}

test('one change of replication and scanning takes one turn', async () => {
    await succeed('CREATE', SHARED);
    expect(await filters()).toEqual(['my-ap*p', 'my-app']);
    expect(await streams()).toEqual(['00000001-begun', '00000001-ended']);
});

test('no turn is taken for what stays', async () => {
    await succeed('CREATE', SHARED);
    await succeed('UPDATE', { ...SHARED, ScanOnPush: false }, { previous: SHARED });
    expect(await streams()).toEqual(['00000001-begun', '00000001-ended']);
});

test('while another writer has the turn, nothing is written', async () => {
    await succeed('CREATE', IDENTIFIER);
    await begin('00000001-begun');
    const waiting = await hurried.call('UPDATE', SHARED, { previous: IDENTIFIER });
    expect(waiting).toMatchObject({ status: 'IN_PROGRESS', callbackDelaySeconds: 1 });
    expect(waiting.message).toBe(
        'Waiting until no other stack writes the replication configuration of the registry and the scanning configuration of the registry.',
    );
    expect(await filters()).toEqual([]);
    expect(await streams()).toEqual(['00000001-begun']);
});

test('the turn of a writer that died is taken over within half a minute', async () => {
    await succeed('CREATE', IDENTIFIER);
    await begin('00000007-begun');
    const start = Date.now();
    expect(await typeFunction.call('UPDATE', SHARED, { previous: IDENTIFIER })).toMatchObject({
        status: 'SUCCESS',
    });
    expect((Date.now() - start) * SPEED).toBeGreaterThan(12_500);
    expect((Date.now() - start) * SPEED).toBeLessThan(30_000);
    expect(await filters()).toEqual(['my-ap*p', 'my-app']);
    expect(await streams()).toEqual(['00000007-begun', '00000007-ended', '00000008-begun', '00000008-ended']);
});

test('a turn whose time is over writes nothing', async () => {
    await succeed('CREATE', IDENTIFIER);
    let isBegun = false;
    standIn.intercept(({ action }) => {
        isBegun ||= action === 'logs:CreateLogStream';
        return isBegun && action === 'ecr:GetRegistryScanningConfiguration' ? { delay: 1_500 } : 'pass';
    });
    const properties = { ...IDENTIFIER, EnableRegistryScanning: true };
    const progress = await typeFunction.call('UPDATE', properties, { previous: IDENTIFIER });
    expect(progress).toMatchObject({
        status: 'IN_PROGRESS',
        message: expect.stringContaining('Waiting until no other stack writes'),
    });
    standIn.intercept(() => 'pass');
    expect(await filters()).toEqual([]);
});

test('what overwrites an entry right after it was written is met once more', async () => {
    await succeed('CREATE', IDENTIFIER);
    const looks: string[] = [];
    standIn.intercept(({ action }) => {
        const isFirstAfterWrite = looks.indexOf('ecr:PutRegistryScanningConfiguration') === looks.length - 1;
        looks.push(action);
        return isFirstAfterWrite && looks.length > 1
            ? { answer: { scanningConfiguration: { scanType: 'BASIC', rules: [] } } }
            : 'pass';
    });
    await succeed('UPDATE', { ...IDENTIFIER, EnableRegistryScanning: true }, { previous: IDENTIFIER });
    expect(looks.filter((action) => action === 'ecr:PutRegistryScanningConfiguration')).toHaveLength(2);
    expect(await filters()).toEqual(['my-ap*p']);
});

test('a write whose answer is lost is made again in another turn, when it cannot arrive any more', async () => {
    await succeed('CREATE', IDENTIFIER);
    intercept('ecr:PutRegistryScanningConfiguration', 'cut', 1);
    const { calls } = await standIn.watch(() =>
        succeed('UPDATE', { ...IDENTIFIER, EnableRegistryScanning: true }, { previous: IDENTIFIER }),
    );
    expect(await streams()).toHaveLength(4);
    const [write] = calls.filter(({ action }) => action === 'ecr:PutRegistryScanningConfiguration');
    const [, end] = calls.filter(({ action }) => action === 'logs:CreateLogStream').slice(-4);
    expect(((end?.start ?? 0) - (write?.end ?? 0)) * SPEED).toBeGreaterThan(2_500);
});

test('what overwrites an entry every time is a failure', async () => {
    await succeed('CREATE', IDENTIFIER);
    intercept('ecr:PutRegistryScanningConfiguration', { answer: {} });
    const properties = { ...IDENTIFIER, EnableRegistryScanning: true };
    const progress = await typeFunction.call('UPDATE', properties, { previous: IDENTIFIER });
    expect(progress).toMatchObject({ status: 'IN_PROGRESS' });
    expect(progress.message).toMatch(/was overwritten right after it was written.*Terraform/);
});

test('a refusal says what to grant, and where', async () => {
    await succeed('CREATE', IDENTIFIER);
    intercept('logs:CreateLogStream', DENIED);
    const failed = await typeFunction.run('UPDATE', SHARED, { previous: IDENTIFIER });
    expect(failed).toMatchObject({ status: 'FAILED', errorCode: 'AccessDenied' });
    expect(failed.message).toContain(
        'locking the registry (logs:CreateLogGroup, CreateLogStream, DescribeLogStreams and DeleteLogStream on the log group /org-containers-ecrrepository/lock) failed. AWS says AccessDeniedException',
    );
    expect(await filters()).toEqual([]);
});

test('AWS that throttles the lock is asked again', async () => {
    await succeed('CREATE', IDENTIFIER);
    intercept('logs:CreateLogStream', THROTTLED, 3);
    await succeed('UPDATE', SHARED, { previous: IDENTIFIER });
    expect(await filters()).toEqual(['my-ap*p', 'my-app']);
});

test('a turn that may be its own is no other stack’s', async () => {
    await succeed('CREATE', IDENTIFIER);
    await logs.send(new CreateLogGroupCommand({ logGroupName: LOCK_LOG_GROUP }));
    intercept('logs:CreateLogStream', 'lose');
    const failing = await brief.call('UPDATE', SHARED, { previous: IDENTIFIER });
    expect(failing.message).toMatch(/locking the registry .* failed\..*socket hang up/);
    expect(await streams()).toEqual(['00000001-begun']);
});

test('streams of old turns go, but for the newest of them', async () => {
    await succeed('CREATE', IDENTIFIER);
    const hours = (creationTime: number) => (logStreamName: string) => ({
        logStreamName,
        creationTime: creationTime * 3_600_000,
    });
    const logStreams = [
        ...['00000004-ended', '00000004-begun'].map(hours(100)),
        ...['00000003-ended', '00000003-begun', '00000002-ended', '00000002-begun'].map(hours(98)),
    ];
    intercept('logs:DescribeLogStreams', { answer: { logStreams } });
    const { calls } = await standIn.watch(() => succeed('UPDATE', SHARED, { previous: IDENTIFIER }));
    const deleted = calls.filter(({ action }) => action === 'logs:DeleteLogStream');
    expect(deleted.map(({ input }) => input['logStreamName']).sort()).toEqual([
        '00000002-begun',
        '00000002-ended',
        '00000003-begun',
    ]);
    expect(await streams()).toEqual(['00000005-begun', '00000005-ended']);
});

test('many at once get their turns, and nothing of them is left in the end', async () => {
    const names = Array.from({ length: 12 }, (_, number) => `app-${number}`);
    const all = names.map((RepositoryName) => ({ ...SHARED, RepositoryName, EnableReplication: false }));
    await Promise.all(all.map((properties) => succeed('CREATE', properties)));
    expect(await filters()).toEqual(names.map((name) => name.replace(/.$/, '*$&')).sort());
    await Promise.all(all.map((properties) => succeed('DELETE', properties)));
    expect(await filters()).toEqual([]);
});

test('the log group of the lock may be deleted while no stack changes', async () => {
    await succeed('CREATE', SHARED);
    await logs.send(new DeleteLogGroupCommand({ logGroupName: LOCK_LOG_GROUP }));
    await succeed('DELETE', IDENTIFIER);
    expect(await filters()).toEqual([]);
    expect(await streams()).toEqual(['00000001-begun', '00000001-ended']);
});

test('an entry goes with an update as it came', async () => {
    await succeed('CREATE', SHARED);
    await succeed('UPDATE', BARE, { previous: SHARED });
    expect(await filters()).toEqual([]);
    expect(await streams()).toHaveLength(4);
});
