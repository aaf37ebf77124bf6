import { isDeepStrictEqual } from 'node:util';
import {
    DescribeRegistryCommand,
    PutReplicationConfigurationCommand,
    RepositoryFilterType,
} from '@aws-sdk/client-ecr';

import { allRepositories, listed } from '../aws/repositories';
import { partitionOf, type RepositoryRef } from '../aws/repository-ref';
import { all } from '../concurrency';
import type { Facet, FacetContext } from '../engine/facet';
import type { Properties, ReplicationDestination } from '../properties';
import {
    actionsIn,
    type Monitor,
    type MonitorParts,
    mergeMonitor,
    monitorOf,
    observeMonitor,
    workingParts,
    writeMonitor,
} from './replication-monitor';
import {
    type Destination,
    destinationsOf,
    except,
    type Rule,
    sortedDestinations,
    withEntry,
} from './replication-rules';

/** The registry's rules; as desired, those alone that this repository declares. */
interface State {
    readonly rules: readonly Rule[];
    /** By the Region they are in. */
    readonly monitors: Readonly<Record<string, Monitor>>;
}

/** The repository's entries in the registry's replication configuration, which all repositories share. */
export const replication: Facet<State> = {
    name: 'replication configuration of the registry',
    properties: ['EnableReplication', 'ReplicationDestinations'],
    home: 'registry',

    validate(properties, repository) {
        const { EnableReplication, ReplicationDestinations: declared = [] } = properties;
        if (!EnableReplication) {
            return [];
        }
        if (declared.length === 0) {
            return [
                'ReplicationDestinations: given none with EnableReplication true. Name a Region, or set EnableReplication to false.',
            ];
        }
        return declared.flatMap((destination, index) =>
            violationsIn(destination, declared.slice(0, index), repository).map(
                (violation) => `ReplicationDestinations/${index}: ${violation}`,
            ),
        );
    },

    desired,

    async observe(context, expected) {
        const rules = await readRules(context);
        const regions = [...new Set([...regionsOf(rules, context), ...watchedBefore(context)])].sort();
        const monitors = await all(
            regions.map(
                async (region): Promise<[string, Monitor | undefined]> => [
                    region,
                    await observeMonitor(region, context, expected?.monitors[region]),
                ],
            ),
        );
        return { rules, monitors: present(monitors) };
    },

    async apply(target, observed, context) {
        const rules = target?.rules ?? [];
        if (!isDeepStrictEqual(rules, observed?.rules)) {
            await putRules(rules, context);
            return;
        }
        const [after, before] = [target?.monitors ?? {}, observed?.monitors ?? {}];
        const regions = Object.keys({ ...before, ...after });
        const changed = regions.filter((region) => !isDeepStrictEqual(after[region], before[region]));
        await all(changed.map((region) => writeMonitor(region, after[region], before[region], context)));
    },

    readback(state, repository, { ReplicationDestinations: recorded = [] } = {}) {
        const rules = state?.rules ?? [];
        const own = destinationsOf(rules, repository.repositoryName).map((one) =>
            shown(one, state, repository),
        );
        // What a shorter filter replicates may be a neighbour's too, and is shown only to the template that declared it.
        const shared = recorded.flatMap((declared) => {
            const filter = filterOf(declared, repository);
            const destination = destinationOf(declared, repository);
            const isShared = filter !== repository.repositoryName;
            return isShared && except([destination], destinationsOf(rules, filter)).length === 0
                ? [{ ...shown(destination, state, repository), RepositoryFilter: filter }]
                : [];
        });
        const found = [...own, ...shared];
        return found.length > 0
            ? { EnableReplication: true, ReplicationDestinations: found }
            : { EnableReplication: false };
    },

    // READ finds a destination by the repository's own name; one that a shorter filter makes may be a neighbour's too.
    isInSync(properties, observed, repository) {
        const target = desired(properties, repository)?.rules ?? [];
        const filters = [repository.repositoryName, ...target.flatMap((rule) => rule.filters)];
        const declared = target.length > 0 ? (properties.ReplicationDestinations ?? []) : [];
        return (
            filters.every((filter) => {
                const [ours, found] = [target, observed?.rules ?? []].map((rules) =>
                    destinationsOf(rules, filter),
                ) as [Destination[], Destination[]];
                const isShared = filter !== repository.repositoryName;
                return except(ours, found).length === 0 && (isShared || except(found, ours).length === 0);
            }) &&
            declared.every(({ Region }) =>
                isDeepStrictEqual(
                    workingParts(observed?.monitors[Region], Region, repository),
                    monitorParts(declared, Region),
                ),
            )
        );
    },

    ownership: {
        merge(observed, desired, previous) {
            const own = [...(previous?.rules ?? []), ...(desired?.rules ?? [])];
            const filters = new Set(own.flatMap((rule) => rule.filters));
            const rules = [...filters].reduce((merged, filter) => {
                const given = destinationsOf(previous?.rules ?? [], filter);
                const ours = destinationsOf(desired?.rules ?? [], filter);
                const others = except(destinationsOf(merged, filter), given);
                return withEntry(merged, filter, sortedDestinations([...others, ...ours]));
            }, observed?.rules ?? []);
            const [held, before] = [observed?.monitors ?? {}, previous?.monitors ?? {}];
            const monitors = Object.entries(desired?.monitors ?? {}).map(
                ([region, monitor]): [string, Monitor] => [
                    region,
                    mergeMonitor(held[region], monitor, before[region]),
                ],
            );
            // All others are ours by their names, also those that were created or removed in part.
            return { rules, monitors: Object.fromEntries(monitors) };
        },

        owned(observed, { repositoryName }) {
            const destinations = destinationsOf(observed?.rules ?? [], repositoryName);
            const rules = destinations.length > 0 ? [{ destinations, filters: [repositoryName] }] : [];
            return observed && { rules, monitors: observed.monitors };
        },

        // A filter shorter than the name replicates other repositories too: the last of them removes it.
        async safeToRemove(previous, _desired, context) {
            const shorter = previous.rules
                .flatMap(({ filters }) => filters)
                .filter((filter) => filter !== context.repositoryName);
            if (shorter.length === 0) {
                return previous;
            }
            const names = await neighboursOf(context);
            const needed = shorter.filter((filter) => names.some((name) => name.startsWith(filter)));
            const rules = previous.rules.filter(
                ({ filters }) => !filters.some((filter) => needed.includes(filter)),
            );
            return { ...previous, rules };
        },
    },

    shared: {
        part: (state) => state?.rules ?? [],
        refresh: async (state, context) => ({ monitors: {}, ...state, rules: await readRules(context) }),

        // Monitors are found by the entry: they go before it goes, and come after it has come.
        prepared(target, observed) {
            const staying = Object.entries(observed?.monitors ?? {}).filter(
                ([region]) => target?.monitors[region],
            );
            return { rules: observed?.rules ?? [], monitors: Object.fromEntries(staying) };
        },

        async notice({ rules }, context) {
            const filters = rules.flatMap((rule) => rule.filters);
            const neighbours = (await neighboursOf(context)).filter((name) =>
                filters.some((filter) => name.startsWith(filter)),
            );
            const accounts = rules.flatMap(({ destinations }) =>
                destinations.map(({ registryId }) => registryId),
            );
            return [
                ...(neighbours.length > 0 ? [covered(filters, neighbours)] : []),
                ...[...new Set(accounts)]
                    .filter((id) => id !== context.account)
                    .map((id) => permission(id, context)),
            ].join(' ');
        },
    },

    requiredBy: {
        properties: ['AlarmActions'],
        unmet(properties, observed) {
            const { EnableReplication, ReplicationDestinations: shown = [] } = properties;
            const rings = (region: string) =>
                isDeepStrictEqual(
                    observed?.monitors[region]?.alarm?.settings.AlarmActions ?? [],
                    actionsIn(region, properties),
                );
            const wrong = shown.filter(
                (one) => EnableReplication && one.EnableReplicationTimeControl && !rings(one.Region),
            );
            return wrong.length > 0
                ? {
                      ReplicationDestinations: shown.map((one) =>
                          wrong.includes(one) ? { ...one, EnableReplicationTimeControl: false } : one,
                      ),
                  }
                : {};
        },
    },
};

