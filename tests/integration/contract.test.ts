import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { lambdaServer } from '../../local/lambda/server';
import schema from '../../schema.json';
import type { PartialProperties } from '../../src/properties';
import type { Action, Circumstances, Progress, TypeFunction } from '../support/function';
import { useFunction, useStandIn } from '../support/suite';

/*
 * The contract tests of the CloudFormation CLI, each by its name, over the same inputs: what `cfn test` asserts is
 * asserted here too, through Lambda's Invoke API. Where this asks for more, it says so. For each input, `cfn test`
 * deselects its nine tests of hooks (contract_pre_…): a resource type has no such handlers.
 */
const INPUTS = join(__dirname, '../../inputs');

const [IDENTIFIER] = names(schema.primaryIdentifier) as ['RepositoryName'];

interface Property {
    readonly description: string;
    readonly insertionOrder?: boolean;
    readonly items?: { readonly $ref?: string; readonly type?: string };
    readonly properties?: object;
}

/** Seconds for an answer. */
const LIMITS: Readonly<Record<Action, number>> = { CREATE: 60, UPDATE: 60, DELETE: 60, READ: 30, LIST: 30 };

const numbers = readdirSync(INPUTS).flatMap((file) => /^inputs_(\d+)_create\.json$/.exec(file)?.[1] ?? []);
const sets = numbers.map((n) => ({
    n,
    create: input(`inputs_${n}_create.json`),
    update: input(`inputs_${n}_update.json`),
}));

/** All that an organization may ask for; `cfn test --typeconfig` passes it. */
const STRICT = {
    RequireImmutableTags: true,
    RequireScanning: true,
    RequireKmsKey: true,
    MaxImageRetentionDays: 90,
};

const suites = [
    ...sets.map((set) => ({ ...set, what: `inputs_${set.n}`, configuration: null })),
    // The inputs of a production repository meet it.
    ...sets
        .filter(({ n }) => n === '2')
        .map((set) => ({ ...set, what: 'inputs_2 with a type configuration', configuration: STRICT })),
];

const standIn = useStandIn({ keep: true });
const typeFunction = useFunction(standIn);
let server: Server;

beforeAll(async () => {
    server = lambdaServer(new Map([['TypeFunction', typeFunction]])).listen(0, '127.0.0.1');
    await once(server, 'listening');
});

afterAll(() => {
    server.close();
    server.closeAllConnections();
});

test('the inputs are numbered from 1 to 9 at most, without a gap', () => {
    expect(numbers.map(Number).sort()).toEqual(numbers.map((_, index) => index + 1));
    expect(numbers.length).toBeLessThanOrEqual(9);
});

test('every property that can be written is in an input, also those of objects in a list', () => {
    const used = new Set(sets.flatMap(({ create, update }) => [...given(create), ...given(update)]));
    expect(writable().filter((name) => !used.has(name))).toEqual([]);
});

test('contract_check_asserts_work', () => {
    expect(() => expect(false).toBe(true)).toThrow();
});

