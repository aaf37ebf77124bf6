import { randomUUID } from 'node:crypto';
import { HandlerErrorCode } from '@amazon-web-services-cloudformation/cloudformation-cli-typescript-lib';
import fc from 'fast-check';
import { FACETS } from '../../src/facets';
import { isRecord } from '../../src/json';
import type { PartialProperties, PolicyStatement } from '../../src/properties';
import { properties as usual } from '../support/arbitraries';
import { anything, boundaryValues, mutate, stackTags, wild } from '../support/boundary-values';
import { type Action, mismatches, type Progress, SECRETS } from '../support/function';
import { ServiceModels } from '../support/service-model';
import { writes } from '../support/stand-in';
import { useFunction, useStandIn } from '../support/suite';

/*
 * Whatever a handler is asked, it answers in CloudFormation's form, never with InternalFailure, and asks nothing of
 * AWS that AWS would refuse for its form.
 */

const CODES: readonly string[] = Object.values(HandlerErrorCode);
const ACTIONS: readonly Action[] = ['CREATE', 'READ', 'UPDATE', 'DELETE', 'LIST'];

const standIn = useStandIn({ keep: true });
const typeFunction = useFunction(standIn);
const testFunction = useFunction(standIn, { handler: 'testEntrypoint' });
/** Why AWS would have refused a call of any case. */
const refused: string[] = [];

beforeAll(() => {
    const models = new ServiceModels();
    standIn.intercept((call) => {
        refused.push(...models.refusals(call));
        return 'pass';
    });
});

afterEach(() => expect(refused).toEqual([]));

let cases = 0;

/** The credentials of an account of its own. */
function newAccount(): string {
    cases += 1;
    return `CASE${String(cases).padStart(12, '0')}`;
}