function desired(properties: Properties, repository: RepositoryRef): State | undefined {
    const { EnableReplication, ReplicationDestinations: declared = [] } = properties;
    if (!EnableReplication || declared.length === 0) {
        return undefined;
    }
    const filters = [...new Set(declared.map((destination) => filterOf(destination, repository)))].sort();
    const monitors = declared.map(({ Region }): [string, Monitor | undefined] => [
        Region,
        monitorOf(monitorParts(declared, Region), properties, Region, repository),
    ]);
    return {
        rules: filters.map((filter) => ({
            filters: [filter],
            destinations: sortedDestinations(
                declared
                    .filter((destination) => filterOf(destination, repository) === filter)
                    .map((destination) => destinationOf(destination, repository)),
            ),
        })),
        monitors: present(monitors),
    };
}

/** A destination as a property. */
function shown(
    { region, registryId }: Destination,
    state: State | undefined,
    repository: RepositoryRef,
): ReplicationDestination {
    const isHere = registryId === repository.account;
    const monitor = isHere ? state?.monitors[region] : undefined;
    const { metrics, timeControl } = workingParts(monitor, region, repository);
    return {
        Region: region,
        ...(!isHere && { RegistryId: registryId }),
        ...(timeControl && { EnableReplicationTimeControl: true }),
        ...(metrics && { EnableReplicationMetrics: true }),
    };
}

async function readRules({ aws }: FacetContext): Promise<Rule[]> {
    const { replicationConfiguration } = await aws.ecr.send(new DescribeRegistryCommand({}));
    return (replicationConfiguration?.rules ?? []).map(({ destinations = [], repositoryFilters = [] }) => ({
        filters: repositoryFilters.flatMap(({ filter }) => filter ?? []),
        destinations: destinations.map(({ region = '', registryId = '' }) => ({ region, registryId })),
    }));
}

