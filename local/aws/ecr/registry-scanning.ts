import { z } from 'zod';
import { AwsError } from '../error';
import { type Call, type Operation, operation } from '../service';
import { storeOf } from '../world';

const frequency = z.enum(['SCAN_ON_PUSH', 'CONTINUOUS_SCAN', 'MANUAL']);

export type ScanFrequency = z.output<typeof frequency>;

const rule = z.strictObject({
    scanFrequency: frequency,
    repositoryFilters: z
        .array(
            z.strictObject({
                filter: z
                    .string()
                    .max(255)
                    .regex(/^[a-z0-9*](?:[._\-/a-z0-9*]?[a-z0-9*]+)*$/),
                filterType: z.literal('WILDCARD'),
            }),
        )
        .max(100),
});

const configuration = z.strictObject({
    scanType: z.enum(['BASIC', 'ENHANCED']).default('BASIC'),
    rules: z.array(rule).max(2).default([]),
});

type Configuration = z.output<typeof configuration>;

const configurations = storeOf('ecr registry scanning', (): { current: Configuration } => ({
    current: { scanType: 'BASIC', rules: [] },
}));

/** The frequencies that each type has (Amazon ECR user guide, image scanning). */
const FREQUENCIES: Readonly<Record<Configuration['scanType'], readonly ScanFrequency[]>> = {
    BASIC: ['SCAN_ON_PUSH', 'MANUAL'],
    ENHANCED: ['SCAN_ON_PUSH', 'CONTINUOUS_SCAN', 'MANUAL'],
};

export const registryScanningOperations: Readonly<Record<string, Operation>> = {
    GetRegistryScanningConfiguration: operation(z.strictObject({}), (_input, call) => ({
        registryId: call.account,
        scanningConfiguration: configurations.of(call.world, call).current,
    })),

    PutRegistryScanningConfiguration: operation(configuration, (given, call) => {
        const frequencies = given.rules.map(({ scanFrequency }) => scanFrequency);
        const wrong = frequencies.find((each) => !FREQUENCIES[given.scanType].includes(each));
        if (wrong) {
            const message = `Invalid parameter at 'rules' failed to satisfy constraint: 'scan frequency ${wrong} is not supported for scan type ${given.scanType}'`;
            throw new AwsError('InvalidParameterException', message);
        }
        // AWS does not document that it refuses one frequency in two rules.
        if (new Set(frequencies).size < frequencies.length) {
            throw new AwsError(
                'InvalidParameterException',
                "Invalid parameter at 'rules' failed to satisfy constraint: 'Duplicate scan frequencies are not allowed'",
            );
        }
        configurations.of(call.world, call).current = given;
        return { registryScanningConfiguration: given };
    }),
};

/** What the registry says about a repository; of two rules that match, the more frequent one counts. */
export function scanningOf(repositoryName: string, call: Call) {
    const { scanType, rules } = configurations.of(call.world, call).current;
    const applied = rules
        .map(({ scanFrequency, repositoryFilters }) => ({
            frequency: scanFrequency,
            filters: repositoryFilters
                .map(({ filter }) => filter)
                .filter((each) => matches(each, repositoryName)),
        }))
        .filter(({ filters }) => filters.length > 0);
    const [first] = applied.sort((a) => (a.frequency === 'CONTINUOUS_SCAN' ? -1 : 1));
    return {
        scanType,
        hasRules: rules.length > 0,
        frequency: first?.frequency,
        filters: first?.filters ?? [],
    };
}

/** Without an asterisk a filter matches every name that contains it (Amazon ECR user guide, filter wildcards). */
function matches(filter: string, repositoryName: string): boolean {
    if (!filter.includes('*')) {
        return repositoryName.includes(filter);
    }
    const parts = filter.split('*').map((part) => part.replaceAll(/[.\-/]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`).test(repositoryName);
}