/** What an answer breaks of CloudFormation's contract, or tells in words that are no help. */
function faults(text: string): string[] {
    const { status, errorCode, message = '', callbackDelaySeconds = 0, ...rest }: Progress = JSON.parse(text);
    const isTold = message !== '' && !/TypeError|RangeError|SyntaxError|undefined|\[object/.test(message);
    const promises: Readonly<Record<string, boolean>> = {
        status: ['SUCCESS', 'FAILED', 'IN_PROGRESS'].includes(status),
        code: status === 'FAILED' ? CODES.includes(errorCode ?? '') : errorCode === undefined,
        'no fault of the type': errorCode !== 'InternalFailure',
        message: (status !== 'FAILED' || isTold) && message.length <= 12_000,
        delay:
            Number.isInteger(callbackDelaySeconds) && callbackDelaySeconds >= 0 && callbackDelaySeconds <= 60,
        progress:
            status !== 'IN_PROGRESS' || (isRecord(rest.callbackContext) && isRecord(rest.resourceModel)),
    };
    const broken = Object.entries(promises).filter(([, holds]) => !holds);
    return broken.map(([promise]) => `${promise}: ${text.slice(0, 500)}`);
}

/** Batches of cases that run at the same time. */
function batches<T>(
    one: fc.Arbitrary<T>,
    numRuns: number,
    judge: (one: T) => Promise<string[]>,
): Promise<void> {
    const batch = fc.array(one, { minLength: 20, maxLength: 20 });
    const property = fc.asyncProperty(batch, async (items) => {
        const verdicts = await Promise.all(items.map(judge));
        const wrong = verdicts.flatMap((verdict, index) =>
            verdict.map((fault) => `${fault}\nfor ${JSON.stringify(items[index]).slice(0, 3_000)}`),
        );
        expect(wrong).toEqual([]);
    });
    // To shrink twenty cases at once would take longer than it helps.
    return fc.assert(property, { numRuns, endOnFailure: true });
}

/** What comes of it if it was made whole, and otherwise what is wrong. */
async function create(properties: PartialProperties, stackTags = {}): Promise<string[]> {
    const accessKeyId = newAccount();
    const account = accessKeyId.slice(-12);
    const { result, calls } = await standIn.watch(() =>
        typeFunction.run('CREATE', properties, { accessKeyId, account, stackTags }),
    );
    const { status, errorCode, message, resourceModel = {} } = result;
    const written = writes(calls.filter((call) => call.accessKeyId === accessKeyId));
    return [
        ...faults(JSON.stringify(result)),
        ...(status === 'SUCCESS'
            ? mismatches(properties, resourceModel).map((wrong) => `made something else: ${wrong}`)
            : [`${errorCode}: ${message}`, ...written]),
    ];
}

test('properties at the limits are made as they are', async () => {
    const sound = boundaryValues.filter((properties) => {
        const place = { partition: 'aws', region: standIn.region, account: standIn.account };
        const here = { ...place, repositoryName: properties.RepositoryName };
        return FACETS.every((facet) => !facet.validate?.(properties, here).length);
    });
    await batches(sound, 4, (properties) => create(properties));
}, 120_000);

test('wild properties are refused before anything is made, or made as they are', async () => {
    let refusals = 0;
    await batches(fc.tuple(wild, stackTags), 15, async ([properties, tags]) => {
        const [refusal = '', ...others] = await create(properties, tags);
        const isRefused = refusal.startsWith('InvalidRequest: ');
        refusals += Number(isRefused);
        return isRefused || refusal === '' ? others : [refusal, ...others];
    });
    expect(refusals).toBeGreaterThan(0);
}, 120_000);

const fault = fc.tuple(
    fc.nat(),
    anything,
    fc.constantFrom('replace' as const, 'remove' as const, 'add' as const),
);
const malformed = fc.tuple(
    fc.constantFrom(...ACTIONS),
    usual,
    stackTags,
    fc.array(fault, { minLength: 1, maxLength: 3 }),
);

/** As JSON carries it to Lambda. */
function mutated(
    event: unknown,
    faultsIn: readonly [number, unknown, 'replace' | 'remove' | 'add'][],
): unknown {
    const end = faultsIn.reduce((sofar, [where, what, how]) => mutate(sofar, where, what, how), event);
    return JSON.parse(JSON.stringify(end) ?? 'null');
}

/** As it may be after a first call. */
const CONTEXT = { phase: 'started', failures: 3 };

test(
    'a malformed event is answered',
    () =>
        batches(malformed, 60, async ([action, properties, stackTags, faultsIn]) => {
            const event = typeFunction.event(action, properties, {
                accessKeyId: newAccount(),
                previous: properties,
                stackTags,
                callbackContext: CONTEXT,
            });
            return faults(await typeFunction.invoke(mutated(event, faultsIn)));
        }),
    120_000,
);

test(
    'a malformed event of testEntrypoint is answered',
    () =>
        batches(malformed, 30, async ([action, properties, desiredResourceTags, faultsIn]) => {
            const event = {
                credentials: { accessKeyId: newAccount(), ...SECRETS },
                action,
                region: standIn.region,
                callbackContext: CONTEXT,
                request: {
                    clientRequestToken: randomUUID(),
                    awsAccountId: standIn.account,
                    desiredResourceState: properties,
                    previousResourceState: properties,
                    desiredResourceTags,
                    logicalResourceIdentifier: 'Repository',
                },
            };
            return faults(await testFunction.invoke(mutated(event, faultsIn)));
        }),
    120_000,
);

test.each<[string, object]>([
    ['a phase of another type', { phase: { born: true } }],
    ['failures without end', { failures: -1e9 }],
])('a context with %s counts as none', async (_what, context) => {
    const properties = { RepositoryName: 'my-app', EnableRegistryScanning: true };
    const answers = await Promise.all(
        (['CREATE', 'UPDATE', 'DELETE'] as const).map((action) =>
            typeFunction.call(action, properties, {
                accessKeyId: newAccount(),
                callbackContext: { phase: 'started', ...context },
            }),
        ),
    );
    for (const { callbackContext = {}, ...answer } of answers) {
        expect(faults(JSON.stringify({ callbackContext, ...answer }))).toEqual([]);
        expect(callbackContext).not.toMatchObject(context);
    }
});

test('what is nested without end is refused', async () => {
    const nest = (levels: number): unknown => (levels === 0 ? 'x' : { StringEquals: [nest(levels - 1)] });
    for (const levels of [60, 1_000]) {
        const CustomPolicyStatements = [
            { Effect: 'Allow', Principal: '*', Action: '*', Condition: nest(levels) },
        ];
        const properties = { RepositoryName: 'my-app', CustomPolicyStatements } as PartialProperties;
        const answer = await typeFunction.call('CREATE', properties, { accessKeyId: newAccount() });
        expect(answer).toMatchObject({ errorCode: 'InvalidRequest' });
        expect(answer.message).toContain('within each other');
    }
});

test.each(['__proto__', 'constructor', 'toString'])(
    'what the library would lose, %s, is refused',
    async (key) => {
        const one = (text: string) => JSON.parse(text.replace('KEY', key));
        const statement = { Effect: 'Allow', Principal: '*', Action: '*' };
        const losses: [PartialProperties, Record<string, string>][] = [
            [one('{"CustomPolicyStatements":[{"Condition":{"StringEquals":{"KEY":"x"}}}]}'), {}],
            [{ CustomPolicyStatements: [{ ...statement, Condition: one('{"KEY":{"a":"b"}}') }] }, {}],
            [{}, one('{"KEY":"x"}')],
        ];
        for (const [properties, stackTags] of losses) {
            const answer = await typeFunction.call(
                'CREATE',
                { RepositoryName: 'my-app', ...properties },
                { stackTags },
            );
            expect(answer).toMatchObject({ errorCode: 'InvalidRequest' });
            expect(answer.message).toContain(`given the key ${key}`);
        }
    },
);

test.each<[string, string]>([
    ['a*b', ''],
    ['ok', 'what?'],
    ['line\nbreak', ''],
    ['k'.repeat(129), ''],
    ['', ''],
    ['ok', 'v'.repeat(257)],
])('the tag %j: %j is refused by name, of the resource and of the stack', async (Key, Value) => {
    const name = 'my-app';
    const [own, ofStack] = await Promise.all([
        typeFunction.call('CREATE', { RepositoryName: name, Tags: [{ Key, Value }] }),
        typeFunction.call('CREATE', { RepositoryName: name }, { stackTags: { [Key]: Value } }),
    ]);
    for (const { errorCode, message } of [own, ofStack]) {
        expect(errorCode).toBe('InvalidRequest');
        expect(message).toMatch(/Tags/);
        expect(message).toContain(JSON.stringify(Value || Key).slice(0, 90));
    }
});

test.each<[PolicyStatement, string]>([
    [{ Sid: 5 }, 'Sid: given 5'],
    [{ Principal: {} }, 'Principal: given {}'],
    [{ Principal: { AWS: [] } }, 'Principal: given {"AWS":[]}'],
    [{ Principal: { Lambda: 'x' } }, 'Principal: given {"Lambda":"x"}'],
    [
        { Principal: { AWS: 'arn:aws:iam::111111111111:role/ci-*' } },
        'Principal: given arn:aws:iam::111111111111:role/ci-*',
    ],
    [{ Principal: { AWS: ['111111111111', 'deployer'] } }, 'Principal: given deployer'],
    [{ Action: 'ecr:Batch GetImage' }, 'Action: given ecr:Batch GetImage'],
    [
        { Resource: 'arn:aws:ecr:us-east-1:111111111111:repository/my-app' },
        'Resource: given arn:aws:ecr:us-east-1:111111111111:repository/my-app',
    ],
    [{ Action: [] }, 'Action: given []'],
    [{ Action: { a: 1 } }, 'Action: given {"a":1}'],
    [{ Condition: { StringEquals: { a: { b: 'c' } } } }, 'Condition: given {"StringEquals":{"a":{"b":"c"}}}'],
    [{ Condition: { StringEquals: { a: [null] } } }, 'Condition: given {"StringEquals":{"a":[null]}}'],
])('a statement with %j is refused by its element', async (wrong, words) => {
    const statement = { Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage', ...wrong };
    const answer = await typeFunction.call('CREATE', {
        RepositoryName: 'my-app',
        EnableRepositoryPolicy: true,
        CustomPolicyStatements: [statement],
    });
    expect(answer).toMatchObject({ errorCode: 'InvalidRequest' });
    expect(answer.message).toContain(`CustomPolicyStatements/0: ${words}, wanted`);
});

test('very many violations make an answer of one page', async () => {
    const PullAccountIds = Array.from({ length: 1_000 }, (_, n) => `account ${n}`);
    const { errorCode, message = '' } = await typeFunction.call('CREATE', {
        RepositoryName: 'my-app',
        PullAccountIds,
    });
    expect(errorCode).toBe('InvalidRequest');
    // Cut to 1,900 characters of violations, so that CloudFormation does not cut it.
    expect(message).toMatch(/and 9[89]\d more$/);
    expect(message.length).toBeLessThan(2_048);
});

test('a list without end is refused', async () => {
    const PullAccountIds = Array.from({ length: 50_000 }, (_, n) => `${n}`.padStart(12, '0'));
    const answer = await typeFunction.call('CREATE', { RepositoryName: 'my-app', PullAccountIds });
    expect(answer).toMatchObject({ errorCode: 'InvalidRequest' });
    expect(answer.message).toContain('given a list of 50000 items, wanted at most 1000');
});

test('a property of another type is named, though the library cannot read it', async () => {
    const properties = { RepositoryName: 'my-app', TaggedImageRetentionCount: 'ten', ScanOnPush: 'maybe' };
    const answer = await typeFunction.call('CREATE', properties as unknown as PartialProperties);
    expect(answer).toMatchObject({ errorCode: 'InvalidRequest' });
    expect(answer.message).toContain('TaggedImageRetentionCount: given "ten", wanted an integer');
    expect(answer.message).toContain('ScanOnPush: given "maybe", wanted a boolean');
});

test('a configuration of the type, which it does not have, is no fault', async () => {
    const { requestData, ...event } = typeFunction.event('LIST', {});
    const answer = await typeFunction.invoke({
        ...event,
        requestData: { ...requestData, typeConfiguration: { a: 1 } },
    });
    expect(JSON.parse(answer)).toMatchObject({ status: 'SUCCESS' });
});
