import { setTimeout } from 'node:timers/promises';
import type { RecordedCall } from '../calls';
import type { Difficulty } from '../difficulty';
import { AwsError } from '../error';

/** What becomes of a call. */
export type Interception =
    | 'pass'
    /** The connection is cut before AWS hears of the call. */
    | 'cut'
    /** AWS does it, and the connection is cut before the answer is back. */
    | 'lose'
    /** It takes so many milliseconds longer. */
    | { readonly delay: number }
    | Refusal
    /** This is answered in place of AWS. */
    | { readonly answer: object }
    /** AWS does it, and its answer is changed. */
    | { readonly rewrite: (answer: object) => object };

/** An error in place of what was asked for. */
export interface Refusal {
    readonly error: string;
    /** The HTTP status. */
    readonly status: number;
    readonly message: string;
}

/** Decides on the n-th call, counted from 1, since it was put in place. */
export type Interceptor = (call: RecordedCall, n: number) => Interception;

export const THROTTLED: Refusal = { error: 'ThrottlingException', status: 400, message: 'Rate exceeded' };
export const BROKEN: Refusal = { error: 'ServerException', status: 500, message: 'Internal failure' };
export const DENIED: Refusal = {
    error: 'AccessDeniedException',
    status: 400,
    message: 'User: tester is not authorized to perform this action',
};

/** What the interceptor says becomes of each call. */
export function intercepted(interceptor: Interceptor): Difficulty {
    let count = 0;
    return async ({ record }, next) => {
        count += 1;
        const interception = interceptor(record, count);
        switch (interception) {
            case 'pass':
                return next();
            case 'cut':
                return undefined;
            case 'lose':
                await next().catch(() => undefined);
                return undefined;
            default:
                return changed(interception, next);
        }
    };
}

async function changed(interception: Exclude<Interception, string>, next: () => Promise<object | undefined>) {
    if ('error' in interception) {
        throw new AwsError(interception.error, interception.message, interception.status);
    }
    if ('answer' in interception) {
        return interception.answer;
    }
    if ('delay' in interception) {
        await setTimeout(interception.delay);
        return next();
    }
    const answer = await next();
    return answer && interception.rewrite(answer);
}
