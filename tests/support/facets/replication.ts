import { PutReplicationConfigurationCommand } from '@aws-sdk/client-ecr';
import fc from 'fast-check';
import { alarmName, logGroupName, ruleName } from '../../../src/aws/names';
import { replication } from '../../../src/facets/replication';
import type { PartialProperties, ReplicationDestination } from '../../../src/properties';
import {
    changeAlarm,
    changeFilter,
    changePattern,
    deleteAlarm,
    deleteFilter,
    deleteGroup,
    deleteRule,
    disable,
    inThere,
    removeTarget,
    revoke,
} from '../by-hand';
import { ACCOUNT, HERE, NAME, THERE, TOPIC } from '../my-app';
import { accountIds, partial } from '../values';
import type { By, FacetData } from './facet-data';

const MONITOR = `replications-from-${HERE}`;

const anyDestination: fc.Arbitrary<ReplicationDestination> = fc
    .tuple(
        fc.constantFrom('us-west-2', 'eu-west-1', 'ap-south-1'),
        partial<Omit<ReplicationDestination, 'Region'>>({
            RegistryId: fc.constantFrom('123456789012', '999999999999'),
            RepositoryFilter: fc.constantFrom('my-app', 'my'),
            EnableReplicationTimeControl: fc.boolean(),
            EnableReplicationMetrics: fc.boolean(),
        }),
    )
    .map(([Region, rest]) => ({ Region, ...rest }));

const REPLICATED: PartialProperties = {
    EnableReplication: true,
    ReplicationDestinations: [{ Region: THERE }],
};
const WATCHED: PartialProperties = {
    EnableReplication: true,
    ReplicationDestinations: [
        { Region: THERE, EnableReplicationTimeControl: true, EnableReplicationMetrics: true },
    ],
    AlarmActions: [TOPIC.replace(HERE, THERE)],
};
const COUNTED: PartialProperties = {
    EnableReplication: true,
    ReplicationDestinations: [{ Region: THERE, EnableReplicationMetrics: true }],
};

const replicate =
    (filter: string, ...regions: string[]): By =>
    ({ ecr }) =>
        ecr.send(
            new PutReplicationConfigurationCommand({
                replicationConfiguration: {
                    rules: regions.length
                        ? [
                              {
                                  destinations: regions.map((region) => ({ region, registryId: ACCOUNT })),
                                  repositoryFilters: [{ filter, filterType: 'PREFIX_MATCH' }],
                              },
                          ]
                        : [],
                },
            }),
        );

function destination(
    ...ReplicationDestinations: NonNullable<PartialProperties['ReplicationDestinations']>
): PartialProperties {
    return { EnableReplication: true, ReplicationDestinations };
}

/** A registry that replicates other repositories. */
function replicating(rules: number, destinations: number): object {
    const replicationConfiguration = {
        rules: accountIds(rules).map((name) => ({
            repositoryFilters: [{ filter: `other-${name}`, filterType: 'PREFIX_MATCH' }],
            destinations: accountIds(destinations).map((registryId) => ({ registryId, region: 'eu-west-1' })),
        })),
    };
    return { replicationConfiguration };
}

