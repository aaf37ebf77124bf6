import type { PartialProperties } from '../properties';
import { expressibleProperties } from './as-properties';
import { isInSync, violations } from './declared';
import { means } from './meaning';
import { type LifecyclePolicy, parse, render, rulesOf } from './policy';
import { summary } from './summary';

/**
 * A policy as properties: this type's own as far as they go, and ECR's text where they do not express all of it, or where
 * the template has it.
 */
export function readback(
    state: LifecyclePolicy | undefined,
    { LifecyclePolicyText: text }: PartialProperties = {},
): PartialProperties {
    if (!state) {
        return { EnableLifecyclePolicy: false, LifecyclePolicySummary: 'All images are kept.' };
    }
    const properties = text === undefined ? expressibleProperties(state) : {};
    const isComplete =
        text === undefined && violations(properties).length === 0 && isInSync(properties, state);
    return {
        EnableLifecyclePolicy: true,
        ...properties,
        ...(!isComplete && {
            LifecyclePolicyText: text === undefined ? render(state) : inFormOf(text, state),
        }),
        LifecyclePolicySummary: summary(state),
    };
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
