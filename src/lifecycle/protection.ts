import { plainestImages, plainestTag } from './plainest';
import { type EcrRule, isCount, type LifecyclePolicy, storageOf } from './policy';
import { tagTest } from './selection';

/** More images than a repository can hold (ECR service quotas: 100,000, adjustable); the greatest 32-bit integer. */
const ALL_IMAGES = 2147483647;

/** A hundred years. The archive knows no counts. */
const FOR_EVER = 36500;

/** Counts and days from which on a rule keeps what it selects. AWS's knowledge center keeps images by 10,950 days. */
const KEEPS_COUNT = 100_000;
const KEEPS_DAYS = 10_950;

/**
 * A rule that selects images and never acts: no later rule can touch them (ECR user guide, "Lifecycle policy
 * evaluation rules").
 */
export function protection(pattern: string, storage: string): Pick<EcrRule, 'selection' | 'action'> {
    const limit =
        storage === 'standard'
            ? { countType: 'imageCountMoreThan', countNumber: ALL_IMAGES }
            : {
                  storageClass: storage,
                  countType: 'sinceImageTransitioned',
                  countUnit: 'days',
                  countNumber: FOR_EVER,
              };
    return {
        selection: { tagStatus: 'tagged', tagPatternList: [pattern], ...limit },
        action: { type: 'expire' },
    };
}

/** Whether ProtectedTagPatterns made the rule. */
export function isProtection({ selection }: Pick<EcrRule, 'selection'>): boolean {
    const limit = storageOf({ selection }) === 'archive' ? FOR_EVER : ALL_IMAGES;
    return selection.tagPatternList?.length === 1 && selection.countNumber === limit;
}

/** The rules that can act on an image that has a tag of the pattern, whatever other tags it has. */
export function rulesAgainst(pattern: string, policy: LifecyclePolicy): LifecyclePolicy {
    return policy.filter((rule) =>
        plainestImages(rule.selection).some((tags) => {
            const image = [plainestTag(pattern), ...tags];
            const first = policy.find(
                (other) => storageOf(other) === storageOf(rule) && tagTest(other.selection)(image),
            );
            return first === rule && !keeps(rule);
        }),
    );
}

function keeps({ selection }: EcrRule): boolean {
    return selection.countNumber >= (isCount(selection) ? KEEPS_COUNT : KEEPS_DAYS);
}
