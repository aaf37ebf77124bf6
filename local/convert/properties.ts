import type { Json, JsonObject } from '../json';

/** What a property of AWS::ECR::Repository becomes, and why so. */
export interface Converted {
    readonly properties: JsonObject;
    readonly why: string;
}

/** A value as JSON has it: without what is undefined. */
export function jsonOf(value: object): Json {
    return JSON.parse(JSON.stringify(value));
}
