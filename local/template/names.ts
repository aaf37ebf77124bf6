import { circle } from '../graph';
import { hasAttribute, typeName } from '../resource-type';
import { functionOf, operands, testOf, UNSUPPORTED } from './intrinsics';
import { calls, conditionParts, type Reference, referencesOf } from './references';
import { type Call, fail, type Node, type Problems, wordOf } from './syntax';
import { PSEUDO_PARAMETERS, type Template } from './template';

/** Every name that a template uses must be declared in it, and every function be one that is supported. */
export function checkNames(template: Template, problems: Problems): void {
    const { parameters, rules, mappings, conditions, resources, outputs, languageExtensions } = template;

    for (const { condition, assertions } of rules.values()) {
        for (const node of [condition, ...assertions.map(({ test }) => test)]) {
            problems.attempt(() => checkRule(node));
        }
    }
    for (const node of conditions.values()) {
        problems.attempt(() => checkConditionDefinition(node));
    }
    problems.attempt(checkConditionCircles);
    for (const resource of resources.values()) {
        problems.attempt(() => checkCondition(resource.condition, resource));
        for (const other of resource.dependsOn.filter((name) => !resources.has(name))) {
            problems.add(resource, `${resource.logicalId} has a DependsOn ${other}, which is no resource`);
        }
        checkValue(resource.properties, resource.type !== typeName);
    }
    for (const output of outputs.values()) {
        problems.attempt(() => checkCondition(output.condition, output));
        checkValue(output.value);
    }

    function checkConditionDefinition(node: Node): void {
        const { tests, values } = conditionParts(node);
        for (const call of tests) {
            testOf(call);
            if (call.name === 'Condition') {
                checkCondition(wordOf(call.argument), call);
            }
        }
        for (const value of values) {
            checkValue(value);
            for (const reference of [...calls(value)].flatMap(referencesOf)) {
                if (resources.has(reference.name)) {
                    fail(reference, `a condition or rule cannot refer to a resource: ${reference.name}`);
                }
            }
        }
    }

    function checkRule(node: Node | undefined): void {
        const named = node && conditionParts(node).tests.find(({ name }) => name === 'Condition');
        if (named) {
            fail(named, 'a rule cannot refer to a condition');
        }
        if (node) {
            checkConditionDefinition(node);
        }
    }

    function checkConditionCircles(): void {
        const graph = new Map(
            [...conditions].map(([name, node]) => {
                const named = conditionParts(node).tests.filter((call) => call.name === 'Condition');
                return [name, named.flatMap(({ argument }) => wordOf(argument))];
            }),
        );
        const [first, ...others] = circle(graph) ?? [];
        const node = first === undefined ? undefined : conditions.get(first);
        if (node) {
            fail(node, `conditions in a circle: ${[first, ...others].join(' → ')}`);
        }
    }

    /** What is left out is never resolved, so it may use functions that are not supported here. */
    function checkValue(node: Node | undefined, leftOut = false): void {
        for (const call of node ? calls(node) : []) {
            problems.attempt(() => {
                if (!(leftOut && UNSUPPORTED.includes(call.name))) {
                    checkCall(call);
                }
                for (const reference of referencesOf(call)) {
                    problems.attempt(() => checkReference(reference));
                }
            });
        }
    }

    function checkCall(call: Call): void {
        functionOf(call);
        if (call.name === 'Fn::If') {
            checkCondition(wordOf(operands(call, 3)[0]), call);
        }
        if (call.name === 'Fn::FindInMap') {
            const [map] = operands(call, 3);
            if (map.kind === 'scalar' && !mappings.has(String(map.value))) {
                fail(call, `there is no mapping ${map.value}`);
            }
        }
        if (call.name === 'Fn::ToJsonString' && !languageExtensions) {
            fail(call, 'Fn::ToJsonString needs the section "Transform: AWS::LanguageExtensions"');
        }
    }

    function checkCondition(name: string | undefined, place: { readonly at: string }): void {
        if (name !== undefined && !conditions.has(name)) {
            fail(place, `there is no condition ${name}`);
        }
    }

    function checkReference(reference: Reference): void {
        const { name, path } = reference;
        const resource = resources.get(name);
        const [attribute] = path;
        if (attribute === undefined) {
            const isParameter = parameters.has(name) || PSEUDO_PARAMETERS.some((pseudo) => pseudo === name);
            if (!resource && !isParameter) {
                fail(reference, `there is no parameter or resource ${name}`);
            }
        } else if (!resource) {
            fail(reference, `${[name, ...path].join('.')}: there is no resource ${name}`);
        } else if (resource.type === typeName && !hasAttribute(attribute)) {
            fail(reference, `${[name, ...path].join('.')}: ${typeName} has no attribute ${attribute}`);
        }
    }
}
