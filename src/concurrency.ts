import { HandlerFailure } from './errors';

/**
 * Waits for all calls, the failed ones too, so that nothing is under way when it ends. Of several failures, the one
 * with the fewest retries is thrown: a retry of the whole cannot fix that one.
 */
export async function all<T extends readonly unknown[]>(
    calls: { readonly [K in keyof T]: Promise<T[K]> },
): Promise<T> {
    const results = await Promise.allSettled(calls);
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    if (failures.length > 0) {
        throw failures.reduce((worst, next) => (patience(next) < patience(worst) ? next : worst));
    }
    return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as unknown as T;
}

/**
 * Looks for something, and for its details only when it is there; at the same time if it is expected to be there, which
 * saves a round trip. Undefined where it is not.
 */
export async function findWithDetails<T, D>(
    find: () => Promise<T | undefined>,
    details: () => Promise<D>,
    isExpected: boolean,
): Promise<[T, D] | undefined> {
    const [found, early] = await all<[T | undefined, [D] | undefined]>([
        find(),
        isExpected ? details().then((one): [D] => [one]) : Promise.resolve(undefined),
    ]);
    if (found === undefined) {
        return undefined;
    }
    const [known] = early ?? [await details()];
    return [found, known];
}

function patience(error: unknown): number {
    return error instanceof HandlerFailure ? error.patience : 0;
}
