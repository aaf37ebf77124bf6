import { closest, distance } from 'fastest-levenshtein';

/** "; did you mean X?" when one of the names is close to what was written, else nothing. */
export function didYouMean(written: string, names: Iterable<string>): string {
    const candidates = [...names];
    if (candidates.length === 0) {
        return '';
    }
    const name = closest(
        written.toLowerCase(),
        candidates.map((each) => each.toLowerCase()),
    );
    const index = candidates.findIndex((each) => each.toLowerCase() === name);
    const isClose = distance(written.toLowerCase(), name) <= Math.max(2, Math.floor(written.length / 3));
    return isClose ? `; did you mean ${candidates[index]}?` : '';
}
