import { isDeepStrictEqual } from 'node:util';
import { nameOf, sharesName } from './item-name';
import { isRecord } from './json';

/** What would be if a value were declared in the place of the one that is written. */
export interface Meaning {
    /** What READ would show in this place; undefined if nothing. */
    shown(value: unknown): unknown;
    /** What AWS would hold, all of it. */
    held(value: unknown): unknown;
}

/**
 * Pure. What AWS holds now, with each part that is unchanged as it is written, so that a difference points at the
 * others alone. `isOrdered`: the order of a list's items matters.
 */
export function respelled(
    written: unknown,
    now: unknown,
    meaning: Meaning,
    { isOrdered = false } = {},
): unknown {
    const shown = meaning.shown(written);
    if (isDeepStrictEqual(shown, now)) {
        return written;
    }
    if (Array.isArray(written) && Array.isArray(now)) {
        return respelledList(written, now, meaning, isOrdered);
    }
    return isRecord(written) && isRecord(shown) && isRecord(now)
        ? respelledRecord(written, now, meaning)
        : now;
}

function respelledRecord(
    written: Readonly<Record<string, unknown>>,
    now: Readonly<Record<string, unknown>>,
    meaning: Meaning,
): unknown {
    const members = Object.entries(written).flatMap(([key, member]) => {
        if (Object.hasOwn(now, key)) {
            return [[key, respelled(member, now[key], ofMember(key, written, meaning))]];
        }
        const { [key]: _, ...others } = written;
        return isWithoutEffect(written, others, meaning) ? [[key, member]] : [];
    });
    return { ...now, ...Object.fromEntries(members) };
}

function ofMember(
    key: string,
    written: Readonly<Record<string, unknown>>,
    { shown, held }: Meaning,
): Meaning {
    return {
        shown(value) {
            const record = shown({ ...written, [key]: value });
            return isRecord(record) ? record[key] : undefined;
        },
        held: (value) => held({ ...written, [key]: value }),
    };
}

/** What AWS holds no trace of, such as a rule that is not enabled, cannot be missing. */
function isWithoutEffect(written: unknown, others: unknown, { held }: Meaning): boolean {
    return isDeepStrictEqual(held(written), held(others));
}

/**
 * Items that are changed keep their places, and an item that is gone leaves its place to what is new, or to its bare
 * name: so the items after it keep theirs.
 */
function respelledList(
    written: readonly unknown[],
    now: readonly unknown[],
    meaning: Meaning,
    isOrdered: boolean,
): unknown[] {
    const alone: Meaning = {
        shown: (value) => listOf(meaning.shown([value]))[0],
        held: (value) => meaning.held([value]),
    };
    const shownAt = partners(written, listOf(meaning.shown(written)), alone);
    const nowAt = partners(written, now, alone);
    const added = now.filter((_, index) => !nowAt.includes(index));
    const last = nowAt.findLastIndex((place) => place !== undefined);
    const places = nowAt.filter((place) => place !== undefined);
    // AWS's own order counts where it would have kept the written one.
    const queue = isAscending(shownAt) ? places.toSorted((a, b) => a - b) : places;
    const list = written.map((item, index) => {
        const place = nowAt[index] === undefined ? undefined : queue.shift();
        if (place !== undefined) {
            return respelled(written[nowAt.indexOf(place)], now[place], alone);
        }
        if (isWithoutEffect(written, written.toSpliced(index, 1), meaning)) {
            return item;
        }
        const name = nameOf(item);
        if (!name) {
            return added.shift();
        }
        return isOrdered && index < last ? name : undefined;
    });
    return [...list.filter((item) => item !== undefined), ...added];
}

function isAscending(places: readonly (number | undefined)[]): boolean {
    const known = places.filter((place) => place !== undefined);
    return known.every((place, index) => index === 0 || place > (known[index - 1] ?? 0));
}

function listOf(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? value : [];
}

/** For each written item, the place of the one in a list that it is, or that is a changed form of it. */
function partners(
    written: readonly unknown[],
    list: readonly unknown[],
    alone: Meaning,
): (number | undefined)[] {
    const taken = new Set<number>();
    const take = (isMeant: (item: unknown) => boolean) => {
        const place = list.findIndex((item, index) => !taken.has(index) && isMeant(item));
        if (place < 0) {
            return undefined;
        }
        taken.add(place);
        return place;
    };
    return written.map((item) => {
        const shown = alone.shown(item);
        return take((other) => isDeepStrictEqual(other, shown)) ?? take((other) => sharesName(other, item));
    });
}
