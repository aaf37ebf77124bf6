import type { PartialProperties } from '../../src/properties';
import { create, remove, testFaults, update } from '../support/fault-sweep';
import { ACCOUNT, IDENTIFIER, NAME, TOPIC } from '../support/my-app';

/** With a key of its own: of AWS's, moto makes another one at every creation. */
const ENCRYPTED: PartialProperties = {
    EncryptionType: 'KMS',
    KmsKeyArn: `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
};

/** As in examples/production.yml. */
const PRODUCTION: PartialProperties = {
    RepositoryName: NAME,
    ImageTagMutability: 'IMMUTABLE',
    ...ENCRYPTED,
    TagPrefixList: ['v', 'prod', 'release'],
    TaggedImageRetentionCount: 20,
    ImageRetentionDays: 90,
    EnableRepositoryPolicy: true,
    PullAccountIds: [ACCOUNT],
    EnableScanLogging: true,
    CreateCloudWatchAlarms: true,
    AlarmActions: [TOPIC],
    Tags: [{ Key: 'Service', Value: 'api' }],
};

const CHANGED: PartialProperties = {
    ...PRODUCTION,
    ImageTagMutability: 'MUTABLE',
    ScanOnPush: false,
    EmptyOnDelete: true,
    TaggedImageRetentionCount: 5,
    PullAccountIds: ['111111111111'],
    LogRetentionDays: 7,
    VulnerabilityThreshold: 3,
    EnableScanNotifications: true,
    SnsTopicArn: TOPIC,
    CreateDashboard: true,
    Tags: [{ Key: 'Team', Value: 'platform' }],
};

const SWITCHED_OFF: PartialProperties = { RepositoryName: NAME, ...ENCRYPTED, EnableLifecyclePolicy: false };

testFaults([
    { what: 'create with nothing declared', ...create(IDENTIFIER) },
    { what: 'delete with nothing declared', ...remove(IDENTIFIER) },
    { what: 'create of the production example', ...create(PRODUCTION) },
    { what: 'update of almost everything', ...update(PRODUCTION, CHANGED) },
    { what: 'update that switches all off', ...update(CHANGED, SWITCHED_OFF) },
    { what: 'delete of the production example', ...remove(PRODUCTION) },
]);
