import { type OutputUnit, type Schema, Validator } from '@cfworker/json-schema';
import schema from '../schema.json';

type Node = Readonly<Record<string, unknown>>;

/** Keywords whose failure the failures beneath them explain. */
const CONTAINERS = new Set(['properties', 'additionalProperties', 'items', '$ref']);

/** Objects or lists within each other. Far more than any policy takes, and few enough to go through by recursion. */
const DEEPEST = 100;

/** Items of a list. No property can use so many, and to compare each with each would take too long beyond. */
const LONGEST = 1_000;

/** Made when it is needed: it goes through the whole schema. */
let validator: Validator | undefined;

/** One way in which properties go against schema.json. */
export interface Violation {
    /** From the properties down to what is wrong, such as Tags, 0, Key. */
    readonly path: readonly string[];
    /** The property, what was given, what is wanted. */
    readonly sentence: string;
}

/** All violations of schema.json; CloudFormation checks the same before it calls a handler. */
export function violationsIn(properties: unknown): Violation[] {
    if (typeof properties !== 'object' || properties === null) {
        return [{ path: [], sentence: `properties: given ${show(properties)}, wanted an object` }];
    }
    validator ??= new Validator(schema as Schema, '7', false);
    const { errors } = validator.validate(properties);
    return errors
        .filter(({ keyword }) => !CONTAINERS.has(keyword))
        .map((unit) => violation(unit, properties));
}

/** All violations of the schema of the type configuration. */
export function configurationViolations(configuration: object): Violation[] {
    const { errors } = new Validator(schema.typeConfiguration as Schema, '7', false).validate(configuration);
    return errors
        .filter(({ keyword }) => !CONTAINERS.has(keyword))
        .map((unit) => {
            const keywordLocation = unit.keywordLocation.replace('#', '#/typeConfiguration');
            return violation({ ...unit, keywordLocation }, configuration);
        });
}

/** The violations as sentences. */
export function violations(properties: unknown): string[] {
    return violationsIn(properties).map(({ sentence }) => sentence);
}

function violation(
    { instanceLocation, keyword, keywordLocation, error }: OutputUnit,
    root: object,
): Violation {
    const path = instanceLocation.split('/').slice(1).map(unescapePointer);
    const where = path.join('/') || 'properties';
    if (keyword === 'false') {
        const wanted = "given a property that does not exist, wanted one of the type's own";
        return { path, sentence: `${where}: ${wanted}` };
    }
    const given = show(path.reduce<unknown>((node, key) => (node as Node)[key], root));
    const wanted = expectation(keyword, lookUp(keywordLocation), inWords(keywordLocation)) ?? error;
    return { path, sentence: `${where}: given ${given}, wanted ${wanted}` };
}

/** What the schema says of a pattern in words, in the $comment beside it. */
function inWords(keywordLocation: string): string {
    const words = lookUp(keywordLocation.replace(/[^/]+$/, '$comment'));
    return words === undefined ? '' : `${words}: `;
}

function expectation(keyword: string, wanted: unknown, words: string): string | undefined {
    switch (keyword) {
        case 'type':
            return `${wanted === 'integer' || wanted === 'array' || wanted === 'object' ? 'an' : 'a'} ${wanted}`;
        case 'enum':
            return `one of ${(wanted as unknown[]).join(', ')}`;
        case 'required':
            return `${(wanted as unknown[]).join(' and ')} in it`;
        case 'pattern':
            return `${words}text that matches ${wanted}`;
        case 'minimum':
            return `at least ${wanted}`;
        case 'maximum':
            return `at most ${wanted}`;
        case 'minLength':
            return `at least ${counted(wanted, 'character')}`;
        case 'maxLength':
            return `at most ${counted(wanted, 'character')}`;
        case 'minItems':
            return `at least ${counted(wanted, 'item')}`;
        case 'maxItems':
            return `at most ${counted(wanted, 'item')}`;
        case 'uniqueItems':
            return 'each item once';
        default:
            return undefined;
    }
}

function counted(number: unknown, noun: string): string {
    return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** What is in the schema at a keywordLocation, such as #/properties/Tags/items/$ref/required. */
function lookUp(keywordLocation: string): unknown {
    return keywordLocation
        .split('/')
        .slice(1)
        .map(unescapePointer)
        .reduce<unknown>((node, key) => {
            const next = (node as Node)[key];
            return key === '$ref' ? lookUp(next as string) : next;
        }, schema);
}

function unescapePointer(token: string): string {
    return decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~');
}

function show(value: unknown): string {
    const text = JSON.stringify(value) ?? 'nothing';
    return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

/**
 * The first thing in a value that cannot be processed: the library would lose a key that all objects have, and deep or
 * long values would break or take too long. Undefined if there is none.
 */
export function obstacleIn(value: unknown, levels = DEEPEST): string | undefined {
    if (typeof value !== 'object' || value === null) {
        return undefined;
    }
    if (levels === 0) {
        return `wanted at most ${DEEPEST} objects or lists within each other`;
    }
    if (Array.isArray(value) && value.length > LONGEST) {
        return `given a list of ${value.length} items, wanted at most ${LONGEST}`;
    }
    // The library takes them for what all objects have: a condition would vanish from a policy, a tag from a stack.
    const lost = Object.keys(value).find((key) => Object.hasOwn(Object.prototype, key));
    return lost === undefined
        ? Object.values(value).reduce<string | undefined>(
              (found, inner) => found ?? obstacleIn(inner, levels - 1),
              undefined,
          )
        : `given the key ${lost}, which no property, condition or tag of a stack can have here; wanted another name`;
}
