import { plainestImages } from './plainest';
import { type EcrRule, isCount, type LifecyclePolicy, type Selection, storageOf } from './policy';
import { isProtection } from './protection';
import { type Requirements, tagTest } from './selection';

/** What an age is counted from (ECR user guide, "Lifecycle policy properties", countType). */
const CLOCKS: Readonly<Record<string, string>> = {
    sinceImagePushed: 'after the push',
    sinceImagePulled: 'after the last pull (without one, after the push or the restore)',
    sinceImageTransitioned: 'after the move there',
};

/**
 * What becomes of each image, one fact a line. All of it rests on one of ECR's evaluation rules (ECR user guide,
 * "Lifecycle policy evaluation rules"): an image that meets a rule's tagging requirements is not touched by rules
 * of lower priority, which still count it. A rule sees the images of one storage class only.
 */
export function summary(policy: LifecyclePolicy): string {
    const targets = policy.flatMap(({ action }) => action.targetStorageClass ?? []);
    const storages = new Set(['standard', ...policy.map(storageOf), ...targets]);
    return [
        ...(storages.size > 1 ? ['A line that names no storage is about images in standard storage.'] : []),
        ...(policy.length > 1
            ? ['An image goes by the first rule that selects it; later rules count it but leave it alone.']
            : []),
        ...policy.flatMap((rule, index) =>
            ruleLines(
                rule,
                policy.slice(0, index).filter((earlier) => storageOf(earlier) === storageOf(rule)),
            ),
        ),
        ...[...storages].flatMap((name) =>
            restLines(
                name,
                policy.filter((rule) => storageOf(rule) === name),
            ),
        ),
        ...(policy.some(({ selection }) => selection.tagStatus !== 'tagged') ? UNTAGGED : []),
    ].join('\n');
}

/** What is untagged and yet belongs to an image that is not (ECR user guide, "Lifecycle policy evaluation rules"). */
const UNTAGGED = [
    'The parts of a multi-platform image are untagged: they count, but stay until the image itself has gone.',
    'Signatures and other referrers count as images too, and go with the image that they are about.',
];

function ruleLines(rule: EcrRule, earlier: LifecyclePolicy): string[] {
    const limit = isProtection(rule)
        ? 'The protection'
        : isCount(rule.selection)
          ? `The count of ${rule.selection.countNumber}`
          : `The age of ${days(rule.selection)}`;
    const why = "ECR lets an earlier rule's images alone.";
    const takers = takersOfAll(rule.selection, earlier).map(({ rulePriority }) => rulePriority);
    if (takers.length > 0) {
        const already = takers.length > 1 ? `rules ${list(takers, 'and')} select` : `rule ${takers} selects`;
        return [
            `${rule.rulePriority}. ${limit} for ${images(rule.selection)} reaches no image: ${already} them first, and ${why}`,
        ];
    }
    const spared = earlier.filter(({ selection }) => isWithin(selection, rule.selection));
    const line = `${rule.rulePriority}. ${fate(rule, spared.length > 0)}`;
    const words = spared.map(({ selection }) => images(selection));
    return words.length > 0 ? [line, `${limit} never reaches ${list(words, 'or')}: ${why}`] : [line];
}

/** What a rule does with the images it selects, in a sentence. */
export function fate({ selection, action }: EcrRule, isForOthers = false): string {
    const subject = images(selection, isForOthers ? 'other ' : '');
    if (isProtection({ selection })) {
        return capitalized(`${subject} are protected: no later rule touches them.`);
    }
    const end = action.type === 'expire' ? 'expire' : `move to ${action.targetStorageClass} storage`;
    const { countType, countNumber } = selection;
    if (!isCount(selection)) {
        return capitalized(`${subject} ${end} ${days(selection)} ${CLOCKS[countType] ?? `by ${countType}`}.`);
    }
    const newest = countNumber === 1 ? 'the newest is kept' : `the newest ${countNumber} are kept`;
    const kept = isForOthers
        ? `those among the newest ${countNumber} of ${images(selection)} are kept`
        : newest;
    return capitalized(`${subject}: ${kept}, older ones ${end}.`);
}

function restLines(storageClass: string, rules: LifecyclePolicy): string[] {
    const everything = { tagStatus: 'any', storageClass };
    const other = rules.length > 0 ? 'other ' : '';
    return takersOfAll(everything, rules).length > 0
        ? []
        : [capitalized(`${images(everything, other)} are kept.`)];
}

/** The images that meet the requirements, in words. */
export function images(
    { tagStatus, tagPatternList = [], tagPrefixList = [], storageClass }: Requirements,
    other = '',
): string {
    const noun =
        storageClass === undefined || storageClass === 'standard'
            ? 'images'
            : `images in ${storageClass} storage`;
    const patterns = [...tagPatternList, ...tagPrefixList.map((prefix) => `${prefix}*`)];
    if (tagStatus !== 'tagged') {
        return `${tagStatus === 'any' ? 'all' : tagStatus} ${other}${noun}`;
    }
    if (patterns.length > 1) {
        return `${other}${noun} with a tag for each of ${list(patterns, 'and')}`;
    }
    return patterns[0] === '*' ? `${other}tagged ${noun}` : `${other}${noun} tagged ${patterns}`;
}

/** The earlier rules that together select every image that meets the requirements; none if they leave one. */
function takersOfAll(requirements: Requirements, earlier: LifecyclePolicy): LifecyclePolicy {
    const takers = plainestImages(requirements).map((tags) =>
        earlier.find(({ selection }) => tagTest(selection)(tags)),
    );
    return takers.includes(undefined) ? [] : earlier.filter((rule) => takers.includes(rule));
}

function isWithin(inner: Requirements, outer: Requirements): boolean {
    return plainestImages(inner).every(tagTest(outer));
}

function days({ countNumber }: Selection): string {
    return countNumber === 1 ? '1 day' : `${countNumber} days`;
}

function list(items: readonly (string | number)[], conjunction: string): string {
    const [last, ...others] = items.toReversed();
    return others.length > 0 ? `${others.toReversed().join(', ')} ${conjunction} ${last}` : `${last}`;
}

function capitalized(sentence: string): string {
    return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
