import { isDeepStrictEqual } from 'node:util';
import { type LifecyclePolicy, storageOf } from './policy';
import { isProtection } from './protection';
import type { Clause } from './retention';

/** Whether two policies do the same. A description is a comment: it decides about no image. */
export function means(a: LifecyclePolicy | undefined, b: LifecyclePolicy | undefined): boolean {
    return isDeepStrictEqual(meaningOf(a), meaningOf(b));
}

function meaningOf(policy: LifecyclePolicy | undefined): unknown {
    const clauses = policy?.map(({ selection, action }) => ({ selection, action }));
    const storages = new Set(clauses?.map(storageOf));
    // No image is in two storage classes.
    return (
        clauses &&
        [...storages]
            .sort()
            .flatMap((storage) => inOneOrder(clauses.filter((clause) => storageOf(clause) === storage)))
    );
}

/** In one order of those that decide the same. A rule for `any` images is the last of its storage class in any case. */
function inOneOrder(clauses: readonly Clause[]): Clause[] {
    // No image is both tagged and untagged.
    const untagged = clauses.filter(({ selection }) => selection.tagStatus === 'untagged');
    const others = clauses.filter((clause) => !untagged.includes(clause));
    const found = others.findIndex((clause) => !isProtection(clause));
    const first = found < 0 ? others.length : found;
    // Which of two protections comes first decides about no image either.
    const protections = others.slice(0, first).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    return [...untagged, ...protections, ...others.slice(first)];
}

function keyOf({ selection }: Clause): string {
    return String(selection.tagPatternList);
}
