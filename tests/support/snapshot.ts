import { types } from 'node:util';
import type { Holdings } from '../../local/aws/world';
import { LOCK_LOG_GROUP } from '../../src/aws/names';
import { Account } from './account';

/** Looks at all that an account holds in several Regions. */
export class Observer {
    private readonly places: readonly Account[];

    constructor(endpoint: string, account: string, regions: readonly string[]) {
        this.places = regions.map((region) => new Account(endpoint, region, account));
    }

    /** Canonical: two equal texts are the same snapshot. */
    async snapshot(): Promise<string> {
        const entries = this.places.map(async (place) => [place.region, await place.everything()]);
        return JSON.stringify(canonical(Object.fromEntries(await Promise.all(entries))), undefined, 1);
    }

    close(): void {
        for (const place of this.places) {
            place.close();
        }
    }
}

/** What the stand-in keeps and AWS does not show, or not for long; and the lock, which stays. */
const UNSEEN = /history|^state$|^isAwake$|At$/;

/** What an account holds, as the stand-in keeps it; as canonical as a snapshot, and much faster. */
export function textOf(holdings: Holdings): string {
    const kinds = [...holdings].map(([kind, places]): [string, unknown] => [String(kind), places]);
    return JSON.stringify(canonical(seen(Object.fromEntries(kinds)) ?? {}), undefined, 1);
}

/** As plain objects and lists, without what is unseen or empty; undefined if nothing is left. */
function seen(value: unknown): unknown {
    if (types.isMap(value)) {
        return seen(Object.fromEntries(value));
    }
    if (types.isSet(value)) {
        return seen([...value]);
    }
    if (typeof value !== 'object' || value === null || types.isDate(value)) {
        return value;
    }
    if (Array.isArray(value)) {
        return value.length > 0 ? value.map(seen) : undefined;
    }
    const entries = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
        const text = key.endsWith(':created-by') ? '…' : seen(inner);
        // A registry is so if nobody has configured it; the stand-in keeps that once it is asked for.
        const isDefault = key === 'scanType' && inner === 'BASIC';
        return UNSEEN.test(key) || key === LOCK_LOG_GROUP || isDefault || text === undefined
            ? []
            : [[key, text]];
    });
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/** The lines that are in one of two snapshots only, a few of them. */
export function difference(wanted: string, found: string): string {
    const only = (a: string, b: string, sign: string) => {
        const lines = new Set(b.split('\n').map((line) => line.replace(/,$/, '')));
        const missing = a.split('\n').filter((line) => !lines.has(line.replace(/,$/, '')));
        return missing.slice(0, 6).map((line) => `${sign}${line.trim()}`);
    };
    return [...only(wanted, found, '-'), ...only(found, wanted, '+')].join(' ');
}

/** Without times and without what tells one creation from another; keys and lists in one order. */
function canonical(value: unknown): unknown {
    if (types.isDate(value)) {
        return undefined;
    }
    if (Array.isArray(value)) {
        const items = value.map(canonical).map((item) => JSON.stringify(item));
        return items.sort().map((item) => JSON.parse(item));
    }
    if (typeof value !== 'object' || value === null) {
        return value;
    }
    const { Key } = value as { Key?: unknown };
    const entries = Object.entries(value)
        .filter(([key]) => !/time|createdAt|lastUpdated/i.test(key))
        .map(([key, inner]): [string, unknown] => [
            key,
            key === 'Value' && String(Key).endsWith(':created-by') ? '…' : canonical(inner),
        ]);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
