import { isDeepStrictEqual } from 'node:util';
import { awsFailure, HandlerFailure } from './errors';
import type { Facet, Place, Scope, Some } from './facet';
import type { Properties } from './properties';

/** Each facet's state, in AWS or as asked for. */
export type States = ReadonlyMap<Facet, unknown>;

/** What all facets are in AWS now, read at the same time. */
export async function observe(facets: readonly Facet[], scope: Scope): Promise<States> {
    const states = await all(
        facets.map((facet) => attempt(() => facet.observe(scope), scope, `reading the ${facet.name}`)),
    );
    return new Map(facets.map((facet, index) => [facet, states[index]]));
}

/**
 * Pure. What the facets are to become: `wish` three-way against `previous`. What neither asks for stays as it is.
 */
export function plan(
    facets: readonly Facet[],
    observed: States,
    wish: Properties | undefined,
    previous: Properties | undefined,
    place: Place,
): States {
    return new Map(
        facets.map((facet) => {
            const desired = wish && facet.desired(wish, place);
            const before = previous && facet.desired(previous, place);
            const merge = facet.merge ?? mergeWhole;
            return [facet, merge.call(facet, observed.get(facet), desired, before)];
        }),
    );
}

/** Writes every facet whose target differs from what was observed, all at the same time; tells which. */
export async function write(observed: States, target: States, scope: Scope): Promise<string[]> {
    const changed = [...target].filter(([facet, state]) => !isDeepStrictEqual(state, observed.get(facet)));
    await all(
        changed.map(([facet, state]) =>
            attempt(() => facet.write(state, observed.get(facet), scope), scope, `writing the ${facet.name}`),
        ),
    );
    return changed.map(([{ name }]) => name);
}

/** Pure. All states as properties. */
export function describe(states: States, place: Place): Some {
    return Object.assign({}, ...[...states].map(([facet, state]) => facet.describe(state, place)));
}

/** Whether a template says anything about what this facet is made from. */
export function declares(facet: Facet, properties: Some | undefined): boolean {
    return facet.properties.some((name) => properties?.[name] !== undefined);
}

/** Does something in AWS; a failure says what it was. */
export async function attempt<T>(
    call: () => Promise<T>,
    { repositoryName }: Place,
    doing: string,
): Promise<T> {
    try {
        return await call();
    } catch (error) {
        throw awsFailure(error, repositoryName, doing);
    }
}

/**
 * Waits for all, the failed ones too, so that nothing is under way when it ends. Of several failures the least
 * patient wins: trying again cannot mend it.
 */
export async function all<T extends readonly unknown[]>(
    calls: { readonly [K in keyof T]: Promise<T[K]> },
): Promise<T> {
    const results = await Promise.allSettled(calls);
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    if (failures.length > 0) {
        throw failures.reduce((worst, next) => (patience(next) < patience(worst) ? next : worst));
    }
    return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as unknown as T;
}

function patience(error: unknown): number {
    return error instanceof HandlerFailure ? error.patience : 0;
}

function mergeWhole<State>(
    observed: State | undefined,
    desired: State | undefined,
    previous: State | undefined,
): State | undefined {
    return desired ?? (previous === undefined ? observed : undefined);
}
