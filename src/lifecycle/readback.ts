import type { PartialProperties } from '../properties';
import { isInSync } from './declared';
import { means } from './meaning';
import { type LifecyclePolicy, numbered, parse, render, rulesOf } from './policy';
import {
    entryId,
    isAddedToEntries,
    policyOf,
    propertiesOf,
    type Retention,
    type Retentions,
    retentionsOf,
    settingOf,
} from './retention';
import { summary } from './summary';

/**
 * A policy as properties: this type's own words as far as they go, and ECR's text where they do not say all of it, or
 * where the template has it.
 */
export function readback(
    state: LifecyclePolicy | undefined,
    { LifecyclePolicyText: text }: PartialProperties = {},
): PartialProperties {
    if (!state) {
        return { EnableLifecyclePolicy: false, LifecyclePolicySummary: 'All images are kept.' };
    }
    const words = text === undefined ? wordsFor(state) : {};
    const isAllSaid = text === undefined && isInSync(words, state);
    return {
        EnableLifecyclePolicy: true,
        ...words,
        ...(!isAllSaid && {
            LifecyclePolicyText: text === undefined ? render(state) : inFormOf(text, state),
        }),
        LifecyclePolicySummary: summary(state),
    };
}

/**
 * The settings and entries of LifecycleRules, without the numbers in which their rules are not at one. None where the
 * rules are others, or in another order, than these would make.
 */
function wordsFor(state: LifecyclePolicy): PartialProperties {
    const own = numbered(state.filter((rule) => !isAddedToEntries(rule, state)));
    const { policy, uneven } = levelled(own);
    if (!means(policyOf(listed(retentionsOf(policy))), policy)) {
        return {};
    }
    const even = [...retentionsOf(state)].map(([id, retention]): [string, Retention] => [
        id,
        Object.fromEntries(Object.entries(retention).filter(([name]) => !uneven.has(`${id} ${name}`))),
    ]);
    return propertiesOf(new Map(even));
}

/** With the same number in all rules of one setting, and the settings that had several. */
function levelled(policy: LifecyclePolicy): { policy: LifecyclePolicy; uneven: ReadonlySet<string> } {
    const numbers = new Map<string, number>();
    const uneven = new Set<string>();
    const level = policy.map((rule) => {
        const setting = settingOf(rule);
        if (setting === undefined) {
            return rule;
        }
        const key = `${entryId(rule, policy)} ${setting}`;
        const countNumber = numbers.get(key) ?? rule.selection.countNumber;
        numbers.set(key, countNumber);
        if (countNumber !== rule.selection.countNumber) {
            uneven.add(key);
        }
        return { ...rule, selection: { ...rule.selection, countNumber } };
    });
    return { policy: level, uneven };
}

function listed(retentions: Retentions) {
    return [...retentions].map(([Id, retention]) => ({ ...retention, ...(Id !== '' && { Id }) }));
}

/** A policy in the form of a text: its line breaks, its numbering, and its own spelling of each rule that both have. */
function inFormOf(text: string, state: LifecyclePolicy): string {
    const written = rulesOf(text);
    const rules = state.map((rule, index) => {
        const same = written.find((other) => means(parse(JSON.stringify({ rules: [other] })), [rule]));
        const place = written.length === state.length ? written[index] : undefined;
        return same ?? { ...rule, ...(place && { rulePriority: place.rulePriority }) };
    });
    return JSON.stringify({ rules }, undefined, text.includes('\n') ? 2 : undefined);
}
