import fc from 'fast-check';
import {
    alarmName,
    dashboardName,
    LOG_GROUPS,
    logGroupName,
    metricName,
    ruleName,
} from '../../../../src/aws/names';
import type { RepositoryRef } from '../../../../src/aws/repository-ref';

/** Of each kind of satellite, the name; and what its API reference allows a name to be. */
const KINDS: readonly [string, (place: RepositoryRef) => string, RegExp][] = [
    [
        'log group',
        ({ repositoryName }) => logGroupName(repositoryName, 'scan-findings'),
        /^[.\-_/#A-Za-z0-9]{1,512}$/,
    ],
    ['rule of scans', ({ repositoryName }) => ruleName(repositoryName, 'scans'), /^[.\-_A-Za-z0-9]{1,64}$/],
    ['rule of pushes', ({ repositoryName }) => ruleName(repositoryName, 'pushes'), /^[.\-_A-Za-z0-9]{1,64}$/],
    ['metric', ({ repositoryName }) => metricName(repositoryName, 'pushes'), /^[^:*$]{1,255}$/],
    [
        'alarm',
        ({ repositoryName }) => alarmName(repositoryName, 'critical-vulnerabilities'),
        /^[^\p{Cc}]{1,255}$/u,
    ],
    ['dashboard', dashboardName, /^[A-Za-z0-9\-_]{1,255}$/],
];

const ECRS = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;

/** Names of ECR's that differ in little: the same runs with other marks between them, some up to the longest. */
const runs = fc.array(fc.constantFrom('a', 'b', '0', 'scans', 'pushes', 'a'.repeat(40)), {
    minLength: 1,
    maxLength: 8,
});
const marks = fc.constantFrom('/', '.', '_', '__', '-', '--', '---');
const name = fc
    .tuple(runs, fc.array(marks, { minLength: 8, maxLength: 8 }), fc.constantFrom('', 'a'.repeat(200)))
    .map(([words, between, head]) =>
        words.reduce((text, word, index) => `${text}${between[index]}${word}`, `${head}a`),
    )
    .filter((text) => text.length >= 2 && text.length <= 256 && ECRS.test(text));

const inPlace = (repositoryName: string, region = 'us-east-1'): RepositoryRef => ({
    partition: 'aws',
    region,
    account: '123456789012',
    repositoryName,
});

describe.each(KINDS)('the name of: %s', (_kind, nameOf, allowed) => {
    test('is one that AWS takes', () => {
        fc.assert(fc.property(name, (repository) => expect(nameOf(inPlace(repository))).toMatch(allowed)));
    });

    test('is no other repository’s', () => {
        fc.assert(
            fc.property(fc.uniqueArray(name, { minLength: 20 }), (repositories) => {
                const names = repositories.map((repository) => nameOf(inPlace(repository)));
                expect(new Set(names).size).toBe(names.length);
            }),
        );
    });

    test.each([
        ['a/b', 'a-b', 'a.b', 'a_b', 'a__b', 'a--b', 'a---b', 'ab', 'a/b/c', 'a.b.c', 'a/b.c', 'a.b/c'],
        // Alike but for the end, at and around every limit.
        [...Array(226).keys()].flatMap((length) => [
            `${'a'.repeat(length + 30)}b`,
            `${'a'.repeat(length + 30)}/b`,
        ]),
    ])('is unique among names made to be mixed up', (...names) => {
        const repositories = names.filter((repository) => repository.length <= 256);
        expect(new Set(repositories.map((repository) => nameOf(inPlace(repository)))).size).toBe(
            repositories.length,
        );
    });

    test('begins with something to know it by', () => {
        expect(nameOf(inPlace('production-api'))).toContain('production-api');
    });
});

test('a shortened name is told by a mark that no whole name has', () => {
    fc.assert(
        fc.property(name, (repository) => {
            const spelled = repository.replaceAll('/', '___').replaceAll('.', '-_');
            const room = 64 - 'ecr-scans-'.length;
            expect(ruleName(repository, 'scans').includes('_-')).toBe(spelled.length > room);
        }),
    );
});

test('dashboards of two Regions do not meet', () => {
    expect(dashboardName(inPlace('my-app', 'eu-west-1'))).not.toBe(dashboardName(inPlace('my-app')));
});

test('log groups are where the shared policy lets EventBridge write', () => {
    fc.assert(
        fc.property(name, (repository) =>
            expect(logGroupName(repository, 'scan-findings').startsWith(LOG_GROUPS)).toBe(true),
        ),
    );
    expect(LOG_GROUPS).toMatch(/^\/aws\/events\//);
});
