import fc from 'fast-check';
import { isRecord } from '../../src/json';
import type { Foreign } from './facets/facet-data';

/*
 * What belongs to others in the objects that facets write: another repository's entries, and tags, statements, targets
 * and rules that another tool or a person put there.
 */

/** None of these is in a template of the tests: keys in lower case with a colon, other names, another Region. */
export const foreign: fc.Arbitrary<Foreign> = fc.record({
    tags: fc.dictionary(fc.stringMatching(/^owner:[a-z]{1,6}$/), fc.stringMatching(/^[a-z ]{0,9}$/), {
        minKeys: 1,
        maxKeys: 3,
    }),
    accounts: fc.uniqueArray(fc.stringMatching(/^77[0-9]{10}$/), { minLength: 1, maxLength: 3 }),
    repositories: fc.uniqueArray(fc.constantFrom('my-app-2', 'mine', 'team/my-app', 'other', 'a.b'), {
        minLength: 1,
    }),
    region: fc.constantFrom('us-west-2', 'eu-west-1', 'sa-east-1'),
    flag: fc.boolean(),
});

/** Whether all of a part is in a whole: each key of an object, each item of a list in some item, all else equal. */
export function contains(whole: unknown, part: unknown): boolean {
    if (Array.isArray(part)) {
        return (
            Array.isArray(whole) && part.every((item) => whole.some((candidate) => contains(candidate, item)))
        );
    }
    return isRecord(part)
        ? isRecord(whole) && Object.entries(part).every(([key, value]) => contains(whole[key], value))
        : whole === part;
}

/** A state into which others have written their part. */
export function withForeign(whole: unknown, part: unknown): unknown {
    if (Array.isArray(whole) && Array.isArray(part)) {
        return [...whole, ...part];
    }
    return isRecord(whole) && isRecord(part)
        ? {
              ...whole,
              ...Object.fromEntries(
                  Object.entries(part).map(([key, value]) => [key, withForeign(whole[key], value)]),
              ),
          }
        : part;
}

/** The keys that two states have in common, at every depth, with the second one's values; undefined where one is absent. */
export function common(first: unknown, second: unknown): unknown {
    if (first === undefined || second === undefined) {
        return undefined;
    }
    return isRecord(first) && isRecord(second)
        ? Object.fromEntries(
              Object.keys(second)
                  .filter((key) => key in first)
                  .map((key) => [key, common(first[key], second[key])]),
          )
        : second;
}
