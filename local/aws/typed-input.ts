import { z } from 'zod';
import { isObject } from '../json';

/**
 * The input with values of the types that the schema has: JSON sends timestamps as seconds since 1970 (Smithy, AWS
 * JSON protocols). Where all values are texts (AWS Query), numbers and booleans are read from them too.
 */
export function typedInput(schema: z.core.$ZodType, input: unknown, areTexts: boolean): unknown {
    const inner = (child: z.core.$ZodType, value: unknown) => typedInput(child, value, areTexts);
    if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
        return input === undefined ? undefined : inner(schema.def.innerType, input);
    }
    if (schema instanceof z.ZodPipe) {
        return inner(schema.def.in, input);
    }
    if (schema instanceof z.ZodArray) {
        const list = areTexts && input === '' ? [] : input;
        return Array.isArray(list) ? list.map((item) => inner(schema.def.element, item)) : list;
    }
    if (isObject(input)) {
        return typedMembers(schema, input, inner);
    }
    return schema instanceof z.ZodDate ? dateOf(input, areTexts) : areTexts ? fromText(schema, input) : input;
}

function typedMembers(
    schema: z.core.$ZodType,
    input: Readonly<Record<string, unknown>>,
    inner: (child: z.core.$ZodType, value: unknown) => unknown,
): unknown {
    if (schema instanceof z.ZodObject) {
        const members: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
        return mapped(input, (value, name) => (members[name] ? inner(members[name], value) : value));
    }
    return schema instanceof z.ZodRecord
        ? mapped(input, (value) => inner(schema.def.valueType, value))
        : input;
}

function fromText(schema: z.core.$ZodType, input: unknown): unknown {
    if (schema instanceof z.ZodNumber && typeof input === 'string' && input.trim() !== '') {
        return Number(input);
    }
    if (schema instanceof z.ZodBoolean && (input === 'true' || input === 'false')) {
        return input === 'true';
    }
    return input;
}

function dateOf(input: unknown, areTexts: boolean): unknown {
    if (typeof input === 'number') {
        return new Date(input * 1000);
    }
    return areTexts && typeof input === 'string' ? new Date(input) : input;
}

function mapped(
    record: Readonly<Record<string, unknown>>,
    change: (value: unknown, name: string) => unknown,
) {
    return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}
