import { isRecord } from '../json';
import { type EcrRule, storageOf } from './policy';

/** Rules of one policy, at most (Amazon ECR service quotas). */
export const MOST_RULES = 50;

/** Which limit goes with which storage class and action (ECR user guide, "Lifecycle policy properties"). */
const COMBINATIONS = [
    { countType: 'imageCountMoreThan', storageClass: 'standard', action: 'expire' },
    { countType: 'imageCountMoreThan', storageClass: 'standard', action: 'transition' },
    { countType: 'sinceImagePushed', storageClass: 'standard', action: 'expire' },
    { countType: 'sinceImagePushed', storageClass: 'standard', action: 'transition' },
    { countType: 'sinceImagePulled', storageClass: 'standard', action: 'transition' },
    { countType: 'sinceImageTransitioned', storageClass: 'archive', action: 'expire' },
];

/** What ECR wants somewhere in the policy: given the place and what is there, the violations. */
type Expectation = (place: string, value: unknown) => string[];

const TAGS = expect(
    'a list of one or more texts, none of them empty',
    (value) =>
        Array.isArray(value) &&
        value.length > 0 &&
        value.every((item) => typeof item === 'string' && item !== ''),
);
const RULE = shape({
    rulePriority: expect('a whole number', Number.isInteger),
    description: optional(expect('text', (value) => typeof value === 'string')),
    selection: shape({
        tagStatus: oneOf('tagged', 'untagged', 'any'),
        tagPatternList: optional(TAGS),
        tagPrefixList: optional(TAGS),
        storageClass: optional(oneOf('standard', 'archive')),
        countType: oneOf(...new Set(COMBINATIONS.map(({ countType }) => countType))),
        countUnit: optional(oneOf('days')),
        countNumber: expect(
            'a whole number, 1 or more, that JSON carries exactly',
            // A greater number would not be the one that is written there.
            (value) => Number.isSafeInteger(value) && Number(value) > 0,
        ),
    }),
    action: shape({ type: oneOf('expire', 'transition'), targetStorageClass: optional(oneOf('archive')) }),
});
const POLICY = shape({
    rules: expect(
        `a list of 1 to ${MOST_RULES} rules`,
        (value) => Array.isArray(value) && value.length > 0 && value.length <= MOST_RULES,
    ),
});

/**
 * Where a policy goes against ECR's grammar (ECR user guide, "Lifecycle policy properties" and "Lifecycle policy
 * evaluation rules"), one sentence each. What the guide leaves open is left to ECR.
 */
export function grammarViolations(policy: unknown): string[] {
    const rules: unknown[] = isRecord(policy) && Array.isArray(policy.rules) ? policy.rules : [];
    const placed = rules.map((rule, index) => ({ rule, place: `rules[${index}]` }));
    const sound = placed.flatMap(({ rule, place }) => (isRule(rule) ? [{ ...rule, place }] : []));
    return [
        ...POLICY('', policy),
        ...placed.flatMap(({ rule, place }) => RULE(place, rule)),
        ...sound.flatMap((rule) => [...tagViolations(rule), ...ruleViolations(rule)]),
        ...policyViolations(sound),
    ];
}

type PlacedRule = EcrRule & { readonly place: string };

function* tagViolations({ place, selection }: PlacedRule): Generator<string> {
    const { tagStatus, tagPatternList, tagPrefixList } = selection;
    const lists = Number(tagPatternList !== undefined) + Number(tagPrefixList !== undefined);
    if (lists !== (tagStatus === 'tagged' ? 1 : 0)) {
        yield `${place}.selection has ${['neither', 'one', 'both'][lists]} of tagPatternList and tagPrefixList; with tagStatus "${tagStatus}" ECR wants ${tagStatus === 'tagged' ? 'exactly one' : 'neither'}.`;
    }
    for (const pattern of tagPatternList ?? []) {
        const stars = pattern.split('*').length - 1;
        if (stars > 4) {
            yield `${place}.selection.tagPatternList has "${pattern}" with ${stars} wildcards; ECR takes 4 at most in one pattern.`;
        }
    }
}

