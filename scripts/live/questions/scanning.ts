import {
    BatchGetRepositoryScanningConfigurationCommand,
    type ECRClient,
    GetRegistryScanningConfigurationCommand,
    PutRegistryScanningConfigurationCommand,
    type RegistryScanningConfiguration,
    type RegistryScanningRule,
    type ScanFrequency,
} from '@aws-sdk/client-ecr';
import { Skip } from '../results';
import { NAME, type Question } from './asking';
import { ensureRepository } from './repository';

/** A registry is so that nobody configured. */
const UNTOUCHED = new PutRegistryScanningConfigurationCommand({ scanType: 'BASIC', rules: [] });

/** Whether the registry's rules take the place of a repository's own scan-on-push. */
export const registryOrRepository: Question = {
    question: 'ScanOnPush beside a rule for others',
    async ask({ ecr }) {
        await ensureRepository(ecr);
        return inUntouchedRegistry(ecr, async () => {
            const alone = await frequency(ecr);
            await ecr.send(
                new PutRegistryScanningConfigurationCommand({
                    scanType: 'BASIC',
                    rules: [ruleFor('SCAN_ON_PUSH', `${NAME}-other`)],
                }),
            );
            return `a repository with ScanOnPush is at ${alone}, beside a rule for another at ${await frequency(ecr)}`;
        });
    },
};

/** What a rule of enhanced scanning without filters scans. Amazon Inspector may scan the images of the registry for it. */
export const emptyFilter: Question = {
    question: 'an ENHANCED rule without filters',
    async ask({ ecr }) {
        await ensureRepository(ecr);
        return inUntouchedRegistry(ecr, async () => {
            const rule: RegistryScanningRule = { scanFrequency: 'CONTINUOUS_SCAN', repositoryFilters: [] };
            try {
                await ecr.send(
                    new PutRegistryScanningConfigurationCommand({ scanType: 'ENHANCED', rules: [rule] }),
                );
            } catch (error) {
                return `refused: ${error}`;
            }
            return `taken; a repository with ScanOnPush is at ${await frequency(ecr)}`;
        });
    },
};

export function ruleFor(scanFrequency: ScanFrequency, filter: string): RegistryScanningRule {
    return { scanFrequency, repositoryFilters: [{ filter, filterType: 'WILDCARD' }] };
}

/** Works in a registry that nobody configured, and leaves it so again; with another one throws Skip. */
export async function inUntouchedRegistry(ecr: ECRClient, work: () => Promise<string>): Promise<string> {
    const { scanType, rules = [] } = await configuration(ecr);
    if (scanType === 'ENHANCED' || rules.length > 0) {
        throw new Skip('the registry has a scanning configuration, which stays as it is');
    }
    try {
        return await work();
    } finally {
        await ecr.send(UNTOUCHED);
    }
}

/** Puts back what a question that was killed left: rules with filters of its own and of nobody else. */
export async function resetScanning(ecr: ECRClient): Promise<void> {
    const { rules = [] } = await configuration(ecr);
    const filters = rules.flatMap(({ repositoryFilters = [] }) => repositoryFilters);
    if (filters.length > 0 && filters.every(({ filter }) => filter?.startsWith(NAME))) {
        await ecr.send(UNTOUCHED);
    }
}

async function configuration(ecr: ECRClient): Promise<RegistryScanningConfiguration> {
    const { scanningConfiguration } = await ecr.send(new GetRegistryScanningConfigurationCommand({}));
    return scanningConfiguration ?? {};
}

async function frequency(ecr: ECRClient): Promise<string> {
    const { scanningConfigurations: [found] = [] } = await ecr.send(
        new BatchGetRepositoryScanningConfigurationCommand({ repositoryNames: [NAME] }),
    );
    return found?.scanFrequency ?? 'nothing';
}
