import type { JsonObject } from '../../../../local/json';
import type { PreviousAtImport, StackEvent } from '../../../../local/stacks/resources';
import { type Result, Stack } from '../../../../local/stacks/stack';
import type { StackState, Tags } from '../../../../local/stacks/state';
import type { Blueprint } from '../../../../local/template/blueprint';
import type { Models } from '../../../../local/template/scope';
import { TemplateError } from '../../../../local/template/syntax';
import type { Policy } from '../../../../local/template/template';

const TYPE = 'Org::Containers::EcrRepository';

/** What the fake handlers are called with: the parts of CloudFormation's event that matter here. */
interface Call {
    readonly action: string;
    readonly bearerToken: string;
    readonly callbackContext: unknown;
    readonly requestData: {
        readonly logicalResourceId: string;
        readonly resourceProperties: JsonObject;
        readonly previousResourceProperties: JsonObject | null;
        readonly stackTags: Tags;
        readonly previousStackTags: Tags | null;
    };
}

type Behaviour = (call: Call) => unknown;

const failing =
    (errorCode = 'GeneralServiceException', model?: JsonObject): Behaviour =>
    () => ({ status: 'FAILED', errorCode, message: 'boom', resourceModel: model });

/** First IN_PROGRESS with the whole model, then what the next behaviour says, or success. */
const slow =
    (next?: Behaviour, callbackDelaySeconds = 0): Behaviour =>
    (call) =>
        call.callbackContext === null
            ? {
                  status: 'IN_PROGRESS',
                  resourceModel: { ...call.requestData.resourceProperties, seen: 1 },
                  callbackContext: { attempt: 1 },
                  callbackDelaySeconds,
              }
            : next?.(call);

interface Declaration {
    readonly properties: JsonObject | ((models: Models) => JsonObject);
    readonly after?: readonly string[];
    readonly deletionPolicy?: Policy;
    readonly updateReplacePolicy?: Policy;
    /** Whether others refer to its attributes. */
    readonly isReferredTo?: boolean;
}

/** Resources whose RepositoryName is their logical ID, unless they declare another. */
function blueprint(
    declarations: Readonly<Record<string, Partial<Declaration>>>,
    output?: (models: Models) => string,
): Blueprint {
    return {
        resources: new Map(
            Object.entries(declarations).map(([logicalId, declaration]) => {
                const {
                    properties = {},
                    after = [],
                    deletionPolicy = 'Delete',
                    updateReplacePolicy = 'Delete',
                    isReferredTo = false,
                } = declaration;
                return [
                    logicalId,
                    {
                        logicalId,
                        type: TYPE,
                        dependsOn: after,
                        deletionPolicy,
                        updateReplacePolicy,
                        hasAttributesReferredTo: isReferredTo,
                        customName: logicalId.toLowerCase(),
                        properties: (models: Models) => ({
                            RepositoryName: logicalId.toLowerCase(),
                            ...(typeof properties === 'function' ? properties(models) : properties),
                        }),
                    },
                ];
            }),
        ),
        outputs: (models) => (output ? { Output: output(models) } : {}),
    };
}

/** CloudFormation for one stack with fake handlers: which repositories there are, who was called, what was told. */
class World {
    readonly repositories = new Map<string, JsonObject>();
    readonly calls: Call[] = [];
    readonly events: string[] = [];
    readonly reasons: string[] = [];
    /** Events that were told before the state was saved. */
    readonly untrue: string[] = [];
    behaviours: Record<string, Behaviour> = {};
    /** What to do when an event is told. */
    onEvent: (event: string) => void = () => {};
    interruption = new AbortController();
    callbackOverheadSeconds = 0;
    previousAtImport: PreviousAtImport = 'template';
    private file = JSON.stringify({
        name: 'test',
        id: 'arn:stack',
        template: '/template.yml',
        account: '123456789012',
        region: 'us-east-1',
        aws: 'fake',
        status: 'REVIEW_IN_PROGRESS',
        tags: {},
        outputs: {},
        resources: {},
        leftovers: [],
    } satisfies StackState);

    /** As the next command finds it. */
    get state(): StackState {
        return JSON.parse(this.file);
    }

    deploy(wanted: Blueprint, tags: Tags = {}, neighbours?: readonly StackState[]): Promise<Result> {
        return this.stack().deploy(wanted, tags, neighbours);
    }

