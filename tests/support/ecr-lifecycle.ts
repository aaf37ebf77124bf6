/**
 * ECR's lifecycle policies as the ECR user guide documents them: their evaluation, and their grammar. The judge of
 * what the lifecycle facet makes; it shares no code with it.
 */
import Ajv from 'ajv';

export interface Policy {
    readonly rules: readonly Rule[];
}

export interface Rule {
    readonly rulePriority: number;
    readonly description?: string;
    readonly selection: {
        readonly tagStatus: string;
        readonly tagPatternList?: readonly string[];
        readonly tagPrefixList?: readonly string[];
        readonly storageClass?: string;
        readonly countType: string;
        readonly countUnit?: string;
        readonly countNumber: number;
    };
    readonly action: { readonly type: string; readonly targetStorageClass?: string };
}

/** An image; times are in days, on the same clock as `now`. */
export interface Image {
    readonly digest: string;
    readonly tags: readonly string[];
    readonly pushedAt: number;
    readonly pulledAt?: number;
    /** When it was archived, if it is in the archive. */
    readonly archivedAt?: number;
    /** When it was last restored from the archive. */
    readonly activatedAt?: number;
    /** The digests that a manifest list refers to. */
    readonly children?: readonly string[];
    /** What a signature or another referrer is about. */
    readonly subject?: string;
}

export interface Verdict {
    /** Absent for a referrer whose subject went before. */
    readonly rulePriority?: number;
    readonly action: string;
}

/**
 * What ECR does with which image (by digest), after the evaluation rules of "Automate the cleanup of images by using
 * lifecycle policies" (user guide, LifecyclePolicies):
 * - "All rules are evaluated at the same time … then applied based on rule priority": each rule marks images by
 *   itself, among all that it selects; those that other rules take are counted as if they were there to stay.
 * - "An image is expired by exactly one or zero rules", and one "that matches the tagging requirements of a rule
 *   cannot be expired by a rule with a lower priority": only the first rule that selects an image can act on it.
 * - What a manifest list refers to stays until the list has expired or is archived; referrers follow "within 24 hours of
 *   the deletion or archival of the subject image", once they were in their storage class for 24 hours (image-signing).
 */
export function evaluate({ rules }: Policy, images: readonly Image[], now: number): Map<string, Verdict> {
    const byPriority = [...rules].sort((a, b) => a.rulePriority - b.rulePriority);
    const marks = new Map(byPriority.map((rule) => [rule, new Set(marked(rule, images, now))]));
    const verdicts = new Map<string, Verdict>();
    for (const image of images) {
        const first = byPriority.find((rule) => selects(rule, image));
        const isHeld = images.some(
            ({ archivedAt, children }) => archivedAt === undefined && children?.includes(image.digest),
        );
        if (first && marks.get(first)?.has(image) && !isHeld) {
            verdicts.set(image.digest, { rulePriority: first.rulePriority, action: first.action.type });
        }
    }
    const followers = images.flatMap(({ digest }): [string, Verdict][] => {
        const verdict = following(digest, verdicts, images, now);
        return verdict ? [[digest, verdict]] : [];
    });
    return new Map(followers);
}

function following(
    digest: string,
    verdicts: ReadonlyMap<string, Verdict>,
    images: readonly Image[],
    now: number,
): Verdict | undefined {
    const image = images.find((one) => one.digest === digest);
    if (!image) {
        return { action: 'expire' };
    }
    const { subject, archivedAt } = image;
    const own = verdicts.get(digest);
    if (subject === undefined || now - (archivedAt ?? pushed(image)) < 1) {
        return own;
    }
    const isArchived = images.some((one) => one.digest === subject && one.archivedAt !== undefined);
    const its =
        following(subject, verdicts, images, now) ?? (isArchived ? { action: 'transition' } : undefined);
    // Nothing moves to the archive twice.
    const possible = [own, its].flatMap((verdict) =>
        verdict && (verdict.action === 'expire' || archivedAt === undefined) ? [verdict] : [],
    );
    return possible.find(({ action }) => action === 'expire') ?? possible[0];
}

/**
 * "An image is successfully matched if all of the tags in the tagPrefixList value are matched against any of the
 * image's tags", likewise tagPatternList, in which * is zero or more characters. storageClass: "the rule will only
 * select images of this storage class" (lifecycle_policy_parameters).
 */
export function selects({ selection }: Rule, { tags, archivedAt }: Image): boolean {
    const { tagStatus, tagPatternList = [], tagPrefixList = [], storageClass = 'standard' } = selection;
    if (storageClass !== (archivedAt === undefined ? 'standard' : 'archive')) {
        return false;
    }
    if (tagStatus === 'any') {
        return true;
    }
    const wanted = [
        ...tagPatternList.map(expression),
        ...tagPrefixList.map((prefix) => expression(`${prefix}*`)),
    ];
    return tagStatus === 'untagged'
        ? tags.length === 0
        : tags.length > 0 && wanted.every((pattern) => tags.some((tag) => pattern.test(tag)));
}

function expression(pattern: string): RegExp {
    return new RegExp(`^${pattern.replaceAll(/[^A-Za-z0-9*]/g, '\\$&').replaceAll('*', '.*')}$`);
}

/**
 * imageCountMoreThan: "images are sorted from youngest to oldest based on pushed_at_time and then all images greater
 * than the specified count are expired"; in its examples the later of two pushed on one day is the younger. since…:
 * those "older than the specified number of days". A restored image's
 * last_activated_at stands for its pushed_at_time (lifecycle_policy_parameters, countType).
 */
