import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Rates } from '../../local/aws/difficulties/rates';
import type { PartialProperties } from '../../src/properties';
import { type Ending, ending, startCommand } from '../support/command-line';
import { Observer } from '../support/snapshot';
import { useStandIn } from '../support/suite';

/*
 * Stacks of many repositories, deployed at the same time by the local CloudFormation to an AWS that takes no more calls a
 * second than it publishes. MANY says how many: MANY=10,100,500.
 */
const COUNTS = (process.env['MANY'] ?? '20').split(',').map(Number);

const standIn = useStandIn();
/** What each repository has beside its number as a tag. */
type Kind = (number: number) => PartialProperties;

const withFindings: Kind = () => ({ EnableScanLogging: true, CreateCloudWatchAlarms: true });

/** The registry takes a hundred scanning filters. */
const withRegistry: Kind = (number) => ({
    EnableReplication: true,
    ReplicationDestinations: [{ Region: 'us-west-2' }],
    EnableRegistryScanning: number <= 100,
});

let observer: Observer;
let folder: string;

beforeAll(() => {
    observer = new Observer(standIn.url, standIn.account, [standIn.region]);
    folder = mkdtempSync(path.join(tmpdir(), 'many-at-once-'));
});

beforeEach(() => {
    // An account with more than 300 repositories has asked AWS for more rules.
    standIn.server.world.quotas.rules = Math.max(300, ...COUNTS);
});

afterAll(() => {
    observer.close();
    rmSync(folder, { recursive: true });
});

test.each(COUNTS)(
    '%d repositories with logs and alarms come and go at the rates of AWS',
    async (count) => {
        const nothing = await observer.snapshot();
        const deployed = await run(
            'deploy',
            templateOf(count, withFindings),
            '--stack-name',
            `many-${count}`,
        );
        expect(deployed.out.match(/CREATE_COMPLETE +Repository/g)).toHaveLength(count);
        expect(deployed.out).not.toMatch(/_FAILED|ROLLBACK/);
        const held = JSON.parse(await observer.snapshot())[standIn.region];
        for (const things of [held.repositories, held.groups, held.rules, held.alarms]) {
            expect(things).toHaveLength(count);
        }
        expect(held.policies).toHaveLength(1);

        const deleted = await run('delete', `many-${count}`);
        expect(deleted.out).not.toMatch(/_FAILED/);
        expect(await observer.snapshot()).toEqual(nothing);
        tell(`${count} repositories with logs and alarms`, { deployed, deleted }, count);
    },
    3_600_000,
);

test.each(COUNTS)(
    '%d repositories that share the registry come and go at the rates of AWS',
    async (count) => {
        const nothing = await observer.snapshot();
        const template = templateOf(count, withRegistry);
        const deployed = await run('deploy', template, '--stack-name', `shared-${count}`);
        expect(deployed.out.match(/CREATE_COMPLETE +Repository/g)).toHaveLength(count);
        expect(deployed.out).not.toMatch(/_FAILED|ROLLBACK/);
        const deleted = await run('delete', `shared-${count}`);
        expect(deleted.out).not.toMatch(/_FAILED/);
        expect(await observer.snapshot()).toEqual(nothing);
        tell(`${count} repositories that share the registry`, { deployed, deleted }, count);
    },
    3_600_000,
);

/** How long a command of the local CloudFormation took, and what it asked of AWS. */
interface Figures {
    readonly seconds: number;
    readonly calls: number;
    readonly throttled: number;
}

function tell(what: string, commands: Readonly<Record<string, Figures>>, count: number): void {
    const figures = Object.entries(commands).map(
        ([command, { seconds, calls, throttled }]) =>
            `${command} in ${seconds.toFixed(0)} s with ${(calls / count).toFixed(1)} calls each, ${throttled} throttled`,
    );
    console.info(`${what}: ${figures.join('; ')}`);
}

async function run(...args: string[]): Promise<Ending & Figures> {
    const rates = new Rates();
    standIn.meet(rates.difficulty);
    const begin = performance.now();
    const state = ['--state-dir', path.join(folder, 'state')];
    const result = await ending(startCommand({ AWS_ENDPOINT_URL: standIn.url }, [...state, ...args]));
    standIn.intercept(() => 'pass');
    // Of so many lines, those that say why.
    const failures =
        result.code === 0 ? [] : [...result.out.matchAll(/^.*FAILED.*$/gm)].slice(0, 20).map(String);
    expect({ ...result, failures }).toMatchObject({ code: 0, failures: [] });
    const seconds = (performance.now() - begin) / 1_000;
    const { calls, throttled } = rates;
    return { ...result, seconds, calls, throttled };
}

function templateOf(count: number, kind: Kind): string {
    const numbers = Array.from({ length: count }, (_, number) => number + 1);
    const resources = numbers.map((number) => [
        `Repository${number}`,
        {
            Type: 'Org::Containers::EcrRepository',
            Properties: {
                RepositoryName: `service-${number}`,
                ...kind(number),
                Tags: [{ Key: 'Service', Value: String(number) }],
            },
        },
    ]);
    const file = path.join(folder, `many-${count}.json`);
    writeFileSync(file, JSON.stringify({ Resources: Object.fromEntries(resources) }));
    return file;
}
