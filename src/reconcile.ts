import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { READ_TO_WRITE, type Step, step, type Watch, written } from './contended';
import { awsFailure, HandlerFailure } from './errors';
import type { Facet, Place, Scope, Some } from './facet';
import type { Properties } from './properties';

/** Each facet's state, in AWS or as asked for. */
export type States = ReadonlyMap<Facet, unknown>;

/** States, and when AWS was asked for them: milliseconds since the epoch. */
export interface Observation {
    readonly states: States;
    readonly at: number;
}

/** What all facets are in AWS now, read at the same time. */
export async function observe(facets: readonly Facet[], scope: Scope): Promise<Observation> {
    const at = Date.now();
    const states = await all(
        facets.map((facet) => attempt(() => facet.observe(scope), scope, `reading the ${facet.name}`)),
    );
    return { states: new Map(facets.map((facet, index) => [facet, states[index]])), at };
}

/** What is asked for. In a CREATE there are no properties before, in a DELETE there are none after. */
export interface Change {
    readonly wish: Properties | undefined;
    readonly previous: Properties | undefined;
}

/** What the facets are to become, three-way: what neither the wish nor the previous properties ask for stays. */
export async function plan(
    facets: readonly Facet[],
    observed: States,
    change: Change,
    scope: Scope,
): Promise<States> {
    const targets = facets.map(async (facet): Promise<[Facet, unknown]> => {
        const desired = asked(facet, change.wish, scope);
        const before = asked(facet, change.previous, scope);
        const ours =
            facet.releasable && before !== undefined
                ? await attempt(
                      async () => facet.releasable?.(before, desired, scope),
                      scope,
                      `reading the ${facet.name}`,
                  )
                : before;
        const merge = facet.merge ?? mergeWhole;
        return [facet, merge.call(facet, observed.get(facet), desired, ours, scope)];
    });
    return new Map(await all(targets));
}

/** What became of the facets. Those that are watched want another look; the others are as they were wished. */
export interface Settled {
    /** All that were observed, as they are now. */
    readonly target: States;
    /** The names of those that were written. */
    readonly written: readonly string[];
    readonly watches: Watches;
}

/** What to remember of contended facets until the next look, by the facet's name. */
export type Watches = Readonly<Record<string, Watch>>;

/**
 * Writes the concerned facets that differ from what is wished, all at the same time. `observed` must have been read
 * just now; other facets in it stay as they are.
 */
export async function settle(
    concerned: readonly Facet[],
    observed: Observation,
    change: Change,
    scope: Scope,
    watches: Watches,
): Promise<Settled> {
    const facets = concerned.filter((facet) => observed.states.has(facet));
    const planned = await plan(facets, observed.states, change, scope);
    const steps = await all(
        [...planned].map(
            async ([facet, target]): Promise<{ facet: Facet; wrote: boolean; watch?: Watch }> => {
                const current = observed.states.get(facet);
                const next = facet.contended
                    ? look(facet, target, observed, change, scope, watches[facet.name])
                    : PLAIN;
                if (next.do === 'look') {
                    return { facet, wrote: false, watch: next.watch };
                }
                if (isDeepStrictEqual(target, current)) {
                    return { facet, wrote: false };
                }
                await attempt(() => facet.write(target, current, scope), scope, `writing the ${facet.name}`);
                return { facet, wrote: true, ...(next.do === 'write' && { watch: written(Date.now()) }) };
            },
        ),
    );
    return {
        target: new Map([...observed.states, ...planned]),
        written: steps.flatMap(({ facet, wrote }) => (wrote ? facet.name : [])),
        watches: Object.fromEntries(
            steps.flatMap(({ facet, watch }) => (watch ? [[facet.name, watch]] : [])),
        ),
    };
}

const PLAIN: Step = { do: 'nothing' };

/** What the protocol of contended.ts says for a facet that others write too. */
function look(
    facet: Facet,
    target: unknown,
    { states, at }: Observation,
    change: Change,
    scope: Scope,
    watch: Watch | undefined,
): Step {
    const print = (state: unknown) => fingerprint(facet.contended?.(state));
    const seen = print(states.get(facet));
    const unchanged = print(asked(facet, change.wish, scope)) === print(asked(facet, change.previous, scope));
    const fulfilled = print(target) === seen;
    if (fulfilled && !watch && unchanged) {
        // Nothing is asked for that was not looked at when it was written.
        return PLAIN;
    }
    const now = Date.now();
    const next = step(watch, at, seen, fulfilled);
    return next.do === 'write' && now - at > READ_TO_WRITE
        ? { do: 'look', watch: { seen, at, quiet: 0, fulfilled } }
        : next;
}

/** What of this facet the properties ask for. Properties that were refused, in an update before, asked for nothing. */
export function asked(facet: Facet, properties: Properties | undefined, place: Place): unknown {
    return properties && !facet.check?.(properties, place).length
        ? facet.desired(properties, place)
        : undefined;
}

function fingerprint(part: unknown): string {
    return createHash('sha256')
        .update(JSON.stringify(part) ?? '')
        .digest('base64url');
}

/** Pure. All states as properties. */
export function describe(states: States, place: Place): Some {
    return Object.assign({}, ...[...states].map(([facet, state]) => facet.describe(state, place)));
}

/** Whether a template says anything about what this facet is made from or for. */
export function declares({ properties: own, serves = [] }: Facet, properties: Some | undefined): boolean {
    return [...own, ...serves].some((name) => properties?.[name] !== undefined);
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
