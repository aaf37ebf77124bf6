import { isDeepStrictEqual } from 'node:util';
import { isObject, type Json } from '../json';
import { operands, several } from './arguments';
import { evaluate, list, type Scope } from './intrinsics';
import { type Call, fail, type Node, wordOf } from './syntax';

/** Functions of conditions; elsewhere CloudFormation refuses them. */
const tests: Readonly<Record<string, (call: Call, scope: Scope) => boolean>> = {
    'Fn::Equals': (call, scope) => {
        const [left, right] = operands(call, 2);
        return equal(evaluate(left, scope), evaluate(right, scope));
    },
    'Fn::Not': (call, scope) => !test(operands(call, 1)[0], scope),
    'Fn::And': (call, scope) => several(call).every((operand) => test(operand, scope)),
    'Fn::Or': (call, scope) => several(call).some((operand) => test(operand, scope)),
    Condition: (call, scope) => scope.condition(wordOf(call.argument), call),
};

/** Further functions of rules (Template Reference, "Rule-specific intrinsic functions"). */
const ruleTests: typeof tests = {
    'Fn::Contains': (call, scope) => {
        const [values, value] = operands(call, 2);
        return contains(list(values, scope), evaluate(value, scope));
    },
    'Fn::EachMemberEquals': (call, scope) => {
        const [values, value] = operands(call, 2);
        const wanted = evaluate(value, scope);
        return list(values, scope).every((item) => equal(item, wanted));
    },
    'Fn::EachMemberIn': (call, scope) => {
        const [values, allowed] = operands(call, 2).map((operand) => list(operand, scope));
        return (values ?? []).every((item) => contains(allowed ?? [], item));
    },
};

/** Functions of rules that ask AWS for what the values of parameters name. */
const UNSUPPORTED_IN_RULES = ['Fn::RefAll', 'Fn::ValueOf', 'Fn::ValueOfAll'];

/** The truth of a condition, or of what a rule asserts. */
export function test(node: Node, scope: Scope): boolean {
    const call = asTest(node);
    return testOf(call, true)(call, scope);
}

/** A condition's function. {Condition: Name} is one here only: in a policy statement it is plain data. */
export function asTest(node: Node): Call {
    const named =
        node.kind === 'mapping' && node.entries.size === 1 ? node.entries.get('Condition') : undefined;
    if (named) {
        return { kind: 'call', at: node.at, name: 'Condition', argument: named };
    }
    return node.kind === 'call'
        ? node
        : fail(node, `this is not a condition; wanted ${Object.keys(tests).join(', ')}`);
}

/** Whether the operands of a condition's function are conditions themselves. */
export function isLogical({ name }: Call): boolean {
    return ['Fn::And', 'Fn::Or', 'Fn::Not'].includes(name);
}

export function testOf(call: Call, inRule: boolean): (typeof tests)[string] {
    const known = inRule ? { ...tests, ...ruleTests } : tests;
    const reason = UNSUPPORTED_IN_RULES.includes(call.name)
        ? 'is not supported here: it asks AWS for what the values of parameters name'
        : call.name in ruleTests
          ? 'can be used in Rules only'
          : 'is not a condition';
    return known[call.name] ?? fail(call, `${call.name} ${reason}; wanted ${Object.keys(known).join(', ')}`);
}

function contains(values: readonly Json[], wanted: Json | undefined): boolean {
    return values.some((value) => equal(value, wanted));
}

function equal(left: Json | undefined, right: Json | undefined): boolean {
    return isDeepStrictEqual(stringified(left), stringified(right));
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
