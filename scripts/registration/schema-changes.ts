import { isDeepStrictEqual } from 'node:util';
import type { ResourceSchema, Schema } from '../generate/schema';

/** How the properties of two schemas differ, by name. */
export interface SchemaChanges {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    /** With the keywords that differ. */
    readonly changed: ReadonlyMap<string, readonly string[]>;
}

/** Keywords of the whole schema that say something of single properties. */
const POINTERS = [
    'primaryIdentifier',
    'createOnlyProperties',
    'conditionalCreateOnlyProperties',
    'readOnlyProperties',
    'writeOnlyProperties',
    'deprecatedProperties',
] as const;

export function schemaChanges(before: ResourceSchema, after: ResourceSchema): SchemaChanges {
    const names = (schema: ResourceSchema) => Object.keys(schema.properties);
    const kept = names(after).filter((name) => name in before.properties);
    const changed = kept.map((name) => {
        const [then, now] = [before, after].map((schema) => describe(schema, name));
        const keywords = Object.keys({ ...then, ...now });
        return [name, keywords.filter((key) => !isDeepStrictEqual(then?.[key], now?.[key]))] as const;
    });
    return {
        added: names(after).filter((name) => !(name in before.properties)),
        removed: names(before).filter((name) => !(name in after.properties)),
        changed: new Map(changed.filter(([, keywords]) => keywords.length > 0)),
    };
}

/** All that a schema says of a property, by keyword. */
function describe(schema: ResourceSchema, name: string): Readonly<Record<string, unknown>> {
    const said = POINTERS.map((keyword) => {
        const pointers = (schema[keyword] ?? []) as readonly string[];
        return [keyword, pointers.filter((pointer) => pointer.split('/')[2] === name)] as const;
    });
    return {
        ...(expand(schema.properties[name], schema) as Schema),
        required: ((schema['required'] ?? []) as readonly string[]).includes(name),
        ...Object.fromEntries(said),
    };
}

/** The whole schema, with its definitions put in. */
export function expanded(schema: ResourceSchema): Readonly<Record<string, unknown>> {
    const { definitions: _, ...rest } = schema;
    return Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, expand(value, schema)]));
}

/** With definitions put in where they are referred to: a change in them is a change of the property. */
function expand(value: unknown, schema: ResourceSchema): unknown {
    if (Array.isArray(value)) {
        return value.map((item) => expand(item, schema));
    }
    if (typeof value !== 'object' || value === null) {
        return value;
    }
    const { $ref, ...rest } = value as Schema;
    const definition = schema.definitions?.[$ref?.split('/').at(-1) ?? ''];
    return Object.fromEntries(
        Object.entries({ ...definition, ...rest }).map(([key, inner]) => [key, expand(inner, schema)]),
    );
}

/** One line for each property that differs. */
export function render({ added, removed, changed }: SchemaChanges): readonly string[] {
    return [
        ...added.map((name) => `added    ${name}`),
        ...removed.map((name) => `removed  ${name}`),
        ...[...changed].map(([name, keywords]) => `changed  ${name}: ${keywords.join(', ')}`),
    ];
}