    import(wanted: Blueprint, identifiers: Readonly<Record<string, string>>): Promise<Result> {
        return this.stack().import(wanted, new Map(Object.entries(identifiers)));
    }

    delete(): Promise<Result> {
        return this.stack().delete();
    }

    /** The calls since the last look: action and repository. */
    look(): string[] {
        this.events.splice(0);
        return this.calls.splice(0).map(({ action, requestData: { resourceProperties } }) => {
            return `${action} ${resourceProperties.RepositoryName}`;
        });
    }

    private stack(): Stack {
        this.interruption = new AbortController();
        const { state } = this;
        return new Stack(state, {
            caller: {
                invoke: async (event) => this.answer(event as Call),
                credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
                account: state.account,
                region: state.region,
                stack: state,
                callbackOverheadSeconds: this.callbackOverheadSeconds,
            },
            previousAtImport: this.previousAtImport,
            save: (changed) => {
                this.file = JSON.stringify(changed);
            },
            report: (event) => this.hear(event),
            interrupted: this.interruption.signal,
        });
    }

    private hear({ status, logicalId, reason = '' }: StackEvent): void {
        this.events.push(`${status} ${logicalId}`);
        this.reasons.push(reason);
        const { resources, status: stackStatus } = this.state;
        const saved = logicalId === 'test' ? stackStatus : resources[logicalId]?.status;
        if (/^(CREATE|UPDATE)\w*_(IN_PROGRESS|COMPLETE)$/.test(status) && saved !== status) {
            this.untrue.push(`${status} ${logicalId} was told, but ${saved} saved`);
        }
        this.onEvent(`${status} ${logicalId}`);
    }

    private async answer(call: Call): Promise<unknown> {
        const { action, requestData } = call;
        const name = String(requestData.resourceProperties.RepositoryName);
        this.calls.push(call);
        await new Promise(setImmediate);
        const answer = await this.behaviours[`${action} ${name}`]?.(call);
        if (answer !== undefined) {
            return answer;
        }
        if (action === 'DELETE') {
            return this.repositories.delete(name) ? { status: 'SUCCESS' } : failing('NotFound')(call);
        }
        if (action === 'READ') {
            const read = this.repositories.get(name);
            return read ? { status: 'SUCCESS', resourceModel: read } : failing('NotFound')(call);
        }
        const resourceModel = { ...requestData.resourceProperties, RepositoryArn: `arn:${name}` };
        this.repositories.set(name, resourceModel);
        return { status: 'SUCCESS', resourceModel };
    }
}

let world: World;

beforeEach(() => {
    world = new World();
});

afterEach(() => {
    expect(world.untrue).toEqual([]);
});

