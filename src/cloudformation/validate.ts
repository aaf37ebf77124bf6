import { type OutputUnit, type Schema, Validator } from '@cfworker/json-schema';
import schema from '../../schema.json';

type Node = Readonly<Record<string, unknown>>;

/** Keywords whose failure is told by the failures beneath them. */
const CONTAINERS = new Set(['properties', 'additionalProperties', 'items', '$ref']);

const validator = new Validator(schema as Schema, '7', false);

/**
 * Everything in which the properties go against schema.json, one sentence each: the property, what was given,
 * what is wanted. Empty when they are valid. CloudFormation checks the same before it calls a handler.
 */
export function violations(properties: unknown): string[] {
    if (typeof properties !== 'object' || properties === null) {
        return [`properties: given ${show(properties)}, wanted an object`];
    }
    const { errors } = validator.validate(properties);
    return errors.filter(({ keyword }) => !CONTAINERS.has(keyword)).map((unit) => sentence(unit, properties));
}

function sentence({ instanceLocation, keyword, keywordLocation, error }: OutputUnit, root: object): string {
    const path = instanceLocation.split('/').slice(1).map(unescapePointer);
    const where = path.join('/') || 'properties';
    if (keyword === 'false') {
        return `${where}: given a property that does not exist, wanted one of the type's own`;
    }
    const wanted = lookUp(keywordLocation);
    const given = show(path.reduce<unknown>((node, key) => (node as Node)[key], root));
    return `${where}: given ${given}, wanted ${wish(keyword, wanted) ?? error}`;
}

function wish(keyword: string, wanted: unknown): string | undefined {
    switch (keyword) {
        case 'type':
            return `${wanted === 'integer' || wanted === 'array' || wanted === 'object' ? 'an' : 'a'} ${wanted}`;
        case 'enum':
            return `one of ${(wanted as unknown[]).join(', ')}`;
        case 'required':
            return `${(wanted as unknown[]).join(' and ')} in it`;
        case 'pattern':
            return `text that matches ${wanted}`;
        case 'minimum':
            return `at least ${wanted}`;
        case 'maximum':
            return `at most ${wanted}`;
        case 'minLength':
            return `at least ${wanted} characters`;
        case 'maxLength':
            return `at most ${wanted} characters`;
        case 'minItems':
            return `at least ${wanted} items`;
        case 'maxItems':
            return `at most ${wanted} items`;
        case 'uniqueItems':
            return 'each item once';
        default:
            return undefined;
    }
}

/** What stands in the schema at a keywordLocation, such as #/properties/Tags/items/$ref/required. */
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
