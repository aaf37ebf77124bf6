import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { THROTTLED } from '../../local/aws/difficulties/interception';
import type { PartialProperties } from '../../src/properties';
import type { Action, Circumstances, Progress } from '../support/function';
import { TOPIC } from '../support/my-app';
import { useFunction, useStandIn } from '../support/suite';

/* What CloudFormation's contract allows a handler: a minute an event, half of it for READ and LIST. */
const LIMIT: Readonly<Record<Action, number>> = {
    CREATE: 60_000,
    UPDATE: 60_000,
    DELETE: 60_000,
    READ: 30_000,
    LIST: 30_000,
};

/** Everything that takes calls one after the other. */
const WATCHED: PartialProperties = {
    RepositoryName: 'my-app',
    EnableRepositoryPolicy: true,
    PullAccountIds: ['111111111111'],
    EnableScanLogging: true,
    EnableScanNotifications: true,
    SnsTopicArn: TOPIC,
    CreateCloudWatchAlarms: true,
    AlarmActions: [TOPIC],
    CreateDashboard: true,
    Tags: [{ Key: 'Stage', Value: 'test' }],
};

/** A filter that others may live by: before it goes, the names of all repositories are asked for. */
const REPLICATED: PartialProperties = {
    RepositoryName: 'my-app',
    EnableReplication: true,
    ReplicationDestinations: [
        { Region: 'us-west-2', RepositoryFilter: 'my', EnableReplicationTimeControl: true },
    ],
    EnableRegistryScanning: true,
};

const MINIMAL: PartialProperties = { RepositoryName: 'my-app' };

const standIn = useStandIn();
const typeFunction = useFunction(standIn, { speed: 1 });

/** Milliseconds that each event took, by its action. */
const took: [Action, number][] = [];

async function call(
    action: Action,
    properties: PartialProperties,
    circumstances: Circumstances,
): Promise<Progress> {
    const begin = performance.now();
    const progress = await typeFunction.call(action, properties, circumstances);
    took.push([action, performance.now() - begin]);
    return progress;
}

/** To its end; `wait` says how CloudFormation waits before it calls again. */
async function run(
    action: Action,
    properties: PartialProperties,
    circumstances: Circumstances,
    wait: (progress: Progress) => Promise<object>,
): Promise<Progress> {
    const all = { token: randomUUID(), ...circumstances };
    let progress = await call(action, properties, all);
    while (progress.status === 'IN_PROGRESS') {
        const callbackContext = await wait(progress);
        progress = await call(action, progress.resourceModel ?? properties, { ...all, callbackContext });
    }
    return progress;
}

const atOnce = async ({ callbackContext = {} }: Progress) => callbackContext;

const really = async ({ callbackContext = {}, callbackDelaySeconds = 0 }: Progress) => {
    await sleep(callbackDelaySeconds * 1_000);
    return callbackContext;
};

function expectInTime(): void {
    expect(took.length).toBeGreaterThan(0);
    expect(took.filter(([action, milliseconds]) => milliseconds >= LIMIT[action])).toEqual([]);
    const figures = (Object.keys(LIMIT) as Action[]).map((action) => {
        const times = took.flatMap(([one, milliseconds]) => (one === action ? [milliseconds] : []));
        return `${action} ${(Math.max(...times) / 1_000).toFixed(1)} s`;
    });
    console.info(`The longest event: ${figures.join(', ')}`);
}

test('all is done in time when AWS takes two seconds for every answer', async () => {
    took.length = 0;
    const life = async (account: string, properties: PartialProperties) => {
        const circumstances = { account, accessKeyId: `LIFE${account}` };
        const succeed = async (action: Action, some: PartialProperties, previous?: PartialProperties) => {
            const end = await run(action, some, { ...circumstances, ...(previous && { previous }) }, atOnce);
            expect(end).toMatchObject({ status: 'SUCCESS' });
            return end.resourceModel ?? {};
        };
        await succeed('CREATE', properties);
        expect(await succeed('READ', MINIMAL)).toMatchObject(properties);
        await succeed('LIST', {});
        await succeed('UPDATE', MINIMAL, properties);
        expect(await succeed('UPDATE', properties, MINIMAL)).toMatchObject(properties);
        await succeed('DELETE', MINIMAL);
        expect(await run('READ', MINIMAL, circumstances, atOnce)).toMatchObject({ errorCode: 'NotFound' });
    };
    standIn.intercept(() => ({ delay: 2_000 }));
    await Promise.all([life('700000000001', WATCHED), life('700000000002', REPLICATED)]);
    expectInTime();
}, 900_000);

test('all ends right when AWS throttles everything for a minute', async () => {
    took.length = 0;
    const accounts = { UPDATE: '700000000003', DELETE: '700000000004', CREATE: '700000000005' };
    const circumstancesOf = (action: keyof typeof accounts) => ({
        account: accounts[action],
        accessKeyId: `MINUTE${accounts[action]}`,
    });
    for (const action of ['UPDATE', 'DELETE'] as const) {
        const created = await run('CREATE', WATCHED, circumstancesOf(action), atOnce);
        expect(created).toMatchObject({ status: 'SUCCESS' });
    }
    const end = performance.now() + 60_000;
    standIn.intercept(() => (performance.now() < end ? THROTTLED : 'pass'));
    const changed = { ...WATCHED, VulnerabilityThreshold: 5 };
    const [updated, deleted, created, read, listed] = await Promise.all([
        run('UPDATE', changed, { ...circumstancesOf('UPDATE'), previous: WATCHED }, really),
        run('DELETE', MINIMAL, circumstancesOf('DELETE'), really),
        run('CREATE', WATCHED, circumstancesOf('CREATE'), really),
        run('READ', MINIMAL, circumstancesOf('UPDATE'), really),
        run('LIST', {}, circumstancesOf('UPDATE'), really),
    ]);
    expect(updated).toMatchObject({ status: 'SUCCESS', resourceModel: changed });
    expect(deleted).toMatchObject({ status: 'SUCCESS' });
    // These must not be IN_PROGRESS; CloudFormation may try again what ends with this code.
    for (const refused of [created, read, listed]) {
        expect(refused).toMatchObject({ status: 'FAILED', errorCode: 'Throttling' });
        expect(refused.message).toMatch(/Rate exceeded.*try again later/);
    }
    expect(created).not.toHaveProperty('resourceModel');
    expectInTime();
    await sleep(Math.max(0, end - performance.now()));
    expect(await run('READ', MINIMAL, circumstancesOf('CREATE'), really)).toMatchObject({
        errorCode: 'NotFound',
    });
    expect(await run('CREATE', WATCHED, circumstancesOf('CREATE'), really)).toMatchObject({
        status: 'SUCCESS',
    });
}, 300_000);
