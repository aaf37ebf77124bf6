import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { filterFor } from '../../../../src/aws/repository-filter';
import { registryScanning } from '../../../../src/facets/registry-scanning';
import type { Properties } from '../../../../src/properties';
import { repositoryName } from '../../../support/arbitraries';
import { MY_APP } from '../../../support/my-app';

const on = (more: Partial<Properties> = {}) => desiredOf({ EnableRegistryScanning: true, ...more });
const desiredOf = (some: Partial<Properties>) =>
    registryScanning.desired({ RepositoryName: MY_APP.repositoryName, ...some }, MY_APP);
type State = NonNullable<ReturnType<typeof on>>;
const merge = (observed: State | undefined, desired: State | undefined, previous?: State) =>
    registryScanning.ownership?.merge(observed, desired, previous, MY_APP);
const push = (...filters: string[]) => ({ frequency: 'SCAN_ON_PUSH' as const, filters });
const always = (...filters: string[]) => ({ frequency: 'CONTINUOUS_SCAN' as const, filters });

/** The filter of my-app. */
const OWN = 'my-ap*p';

/** As ECR's API reference gives the form of a filter (ScanningRepositoryFilter). */
const FILTER = /^[a-z0-9*](?:[._\-/a-z0-9*]?[a-z0-9*]+)*$/;

test.each<[string, State | undefined, State | undefined, State | undefined, State]>([
    [
        'joins the rule of its frequency',
        { type: 'BASIC', rules: [push('a')] },
        on(),
        undefined,
        { type: 'BASIC', rules: [push('a', OWN)] },
    ],
    ['makes the first rule', undefined, on(), undefined, { type: 'BASIC', rules: [push(OWN)] }],
    [
        'respects a wildcard that covers it',
        { type: 'BASIC', rules: [push('my-*')] },
        on(),
        undefined,
        { type: 'BASIC', rules: [push('my-*')] },
    ],
    [
        'does not rely on the filter of another repository',
        { type: 'BASIC', rules: [push('app')] },
        on(),
        undefined,
        { type: 'BASIC', rules: [push('app', OWN)] },
    ],
    [
        'a wildcard of the other frequency is no cover',
        { type: 'ENHANCED', rules: [push('*')] },
        on({ ScanType: 'ENHANCED' }),
        undefined,
        { type: 'ENHANCED', rules: [push('*'), always(OWN)] },
    ],
    [
        'switches a registry that nobody depends on',
        { type: 'BASIC', rules: [push(OWN)] },
        on({ ScanType: 'ENHANCED' }),
        on(),
        { type: 'ENHANCED', rules: [always(OWN)] },
    ],
    [
        'changes its frequency',
        { type: 'ENHANCED', rules: [always(OWN, 'a')] },
        on({ ScanType: 'ENHANCED', ScanFrequency: 'SCAN_ON_PUSH' }),
        on({ ScanType: 'ENHANCED' }),
        { type: 'ENHANCED', rules: [always('a'), push(OWN)] },
    ],
    [
        'takes away its own filter only',
        { type: 'BASIC', rules: [push('a', OWN, 'b')] },
        undefined,
        on(),
        { type: 'BASIC', rules: [push('a', 'b')] },
    ],
    [
        'never resets the registry',
        { type: 'ENHANCED', rules: [push('a'), always(OWN)] },
        undefined,
        on({ ScanType: 'ENHANCED' }),
        { type: 'ENHANCED', rules: [push('a')] },
    ],
    [
        'as the last of enhanced scanning leaves a rule that scans no repository',
        { type: 'ENHANCED', rules: [always(OWN)] },
        undefined,
        on({ ScanType: 'ENHANCED' }),
        { type: 'ENHANCED', rules: [push('org-containers-ecrrepository/scans-no-repository')] },
    ],
    [
        'takes the place of the filter that scans no repository',
        { type: 'ENHANCED', rules: [push('org-containers-ecrrepository/scans-no-repository')] },
        on({ ScanType: 'ENHANCED' }),
        undefined,
        { type: 'ENHANCED', rules: [always(OWN)] },
    ],
    [
        'does not rely on the filter of another repository that fits it',
        { type: 'BASIC', rules: [push('my-a*p')] },
        on(),
        undefined,
        { type: 'BASIC', rules: [push('my-a*p', OWN)] },
    ],
    [
        'does not narrow enhanced scanning of everything',
        { type: 'ENHANCED', rules: [] },
        on({ ScanType: 'ENHANCED' }),
        undefined,
        { type: 'ENHANCED', rules: [] },
    ],
    [
        'what nobody asked for stays',
        { type: 'BASIC', rules: [push(OWN)] },
        undefined,
        undefined,
        { type: 'BASIC', rules: [push(OWN)] },
    ],
])('%s', (_what, observed, desired, previous, expected) => {
    expect(merge(observed, desired, previous)).toEqual(expected);
});

