import { NO_RETRY_TIMEOUT } from '../aws/clients';
import type { Step } from '../aws/lock-streams';
import { CLOCK, type Clock } from '../clock';
import { HandlerFailure } from '../errors';

/*
 * One writer at a time, for objects of the registry that many stacks write, as a whole and without a version. Writers
 * take numbered turns. Every step of a turn, its begin and its end, can be made once in the history of the account, so
 * that an old view of the turns leads to a refused step and to nothing else. docs/decisions/0003 has the argument.
 */

/** Milliseconds from asking for the newest turn to sending the last write of the next one, at most. */
const HOLD = 7_000;

/** Milliseconds by which a message that was given up may still arrive at AWS: the one bound that is assumed. */
const LATE = 2_500;

/** A turn that a waiter has watched for so many milliseconds cannot have a write under way any more. */
const TAKE_OVER = HOLD + NO_RETRY_TIMEOUT + LATE + 500;

/** Milliseconds between two looks of a waiter on average: the least, and the most where AWS throttles. */
const PAUSE = { least: 250, most: 8_000 };

/** The turns of all writers of one account and Region. A step fails with a HandlerFailure, and then may be made or not. */
export interface Turns {
    /** The newest step that AWS shows, which may be an old one. */
    newest(): Promise<Step>;
    /** Begins the turn, if this is the only call that ever did; false if another did. */
    begin(turn: number): Promise<boolean>;
    /** Ends the turn. Safe to repeat. */
    end(turn: number): Promise<void>;
    /** Removes what AWS keeps of turns that nobody can take for the newest any more. */
    forget(): Promise<void>;
}

export interface Timing {
    readonly hold: number;
    readonly takeOver: number;
}

export const TIMING: Timing = { hold: HOLD, takeOver: TAKE_OVER };

/** What a writer does in its turn. */
export interface Turn {
    /** Makes the write, unless the time of the turn is over: then false, and nothing is written. */
    write(call: () => Promise<unknown>): Promise<boolean>;
}

/**
 * Does the work in a turn of its own: no other turn begins before all its writes have taken effect. Undefined if the
 * turn did not come before so little of the time that is left, in milliseconds, remains that a turn may not fit in.
 */
export async function inTurn<T>(
    turns: Turns,
    left: number,
    work: (turn: Turn) => Promise<T>,
    clock: Clock = CLOCK,
    timing: Timing = TIMING,
): Promise<T | undefined> {
    const taken = await takeTurn(turns, left - TAKE_OVER, clock, timing);
    if (!taken) {
        return undefined;
    }
    let mayArriveLate = false;
    try {
        return await work({
            async write(call) {
                if (taken.age() > timing.hold) {
                    return false;
                }
                mayArriveLate = true;
                await call();
                mayArriveLate = false;
                return true;
            },
        });
    } finally {
        if (mayArriveLate) {
            await clock.sleep(LATE);
        }
        // Where that fails, the next writer waits until it may take over; the work is done all the same.
        await Promise.allSettled([turns.end(taken.turn), turns.forget()]);
    }
}

interface Taken {
    readonly turn: number;
    /** Milliseconds since the turn was known to be free, or a little more. */
    age(): number;
}

async function takeTurn(
    turns: Turns,
    patience: number,
    clock: Clock,
    timing: Timing,
): Promise<Taken | undefined> {
    const waiter = new Waiter(turns, clock, timing.takeOver);
    const until = clock.monotonic() + patience;
    for (let pause = PAUSE.least, failure: HandlerFailure | undefined; ; ) {
        const age = stopwatch(clock);
        try {
            const turn = await waiter.tryNext();
            if (turn !== undefined) {
                return { turn, age };
            }
            pause = Math.max(PAUSE.least, pause / 2);
        } catch (error) {
            failure = transient(error);
            pause = Math.min(PAUSE.most, pause * 2);
        }
        const next = pause * (0.5 + Math.random());
        if (clock.monotonic() + next > until) {
            if (failure && !waiter.isAnswered) {
                throw failure;
            }
            return undefined;
        }
        await clock.sleep(next);
    }
}

/** The failure, if another try may fix it. */
function transient(error: unknown): HandlerFailure {
    if (error instanceof HandlerFailure && error.patience > 0) {
        return error;
    }
    throw error;
}

/** What one writer knows of the turns: what it was shown, and what a refused step proves. */
class Waiter {
    private seen: Step = { turn: 0, isOver: true };
    private since = 0;
    /** The turn that this writer may have begun itself, without an answer. */
    private doubtful: number | undefined;
    /** Whether AWS showed the newest step, of another's turn, and refused no other step since but for another's turn. */
    isAnswered = false;

    constructor(
        private readonly turns: Turns,
        private readonly clock: Clock,
        private readonly takeOver: number,
    ) {}

    /** The number of the turn that it now has; undefined if it has none yet. */
    async tryNext(): Promise<number | undefined> {
        this.note(await this.turns.newest());
        const { turn, isOver } = this.seen;
        const isDue = isOver || this.clock.monotonic() - this.since >= this.takeOver;
        this.isAnswered = !isDue;
        if (isOver) {
            this.doubtful = turn + 1;
            if (await this.turns.begin(turn + 1)) {
                return turn + 1;
            }
            this.doubtful = undefined;
            this.note({ turn: turn + 1, isOver: false });
        } else if (isDue) {
            // Its writer is dead, or its time is over. The turn ends once, however many waiters end it.
            await this.turns.end(turn);
            this.note({ turn, isOver: true });
        }
        this.isAnswered = this.seen.turn !== this.doubtful;
        return undefined;
    }

    private note(step: Step): void {
        const isLater =
            step.turn > this.seen.turn || (step.turn === this.seen.turn && step.isOver && !this.seen.isOver);
        if (isLater) {
            this.seen = step;
            this.since = this.clock.monotonic();
        }
    }
}

/** Rather too many milliseconds than too few, whichever of the clocks stopped or was set back. */
function stopwatch(clock: Clock): () => number {
    const [monotonic, wall] = [clock.monotonic(), clock.wall()];
    return () => Math.max(clock.monotonic() - monotonic, clock.wall() - wall);
}
