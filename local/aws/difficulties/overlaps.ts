import { setTimeout } from 'node:timers/promises';
import type { Difficulty, ServiceRequest } from '../difficulty';
import { AwsError } from '../error';

/** An object that takes one write at a time, and what a second one is refused with. */
interface Exclusive {
    readonly writes: RegExp;
    /** The members of requests that name it. */
    readonly names: readonly string[];
    readonly error: string;
    readonly message: string;
}

const EXCLUSIVE: readonly Exclusive[] = [
    {
        // CloudWatch Logs API reference, OperationAbortedException.
        writes: /^logs:(?!Describe|Get|List|Filter|Test)/,
        names: ['logGroupName'],
        error: 'OperationAbortedException',
        message: 'Multiple concurrent requests to update the same resource were in conflict.',
    },
    {
        // EventBridge API reference, ConcurrentModificationException.
        writes: /^events:(PutRule|DeleteRule|EnableRule|DisableRule|PutTargets|RemoveTargets)$/,
        names: ['Rule', 'Name'],
        error: 'ConcurrentModificationException',
        message: 'There is concurrent modification on a rule, target, archive, or replay.',
    },
];

/** Refuses a write to a log group or a rule while another one is under way. Each takes so many milliseconds. */
export function exclusiveWrites(milliseconds: number): Difficulty {
    const busy = new Set<string>();
    return async (request, next) => {
        const written = writtenBy(request);
        if (!written) {
            return next();
        }
        if (busy.has(written.key)) {
            throw new AwsError(written.error, written.message);
        }
        busy.add(written.key);
        try {
            await setTimeout(milliseconds);
            return await next();
        } finally {
            busy.delete(written.key);
        }
    };
}

function writtenBy({ record: { action, input }, call }: ServiceRequest) {
    const exclusive = EXCLUSIVE.find(({ writes }) => writes.test(action));
    const name = exclusive?.names.map((member) => input[member]).find((value) => value !== undefined);
    return exclusive && name !== undefined
        ? { ...exclusive, key: `${exclusive.error} ${call.account} ${call.region} ${name}` }
        : undefined;
}
