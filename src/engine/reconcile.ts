import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { awsFailure, HandlerFailure } from '../errors';
import type { Properties } from '../properties';
import type { Facet, Place, Scope, Some } from './facet';
import { READ_TO_WRITE, step, type Watch, written } from './shared-object';

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

/** What is asked for; nothing in a DELETE. */
export interface Change {
    readonly wish: Properties | undefined;
    /** All that the resource was, by what CloudFormation says or by what AWS holds; nothing in a CREATE. */
    readonly previous: readonly Properties[];
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
        const ours = await all(
            befores(facet, change, scope).map((before) => release(facet, before, desired, scope)),
        );
        const merge = facet.merge ?? mergeWhole;
        const merged = ours.reduce(
            (state, before) => merge.call(facet, state, desired, before, scope),
            observed.get(facet),
        );
        return [facet, merged];
    });
    return new Map(await all(targets));
}

/** Whether anything differs from what is wished. `observed` must have been read just now. */
export async function differs(
    facets: readonly Facet[],
    observed: States,
    change: Change,
    scope: Scope,
): Promise<boolean> {
    const planned = await plan(facets, observed, change, scope);
    return [...planned].some(([facet, target]) => !isDeepStrictEqual(target, observed.get(facet)));
}

/** What the facet was asked to be before, each once; at least one answer, though it be that nothing was asked for. */
function befores(facet: Facet, { previous }: Change, place: Place): unknown[] {
    const states = previous.length > 0 ? previous.map((one) => asked(facet, one, place)) : [undefined];
    return states.filter(
        (state, index) => states.findIndex((other) => isDeepStrictEqual(other, state)) === index,
    );
}

/** What of a state before may go. */
async function release(facet: Facet, before: unknown, desired: unknown, scope: Scope): Promise<unknown> {
    return facet.releasable && before !== undefined
        ? attempt(async () => facet.releasable?.(before, desired, scope), scope, `reading the ${facet.name}`)
        : before;
}

/** What became of the facets. Those that are waited for want another look; the others are as they were wished. */
export interface Settled {
    /** All that were observed, as they are now. */
    readonly target: States;
    /** The names of those that were written. */
    readonly written: readonly string[];
    /** The names of those that want another look. */
    readonly waitsFor: readonly string[];
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
        [...planned].map(async ([facet, target]) => {
            const context = { target, observed, change, scope, watch: watches[facet.name] };
            return { facet, ...(await (facet.contended ? takeTurn(facet, context) : bring(facet, context))) };
        }),
    );
    return {
        target: new Map([...observed.states, ...planned]),
        written: steps.flatMap(({ facet, wrote }) => (wrote ? facet.name : [])),
        waitsFor: steps.flatMap(({ facet, watch }) => (watch && !watch.settled ? facet.name : [])),
        watches: Object.fromEntries(
            steps.flatMap(({ facet, watch }) => (watch ? [[facet.name, watch]] : [])),
        ),
    };
}

/** All about one facet that is to be written. */
interface Context {
    readonly target: unknown;
    readonly observed: Observation;
    readonly change: Change;
    readonly scope: Scope;
    readonly watch: Watch | undefined;
}

interface Outcome {
    readonly wrote: boolean;
    readonly watch?: Watch;
}

/** Writes what differs. */
async function bring(facet: Facet, { target, observed, scope }: Context): Promise<Outcome> {
    const current = observed.states.get(facet);
    if (isDeepStrictEqual(target, current)) {
        return { wrote: false };
    }
    await attempt(() => facet.write(target, current, scope), scope, `writing the ${facet.name}`);
    return { wrote: true };
}

/** The protocol of shared-object.ts, for a facet that others write too. */
async function takeTurn(facet: Facet, context: Context): Promise<Outcome> {
    const { target, observed, change, scope, watch } = context;
    const current = observed.states.get(facet);
    const part = (state: unknown) => fingerprint(facet.contended?.part(state));
    const seen = part(current);
    const fulfilled = part(target) === seen;
    const wished = part(asked(facet, change.wish, scope));
    const unchanged = befores(facet, change, scope).every((before) => part(before) === wished);
    // Nothing is asked for that was not looked at when it was written.
    if (fulfilled && !watch && unchanged) {
        return bring(facet, context);
    }
    const next = step(watch, observed.at, seen, fulfilled);
    if (next.do === 'nothing') {
        return { ...(await bring(facet, context)), watch: next.watch };
    }
    const first = facet.meanwhile?.(target, current) ?? current;
    if (next.do === 'look' || !isDeepStrictEqual(first, current)) {
        const kept = next.do === 'look' ? next.watch : watch;
        return { ...(await bring(facet, { ...context, target: first })), ...(kept && { watch: kept }) };
    }
    // All that took time is done; what the write rests on is asked for last.
    const at = Date.now();
    const reading = `reading the ${facet.name}`;
    const newest = await attempt(async () => facet.contended?.read(scope), scope, reading);
    const isStill = fingerprint(newest) === seen && Date.now() - at <= READ_TO_WRITE;
    if (!isStill) {
        return { wrote: false, watch: { seen: fingerprint(newest), at, quiet: 0, fulfilled } };
    }
    return { ...(await bring(facet, context)), watch: written(Date.now()) };
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
