import { HandlerErrorCode } from '@amazon-web-services-cloudformation/cloudformation-cli-typescript-lib';
import { eventPattern } from '../../../../local/aws/events/pattern';
import { filterPattern } from '../../../../local/aws/logs/filter-pattern';
import type { RepositoryRef } from '../../../../src/aws/repository-ref';
import type { HandlerFailure } from '../../../../src/errors';
import { replication } from '../../../../src/facets/replication';
import { destinationsOf, type Rule, withEntry } from '../../../../src/facets/replication-rules';
import type { ReplicationDestination } from '../../../../src/properties';

const PLACE: RepositoryRef = {
    partition: 'aws',
    region: 'us-east-1',
    account: '123456789012',
    repositoryName: 'team/my-app',
};
const here = (region: string) => ({ region, registryId: PLACE.account });
const rule = (region: string, ...filters: string[]): Rule => ({ destinations: [here(region)], filters });

function violations(...ReplicationDestinations: ReplicationDestination[]): string[] {
    const properties = {
        RepositoryName: PLACE.repositoryName,
        EnableReplication: true,
        ReplicationDestinations,
    };
    return replication.validate?.(properties, PLACE) ?? [];
}

describe('rules', () => {
    test('a filter joins the rule that has the same destinations, whatever their order', () => {
        const destinations = [here('us-west-2'), here('eu-west-1')];
        const rules = withEntry([{ destinations, filters: ['other'] }], 'mine', [...destinations].reverse());
        expect(rules).toEqual([{ destinations, filters: ['other', 'mine'] }]);
    });

    test('a rule about every repository is left alone, and joined by none', () => {
        const everything: Rule = { destinations: [here('us-west-2')], filters: [] };
        expect(withEntry([everything], 'mine', [here('us-west-2')])).toEqual([
            everything,
            rule('us-west-2', 'mine'),
        ]);
    });

    test('rules and filters of others stay, in their order', () => {
        const others = [rule('eu-west-1', 'z', 'mine', 'a'), rule('us-west-2', 'b'), rule('eu-west-1', 'c')];
        const moved = withEntry(others, 'mine', [here('us-west-2')]);
        expect(moved).toEqual([
            rule('eu-west-1', 'z', 'a'),
            rule('us-west-2', 'b', 'mine'),
            rule('eu-west-1', 'c'),
        ]);
    });

    test('a rule whose only filter goes, goes too: without filters it would be about every repository', () => {
        expect(withEntry([rule('us-west-2', 'mine'), rule('eu-west-1', 'a')], 'mine', [])).toEqual([
            rule('eu-west-1', 'a'),
        ]);
    });

    test('an entry that is there already, spread over rules, is left as it is', () => {
        const rules = [rule('us-west-2', 'mine'), rule('eu-west-1', 'mine', 'a')];
        expect(withEntry(rules, 'mine', [here('eu-west-1'), here('us-west-2')])).toBe(rules);
    });

    test('a full rule of 100 filters gets a twin', () => {
        const full = rule('us-west-2', ...Array.from({ length: 100 }, (_, n) => `app-${n}`));
        expect(withEntry([full], 'mine', [here('us-west-2')])).toEqual([full, rule('us-west-2', 'mine')]);
    });

    test.each([
        [
            'rules',
            Array.from({ length: 25 }, (_, n) => ({
                destinations: [
                    here('us-west-2'),
                    { region: 'us-west-2', registryId: `9999999999${10 + (n % 5)}` },
                    here(n < 13 ? 'eu-west-1' : 'eu-west-2'),
                ],
                filters: [`app-${n}`],
            })),
            here('eu-west-1'),
            /25 replication rules at most.*app-0 to/s,
        ],
        [
            'destinations',
            Array.from({ length: 5 }, (_, n) => ({
                destinations: Array.from({ length: 5 }, (_, m) => ({
                    region: 'us-west-2',
                    registryId: `1111111111${n}${m}`,
                })),
                filters: [`app-${n}`],
            })),
            here('eu-west-1'),
            /25 replication destinations at most.*111111111100\/us-west-2/s,
        ],
    ])(
        'past the limit of %s: ServiceLimitExceeded, naming it and who fills it',
        (_what, rules, one, text) => {
            const refusal = (): HandlerFailure | undefined => {
                try {
                    withEntry(rules, 'mine', [one]);
                    return undefined;
                } catch (error) {
                    return error as HandlerFailure;
                }
            };
            expect(refusal()?.errorCode).toBe(HandlerErrorCode.ServiceLimitExceeded);
            expect(refusal()?.message).toMatch(text);
        },
    );
});

