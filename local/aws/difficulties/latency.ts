import { setTimeout } from 'node:timers/promises';
import type { Difficulty } from '../difficulty';

/** Every call takes so many milliseconds longer, half of them before AWS does it and half after. */
export function latency(milliseconds: number): Difficulty {
    return async (_request, next) => {
        await setTimeout(milliseconds / 2);
        try {
            return await next();
        } finally {
            await setTimeout(milliseconds / 2);
        }
    };
}
