import type { Difficulty } from '../difficulty';

/** Several difficulties for every call; the first one meets it first. */
export function combined(...difficulties: readonly Difficulty[]): Difficulty {
    return (request, next) => {
        const steps = difficulties.reduceRight(
            (later, difficulty) => (world) => difficulty(request, world ? () => later(world) : later),
            next,
        );
        return steps();
    };
}
