import type { RepositoryRef } from '../aws/repository-ref';
import { all } from '../concurrency';
import { attempt } from '../errors';
import type { PartialProperties } from '../properties';
import { applyIfChanged } from './apply';
import type { Facet, FacetContext } from './facet';
import { type Change, plan, type States } from './plan';
import { applyShared, type Watches } from './shared-object';

/** States, and when AWS was read: milliseconds since the epoch. */
export interface Observation {
    readonly states: States;
    readonly at: number;
}

/** What all facets are in AWS now, read at the same time. */
export async function observe(facets: readonly Facet[], context: FacetContext): Promise<Observation> {
    const at = Date.now();
    const states = await all(
        facets.map((facet) => attempt(() => facet.observe(context), context, `reading the ${facet.name}`)),
    );
    return { states: new Map(facets.map((facet, index) => [facet, states[index]])), at };
}

/** What became of the facets. */
export interface Applied {
    /** All that were observed, as they are now. */
    readonly target: States;
    /** The names of those that were written. */
    readonly written: readonly string[];
    /** The names of those that need another look; the others are as declared. */
    readonly waitsFor: readonly string[];
    readonly watches: Watches;
}

/**
 * Applies the concerned facets that differ from what is declared, all at the same time. `observed` must have been read
 * just now; other facets in it stay as they are.
 */
export async function apply(
    concerned: readonly Facet[],
    observed: Observation,
    change: Change,
    context: FacetContext,
    watches: Watches,
): Promise<Applied> {
    const facets = concerned.filter((facet) => observed.states.has(facet));
    const targets = await plan(facets, observed.states, change, context);
    const outcomes = await all(
        [...targets].map(async ([facet, target]) => {
            const { name, shared } = facet;
            const current = observed.states.get(facet);
            const outcome = shared
                ? await applyShared(facet, shared, {
                      target,
                      observed: current,
                      at: observed.at,
                      change,
                      context,
                      watch: watches[name],
                  })
                : { wrote: await applyIfChanged(facet, target, current, context) };
            return { name, watch: undefined, ...outcome };
        }),
    );
    return {
        target: new Map([...observed.states, ...targets]),
        written: outcomes.flatMap(({ name, wrote }) => (wrote ? name : [])),
        waitsFor: outcomes.flatMap(({ name, watch }) => (watch && !watch.settled ? name : [])),
        watches: Object.fromEntries(outcomes.flatMap(({ name, watch }) => (watch ? [[name, watch]] : []))),
    };
}

/** Pure. All states as properties. */
export function readback(states: States, repository: RepositoryRef): PartialProperties {
    return Object.assign({}, ...[...states].map(([facet, state]) => facet.readback(state, repository)));
}
