import {
    Integer,
    transformValue,
} from '@amazon-web-services-cloudformation/cloudformation-cli-typescript-lib';
import schema from '../../schema.json';
import { isRecord } from '../json';

/** What this file looks at in a part of schema.json. */
interface Node {
    readonly $ref?: string;
    readonly type?: unknown;
    readonly properties?: Readonly<Record<string, Node>>;
    readonly items?: Node;
}

const DEFINITIONS: Readonly<Record<string, Node>> = schema.definitions;

/**
 * Numbers and booleans in place of the texts that CloudFormation gives, each cast by itself as the library casts it, so
 * that one that cannot be cast leaves the others right. That one stays as it is, for the check against the schema.
 */
export function castAsFarAsPossible(value: unknown, node: Node = schema): unknown {
    const { type, properties, items } = DEFINITIONS[node.$ref?.replace('#/definitions/', '') ?? ''] ?? node;
    if (Array.isArray(value) && items) {
        return value.map((item) => castAsFarAsPossible(item, items));
    }
    if (isRecord(value) && properties) {
        const entries = Object.entries(value).map(([name, inner]) => [
            name,
            castAsFarAsPossible(inner, properties[name] ?? {}),
        ]);
        // The library makes null of an empty text, and CloudFormation means null as absent.
        return Object.fromEntries(entries.filter(([, inner]) => inner !== null));
    }
    try {
        return type === 'boolean' || type === 'integer' ? castText(type, value) : value;
    } catch {
        return value;
    }
}

function castText(type: 'boolean' | 'integer', value: unknown): unknown {
    const cast: unknown = transformValue(type === 'boolean' ? Boolean : Integer, '', value, {});
    return typeof cast === 'bigint' ? Number(cast) : cast;
}
