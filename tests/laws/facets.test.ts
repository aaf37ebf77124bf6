import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import schema from '../../schema.json';
import type { Clients } from '../../src/aws/clients';
import { asWritten, withOwnTags } from '../../src/engine/as-written';
import type { Facet, FacetContext } from '../../src/engine/facet';
import { plan, type States } from '../../src/engine/plan';
import { readback } from '../../src/engine/reconcile';
import { HandlerFailure } from '../../src/errors';
import { FACETS } from '../../src/facets';
import { encryption } from '../../src/facets/encryption';
import { lifecyclePolicy } from '../../src/facets/lifecycle-policy';
import { type EcrRule, numbered } from '../../src/lifecycle/policy';
import type { LifecycleRule, PartialProperties, Properties } from '../../src/properties';
import { violations } from '../../src/validate';
import { properties } from '../support/arbitraries';
import { FACET_DATA } from '../support/facets';
import type { Foreign, ForeignPart } from '../support/facets/facet-data';
import { KEY, MY_APP, OTHER_KEY } from '../support/my-app';
import { common, contains, foreign, withForeign } from '../support/neighbours';
import { naivePrincipals, principals } from '../support/principals';
import { runs } from '../support/runs';

/*
 * What every facet promises, whatever the properties. AWS is not needed here: a facet's state after a write is its
 * target. That the writes do that to AWS is for handlers.test.ts.
 */
fc.configureGlobal({ numRuns: runs(10) });

const CONTEXT: FacetContext = {
    ...MY_APP,
    // The only call of a plan: which other repositories there are. There are none.
    aws: { ecr: { send: async () => ({ repositories: [] }) } } as unknown as Clients,
    awsIn: () => CONTEXT.aws,
    inTurn: async () => undefined,
    log: () => undefined,
    repository: async () => undefined,
};

/** The same with neighbours, which need what a shorter filter replicates. */
const CROWDED: FacetContext = {
    ...CONTEXT,
    aws: {
        ecr: {
            send: async () => ({
                repositories: [{ repositoryName: 'my-app-2' }, { repositoryName: 'other' }],
            }),
        },
    } as unknown as Clients,
};

/** A template that declares the name and nothing else. */
const BARE: Properties = { RepositoryName: CONTEXT.repositoryName };

const valid = properties
    .map((some) => ({ ...some, RepositoryName: CONTEXT.repositoryName }))
    .filter((some) => FACETS.every((facet) => !facet.validate?.(some, CONTEXT).length));

const SAMPLES = fc.sample(valid, 500);

const NOTHING: States = new Map(FACETS.map((facet) => [facet, undefined]));

/** Everything as AWS holds it once these properties were created. */
async function created(declared: Properties, stackTags = {}): Promise<States> {
    const desired = withOwnTags(FACETS, declared, { stackTags, token: 'token' }, CONTEXT);
    return plan(FACETS, NOTHING, { declared: desired, previous: [] }, CONTEXT);
}

function read(states: States): PartialProperties {
    return asWritten(states, readback(states, CONTEXT), CONTEXT);
}

/** The lists whose order does not matter. */
const SETS: ReadonlySet<string> = new Set(
    Object.entries(schema.properties).flatMap(([name, property]) =>
        'insertionOrder' in property && !property.insertionOrder ? [name] : [],
    ),
);

/** Lists whose order has no meaning, in one order. */
function unordered(some: PartialProperties): PartialProperties {
    const sort = <T>(list: T[]) => [...list].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    return Object.fromEntries(
        Object.entries(some).map(([name, value]) => [
            name,
            SETS.has(name) ? sort(value as unknown[]) : value,
        ]),
    );
}

test('the properties of the tests are those of the schema', () => {
    fc.assert(fc.property(properties, (some) => expect(violations(some)).toEqual([])));
});

