import { types } from 'node:util';
import type { Holdings } from '../../local/aws/world';

/** A copy of what one account holds, as another holds it: its ID is in places, names, ARNs and policies. */
export function movedTo(account: string, from: string, holdings: Holdings): Holdings {
    const moved = (value: unknown): unknown => {
        if (typeof value === 'string') {
            return value.replaceAll(from, account);
        }
        if (typeof value !== 'object' || value === null || types.isDate(value)) {
            return value;
        }
        if (Array.isArray(value)) {
            return value.map(moved);
        }
        if (types.isSet(value)) {
            return new Set([...value].map(moved));
        }
        return types.isMap(value) ? new Map(pairs(value)) : Object.fromEntries(pairs(Object.entries(value)));
    };
    const pairs = (entries: Iterable<[unknown, unknown]>) =>
        Array.from(entries, ([key, value]): [string, unknown] => [String(moved(key)), moved(value)]);
    return new Map([...holdings].map(([kind, places]) => [kind, new Map(pairs(places))]));
}
