import { HandlerErrorCode } from '@amazon-web-services-cloudformation/cloudformation-cli-typescript-lib/dist/interface';
import {
    GetRegistryScanningConfigurationCommand,
    PutRegistryScanningConfigurationCommand,
    type ScanFrequency,
    ScanningRepositoryFilterType,
    type ScanType,
} from '@aws-sdk/client-ecr';
import { allRepositories, listed } from '../aws/repositories';
import { filterFor } from '../aws/repository-filter';
import type { RepositoryRef } from '../aws/repository-ref';
import type { Facet, FacetContext } from '../engine/facet';
import { HandlerFailure } from '../errors';
import { patternTest } from '../lifecycle/selection';
import type { PartialProperties } from '../properties';

interface Rule {
    readonly frequency: ScanFrequency;
    readonly filters: readonly string[];
}

/** The registry's scanning; as desired, what this repository alone declares. */
interface State {
    readonly type: ScanType;
    readonly rules: readonly Rule[];
}

/** Amazon ECR API reference, RegistryScanningRule. */
const MOST_FILTERS = 100;

/**
 * Keeps a rule of enhanced scanning alive when its last filter goes, since what a rule without filters scans is not
 * documented. No repository has this in its name.
 */
const NO_REPOSITORY = 'org-containers-ecrrepository/scans-no-repository';

/** As a registry is that nobody configured. */
const UNTOUCHED: State = { type: 'BASIC', rules: [] };

/** The repository's filter in the registry's scanning configuration, which all repositories share. */
export const registryScanning: Facet<State> = {
    name: 'scanning configuration of the registry',
    properties: ['EnableRegistryScanning', 'ScanType', 'ScanFrequency'],
    home: 'registry',

    validate({ EnableRegistryScanning, ScanType = 'BASIC', ScanFrequency }) {
        // Amazon ECR user guide, basic scanning: there is no other frequency.
        return EnableRegistryScanning && ScanType === 'BASIC' && ScanFrequency === 'CONTINUOUS_SCAN'
            ? [
                  'ScanFrequency: given CONTINUOUS_SCAN with ScanType BASIC, which scans on push only. Set ScanType to ENHANCED, or ScanFrequency to SCAN_ON_PUSH.',
              ]
            : [];
    },

    desired(properties, { repositoryName }) {
        return properties.EnableRegistryScanning
            ? {
                  type: typeOf(properties),
                  rules: [{ frequency: frequencyOf(properties), filters: [filterFor(repositoryName)] }],
              }
            : undefined;
    },

    observe,

    async apply(target = UNTOUCHED, _observed, { aws }) {
        const rules = target.rules.map(({ frequency, filters }) => ({
            scanFrequency: frequency,
            repositoryFilters: filters.map((filter) => ({
                filter,
                filterType: ScanningRepositoryFilterType.WILDCARD,
            })),
        }));
        await aws.ecrNoRetry.send(
            new PutRegistryScanningConfigurationCommand({ scanType: target.type, rules }),
        );
    },

    readback: (observed = UNTOUCHED, repository) => readback(observed, repository),

    isInSync(properties, observed = UNTOUCHED, repository) {
        const found = readback(observed, repository);
        if (!properties.EnableRegistryScanning) {
            return !found.EnableRegistryScanning;
        }
        const frequency = frequencyOf(properties);
        return (
            observed.type === typeOf(properties) &&
            (found.ScanFrequency === frequency || covers(observed, frequency, repository.repositoryName))
        );
    },

    // Another's filter with * may scan the repository already.
    alwaysRecorded: ['EnableRegistryScanning', 'ScanType', 'ScanFrequency'],

    ownership: {
        merge(observed = UNTOUCHED, desired, previous, { repositoryName }) {
            const isOwn = ownFilters(repositoryName);
            const [declared] = desired?.rules ?? [];
            const stays = (rule: Rule) => !previous || rule.frequency === declared?.frequency;
            const kept = withoutEmptied(
                observed.rules.map((rule) =>
                    stays(rule)
                        ? rule
                        : { ...rule, filters: rule.filters.filter((filter) => !isOwn(filter)) },
                ),
                observed.rules,
            );
            if (!desired || !declared) {
                return { ...observed, rules: stillScoped(kept, observed) };
            }
            if (desired.type !== observed.type) {
                refuseSwitch(observed, desired.type, isOwn);
                return desired;
            }
            return {
                ...observed,
                rules: covers(observed, declared.frequency, repositoryName)
                    ? stillScoped(kept, observed)
                    : withFilter(kept, declared.frequency, repositoryName),
            };
        },
        owned(observed = UNTOUCHED, { repositoryName }) {
            const isOwn = ownFilters(repositoryName);
            const rules = observed.rules
                .map(({ frequency, filters }) => ({ frequency, filters: filters.filter(isOwn) }))
                .filter(({ filters }) => filters.length > 0);
            return rules.length > 0 ? { ...observed, rules } : undefined;
        },
    },

    shared: {
        part: (state) => state,
        refresh: (_state, context) => observe(context),
        notice,
    },
};

