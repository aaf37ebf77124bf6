import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { isObject, jsonIn } from '../../json';
import { AwsError } from '../error';
import { isLike } from '../resource-policy';

/*
 * Event patterns (EventBridge user guide, Event patterns, and Comparison operators for use in event patterns).
 */

/** Whether an event, as a JSON value, matches. */
export type Match = (event: unknown) => boolean;

/** Compiles a pattern, or throws InvalidEventPatternException. */
export function eventPattern(text: string): Match {
    const pattern = jsonIn(text);
    if (pattern === undefined) {
        throw invalid('Parsed JSON is malformed');
    }
    if (!isObject(pattern)) {
        throw invalid('Filter is not an object');
    }
    if (Object.keys(pattern).length === 0) {
        throw invalid('Empty filters are not allowed');
    }
    return objectMatch(pattern);
}

/** All members must match; an event's list is looked through for one element that does. */
function objectMatch(pattern: Readonly<Record<string, unknown>>): Match {
    const matches = Object.entries(pattern).map(([name, inner]) => memberMatch(name, inner));
    return (event) => [event].flat().some((each) => matches.every((match) => match(each)));
}

function memberMatch(name: string, inner: unknown): Match {
    // Anything else is a field of that name (aws/event-ruler, README, The "$or" Primitive).
    if (name === '$or' && Array.isArray(inner) && inner.length > 1 && inner.every(isObject)) {
        const matches = inner.map(objectMatch);
        return (event) => matches.some((match) => match(event));
    }
    const match = valueMatch(name, inner);
    return (event) => match(isObject(event) && Object.hasOwn(event, name) ? event[name] : undefined);
}

function valueMatch(name: string, inner: unknown): Match {
    if (isObject(inner)) {
        if (Object.keys(inner).length === 0) {
            throw invalid('Empty filters are not allowed');
        }
        return objectMatch(inner);
    }
    if (!Array.isArray(inner)) {
        throw invalid(`"${name}" must be an object or an array`);
    }
    if (inner.length === 0) {
        throw invalid('Empty arrays are not allowed');
    }
    const matches = inner.map(oneMatch);
    return (event) => matches.some((match) => match(event));
}

/** One element of a list in the pattern: a value, or an operator. */
function oneMatch(wanted: unknown): Match {
    if (!isObject(wanted)) {
        return onLeaves((value) => value === wanted);
    }
    const [[operator, operand] = ['', undefined], ...others] = Object.entries(wanted);
    const make = OPERATORS.get(operator);
    if (!make) {
        throw invalid(`Unrecognized match type ${operator}`);
    }
    if (others.length > 0) {
        throw invalid('Only one key allowed in match expression');
    }
    return make(operand);
}

/** Tests each element of a list, or the value itself; an object has no value. */
function onLeaves(test: (value: unknown) => boolean): Match {
    return (event) => [event].flat().some((value) => value !== undefined && !isObject(value) && test(value));
}

function onTexts(test: (value: string) => boolean): Match {
    return onLeaves((value) => typeof value === 'string' && test(value));
}

const text = z.string();
const ignoringCase = z.strictObject({ 'equals-ignore-case': z.string() });
const oneOrMore = z
    .union([z.string(), z.number(), z.array(z.union([z.string(), z.number()])).min(1)])
    .transform((value) => [value].flat());
const texts = z.union([z.string(), z.array(z.string()).min(1)]).transform((value) => [value].flat());

const OPERATORS: ReadonlyMap<string, (operand: unknown) => Match> = new Map([
    ['exists', existence],
    ['prefix', affix('prefix', (value, part) => value.startsWith(part))],
    ['suffix', affix('suffix', (value, part) => value.endsWith(part))],
    [
        'equals-ignore-case',
        (operand: unknown) => {
            const wanted = read(text, operand, 'equals-ignore-case').toLowerCase();
            return onTexts((value) => value.toLowerCase() === wanted);
        },
    ],
    [
        'wildcard',
        (operand: unknown) => {
            const wanted = read(text, operand, 'wildcard');
            if (wanted.includes('**')) {
                throw invalid('Consecutive wildcard characters are not allowed');
            }
            return onTexts((value) => isWild(value, wanted));
        },
    ],
    ['anything-but', anythingBut],
    ['numeric', numeric],
    ['cidr', cidr],
]);

