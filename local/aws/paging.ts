import { AwsError } from './error';

/** One page of a list, and where the next one begins. */
export interface Page<T> {
    readonly items: readonly T[];
    readonly nextToken?: string;
}

/**
 * Cuts a page out of a list. `size` is at least 1. A token that no earlier page gave is refused with the service's
 * own error, by its code and its name in the model.
 */
export function pageOf<T>(
    items: readonly T[],
    size: number,
    token: string | undefined,
    invalidToken = 'InvalidParameterException',
    shape = invalidToken,
): Page<T> {
    const start = token === undefined ? '0' : Buffer.from(token, 'base64url').toString();
    if (!/^\d+$/.test(start)) {
        throw new AwsError(invalidToken, 'The specified nextToken is invalid.', 400, shape);
    }
    const end = Number(start) + size;
    return {
        items: items.slice(Number(start), end),
        ...(end < items.length && { nextToken: Buffer.from(String(end)).toString('base64url') }),
    };
}

/** A list in the order of a name, as AWS's lists are. */
export function sortedBy<T>(list: Iterable<T>, name: (item: T) => string): T[] {
    return [...list].sort((a, b) => (name(a) < name(b) ? -1 : 1));
}
