import type { JSONSchema } from 'json-schema-to-typescript';

/** As much of a JSON schema as the generated files depend on. */
export interface Schema {
    readonly $ref?: string;
    readonly type?: NonNullable<JSONSchema['type']>;
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly patternProperties?: Readonly<Record<string, Schema>>;
    readonly items?: Schema;
    readonly uniqueItems?: boolean;
    readonly insertionOrder?: boolean;
    readonly [keyword: string]: unknown;
}

/** A resource type's schema. */
export interface ResourceSchema extends Schema {
    readonly typeName: string;
    readonly properties: Readonly<Record<string, Schema>>;
    readonly definitions?: Readonly<Record<string, Schema>>;
    readonly typeConfiguration?: Schema;
    readonly primaryIdentifier: readonly string[];
    readonly readOnlyProperties?: readonly string[];
}
