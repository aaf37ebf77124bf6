import { readFileSync } from 'node:fs';
import { evaluate } from '../../../lifecycle/evaluate';
import type { LifecycleImage, LifecycleRule } from '../../../lifecycle/policy';

/** Facts about images and a policy, and what ECR does with them; `authority` says whose word that is. */
interface Vector {
    readonly id: string;
    readonly policy: { readonly rules: readonly LifecycleRule[] };
    readonly images: readonly VectorImage[];
    readonly expired: readonly string[];
    readonly archived: readonly string[];
}

interface VectorImage {
    readonly id: string;
    readonly tags: readonly string[];
    readonly pushedDaysAgo: number;
    readonly pulledDaysAgo?: number;
    readonly archivedDaysAgo?: number;
    readonly activatedDaysAgo?: number;
    readonly children?: readonly string[];
    readonly subject?: string;
}

/** LIFECYCLE_VECTORS names a file of more such vectors. */
const FILE = process.env['LIFECYCLE_VECTORS'] ?? `${__dirname}/vectors.json`;
const NOW = Date.UTC(2026, 0, 1);

const { vectors }: { vectors: Vector[] } = JSON.parse(readFileSync(FILE, 'utf8'));

test.each(vectors)('$id', ({ policy, images, expired, archived }) => {
    const fates = evaluate(policy.rules, images.map(imageOf), NOW);
    const those = (action: string) =>
        images.map(({ id }) => id).filter((id) => fates.get(id)?.action === action);
    expect({ expired: those('expire'), archived: those('archive') }).toEqual({
        expired: images.map(({ id }) => id).filter((id) => expired.includes(id)),
        archived: images.map(({ id }) => id).filter((id) => archived.includes(id)),
    });
});

function imageOf(image: VectorImage): LifecycleImage {
    const { id, tags, pushedDaysAgo, pulledDaysAgo, archivedDaysAgo, activatedDaysAgo, children, subject } =
        image;
    return {
        id,
        tags,
        pushedAt: daysAgo(pushedDaysAgo),
        ...(pulledDaysAgo !== undefined && { pulledAt: daysAgo(pulledDaysAgo) }),
        ...(archivedDaysAgo !== undefined && { archivedAt: daysAgo(archivedDaysAgo) }),
        ...(activatedDaysAgo !== undefined && { activatedAt: daysAgo(activatedDaysAgo) }),
        ...(children && { children }),
        ...(subject !== undefined && { subject }),
    };
}

function daysAgo(days: number): number {
    return NOW - days * 86_400_000;
}