function marked(rule: Rule, images: readonly Image[], now: number): Image[] {
    const { countType, countNumber } = rule.selection;
    const selected = images.filter((image) => selects(rule, image));
    if (countType === 'imageCountMoreThan') {
        return selected
            .reverse()
            .sort((a, b) => pushed(b) - pushed(a))
            .slice(countNumber);
    }
    const clocks: Readonly<Record<string, (image: Image) => number | undefined>> = {
        sinceImagePushed: pushed,
        sinceImagePulled: (image) => Math.max(image.pulledAt ?? pushed(image), image.activatedAt ?? 0),
        sinceImageTransitioned: (image) => image.archivedAt,
    };
    return selected.filter((image) => now - (clocks[countType]?.(image) ?? now) > countNumber);
}

function pushed({ pushedAt, activatedAt }: Image): number {
    return activatedAt ?? pushedAt;
}

/** The properties of a rule, "Lifecycle policy properties in Amazon ECR" (user guide, lifecycle_policy_parameters). */
const strings = { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } };
const patterns = { ...strings, items: { type: 'string', pattern: '^[^*]*(\\*[^*]*){0,4}$', minLength: 1 } };
const wordsForTags = [
    {
        properties: { tagStatus: { const: 'tagged' }, tagPrefixList: false },
        required: ['tagPatternList'],
    },
    { properties: { tagStatus: { const: 'tagged' }, tagPatternList: false }, required: ['tagPrefixList'] },
    { properties: { tagStatus: { enum: ['untagged', 'any'] }, tagPrefixList: false, tagPatternList: false } },
];
const expire = { properties: { type: { const: 'expire' }, targetStorageClass: false } };
const transition = { properties: { type: { const: 'transition' } }, required: ['targetStorageClass'] };
const standard = { const: 'standard' };
const wordsForLimits = [
    {
        properties: {
            selection: {
                properties: {
                    countType: { const: 'imageCountMoreThan' },
                    storageClass: standard,
                    countUnit: false,
                },
            },
            action: { anyOf: [expire, transition] },
        },
    },
    {
        properties: {
            selection: {
                properties: { countType: { const: 'sinceImagePushed' }, storageClass: standard },
                required: ['countUnit'],
            },
            action: { anyOf: [expire, transition] },
        },
    },
    {
        properties: {
            selection: {
                properties: { countType: { const: 'sinceImagePulled' }, storageClass: standard },
                required: ['countUnit'],
            },
            action: transition,
        },
    },
    {
        properties: {
            selection: {
                // 90: "Archived images have a minimum storage duration of 90 days" (user guide, archive-image).
                properties: {
                    countType: { const: 'sinceImageTransitioned' },
                    storageClass: { const: 'archive' },
                    countNumber: { minimum: 90 },
                },
                required: ['countUnit', 'storageClass'],
            },
            action: expire,
        },
    },
];

const validate = new Ajv({ allErrors: true, strict: false }).compile<Policy>({
    type: 'object',
    required: ['rules'],
    additionalProperties: false,
    properties: {
        rules: {
            type: 'array',
            minItems: 1,
            maxItems: 50,
            items: {
                type: 'object',
                required: ['rulePriority', 'selection', 'action'],
                additionalProperties: false,
                properties: {
                    rulePriority: { type: 'integer' },
                    description: { type: 'string' },
                    selection: {
                        type: 'object',
                        required: ['tagStatus', 'countType', 'countNumber'],
                        additionalProperties: false,
                        properties: {
                            tagStatus: { type: 'string' },
                            tagPatternList: patterns,
                            tagPrefixList: strings,
                            storageClass: { enum: ['standard', 'archive'] },
                            countType: { type: 'string' },
                            countUnit: { const: 'days' },
                            countNumber: { type: 'integer', minimum: 1 },
                        },
                        oneOf: wordsForTags,
                    },
                    action: {
                        type: 'object',
                        required: ['type'],
                        additionalProperties: false,
                        properties: { type: { type: 'string' }, targetStorageClass: { const: 'archive' } },
                    },
                },
                oneOf: wordsForLimits,
            },
        },
    },
});

/** Where a policy goes against the documented grammar; the rules about several rules come from LifecyclePolicies. */
export function grammarViolations(policy: unknown): string[] {
    if (!validate(policy)) {
        return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
    }
    const { rules } = policy;
    const priorities = rules.map(({ rulePriority }) => rulePriority);
    const violations = isUnique(priorities) ? [] : ['rulePriority is not unique'];
    for (const storageClass of ['standard', 'archive']) {
        const inClass = rules.filter(
            ({ selection }) => (selection.storageClass ?? 'standard') === storageClass,
        );
        const highest = Math.max(...inClass.map(({ rulePriority }) => rulePriority));
        const having = (status: string) => inClass.filter(({ selection }) => selection.tagStatus === status);
        if (having('any').some(({ rulePriority }) => rulePriority < highest)) {
            violations.push(`${storageClass}: any is not the highest rulePriority`);
        }
        if (having('untagged').length > 1) {
            violations.push(`${storageClass}: more than one rule selects untagged images`);
        }
        const prefixes = inClass.flatMap(({ selection }) =>
            selection.tagPrefixList ? [[...selection.tagPrefixList].sort().join()] : [],
        );
        if (!isUnique(prefixes)) {
            violations.push(`${storageClass}: the sets of prefixes are not unique`);
        }
    }
    return violations;
}

function isUnique(values: readonly unknown[]): boolean {
    return new Set(values).size === values.length;
}