async function putRules(rules: readonly Rule[], { aws }: FacetContext): Promise<void> {
    const replicationConfiguration = {
        rules: rules.map(({ destinations, filters }) => ({
            destinations: [...destinations],
            ...(filters.length > 0 && {
                repositoryFilters: filters.map((filter) => ({
                    filter,
                    filterType: RepositoryFilterType.PREFIX_MATCH,
                })),
            }),
        })),
    };
    await aws.ecrNoRetry.send(new PutReplicationConfigurationCommand({ replicationConfiguration }));
}

/** The Regions of this account that anything replicates the repository to. */
function regionsOf(rules: readonly Rule[], { account, repositoryName }: RepositoryRef): string[] {
    const about = rules.filter(({ filters }) => filters.some((filter) => repositoryName.startsWith(filter)));
    const here = about
        .flatMap(({ destinations }) => destinations)
        .filter(({ registryId }) => registryId === account);
    return here.map(({ region }) => region);
}

/** The Regions that had monitors, should the entries that led there have been removed by hand. */
function watchedBefore({ previous }: FacetContext): string[] {
    const { EnableReplication, ReplicationDestinations = [] } = previous ?? {};
    return ReplicationDestinations.flatMap(
        ({ Region, EnableReplicationMetrics, EnableReplicationTimeControl }) =>
            EnableReplication && (EnableReplicationMetrics || EnableReplicationTimeControl) ? [Region] : [],
    );
}

function monitorParts(declared: readonly ReplicationDestination[], region: string): MonitorParts {
    const there = declared.filter(({ Region }) => Region === region);
    return {
        metrics: there.some(({ EnableReplicationMetrics }) => EnableReplicationMetrics),
        timeControl: there.some(({ EnableReplicationTimeControl }) => EnableReplicationTimeControl),
    };
}

function present<T>(entries: readonly (readonly [string, T | undefined])[]): Record<string, T> {
    return Object.fromEntries(entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

function covered(filters: readonly string[], neighbours: readonly string[]): string {
    return `ECR replicates every repository whose name begins with ${filters.join(' or ')}, so ${listed(neighbours)} too.`;
}

/** Amazon ECR user guide, registry permissions: what the destination's owner must grant. */
function permission(registryId: string, { partition, account }: RepositoryRef): string {
    return `The registry policy of ${registryId} must allow arn:${partition}:iam::${account}:root to ecr:ReplicateImage and ecr:CreateRepository; images do not arrive without it.`;
}

/** All other repositories of the registry, by name. */
async function neighboursOf({ aws, repositoryName }: FacetContext): Promise<string[]> {
    const all = await allRepositories(aws.ecr);
    return all.flatMap((one) => one.repositoryName ?? []).filter((name) => name !== repositoryName);
}

/** What is wrong with one destination, given those before it in the list. */
function violationsIn(
    destination: ReplicationDestination,
    before: readonly ReplicationDestination[],
    repository: RepositoryRef,
): string[] {
    const { Region, RegistryId = repository.account, RepositoryFilter } = destination;
    const violations: string[] = [];
    if (Region === repository.region && RegistryId === repository.account) {
        violations.push(
            `given ${Region}, which is where the repository is. Name another Region, or another account by RegistryId.`,
        );
    }
    // Amazon ECR user guide, private image replication: not across partitions.
    if (partitionOf(Region) !== repository.partition) {
        violations.push(
            `Region: given ${Region} of the partition ${partitionOf(Region)}, wanted one of ${repository.partition}. ECR does not replicate across partitions.`,
        );
    }
    if (RepositoryFilter !== undefined && !repository.repositoryName.startsWith(RepositoryFilter)) {
        violations.push(
            `RepositoryFilter: given "${RepositoryFilter}", wanted the beginning of ${repository.repositoryName}; any other filter would not replicate this repository. Shorten it, or leave it out.`,
        );
    }
    for (const name of ['EnableReplicationTimeControl', 'EnableReplicationMetrics'] as const) {
        if (destination[name] && RegistryId !== repository.account) {
            violations.push(
                `${name}: given true for account ${RegistryId}; ECR tells of replications only in the account they arrive in, where this type does not work. Leave it out, or watch them there.`,
            );
        }
    }
    const key = (one: ReplicationDestination) =>
        `${one.Region} ${one.RegistryId ?? repository.account} ${filterOf(one, repository)}`;
    if (before.some((one) => key(one) === key(destination))) {
        violations.push(`given ${Region} of ${RegistryId} a second time. Name each destination once.`);
    }
    return violations;
}

function filterOf({ RepositoryFilter }: ReplicationDestination, { repositoryName }: RepositoryRef): string {
    return RepositoryFilter ?? repositoryName;
}

function destinationOf(
    { Region, RegistryId }: ReplicationDestination,
    { account }: RepositoryRef,
): Destination {
    return { region: Region, registryId: RegistryId ?? account };
}
