import type { RepositoryRef } from '../../src/aws/repository-ref';
import { registryScanning } from '../../src/facets/registry-scanning';
import { isObject, type Json, type JsonObject, listOf } from '../json';
import { argumentOf, member } from './data';
import type { Piece } from './repository';
import type { TemplateResource } from './resources';
import type { Left } from './takeover';

/** A repository of the template, by its name where that is written out. */
export interface NamedRepository {
    readonly resource: TemplateResource;
    readonly ref: RepositoryRef;
    is(value: Json): boolean;
}

/** The entries of the registry that become properties of repositories. */
export interface RegistryTakeover {
    readonly pieces: ReadonlyMap<TemplateResource, readonly Piece[]>;
    /** Resources that go from the template, but must not be deleted: that would empty the registry's configuration. */
    readonly released: readonly TemplateResource[];
    readonly left: readonly Left[];
}

/** The replication and scanning configurations whose every entry is about one repository of the template. */
export function registryEntries(
    resources: readonly TemplateResource[],
    repositories: readonly NamedRepository[],
): RegistryTakeover {
    const pieces = new Map<TemplateResource, Piece[]>();
    const released: TemplateResource[] = [];
    const left: Left[] = [];
    for (const resource of resources) {
        const convert = CONVERTERS[resource.type];
        if (!convert) {
            continue;
        }
        const found = convert(resource.properties, repositories);
        if (!found) {
            left.push({ resource, why: 'not every entry is about exactly one repository of this template' });
            continue;
        }
        released.push(resource);
        for (const [repository, piece] of found) {
            pieces.set(repository, [...(pieces.get(repository) ?? []), piece]);
        }
    }
    return { pieces, released, left };
}

type Entries = ReadonlyMap<TemplateResource, Piece>;

const CONVERTERS: Readonly<
    Record<string, (properties: JsonObject, repositories: readonly NamedRepository[]) => Entries | undefined>
> = {
    'AWS::ECR::ReplicationConfiguration': replicationEntries,
    'AWS::ECR::RegistryScanningConfiguration': scanningEntries,
};

function replicationEntries(
    properties: JsonObject,
    repositories: readonly NamedRepository[],
): Entries | undefined {
    const destinations = new Map<TemplateResource, Json[]>();
    for (const rule of listOf(member(properties['ReplicationConfiguration'], 'Rules', []))) {
        const filters = listOf(member(rule, 'RepositoryFilters', []));
        const found = filters.map((filter) =>
            repositories.find(({ is }) => is(member(filter, 'Filter', null))),
        );
        if (found.length === 0) {
            return undefined;
        }
        for (const repository of found) {
            if (!repository) {
                return undefined;
            }
            const { resource, ref } = repository;
            const added = listOf(member(rule, 'Destinations', [])).map((one) => destinationOf(one, ref));
            destinations.set(resource, [...(destinations.get(resource) ?? []), ...added]);
        }
    }
    return new Map(
        [...destinations].map(([resource, list]) => [
            resource,
            {
                to: { EnableReplication: true, ReplicationDestinations: list },
                why: 'the entries of this repository in the replication configuration of the registry',
            },
        ]),
    );
}

/** This account is left out: a destination is here unless it says otherwise. */
function destinationOf(destination: Json, { account }: RepositoryRef): Json {
    const { Region = null, RegistryId } = isObject(destination) ? destination : {};
    const isHere =
        RegistryId === undefined ||
        RegistryId === account ||
        argumentOf(RegistryId, 'Ref') === 'AWS::AccountId';
    return { Region, ...(!isHere && { RegistryId }) };
}

function scanningEntries(
    { ScanType = 'BASIC', Rules }: JsonObject,
    repositories: readonly NamedRepository[],
): Entries | undefined {
    const entries = new Map<TemplateResource, Piece>();
    for (const rule of listOf(Rules)) {
        const ScanFrequency = member(rule, 'ScanFrequency', 'SCAN_ON_PUSH');
        const to = { EnableRegistryScanning: true, ScanType, ScanFrequency };
        const filters = listOf(member(rule, 'RepositoryFilters', []));
        for (const filter of filters.map((one) => member(one, 'Filter', null))) {
            const repository = repositories.find(
                (one) => one.is(filter) || ownFilters(to, one).includes(filter),
            );
            if (!repository || entries.has(repository.resource)) {
                return undefined;
            }
            entries.set(repository.resource, {
                to,
                why: 'the filter of this repository in the scanning configuration of the registry',
            });
        }
    }
    return entries.size > 0 ? entries : undefined;
}

/** The filters that the facet itself makes for a repository. */
function ownFilters(
    { ScanType, ScanFrequency }: { ScanType: Json; ScanFrequency: Json },
    { ref }: NamedRepository,
): Json[] {
    const declared = {
        RepositoryName: ref.repositoryName,
        EnableRegistryScanning: true,
        ScanType: ScanType === 'ENHANCED' ? ('ENHANCED' as const) : ('BASIC' as const),
        ScanFrequency:
            ScanFrequency === 'CONTINUOUS_SCAN' ? ('CONTINUOUS_SCAN' as const) : ('SCAN_ON_PUSH' as const),
    };
    const { rules = [] } = registryScanning.desired(declared, ref) ?? {};
    return rules.flatMap(({ filters }) => filters);
}
