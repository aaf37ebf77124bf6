import { isDeepStrictEqual } from 'node:util';
import type { Outcome } from './scenario';

/** A place where two servers answer one call differently. */
export interface Difference {
    /** The action, and the path in its answer without the indices of lists; or the errors, where one is refused. */
    readonly where: string;
    readonly ours: unknown;
    readonly theirs: unknown;
}

/** Members whose values no two servers have in common: times, tokens and what is random. */
const OWN =
    /(At|Time|[Tt]oken|uploadId|Timestamp|kmsKey|requestId|[Ee]ventId|LastModified|SubscriptionArn|MessageId|UserId)$/;

/** Where the outcomes differ; of errors the codes count. */
export function differences(action: string, ours: Outcome, theirs: Outcome): Difference[] {
    if (ours.error !== theirs.error) {
        const codes = `${ours.error ?? 'done'}, moto: ${theirs.error ?? 'done'}`;
        return [{ where: `${action} ${codes}`, ours: ours.message, theirs: theirs.message }];
    }
    return compare(ours.output, theirs.output, action);
}

/** In JSON null says the same as no member at all. */
function compare(a: unknown, given: unknown, where: string): Difference[] {
    const b = given ?? undefined;
    const isOwn = OWN.test(where) && a !== undefined && b !== undefined;
    if (isOwn || isDeepStrictEqual(a, b)) {
        return [];
    }
    if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
        return a.flatMap((item, index) => compare(item, b[index], where));
    }
    if (isRecord(a) && isRecord(b)) {
        const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
        return names.flatMap((name) => compare(a[name], b[name], `${where}.${name}`));
    }
    return [{ where, ours: a, theirs: b }];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