describe.each(suites)('$what', ({ create, update, configuration }) => {
    beforeAll(() => {
        typeFunction.typeConfiguration = configuration;
    });

    describe('a resource', () => {
        test('contract_create_delete', async () => {
            const created = await succeed('CREATE', create);
            expect(created.resourceModel).toHaveProperty(IDENTIFIER);
            expectToHold(created.resourceModel, create);
            await succeed('DELETE', modelOf(created));
        });

        test('contract_update_without_create', async () => {
            const { errorCode, message } = await fail('UPDATE', update, { previous: create });
            expect(errorCode).toBe('NotFound');
            expect(message).not.toBe('');
        });
    });

    describe('a created resource', () => {
        let created: PartialProperties;

        beforeAll(async () => {
            created = modelOf(await succeed('CREATE', create));
            expectToHold(created, create);
        });

        afterAll(() => succeed('DELETE', created));

        test('contract_create_create', async () => {
            const { errorCode, resourceModel } = await fail('CREATE', create);
            expect(errorCode).toBe('AlreadyExists');
            // More than the CLI asks: CloudFormation would delete what a failed CREATE names.
            expect(resourceModel).toBeUndefined();
        });

        test('contract_create_read', async () => {
            const read = await expectReadable(created);
            expectToHold(read, create);
            // More than the CLI asks: the outputs, the defaults and nothing else.
            expect(comparable(read)).toEqual(comparable(created));
        });

        test('contract_create_list', async () => {
            expect(await listed()).toContain(created[IDENTIFIER]);
            await expectReadable(created);
        });

        test('contract_create_taggable', () => {
            expect(create).toHaveProperty('Tags');
        });
    });

    describe('a deleted resource', () => {
        let deleted: PartialProperties;

        beforeAll(async () => {
            deleted = modelOf(await succeed('CREATE', create));
            expectToHold(deleted, create);
            expect(await succeed('DELETE', deleted)).not.toHaveProperty('resourceModel');
        });

        afterAll(() => fail('DELETE', deleted));

        test('contract_delete_read', async () => {
            expect(await fail('READ', deleted)).toMatchObject({ errorCode: 'NotFound' });
        });

        test('contract_delete_list', async () => {
            expect(await listed()).not.toContain(deleted[IDENTIFIER]);
        });

        test('contract_delete_update', async () => {
            expect(await fail('UPDATE', updateOf(update, deleted), { previous: deleted })).toMatchObject({
                errorCode: 'NotFound',
            });
        });

        test('contract_delete_delete', async () => {
            expect(await fail('DELETE', deleted)).toMatchObject({ errorCode: 'NotFound' });
        });

        test('contract_delete_create', async () => {
            const again = await succeed('CREATE', create);
            expect(again.resourceModel).toHaveProperty(IDENTIFIER);
            await succeed('DELETE', modelOf(again));
        });
    });

    describe('an updated resource', () => {
        let created: PartialProperties;
        let updated: PartialProperties;

        beforeAll(async () => {
            created = modelOf(await succeed('CREATE', create));
            expectToHold(created, create);
            const wanted = updateOf(update, created);
            updated = modelOf(await succeed('UPDATE', wanted, { previous: created }));
            expectToHold(updated, wanted);
        });

        afterAll(() => succeed('DELETE', created));

        test('contract_update_read', async () => {
            expect(updated[IDENTIFIER]).toBe(created[IDENTIFIER]);
            const read = await expectReadable(updated);
            expectToHold(read, update);
            // More than the CLI asks.
            expect(comparable(read)).toEqual(comparable(updated));
        });

        test('contract_update_list', async () => {
            expect(updated[IDENTIFIER]).toBe(created[IDENTIFIER]);
            expect(await listed()).toContain(updated[IDENTIFIER]);
        });

        test('contract_update_tag_updatable', () => {
            expect(update).toHaveProperty('Tags');
        });

        test('the update keeps what only a create can set', () => {
            const fixed = names(schema.createOnlyProperties) as (keyof PartialProperties)[];
            expect(fixed.map((name) => update[name])).toEqual(fixed.map((name) => create[name]));
        });
    });
});

async function succeed(
    action: Action,
    model: PartialProperties,
    circumstances?: Circumstances,
): Promise<Progress> {
    const progress = await call(action, model, circumstances);
    expect(progress).toMatchObject({ status: 'SUCCESS' });
    expect(progress.errorCode).toBeUndefined();
    expect(progress.callbackDelaySeconds ?? 0).toBe(0);
    // More than the CLI asks, though CloudFormation's contract does.
    expect(Object.values(progress.resourceModel ?? {})).not.toContain(null);
    return progress;
}

async function fail(
    action: Action,
    model: PartialProperties,
    circumstances?: Circumstances,
): Promise<Progress> {
    const progress = await call(action, model, circumstances);
    expect(progress).toMatchObject({ status: 'FAILED', errorCode: expect.any(String) });
    expect(progress.callbackDelaySeconds ?? 0).toBe(0);
    expect(progress.resourceModels).toBeUndefined();
    return progress;
}

async function expectReadable(model: PartialProperties): Promise<PartialProperties> {
    const { resourceModel = {} } = await succeed('READ', model);
    expect(resourceModel).toHaveProperty(IDENTIFIER);
    expectToHold(resourceModel, model);
    return resourceModel;
}

