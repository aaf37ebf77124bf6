import {
    CreateRepositoryCommand,
    DescribeRegistryCommand,
    PutReplicationConfigurationCommand,
} from '@aws-sdk/client-ecr';
import type { PartialProperties } from '../../src/properties';

import { Account } from '../support/account';
import { HERE, NAME } from '../support/my-app';
import { among, type Operation, SimulatedAccount } from '../support/simulated-account';
import { useFunction, useStandIn } from '../support/suite';

/*
 * Whatever somebody altered by hand, nothing that was made for a repository stays behind: not where the altered thing
 * led to, and not what stood beside it.
 */
const THERE = 'us-west-2';
const ELSEWHERE = 'eu-west-1';

const MINIMAL: PartialProperties = { RepositoryName: NAME };

/** Watched in the Region that it is replicated to. */
const WATCHED: PartialProperties = {
    ...MINIMAL,
    EnableReplication: true,
    ReplicationDestinations: [
        { Region: THERE, EnableReplicationMetrics: true, EnableReplicationTimeControl: true },
    ],
};

/** Replicated by its name, and by a shorter filter as well. */
const TWICE: PartialProperties = {
    ...MINIMAL,
    EnableReplication: true,
    ReplicationDestinations: [{ Region: THERE }, { Region: ELSEWHERE, RepositoryFilter: 'my' }],
};

/** Replicated by a shorter filter, and watched. */
const SHORTER: PartialProperties = {
    ...WATCHED,
    ReplicationDestinations: [{ Region: THERE, RepositoryFilter: 'my', EnableReplicationMetrics: true }],
};

const remove = (properties: PartialProperties): Operation => ({ action: 'DELETE', properties });
const update = (previous: PartialProperties, properties: PartialProperties): Operation => ({
    action: 'UPDATE',
    properties,
    previous,
});

/** Rules of the registry, by their filters: the Region each replicates to. */
type Rules = Readonly<Record<string, string>>;

const standIn = useStandIn({ keep: true });
const typeFunction = useFunction(standIn);

test.each<[string, PartialProperties, Rules | undefined, Operation]>([
    ['nothing is altered, the stack deleted', SHORTER, undefined, remove(MINIMAL)],
    ['the entry that leads to a monitor is removed, the stack deleted', WATCHED, {}, remove(WATCHED)],
    [
        'the entry that leads to a monitor is removed, the destination changed',
        WATCHED,
        {},
        update(WATCHED, { ...WATCHED, ReplicationDestinations: [{ Region: ELSEWHERE }] }),
    ],
    [
        'the entry that leads to a monitor is removed, replication switched off',
        WATCHED,
        {},
        update(WATCHED, { ...MINIMAL, EnableReplication: false }),
    ],
    [
        'the entry of its name leads elsewhere, the stack is deleted',
        TWICE,
        { [NAME]: 'ap-south-1', my: ELSEWHERE },
        remove(TWICE),
    ],
    ['the entry of its name is removed, the stack deleted', TWICE, { my: ELSEWHERE }, remove(TWICE)],
])('%s: nothing stays behind', async (_what, before, rules, operation) => {
    const account = new SimulatedAccount(standIn, typeFunction, [HERE, THERE, ELSEWHERE]);
    standIn.intercept(among([account]));
    const nothing = await account.observer.snapshot();
    await succeed(account, { action: 'CREATE', properties: before });
    if (rules) {
        await replicate(account, rules);
    }
    await succeed(account, operation);
    if (operation.action === 'UPDATE') {
        expect(monitorsIn(await account.observer.snapshot())).toEqual(monitorsIn(nothing));
        await succeed(account, remove(MINIMAL));
    }
    expect(await account.observer.snapshot()).toEqual(nothing);
    account.observer.close();
});

test('a shorter filter stays as long as another repository needs it', async () => {
    const account = new SimulatedAccount(standIn, typeFunction, [HERE, THERE]);
    const by = new Account(standIn.url, HERE, account.id);
    standIn.intercept(among([account]));
    await succeed(account, { action: 'CREATE', properties: SHORTER });
    await by.ecr.send(new CreateRepositoryCommand({ repositoryName: 'my-other' }));
    await succeed(account, remove(SHORTER));
    const { replicationConfiguration } = await by.ecr.send(new DescribeRegistryCommand({}));
    expect(replicationConfiguration?.rules).toMatchObject([{ repositoryFilters: [{ filter: 'my' }] }]);
    by.close();
    account.observer.close();
});

test('a monitor comes after the entry that leads to it, and goes before it', async () => {
    const account = new SimulatedAccount(standIn, typeFunction, [HERE, THERE]);
    standIn.intercept(among([account]));
    const order = async (operation: Operation) => {
        const { calls } = await standIn.watch(() => succeed(account, operation));
        const actions = calls.map(({ action }) => action);
        return actions.filter((action) => /:(PutReplicationConfiguration|PutRule|DeleteRule)$/.test(action));
    };
    const entry = 'ecr:PutReplicationConfiguration';
    expect(await order({ action: 'CREATE', properties: WATCHED })).toEqual([entry, 'events:PutRule']);
    expect(await order(remove(WATCHED))).toEqual(['events:DeleteRule', entry]);
    account.observer.close();
});

/** All of the destination that was given up but its own replication, for which a simulated account has one answer in all Regions. */
function monitorsIn(snapshot: string): object {
    return { ...JSON.parse(snapshot)[THERE], replication: undefined };
}

async function succeed(account: SimulatedAccount, operation: Operation): Promise<void> {
    expect(await account.run(operation)).toMatchObject({ status: 'SUCCESS' });
}

/** What somebody does by hand. */
async function replicate({ id }: SimulatedAccount, rules: Rules): Promise<void> {
    const by = new Account(standIn.url, HERE, id);
    const replicationConfiguration = {
        rules: Object.entries(rules).map(([filter, region]) => ({
            destinations: [{ region, registryId: id }],
            repositoryFilters: [{ filter, filterType: 'PREFIX_MATCH' as const }],
        })),
    };
    await by.ecr.send(new PutReplicationConfigurationCommand({ replicationConfiguration }));
    by.close();
}
