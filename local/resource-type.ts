import schema from '../schema.json';
import { violations } from '../src/validate';
import { isObject, type Json, type JsonObject } from './json';

/** The one type that can be deployed here, as its schema describes it. */
export const typeName = schema.typeName;

export const readOnlyProperties = schema.readOnlyProperties.map(propertyName);

export const createOnlyProperties = schema.createOnlyProperties.map(propertyName);

const [primaryIdentifier = ''] = schema.primaryIdentifier.map(propertyName);

export type Action = 'CREATE' | 'READ' | 'UPDATE' | 'DELETE';

export function timeoutInMinutes(action: Action): number {
    return schema.handlers[action.toLowerCase() as Lowercase<Action>].timeoutInMinutes;
}

export function hasAttribute(name: string): boolean {
    return name in schema.properties;
}

/** What !Ref returns and the physical ID is. */
export function identifierOf(model: JsonObject): string | undefined {
    const identifier = model[primaryIdentifier];
    return typeof identifier === 'string' && identifier !== '' ? identifier : undefined;
}

/** All that a handler may count on in Read and Delete. */
export function identifierAlone(physicalId: string): JsonObject {
    return { [primaryIdentifier]: physicalId };
}

/** The definition a schema's $ref names. */
export function definitionOf(part: JsonObject): JsonObject {
    const { $ref } = part;
    const definition = typeof $ref === 'string' ? $ref.replace('#/definitions/', '') : undefined;
    return definition === undefined
        ? part
        : ((schema.definitions as Readonly<Record<string, JsonObject>>)[definition] ?? {});
}

/** A property's part of the schema. */
export function schemaOf(property: string): JsonObject {
    return definitionOf((schema.properties as Readonly<Record<string, JsonObject>>)[property] ?? {});
}

/** The properties as CloudFormation hands them to a handler, and all that is wrong with them. */
export function accept(given: JsonObject): { properties: JsonObject; wrong: string[] } {
    const properties = Object.fromEntries(
        Object.entries(given).map(([name, value]) => [name, coerced(value, schemaOf(name))]),
    );
    const readOnly = readOnlyProperties.filter((name) => name in properties);
    const wrong = readOnly.map((name) => `${name}: given a value, wanted none: it is read-only`);
    return { properties, wrong: [...violations(properties), ...wrong] };
}

/** CloudFormation takes "true" for a boolean, "25" for an integer, and numbers and booleans for strings. */
function coerced(value: Json, wanted: JsonObject): Json {
    const part = definitionOf(wanted);
    if (Array.isArray(value)) {
        const items = isObject(part.items) ? part.items : {};
        return value.map((item) => coerced(item, items));
    }
    if (isObject(value)) {
        const parts = isObject(part.properties) ? part.properties : {};
        return Object.fromEntries(
            Object.entries(value).map(([key, item]) => {
                const inner = parts[key];
                return [key, isObject(inner) ? coerced(item, inner) : item];
            }),
        );
    }
    switch (part.type) {
        case 'boolean':
            return value === 'true' || value === 'false' ? value === 'true' : value;
        case 'integer':
            return typeof value === 'string' && /^[+-]?\d+$/.test(value) ? Number(value) : value;
        case 'string':
            return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
        default:
            return value;
    }
}

function propertyName(pointer: string): string {
    return pointer.replace('/properties/', '');
}