test('the tests give every property that a facet is made from', () => {
    // What only a create sets has no updates for the laws to go through.
    const { readOnlyProperties, createOnlyProperties } = schema;
    const others = [...readOnlyProperties, ...createOnlyProperties].map((pointer) =>
        pointer.replace('/properties/', ''),
    );
    const given = new Set(fc.sample(properties, 500).flatMap((some) => Object.keys(some)));
    const names = FACETS.flatMap((facet) => facet.properties);
    expect(names.filter((name) => !given.has(name) && !others.includes(name))).toEqual([]);
});

test.each(named(FACETS))('%s: some properties make something, which READ shows', (_name, facet) => {
    expect(facet.properties).not.toEqual([]);
    const off = facet.readback(undefined, CONTEXT);
    const shown = SAMPLES.map((declared) => facet.readback(facet.desired(declared, CONTEXT), CONTEXT));
    expect(shown.filter((one) => !isDeepStrictEqual(one, off))).not.toEqual([]);
});

test('no two facets are made from one property', () => {
    const names = FACETS.flatMap(({ properties }) => properties);
    expect(names).toEqual([...new Set(names)]);
});

test('Read gives back everything that was declared, in the form it was declared in', async () => {
    await fc.assert(
        fc.asyncProperty(valid, async (declared) => {
            const found = { ...read(await created(declared)), RepositoryName: CONTEXT.repositoryName };
            expect(unordered(found)).toMatchObject(unordered(declared));
        }),
    );
});

/** Of every kind: several rules from one entry, one that is off, one that only protects, one about all other images. */
const someRules = fc.shuffledSubarray<LifecycleRule>(
    [
        { Id: 'releases', TagPrefixList: ['v', 'w'], TaggedImageRetentionCount: 5 },
        { Id: 'off', Enabled: false, UntaggedImageRetentionCount: 1 },
        { Id: 'keep', ProtectedTagPatterns: ['p*', 'q*'] },
        {
            Id: 'previews',
            TagPatternList: ['*-x', '*-y'],
            ProtectedTagPatterns: ['r*'],
            ImageRetentionDays: 9,
        },
        { Id: 'rest', UntaggedImageRetentionCount: 2, ImageRetentionDays: 90 },
    ],
    { minLength: 1 },
);

/** All of them declared: a setting that no template declares may change unseen. */
const someSettings = fc.record({
    TagPrefixList: fc.shuffledSubarray(['v', 'w', 'prod']),
    TagPatternList: fc.shuffledSubarray(['*-x', '*-y']),
    ProtectedTagPatterns: fc.shuffledSubarray(['p*', 'q*']),
    TaggedImageRetentionCount: fc.constantFrom(1, 20),
    UntaggedImageRetentionCount: fc.constantFrom(0, 3),
    ImageRetentionDays: fc.constantFrom(0, 30),
});

test('an altered lifecycle policy reads as declared only if it does the same', async () => {
    const lifecycle = fc.oneof(
        someRules.map((LifecycleRules) => ({ ...BARE, LifecycleRules })),
        someSettings.map((some) => ({ ...BARE, ...some })),
    );
    await fc.assert(
        fc.asyncProperty(lifecycle, fc.nat(), fc.nat(), fc.nat(2), async (declared, one, other, how) => {
            const states = await created(declared);
            const policy = lifecyclePolicy.desired(declared, MY_APP);
            fc.pre(policy !== undefined);
            const [first, second] = [one % policy.length, other % policy.length];
            const altered = numbered(
                [
                    policy.toSpliced(first, 1),
                    policy.with(first, policy[second] as EcrRule).with(second, policy[first] as EcrRule),
                    policy.map((rule, index) => (index === first ? withNumber(rule, 777) : rule)),
                ][how] ?? [],
            );
            const state = altered.length > 0 ? altered : undefined;
            const shown = read(new Map([...states, [lifecyclePolicy, state] as [Facet, unknown]]));
            const different = lifecyclePolicy.properties.filter(
                (name) =>
                    declared[name] !== undefined &&
                    (shown[name] === undefined ||
                        !isDeepStrictEqual(
                            unordered({ [name]: declared[name] }),
                            unordered({ [name]: shown[name] }),
                        )),
            );
            expect(different.length === 0).toBe(lifecyclePolicy.isInSync?.(declared, state, MY_APP));
        }),
        { numRuns: runs(50) },
    );
});

