import { PutImageScanningConfigurationCommand } from '@aws-sdk/client-ecr';
import type { Facet, Some } from '../engine/facet';

/** Whether ECR scans an image when it is pushed. */
export const scanOnPush: Facet<boolean> = {
    name: 'scanning on push',
    properties: ['ScanOnPush'],
    born: true,

    desired: ({ ScanOnPush = true }) => ScanOnPush,

    async observe(scope) {
        const repository = await scope.repository();
        return repository && (repository.imageScanningConfiguration?.scanOnPush ?? false);
    },

    async write(target, _observed, { aws, repositoryName }) {
        if (target !== undefined) {
            const input = { repositoryName, ...scanOnPushInput({ ScanOnPush: target }) };
            await aws.ecr.send(new PutImageScanningConfigurationCommand(input));
        }
    },

    describe: (state) => (state === undefined ? {} : { ScanOnPush: state }),
};

/** What CreateRepository and PutImageScanningConfiguration take for this property. */
export function scanOnPushInput({ ScanOnPush = true }: Some) {
    return { imageScanningConfiguration: { scanOnPush: ScanOnPush } };
}
