import { isDeepStrictEqual } from 'node:util';
import { isObject, type Json, type JsonObject } from '../json';

/** A call of AWS's API, in JSON. */
export interface AwsCall {
    /** What the request is signed for. */
    readonly service: 'ecr' | 'events' | 'logs' | 'monitoring';
    readonly operation: string;
    readonly input: JsonObject;
}

/** Where a resource is. */
export interface Place {
    readonly partition: string;
    readonly region: string;
    readonly account: string;
}

/** What a resource is to become. */
export interface Settlement {
    readonly properties: JsonObject;
    /** None at its creation. */
    readonly previous: JsonObject | undefined;
    readonly place: Place;
    /** Whether one of these properties is another one than before. */
    changed(...names: readonly string[]): boolean;
}

/** A type of AWS's own, as calls of its API. CloudFormation's Template Reference says what each property is. */
export interface AwsType {
    /** What !Ref gives. The stack makes a name where the template has none. */
    readonly primaryIdentifier: string;
    /** The properties that it takes; others are refused. */
    readonly properties: readonly string[];
    readonly createOnlyProperties: readonly string[];
    /** Makes it, where the calls of `settle` alone do not. */
    create?(properties: JsonObject): AwsCall;
    settle?(settlement: Settlement): readonly AwsCall[];
    remove?(properties: JsonObject): readonly AwsCall[];
    /** What !GetAtt gives. */
    attributes?(name: string, place: Place): JsonObject;
}

export function settlement(
    properties: JsonObject,
    previous: JsonObject | undefined,
    place: Place,
): Settlement {
    const changed = (...names: readonly string[]) =>
        names.some((name) => !isDeepStrictEqual(properties[name], previous?.[name]));
    return { properties, previous, place, changed };
}

/** An input without what is not set. */
export function present(input: Readonly<Record<string, Json | undefined>>): JsonObject {
    return Object.fromEntries(
        Object.entries(input).flatMap(([name, value]): [string, Json][] =>
            value === undefined ? [] : [[name, value]],
        ),
    );
}

/** A document that a template gives as text or as an object. */
export function textOf(document: Json): string {
    return typeof document === 'string' ? document : JSON.stringify(document);
}

/** With keys such as scanOnPush in place of ScanOnPush. */
export function camelCase(object: JsonObject): JsonObject {
    return Object.fromEntries(
        Object.entries(object).map(([key, value]) => [
            key.charAt(0).toLowerCase() + key.slice(1),
            within(value),
        ]),
    );
}

function within(value: Json): Json {
    return Array.isArray(value) ? value.map(within) : isObject(value) ? camelCase(value) : value;
}