describe('creating', () => {
    test('independent resources at once, dependent ones after those they need', async () => {
        const wanted = blueprint({ C: { after: ['A', 'B'] }, A: {}, B: {} });
        expect(await world.deploy(wanted)).toBe('DONE');
        expect(world.events).toEqual([
            'CREATE_IN_PROGRESS test',
            'CREATE_IN_PROGRESS A',
            'CREATE_IN_PROGRESS B',
            'CREATE_IN_PROGRESS A',
            'CREATE_COMPLETE A',
            'CREATE_IN_PROGRESS B',
            'CREATE_COMPLETE B',
            'CREATE_IN_PROGRESS C',
            'CREATE_IN_PROGRESS C',
            'CREATE_COMPLETE C',
            'CREATE_COMPLETE test',
        ]);
    });

    test('sends what CloudFormation sends', async () => {
        await world.deploy(blueprint({ A: {} }), { team: 'x' });
        const systemTags = {
            'aws:cloudformation:stack-name': 'test',
            'aws:cloudformation:logical-id': 'A',
            'aws:cloudformation:stack-id': 'arn:stack',
        };
        expect(world.calls[0]).toEqual({
            action: 'CREATE',
            awsAccountId: '123456789012',
            bearerToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
            region: 'us-east-1',
            resourceType: TYPE,
            resourceTypeVersion: '00000001',
            stackId: 'arn:stack',
            callbackContext: null,
            nextToken: null,
            requestData: {
                callerCredentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
                logicalResourceId: 'A',
                resourceProperties: { RepositoryName: 'a' },
                previousResourceProperties: null,
                systemTags,
                previousSystemTags: null,
                stackTags: { team: 'x' },
                previousStackTags: null,
                typeConfiguration: null,
            },
        });
    });

    test('calls again while IN_PROGRESS, with the model and the context that were returned', async () => {
        world.behaviours['CREATE a'] = slow(undefined, 0.2);
        const began = Date.now();
        await world.deploy(blueprint({ A: {} }));
        expect(Date.now() - began).toBeGreaterThanOrEqual(195);
        const [first, second] = world.calls;
        expect(world.calls).toHaveLength(2);
        expect(second?.bearerToken).toBe(first?.bearerToken);
        expect(second?.callbackContext).toEqual({ attempt: 1 });
        expect(second?.requestData.resourceProperties).toEqual({ RepositoryName: 'a', seen: 1 });
        expect(world.state.resources.A?.physicalId).toBe('a');
    });

    test('hands returned models on to dependents and outputs', async () => {
        const arn = (models: Models) => String(models('A')?.properties.RepositoryArn);
        const wanted = blueprint(
            { A: {}, B: { after: ['A'], properties: (models) => ({ Of: arn(models) }) } },
            arn,
        );
        await world.deploy(wanted);
        expect(world.repositories.get('b')?.Of).toBe('arn:a');
        expect(world.state.outputs).toEqual({ Output: 'arn:a' });
    });

    test('calls nothing when a property is wrong', async () => {
        const wrong = () => {
            throw new TemplateError(['t.yml:1: wrong']);
        };
        await expect(world.deploy(blueprint({ A: {}, B: { properties: wrong } }))).rejects.toThrow(
            't.yml:1: wrong',
        );
        expect(world.look()).toEqual([]);
        expect(world.state.status).toBe('REVIEW_IN_PROGRESS');
    });

    test.each<[string, Behaviour, string]>([
        ['a handler that fails', failing('InvalidRequest'), 'Resource handler returned message: "boom"'],
        ['a function that throws', () => Promise.reject(new Error('no')), 'returned message: "Error: no"'],
        ['an answer that is none', () => 'nonsense', '"nonsense" is no ProgressEvent'],
        [
            'a success without identifier',
            () => ({ status: 'SUCCESS', resourceModel: {} }),
            'no primary identifier',
        ],
        ['a handler that takes too long', slow(undefined, 121 * 60), 'not done within the 120 minutes'],
    ])('is rolled back after %s', async (_, behaviour, reason) => {
        world.behaviours['CREATE a'] = behaviour;
        expect(await world.deploy(blueprint({ A: {} }))).toBe('FAILED');
        expect(world.events).toContain('CREATE_FAILED A');
        expect(world.reasons.join()).toContain(reason);
        expect(world.state).toMatchObject({ status: 'ROLLBACK_COMPLETE', resources: {}, leftovers: [] });
    });
});

