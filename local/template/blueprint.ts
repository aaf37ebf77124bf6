import { circle } from '../graph';
import { isObject, type JsonObject } from '../json';
import { resourceType } from '../resource-types';
import { leftOut } from './foreign';
import { parameterValues } from './parameters';
import { placeOf } from './place';
import { policyOf } from './read-resource';
import { calls, type Reference, referencesOf } from './references';
import { checkRules } from './rules';
import { type Models, type Settings, Values } from './scope';
import { fail, type Node, Problems } from './syntax';
import type { Output, POLICIES, Policy, Resource, Template } from './template';

export interface PlannedResource {
    readonly logicalId: string;
    readonly type: string;
    readonly dependsOn: readonly string[];
    readonly deletionPolicy: Policy;
    readonly updateReplacePolicy: Policy;
    /** Whether a !GetAtt asks for one of its attributes, which is then read. */
    readonly hasAttributesReferredTo: boolean;
    /** The primary identifier that the template writes out; undefined when a function gives it. */
    readonly customName: string | undefined;
    /** Resolved and validated; throws NotYetKnown while that cannot be done. */
    properties(models: Models): JsonObject;
}

/** What the stack is to hold: a template, with values for its parameters and conditions. */
export interface Blueprint {
    readonly resources: ReadonlyMap<string, PlannedResource>;
    outputs(models: Models): Readonly<Record<string, string>>;
}

/** One error names all that is wrong. */
export function blueprintOf(template: Template, settings: Settings): Blueprint {
    return new Planner(template, settings).blueprint();
}

class Planner {
    private readonly foreign: ReadonlyMap<string, Resource>;
    private readonly values: Values;
    private readonly resources: ReadonlyMap<string, Resource>;
    private readonly outputs: ReadonlyMap<string, Output>;
    private readonly references: readonly Reference[];

    constructor(
        private readonly template: Template,
        private readonly settings: Settings,
    ) {
        this.foreign = leftOut(template, settings);
        this.values = new Values(template, parameterValues(template, settings), settings);
        const problems = new Problems();
        checkRules(template.rules.values(), (test) => this.values.holds(test), problems);
        problems.refuse();
        this.resources = new Map(
            [...template.resources].filter(
                ([id, resource]) => !this.foreign.has(id) && this.isIncluded(resource),
            ),
        );
        this.outputs = new Map([...template.outputs].filter(([, output]) => this.isIncluded(output)));
        this.references = [
            ...[...this.resources.values()].map(({ properties }) => properties),
            ...[...this.outputs.values()].map(({ value }) => value),
        ].flatMap((node) => this.referencesIn(node));
    }

    blueprint(): Blueprint {
        const problems = new Problems();
        const planned = new Map<string, PlannedResource>();
        for (const [id, resource] of this.resources) {
            problems.attempt(() => planned.set(id, this.plan(resource)));
        }
        for (const reference of this.references) {
            problems.attempt(() => this.checkReference(reference));
        }
        problems.attempt(() => this.refuseCircles(planned));
        problems.refuse();
        return {
            resources: planned,
            outputs: (models) =>
                Object.fromEntries(
                    [...this.outputs].map(([name, { value }]) => [name, this.outputText(value, models)]),
                ),
        };
    }

    private isIncluded({ condition }: { readonly condition: string | undefined }): boolean {
        return !condition || this.values.isTrue(condition);
    }

    private plan(resource: Resource): PlannedResource {
        const { logicalId, type } = resource;
        const needed = [
            ...this.referencesIn(resource.properties).map(({ name }) => name),
            ...resource.dependsOn,
        ];
        return {
            logicalId,
            type,
            dependsOn: [...this.resources.keys()].filter((id) => needed.includes(id)),
            deletionPolicy: this.policy(logicalId, 'DeletionPolicy', resource.deletionPolicy),
            updateReplacePolicy: this.policy(logicalId, 'UpdateReplacePolicy', resource.updateReplacePolicy),
            hasAttributesReferredTo: this.references.some(
                ({ name, path }) => name === logicalId && path.length > 0,
            ),
            customName: customName(resource),
            properties: (models) => this.resolve(resource, models),
        };
    }

    private policy(logicalId: string, attribute: keyof typeof POLICIES, node: Node | undefined): Policy {
        return node
            ? policyOf(
                  logicalId,
                  attribute,
                  node,
                  this.values.resolve(node, () => undefined),
              )
            : 'Delete';
    }

    private resolve(resource: Resource, models: Models): JsonObject {
        const value = resource.properties && this.values.resolve(resource.properties, models);
        const { properties, violations } = resourceType(resource.type).accept(isObject(value) ? value : {});
        const problems = new Problems();
        for (const { path, sentence } of violations) {
            const place = placeOf(resource.properties ?? resource, path, this.values.isTrue);
            problems.add(place, `${resource.logicalId}: ${sentence}`);
        }
        problems.refuse();
        return properties;
    }

    private outputText(node: Node, models: Models): string {
        const value = this.values.resolve(node, models);
        return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
            ? String(value)
            : fail(node, 'an output must be a string');
    }

    /** In the branches that count. */
    private referencesIn(node: Node | undefined): Reference[] {
        return node ? [...calls(node, this.values.isTrue)].flatMap(referencesOf) : [];
    }

    private checkReference(reference: Reference): void {
        const { name, path } = reference;
        const whole = [name, ...path].join('.');
        const resource = this.template.resources.get(name);
        const foreign = this.foreign.get(name);
        if (foreign && !this.settings.foreignValues?.has(whole)) {
            const option = path.length > 0 ? '--attribute' : '--resource';
            fail(
                reference,
                `${whole} is needed, but ${foreign.type} is left out: give ${option} ${whole}=VALUE`,
            );
        }
        if (resource && !foreign && !this.resources.has(name)) {
            fail(reference, `${whole}: ${name} is left out by its condition ${resource.condition}`);
        }
    }

    private refuseCircles(planned: ReadonlyMap<string, PlannedResource>): void {
        const found = circle(new Map([...planned].map(([id, { dependsOn }]) => [id, dependsOn])));
        const resource = this.resources.get(found?.[0] ?? '');
        if (found && resource) {
            fail(resource, `resources in a circle: ${found.join(' → ')}`);
        }
    }
}

function customName({ type, properties }: Resource): string | undefined {
    const { primaryIdentifier } = resourceType(type);
    const name = properties?.kind === 'mapping' ? properties.entries.get(primaryIdentifier) : undefined;
    return name?.kind === 'scalar' && typeof name.value === 'string' ? name.value : undefined;
}