/**
 * What the filter does to other repositories. That the registry's rules take the place of a repository's own
 * scan-on-push is reported in public, and not documented.
 */
async function notice(desired: State, { aws, repositoryName }: FacetContext): Promise<string> {
    const { rules } = await observe({ aws });
    const others = (await allRepositories(aws.ecr)).filter((one) => one.repositoryName !== repositoryName);
    const names = (list: typeof others) => list.map((one) => one.repositoryName ?? '');
    const scannedBy = (filters: readonly string[]) => (one: (typeof others)[number]) =>
        filters.some((filter) => matches(filter, one.repositoryName ?? ''));
    const neighbours = names(others.filter(scannedBy(desired.rules.flatMap(({ filters }) => filters))));
    const isScanned = scannedBy(rules.flatMap(({ filters }) => filters));
    const losing = names(
        others.filter((one) => one.imageScanningConfiguration?.scanOnPush && !isScanned(one)),
    );
    return [
        ...(neighbours.length > 0 ? [`The filter scans ${listed(neighbours)} too.`] : []),
        ...(losing.length > 0
            ? [
                  `The rules of the registry may take the place of the scan on push of ${listed(losing)}; add them to the registry's scanning.`,
              ]
            : []),
    ].join(' ');
}

async function observe({ aws }: Pick<FacetContext, 'aws'>): Promise<State> {
    const { scanningConfiguration } = await aws.ecr.send(new GetRegistryScanningConfigurationCommand({}));
    const rules = (scanningConfiguration?.rules ?? []).map(({ scanFrequency, repositoryFilters = [] }) => ({
        frequency: scanFrequency ?? 'SCAN_ON_PUSH',
        filters: repositoryFilters.flatMap(({ filter }) => filter ?? []),
    }));
    return { type: scanningConfiguration?.scanType ?? UNTOUCHED.type, rules };
}

function readback(state: State, { repositoryName }: RepositoryRef): PartialProperties {
    const frequencies = state.rules
        .filter(({ filters }) => filters.some(ownFilters(repositoryName)))
        .map(({ frequency }) => frequency);
    // Amazon ECR user guide, enhanced scanning: of two frequencies the continuous one counts.
    const frequency = frequencies.find((one) => one === 'CONTINUOUS_SCAN') ?? frequencies[0];
    return frequency === 'SCAN_ON_PUSH' || frequency === 'CONTINUOUS_SCAN'
        ? { EnableRegistryScanning: true, ScanType: state.type, ScanFrequency: frequency }
        : { EnableRegistryScanning: false };
}

/** Whether a filter is about this repository alone: the one that this type writes, or its bare name, written by hand. */
function ownFilters(repositoryName: string): (filter: string) => boolean {
    const own = filterFor(repositoryName);
    return (filter) => filter === own || filter === repositoryName;
}

