import type { Json } from '../json';
import { argumentOf } from './data';

/** A value as a part of a text of Fn::Sub; undefined where it has no such form. */
export function subText(value: Json): string | undefined {
    if (typeof value === 'string' || typeof value === 'number') {
        return String(value).replaceAll('${', '${!');
    }
    const reference = argumentOf(value, 'Ref');
    if (typeof reference === 'string') {
        return `\${${reference}}`;
    }
    const attribute = argumentOf(value, 'Fn::GetAtt');
    if (Array.isArray(attribute)) {
        return `\${${attribute.join('.')}}`;
    }
    const text = argumentOf(value, 'Fn::Sub');
    if (typeof text === 'string') {
        return text;
    }
    const join = argumentOf(value, 'Fn::Join');
    const [delimiter, parts] = Array.isArray(join) ? join : [];
    const texts: (string | undefined)[] = Array.isArray(parts) ? parts.map(subText) : [undefined];
    return typeof delimiter === 'string' && texts.every((part) => part !== undefined)
        ? texts.join(delimiter)
        : undefined;
}
