import { AwsError } from './error';

/** One page of a list, and where the next one begins. */
export interface Page<T> {
    readonly items: readonly T[];
    readonly nextToken?: string;
}

/**
 * Cuts a page out of a list. `size` is at least 1. A token that no earlier page gave is refused with the service's
 * own error code.
 */
export function pageOf<T>(
    items: readonly T[],
    size: number,
    token: string | undefined,
    invalidToken = 'InvalidParameterException',
): Page<T> {
    const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
    if (!Number.isInteger(start) || start < 0 || start > items.length) {
        throw new AwsError(invalidToken, 'The specified nextToken is invalid.');
    }
    const end = start + size;
    return {
        items: items.slice(start, end),
        ...(end < items.length && { nextToken: Buffer.from(String(end)).toString('base64url') }),
    };
}