function* ruleViolations({ place, selection, action }: PlacedRule): Generator<string> {
    const { countType, countUnit, countNumber } = selection;
    const allowed = COMBINATIONS.filter((combination) => combination.countType === countType);
    const storageClass = storageOf({ selection });
    if (!allowed.some((one) => one.storageClass === storageClass && one.action === action.type)) {
        const words = allowed.map((one) => `storageClass "${one.storageClass}" and action "${one.action}"`);
        yield `${place} has storageClass "${storageClass}" and action "${action.type}"; with countType "${countType}" ECR wants ${words.join(', or ')}.`;
    }
    const isAge = countType !== 'imageCountMoreThan';
    if (isAge !== (countUnit !== undefined)) {
        yield `${place}.selection.countUnit is ${show(countUnit)}; with countType "${countType}" ECR wants ${isAge ? '"days"' : 'none'}.`;
    }
    const { type, targetStorageClass } = action;
    if ((type === 'transition') !== (targetStorageClass !== undefined)) {
        yield `${place}.action.targetStorageClass is ${show(targetStorageClass)}; with type "${type}" ECR wants ${type === 'transition' ? '"archive"' : 'none'}.`;
    }
    // ECR user guide, "Archiving an image": the minimum storage duration.
    if (countType === 'sinceImageTransitioned' && countNumber < 90) {
        yield `${place}.selection.countNumber is ${countNumber}; an archived image stays for at least 90 days. Give 90 or more.`;
    }
}

function* policyViolations(rules: readonly PlacedRule[]): Generator<string> {
    for (const [first, second] of clashes(rules, ({ rulePriority }) => `${rulePriority}`)) {
        yield `${first.place} and ${second.place} both have rulePriority ${first.rulePriority}; ECR wants each number once. Renumber one of them.`;
    }
    const untagged = rules.filter(({ selection }) => selection.tagStatus === 'untagged');
    for (const [first, second] of clashes(untagged, storageOf)) {
        yield `${first.place} and ${second.place} both select untagged images of storageClass "${storageOf(first)}"; ECR takes one such rule only. Join them.`;
    }
    const prefixed = rules.filter(({ selection }) => selection.tagPrefixList);
    for (const [first, second] of clashes(prefixed, (rule) =>
        JSON.stringify([storageOf(rule), rule.selection.tagPrefixList?.toSorted()]),
    )) {
        yield `${first.place} and ${second.place} both have the tagPrefixList ${show(first.selection.tagPrefixList)} for storageClass "${storageOf(first)}"; ECR takes each set of prefixes in one rule only. Join them.`;
    }
    for (const any of rules.filter(({ selection }) => selection.tagStatus === 'any')) {
        const later = rules.find(
            (rule) => storageOf(rule) === storageOf(any) && rule.rulePriority > any.rulePriority,
        );
        if (later) {
            yield `${any.place} has tagStatus "any" and rulePriority ${any.rulePriority}, but ${later.place} has ${later.rulePriority}; ECR wants "any" to have the highest of its storageClass. Renumber them.`;
        }
    }
}

/** Pairs of items with the same key: the first that has it, and each further one. */
export function* clashes<T>(items: readonly T[], keyOf: (item: T) => string): Generator<[T, T]> {
    const firsts = new Map<string, T>();
    for (const item of items) {
        const key = keyOf(item);
        const first = firsts.get(key);
        if (first === undefined) {
            firsts.set(key, item);
        } else {
            yield [first, item];
        }
    }
}

function isRule(rule: unknown): rule is EcrRule {
    return RULE('', rule).length === 0;
}

function shape(expectations: Readonly<Record<string, Expectation>>): Expectation {
    return (place, value) => {
        if (!isRecord(value)) {
            return [`${place || 'the policy'} is ${show(value)}; ECR wants an object.`];
        }
        const at = (key: string) => (place === '' ? key : `${place}.${key}`);
        const known = Object.keys(expectations);
        const unknown = Object.keys(value).filter((key) => !known.includes(key));
        return [
            ...unknown.map(
                (key) => `${at(key)} is unknown to ECR, which takes ${known.join(', ')} there. Remove it.`,
            ),
            ...Object.entries(expectations).flatMap(([key, wanted]) => wanted(at(key), value[key])),
        ];
    };
}

function optional(wanted: Expectation): Expectation {
    return (place, value) => {
        if (value === null) {
            return [`${place} is null; ECR takes no null. Leave it out.`];
        }
        return value === undefined ? [] : wanted(place, value);
    };
}

function oneOf(...words: string[]): Expectation {
    return expect(words.map(show).join(' or '), (value) => words.some((word) => word === value));
}

function expect(words: string, isMetBy: (value: unknown) => boolean): Expectation {
    return (place, value) => (isMetBy(value) ? [] : [`${place} is ${show(value)}; ECR wants ${words}.`]);
}

function show(value: unknown): string {
    const text = JSON.stringify(value) ?? 'missing';
    if (text.length <= 100) {
        return text;
    }
    return Array.isArray(value) ? `a list of ${value.length}` : `${text.slice(0, 99)}…`;
}