function withNumber(rule: EcrRule, countNumber: number): EcrRule {
    return { ...rule, selection: { ...rule.selection, countNumber } };
}

test('Read hides the tags of the stack and this type’s own, and no others', async () => {
    const stackTags = fc.dictionary(
        fc.stringMatching(/^[A-Z][a-z]{1,9}$/),
        fc.stringMatching(/^[a-z]{0,9}$/),
        {
            maxKeys: 4,
        },
    );
    await fc.assert(
        fc.asyncProperty(valid, stackTags, async (declared, ofStack) => {
            const { Tags } = unordered(read(await created(declared, ofStack)));
            expect(Tags).toEqual(unordered({ Tags: declared.Tags ?? [] }).Tags);
        }),
    );
});

describe.each(named(FACETS))('%s', (_name, facet) => {
    test('readback is the inverse of desired', () => {
        fc.assert(
            fc.property(valid, (declared) => {
                const state = facet.desired(declared, CONTEXT);
                // What belongs to other facets, such as the tags, stays; longer forms are for as-written.ts to record.
                const others = Object.entries(declared).filter(
                    ([name]) => !facet.properties.some((own) => own === name),
                );
                const described = {
                    ...Object.fromEntries(others),
                    ...facet.readback(state, CONTEXT),
                    RepositoryName: CONTEXT.repositoryName,
                };
                fc.pre(
                    !declared.ReplicationDestinations?.some(
                        ({ RepositoryFilter }) => RepositoryFilter === 'my',
                    ),
                );
                expect(facet.desired(described, CONTEXT)).toEqual(state);
            }),
        );
    });

    test('to plan twice is to plan once', async () => {
        await fc.assert(
            fc.asyncProperty(valid, valid, valid, async (before, declared, previous) => {
                const once = await plan(
                    [facet],
                    await created(before),
                    { declared, previous: [previous] },
                    CONTEXT,
                );
                const twice = await plan([facet], once, { declared, previous: [previous] }, CONTEXT);
                expect(twice.get(facet)).toEqual(once.get(facet));
            }),
        );
    });
});

/** Of these an update changes nothing, so that the law of updates is another one. */
const CREATE_ONLY = FACETS.filter(({ properties }) =>
    properties.every((name) => schema.createOnlyProperties.includes(`/properties/${name}`)),
);
const UPDATABLE = FACETS.filter((facet) => !CREATE_ONLY.includes(facet));

describe.each(named(UPDATABLE))('%s', (_name, facet) => {
    test('an update from one to another ends where a create of the other ends', async () => {
        await fc.assert(
            fc.asyncProperty(valid, valid, async (before, after) => {
                const change = { declared: tagged(after), previous: [tagged(before)] };
                const ended = (await plan([facet], await created(before), change, CONTEXT)).get(facet);
                const direct = (await created(after)).get(facet);
                // A registry may keep a type of scanning, or an order of rules; what it is for us is the same.
                const view = facet.shared
                    ? (state: unknown) => facet.readback(state, CONTEXT)
                    : withoutOrigin;
                expect(view(ended)).toEqual(view(direct));
            }),
        );
    });
});

test('an update keeps what only a create sets', async () => {
    expect(CREATE_ONLY).toEqual([encryption]);
    const declared = fc
        .constantFrom<PartialProperties>(
            {},
            { EncryptionType: 'AES256' },
            { EncryptionType: 'KMS' },
            { EncryptionType: 'KMS', KmsKeyArn: KEY },
            { EncryptionType: 'KMS', KmsKeyArn: OTHER_KEY },
        )
        .map((some): Properties => ({ ...BARE, ...some }));
    await fc.assert(
        fc.asyncProperty(declared, declared, async (before, after) => {
            const states = await created(before);
            const change = { declared: after, previous: [before] };
            expect((await plan([encryption], states, change, CONTEXT)).get(encryption)).toEqual(
                states.get(encryption),
            );
        }),
    );
});

