import { z } from 'zod';
import { combined } from '../difficulties/combined';
import { latency } from '../difficulties/latency';
import { lingeringTargets } from '../difficulties/lingering-targets';
import { exclusiveWrites } from '../difficulties/overlaps';
import { Rates } from '../difficulties/rates';
import { staleReads } from '../difficulties/staleness';
import type { Difficulty } from '../difficulty';

const milliseconds = z.number().int().min(1);

/** What can be made difficult from outside; all but `rates` in milliseconds. Those that are absent are off. */
export const difficultiesInput = z.strictObject({
    rates: z.boolean().default(false),
    latency: milliseconds.optional(),
    staleReads: milliseconds.optional(),
    exclusiveWrites: milliseconds.optional(),
    lingeringTargets: milliseconds.optional(),
});

/** All that is asked for, at once. */
export function difficultyOf(input: z.output<typeof difficultiesInput>): Difficulty {
    return combined(
        ...(input.rates ? [new Rates().difficulty] : []),
        ...timed(latency, input.latency),
        ...timed(staleReads, input.staleReads),
        ...timed(exclusiveWrites, input.exclusiveWrites),
        ...timed(lingeringTargets, input.lingeringTargets),
    );
}

function timed(difficulty: (duration: number) => Difficulty, duration: number | undefined): Difficulty[] {
    return duration === undefined ? [] : [difficulty(duration)];
}
