import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { NO_RETRY_TIMEOUT } from '../aws/clients';
import { attempt } from '../errors';
import { isRecord } from '../json';
import { applyIfChanged } from './apply';
import type { Facet, FacetContext, Shared } from './facet';
import { type Change, desiredState, previousStates } from './plan';

/*
 * How many writers share an AWS object that is written as a whole and has no lock and no version: listen, write,
 * look again. Why this loses nobody's entry, and under which bounds, is proved in docs/decisions/0003.
 */

/** Milliseconds from reading the state to sending what rests on it, at most; later, it must be read again. */
const READ_TO_WRITE = 4_500;

/** Milliseconds by which a message that was given up may still arrive at AWS. The bound that we rely on. */
const DELAY = 2_500;

/** Milliseconds between two looks: longer than any writer takes from its read to the effect of its write. */
export const INTERVAL = READ_TO_WRITE + NO_RETRY_TIMEOUT + DELAY + 500;

/** How many intervals the object must have been quiet before a writer may write. */
const QUIET = 2;

/** What to remember of shared facets until the next look, by the facet's name. */
export type Watches = Readonly<Record<string, Watch>>;

/** What a writer remembers between two looks. Lost, it only starts to listen again. */
export interface Watch {
    /** The object as it was at the last look. */
    readonly seen: string;
    /** When that was: milliseconds since the epoch. */
    readonly at: number;
    /** Intervals that it has been quiet for. */
    readonly quiet: number;
    /** Whether the target was in it, by our write or another. */
    readonly fulfilled: boolean;
    /** It was seen to stay. That is remembered as long as the same operation waits for another object. */
    readonly settled?: boolean;
}

/** What to do after a look. */
type Step =
    | { readonly do: 'nothing'; readonly watch: Watch }
    | { readonly do: 'write' }
    | { readonly do: 'look'; readonly watch: Watch };

/** Pure. Whether to write now, to look again in an {@link INTERVAL}, or that all is done. */
function step(watch: Watch | undefined, now: number, seen: string, fulfilled: boolean): Step {
    if (watch?.settled && fulfilled) {
        return { do: 'nothing', watch };
    }
    const elapsed = watch ? now - watch.at : 0;
    if (watch && elapsed < INTERVAL) {
        return { do: 'look', watch };
    }
    if (fulfilled) {
        return watch?.fulfilled
            ? { do: 'nothing', watch: { ...watch, settled: true } }
            : { do: 'look', watch: { seen, at: now, quiet: 0, fulfilled } };
    }
    // An interval much too long could hide that the object changed and changed back.
    const isQuiet = watch?.seen === seen && elapsed < 2 * INTERVAL;
    const quiet = isQuiet ? watch.quiet + 1 : 0;
    return quiet < QUIET ? { do: 'look', watch: { seen, at: now, quiet, fulfilled } } : { do: 'write' };
}

/** What to remember after a write. */
function written(now: number): Watch {
    return { seen: '', at: now, quiet: 0, fulfilled: true };
}

/** Milliseconds until the next look; at random up to half an interval longer, so that two writers don't meet again. */
function millisecondsToNextLook(watch: Watch, now: number): number {
    return Math.max(0, watch.at + INTERVAL - now) + (Math.random() * INTERVAL) / 2;
}

/** Pure. Seconds until the first of the next looks. */
export function secondsToNextLook(watches: Watches, now: number): number {
    const pauses = Object.values(watches)
        .filter(({ settled }) => !settled)
        .map((watch) => Math.ceil(millisecondsToNextLook(watch, now) / 1_000));
    return Math.min(...pauses);
}

/** What an earlier call left in the callback context; anything in it that is not a watch counts as absent. */
export function readWatches(memory: unknown): Watches {
    const entries = isRecord(memory) ? Object.entries(memory) : [];
    return Object.fromEntries(entries.filter((entry): entry is [string, Watch] => isWatch(entry[1])));
}

/** What is known about a shared facet before it is applied. */
interface Situation {
    readonly target: unknown;
    readonly observed: unknown;
    /** When it was observed. */
    readonly at: number;
    readonly change: Change;
    readonly context: FacetContext;
    readonly watch: Watch | undefined;
}

/** Applies a facet by the protocol. With a watch that is not settled, it must be called again. */
export async function applyShared(
    facet: Facet,
    shared: Shared<unknown>,
    { target, observed, at, change, context, watch }: Situation,
): Promise<{ wrote: boolean; watch?: Watch }> {
    const applyTarget = (state: unknown) => applyIfChanged(facet, state, observed, context);
    const seen = fingerprint(shared.part(observed));
    const fulfilled = fingerprint(shared.part(target)) === seen;
    if (fulfilled && !watch && isUnchanged(facet, shared, observed, change, context)) {
        return { wrote: await applyTarget(target) };
    }
    const next = step(watch, at, seen, fulfilled);
    if (next.do === 'nothing') {
        return { wrote: await applyTarget(target), watch: next.watch };
    }
    const first = shared.meanwhile?.(target, observed) ?? observed;
    if (next.do === 'look' || !isDeepStrictEqual(first, observed)) {
        const kept = next.do === 'look' ? next.watch : watch;
        return { wrote: await applyTarget(first), ...(kept && { watch: kept }) };
    }
    // All that takes time is done; the state that the write rests on is read last.
    const lookAt = Date.now();
    const newest = fingerprint(
        await attempt(() => shared.read(context), context, `reading the ${facet.name}`),
    );
    if (newest !== seen || Date.now() - lookAt > READ_TO_WRITE) {
        return { wrote: false, watch: { seen: newest, at: lookAt, quiet: 0, fulfilled } };
    }
    return { wrote: await applyTarget(target), watch: written(Date.now()) };
}

/** Whether nothing is asked of the shared part that was not seen to stay when it was written. */
function isUnchanged(
    facet: Facet,
    shared: Shared<unknown>,
    observed: unknown,
    change: Change,
    context: FacetContext,
): boolean {
    const part = (state: unknown) => fingerprint(shared.part(state));
    const desired = part(desiredState(facet, change.declared, context));
    return previousStates(facet, observed, change, context).every((previous) => part(previous) === desired);
}

function fingerprint(part: unknown): string {
    return createHash('sha256')
        .update(JSON.stringify(part) ?? '')
        .digest('base64url');
}

function isWatch(value: unknown): value is Watch {
    return (
        isRecord(value) &&
        typeof value['seen'] === 'string' &&
        isCount(value['at']) &&
        // Another machine's clock may be ahead of ours, but not by an interval.
        value['at'] < Date.now() + INTERVAL &&
        isCount(value['quiet']) &&
        typeof value['fulfilled'] === 'boolean' &&
        ['boolean', 'undefined'].includes(typeof value['settled'])
    );
}

function isCount(value: unknown): value is number {
    return Number.isSafeInteger(value) && Number(value) >= 0;
}
