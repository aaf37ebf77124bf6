import { SPEED } from './clock';

/** When the time of an invocation is over. */
export interface Deadlines {
    /** No call is made again: what AWS said to the first is reported. */
    readonly again: AbortSignal;
    /** Every call, those under way too, fails at once with AbortError. */
    readonly signal: AbortSignal;
    /** Milliseconds of the handlers' own waits ({@link SPEED}) that there is time for. */
    left(): number;
}

/** Milliseconds at the end in which calls under way may still be answered, but are not made again. */
const LAST_WORD = 2_000;

/** For an invocation that has so many milliseconds from now on. */
export function deadlines(milliseconds: number): Deadlines {
    const end = performance.now() + milliseconds;
    return {
        left: () => (end - performance.now()) * SPEED,
        again: AbortSignal.timeout(Math.max(0, milliseconds - LAST_WORD)),
        signal: AbortSignal.timeout(milliseconds),
    };
}
