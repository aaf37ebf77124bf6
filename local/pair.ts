import { InvalidArgumentError } from 'commander';

/** For options Key=Value that are repeatable: adds one to the earlier ones. */
export function pair(written: string, earlier: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(written) ?? [];
    if (key === undefined || value === undefined) {
        throw new InvalidArgumentError('wanted Key=Value.');
    }
    return new Map(earlier).set(key, value);
}
