import { isDeepStrictEqual } from 'node:util';
import { type EcrRule, type LifecyclePolicy, storageOf } from './policy';
import { isProtection } from './protection';

/** Whether two policies do the same. A description is a comment: it decides about no image. */
export function means(a: LifecyclePolicy | undefined, b: LifecyclePolicy | undefined): boolean {
    return isDeepStrictEqual(meaningOf(a), meaningOf(b));
}

function meaningOf(policy: LifecyclePolicy | undefined): unknown {
    const clauses = policy?.map(({ selection, action }) => ({ selection, action })) ?? [];
    const found = clauses.findIndex((clause) => !isProtection(clause));
    const first = found < 0 ? clauses.length : found;
    // Which of two protections comes first decides about no image either.
    const protections = clauses.slice(0, first).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    return policy && [...protections, ...clauses.slice(first)];
}

function keyOf(protection: Pick<EcrRule, 'selection'>): string {
    return `${protection.selection.tagPatternList} ${storageOf(protection)}`;
}
