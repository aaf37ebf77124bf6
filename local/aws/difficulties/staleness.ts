import type { Difficulty } from '../difficulty';
import type { World } from '../world';

const READS = /:(Describe|Get|List)/;

/** Reads see nothing of the writes of the last `lag` milliseconds, as an eventually consistent service may answer. */
export function staleReads(lag: number): Difficulty {
    /** Each state that a write ended, and when; oldest first. */
    let past: { readonly end: number; readonly world: World }[] = [];
    return async ({ record, call: { world } }, next) => {
        const now = world.clock.now();
        past = past.filter(({ end }) => end > now - lag);
        if (READS.test(record.action)) {
            return next(past[0]?.world);
        }
        past.push({ end: now, world: world.snapshot() });
        return next();
    };
}