export const data: FacetData = {
    facet: replication,
    declared: {
        EnableReplication: true,
        ReplicationDestinations: [
            { Region: THERE, EnableReplicationTimeControl: true, EnableReplicationMetrics: true },
        ],
    },

    arbitraries: {
        EnableReplication: fc.boolean(),
        ReplicationDestinations: fc.array(anyDestination, { maxLength: 3 }),
    },

    foreign: ({ repositories, accounts, region, flag }) => ({
        rules: [
            { filters: repositories, destinations: accounts.map((registryId) => ({ region, registryId })) },
            ...(flag ? [{ filters: [], destinations: [{ region, registryId: '123456789012' }] }] : []),
        ],
        monitors: {},
    }),

    properties: {
        EnableReplication: {
            beside: { ReplicationDestinations: [{ Region: 'us-west-2' }] },
            values: [false, true],
            inAws: ({ replication }) => replication.length > 0,
        },
        ReplicationDestinations: {
            beside: { EnableReplication: true },
            values: [[{ Region: 'us-west-2' }], [{ Region: 'eu-west-1' }, { Region: 'us-east-2' }]],
            inAws: ({ replication }) => replication,
            as: [['us-west-2'], ['eu-west-1', 'us-east-2']],
        },
    },

    undivided: ['ecr:DescribeRegistry', 'ecr:PutReplicationConfiguration'],

    violations: [
        [{ EnableReplication: true }, 1],
        [destination({ Region: 'us-east-1' }), 1],
        [destination({ Region: 'cn-north-1' }), 1],
        [destination({ Region: 'eu-west-1', RepositoryFilter: 'other' }), 1],
        [
            destination({
                Region: 'eu-west-1',
                RegistryId: '111111111111',
                EnableReplicationTimeControl: true,
                EnableReplicationMetrics: true,
            }),
            2,
        ],
        [destination({ Region: 'eu-west-1' }, { Region: 'eu-west-1' }), 1],
    ],

    messages: [
        {
            said: 'that there is no room for a replication rule',
            action: 'CREATE',
            declared: destination({ Region: 'eu-west-2' }),
            answers: { 'ecr:DescribeRegistry': replicating(25, 1) },
        },
        {
            said: 'that there is no room for a destination',
            action: 'CREATE',
            declared: destination({ Region: 'eu-west-2' }),
            answers: { 'ecr:DescribeRegistry': replicating(1, 25) },
        },
        {
            said: 'that others are writing',
            action: 'UPDATE',
            declared: destination({ Region: 'eu-west-1' }),
            isThere: true,
            isHurried: true,
            answers: { 'logs:DescribeLogStreams': { logStreams: [{ logStreamName: '00000001-begun' }] } },
        },
        {
            said: 'that neighbours are replicated too',
            action: 'UPDATE',
            declared: destination({ Region: 'eu-west-1' }),
            isThere: true,
            answers: {
                'ecr:DescribeRepositories': {
                    repositories: [NAME, `${NAME}-2`].map((repositoryName) => ({ repositoryName })),
                },
            },
        },
        {
            said: 'what another account must allow',
            action: 'UPDATE',
            declared: destination({ Region: 'eu-west-1', RegistryId: '111111111111' }),
            isThere: true,
        },
    ],

    alterations: {
        EnableReplication: [
            {
                what: 'the entry is deleted',
                template: REPLICATED,
                by: replicate(NAME),
                drift: ['EnableReplication', 'ReplicationDestinations'],
            },
            {
                what: 'an entry is added',
                template: { EnableReplication: false },
                by: replicate(NAME, THERE),
                update: 'leaves',
            },
            {
                what: 'the entry of a neighbour is added',
                template: { EnableReplication: false },
                by: replicate('other', THERE),
                drift: [],
            },
            {
                what: 'the entry of a shorter filter is deleted',
                template: {
                    EnableReplication: true,
                    ReplicationDestinations: [{ Region: THERE, RepositoryFilter: 'my' }],
                },
                by: replicate('my'),
                drift: ['EnableReplication', 'ReplicationDestinations'],
            },
        ],
        ReplicationDestinations: [
            {
                what: 'is another Region',
                template: REPLICATED,
                by: replicate(NAME, 'ca-central-1'),
                update: 'leaves',
            },
            {
                what: 'gets another one',
                template: REPLICATED,
                by: replicate(NAME, THERE, 'ca-central-1'),
                update: 'leaves',
            },
            {
                what: 'loses one',
                template: {
                    EnableReplication: true,
                    ReplicationDestinations: [{ Region: THERE }, { Region: 'eu-west-1' }],
                },
                by: replicate(NAME, THERE),
            },
            {
                what: 'of a shorter filter is another Region',
                template: {
                    EnableReplication: true,
                    ReplicationDestinations: [{ Region: THERE, RepositoryFilter: 'my' }],
                },
                by: replicate('my', 'eu-west-1'),
                drift: ['EnableReplication', 'ReplicationDestinations'],
            },
            {
                what: 'of a shorter filter gets another one, as any repository of that filter may ask for',
                template: {
                    EnableReplication: true,
                    ReplicationDestinations: [{ Region: THERE, RepositoryFilter: 'my' }],
                },
                by: replicate('my', THERE, 'eu-west-1'),
                drift: [],
            },
            ...(['succeeded', 'failed'] as const).flatMap((result) => [
                {
                    what: `the filter for those that ${result} is deleted`,
                    template: WATCHED,
                    by: inThere(deleteFilter(`ecr-repository-${result}`, logGroupName(NAME, MONITOR))),
                },
                {
                    what: `the filter for those that ${result} gets another pattern`,
                    template: WATCHED,
                    by: inThere(
                        changeFilter(
                            `ecr-repository-${result}`,
                            { filterPattern: '{ $.a = 1 }' },
                            logGroupName(NAME, MONITOR),
                        ),
                    ),
                },
                {
                    what: `the filter for those that ${result} makes another metric`,
                    template: WATCHED,
                    by: inThere(
                        changeFilter(
                            `ecr-repository-${result}`,
                            { metricName: 'other' },
                            logGroupName(NAME, MONITOR),
                        ),
                    ),
                },
            ]),
            {
                what: 'the log group there is deleted',
                template: WATCHED,
                by: inThere(deleteGroup(logGroupName(NAME, MONITOR))),
            },
            {
                what: 'the rule there is deleted',
                template: COUNTED,
                by: inThere(deleteRule(ruleName(NAME, MONITOR))),
            },
            {
                what: 'the rule there is disabled',
                template: COUNTED,
                by: inThere(disable(ruleName(NAME, MONITOR))),
            },
            {
                what: "the rule's pattern there is changed",
                template: COUNTED,
                by: inThere(changePattern(ruleName(NAME, MONITOR))),
            },
            {
                what: "the rule's target there is removed",
                template: COUNTED,
                by: inThere(removeTarget(ruleName(NAME, MONITOR), 'log-group')),
            },
            { what: 'EventBridge may no longer write there', template: COUNTED, by: inThere(revoke) },
            {
                what: 'the alarm there is deleted',
                template: WATCHED,
                by: inThere(deleteAlarm(alarmName(NAME, `${MONITOR}-failed`))),
            },
            {
                what: 'the alarm there watches another metric',
                template: WATCHED,
                by: inThere(changeAlarm(alarmName(NAME, `${MONITOR}-failed`), { MetricName: 'other' })),
            },
            {
                what: 'the alarm there has its actions disabled',
                template: WATCHED,
                by: inThere(changeAlarm(alarmName(NAME, `${MONITOR}-failed`), { ActionsEnabled: false })),
            },
            {
                what: 'the alarm there has other actions',
                template: WATCHED,
                by: inThere(changeAlarm(alarmName(NAME, `${MONITOR}-failed`), { AlarmActions: [] })),
            },
        ],
    },
};
