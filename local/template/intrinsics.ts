import { isDeepStrictEqual } from 'node:util';
import { isObject, type Json } from '../json';
import { type Call, fail, type Node, wordOf } from './syntax';

/** What a template's functions can ask for. Undefined stands for AWS::NoValue. */
export interface Scope {
    /** A parameter, a pseudo parameter, or a resource's primary identifier. */
    ref(name: string, place: Node): Json | undefined;
    attribute(logicalId: string, path: readonly string[], place: Node): Json;
    condition(name: string, place: Node): boolean;
    mapping(path: readonly [string, string, string], place: Node): Json;
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
        const [map, top, second] = operands(call, 3);
        const key = (node: Node) => text(evaluate(node, scope), call);
        return scope.mapping([key(map), key(top), key(second)], call);
    },

    'Fn::If': (call, scope) =>
        evaluate(
            chosenBranch(call, (condition) => scope.condition(condition, call)),
            scope,
        ),

    'Fn::Base64': (call, scope) => Buffer.from(text(evaluate(call.argument, scope), call)).toString('base64'),

    'Fn::ToJsonString': (call, scope) => JSON.stringify(evaluate(call.argument, scope) ?? null),
};

/** CloudFormation's other functions for values. */
export const UNSUPPORTED: readonly string[] = [
    'Fn::Cidr',
    'Fn::GetAZs',
    'Fn::ImportValue',
    'Fn::Length',
    'Fn::Transform',
];

/** Functions of conditions; elsewhere CloudFormation refuses them. */
const tests: Readonly<Record<string, (call: Call, scope: Scope) => boolean>> = {
    'Fn::Equals': (call, scope) => {
        const [left, right] = operands(call, 2);
        return isDeepStrictEqual(stringified(evaluate(left, scope)), stringified(evaluate(right, scope)));
    },
    'Fn::Not': (call, scope) => !test(operands(call, 1)[0], scope),
    'Fn::And': (call, scope) => several(call).every((operand) => test(operand, scope)),
    'Fn::Or': (call, scope) => several(call).some((operand) => test(operand, scope)),
    Condition: (call, scope) => scope.condition(wordOf(call.argument), call),
};

const wantedTests = `wanted ${Object.keys(tests).join(', ')}`;

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

/** The truth of a condition. */
export function test(node: Node, scope: Scope): boolean {
    const call = asTest(node);
    return testOf(call)(call, scope);
}

/** A condition's function. {Condition: Name} is one here only: in a policy statement it is plain data. */
export function asTest(node: Node): Call {
    const named =
        node.kind === 'mapping' && node.entries.size === 1 ? node.entries.get('Condition') : undefined;
    if (named) {
        return { kind: 'call', at: node.at, name: 'Condition', argument: named };
    }
    return node.kind === 'call' ? node : fail(node, `this is no condition; ${wantedTests}`);
}

export function functionOf(call: Call): (typeof functions)[string] {
    const reason = call.name in tests ? 'can be used in Conditions only' : 'is not supported here';
    return (
        functions[call.name] ??
        fail(call, `${call.name} ${reason}; wanted ${Object.keys(functions).join(', ')}`)
    );
}

export function testOf(call: Call): (typeof tests)[string] {
    return tests[call.name] ?? fail(call, `${call.name} is no condition; ${wantedTests}`);
}

/** A placeholder of Fn::Sub: ${Name}, or ${!Literal}. */
const PLACEHOLDER = /\$\{(?:!([^}]*)|([^}]*))\}/g;

function substitution(call: Call): { template: string; variables: ReadonlyMap<string, Node> } {
    const { argument } = call;
    const [template, variables] = argument.kind === 'list' ? operands(call, 2) : [argument, undefined];
    if (variables && variables.kind !== 'mapping') {
        fail(call, 'Fn::Sub: the second argument must be an object of variables');
    }
    return { template: wordOf(template), variables: variables?.entries ?? new Map<string, Node>() };
}

/** The names that the placeholders ask for, apart from the call's own variables. */
export function placeholders(call: Call): string[] {
    const { template, variables } = substitution(call);
    const names = [...template.matchAll(PLACEHOLDER)].flatMap(([, , key]) => key ?? []);
    return names.filter((key) => !variables.has(key));
}

/** The logical ID and the attribute's path; an attribute of an attribute has a dot between. */
export function attributePath(call: Call): readonly [string, ...string[]] {
    const { argument } = call;
    const parts = argument.kind === 'list' ? argument.items.map((item) => wordOf(item)) : [wordOf(argument)];
    const [logicalId = '', ...path] = parts.flatMap((part) => part.split('.'));
    return path.length > 0 ? [logicalId, ...path] : fail(call, 'Fn::GetAtt wants LogicalId.Attribute');
}

export function chosenBranch(call: Call, isTrue: (condition: string) => boolean): Node {
    const [condition, whenTrue, whenFalse] = operands(call, 3);
    return isTrue(wordOf(condition)) ? whenTrue : whenFalse;
}

type Operands<N extends number> = N extends 1
    ? [Node]
    : N extends 2
      ? [Node, Node]
      : N extends 3
        ? [Node, Node, Node]
        : never;

export function operands<N extends 1 | 2 | 3>(call: Call, count: N): Operands<N> {
    const { argument } = call;
    if (argument.kind !== 'list' || argument.items.length !== count) {
        fail(call, `${call.name} wants a list of ${count}`);
    }
    return argument.items as Operands<N>;
}

function several(call: Call): readonly Node[] {
    const { argument } = call;
    if (argument.kind !== 'list' || argument.items.length < 2 || argument.items.length > 10) {
        fail(call, `${call.name} wants a list of 2 to 10 conditions`);
    }
    return argument.items;
}

function list(node: Node, scope: Scope): readonly Json[] {
    const value = evaluate(node, scope);
    return Array.isArray(value) ? value : fail(node, 'a list is wanted here');
}

function text(value: Json | undefined, place: Node): string {
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? String(value)
        : fail(place, `a string is wanted here, not ${JSON.stringify(value) ?? 'AWS::NoValue'}`);
}

/** CloudFormation compares values as it writes them: the number 1 equals the string "1". */
function stringified(value: Json | undefined): Json | undefined {
    if (Array.isArray(value)) {
        return value.map((item) => stringified(item) ?? null);
    }
    if (isObject(value)) {
        return Object.fromEntries(
            Object.entries(value).map(([key, item]) => [key, stringified(item) ?? null]),
        );
    }
    return value === null || value === undefined ? value : String(value);
}
