import { didYouMean } from '../did-you-mean';
import { circle } from '../graph';
import { readOnlyProperties, typeName } from '../resource-type';
import { mappingKeys, operands } from './arguments';
import { testOf } from './conditions';
import { functionOf, isUnsupported, LANGUAGE_EXTENSIONS } from './intrinsics';
import { calls, conditionParts, type Reference, referencesOf } from './references';
import { type Call, fail, type Node, type Problems, wordOf } from './syntax';
import { PSEUDO_PARAMETERS, type Resource, type Template } from './template';

/** Every name that a template uses must be declared in it, and every function be one that is supported. */
export function checkNames(template: Template, problems: Problems): void {
    new NameCheck(template, problems).run();
}

class NameCheck {
    constructor(
        private readonly template: Template,
        private readonly problems: Problems,
    ) {}

    run(): void {
        const { problems } = this;
        const { rules, conditions, resources, outputs } = this.template;
        for (const { condition, assertions } of rules.values()) {
            for (const node of [condition, ...assertions.map(({ test }) => test)]) {
                problems.attempt(() => node && this.checkRule(node));
            }
        }
        for (const node of conditions.values()) {
            problems.attempt(() => this.checkTests(node, false));
        }
        problems.attempt(() => this.refuseConditionCircles());
        for (const resource of resources.values()) {
            this.checkResource(resource);
        }
        for (const output of outputs.values()) {
            problems.attempt(() => this.checkCondition(output.condition, output));
            this.checkValue(output.value);
        }
    }

    private checkResource(resource: Resource): void {
        const { resources } = this.template;
        const { logicalId, type, properties, dependsOn, condition, deletionPolicy, updateReplacePolicy } =
            resource;
        this.problems.attempt(() => this.checkCondition(condition, resource));
        for (const other of dependsOn.filter((name) => !resources.has(name))) {
            const hint = didYouMean(other, resources.keys());
            this.problems.add(resource, `${logicalId} has a DependsOn ${other}, which is no resource${hint}`);
        }
        this.checkValue(properties, type !== typeName);
        for (const policy of [deletionPolicy, updateReplacePolicy]) {
            this.problems.attempt(() => policy?.kind === 'call' && this.checkPolicy(policy));
        }
    }

    /** Functions in policies: Template Reference, "AWS::LanguageExtensions transform". */
    private checkPolicy(policy: Call): void {
        if (!this.template.languageExtensions) {
            fail(policy, `${policy.name} in a policy ${NEEDS_EXTENSIONS}`);
        }
        this.checkValue(policy);
        this.refuseResources(policy, 'a policy');
    }

    private checkTests(node: Node, inRule: boolean): void {
        const { tests, values } = conditionParts(node);
        for (const call of tests) {
            testOf(call, inRule);
            if (call.name === 'Condition') {
                this.checkCondition(wordOf(call.argument), call);
            }
        }
        for (const value of values) {
            this.checkValue(value);
            this.refuseResources(value, 'a condition or rule');
        }
    }

    private refuseResources(value: Node, what: string): void {
        for (const reference of [...calls(value)].flatMap(referencesOf)) {
            if (this.template.resources.has(reference.name)) {
                fail(reference, `${what} cannot refer to a resource: ${reference.name}`);
            }
        }
    }

    private checkRule(node: Node): void {
        const named = conditionParts(node).tests.find(({ name }) => name === 'Condition');
        if (named) {
            fail(named, 'a rule cannot refer to a condition');
        }
        this.checkTests(node, true);
    }

    private refuseConditionCircles(): void {
        const { conditions } = this.template;
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
    private checkValue(node: Node | undefined, leftOut = false): void {
        for (const call of node ? calls(node) : []) {
            this.problems.attempt(() => {
                if (!(leftOut && isUnsupported(call.name))) {
                    this.checkCall(call);
                }
                for (const reference of referencesOf(call)) {
                    this.problems.attempt(() => this.checkReference(reference));
                }
            });
        }
    }

    private checkCall(call: Call): void {
        functionOf(call);
        if (LANGUAGE_EXTENSIONS.includes(call.name) && !this.template.languageExtensions) {
            fail(call, `${call.name} ${NEEDS_EXTENSIONS}`);
        }
        if (call.name === 'Fn::If') {
            this.checkCondition(wordOf(operands(call, 3)[0]), call);
        }
        if (call.name === 'Fn::FindInMap') {
            this.checkMapping(call);
        }
        if (call.name === 'Fn::Join' || call.name === 'Fn::Split') {
            refuseFunctions(call, 'delimiter', []);
        }
        if (call.name === 'Fn::Select') {
            refuseFunctions(call, 'index', ['Ref', 'Fn::FindInMap']);
        }
    }

    private checkMapping(call: Call): void {
        const { mappings, languageExtensions } = this.template;
        const { keys, defaultValue } = mappingKeys(call);
        const [map] = keys;
        if (map?.kind === 'scalar' && !mappings.has(String(map.value)) && !defaultValue) {
            fail(call, `there is no mapping ${map.value}${didYouMean(String(map.value), mappings.keys())}`);
        }
        if (!languageExtensions && defaultValue) {
            fail(call, `Fn::FindInMap with a DefaultValue ${NEEDS_EXTENSIONS}`);
        }
        const other = keys
            .flatMap((key) => [...calls(key)])
            .find(({ name }) => name !== 'Ref' && name !== 'Fn::FindInMap');
        if (!languageExtensions && other) {
            fail(call, `${other.name} in Fn::FindInMap ${NEEDS_EXTENSIONS}`);
        }
    }

    private checkCondition(name: string | undefined, place: { readonly at: string }): void {
        const { conditions } = this.template;
        if (name !== undefined && !conditions.has(name)) {
            fail(place, `there is no condition ${name}${didYouMean(name, conditions.keys())}`);
        }
    }

    private checkReference(reference: Reference): void {
        const { parameters, resources } = this.template;
        const { name, path } = reference;
        const resource = resources.get(name);
        const [attribute] = path;
        if (attribute === undefined) {
            const names = [...parameters.keys(), ...PSEUDO_PARAMETERS, ...resources.keys()];
            if (!names.includes(name)) {
                fail(reference, `there is no parameter or resource ${name}${didYouMean(name, names)}`);
            }
        } else if (!resource) {
            const hint = didYouMean(name, resources.keys());
            fail(reference, `${[name, ...path].join('.')}: there is no resource ${name}${hint}`);
        } else if (resource.type === typeName && !readOnlyProperties.includes(attribute)) {
            const hint = didYouMean(attribute, readOnlyProperties);
            fail(
                reference,
                `${[name, ...path].join('.')}: ${attribute} is not a read-only property of ${typeName}, ` +
                    `and !GetAtt takes no others${hint}; wanted ${readOnlyProperties.join(', ')}`,
            );
        }
    }
}

const NEEDS_EXTENSIONS = 'needs the section "Transform: AWS::LanguageExtensions"';

/** The first operand takes few functions or none (Template Reference, the page of each function). */
function refuseFunctions(call: Call, operand: string, allowed: readonly string[]): void {
    const [first] = operands(call, 2);
    const other = [...calls(first)].find(({ name }) => !allowed.includes(name));
    if (other) {
        const wanted = allowed.length > 0 ? `, ${allowed.join(' or ')}` : ', written out';
        fail(call, `${call.name}: ${other.name} cannot be the ${operand}; wanted a value${wanted}`);
    }
}
