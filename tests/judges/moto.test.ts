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
import { CLOUDWATCH_REFUSALS } from './moto/refusals/cloudwatch';
import { ECR_REFUSALS } from './moto/refusals/ecr';
import { EVENTS_REFUSALS } from './moto/refusals/events';
import { LOGS_REFUSALS } from './moto/refusals/logs';
import { SNS_REFUSALS } from './moto/refusals/sns';
import type { Outcome, Scenario, Step } from './moto/scenario';
import { SNS } from './moto/sns';

/*
 * The same calls go to the stand-in and to moto. What they answer is the same, or the difference is in a table with
 * the page of AWS that decides. What the stand-in takes, answers and refuses is what AWS's models allow, whatever moto
 * says.
 */
const TAKEN: readonly Scenario[] = [...CLOUDWATCH, ...ECR, ...EVENTS, ...LOGS, ...SNS];
const REFUSED: readonly Scenario[] = [
    ...CLOUDWATCH_REFUSALS,
    ...ECR_REFUSALS,
    ...EVENTS_REFUSALS,
    ...LOGS_REFUSALS,
    ...SNS_REFUSALS,
];

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
        violations.push(...violationsOf(step, ours));
        if (!isDecided(step, ours, theirs)) {
            found.push(...differences(step.action, ours, theirs));
        }
    }
    return { found, violations };
}

/** Where AWS's models do not have such an outcome. */
function violationsOf(step: Step, { error, output }: Outcome): string[] {
    return error === undefined
        ? [...models.refusals(step), ...models.violations(step.action, output)]
        : models.unknownErrors(step.action, error);
}

/** AWS's models decide what moto does not look at; where it has no such operation or breaks, it says nothing. */
function isDecided(step: Step, ours: Outcome, theirs: Outcome): boolean {
    const isRefusedByModel = ours.error !== undefined && models.refusals(step).length > 0;
    return isRefusedByModel || theirs.error === 'HTTP 500';
}

/** Plays a scenario for its differences, and notes that they were met. */
async function differencesOf(scenario: Scenario): Promise<Difference[]> {
    const { found, violations } = await play(scenario);
    for (const { where } of found) {
        met.add(where);
    }
    expect(violations).toEqual([]);
    return found;
}

const isKnown = ({ where }: Difference) => where in KNOWN_DIFFERENCES;

test.each(REFUSED)('$name', async (scenario) => {
    const found = await differencesOf(scenario);
    expect(found.filter((each) => !isKnown(each))).toEqual([]);
});

/** Here the stand-in takes all that moto takes. A known refusal of the same operation explains no difference. */
test.each(TAKEN)('$name', async (scenario) => {
    const found = await differencesOf(scenario);
    const isRefusal = ({ where }: Difference) => where.endsWith(', moto: done');
    expect(found.filter((each) => !isKnown(each) || isRefusal(each))).toEqual([]);
});

test('each known difference is met', () => {
    expect(Object.keys(KNOWN_DIFFERENCES).filter((where) => !met.has(where))).toEqual([]);
});