describe('a creation that fails', () => {
    test('takes away all that was made, in reverse order, the failed resource too', async () => {
        world.behaviours['CREATE c'] = slow(failing());
        expect(await world.deploy(blueprint({ A: {}, B: { after: ['A'] }, C: { after: ['B'] } }))).toBe(
            'FAILED',
        );
        expect(world.events.slice(-8)).toEqual([
            'ROLLBACK_IN_PROGRESS test',
            'DELETE_IN_PROGRESS C',
            'DELETE_COMPLETE C',
            'DELETE_IN_PROGRESS B',
            'DELETE_COMPLETE B',
            'DELETE_IN_PROGRESS A',
            'DELETE_COMPLETE A',
            'ROLLBACK_COMPLETE test',
        ]);
        expect(world.look().slice(-3)).toEqual(['DELETE c', 'DELETE b', 'DELETE a']);
        expect(world.repositories.size).toBe(0);
    });

    test('deletes by the primary identifier alone', async () => {
        world.behaviours['CREATE b'] = failing();
        await world.deploy(blueprint({ A: { properties: { ScanOnPush: true } }, B: { after: ['A'] } }));
        expect(world.calls.at(-1)?.requestData.resourceProperties).toEqual({ RepositoryName: 'a' });
    });

    test('leaves alone what was there before', async () => {
        world.behaviours['CREATE a'] = failing('AlreadyExists', { RepositoryName: 'a' });
        await world.deploy(blueprint({ A: {} }));
        expect(world.look()).toEqual(['CREATE a']);
    });

    test('cancels what is under way and begins nothing new', async () => {
        world.behaviours['CREATE a'] = failing();
        world.behaviours['CREATE b'] = slow(undefined, 60);
        await world.deploy(blueprint({ A: {}, B: {}, C: { after: ['B'] } }));
        expect(world.reasons).toContain('Resource create cancelled');
        expect(world.look()).toEqual(['CREATE a', 'CREATE b', 'DELETE b']);
    });

    test('keeps what shall be retained', async () => {
        world.behaviours['CREATE c'] = failing();
        const wanted = blueprint({
            A: { deletionPolicy: 'Retain' },
            B: { deletionPolicy: 'RetainExceptOnCreate' },
            C: { after: ['A', 'B'] },
        });
        await world.deploy(wanted);
        expect([...world.repositories.keys()]).toEqual(['a']);
        expect(world.events).toContain('DELETE_SKIPPED A');
    });

    test('and cannot be undone is finished by the next deployment', async () => {
        world.behaviours = { 'CREATE b': failing(), 'DELETE a': failing('ResourceConflict') };
        await world.deploy(blueprint({ A: {}, B: { after: ['A'] } }));
        expect(world.state.status).toBe('ROLLBACK_FAILED');
        expect(world.state.leftovers).toMatchObject([
            { logicalId: 'A', physicalId: 'a', status: 'DELETE_FAILED' },
        ]);
        world.behaviours = {};
        world.look();
        expect(await world.deploy(blueprint({ A: {} }))).toBe('DONE');
        expect(world.look()).toEqual(['DELETE a', 'CREATE a']);
        expect(world.state.status).toBe('CREATE_COMPLETE');
    });

    test('can be deployed again', async () => {
        world.behaviours['CREATE a'] = failing();
        await world.deploy(blueprint({ A: {} }));
        world.behaviours = {};
        expect(await world.deploy(blueprint({ A: {} }))).toBe('DONE');
        expect(world.state.status).toBe('CREATE_COMPLETE');
    });

    test('because of an output is rolled back too', async () => {
        const output = () => {
            throw new TemplateError(['t.yml:9: no such attribute']);
        };
        expect(await world.deploy(blueprint({ A: {} }, output))).toBe('FAILED');
        expect(world.reasons).toContain('t.yml:9: no such attribute');
        expect(world.repositories.size).toBe(0);
    });
});

