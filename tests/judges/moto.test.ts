import { AwsServer } from '../../local/aws/server';
import { SERVICES } from '../../local/aws/services';
import { type Moto, startMoto } from '../support/moto';
import { ServiceModels } from '../support/service-model';
import { ask } from './moto/ask';
import { CLOUDWATCH } from './moto/cloudwatch';
import { type Difference, differences } from './moto/compare';
import { ECR } from './moto/ecr';
import { EVENTS } from './moto/events';
import { KNOWN_DIFFERENCES } from './moto/known-differences';
import { LOGS } from './moto/logs';
import type { Scenario } from './moto/scenario';
import { SNS } from './moto/sns';

/*
 * The same calls go to the stand-in and to moto. What they answer is the same, or the difference stands in a table with
 * the page of AWS that decides. What the stand-in takes and answers is what AWS's models allow, whatever moto says.
 */
const SCENARIOS: readonly Scenario[] = [...CLOUDWATCH, ...ECR, ...EVENTS, ...LOGS, ...SNS];

const models = new ServiceModels();
const server = new AwsServer(SERVICES);
let moto: Moto;
/** The differences that were met. */
const met = new Set<string>();

beforeAll(async () => {
    moto = await startMoto();
    await server.listen();
}, 30_000);

beforeEach(async () => {
    server.reset();
    await fetch(`${moto.url}/moto-api/reset`, { method: 'POST' });
});

afterAll(async () => {
    await server.close();
    await moto.stop();
});

/** Makes the calls of a scenario and tells the differences, and where what the stand-in takes and answers breaks AWS's models. */
async function play({ steps }: Scenario): Promise<{ found: Difference[]; violations: string[] }> {
    const found: Difference[] = [];
    const violations: string[] = [];
    for (const step of steps) {
        if (typeof step === 'function') {
            await step((own) => ask(server.endpoint, own));
            continue;
        }
        const [ours, theirs] = await Promise.all([ask(server.endpoint, step), ask(moto.url, step)]);
        if (ours.error === undefined) {
            violations.push(...models.refusals(step), ...models.violations(step.action, ours.output));
        }
        found.push(...differences(step.action, ours, theirs));
    }
    return { found, violations };
}

test.each(SCENARIOS)('$name', async (scenario) => {
    const { found, violations } = await play(scenario);
    for (const { where } of found) {
        met.add(where);
    }
    expect(violations).toEqual([]);
    const unexplained = found.filter(({ where }) => !(where in KNOWN_DIFFERENCES));
    expect(unexplained).toEqual([]);
});

test('each known difference is met', () => {
    expect(Object.keys(KNOWN_DIFFERENCES).filter((where) => !met.has(where))).toEqual([]);
});
