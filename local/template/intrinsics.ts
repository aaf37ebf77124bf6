import { didYouMean } from '../did-you-mean';
import type { Json } from '../json';
import { attributePath, chosenBranch, mappingKeys, operands, PLACEHOLDER, substitution } from './arguments';
import { type Call, fail, type Node, wordOf } from './syntax';

/** A mapping's name, and its two keys. */
export type MappingPath = readonly [map: string, top: string, second: string];

/** What a template's functions can ask for. Undefined stands for AWS::NoValue. */
export interface Scope {
    /** A parameter, a pseudo parameter, or a resource's primary identifier. */
    ref(name: string, place: Node): Json | undefined;
    attribute(logicalId: string, path: readonly string[], place: Node): Json;
    condition(name: string, place: Node): boolean;
    /** Undefined when the mapping has no such keys. */
    mapping(path: MappingPath): Json | undefined;
}

/** Rules: User Guide, "Intrinsic function reference". */
const functions: Readonly<Record<string, (call: Call, scope: Scope) => Json | undefined>> = {
    Ref: (call, scope) => scope.ref(wordOf(call.argument), call),

    'Fn::GetAtt': (call, scope) => {
        const [logicalId, ...path] = attributePath(call);
        return scope.attribute(logicalId, path, call);
    },

    'Fn::Sub': (call, scope) => {
        const { template, variables } = substitution(call);
        return template.replace(PLACEHOLDER, (_, literal: string | undefined, key = '') => {
            if (literal !== undefined) {
                return `\${${literal}}`;
            }
            const variable = variables.get(key);
            const [logicalId = '', ...path] = key.split('.');
            const value = variable
                ? evaluate(variable, scope)
                : path.length > 0
                  ? scope.attribute(logicalId, path, call)
                  : scope.ref(logicalId, call);
            return text(value, call);
        });
    },

    'Fn::Join': (call, scope) => {
        const [delimiter, values] = operands(call, 2);
        return list(values, scope)
            .map((value) => text(value, call))
            .join(text(evaluate(delimiter, scope), call));
    },

    'Fn::Split': (call, scope) => {
        const [delimiter, whole] = operands(call, 2);
        return text(evaluate(whole, scope), call).split(text(evaluate(delimiter, scope), call));
    },

    'Fn::Select': (call, scope) => {
        const [position, values] = operands(call, 2);
        const index = text(evaluate(position, scope), call);
        const items = list(values, scope);
        const item = /^\d+$/.test(index) ? items[Number(index)] : undefined;
        return item ?? fail(call, `Fn::Select: there is no item ${index} in a list of ${items.length}`);
    },

    'Fn::FindInMap': (call, scope) => {
        const { keys, defaultValue } = mappingKeys(call);
        const [map = '', top = '', second = ''] = keys.map((node) => text(evaluate(node, scope), call));
        const found = scope.mapping([map, top, second]);
        if (found === undefined && !defaultValue) {
            fail(call, `mapping ${map} has no value for ${top} and ${second}`);
        }
        return found ?? (defaultValue && evaluate(defaultValue, scope));
    },

    'Fn::If': (call, scope) =>
        evaluate(
            chosenBranch(call, (condition) => scope.condition(condition, call)),
            scope,
        ),

    'Fn::Base64': (call, scope) => Buffer.from(text(evaluate(call.argument, scope), call)).toString('base64'),

    'Fn::Length': (call, scope) => list(call.argument, scope).length,

    'Fn::ToJsonString': (call, scope) => JSON.stringify(evaluate(call.argument, scope) ?? null),
};

export function evaluate(node: Node, scope: Scope): Json | undefined {
    switch (node.kind) {
        case 'scalar':
            return node.value;
        case 'list':
            return node.items.map((item) => evaluate(item, scope)).filter((item) => item !== undefined);
        case 'mapping': {
            const values = [...node.entries].map(([key, value]) => [key, evaluate(value, scope)] as const);
            return Object.fromEntries(
                values.filter((entry): entry is [string, Json] => entry[1] !== undefined),
            );
        }
        case 'call':
            return functionOf(node)(node, scope);
    }
}

/** The function, or an error that says why it is refused. */
export function functionOf(call: Call): (typeof functions)[string] {
    const { name } = call;
    const known = Object.keys(functions);
    const reason = REFUSED[name] ?? UNSUPPORTED[name] ?? `is not a function here${didYouMean(name, known)}`;
    return functions[name] ?? fail(call, `${name} ${reason}; wanted ${known.join(', ')}`);
}

const CONDITIONS_ONLY = 'can be used in Conditions only';

const RULES_ONLY = 'can be used in Rules only';

const REFUSED: Readonly<Record<string, string>> = {
    'Fn::And': CONDITIONS_ONLY,
    'Fn::Equals': CONDITIONS_ONLY,
    'Fn::Not': CONDITIONS_ONLY,
    'Fn::Or': CONDITIONS_ONLY,
    'Fn::Contains': RULES_ONLY,
    'Fn::EachMemberEquals': RULES_ONLY,
    'Fn::EachMemberIn': RULES_ONLY,
    'Fn::RefAll': RULES_ONLY,
    'Fn::ValueOf': RULES_ONLY,
    'Fn::ValueOfAll': RULES_ONLY,
};

/** CloudFormation's other functions for values, and why they cannot be evaluated here. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
    'Fn::Cidr': 'is not supported here',
    'Fn::GetAZs': 'is not supported here: it asks AWS for the Availability Zones of the account',
    'Fn::GetStackOutput': 'is not supported here: it asks AWS for the outputs of another stack',
    'Fn::ImportValue': 'is not supported here: it asks AWS for the exports of other stacks',
    'Fn::Transform': 'is not supported here: it runs a macro in AWS',
};

export function isUnsupported(name: string): boolean {
    return name in UNSUPPORTED;
}

/** Functions that need "Transform: AWS::LanguageExtensions" (Template Reference, "AWS::LanguageExtensions transform"). */
export const LANGUAGE_EXTENSIONS: readonly string[] = ['Fn::Length', 'Fn::ToJsonString'];

export function list(node: Node, scope: Scope): readonly Json[] {
    const value = evaluate(node, scope);
    return Array.isArray(value) ? value : fail(node, 'a list is wanted here');
}

function text(value: Json | undefined, place: Node): string {
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? String(value)
        : fail(place, `a string is wanted here, not ${JSON.stringify(value) ?? 'AWS::NoValue'}`);
}
