import { isDeepStrictEqual } from 'node:util';
import type { ResourceSchema } from '../generate/schema';
import { expanded } from './schema-changes';

/** A part of a schema, its definitions put in. */
type Part = Readonly<Record<string, unknown>>;

/** Bounds that refuse more values when they grow. */
const LOWER_BOUNDS = ['minimum', 'minLength', 'minItems'];

/** Bounds that refuse more values when they shrink. */
const UPPER_BOUNDS = ['maximum', 'maxLength', 'maxItems'];

/** Keywords that mean something else when they change at all. */
const FIXED = ['type', 'pattern', 'default', 'uniqueItems'];

/** Lists of pointers in which a new entry takes something away from existing templates. */
const RESTRICTIONS = ['createOnlyProperties', 'readOnlyProperties', 'writeOnlyProperties'];

/**
 * What would break templates and type configurations that the schema before took, one sentence each (the stateful rules of AWS's
 * resource-schema-guard-rail: what is removed, required, narrowed or means something else).
 */
export function breakingChanges(before: ResourceSchema, after: ResourceSchema): string[] {
    const [then, now] = [expanded(before), expanded(after)];
    return [
        ...schemaBreaks(then, now),
        ...partBreaks('', then, now),
        ...configurationBreaks(partOf(then['typeConfiguration']), partOf(now['typeConfiguration'])),
    ];
}

function* schemaBreaks(before: Part, after: Part): Generator<string> {
    for (const keyword of ['typeName', 'primaryIdentifier', 'additionalIdentifiers', 'tagging']) {
        if (keyword in before && !isDeepStrictEqual(before[keyword], after[keyword])) {
            yield `${keyword} has changed`;
        }
    }
    for (const keyword of RESTRICTIONS) {
        const earlier = listOf(before[keyword]);
        for (const pointer of listOf(after[keyword]).filter((one) => !earlier.includes(one))) {
            const name = String(pointer).replace('/properties/', '');
            if (name in partOf(before['properties'])) {
                yield `${name} is now one of the ${keyword}`;
            }
        }
    }
}

/** What would break configurations that were set for the type; an absent schema takes none. */
function* configurationBreaks(before: Part, after: Part): Generator<string> {
    for (const one of partBreaks('', before, after)) {
        yield `typeConfiguration: ${one}`;
    }
}

function* partBreaks(place: string, before: Part, after: Part): Generator<string> {
    yield* keywordBreaks(place, before, after);
    const [then, now] = [partOf(before['properties']), partOf(after['properties'])];
    for (const [name, part] of Object.entries(then)) {
        const inner = place === '' ? name : `${place}/${name}`;
        if (name in now) {
            yield* partBreaks(inner, partOf(part), partOf(now[name]));
        } else {
            yield `${inner} is removed`;
        }
    }
    const required = listOf(before['required']);
    for (const name of listOf(after['required']).filter((one) => !required.includes(one))) {
        yield `${place === '' ? name : `${place}/${name}`} is now required`;
    }
    if (before['items'] !== undefined) {
        yield* partBreaks(`${place}/*`, partOf(before['items']), partOf(after['items']));
    }
}

function* keywordBreaks(place: string, before: Part, after: Part): Generator<string> {
    if (place === '') {
        return;
    }
    const told = (keyword: string) =>
        `${place}: ${keyword} was ${shown(before[keyword])} and is ${shown(after[keyword])}`;
    for (const keyword of FIXED.filter((one) => !isDeepStrictEqual(before[one], after[one]))) {
        yield told(keyword);
    }
    for (const keyword of LOWER_BOUNDS.filter((one) => number(after[one], -1) > number(before[one], -1))) {
        yield told(keyword);
    }
    for (const keyword of UPPER_BOUNDS.filter(
        (one) => number(after[one], Infinity) < number(before[one], Infinity),
    )) {
        yield told(keyword);
    }
    const values = listOf(after['enum']);
    const gone = listOf(before['enum']).filter((value) => !values.includes(value));
    if (values.length > 0 && (gone.length > 0 || before['enum'] === undefined)) {
        yield `${place}: ${gone.length > 0 ? `no longer takes ${gone.join(', ')}` : `takes only ${values.join(', ')}`}`;
    }
    if (after['additionalProperties'] === false && before['additionalProperties'] !== false) {
        yield `${place}: takes no other properties any more`;
    }
}

function shown(value: unknown): string {
    return value === undefined ? 'not given' : JSON.stringify(value);
}

function number(value: unknown, absent: number): number {
    return typeof value === 'number' ? value : absent;
}

function listOf(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? value : [];
}

function partOf(value: unknown): Part {
    return typeof value === 'object' && value !== null ? { ...value } : {};
}
