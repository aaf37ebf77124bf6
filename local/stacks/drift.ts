import { isDeepStrictEqual } from 'node:util';
import { sharesName } from '../../src/item-name';
import { isObject, type Json, type JsonObject } from '../json';
import { definitionOf, readOnlyProperties, schemaOf } from '../resource-type';
import { type Caller, read } from './operation';
import type { ExistingResource } from './state';

export interface Difference {
    /** Where, as a JSON pointer: /ImageTagMutability. */
    readonly path: string;
    readonly kind: 'NOT_EQUAL' | 'ADD' | 'REMOVE';
    readonly expected: Json | undefined;
    readonly actual: Json | undefined;
}

export interface ResourceDrift {
    readonly logicalId: string;
    readonly physicalId: string;
    readonly status: 'IN_SYNC' | 'MODIFIED' | 'DELETED';
    readonly differences: readonly Difference[];
}

/** Reads a resource by its primary identifier alone and compares it with the template. */
export async function detectDrift(record: ExistingResource, caller: Caller): Promise<ResourceDrift> {
    const { logicalId, physicalId } = record;
    const outcome = await read(record, physicalId, caller);
    if (outcome.status === 'SUCCESS') {
        const differences = differencesOf(record.properties, outcome.model);
        return {
            logicalId,
            physicalId,
            status: differences.length > 0 ? 'MODIFIED' : 'IN_SYNC',
            differences,
        };
    }
    if (outcome.status === 'FAILED' && outcome.code === 'NotFound') {
        return { logicalId, physicalId, status: 'DELETED', differences: [] };
    }
    throw new Error(`${logicalId}: ${outcome.status === 'FAILED' ? outcome.reason : 'cancelled'}`);
}

/**
 * Only what the template sets is compared (User Guide, "Detect unmanaged configuration changes"), apart from
 * read-only properties. The type has no write-only ones.
 */
export function differencesOf(expected: JsonObject, actual: JsonObject): Difference[] {
    return Object.entries(expected)
        .filter(([name]) => !readOnlyProperties.includes(name))
        .flatMap(([name, value]) => compare(`/${name}`, value, actual[name], schemaOf(name)));
}

function compare(path: string, expected: Json, actual: Json | undefined, wanted: JsonObject): Difference[] {
    const part = definitionOf(wanted);
    if (actual === undefined || actual === null) {
        return [{ path, kind: 'REMOVE', expected, actual }];
    }
    if (Array.isArray(expected) && Array.isArray(actual)) {
        const items = isObject(part.items) ? part.items : {};
        return part.insertionOrder === false
            ? compareSets(path, expected, actual, items)
            : compareLists(path, expected, actual, items);
    }
    if (isObject(expected) && isObject(actual)) {
        const parts = isObject(part.properties) ? part.properties : {};
        return Object.entries(expected).flatMap(([key, value]) => {
            const inner = parts[key];
            return compare(`${path}/${escapePointer(key)}`, value, actual[key], isObject(inner) ? inner : {});
        });
    }
    return isDeepStrictEqual(expected, actual) ? [] : [{ path, kind: 'NOT_EQUAL', expected, actual }];
}

function compareLists(
    path: string,
    expected: readonly Json[],
    actual: readonly Json[],
    items: JsonObject,
): Difference[] {
    const common = expected.slice(0, actual.length);
    return [
        ...common.flatMap((value, index) => compare(`${path}/${index}`, value, actual[index], items)),
        ...removed(path, expected, (index) => index < actual.length),
        ...added(path, actual, (index) => index < expected.length),
    ];
}

/** In no order: each expected item takes one actual item that equals it. */
function compareSets(
    path: string,
    expected: readonly Json[],
    actual: readonly Json[],
    items: JsonObject,
): Difference[] {
    const unmatched = new Set(actual.keys());
    const partners = expected.map((value) => {
        const partner = [...unmatched].find(
            (index) => compare(path, value, actual[index], items).length === 0,
        );
        if (partner !== undefined) {
            unmatched.delete(partner);
        }
        return partner;
    });
    const changed = expected.flatMap((value, index) => {
        const twin = [...unmatched].find((other) => sharesName(value, actual[other]));
        if (partners[index] !== undefined || twin === undefined) {
            return [];
        }
        unmatched.delete(twin);
        partners[index] = twin;
        return compare(`${path}/${index}`, value, actual[twin], items);
    });
    return [
        ...changed,
        ...removed(path, expected, (index) => partners[index] !== undefined),
        ...added(path, actual, (index) => !unmatched.has(index)),
    ];
}

type Matched = (index: number) => boolean;

function removed(path: string, expected: readonly Json[], matched: Matched): Difference[] {
    return expected.flatMap((value, index) =>
        matched(index)
            ? []
            : [{ path: `${path}/${index}`, kind: 'REMOVE', expected: value, actual: undefined }],
    );
}

function added(path: string, actual: readonly Json[], matched: Matched): Difference[] {
    return actual.flatMap((value, index) =>
        matched(index) ? [] : [{ path: `${path}/${index}`, kind: 'ADD', expected: undefined, actual: value }],
    );
}

function escapePointer(key: string): string {
    return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
