import schema from '../schema.json';
import { type Violation, violationsIn } from '../src/validate';
import { didYouMean } from './did-you-mean';
import { isObject, type Json, type JsonObject } from './json';

/** The one type that can be deployed here, as its schema describes it. */
export const typeName = schema.typeName;

export const readOnlyProperties = schema.readOnlyProperties.map(propertyName);

export const createOnlyProperties = schema.createOnlyProperties.map(propertyName);

export const [primaryIdentifier = ''] = schema.primaryIdentifier.map(propertyName);

export type Action = 'CREATE' | 'READ' | 'UPDATE' | 'DELETE';

export function timeoutInMinutes(action: Action): number {
    return schema.handlers[action.toLowerCase() as Lowercase<Action>].timeoutInMinutes;
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
export function accept(given: JsonObject): { properties: JsonObject; violations: readonly Violation[] } {
    const properties = Object.fromEntries(
        Object.entries(given).map(([name, value]) => [name, coerced(value, schemaOf(name))]),
    );
    const readOnly = readOnlyProperties
        .filter((name) => name in properties)
        .map((name) => ({
            path: [name],
            sentence: `${name}: given a value, wanted none: it is read-only`,
        }));
    const violations = violationsIn(properties).map(({ path, sentence }) => ({
        path,
        sentence: sentence + otherName(path),
    }));
    return { properties, violations: [...violations, ...readOnly] };
}

/** The name that was meant, where a property is not the type's own. */
function otherName(path: readonly string[]): string {
    const names = namesIn(path.slice(0, -1));
    const name = path.at(-1) ?? '';
    return names.length === 0 || names.includes(name) ? '' : didYouMean(name, names);
}

/** The names that the schema has for what is below the path; none where it is a list, or anything goes. */
function namesIn(path: readonly string[]): readonly string[] {
    let part: Json | undefined = { properties: schema.properties as JsonObject };
    for (const key of path) {
        const { properties, items }: JsonObject = definitionOf(isObject(part) ? part : {});
        part = isObject(properties) ? properties[key] : items;
    }
    const { properties } = definitionOf(isObject(part) ? part : {});
    return isObject(properties) ? Object.keys(properties) : [];
}

/**
 * CloudFormation takes text for a boolean, "25" for an integer, and numbers and booleans for strings. "True" is text
 * that it takes (cfn-lint pull request 83: perfectly usable templates have "True" and "False"), "Yes" is not (convox
 * rack issue 457: "Encountered unsupported boolean value Yes").
 */
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
            return BOOLEANS.get(value) ?? value;
        case 'integer':
            return typeof value === 'string' && /^[+-]?\d+$/.test(value) ? Number(value) : value;
        case 'string':
            return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
        default:
            return value;
    }
}

const BOOLEANS: ReadonlyMap<Json, boolean> = new Map([
    ['true', true],
    ['True', true],
    ['TRUE', true],
    ['false', false],
    ['False', false],
    ['FALSE', false],
]);

function propertyName(pointer: string): string {
    return pointer.replace('/properties/', '');
}
