import { setTimeout } from 'node:timers/promises';
import type { RecordedCall } from '../calls';
import { AwsError } from '../error';
import type { Difficulty } from '../server';

/** What becomes of a call. */
export type Fate =
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
export type Interceptor = (call: RecordedCall, n: number) => Fate;

export const THROTTLED: Refusal = { error: 'ThrottlingException', status: 400, message: 'Rate exceeded' };
export const BROKEN: Refusal = { error: 'ServerException', status: 500, message: 'Internal failure' };
export const DENIED: Refusal = {
    error: 'AccessDeniedException',
    status: 400,
    message: 'User: tester is not authorized to perform this action',
};

/** Calls meet the fate that the interceptor gives them. */
export function fated(interceptor: Interceptor): Difficulty {
    let count = 0;
    return async ({ record }, next) => {
        count += 1;
        const fate = interceptor(record, count);
        switch (fate) {
            case 'pass':
                return next();
            case 'cut':
                return undefined;
            case 'lose':
                await next().catch(() => undefined);
                return undefined;
            default:
                return changed(fate, next);
        }
    };
}

async function changed(fate: Exclude<Fate, string>, next: () => Promise<object | undefined>) {
    if ('error' in fate) {
        throw new AwsError(fate.error, fate.message, fate.status);
    }
    if ('answer' in fate) {
        return fate.answer;
    }
    if ('delay' in fate) {
        await setTimeout(fate.delay);
        return next();
    }
    const answer = await next();
    return answer && fate.rewrite(answer);
}
