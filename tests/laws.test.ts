import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import * as annotations from '../src/annotations';
import type { Facet, Place, Some } from '../src/facet';
import { FACETS } from '../src/handlers';
import type { Properties } from '../src/properties';
import { describe as describeStates, plan, type States } from '../src/reconcile';
import { violations } from '../src/schema';
import { properties } from './arbitraries';

/*
 * What every facet promises, whatever the properties. AWS is not needed here: a facet's state after a write is its
 * target. That the writes do that to AWS is for handlers.test.ts.
 */
const PLACE: Place = {
    partition: 'aws',
    region: 'us-east-1',
    account: '123456789012',
    repositoryName: 'my-app',
};

const valid = properties
    .map((some) => ({ ...some, RepositoryName: PLACE.repositoryName }))
    .filter((some) => FACETS.every((facet) => !facet.check?.(some, PLACE).length));

const NOTHING: States = new Map(FACETS.map((facet) => [facet, undefined]));

/** Everything as AWS holds it once these properties were created. */
function created(declared: Properties, stackTags = {}): States {
    const wish = annotations.annotate(FACETS, declared, { stackTags, token: 'token' }, PLACE);
    return plan(FACETS, NOTHING, wish, undefined, PLACE);
}

function read(states: States): Some {
    return annotations.present(FACETS, describeStates(states, PLACE), PLACE);
}

/** Lists whose order has no meaning, in one order. */
function unordered(some: Some): Some {
    const sort = <T>(list: T[]) => [...list].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    const sets = ['PullAccountIds', 'PushAccountIds', 'PullOrganizationIds', 'Tags'] as const;
    return Object.assign(
        { ...some },
        ...sets.map((name) => (some[name] ? { [name]: sort(some[name] as unknown[]) } : {})),
    );
}

test('the properties of the tests are those of the schema', () => {
    fc.assert(fc.property(properties, (some) => expect(violations(some)).toEqual([])));
});

test('no two facets are made from one property', () => {
    const names = FACETS.flatMap(({ properties }) => properties);
    expect(names).toEqual([...new Set(names)]);
});

test('Read gives back everything that was declared, in the form it was declared in', () => {
    fc.assert(
        fc.property(valid, (declared) => {
            const found = { ...read(created(declared)), RepositoryName: PLACE.repositoryName };
            expect(unordered(found)).toMatchObject(unordered(declared));
        }),
    );
});

test('Read hides the tags of the stack and this type’s own, and no others', () => {
    fc.assert(
        fc.property(
            valid,
            fc.dictionary(fc.stringMatching(/^[A-Z][a-z]{1,9}$/), fc.string({ maxLength: 9 }), {
                maxKeys: 4,
            }),
            (declared, stackTags) => {
                const { Tags } = unordered(read(created(declared, stackTags)));
                expect(Tags).toEqual(unordered({ Tags: declared.Tags ?? [] }).Tags);
            },
        ),
    );
});

describe.each(FACETS.map((facet) => [facet.name, facet] as [string, Facet]))('%s', (_name, facet) => {
    test('describe is the inverse of desired', () => {
        fc.assert(
            fc.property(valid, (declared) => {
                const state = facet.desired(declared, PLACE);
                const described = { ...facet.describe(state, PLACE), RepositoryName: PLACE.repositoryName };
                expect(facet.desired(described, PLACE)).toEqual(state);
            }),
        );
    });

    test('to plan twice is to plan once', () => {
        fc.assert(
            fc.property(valid, valid, valid, (before, wish, previous) => {
                const observed = created(before);
                const once = plan([facet], observed, wish, previous, PLACE);
                const twice = plan([facet], once, wish, previous, PLACE);
                expect(twice.get(facet)).toEqual(once.get(facet));
            }),
        );
    });

    test('an update from one to another ends where a create of the other ends', () => {
        fc.assert(
            fc.property(valid, valid, (before, after) => {
                const ended = plan([facet], created(before), wishOf(after), wishOf(before), PLACE).get(facet);
                const direct = created(after).get(facet);
                expect(
                    isDeepStrictEqual(withoutOrigin(ended), withoutOrigin(direct)) || [ended, direct],
                ).toBe(true);
            }),
        );
    });
});

function wishOf(declared: Properties): Properties {
    return annotations.annotate(FACETS, declared, { stackTags: {} }, PLACE);
}

/** The tag that tells who created the repository stays through every update. */
function withoutOrigin(state: unknown): unknown {
    return typeof state === 'object' && state !== null && !Array.isArray(state)
        ? Object.fromEntries(Object.entries(state).filter(([key]) => !key.endsWith(':created-by')))
        : state;
}
