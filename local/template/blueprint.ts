import { circle } from '../graph';
import { isObject, type JsonObject } from '../json';
import { accept, typeName } from '../resource-type';
import { parameterValues } from './parameters';
import { calls, type Reference, referencesOf } from './references';
import { checkRules } from './rules';
import { type Models, type Settings, Values } from './scope';
import { fail, type Node, Problems } from './syntax';
import { foreign, type Policy, type Resource, type Template } from './template';

export interface PlannedResource {
    readonly logicalId: string;
    readonly type: string;
    readonly dependsOn: readonly string[];
    readonly deletionPolicy: Policy;
    readonly updateReplacePolicy: Policy;
    /** Resolved and validated; throws NotYetKnown while that cannot be done. */
    properties(models: Models): JsonObject;
}

/** A template with its parameters and conditions settled: what the stack shall hold. */
export interface Blueprint {
    readonly resources: ReadonlyMap<string, PlannedResource>;
    outputs(models: Models): Readonly<Record<string, string>>;
}

/** One error names all that stands against it. */
export function blueprintOf(template: Template, settings: Settings): Blueprint {
    const foreigners = new Map(foreign(template).map((resource) => [resource.logicalId, resource]));
    checkForeigners(template, foreigners, settings);

    const values = new Values(template, parameterValues(template, settings.parameters), settings);
    const breaches = new Problems();
    checkRules(template.rules.values(), (test) => values.holds(test), breaches);
    breaches.refuse();

    const isIncluded = ({ condition }: { condition: string | undefined }) =>
        !condition || values.isTrue(condition);
    const included = [...template.resources.values()].filter(
        (resource) => !foreigners.has(resource.logicalId) && isIncluded(resource),
    );
    const outputs = [...template.outputs].filter(([, output]) => isIncluded(output));

    const resources = new Map(included.map((resource) => [resource.logicalId, plan(resource)]));
    const problems = new Problems();
    for (const node of [
        ...included.map(({ properties }) => properties),
        ...outputs.map(([, { value }]) => value),
    ]) {
        for (const reference of referencesIn(node)) {
            problems.attempt(() => checkReference(reference));
        }
    }
    problems.attempt(checkCircles);
    problems.refuse();
    return {
        resources,
        outputs: (models) =>
            Object.fromEntries(outputs.map(([name, { value }]) => [name, outputText(value, models)])),
    };

    function plan(resource: Resource): PlannedResource {
        const { logicalId, type, deletionPolicy, updateReplacePolicy } = resource;
        const needed = [...referencesIn(resource.properties).map(({ name }) => name), ...resource.dependsOn];
        const dependsOn = included.map((other) => other.logicalId).filter((id) => needed.includes(id));
        const properties = (models: Models) => resolve(resource, models);
        return { logicalId, type, dependsOn, deletionPolicy, updateReplacePolicy, properties };
    }

    function resolve(resource: Resource, models: Models): JsonObject {
        const value = resource.properties && values.resolve(resource.properties, models);
        const { properties, wrong } = accept(isObject(value) ? value : {});
        return wrong.length === 0
            ? properties
            : fail(resource, [`${resource.logicalId} is not valid:`, ...wrong].join('\n    '));
    }

    function outputText(node: Node, models: Models): string {
        const value = values.resolve(node, models);
        return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
            ? String(value)
            : fail(node, 'an output must be a string');
    }

    /** In the branches that count. */
    function referencesIn(node: Node | undefined): Reference[] {
        return node ? [...calls(node, values.isTrue)].flatMap(referencesOf) : [];
    }

    function checkReference(reference: Reference): void {
        const { name, path } = reference;
        const whole = [name, ...path].join('.');
        const resource = template.resources.get(name);
        const foreigner = foreigners.get(name);
        if (foreigner && !settings.foreignValues?.has(whole)) {
            const option = path.length > 0 ? '--attribute' : '--resource';
            fail(
                reference,
                `${whole} is needed, but ${foreigner.type} is left out: give ${option} ${whole}=VALUE`,
            );
        }
        if (resource && !foreigner && !resources.has(name)) {
            fail(reference, `${whole}: ${name} is left out by its condition ${resource.condition}`);
        }
    }

    function checkCircles(): void {
        const found = circle(new Map([...resources].map(([id, { dependsOn }]) => [id, dependsOn])));
        const resource = included.find(({ logicalId }) => logicalId === found?.[0]);
        if (found && resource) {
            fail(resource, `resources in a circle: ${found.join(' → ')}`);
        }
    }
}

function checkForeigners(
    { file }: Template,
    foreigners: ReadonlyMap<string, Resource>,
    { foreignValues }: Settings,
): void {
    const problems = new Problems();
    for (const resource of foreignValues ? [] : foreigners.values()) {
        const { logicalId, type } = resource;
        const rule = `only ${typeName} can be deployed here (--only-supported leaves the others out)`;
        problems.add(resource, `${logicalId} is of type ${type}; ${rule}`);
    }
    for (const key of foreignValues?.keys() ?? []) {
        if (!foreigners.has(key.split('.')[0] ?? '')) {
            problems.add({ at: file }, `${key}: there is no resource of another type by this name`);
        }
    }
    problems.refuse();
}