function read<S extends z.ZodType>(schema: S, operand: unknown, operator: string): z.output<S> {
    const result = schema.safeParse(operand);
    if (!result.success) {
        throw invalid(`${operator} has an operand that it does not take`);
    }
    return result.data;
}

/** About leaves: an object is neither there nor not. */
function existence(operand: unknown): Match {
    const isWanted = read(z.boolean(), operand, 'exists');
    return (event) => (event !== undefined && !isObject(event)) === isWanted;
}

function affix(operator: string, test: (value: string, part: string) => boolean) {
    return (operand: unknown): Match => {
        const wanted = read(z.union([text, ignoringCase]), operand, operator);
        if (typeof wanted === 'string') {
            return onTexts((value) => test(value, wanted));
        }
        const lower = wanted['equals-ignore-case'].toLowerCase();
        return onTexts((value) => test(value.toLowerCase(), lower));
    };
}

/** A star stands for any characters; a question mark for itself. */
function isWild(value: string, pattern: string): boolean {
    return isLike(value.replaceAll('?', '\u0000'), pattern.replaceAll('?', '\u0000'));
}

const EXCLUDED: Readonly<Record<string, (value: string, part: string) => boolean>> = {
    prefix: (value, part) => value.startsWith(part),
    suffix: (value, part) => value.endsWith(part),
    wildcard: isWild,
    'equals-ignore-case': (value, part) => value.toLowerCase() === part.toLowerCase(),
};

/** A value that is there and is none of these. */
function anythingBut(operand: unknown): Match {
    if (!isObject(operand)) {
        const excluded: readonly unknown[] = read(oneOrMore, operand, 'anything-but');
        return onLeaves((value) => !excluded.includes(value));
    }
    const [[kind, inner] = ['', undefined]] = Object.entries(operand);
    const test = EXCLUDED[kind];
    if (!test) {
        throw invalid(`Unsupported anything-but pattern ${kind}`);
    }
    const parts = read(texts, inner, 'anything-but');
    return onTexts((value) => !parts.some((part) => test(value, part)));
}

const COMPARISONS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
    '=': (value, limit) => value === limit,
    '<': (value, limit) => value < limit,
    '<=': (value, limit) => value <= limit,
    '>': (value, limit) => value > limit,
    '>=': (value, limit) => value >= limit,
};

/** One comparison or two, as in [">", 0, "<=", 5]. */
function numeric(operand: unknown): Match {
    const comparison = [z.enum(['=', '<', '<=', '>', '>=']), z.number()] as const;
    const parts = read(
        z.union([z.tuple([...comparison]), z.tuple([...comparison, ...comparison])]),
        operand,
        'numeric',
    );
    const [operator, limit, second, secondLimit] = parts;
    return onLeaves(
        (value) =>
            typeof value === 'number' &&
            COMPARISONS[operator]?.(value, limit) === true &&
            (second === undefined || COMPARISONS[second]?.(value, secondLimit ?? 0) === true),
    );
}

/** Addresses of version 4; version 6 is not known here. */
function cidr(operand: unknown): Match {
    const [network = '', bits = ''] = read(text, operand, 'cidr').split('/');
    if (!isIPv4(network) || !/^\d{1,2}$/.test(bits)) {
        throw invalid('Malformed CIDR, one slash required');
    }
    const size = 2 ** (32 - Number(bits));
    const blockOf = (address: string) => Math.floor(numberOf(address) / size);
    return onTexts((value) => isIPv4(value) && blockOf(value) === blockOf(network));
}

function numberOf(address: string): number {
    return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function invalid(reason: string): AwsError {
    return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}
