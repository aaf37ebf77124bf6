import type { Violation } from '../src/validate';
import { AWS_TYPES } from './aws-types/table';
import { didYouMean } from './did-you-mean';
import type { Json, JsonObject } from './json';
import * as ours from './resource-type';

/** What a stack must know of the type of a resource. */
export interface ResourceType {
    /** The property that !Ref returns and the physical ID is. */
    readonly primaryIdentifier: string;
    readonly createOnlyProperties: readonly string[];
    /** The properties as CloudFormation hands them to a handler, and all that is wrong with them. */
    accept(given: JsonObject): { properties: JsonObject; violations: readonly Violation[] };
}

/** Ours, or one of those that the stand-in makes; a template with another one is refused before. */
export function resourceType(name: string): ResourceType {
    const type = AWS_TYPES.get(name);
    return type ? { ...type, accept: (given) => acceptKnown(name, type.properties, given) } : ours;
}

export function identifierOf(type: string, model: JsonObject): string | undefined {
    const identifier = model[resourceType(type).primaryIdentifier];
    return typeof identifier === 'string' && identifier !== '' ? identifier : undefined;
}

/** All that a handler of ours may count on in Read and Delete. */
export function identifierAlone(type: string, physicalId: string): JsonObject {
    return { [resourceType(type).primaryIdentifier]: physicalId };
}

/** Properties of AWS's types that are numbers or booleans. A template may give them as text, as parameters do. */
const NUMBERS = ['DatapointsToAlarm', 'EvaluationPeriods', 'Period', 'RetentionInDays', 'Threshold'];
const BOOLEANS = ['EmptyOnDelete', 'ScanOnPush'];

function acceptKnown(type: string, known: readonly string[], given: JsonObject) {
    const properties: JsonObject = JSON.parse(JSON.stringify(given), coerced);
    const violations = Object.keys(properties)
        .filter((name) => !known.includes(name))
        .map((name) => ({
            path: [name],
            sentence: `${name}: a property that ${type} does not have here${didYouMean(name, known)}; wanted ${known.join(', ')}`,
        }));
    return { properties, violations };
}

function coerced(name: string, value: Json): Json {
    if (typeof value !== 'string') {
        return value;
    }
    const isNumber = NUMBERS.includes(name) && value.trim() !== '' && !Number.isNaN(Number(value));
    const isBoolean = BOOLEANS.includes(name) && /^(true|false)$/i.test(value);
    return isNumber ? Number(value) : isBoolean ? value.toLowerCase() === 'true' : value;
}
