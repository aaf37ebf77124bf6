import type { Properties } from '../properties';
import type { Facet, FacetContext } from './facet';
import { declares, desiredState, type States } from './plan';
import { observe } from './reconcile';

/** What is observed of some facets, and the context to write them in. */
export interface Observation {
    readonly states: States;
    readonly context: FacetContext;
}

/**
 * A repository just created holds what CreateRepository was given and nothing else, so that nothing of it need be read.
 * Of an earlier one of its name, an alarm or a rule may be left. `done`: see {@link FacetContext}.
 */
export function observeNewRepository(
    facets: readonly Facet[],
    declared: Properties,
    context: FacetContext,
    done: Set<string>,
): Promise<Observation>[] {
    const uncertain = uncertainFacets(facets, declared, done);
    const states = facets
        .filter((facet) => !uncertain.includes(facet))
        .map((facet): [Facet, unknown] => [
            facet,
            facet.createInput ? desiredState(facet, declared, context) : undefined,
        ]);
    const known = { states: new Map(states), context: { ...context, done } };
    return [Promise.resolve(known), ...uncertain.map((facet) => observeLeftover(facet, context, done))];
}

/** What is left of an earlier repository of the name, each facet by itself. Where nothing is, `done` notes it. */
export function observeLeftovers(
    facets: readonly Facet[],
    declared: Properties,
    context: FacetContext,
    done: Set<string>,
): Promise<Observation>[] {
    return uncertainFacets(facets, declared, done).map((facet) => observeLeftover(facet, context, done));
}

async function observeLeftover(facet: Facet, context: FacetContext, done: Set<string>): Promise<Observation> {
    const states = await observe([facet], context);
    if (states.get(facet) !== undefined) {
        return { states, context };
    }
    done.add(absenceOf(facet));
    return { states, context: { ...context, done } };
}

/** Those that make something of their own beside the repository, if it is declared and not noted as absent. */
function uncertainFacets(facets: readonly Facet[], declared: Properties, done: ReadonlySet<string>): Facet[] {
    return facets.filter(
        (facet) => facet.home === 'region' && declares(facet, declared) && !done.has(absenceOf(facet)),
    );
}

function absenceOf({ name }: Facet): string {
    return `no ${name} before`;
}
