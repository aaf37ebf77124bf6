import type { PartialProperties } from '../../src/properties';
import type { Progress, TypeFunction } from './function';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:alerts';

export const IDENTIFIER: PartialProperties = { RepositoryName: 'team/app' };

/** Something of each facet. */
export const EVERYTHING: PartialProperties = {
    ...IDENTIFIER,
    ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    ImageTagMutabilityExclusionFilters: ['latest*'],
    EncryptionType: 'KMS',
    ImageRetentionDays: 90,
    EnableRepositoryPolicy: true,
    PullAccountIds: ['111111111111', '222222222222'],
    EnableReplication: true,
    ReplicationDestinations: [{ Region: 'eu-west-1' }],
    EnableRegistryScanning: true,
    EnableScanLogging: true,
    EnableScanNotifications: true,
    SnsTopicArn: TOPIC,
    CreateCloudWatchAlarms: true,
    AlarmActions: [TOPIC],
    CreateDashboard: true,
    Tags: [{ Key: 'Team', Value: 'blue' }],
};

/** The same repository with the least that it can have. */
export const LITTLE: PartialProperties = {
    ...IDENTIFIER,
    EncryptionType: 'KMS',
    Tags: [{ Key: 'Team', Value: 'red' }],
};

/** Created with everything, changed to little and back, and deleted; how each of it ended. */
export async function wholeLife(handlers: TypeFunction): Promise<readonly Progress[]> {
    return [
        await handlers.run('CREATE', EVERYTHING),
        await handlers.run('READ', IDENTIFIER),
        await handlers.run('UPDATE', LITTLE, { previous: EVERYTHING }),
        await handlers.run('UPDATE', EVERYTHING, { previous: LITTLE }),
        await handlers.run('LIST', {}),
        await handlers.run('DELETE', IDENTIFIER),
    ];
}