describe('entries of one repository', () => {
    const desiredOf = (...ReplicationDestinations: ReplicationDestination[]) =>
        replication.desired(
            { RepositoryName: PLACE.repositoryName, EnableReplication: true, ReplicationDestinations },
            PLACE,
        );

    test('what is given up goes, wherever it stands; what others added for the same filter stays', () => {
        const observed = {
            rules: [rule('us-west-2', 'team/my-app', 'a'), rule('ap-south-1', 'team/my-app')],
            monitors: {},
        };
        const merged = replication.ownership?.merge(
            observed,
            desiredOf({ Region: 'eu-west-1' }),
            desiredOf({ Region: 'us-west-2' }),
            PLACE,
        );
        expect(destinationsOf(merged?.rules ?? [], 'team/my-app')).toEqual([
            here('ap-south-1'),
            here('eu-west-1'),
        ]);
        expect(merged?.rules[0]).toEqual(rule('us-west-2', 'a'));
    });

    test('Read finds the destinations from the name', () => {
        const rules = [
            rule('us-west-2', 'team/my-app'),
            {
                destinations: [{ region: 'eu-west-1', registryId: '999999999999' }],
                filters: ['x', 'team/my-app'],
            },
        ];
        expect(replication.readback({ rules, monitors: {} }, PLACE)).toEqual({
            EnableReplication: true,
            ReplicationDestinations: [
                { Region: 'us-west-2' },
                { Region: 'eu-west-1', RegistryId: '999999999999' },
            ],
        });
        expect(
            replication.readback(
                { rules: [rule('us-west-2', 'team/my-app-2', 'team')], monitors: {} },
                PLACE,
            ),
        ).toEqual({
            EnableReplication: false,
        });
    });
});

describe('a monitor', () => {
    const declared = [
        { Region: 'eu-west-1', EnableReplicationMetrics: true, EnableReplicationTimeControl: true },
    ];
    const { log, alarm } =
        replication.desired(
            {
                RepositoryName: PLACE.repositoryName,
                EnableReplication: true,
                ReplicationDestinations: declared,
            },
            PLACE,
        )?.monitors['eu-west-1'] ?? {};

    /** As ECR tells of a replication (Amazon ECR user guide, sample events). */
    const eventOf = (change: object = {}) => ({
        source: 'aws.ecr',
        'detail-type': 'ECR Replication Action',
        detail: {
            result: 'SUCCESS',
            'action-type': 'REPLICATE',
            'repository-name': PLACE.repositoryName,
            'source-account': PLACE.account,
            'source-region': PLACE.region,
            ...change,
        },
    });

    test.each<[object, boolean]>([
        [{}, true],
        [{ result: 'FAILED' }, true],
        [{ 'source-region': 'ap-south-1' }, false],
        [{ 'source-account': '210987654321' }, false],
        [{ 'repository-name': 'other' }, false],
    ])('hears of the replications of its repository from its Region alone: %j', (change, hears) => {
        const patterns = Object.values(log?.rules ?? {}).map(({ pattern }) => JSON.stringify(pattern));
        expect(patterns.map((pattern) => eventPattern(pattern)(eventOf(change)))).toEqual([hears]);
    });

    test('counts what arrived and what failed, and is alarmed by a failure until five minutes are without one', () => {
        const counted = ['SUCCESS', 'FAILED'].map((result) =>
            Object.values(log?.log?.filters ?? {})
                .filter(({ pattern }) => filterPattern(pattern).matches(JSON.stringify(eventOf({ result }))))
                .map(({ metric }) => metric.split('-').at(-1)),
        );
        expect(counted).toEqual([['succeeded'], ['failed']]);
        expect(alarm?.settings).toMatchObject({
            MetricName: expect.stringMatching(/-failed$/),
            Period: 300,
            TreatMissingData: 'notBreaching',
        });
    });
});

describe('bad input', () => {
    test.each<[string, ReplicationDestination[], RegExp]>([
        ['no destinations', [], /given none with EnableReplication true/],
        [
            'the repository’s own Region and account',
            [{ Region: 'us-east-1' }],
            /which is where the repository is/,
        ],
        [
            'the same destination twice',
            [{ Region: 'us-west-2' }, { Region: 'us-west-2', RegistryId: '123456789012' }],
            /a second time/,
        ],
        [
            'a filter that does not begin the name',
            [{ Region: 'us-west-2', RepositoryFilter: 'my-app' }],
            /wanted the beginning of team\/my-app/,
        ],
        ['a Region in another partition', [{ Region: 'cn-north-1' }], /does not replicate across partitions/],
    ])('%s', (_what, destinations, text) => {
        expect(violations(...destinations)).toEqual([expect.stringMatching(text)]);
    });

    test('metrics and time control of another account, where its events do not come from', () => {
        const theirs = { Region: 'us-west-2', RegistryId: '999999999999' };
        expect(
            violations({ ...theirs, EnableReplicationMetrics: true, EnableReplicationTimeControl: true }),
        ).toEqual([
            expect.stringMatching(/EnableReplicationTimeControl: given true for account 999999999999/),
            expect.stringMatching(/EnableReplicationMetrics: given true for account 999999999999/),
        ]);
    });

    test('another account in the same Region, and a shorter filter, are fine', () => {
        expect(
            violations(
                { Region: 'us-east-1', RegistryId: '999999999999' },
                { Region: 'us-west-2', RepositoryFilter: 'team/' },
            ),
        ).toEqual([]);
    });
});
