import { PutImageScanningConfigurationCommand } from '@aws-sdk/client-ecr';
import type { Facet } from '../engine/facet';

/** Whether ECR scans an image when it is pushed. */
export const scanOnPush: Facet<boolean> = {
    name: 'scanning on push',
    properties: ['ScanOnPush'],
    home: 'repository',

    desired: ({ ScanOnPush = true }) => ScanOnPush,

    async observe(context) {
        const repository = await context.repository();
        return repository && (repository.imageScanningConfiguration?.scanOnPush ?? false);
    },

    async apply(target, _observed, { aws, repositoryName }) {
        if (target !== undefined) {
            const input = { repositoryName, ...inputOf(target) };
            await aws.ecr.send(new PutImageScanningConfigurationCommand(input));
        }
    },

    readback: (observed) => (observed === undefined ? {} : { ScanOnPush: observed }),

    createInput: ({ ScanOnPush = true }) => inputOf(ScanOnPush),
};

/** What CreateRepository and PutImageScanningConfiguration take. */
function inputOf(scanOnPush: boolean) {
    return { imageScanningConfiguration: { scanOnPush } };
}
