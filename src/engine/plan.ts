import { isDeepStrictEqual } from 'node:util';
import type { RepositoryRef } from '../aws/repository-ref';
import { all } from '../concurrency';
import { attempt } from '../errors';
import type { PartialProperties, Properties } from '../properties';
import type { Facet, FacetContext } from './facet';

/** Each facet's state, in AWS or as desired. */
export type States = ReadonlyMap<Facet, unknown>;

/** What an operation changes. */
export interface Change {
    /** The template's properties; undefined in a DELETE, which also removes what is owned. */
    readonly declared: Properties | undefined;
    /** What the resource was declared to be before; nothing in a CREATE. */
    readonly previous: readonly Properties[];
}

/** What the facets become, three-way: what neither the declared nor the previous properties ask for stays. */
export async function plan(
    facets: readonly Facet[],
    observed: States,
    change: Change,
    context: FacetContext,
): Promise<States> {
    const targets = facets.map(async (facet): Promise<[Facet, unknown]> => {
        const state = observed.get(facet);
        const merge = await merger(facet, state, change, context);
        return [facet, merge(state)];
    });
    return new Map(await all(targets));
}

/**
 * What a facet's state becomes, as a pure function: whatever must be read from AWS for it is read now, so that it is
 * good for a newer state too.
 */
export async function merger(
    facet: Facet,
    observed: unknown,
    change: Change,
    context: FacetContext,
): Promise<(state: unknown) => unknown> {
    const desired = desiredState(facet, change.declared, context);
    const previous = await all(
        previousStates(facet, observed, change, context).map((one) =>
            safeToRemove(facet, one, desired, context),
        ),
    );
    const { merge } = facet.ownership ?? { merge: mergeWhole };
    return (state) => previous.reduce((sofar, one) => merge(sofar, desired, one, context), state);
}

/** Whether anything differs from what is declared. `observed` must have been read just now. */
export async function differs(
    facets: readonly Facet[],
    observed: States,
    change: Change,
    context: FacetContext,
): Promise<boolean> {
    const targets = await plan(facets, observed, change, context);
    return [...targets].some(([facet, target]) => !isDeepStrictEqual(target, observed.get(facet)));
}

/** What the properties ask of this facet. Properties that were refused, in an update before, asked for nothing. */
export function desiredState(
    facet: Facet,
    properties: Properties | undefined,
    repository: RepositoryRef,
): unknown {
    return properties && !facet.validate?.(properties, repository).length
        ? facet.desired(properties, repository)
        : undefined;
}

/**
 * What is ours no longer unless it is desired again, each state once: what was declared before and, in a DELETE, what
 * is owned. Never empty, because merge must run once: a CREATE has undefined.
 */
export function previousStates(
    facet: Facet,
    observed: unknown,
    { declared, previous }: Change,
    repository: RepositoryRef,
): unknown[] {
    const states = previous.map((one) => desiredState(facet, one, repository));
    if (declared === undefined) {
        states.push(facet.ownership ? facet.ownership.owned(observed, repository) : observed);
    }
    return states.length === 0
        ? [undefined]
        : states.filter(
              (state, index) => states.findIndex((other) => isDeepStrictEqual(other, state)) === index,
          );
}

/** Whether nothing is asked of this facet that was not asked before. */
export function isUnchanged(
    facet: Facet,
    observed: unknown,
    change: Change,
    repository: RepositoryRef,
): boolean {
    const part = facet.shared?.part ?? ((state: unknown) => state);
    const desired = part(desiredState(facet, change.declared, repository));
    return previousStates(facet, observed, change, repository).every((previous) =>
        isDeepStrictEqual(part(previous), desired),
    );
}

/** Whether a template declares anything that this facet is made from or needed for. */
export function declares(facet: Facet, properties: PartialProperties | undefined): boolean {
    const names = [...facet.properties, ...(facet.requiredBy?.properties ?? [])];
    return names.some((name) => properties?.[name] !== undefined);
}

async function safeToRemove(
    facet: Facet,
    previous: unknown,
    desired: unknown,
    context: FacetContext,
): Promise<unknown> {
    const { ownership } = facet;
    return ownership?.safeToRemove && previous !== undefined
        ? attempt(
              async () => ownership.safeToRemove?.(previous, desired, context),
              context,
              `reading the ${facet.name}`,
          )
        : previous;
}

function mergeWhole(observed: unknown, desired: unknown, previous: unknown): unknown {
    return desired ?? (previous === undefined ? observed : undefined);
}
