export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
    readonly [key: string]: Json;
}

export function isObject(value: unknown): value is JsonObject {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands at the end of the path; undefined where it leads nowhere. */
export function lookUp(value: Json | undefined, path: readonly string[]): Json | undefined {
    return path.reduce<Json | undefined>((node, key) => (isObject(node) ? node[key] : undefined), value);
}
