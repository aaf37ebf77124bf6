import fc from 'fast-check';
import { HERE, TOPIC } from './my-app';

/* Values that the properties of several facets take. */
export const word = fc.stringMatching(/^[A-Za-z0-9]{1,12}$/);
export const account = fc.stringMatching(/^[0-9]{12}$/);
/** In the Region and partition that the tests are in. */
export const topic = word.map((name) => TOPIC.replace('alerts', name));
/** In a Region that images may be replicated to. */
export const farTopic = topic.map((arn) => arn.replace(HERE, 'eu-west-1'));

export const severities = fc.uniqueArray(fc.constantFrom('CRITICAL', 'HIGH', 'MEDIUM', 'LOW'), {
    minLength: 1,
});

/** Some of the keys only; absent keys are absent, not undefined. */
export function partial<T extends object>(
    record: {
        [K in keyof T]: fc.Arbitrary<T[K]>;
    },
): fc.Arbitrary<Partial<T>> {
    return fc.record(record, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

/** Account IDs in a row. */
export function accountIds(count: number): string[] {
    return Array.from({ length: count }, (_, index) => `${index}`.padStart(12, '0'));
}

/** Numbered names: a000, a001… */
export function names(count: number, prefix = 'a'): string[] {
    return Array.from({ length: count }, (_, index) => `${prefix}${`${index}`.padStart(3, '0')}`);
}
