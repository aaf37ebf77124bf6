import { InvalidArgumentError, Option } from 'commander';

/** An option Key=Value that is repeatable; its value is a map. */
export function pairOption(flags: string, description: string): Option {
    return new Option(flags, `${description}; repeatable`).argParser(pair).default(new Map(), 'none');
}

/** Adds a pair to the earlier ones. */
function pair(written: string, earlier: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(written) ?? [];
    if (key === undefined || value === undefined) {
        throw new InvalidArgumentError('wanted Key=Value.');
    }
    return new Map(earlier).set(key, value);
}
