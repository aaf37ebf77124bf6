import type { RepositoryRef } from '../../src/aws/repository-ref';
import { lifecyclePolicy } from '../../src/facets/lifecycle-policy';
import { guess } from '../../src/lifecycle/as-properties';
import { grammarViolations } from '../../src/lifecycle/grammar';
import { means } from '../../src/lifecycle/meaning';
import { type LifecyclePolicy, parse } from '../../src/lifecycle/policy';
import type { PartialProperties } from '../../src/properties';
import { isObject, type Json, type JsonObject } from '../json';
import { argumentOf } from './data';
import { Placeholders } from './placeholders';
import { type Converted, jsonOf } from './properties';

/** An ECR lifecycle policy as properties: in this type's words where they mean the same, else as it is. */
export function convertLifecycle(given: Json, repository: RepositoryRef): Converted {
    const placeholders = new Placeholders((digits) => Number(digits));
    const words = wordsFor(textOf(given, placeholders), repository);
    if (!words) {
        return {
            properties: { EnableLifecyclePolicy: true, LifecyclePolicyText: given },
            why: 'its rules say what no other properties can say, so the policy stays in the words of ECR',
        };
    }
    return {
        properties: { EnableLifecyclePolicy: true, ...asObject(placeholders.reveal(words)) },
        why: 'these properties make the same rules',
    };
}

function textOf(given: Json, placeholders: Placeholders): string | undefined {
    const object = argumentOf(given, 'Fn::ToJsonString');
    const hidden = placeholders.hide(object ?? given);
    return object === undefined && typeof hidden === 'string' ? hidden : JSON.stringify(hidden);
}

/** Properties that make a policy of the same meaning; undefined where there are none. */
function wordsFor(text: string | undefined, repository: RepositoryRef): JsonObject | undefined {
    const policy = text === undefined ? undefined : parsed(text);
    if (policy === undefined || grammarViolations(policy).length > 0) {
        return undefined;
    }
    const rules = parse(JSON.stringify(policy));
    const named = rules.map((rule, index) => ({
        ...rule,
        description: `${idOf(rule.description, index)}: `,
    }));
    const plain = rules.map(({ description: _, ...rule }) => rule);
    const found = [guess(plain), guess(named)].find((words) => means(desiredFor(words, repository), rules));
    return found && asObject(jsonOf(found));
}

function desiredFor(words: PartialProperties, repository: RepositoryRef): LifecyclePolicy {
    const declared = { ...words, RepositoryName: repository.repositoryName };
    return lifecyclePolicy.validate?.(declared, repository).length === 0
        ? (lifecyclePolicy.desired(declared, repository) ?? [])
        : [];
}

/** An Id for a rule, from its description where that makes one. */
function idOf(description: string | undefined, index: number): string {
    const words = description
        ?.replace(/[^A-Za-z0-9 ._/-]+/g, ' ')
        .replace(/\s+/g, ' ')
        .trim()
        .slice(0, 55)
        .trim();
    return `${index + 1} ${words ?? ''}`.trim();
}

function parsed(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

function asObject(value: Json): JsonObject {
    return isObject(value) ? value : {};
}