test('refuses to switch a registry that others depend on, and says who', () => {
    const observed: State = { type: 'BASIC', rules: [push('theirs', OWN)] };
    expect(() => merge(observed, on({ ScanType: 'ENHANCED' }))).toThrow(/depend on it: theirs\./);
    expect(() => merge({ type: 'ENHANCED', rules: [] }, on())).toThrow(/every repository/);
});

test('a hundred filters are the most', () => {
    const rules = [push(...Array.from({ length: 100 }, (_, n) => `app-${n}`))];
    expect(() => merge({ type: 'BASIC', rules }, on())).toThrow(/100 filters for SCAN_ON_PUSH at most/);
});

test('a repository under somebody’s wildcard reads as it was written', () => {
    const observed: State = { type: 'BASIC', rules: [push('*')] };
    const on: Properties = { RepositoryName: MY_APP.repositoryName, EnableRegistryScanning: true };
    expect(registryScanning.isInSync?.(on, observed, MY_APP)).toBe(true);
    expect(registryScanning.isInSync?.({ ...on, ScanType: 'ENHANCED' }, observed, MY_APP)).toBe(false);
    expect(registryScanning.readback(observed, MY_APP)).toEqual({ EnableRegistryScanning: false });
});

test('BASIC scanning knows no continuous frequency', () => {
    const properties: Properties = {
        RepositoryName: 'my-app',
        EnableRegistryScanning: true,
        ScanFrequency: 'CONTINUOUS_SCAN',
    };
    expect(registryScanning.validate?.(properties, MY_APP)).toEqual([
        expect.stringMatching(/given CONTINUOUS_SCAN with ScanType BASIC/),
    ]);
});

test('every repository name gives a filter that ECR takes', () => {
    fc.assert(fc.property(repositoryName, (name) => expect(filterFor(name)).toMatch(FILTER)));
    const awkward = ['a__b', 'a--b', 'a---b/c__d', 'a----b', 'a'.repeat(256)];
    expect(awkward.map(filterFor)).toEqual([
        'a_**b',
        'a-**b',
        'a-*-b/c_**d',
        'a-*-**b',
        `${'a'.repeat(254)}*`,
    ]);
    expect(awkward.every((name) => FILTER.test(filterFor(name)))).toBe(true);
});

/** Whether a repository of this name relies on a filter of somebody else, and adds none of its own. */
function relies(name: string, filter: string): boolean {
    const place = { ...MY_APP, repositoryName: name };
    const observed = { type: 'BASIC' as const, rules: [push(filter)] };
    const desired = registryScanning.desired({ RepositoryName: name, EnableRegistryScanning: true }, place);
    return isDeepStrictEqual(
        registryScanning.ownership?.merge(observed, desired, undefined, place),
        observed,
    );
}

test('a wildcard covers what it matches as a whole, and nothing else', () => {
    const filter = fc.tuple(fc.stringMatching(/^[ab]{0,2}$/), fc.stringMatching(/^(\*[ab]{0,2}){1,3}$/));
    fc.assert(
        fc.property(
            fc.stringMatching(/^[ab]{2,7}$/),
            filter.map((parts) => parts.join('')),
            (name, wildcard) => {
                // With an asterisk before the last character it is a filter of one repository.
                const isOfOne = /[^*]\*[^*]$/.test(wildcard);
                fc.pre(wildcard !== filterFor(name));
                const matches = new RegExp(`^${wildcard.replaceAll('*', '.*')}$`).test(name);
                const expected = (matches && !isOfOne) || wildcard === filterFor(name);
                expect(relies(name, wildcard)).toBe(expected);
            },
        ),
        { numRuns: 2_000 },
    );
});

test('a wildcard with many asterisks is soon found not to match', () => {
    const start = performance.now();
    expect(relies('a'.repeat(256), `${'a*'.repeat(100)}b`)).toBe(false);
    expect(performance.now() - start).toBeLessThan(1_000);
});
