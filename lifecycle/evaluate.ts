import type { LifecycleImage, LifecycleRule, Selection } from './policy';

/** What becomes of an image, and why. */
export interface Fate {
    readonly action: 'keep' | 'expire' | 'archive';
    /** The priority of the rule that the image belongs to; undefined when no rule selects it. */
    readonly rule?: number;
    /** When an age decides: from when on the rule acts, in milliseconds since 1970; may be in the future. */
    readonly dueAt?: number;
    /** Why an image that its rule would act on stays all the same. */
    readonly protectedBy?: string;
}

const DAY = 86_400_000;

/**
 * What ECR does with each image at that time. An image belongs to the first rule, by priority, whose tags and storage
 * class fit it, and only that rule acts on it; later rules still count it. A manifest list keeps the images that it
 * refers to, and what refers to an image goes with it (Amazon ECR user guide, lifecycle policies: evaluation rules).
 *
 * @param images the order breaks ties: of images pushed at the same time, the later one counts as newer
 * @param now milliseconds since 1970
 */
export function evaluate(
    rules: readonly LifecycleRule[],
    images: readonly LifecycleImage[],
    now: number,
): Map<string, Fate> {
    const fates = new Map<string, Fate>();
    for (const rule of rules.toSorted((a, b) => a.rulePriority - b.rulePriority)) {
        apply(rule, images, now, fates);
    }
    for (const { id } of images) {
        if (!fates.has(id)) {
            fates.set(id, { action: 'keep' });
        }
    }
    keepChildren(images, fates);
    followSubjects(images, fates);
    return fates;
}

function apply(
    { rulePriority: rule, selection, action }: LifecycleRule,
    images: readonly LifecycleImage[],
    now: number,
    fates: Map<string, Fate>,
): void {
    const selects = selector(selection);
    const selected = images.filter(selects);
    const verb = action.type === 'expire' ? 'expire' : 'archive';
    const surplus =
        selection.countType === 'imageCountMoreThan'
            ? beyondCount(selected, selection.countNumber)
            : undefined;
    for (const image of selected) {
        if (fates.has(image.id)) {
            continue;
        }
        if (surplus) {
            fates.set(image.id, { action: surplus.has(image.id) ? verb : 'keep', rule });
        } else {
            const dueAt = startOf(image, selection) + selection.countNumber * DAY;
            // Older than so many days: at the very day the image stays.
            fates.set(image.id, { action: now > dueAt ? verb : 'keep', rule, dueAt });
        }
    }
}

/** Whether a rule's tags and storage class fit an image. */
function selector(selection: Selection): (image: LifecycleImage) => boolean {
    const { tagStatus, tagPatternList, tagPrefixList, storageClass = 'standard' } = selection;
    const tests = [
        ...(tagPatternList ?? []).map(patternTest),
        ...(tagPrefixList ?? []).map((prefix) => (tag: string) => tag.startsWith(prefix)),
    ];
    return ({ tags, archivedAt }) =>
        (archivedAt !== undefined) === (storageClass === 'archive') &&
        (tagStatus === 'any' || tags.length > 0 === (tagStatus === 'tagged')) &&
        tests.every((test) => tags.some(test));
}

/** A pattern must match the whole tag; `*` stands for any characters or none. Linear in the tag's length. */
export function patternTest(pattern: string): (tag: string) => boolean {
    const [first = '', ...rest] = pattern.split('*');
    const last = rest.pop();
    if (last === undefined) {
        return (tag) => tag === first;
    }
    return (tag) => {
        if (!tag.startsWith(first)) {
            return false;
        }
        let position = first.length;
        for (const part of rest) {
            const found = tag.indexOf(part, position);
            if (found < 0) {
                return false;
            }
            position = found + part.length;
        }
        return tag.length - last.length >= position && tag.endsWith(last);
    };
}

/** The images beyond the newest so many. A restored image is as new as its restoration. */
function beyondCount(images: readonly LifecycleImage[], count: number): Set<string> {
    const age = ({ activatedAt, pushedAt }: LifecycleImage) => activatedAt ?? pushedAt;
    const newestFirst = images
        .map((image, index) => ({ id: image.id, age: age(image), index }))
        .sort((a, b) => b.age - a.age || b.index - a.index);
    return new Set(newestFirst.slice(count).map(({ id }) => id));
}

/** From when on the days of an age are counted (Amazon ECR user guide, lifecycle policy properties: countType). */
function startOf(
    { pushedAt, pulledAt, archivedAt, activatedAt }: LifecycleImage,
    { countType }: Selection,
): number {
    switch (countType) {
        case 'sinceImageTransitioned':
            return archivedAt ?? pushedAt;
        case 'sinceImagePulled':
            return Math.max(pulledAt ?? pushedAt, activatedAt ?? 0);
        default:
            return pushedAt;
    }
}

/** ECR neither expires nor archives what a manifest list refers to, as long as the list is there. */
function keepChildren(images: readonly LifecycleImage[], fates: Map<string, Fate>): void {
    for (const { id: list, children = [] } of images) {
        for (const child of children) {
            const fate = fates.get(child);
            if (fate && fate.action !== 'keep') {
                fates.set(child, { ...fate, action: 'keep', protectedBy: list });
            }
        }
    }
}

/** What refers to an image that goes, goes with it. */
function followSubjects(images: readonly LifecycleImage[], fates: Map<string, Fate>): void {
    for (const { id, subject } of images) {
        const fate = subject === undefined ? undefined : fates.get(subject);
        if (fate && fate.action !== 'keep') {
            fates.set(id, fate);
        }
    }
}
