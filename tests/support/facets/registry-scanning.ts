import { PutRegistryScanningConfigurationCommand, type RegistryScanningRule } from '@aws-sdk/client-ecr';
import fc from 'fast-check';
import { registryScanning } from '../../../src/facets/registry-scanning';
import type { PartialProperties } from '../../../src/properties';
import { NAME } from '../my-app';
import { accountIds } from '../values';
import type { By, FacetData } from './facet-data';

const SCANNED: PartialProperties = { EnableRegistryScanning: true };

const scan =
    (scanType: 'BASIC' | 'ENHANCED', ...rules: RegistryScanningRule[]): By =>
    ({ ecr }) =>
        ecr.send(new PutRegistryScanningConfigurationCommand({ scanType, rules }));

const scanRule = (filter: string, scanFrequency: 'SCAN_ON_PUSH' | 'CONTINUOUS_SCAN' = 'SCAN_ON_PUSH') => ({
    scanFrequency,
    repositoryFilters: [{ filter, filterType: 'WILDCARD' as const }],
});

/** A registry that scans other repositories. */
function scanning(scanType: string, filters: number): object {
    const repositoryFilters = accountIds(filters).map((filter) => ({ filter, filterType: 'WILDCARD' }));
    return {
        scanningConfiguration: { scanType, rules: [{ scanFrequency: 'SCAN_ON_PUSH', repositoryFilters }] },
    };
}

export const data: FacetData = {
    facet: registryScanning,
    declared: SCANNED,

    arbitraries: {
        EnableRegistryScanning: fc.boolean(),
        ScanType: fc.constantFrom('BASIC', 'ENHANCED'),
        ScanFrequency: fc.constantFrom('SCAN_ON_PUSH', 'CONTINUOUS_SCAN'),
    },

    foreign: ({ repositories, flag }) => ({
        type: flag ? 'ENHANCED' : 'BASIC',
        rules: [{ frequency: 'SCAN_ON_PUSH', filters: repositories }],
    }),

    properties: {
        EnableRegistryScanning: {
            values: [false, true],
            inAws: ({ scanning }) => (scanning?.rules?.length ?? 0) > 0,
        },
        ScanType: {
            beside: { EnableRegistryScanning: true },
            values: ['BASIC', 'ENHANCED'],
            inAws: ({ scanning }) => scanning?.scanType,
        },
        ScanFrequency: {
            beside: { EnableRegistryScanning: true, ScanType: 'ENHANCED' },
            values: ['SCAN_ON_PUSH', 'CONTINUOUS_SCAN'],
            inAws: ({ scanning }) => scanning?.rules?.map(({ scanFrequency }) => scanFrequency),
            as: [['SCAN_ON_PUSH'], ['CONTINUOUS_SCAN']],
        },
    },

    undivided: [
        'ecr:GetRegistryScanningConfiguration',
        'ecr:PutRegistryScanningConfiguration',
        'inspector2:Disable',
        'inspector2:Enable',
        'inspector2:ListAccountPermissions',
    ],

    violations: [[{ EnableRegistryScanning: true, ScanFrequency: 'CONTINUOUS_SCAN' }, 1]],

    messages: [
        {
            said: 'that there is no room for a filter',
            action: 'CREATE',
            declared: { EnableRegistryScanning: true },
            answers: { 'ecr:GetRegistryScanningConfiguration': scanning('BASIC', 100) },
        },
        {
            said: 'that the registry scans otherwise',
            action: 'CREATE',
            declared: { ...SCANNED, ScanType: 'ENHANCED' },
            answers: { 'ecr:GetRegistryScanningConfiguration': scanning('BASIC', 1) },
        },
        {
            said: 'that another tool overwrites',
            action: 'UPDATE',
            declared: { EnableRegistryScanning: true },
            isThere: true,
            answers: { 'ecr:PutRegistryScanningConfiguration': {} },
        },
    ],

    alterations: {
        EnableRegistryScanning: [
            { what: 'the filter is removed', template: SCANNED, by: scan('BASIC') },
            { what: 'the filter is another one', template: SCANNED, by: scan('BASIC', scanRule('other')) },
            {
                what: 'a filter is added',
                template: { EnableRegistryScanning: false },
                by: scan('BASIC', scanRule(NAME)),
                update: 'leaves',
            },
            {
                what: "somebody's wildcard takes the place of the filter",
                template: SCANNED,
                by: scan('BASIC', scanRule('my-*')),
                drift: [],
            },
            {
                what: "somebody's wildcard is beside the filter",
                template: SCANNED,
                by: scan('BASIC', {
                    ...scanRule(NAME),
                    repositoryFilters: [
                        ...scanRule('*').repositoryFilters,
                        ...scanRule(NAME).repositoryFilters,
                    ],
                }),
                drift: [],
            },
            {
                what: 'the filter is removed, with settings',
                template: { ...SCANNED, ScanType: 'ENHANCED', ScanFrequency: 'SCAN_ON_PUSH' },
                by: scan('ENHANCED', scanRule('other')),
                drift: ['EnableRegistryScanning', 'ScanType', 'ScanFrequency'],
            },
            {
                what: 'a filter is added over settings that are off',
                template: { EnableRegistryScanning: false, ScanType: 'BASIC' },
                by: scan('BASIC', scanRule(NAME)),
                update: 'leaves',
            },
        ],
        ScanType: [
            {
                what: 'is another one',
                template: { ...SCANNED, ScanType: 'ENHANCED', ScanFrequency: 'SCAN_ON_PUSH' },
                by: scan('BASIC', scanRule(NAME)),
            },
        ],
        ScanFrequency: [
            {
                what: 'is another one',
                template: { ...SCANNED, ScanType: 'ENHANCED', ScanFrequency: 'CONTINUOUS_SCAN' },
                by: scan('ENHANCED', scanRule(NAME, 'SCAN_ON_PUSH')),
            },
            {
                what: 'is both, of which the continuous one counts',
                template: { ...SCANNED, ScanType: 'ENHANCED', ScanFrequency: 'SCAN_ON_PUSH' },
                by: scan('ENHANCED', scanRule(NAME, 'SCAN_ON_PUSH'), scanRule(NAME, 'CONTINUOUS_SCAN')),
            },
        ],
    },
};
