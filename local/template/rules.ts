import { fail, type Mapping, type Node, type Problems, wordOf } from './syntax';

/** What must be true of the parameters before anything is done (User Guide, "Rules"). */
export interface Rule {
    readonly at: string;
    readonly name: string;
    /** Without it, the assertions always count. */
    readonly condition: Node | undefined;
    readonly assertions: readonly Assertion[];
}

interface Assertion {
    readonly at: string;
    readonly test: Node;
    readonly description: string | undefined;
}

const RULE_ATTRIBUTES = ['RuleCondition', 'Assertions'];

const ASSERTION_ATTRIBUTES = ['Assert', 'AssertDescription'];

export function readRule(name: string, node: Node): Rule {
    const what = `rule ${name}`;
    const { at, entries } = readMapping(what, node, RULE_ATTRIBUTES);
    const assertions = entries.get('Assertions');
    if (assertions?.kind !== 'list' || assertions.items.length === 0) {
        return fail(node, `${what} needs a list of Assertions`);
    }
    return {
        at,
        name,
        condition: entries.get('RuleCondition'),
        assertions: assertions.items.map((item) => readAssertion(what, item)),
    };
}

function readAssertion(what: string, node: Node): Assertion {
    const { at, entries } = readMapping(`an assertion of ${what}`, node, ASSERTION_ATTRIBUTES);
    const description = entries.get('AssertDescription');
    return {
        at,
        test: entries.get('Assert') ?? fail(node, `an assertion of ${what} has no Assert`),
        description: description && wordOf(description),
    };
}

function readMapping(what: string, node: Node, attributes: readonly string[]): Mapping {
    const mapping = node.kind === 'mapping' ? node : fail(node, `${what} must be an object`);
    for (const [attribute, value] of mapping.entries) {
        if (!attributes.includes(attribute)) {
            fail(value, `${what} has an attribute ${attribute}; wanted ${attributes.join(', ')}`);
        }
    }
    return mapping;
}

/** Adds each assertion that the parameters do not fulfil. */
export function checkRules(rules: Iterable<Rule>, isTrue: (test: Node) => boolean, problems: Problems): void {
    for (const { name, condition, assertions } of rules) {
        if (condition === undefined || isTrue(condition)) {
            for (const { at, test, description } of assertions) {
                if (!isTrue(test)) {
                    problems.add({ at }, `rule ${name}: ${description ?? 'an assertion is not fulfilled'}`);
                }
            }
        }
    }
}