/** The identifiers on all pages. */
async function listed(circumstances?: Circumstances): Promise<(string | undefined)[]> {
    const { resourceModels, nextToken } = await succeed('LIST', {}, circumstances);
    expect(resourceModels).toEqual(expect.any(Array));
    const identifiers = resourceModels?.map((model) => model[IDENTIFIER]) ?? [];
    return nextToken ? [...identifiers, ...(await listed({ nextToken }))] : identifiers;
}

/** Event after event: the model and the context of an answer that is IN_PROGRESS come back with the next one. */
async function call(
    action: Action,
    model: PartialProperties,
    circumstances: Circumstances = {},
): Promise<Progress> {
    const all = { token: randomUUID(), ...circumstances };
    let progress = await invoke(typeFunction.event(action, model, all));
    while (progress.status === 'IN_PROGRESS') {
        expect(['READ', 'LIST']).not.toContain(action);
        expect(progress.errorCode).toBeUndefined();
        expect(progress.resourceModels).toBeUndefined();
        expect(progress.resourceModel?.[IDENTIFIER]).toBeTruthy();
        const { resourceModel = {} } = progress;
        const { callbackContext = {} } = progress;
        progress = await invoke(typeFunction.event(action, resourceModel, { ...all, callbackContext }));
    }
    return progress;
}

/** Lambda API Reference, Invoke. */
async function invoke(event: ReturnType<TypeFunction['event']>): Promise<Progress> {
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/2015-03-31/functions/TypeFunction/invocations`;
    const response = await fetch(url, {
        method: 'POST',
        body: JSON.stringify(event),
        signal: AbortSignal.timeout(LIMITS[event.action] * 1_000),
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('X-Amz-Function-Error')).toBeNull();
    return (await response.json()) as Progress;
}

/** Everything that was asked for is in the model, as it was asked for. */
function expectToHold(model: PartialProperties | undefined, asked: PartialProperties): void {
    const unasked = names(schema.readOnlyProperties);
    const written = Object.entries(asked).filter(([name]) => !unasked.includes(name));
    expect(comparable(model ?? {})).toMatchObject(comparable(Object.fromEntries(written)));
}

/** What CloudFormation sends for an update: the new properties, and the outputs as they were. */
function updateOf(update: PartialProperties, created: PartialProperties): PartialProperties {
    const outputs = names(schema.readOnlyProperties) as (keyof PartialProperties)[];
    return { ...Object.fromEntries(outputs.map((name) => [name, created[name]])), ...update };
}

/** The lists in one order whose order has no meaning: insertionOrder. */
function comparable(model: PartialProperties): PartialProperties {
    const properties: Readonly<Record<string, Property>> = schema.properties;
    const inOrder = ([name, value]: [string, unknown]) =>
        Array.isArray(value) && properties[name]?.insertionOrder === false
            ? [name, value.map((item) => JSON.stringify(item)).sort()]
            : [name, value];
    return Object.fromEntries(Object.entries(model).map(inOrder));
}

function modelOf({ resourceModel }: Progress): PartialProperties {
    expect(resourceModel).toBeDefined();
    return resourceModel ?? {};
}

function names(pointers: readonly string[]): string[] {
    return pointers.map((pointer) => pointer.replace('/properties/', ''));
}

/** The properties of an input and of the objects in its lists: LifecycleRules, LifecycleRules.Id and so on. */
function given(properties: PartialProperties): string[] {
    return Object.entries(properties).flatMap(([name, value]) => [
        name,
        ...[value].flat().flatMap((item) => (typeof item === 'object' ? within(name, item) : [])),
    ]);
}

/** All that an input can have, in the same form. */
function writable(): string[] {
    const definitions: Readonly<Record<string, Property>> = schema.definitions;
    const properties: Readonly<Record<string, Property>> = schema.properties;
    const readOnly = names(schema.readOnlyProperties);
    return Object.entries(properties)
        .filter(([name]) => !readOnly.includes(name))
        .flatMap(([name, { items }]) => [
            name,
            ...within(name, definitions[items?.$ref?.replace('#/definitions/', '') ?? '']?.properties ?? {}),
        ]);
}

function within(name: string, object: object): string[] {
    return Object.keys(object).map((inner) => `${name}.${inner}`);
}

function input(file: string): PartialProperties {
    return JSON.parse(readFileSync(join(INPUTS, file), 'utf8'));
}
