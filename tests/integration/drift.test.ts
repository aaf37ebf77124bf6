import { DeleteRepositoryCommand } from '@aws-sdk/client-ecr';
import type { Holdings } from '../../local/aws/world';
import schema from '../../schema.json';
import { alarmName, ruleName } from '../../src/aws/names';
import type { PartialProperties } from '../../src/properties';
import {
    deleteAlarm,
    deleteDashboard,
    deleteGroup,
    deleteLifecycle,
    deleteRule,
    disable,
    inThere,
    recreate,
    tag,
    untag,
} from '../support/by-hand';
import { FACET_DATA } from '../support/facets';
import type { Alteration, By } from '../support/facets/facet-data';
import {
    ACCOUNT,
    ALARM,
    ALARMED,
    DASHBOARD,
    GROUP,
    HERE,
    IDENTIFIER,
    LOGGED,
    NAME,
    NOTIFIED,
    REPOSITORY,
    SCANS,
    SHOWN,
    THERE,
    TOPIC,
} from '../support/my-app';
import { useAccount, useFunction, useStandIn } from '../support/suite';

/*
 * Drift detection tells the truth: whatever somebody does to AWS behind the stack's back, Read by the identifier alone
 * and the comparison with the template name the properties that are no longer so, and no others.
 */
const PREFIX = 'org-containers-ecrrepository:';
const MONITOR = `replications-from-${HERE}`;

const standIn = useStandIn();
const typeFunction = useFunction(standIn);
const here = useAccount(standIn);
const there = useAccount(standIn, { region: THERE });
const beside = { there, standIn };

const WATCHED: PartialProperties = {
    EnableReplication: true,
    ReplicationDestinations: [
        { Region: THERE, EnableReplicationTimeControl: true, EnableReplicationMetrics: true },
    ],
    AlarmActions: [TOPIC.replace(HERE, THERE)],
};

/** What is done to each property: its value changed, what makes it true deleted, something added. */
const ALTERATIONS: Readonly<Record<string, readonly Alteration[]>> = {
    ...Object.assign({}, ...FACET_DATA.map(({ alterations }) => alterations)),
    EmptyOnDelete: [
        {
            what: 'loses its tag',
            template: { EmptyOnDelete: true },
            by: untag(`${PREFIX}empty-on-delete`),
        },
        {
            what: 'gets another value in its tag',
            template: { EmptyOnDelete: true },
            by: tag({ [`${PREFIX}empty-on-delete`]: 'no' }),
        },
        {
            what: 'gets its tag',
            template: { EmptyOnDelete: false },
            by: tag({ [`${PREFIX}empty-on-delete`]: 'true' }),
        },
        {
            what: 'gets its tag, though the template does not speak of it',
            template: {},
            by: tag({ [`${PREFIX}empty-on-delete`]: 'true' }),
            drift: [],
        },
    ],
};

/** The outputs, and what they follow; they are in no template, so nothing is compared. */
const OUTPUTS: Readonly<
    Record<
        string,
        {
            readonly template: PartialProperties;
            readonly by: By;
            readonly afterwards: unknown;
        }
    >
> = {
    LifecyclePolicySummary: {
        template: { EnableLifecyclePolicy: true },
        by: deleteLifecycle,
        afterwards: 'All images are kept.',
    },
    ScanLogGroupName: { template: LOGGED, by: deleteGroup(), afterwards: GROUP },
    VulnerabilityAlarmName: { template: ALARMED, by: deleteAlarm(ALARM), afterwards: ALARM },
    DashboardName: {
        template: SHOWN,
        by: deleteDashboard,
        afterwards: DASHBOARD,
    },
    RepositoryArn: { template: {}, by: recreate('AES256'), afterwards: REPOSITORY },
    RepositoryUrl: {
        template: {},
        by: recreate('AES256'),
        afterwards: `${ACCOUNT}.dkr.ecr.${HERE}.amazonaws.com/${NAME}`,
    },
    RegistryId: { template: {}, by: recreate('AES256'), afterwards: ACCOUNT },
};