describe('updating', () => {
    const before = blueprint({ A: {}, B: { after: ['A'] } });

    beforeEach(async () => {
        await world.deploy(before, { team: 'x' });
        world.look();
    });

    test('does nothing when nothing has changed', async () => {
        expect(await world.deploy(before, { team: 'x' })).toBe('UNCHANGED');
        expect(world.calls).toEqual([]);
    });

    test('calls only what has changed, with what was before', async () => {
        const after = blueprint({ A: {}, B: { after: ['A'], properties: { ScanOnPush: true } } });
        expect(await world.deploy(after, { team: 'x' })).toBe('DONE');
        expect(world.calls).toHaveLength(1);
        expect(world.calls[0]?.action).toBe('UPDATE');
        expect(world.calls[0]?.requestData).toMatchObject({
            resourceProperties: { RepositoryName: 'b', ScanOnPush: true },
            previousResourceProperties: { RepositoryName: 'b' },
            stackTags: { team: 'x' },
            previousStackTags: { team: 'x' },
        });
        expect(world.state.status).toBe('UPDATE_COMPLETE');
    });

    test('updates every resource when the stack tags change', async () => {
        await world.deploy(before, { team: 'y' });
        expect(world.calls.map(({ requestData }) => requestData.previousStackTags)).toEqual([
            { team: 'x' },
            { team: 'x' },
        ]);
        expect(world.look()).toEqual(['UPDATE a', 'UPDATE b']);
    });

    test('deletes what is no longer in the template, at the end', async () => {
        const after = blueprint({ A: { properties: { ScanOnPush: true } } });
        await world.deploy(after, { team: 'x' });
        expect(world.events).toEqual([
            'UPDATE_IN_PROGRESS test',
            'UPDATE_IN_PROGRESS A',
            'UPDATE_COMPLETE A',
            'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS test',
            'DELETE_IN_PROGRESS B',
            'DELETE_COMPLETE B',
            'UPDATE_COMPLETE test',
        ]);
        expect(Object.keys(world.state.resources)).toEqual(['A']);
    });

    test('keeps what shall be retained', async () => {
        await world.deploy(
            blueprint({ A: {}, B: { after: ['A'], deletionPolicy: 'RetainExceptOnCreate' } }),
            { team: 'x' },
        );
        await world.deploy(blueprint({ A: {} }), { team: 'x' });
        expect(world.events).toContain('DELETE_SKIPPED B');
        expect(world.look()).toEqual([]);
    });

    test('notes a change of outputs alone', async () => {
        const after = blueprint({ A: {}, B: { after: ['A'] } }, () => 'new');
        expect(await world.deploy(after, { team: 'x' })).toBe('DONE');
        expect(world.state.outputs).toEqual({ Output: 'new' });
        expect(world.look()).toEqual([]);
    });

    test('that fails goes back: updates are undone, what is new is deleted', async () => {
        world.behaviours['UPDATE b'] = ({ requestData: { resourceProperties } }) =>
            resourceProperties.ScanOnPush ? failing()(world.calls[0] as Call) : undefined;
        const after = blueprint({
            A: { properties: { ScanOnPush: false } },
            N: {},
            B: { after: ['A', 'N'], properties: { ScanOnPush: true } },
        });
        expect(await world.deploy(after, { team: 'y' })).toBe('FAILED');
        const undone = world.calls.filter(({ action }) => action === 'UPDATE').slice(2);
        expect(undone.map(({ requestData }) => requestData)).toMatchObject([
            {
                resourceProperties: { RepositoryName: 'a' },
                previousResourceProperties: { RepositoryName: 'a', ScanOnPush: false },
                stackTags: { team: 'x' },
                previousStackTags: { team: 'y' },
            },
            { resourceProperties: { RepositoryName: 'b' }, previousResourceProperties: { ScanOnPush: true } },
        ]);
        expect(world.events.slice(-8)).toEqual([
            'UPDATE_IN_PROGRESS A',
            'UPDATE_COMPLETE A',
            'UPDATE_IN_PROGRESS B',
            'UPDATE_COMPLETE B',
            'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS test',
            'DELETE_IN_PROGRESS N',
            'DELETE_COMPLETE N',
            'UPDATE_ROLLBACK_COMPLETE test',
        ]);
        expect(await world.deploy(before, { team: 'x' })).toBe('UNCHANGED');
    });

    test('that can neither go on nor back is taken up by the next deployment', async () => {
        world.behaviours['UPDATE a'] = failing();
        const after = blueprint({ A: { properties: { ScanOnPush: true } }, B: { after: ['A'] } });
        await world.deploy(after, { team: 'x' });
        expect(world.state.status).toBe('UPDATE_ROLLBACK_FAILED');
        world.behaviours = {};
        world.look();
        expect(await world.deploy(after, { team: 'x' })).toBe('DONE');
        expect(world.calls.map(({ requestData }) => requestData)).toMatchObject([
            { resourceProperties: { RepositoryName: 'a' }, previousResourceProperties: { ScanOnPush: true } },
            { resourceProperties: { ScanOnPush: true }, previousResourceProperties: { RepositoryName: 'a' } },
        ]);
        expect(world.state.before).toBeUndefined();
    });
});

