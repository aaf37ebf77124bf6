/*
 * How many writers share an AWS object that is written as a whole and has no lock and no version: listen, write,
 * look again. Why this loses nobody's entry, and under which bounds, is proved in docs/decisions/0003.
 */

/** Milliseconds from asking for the state to sending what rests on it, at most; later, it must be asked for again. */
export const READ_TO_WRITE = 4_500;

/** Milliseconds after which a write under way is given up. */
export const WRITE = 2_500;

/** Milliseconds by which a message that was given up may still arrive at AWS. The bound that we rely on. */
const DELAY = 2_500;

/** Milliseconds between two looks: longer than any writer takes from its read to the effect of its write. */
export const INTERVAL = READ_TO_WRITE + WRITE + DELAY + 500;

/** How many intervals the object must have been quiet before a writer may write. */
const QUIET = 2;

/** What a writer remembers between two looks. Lost, it only starts to listen again. */
export interface Watch {
    /** The object as it was at the last look. */
    readonly seen: string;
    /** When that was: milliseconds since the epoch. */
    readonly at: number;
    /** Intervals that it has been quiet for. */
    readonly quiet: number;
    /** Whether the wish was in it, by our write or somebody's. */
    readonly fulfilled: boolean;
    /** It was seen to stay. That is remembered as long as the same operation waits for another object. */
    readonly settled?: boolean;
}

/** What to do after a look. */
export type Step =
    | { readonly do: 'nothing'; readonly watch: Watch }
    | { readonly do: 'write' }
    | { readonly do: 'look'; readonly watch: Watch };

/** Pure. Whether to write now, to look again in an {@link INTERVAL}, or that all is done. */
export function step(watch: Watch | undefined, now: number, seen: string, fulfilled: boolean): Step {
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
export function written(now: number): Watch {
    return { seen: '', at: now, quiet: 0, fulfilled: true };
}

/** Milliseconds until the next look; at random up to half an interval longer, so that two writers don't meet again. */
export function pause(watch: Watch, now: number): number {
    return Math.max(0, watch.at + INTERVAL - now) + (Math.random() * INTERVAL) / 2;
}
