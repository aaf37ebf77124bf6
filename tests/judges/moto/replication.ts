import { step } from './scenario';

/** Replicates the registry to these Regions. */
export const replicate = (...destinations: string[]) =>
    step('ecr:PutReplicationConfiguration', {
        replicationConfiguration: {
            rules: [{ destinations: destinations.map((region) => ({ region, registryId: '123456789012' })) }],
        },
    });