function named(facets: readonly Facet[]): [string, Facet][] {
    return facets.map((facet) => [facet.name, facet]);
}

function tagged(declared: Properties): Properties {
    return withOwnTags(FACETS, declared, { stackTags: {} }, CONTEXT);
}

/** What is in a facet's object after each step of one repository's life among neighbours. */
async function life(
    facet: Facet,
    others: Foreign,
    partOf: ForeignPart,
    [first, second]: readonly [Properties, Properties],
    isRemembered: boolean,
): Promise<unknown[]> {
    const isNamedAfterUs = facet.home === 'region';
    let state = isNamedAfterUs ? undefined : withForeign(undefined, partOf(others, undefined));
    const step = async (declared: Properties | undefined, previous: Properties[]) => {
        const target = await plan([facet], new Map([[facet, state]]), { declared, previous }, CROWDED).catch(
            (error) => {
                expect(error).toBeInstanceOf(HandlerFailure);
                return new Map([[facet, state]]);
            },
        );
        state = target.get(facet);
        return state;
    };
    const created = await step(tagged(first), []);
    state = isNamedAfterUs && created ? withForeign(created, partOf(others, created)) : created;
    const states = [state, await step(tagged(second), [tagged(first)])];
    // CloudFormation may tell DELETE the identifier and nothing else.
    return facet.home === 'repository'
        ? states
        : [...states, await step(undefined, isRemembered ? [tagged(second)] : [])];
}

/** Whatever one repository declares, updates and deletes, what others have stays byte for byte. */
async function neighboursLaw(facet: Facet, partOf: ForeignPart): Promise<void> {
    const declared = fc.oneof({ arbitrary: valid, weight: 4 }, fc.constant(BARE));
    await fc.assert(
        fc.asyncProperty(
            foreign,
            fc.tuple(declared, declared),
            fc.boolean(),
            async (others, pair, isRemembered) => {
                const states = await life(facet, others, partOf, pair, isRemembered);
                for (const state of states) {
                    // What is named after the repository is ours: others have a part in what stays of it.
                    const part =
                        facet.home === 'region'
                            ? partOf(others, common(states[0], state))
                            : partOf(others, undefined);
                    const isThere = facet.home !== 'region' || common(states[0], state) !== undefined;
                    expect({ state, holds: !isThere || contains(state, part) }).toMatchObject({
                        holds: true,
                    });
                }
            },
        ),
    );
}

describe('what others have stays byte for byte', () => {
    test('every facet has test data, which say what that can be', () => {
        expect(FACET_DATA.map(({ facet }) => facet.name).toSorted()).toEqual(
            FACETS.map(({ name }) => name).toSorted(),
        );
    });

    const rows = FACET_DATA.flatMap(({ facet, foreign }) =>
        foreign ? [{ name: facet.name, facet, foreign }] : [],
    );
    test.each(rows)('$name', ({ facet, foreign }) => neighboursLaw(facet, foreign));

    test('a facet that takes what READ shows for its own does not pass', async () => {
        await expect(neighboursLaw(naivePrincipals, ({ accounts }) => accounts)).rejects.toThrow(
            'Property failed',
        );
    });

    test('the same facet, with entries that name their repository, does', async () => {
        await neighboursLaw(principals, ({ accounts }) => accounts.map((account) => `other=${account}`));
    });
});

/** The tag that tells who created the repository stays through every update. */
function withoutOrigin(state: unknown): unknown {
    return typeof state === 'object' && state !== null && !Array.isArray(state)
        ? Object.fromEntries(Object.entries(state).filter(([key]) => !key.endsWith(':created-by')))
        : state;
}
