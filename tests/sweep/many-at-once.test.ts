import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Rates } from '../../local/aws/difficulties/rates';
import { type Ending, ending, startCommand } from '../support/command-line';
import { Observer } from '../support/snapshot';
import { useStandIn } from '../support/suite';

/*
 * Stacks of many repositories, each with a log and an alarm, deployed at the same time by the local CloudFormation to an
 * AWS that takes no more calls a second than it publishes. MANY says how many: MANY=10,100,500.
 */
const COUNTS = (process.env['MANY'] ?? '20').split(',').map(Number);

const standIn = useStandIn();
let observer: Observer;
let folder: string;

beforeAll(() => {
    observer = new Observer(standIn.url, standIn.account, [standIn.region]);
    folder = mkdtempSync(path.join(tmpdir(), 'many-at-once-'));
});

afterAll(() => {
    observer.close();
    rmSync(folder, { recursive: true });
});

test.each(COUNTS)(
    '%d repositories come and go at the rates of AWS',
    async (count) => {
        const nothing = await observer.snapshot();
        const deployed = await run('deploy', templateOf(count), '--stack-name', `many-${count}`);
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
        const figures = Object.entries({ deployed, deleted }).map(
            ([what, { seconds, calls, throttled }]) =>
                `${what} in ${seconds.toFixed(0)} s with ${(calls / count).toFixed(1)} calls each, ${throttled} throttled`,
        );
        console.info(`${count} repositories: ${figures.join('; ')}`);
    },
    3_600_000,
);

/** A command of the local CloudFormation, how long it took, and what it asked of AWS. */
async function run(
    ...args: string[]
): Promise<Ending & { seconds: number; calls: number; throttled: number }> {
    const rates = new Rates();
    standIn.meet(rates.difficulty);
    const begin = performance.now();
    const { result, calls } = await standIn.watch(() =>
        ending(
            startCommand({ AWS_ENDPOINT_URL: standIn.url }, [
                '--state-dir',
                path.join(folder, 'state'),
                ...args,
            ]),
        ),
    );
    standIn.intercept(() => 'pass');
    expect(result).toMatchObject({ code: 0 });
    const seconds = (performance.now() - begin) / 1_000;
    return { ...result, seconds, calls: calls.length, throttled: rates.throttled };
}

function templateOf(count: number): string {
    const numbers = Array.from({ length: count }, (_, number) => number + 1);
    const resources = numbers.map((number) => [
        `Repository${number}`,
        {
            Type: 'Org::Containers::EcrRepository',
            Properties: {
                RepositoryName: `service-${number}`,
                EnableScanLogging: true,
                CreateCloudWatchAlarms: true,
                Tags: [{ Key: 'Service', Value: String(number) }],
            },
        },
    ]);
    const file = path.join(folder, `many-${count}.json`);
    writeFileSync(file, JSON.stringify({ Resources: Object.fromEntries(resources) }));
    return file;
}
