import { isRecord } from './json';

/** What tells an item from its neighbours in a list: a statement's Sid, a rule's Id, a tag's Key, a destination's Region. */
const NAMES = ['Sid', 'Id', 'Key', 'Region'];

/** Whether two items of a list have the same name, so that one is a changed form of the other. */
export function sharesName(a: unknown, b: unknown): boolean {
    return isRecord(a) && isRecord(b) && NAMES.some((name) => a[name] !== undefined && a[name] === b[name]);
}

/** An item without anything but its name; undefined if it has none. */
export function nameOf(item: unknown): object | undefined {
    const name = isRecord(item) ? NAMES.find((key) => item[key] !== undefined) : undefined;
    return isRecord(item) && name !== undefined ? { [name]: item[name] } : undefined;
}
