import type { RepositoryRef } from '../aws/repository-ref';
import { all } from '../concurrency';
import { attempt } from '../errors';
import type { PartialProperties } from '../properties';
import { applyIfChanged } from './apply';
import type { Facet, FacetContext } from './facet';
import { type Change, desiredState, plan, type States } from './plan';
import { applyShared } from './shared-object';

/** What all facets are in AWS now, read at the same time. */
export async function observe(facets: readonly Facet[], context: FacetContext): Promise<States> {
    const states = await all(
        facets.map((facet) => {
            const expected = desiredState(facet, context.previous, context);
            return attempt(() => facet.observe(context, expected), context, `reading the ${facet.name}`);
        }),
    );
    return new Map(facets.map((facet, index) => [facet, states[index]]));
}

/**
 * The facets as they can be read and written without one another: each for itself, but the shared ones together, which
 * take one turn. So a call that AWS throttles delays one facet and not all.
 */
export function separately(facets: readonly Facet[]): (readonly Facet[])[] {
    const own = facets.filter((facet) => !facet.shared).map((facet) => [facet]);
    return [...own, facets.filter((facet) => facet.shared)];
}

/** Pure. The states of facets that were read or written separately. */
export function merged(parts: readonly States[]): States {
    return new Map(parts.flatMap((part) => [...part]));
}

/** What became of the facets. */
export interface Applied {
    /** All that were observed, as they are now. */
    readonly states: States;
    /** The names of the shared ones that another writer kept, so that they must be applied again. */
    readonly waitsFor: readonly string[];
}

/**
 * Applies the concerned facets that differ from what is declared, all at the same time. `observed` must have been read
 * just now; other facets in it stay as they are.
 */
export async function apply(
    concerned: readonly Facet[],
    observed: States,
    change: Change,
    context: FacetContext,
): Promise<Applied> {
    const facets = concerned.filter((facet) => observed.has(facet));
    const shared = facets.filter((facet) => facet.shared);
    const own = facets.filter((facet) => !facet.shared);
    const [ownStates, sharedStates] = await all<[States, States | undefined]>([
        applyOwn(own, observed, change, context),
        applyShared(shared, observed, change, context),
    ]);
    return {
        states: new Map([...observed, ...ownStates, ...(sharedStates ?? [])]),
        waitsFor: sharedStates ? [] : shared.map(({ name }) => name),
    };
}

async function applyOwn(
    facets: readonly Facet[],
    observed: States,
    change: Change,
    context: FacetContext,
): Promise<States> {
    const targets = await plan(facets, observed, change, context);
    await all(
        [...targets].map(([facet, target]) => applyIfChanged(facet, target, observed.get(facet), context)),
    );
    return targets;
}

/** Pure. All states as properties. */
export function readback(states: States, repository: RepositoryRef): PartialProperties {
    return Object.assign({}, ...[...states].map(([facet, state]) => facet.readback(state, repository)));
}
