import { isObject, type Json, type JsonObject, listOf } from '../json';
import { argumentOf, isCall } from './data';

/** A resource of a template, also one that Fn::ForEach makes several of. */
export interface TemplateResource {
    /** As it is written; in a loop it holds the loop's variable, as in Repository${Name}. */
    readonly logicalId: string;
    readonly type: string;
    readonly properties: JsonObject;
    readonly attributes: JsonObject;
    /** The keys and indexes that lead to it in the template. */
    readonly path: readonly (string | number)[];
    readonly loops: readonly Loop[];
}

export interface Loop {
    readonly variable: string;
    /** Where the template lists them; a parameter's are not known. */
    readonly values: readonly string[];
}

/** All resources of a template (Template Reference, Fn::ForEach: identifier, collection, output). */
export function resourcesIn(template: Json): TemplateResource[] {
    const resources = isObject(template) ? template['Resources'] : undefined;
    return isObject(resources) ? within(resources, ['Resources'], []) : [];
}

function within(
    resources: JsonObject,
    path: readonly (string | number)[],
    loops: readonly Loop[],
): TemplateResource[] {
    return Object.entries(resources).flatMap(([logicalId, value]) => {
        if (logicalId.startsWith('Fn::ForEach::')) {
            const [variable, collection, output] = listOf(value);
            return isObject(output)
                ? within(output, [...path, logicalId, 2], [...loops, loopOf(variable, collection)])
                : [];
        }
        const attributes = isObject(value) ? value : {};
        const { Type: type, Properties: properties } = attributes;
        return typeof type === 'string'
            ? [
                  {
                      logicalId,
                      type,
                      properties: isObject(properties) && !isCall(properties) ? properties : {},
                      attributes,
                      path: [...path, logicalId],
                      loops,
                  },
              ]
            : [];
    });
}

function loopOf(variable: Json | undefined, collection: Json | undefined): Loop {
    const values = listOf(collection).filter((value) => typeof value === 'string');
    return { variable: String(variable), values };
}

/** Every logical ID that a resource can be referred to by, with a value as it is for that one. */
export function instancesOf({ logicalId, loops }: TemplateResource, value: Json): ReadonlyMap<string, Json> {
    const instances = loops.reduce<readonly [string, Json][]>(
        (sofar, { variable, values }) =>
            sofar.flatMap(([id, one]): [string, Json][] =>
                values.map((text) => [fillText(id, variable, text), fill(one, variable, text)]),
            ),
        [[logicalId, value]],
    );
    return new Map([...instances, [logicalId, value]]);
}

function fill(value: Json, variable: string, text: string): Json {
    if (argumentOf(value, 'Ref') === variable) {
        return text;
    }
    if (typeof value === 'string') {
        return fillText(value, variable, text);
    }
    if (Array.isArray(value)) {
        return value.map((item) => fill(item, variable, text));
    }
    return isObject(value)
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, variable, text)]))
        : value;
}

/** ${Name}, and &{Name}, which leaves out what a logical ID cannot have (Template Reference, Fn::ForEach). */
function fillText(text: string, variable: string, value: string): string {
    return text
        .replaceAll(`\${${variable}}`, value)
        .replaceAll(`&{${variable}}`, value.replace(/[^A-Za-z0-9]/g, ''));
}
