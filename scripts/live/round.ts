import { readFileSync } from 'node:fs';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { packType } from '../package';
import type { Place } from '../registration/place';
import { defaultOf } from '../registration/plan';
import type { Roles } from '../registration/registry';
import { bucketName, submit } from '../registration/submit';
import { type Example, parameterValues } from './examples';
import { alarmState, firstEvent, scan } from './findings';
import { copyImage } from './image';
import { askOfCallbacks, askQuestions } from './questions';
import { askingAt } from './questions/asking';
import { type Results, Skip } from './results';
import { Stacks } from './stacks';

export interface RoundOptions {
    readonly examples: readonly Example[];
    /** Beside those that are known for every account. */
    readonly parameters: ReadonlyMap<string, string>;
    /** A public image to scan, HOST/NAME:TAG. */
    readonly image: string;
    readonly contractTests: boolean;
    /** Whether to ask also what turns on Amazon Inspector. */
    readonly enhanced: boolean;
    /** Aborted by Ctrl-C. */
    readonly interrupted: AbortSignal;
}

export const PREFIX = 'ecr-live-test-';

/** These two must be there as long as the type is. */
export const ROLE_STACKS = ['execution-role', 'handler-log'];

/** The example whose repository gets an image: it logs scans and has an alarm. */
const SCANNED = 'production';

/** Everything that only a live account can show; what it makes is left to the clean-up. */
export async function round(place: Place, results: Results, options: RoundOptions): Promise<void> {
    const { interrupted } = options;
    const { region, registry } = place;
    const stacks = new Stacks(new CloudFormationClient({ region }), PREFIX, registry.typeName);
    const roles: { executionRole?: string; logging?: Roles['logging'] } = {};
    const isRegistered =
        (await results.step('execution role', async () => {
            const file = options.contractTests ? 'resource-role-prod.yaml' : 'resource-role.yaml';
            const template = readFileSync(file, 'utf8');
            const outputs = await stacks.create('execution-role', template, new Map(), interrupted);
            roles.executionRole = output(outputs, 'ExecutionRoleArn');
            return roles.executionRole;
        })) &&
        (await results.step('log of the handlers', async () => {
            const template = readFileSync('scripts/live/handler-log.yml', 'utf8');
            const outputs = await stacks.create('handler-log', template, new Map(), interrupted);
            roles.logging = { role: output(outputs, 'RoleArn'), group: output(outputs, 'LogGroupName') };
            return roles.logging.group;
        })) &&
        (await results.step('registration', async () => {
            const made = packType();
            await submit(place, made, {
                roles,
                setDefault: true,
                allowBreaking: true,
                dryRun: false,
            });
            return `build ${made.build}`;
        }));
    if (!isRegistered || !roles.logging) {
        return;
    }
    const asking = askingAt(place, { stacks, interrupted, handlerLog: roles.logging.group });
    await askQuestions(results, asking, options);
    for (const example of options.examples) {
        if (interrupted.aborted) {
            return;
        }
        const outputs = await tryExample(place, stacks, results, example, options);
        if (example.name === SCANNED && outputs) {
            await tryScan(place, results, outputs, options);
        }
    }
    await askOfCallbacks(results, asking);
    if (options.contractTests) {
        await results.step("AWS's contract tests", () => contractTests(place, interrupted));
    } else {
        results.skip("AWS's contract tests", 'not asked for (--contract-tests)');
    }
}

/** Values for the parameters of an example; those that have neither a value nor a default are missing. */
export async function parametersFor(
    { account, region }: Place,
    stacks: Stacks,
    { template }: Example,
    given: ReadonlyMap<string, string>,
): Promise<{ readonly values: ReadonlyMap<string, string>; readonly missing: readonly string[] }> {
    const known = new Map([...parameterValues(account, region), ...given]);
    const { parameters } = await stacks.summary(template);
    return {
        values: new Map([...known].filter(([key]) => parameters.some(({ name }) => name === key))),
        missing: parameters
            .filter(({ name, hasDefault }) => !hasDefault && !known.has(name))
            .map(({ name }) => name),
    };
}

async function tryExample(
    place: Place,
    stacks: Stacks,
    results: Results,
    example: Example,
    { parameters, interrupted }: RoundOptions,
): Promise<ReadonlyMap<string, string> | undefined> {
    const { name, template } = example;
    let outputs: ReadonlyMap<string, string> | undefined;
    const isMade = await results.step(`create ${name}`, async () => {
        const { values, missing } = await parametersFor(place, stacks, example, parameters);
        if (missing.length > 0) {
            throw new Skip(`needs ${missing.map((key) => `--parameter ${key}=…`).join(' ')}`);
        }
        outputs = await stacks.create(name, template, values, interrupted);
        return [...outputs.values()][0] ?? '';
    });
    if (isMade) {
        await results.step(`drift of ${name}`, async () => {
            const differences = await stacks.drift(name, interrupted);
            if (differences.length > 0) {
                throw new Error(differences.join('; '));
            }
            return 'none';
        });
    }
    return outputs;
}

async function tryScan(
    { region }: Place,
    results: Results,
    outputs: ReadonlyMap<string, string>,
    { image, interrupted }: RoundOptions,
): Promise<void> {
    const ecr = new ECRClient({ region });
    const repositoryName = output(outputs, 'RepositoryUrl').split('/').slice(1).join('/');
    let digest = '';
    const isScanned =
        (await results.step('push an image', async () => {
            digest = await copyImage(image, { ecr, repositoryName, imageTag: 'v1' });
            return `${image}, ${digest}`;
        })) && (await results.step('scan', () => scan(ecr, repositoryName, digest, interrupted)));
    if (isScanned) {
        await results.step('the scan is logged', () =>
            firstEvent(new CloudWatchLogsClient({ region }), output(outputs, 'ScanLogGroup'), interrupted),
        );
        await results.step('the alarm follows', () =>
            alarmState(new CloudWatchClient({ region }), output(outputs, 'VulnerabilityAlarm'), interrupted),
        );
    }
}

/** The contract tests as AWS runs them for a version of a type; their log goes to the bucket of the package. */
async function contractTests(place: Place, signal: AbortSignal): Promise<string> {
    const { registry } = place;
    const version = defaultOf(await registry.versions());
    if (!version) {
        throw new Error(`${registry.typeName} has no default version.`);
    }
    await registry.test(version, bucketName(place));
    const { status, description } = await registry.tested(version, signal);
    if (status !== 'PASSED') {
        throw new Error(`${description} The log is in s3://${bucketName(place)}.`);
    }
    return description;
}

function output(outputs: ReadonlyMap<string, string>, name: string): string {
    const value = outputs.get(name);
    if (value === undefined) {
        throw new Error(`The stack has no output ${name}.`);
    }
    return value;
}