/** What AWS holds after a CREATE, by its properties as JSON. */
const created = new Map<string, Holdings>();

/** CREATE, without drift; the same properties are created once, and then copied. */
async function createInSync(declared: PartialProperties): Promise<void> {
    const { world } = standIn.server;
    const key = JSON.stringify(declared);
    const holdings = created.get(key);
    if (holdings) {
        world.restore(standIn.account, holdings);
        return;
    }
    await succeed('CREATE', declared);
    expect(await drifts(declared)).toEqual([]);
    created.set(key, world.holdings(standIn.account));
}

describe.each(Object.entries(ALTERATIONS))('%s:', (property, alterations) => {
    test.each(alterations)('$what', async ({ template, by, drift = [property], update }) => {
        const declared = { ...IDENTIFIER, ...template };
        await createInSync(declared);

        await by(here, beside);
        expect(await drifts(declared)).toEqual([...drift].sort());

        if (update === 'refuses') {
            const refused = await typeFunction.run('UPDATE', declared, { previous: declared });
            expect(refused).toMatchObject({ status: 'FAILED', errorCode: 'NotUpdatable' });
        } else {
            await succeed('UPDATE', declared, { previous: declared });
            expect(await drifts(declared)).toEqual(update === 'leaves' ? [...drift].sort() : []);
        }
    });
});

test.each(Object.entries(OUTPUTS))(
    '%s follows what AWS holds',
    async (property, { template, by, afterwards }) => {
        await succeed('CREATE', { ...IDENTIFIER, ...template });
        expect(Reflect.get(await succeed('READ', IDENTIFIER), property)).toEqual(expect.any(String));
        await by(here, beside);
        expect(Reflect.get(await succeed('READ', IDENTIFIER), property)).toEqual(afterwards);
    },
);

test('RepositoryName: a repository that is deleted reads as not found', async () => {
    await succeed('CREATE', IDENTIFIER);
    await here.ecr.send(new DeleteRepositoryCommand({ repositoryName: NAME }));
    expect(await typeFunction.drift(IDENTIFIER)).toMatchObject({ status: 'DELETED' });
});

test.each([
    ['a monitor that works no more', WATCHED, inThere(disable(ruleName(NAME, MONITOR)))],
    ['a monitor without its alarm', WATCHED, inThere(deleteAlarm(alarmName(NAME, `${MONITOR}-failed`)))],
    ['an alarm that nothing feeds', { ...ALARMED, CreateDashboard: true }, disable(SCANS)],
    ['what is left of a log', { ...LOGGED, ...NOTIFIED }, deleteRule(SCANS)],
])('DELETE takes away %s', async (_what, template, by) => {
    const before = [await here.everything(), await there.everything()];
    await succeed('CREATE', { ...IDENTIFIER, ...template });
    await by(here, beside);
    await succeed('DELETE', IDENTIFIER);
    expect([await here.everything(), await there.everything()]).toEqual(before);
});

test('every property of the schema is in these tables', () => {
    const rows = ['RepositoryName', ...Object.keys(ALTERATIONS), ...Object.keys(OUTPUTS)];
    expect(rows.sort()).toEqual(Object.keys(schema.properties).sort());
});

async function succeed(
    action: 'CREATE' | 'READ' | 'UPDATE' | 'DELETE',
    properties: PartialProperties,
    circumstances = {},
): Promise<PartialProperties> {
    const progress = await typeFunction.run(action, properties, circumstances);
    expect(progress).toMatchObject({ status: 'SUCCESS' });
    return progress.resourceModel ?? {};
}

/** The properties that differ from the template. */
async function drifts(declared: PartialProperties): Promise<string[]> {
    const { differences, status } = await typeFunction.drift(declared);
    expect(status).toBe(differences.length > 0 ? 'MODIFIED' : 'IN_SYNC');
    return [...new Set(differences.map(({ path }) => path.split('/')[1] ?? ''))].sort();
}
