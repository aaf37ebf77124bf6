export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
    readonly [key: string]: Json;
}

export function isObject(value: unknown): value is JsonObject {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a text in JSON says; undefined when it is no JSON. */
export function jsonIn(text: string): Json | undefined {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

/** What stands at the end of the path; undefined where it leads nowhere. */
export function lookUp(value: Json | undefined, path: readonly string[]): Json | undefined {
    return path.reduce<Json | undefined>((node, key) => (isObject(node) ? node[key] : undefined), value);
}

/** One value or several, as a list. */
export function listOf(value: Json | undefined): readonly Json[] {
    return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}