describe('replacing', () => {
    const named = (name: string, more: Partial<Declaration> = {}) =>
        blueprint({
            A: { ...more, properties: { RepositoryName: name } },
            B: {
                after: ['A'],
                properties: (models) => ({ Of: models('A')?.properties.RepositoryName ?? null }),
            },
        });

    beforeEach(async () => {
        await world.deploy(named('old'));
        world.look();
    });

    test('makes the new one first and deletes the old one at the end', async () => {
        expect(await world.deploy(named('new'))).toBe('DONE');
        expect(world.look()).toEqual(['CREATE new', 'UPDATE b', 'DELETE old']);
        expect(world.reasons.join()).toContain('requires the creation of a new physical resource');
        expect(world.state.resources.A?.physicalId).toBe('new');
    });

    test('that fails deletes the new one and keeps the old one', async () => {
        world.behaviours['UPDATE b'] = ({ requestData: { resourceProperties } }) =>
            resourceProperties.Of === 'new'
                ? { status: 'FAILED', errorCode: 'InvalidRequest', message: '' }
                : undefined;
        expect(await world.deploy(named('new'))).toBe('FAILED');
        expect(world.look()).toEqual(['CREATE new', 'UPDATE b', 'UPDATE b', 'DELETE new']);
        expect(world.state.resources.A?.physicalId).toBe('old');
        expect(await world.deploy(named('old'))).toBe('UNCHANGED');
    });

    test('keeps the old one when it shall be retained', async () => {
        await world.deploy(named('new', { updateReplacePolicy: 'Retain' }));
        expect(world.events).toContain('DELETE_SKIPPED A');
        expect([...world.repositories.keys()].sort()).toEqual(['b', 'new', 'old']);
    });

    test('under the same name is refused', async () => {
        const after = blueprint({
            A: { properties: { RepositoryName: 'old', EncryptionType: 'KMS' } },
            B: {},
        });
        expect(await world.deploy(after)).toBe('FAILED');
        expect(world.reasons.join()).toContain('Rename old and update the stack again.');
        expect(world.look()).not.toContain('CREATE old');
        expect(world.state.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    });

    test('whose old one cannot be deleted is complete; the old one stays to be deleted later', async () => {
        world.behaviours['DELETE old'] = failing();
        expect(await world.deploy(named('new'))).toBe('DONE');
        expect(world.state.status).toBe('UPDATE_COMPLETE');
        expect(world.state.reason).toBe('The following resource(s) failed to delete: [A].');
        world.behaviours = {};
        world.look();
        expect(await world.deploy(named('new'))).toBe('DONE');
        expect(world.look()).toEqual(['DELETE old']);
    });
});

describe('deleting', () => {
    beforeEach(async () => {
        const kept = {
            C: { deletionPolicy: 'Retain' },
            D: { deletionPolicy: 'RetainExceptOnCreate' },
        } as const;
        await world.deploy(blueprint({ A: {}, B: { after: ['A'] }, ...kept }));
        world.look();
    });

    test('goes in reverse order and keeps what shall be retained', async () => {
        expect(await world.delete()).toBe('DONE');
        expect(world.events.slice(0, 3)).toEqual([
            'DELETE_IN_PROGRESS test',
            'DELETE_SKIPPED C',
            'DELETE_SKIPPED D',
        ]);
        expect(world.look()).toEqual(['DELETE b', 'DELETE a']);
        expect(world.state.status).toBe('DELETE_COMPLETE');
    });

    test('takes what is gone for deleted', async () => {
        world.repositories.delete('b');
        expect(await world.delete()).toBe('DONE');
    });

    test('that fails can be repeated', async () => {
        world.behaviours['DELETE b'] = failing();
        expect(await world.delete()).toBe('FAILED');
        expect(world.look()).toEqual(['DELETE b']);
        expect(world.state).toMatchObject({
            status: 'DELETE_FAILED',
            reason: 'The following resource(s) failed to delete: [A, B].',
        });
        await expect(world.deploy(blueprint({ A: {} }))).rejects.toThrow('delete it first');
        world.behaviours = {};
        expect(await world.delete()).toBe('DONE');
        expect(world.look()).toEqual(['DELETE b', 'DELETE a']);
    });

    test('calls again while IN_PROGRESS', async () => {
        world.behaviours['DELETE b'] = slow();
        expect(await world.delete()).toBe('DONE');
        expect(world.look()).toEqual(['DELETE b', 'DELETE b', 'DELETE a']);
    });
});

describe('Ctrl-C', () => {
    const interruptAt = (wanted: string) => {
        let told = 0;
        world.onEvent = (event) => {
            told += event === wanted ? 1 : 0;
            if (event === wanted && told === 2) {
                world.interruption.abort();
            }
        };
    };

    test('during a creation: the next deployment goes on, and what was half made is made anew', async () => {
        const wanted = blueprint({ A: {}, B: { after: ['A'] }, C: { after: ['B'] } });
        world.behaviours['CREATE b'] = slow(undefined, 60);
        interruptAt('CREATE_IN_PROGRESS B');
        expect(await world.deploy(wanted)).toBe('INTERRUPTED');
        expect(world.look()).toEqual(['CREATE a', 'CREATE b']);
        expect(world.state.status).toBe('CREATE_IN_PROGRESS');
        expect(world.state.resources).toMatchObject({
            A: { status: 'CREATE_COMPLETE' },
            B: { status: 'CREATE_IN_PROGRESS', physicalId: 'b' },
        });
        world.behaviours = {};
        expect(await world.deploy(wanted)).toBe('DONE');
        expect(world.look()).toEqual(['DELETE b', 'CREATE b', 'CREATE c']);
        expect(world.state.status).toBe('CREATE_COMPLETE');
    });

    test('during a creation: delete takes away all of it', async () => {
        world.behaviours['CREATE b'] = slow(undefined, 60);
        interruptAt('CREATE_IN_PROGRESS B');
        await world.deploy(blueprint({ A: {}, B: { after: ['A'] } }));
        world.look();
        expect(await world.delete()).toBe('DONE');
        expect(world.look()).toEqual(['DELETE b', 'DELETE a']);
    });

    test('lets the call that is under way answer', async () => {
        interruptAt('CREATE_IN_PROGRESS A');
        world.behaviours['CREATE a'] = () => {
            world.interruption.abort();
            return undefined;
        };
        expect(await world.deploy(blueprint({ A: {}, B: { after: ['A'] } }))).toBe('INTERRUPTED');
        expect(world.state.resources).toMatchObject({ A: { status: 'CREATE_COMPLETE', physicalId: 'a' } });
        expect(Object.keys(world.state.resources)).toEqual(['A']);
    });

    test('during an update: it is undone before the next one, which knows what was before', async () => {
        const scanning = (ScanOnPush: boolean) => blueprint({ A: { properties: { ScanOnPush } } });
        await world.deploy(blueprint({ A: {} }));
        world.behaviours['UPDATE a'] = (call) => {
            world.interruption.abort();
            return slow()(call);
        };
        expect(await world.deploy(scanning(true))).toBe('INTERRUPTED');
        world.behaviours = {};
        world.calls.splice(0);
        expect(await world.deploy(scanning(false))).toBe('DONE');
        expect(world.calls.map(({ requestData }) => requestData)).toMatchObject([
            { resourceProperties: { RepositoryName: 'a' }, previousResourceProperties: { ScanOnPush: true } },
            {
                resourceProperties: { ScanOnPush: false },
                previousResourceProperties: { RepositoryName: 'a' },
            },
        ]);
    });

    test('between replacement and cleanup: a second replacement leaves nothing behind', async () => {
        const named = (name: string) =>
            blueprint({ A: { properties: { RepositoryName: name } }, B: { after: ['A'] } });
        await world.deploy(named('one'));
        world.behaviours['CREATE two'] = () => {
            world.interruption.abort();
            return undefined;
        };
        expect(await world.deploy(named('two'))).toBe('INTERRUPTED');
        expect([...world.repositories.keys()].sort()).toEqual(['b', 'one', 'two']);
        world.behaviours = {};
        expect(await world.deploy(named('three'))).toBe('DONE');
        expect([...world.repositories.keys()].sort()).toEqual(['b', 'three']);
    });

    test('during a deletion: delete goes on', async () => {
        await world.deploy(blueprint({ A: {}, B: { after: ['A'] } }));
        world.look();
        world.behaviours['DELETE b'] = () => {
            world.interruption.abort();
            return undefined;
        };
        expect(await world.delete()).toBe('INTERRUPTED');
        expect(world.look()).toEqual(['DELETE b']);
        expect(await world.delete()).toBe('DONE');
        expect(world.look()).toEqual(['DELETE a']);
    });
});

describe('attributes', () => {
    const wanted = blueprint(
        {
            A: { isReferredTo: true },
            B: {
                after: ['A'],
                properties: (models) => ({ Of: String(models('A')?.properties.RepositoryArn) }),
            },
        },
        (models) => String(models('A')?.properties.RepositoryArn),
    );

    test('are what Read returns, not what Create returned', async () => {
        world.behaviours['READ a'] = () => ({
            status: 'SUCCESS',
            resourceModel: { RepositoryArn: 'arn:read' },
        });
        expect(await world.deploy(wanted)).toBe('DONE');
        expect(world.repositories.get('b')?.Of).toBe('arn:read');
        expect(world.state.outputs).toEqual({ Output: 'arn:read' });
        expect(world.look()).toEqual(['CREATE a', 'READ a', 'CREATE b']);
    });

    test('that cannot be read fail the resource', async () => {
        world.behaviours['READ a'] = failing('GeneralServiceException');
        expect(await world.deploy(wanted)).toBe('FAILED');
        expect(world.events).toContain('CREATE_FAILED A');
        expect([...world.repositories]).toEqual([]);
    });
});

test('callbacks can be late', async () => {
    world.callbackOverheadSeconds = 0.2;
    world.behaviours['CREATE a'] = slow();
    const began = Date.now();
    await world.deploy(blueprint({ A: {} }));
    expect(Date.now() - began).toBeGreaterThanOrEqual(195);
});

describe('importing', () => {
    const held = { RepositoryName: 'a', RepositoryArn: 'arn:a', Days: 365 };
    const wanted = blueprint({ A: { deletionPolicy: 'Retain', properties: { Days: 30 } } });

    beforeEach(() => world.repositories.set('a', held));

    test.each<[PreviousAtImport, JsonObject | null]>([
        ['template', { RepositoryName: 'a', Days: 30 }],
        ['nothing', null],
        ['read', held],
    ])('updates afterwards, and tells as previous properties: %s', async (previousAtImport, previous) => {
        world.previousAtImport = previousAtImport;
        expect(await world.import(wanted, { A: 'a' })).toBe('DONE');
        expect(world.calls.map(({ action }) => action)).toEqual(['READ', 'UPDATE']);
        expect(world.calls[1]?.requestData).toMatchObject({
            resourceProperties: { RepositoryName: 'a', Days: 30 },
            previousResourceProperties: previous,
        });
        expect(world.events).toEqual([
            'IMPORT_IN_PROGRESS test',
            'IMPORT_IN_PROGRESS A',
            'IMPORT_COMPLETE A',
            'UPDATE_IN_PROGRESS A',
            'UPDATE_COMPLETE A',
            'IMPORT_COMPLETE test',
        ]);
    });

    test('keeps nothing in the stack when the update fails', async () => {
        world.behaviours['UPDATE a'] = failing();
        expect(await world.import(wanted, { A: 'a' })).toBe('FAILED');
        expect(world.state).toMatchObject({ status: 'IMPORT_ROLLBACK_COMPLETE', resources: {} });
        expect(world.repositories.has('a')).toBe(true);
    });
});

describe('importing what exists', () => {
    const kept: Partial<Declaration> = { deletionPolicy: 'Retain' };

    beforeEach(() => world.repositories.set('a', { RepositoryName: 'a', RepositoryArn: 'arn:a' }));

    test('takes in what is there, and creates the rest', async () => {
        expect(await world.deploy(blueprint({ A: kept, B: {} }), {}, [])).toBe('DONE');
        expect(world.state.status).toBe('CREATE_COMPLETE');
        expect(world.look()).toEqual(['READ a', 'READ b', 'READ a', 'CREATE b', 'UPDATE a']);
    });

    test('without it, what is there is created', async () => {
        await world.deploy(blueprint({ A: kept }));
        expect(world.look()).toEqual(['CREATE a']);
    });

    test('a deployment that fails lets go of it', async () => {
        world.behaviours['CREATE b'] = failing();
        const wanted = blueprint({ A: { deletionPolicy: 'RetainExceptOnCreate' }, B: { after: ['A'] } });
        expect(await world.deploy(wanted, {}, [])).toBe('FAILED');
        expect(world.events).toContain('DELETE_SKIPPED A');
        expect(world.repositories.has('a')).toBe(true);
        expect(world.state.resources).toEqual({});
    });

    test('needs a policy that retains it, before anything is done', async () => {
        const before = world.state;
        await expect(world.deploy(blueprint({ A: {} }), {}, [])).rejects.toThrow(
            "DeletionPolicy attribute set to 'Retain' or 'RetainExceptOnCreate' in the template for successful import. " +
                'The affected resources are A ({RepositoryName=a})',
        );
        expect(world.state).toEqual(before);
    });

    test('leaves alone what is in another stack', async () => {
        const other = new World();
        await other.deploy(blueprint({ A: {} }));
        await expect(world.deploy(blueprint({ A: kept }), {}, [other.state])).rejects.toThrow(
            'A: a belongs to stack test: a resource is in one stack only',
        );
    });
});
