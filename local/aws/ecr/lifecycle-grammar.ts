import { z } from 'zod';
import type { EcrRule } from '../../../src/lifecycle/policy';
import { AwsError } from '../error';

/** Amazon ECR service quotas: rules of a lifecycle policy. */
const MOST_RULES = 50;

const pattern = z.string().refine((text) => text.split('*').length <= 5, 'at most four wildcards');

const rule = z.strictObject({
    rulePriority: z.number().int().min(1),
    description: z.string().optional(),
    selection: z.strictObject({
        tagStatus: z.enum(['tagged', 'untagged', 'any']),
        tagPatternList: z.array(pattern).min(1).optional(),
        tagPrefixList: z.array(z.string()).min(1).optional(),
        storageClass: z.enum(['standard', 'archive']).optional(),
        countType: z.enum([
            'imageCountMoreThan',
            'sinceImagePushed',
            'sinceImagePulled',
            'sinceImageTransitioned',
        ]),
        countUnit: z.literal('days').optional(),
        countNumber: z.number().int().min(1),
    }),
    action: z.strictObject({
        type: z.enum(['expire', 'transition']),
        targetStorageClass: z.literal('archive').optional(),
    }),
});

const policy = z.strictObject({ rules: z.array(rule).min(1).max(MOST_RULES) });

type Rule = z.output<typeof rule>;

/** The rules of a lifecycle policy. Refuses what ECR's grammar does not have (user guide, lifecycle policy properties). */
export function lifecycleRules(text: string): EcrRule[] {
    const parsed = policy.safeParse(json(text));
    if (!parsed.success) {
        return refuse(
            parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
        );
    }
    const { rules } = parsed.data;
    const faults = [...rules.flatMap(faultsOf), ...faultsBetween(rules)];
    return faults.length > 0 ? refuse(faults.join('; ')) : rules.map(withoutUndefined);
}

function faultsOf({ rulePriority, selection, action }: Rule): string[] {
    const { tagStatus, tagPatternList, tagPrefixList, countType, countUnit, countNumber, storageClass } =
        selection;
    const lists = [tagPatternList, tagPrefixList].filter((list) => list !== undefined).length;
    const isArchived = storageClass === 'archive';
    const checks: [boolean, string][] = [
        [tagStatus === 'tagged' && lists !== 1, 'tagged needs either tagPatternList or tagPrefixList'],
        [tagStatus !== 'tagged' && lists > 0, 'tagPatternList and tagPrefixList need tagStatus tagged'],
        [
            (countType === 'imageCountMoreThan') === (countUnit !== undefined),
            'countUnit goes with ages, and with no count',
        ],
        [
            (action.type === 'transition') !== (action.targetStorageClass !== undefined),
            'targetStorageClass goes with transition',
        ],
        [
            (countType === 'sinceImageTransitioned') !== isArchived,
            'the archive has sinceImageTransitioned and nothing else',
        ],
        [isArchived && action.type !== 'expire', 'archived images can only expire'],
        [isArchived && countNumber < 90, 'archived images stay at least 90 days'],
        [
            countType === 'sinceImagePulled' && action.type !== 'transition',
            'sinceImagePulled needs the action transition',
        ],
    ];
    return checks.flatMap(([isWrong, words]) => (isWrong ? [`rule ${rulePriority}: ${words}`] : []));
}

function faultsBetween(rules: readonly Rule[]): string[] {
    const priorities = rules.map(({ rulePriority }) => rulePriority);
    const selections = rules.map(({ selection }) => keyOf(selection));
    const classes = ['standard', 'archive'] as const;
    return [
        ...(hasRepeated(priorities) ? ['rulePriority must be unique'] : []),
        ...(hasRepeated(selections.filter((key) => key !== undefined))
            ? ['two rules of one storage class select the same tags']
            : []),
        ...classes.flatMap((storageClass) => {
            const those = rules.filter(
                ({ selection }) => (selection.storageClass ?? 'standard') === storageClass,
            );
            const all = those.find(({ selection }) => selection.tagStatus === 'any');
            return all && those.some(({ rulePriority }) => rulePriority > all.rulePriority)
                ? ['a rule with tagStatus any must have the highest rulePriority of its storage class']
                : [];
        }),
    ];
}

/**
 * What must be unique: one untagged rule, one for any, and one for each set of prefixes of a storage class. The user
 * guide does not say so of patterns, which have no key.
 */
function keyOf(selection: Rule['selection']): string | undefined {
    const { tagStatus, tagPatternList, tagPrefixList, storageClass = 'standard' } = selection;
    return tagPatternList ? undefined : JSON.stringify([storageClass, tagStatus, tagPrefixList?.toSorted()]);
}

function hasRepeated(values: readonly unknown[]): boolean {
    return new Set(values).size < values.length;
}

/** JSON.parse gave no undefined members, which the schema's type cannot know. */
function withoutUndefined(rule: Rule): EcrRule {
    return JSON.parse(JSON.stringify(rule));
}

function json(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return refuse('the text is no JSON');
    }
}

function refuse(why: string): never {
    throw new AwsError(
        'InvalidParameterException',
        `Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: ${why}'`,
    );
}
