import { isRecord } from '../json';

/** A rule of an ECR lifecycle policy. ECR's own words stay text, so that one it learns later is read as it is. */
export interface EcrRule {
    readonly rulePriority: number;
    readonly description?: string;
    readonly selection: Selection;
    readonly action: { readonly type: string; readonly targetStorageClass?: string };
}

export interface Selection {
    readonly tagStatus: string;
    readonly tagPatternList?: readonly string[];
    readonly tagPrefixList?: readonly string[];
    readonly storageClass?: string;
    readonly countType: string;
    readonly countUnit?: string;
    readonly countNumber: number;
}

/**
 * A lifecycle policy in canonical form: the rules in order of priority and numbered from 1, lists of tags sorted,
 * the default storage class left out.
 */
export type LifecyclePolicy = readonly EcrRule[];

/** The policy of an ECR text that follows ECR's grammar. */
export function parse(text: string): LifecyclePolicy {
    return numbered(rulesOf(text).map((rule) => ({ ...rule, selection: canonical(rule.selection) })));
}

/** The rules of an ECR text that follows ECR's grammar, in order of priority, each as it is written there. */
export function rulesOf(text: string): EcrRule[] {
    const { rules }: { readonly rules: readonly EcrRule[] } = JSON.parse(text);
    return byPriority(rules);
}

export function byPriority(rules: readonly EcrRule[]): EcrRule[] {
    return rules.toSorted((a, b) => a.rulePriority - b.rulePriority);
}

/**
 * The text that ECR gets, the same for equal policies. The shortest rule makes more than the 100 characters that
 * PutLifecyclePolicy wants at least.
 */
export function render(rules: LifecyclePolicy): string {
    return JSON.stringify({ rules }, (_key, value: unknown) =>
        isRecord(value) ? Object.fromEntries(Object.entries(value).sort()) : value,
    );
}

export function numbered(rules: readonly Omit<EcrRule, 'rulePriority'>[]): LifecyclePolicy {
    return rules.map((rule, index) => ({ ...rule, rulePriority: index + 1 }));
}

function canonical({ storageClass = 'standard', ...selection }: Selection): Selection {
    const { tagPatternList, tagPrefixList } = selection;
    return {
        ...selection,
        ...(tagPatternList && { tagPatternList: tagPatternList.toSorted() }),
        ...(tagPrefixList && { tagPrefixList: tagPrefixList.toSorted() }),
        ...(storageClass !== 'standard' && { storageClass }),
    };
}

/** The storage class whose images a rule sees. */
export function storageOf({ selection }: Pick<EcrRule, 'selection'>): string {
    return selection.storageClass ?? 'standard';
}

/** Whether a rule goes by the number of newer images, not by an age. */
export function isCount({ countType }: Selection): boolean {
    return countType === 'imageCountMoreThan';
}
