import { PutImageScanningConfigurationCommand } from '@aws-sdk/client-ecr';
import fc from 'fast-check';
import { scanOnPush } from '../../../src/facets/scan-on-push';
import { NAME } from '../my-app';
import type { FacetData } from './facet-data';

export const data: FacetData = {
    facet: scanOnPush,
    declared: { ScanOnPush: false },

    arbitraries: {
        ScanOnPush: fc.boolean(),
    },

    foreign: null,

    properties: {
        ScanOnPush: {
            values: [false, true],
            inAws: ({ repository }) => repository.imageScanningConfiguration?.scanOnPush,
        },
    },

    undivided: [],

    violations: [],

    messages: [],

    alterations: {
        ScanOnPush: [true, false].map((ScanOnPush) => ({
            what: `is switched from ${ScanOnPush}`,
            template: { ScanOnPush },
            by: ({ ecr }) =>
                ecr.send(
                    new PutImageScanningConfigurationCommand({
                        repositoryName: NAME,
                        imageScanningConfiguration: { scanOnPush: !ScanOnPush },
                    }),
                ),
        })),
    },
};