/** Whether another's wildcard, or enhanced scanning without rules, scans the repository so already. */
function covers({ type, rules }: State, frequency: ScanFrequency, repositoryName: string): boolean {
    // Amazon ECR user guide, enhanced scanning: without rules all repositories are scanned continuously.
    if (type === 'ENHANCED' && rules.length === 0) {
        return true;
    }
    const isOwn = ownFilters(repositoryName);
    return rules
        .filter((rule) => rule.frequency === frequency)
        .flatMap(({ filters }) => filters)
        .some((filter) => !isOwn(filter) && isWildcard(filter) && matches(filter, repositoryName));
}

/** Whether a filter is meant for several repositories, and not made by this type for a single one. */
function isWildcard(filter: string): boolean {
    const isOfOne = /[^*]\*[^*]$/.test(filter);
    return filter.includes('*') && !isOfOne;
}

/** Amazon ECR user guide, scanning filters: with an asterisk a filter must match the whole name, else any part of it. */
function matches(filter: string, repositoryName: string): boolean {
    return filter.includes('*') ? patternTest(filter)(repositoryName) : repositoryName.includes(filter);
}

function withFilter(
    rules: readonly Rule[],
    frequency: ScanFrequency,
    repositoryName: string,
): readonly Rule[] {
    const filter = filterFor(repositoryName);
    const useful = rules.map((one) => ({
        ...one,
        filters: one.filters.filter((each) => each !== NO_REPOSITORY),
    }));
    const rule = useful.find((one) => one.frequency === frequency);
    if (!rule) {
        return [...withoutEmptied(useful, rules), { frequency, filters: [filter] }];
    }
    if (rule.filters.some(ownFilters(repositoryName))) {
        return rules;
    }
    if (rule.filters.length >= MOST_FILTERS) {
        const message = `The registry takes ${MOST_FILTERS} filters for ${frequency} at most, for all repositories together, and would need one more. In use are ${rule.filters.join(', ')}. Put a filter with * in place of several.`;
        throw new HandlerFailure(HandlerErrorCode.ServiceLimitExceeded, message);
    }
    const added = useful.map((one) => (one === rule ? { ...one, filters: [...one.filters, filter] } : one));
    return withoutEmptied(added, rules);
}

/** The rules without those that lost their last filter. */
function withoutEmptied(rules: readonly Rule[], before: readonly Rule[]): readonly Rule[] {
    return rules.filter(({ filters }, index) => filters.length > 0 || before[index]?.filters.length === 0);
}

/**
 * Enhanced scanning keeps a rule, though it scans no repository: with no rule at all, every repository of the registry
 * would be scanned continuously, and paid for.
 */
function stillScoped(rules: readonly Rule[], { type, rules: before }: State): readonly Rule[] {
    const isScoped = type === 'ENHANCED' && before.length > 0;
    return isScoped && rules.length === 0 ? [{ frequency: 'SCAN_ON_PUSH', filters: [NO_REPOSITORY] }] : rules;
}

/** The type is the whole registry's: it is switched only while no other repository's scanning depends on it. */
function refuseSwitch({ type, rules }: State, declared: ScanType, isOwn: (filter: string) => boolean): void {
    const others = rules
        .flatMap(({ filters }) => filters)
        .filter((filter) => !isOwn(filter) && filter !== NO_REPOSITORY);
    const everything = type === 'ENHANCED' && rules.length === 0 ? ['every repository'] : [];
    const dependent = [...everything, ...others];
    if (dependent.length > 0) {
        const message = `ScanType: given ${declared}, but the registry scans by ${type}, for all its repositories, and these filters depend on it: ${dependent.join(', ')}. Use ScanType ${type}, or switch the registry together with those who keep these filters.`;
        throw new HandlerFailure(HandlerErrorCode.ResourceConflict, message);
    }
}

function typeOf({ ScanType = 'BASIC' }: PartialProperties): ScanType {
    return ScanType;
}

function frequencyOf({ ScanType = 'BASIC', ScanFrequency }: PartialProperties): ScanFrequency {
    return ScanFrequency ?? (ScanType === 'ENHANCED' ? 'CONTINUOUS_SCAN' : 'SCAN_ON_PUSH');
}
