// This is a generated file. Modifications will be overwritten.
import { BaseModel, Dict, integer, Integer, Optional, transformValue } from '@amazon-web-services-cloudformation/cloudformation-cli-typescript-lib';
import { Exclude, Expose, Type, Transform } from 'class-transformer';

export class ResourceModel extends BaseModel {
    @Exclude()
    public static readonly TYPE_NAME: string = 'Org::Containers::EcrRepository';

    @Exclude()
    protected readonly IDENTIFIER_KEY_REPOSITORYNAME: string = '/properties/RepositoryName';

    @Expose({ name: 'RepositoryName' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'repositoryName', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    repositoryName?: Optional<string>;
    @Expose({ name: 'ImageTagMutability' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'imageTagMutability', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    imageTagMutability?: Optional<string>;
    @Expose({ name: 'ImageTagMutabilityExclusionFilters' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'imageTagMutabilityExclusionFilters', value, obj, [Array]),
        {
            toClassOnly: true,
        }
    )
    imageTagMutabilityExclusionFilters?: Optional<Array<string>>;
    @Expose({ name: 'ScanOnPush' })
    @Transform(
        ({value, obj}) =>
            transformValue(Boolean, 'scanOnPush', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    scanOnPush?: Optional<boolean>;
    @Expose({ name: 'EncryptionType' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'encryptionType', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    encryptionType?: Optional<string>;
    @Expose({ name: 'KmsKeyArn' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'kmsKeyArn', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    kmsKeyArn?: Optional<string>;
    @Expose({ name: 'EmptyOnDelete' })
    @Transform(
        ({value, obj}) =>
            transformValue(Boolean, 'emptyOnDelete', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    emptyOnDelete?: Optional<boolean>;
    @Expose({ name: 'SigningProfileArn' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'signingProfileArn', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    signingProfileArn?: Optional<string>;
    @Expose({ name: 'EnableLifecyclePolicy' })
    @Transform(
        ({value, obj}) =>
            transformValue(Boolean, 'enableLifecyclePolicy', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    enableLifecyclePolicy?: Optional<boolean>;
    @Expose({ name: 'UntaggedImageRetentionCount' })
    @Transform(
        ({value, obj}) =>
            transformValue(Integer, 'untaggedImageRetentionCount', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    untaggedImageRetentionCount?: Optional<integer>;
    @Expose({ name: 'TaggedImageRetentionCount' })
    @Transform(
        ({value, obj}) =>
            transformValue(Integer, 'taggedImageRetentionCount', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    taggedImageRetentionCount?: Optional<integer>;
    @Expose({ name: 'ImageRetentionDays' })
    @Transform(
        ({value, obj}) =>
            transformValue(Integer, 'imageRetentionDays', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    imageRetentionDays?: Optional<integer>;
    @Expose({ name: 'TagPrefixList' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'tagPrefixList', value, obj, [Array]),
        {
            toClassOnly: true,
        }
    )
    tagPrefixList?: Optional<Array<string>>;
    @Expose({ name: 'UntaggedImageRetentionDays' })
    @Transform(
        ({value, obj}) =>
            transformValue(Integer, 'untaggedImageRetentionDays', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    untaggedImageRetentionDays?: Optional<integer>;
    @Expose({ name: 'ImageRetentionCount' })
    @Transform(
        ({value, obj}) =>
            transformValue(Integer, 'imageRetentionCount', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    imageRetentionCount?: Optional<integer>;
    @Expose({ name: 'ArchiveAfterDaysWithoutPull' })
    @Transform(
        ({value, obj}) =>
            transformValue(Integer, 'archiveAfterDaysWithoutPull', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    archiveAfterDaysWithoutPull?: Optional<integer>;
    @Expose({ name: 'ArchivedImageRetentionDays' })
    @Transform(
        ({value, obj}) =>
            transformValue(Integer, 'archivedImageRetentionDays', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    archivedImageRetentionDays?: Optional<integer>;
    @Expose({ name: 'TagPatternList' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'tagPatternList', value, obj, [Array]),
        {
            toClassOnly: true,
        }
    )
    tagPatternList?: Optional<Array<string>>;
    @Expose({ name: 'ProtectedTagPatterns' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'protectedTagPatterns', value, obj, [Set]),
        {
            toClassOnly: true,
        }
    )
    protectedTagPatterns?: Optional<Set<string>>;
    @Expose({ name: 'MaxExpiringImages' })
    @Transform(
        ({value, obj}) =>
            transformValue(Integer, 'maxExpiringImages', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    maxExpiringImages?: Optional<integer>;
    @Expose({ name: 'LifecycleRules' })
    @Type(() => LifecycleRule)
    lifecycleRules?: Optional<Array<LifecycleRule>>;
    @Expose({ name: 'LifecyclePolicyText' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'lifecyclePolicyText', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    lifecyclePolicyText?: Optional<string>;
    @Expose({ name: 'EnableRepositoryPolicy' })
    @Transform(
        ({value, obj}) =>
            transformValue(Boolean, 'enableRepositoryPolicy', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    enableRepositoryPolicy?: Optional<boolean>;
    @Expose({ name: 'PullAccountIds' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'pullAccountIds', value, obj, [Set]),
        {
            toClassOnly: true,
        }
    )
    pullAccountIds?: Optional<Set<string>>;
    @Expose({ name: 'PushAccountIds' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'pushAccountIds', value, obj, [Set]),
        {
            toClassOnly: true,
        }
    )
    pushAccountIds?: Optional<Set<string>>;
    @Expose({ name: 'PullOrganizationIds' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'pullOrganizationIds', value, obj, [Set]),
        {
            toClassOnly: true,
        }
    )
    pullOrganizationIds?: Optional<Set<string>>;
    @Expose({ name: 'AllowLambdaPull' })
    @Transform(
        ({value, obj}) =>
            transformValue(Boolean, 'allowLambdaPull', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    allowLambdaPull?: Optional<boolean>;
    @Expose({ name: 'CustomPolicyStatements' })
    @Transform(
        ({value, obj}) =>
            transformValue(Object, 'customPolicyStatements', value, obj, [Array, Map]),
        {
            toClassOnly: true,
        }
    )
    customPolicyStatements?: Optional<Array<Map<string, object>>>;
    @Expose({ name: 'EnableReplication' })
    @Transform(
        ({value, obj}) =>
            transformValue(Boolean, 'enableReplication', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    enableReplication?: Optional<boolean>;
    @Expose({ name: 'ReplicationDestinations' })
    @Type(() => ReplicationDestination)
    replicationDestinations?: Optional<Array<ReplicationDestination>>;
    @Expose({ name: 'EnableRegistryScanning' })
    @Transform(
        ({value, obj}) =>
            transformValue(Boolean, 'enableRegistryScanning', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    enableRegistryScanning?: Optional<boolean>;
    @Expose({ name: 'ScanType' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'scanType', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    scanType?: Optional<string>;
    @Expose({ name: 'ScanFrequency' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'scanFrequency', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    scanFrequency?: Optional<string>;
    @Expose({ name: 'EnableScanLogging' })
    @Transform(
        ({value, obj}) =>
            transformValue(Boolean, 'enableScanLogging', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    enableScanLogging?: Optional<boolean>;
    @Expose({ name: 'LogRetentionDays' })
    @Transform(
        ({value, obj}) =>
            transformValue(Integer, 'logRetentionDays', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    logRetentionDays?: Optional<integer>;
    @Expose({ name: 'EnableScanNotifications' })
    @Transform(
        ({value, obj}) =>
            transformValue(Boolean, 'enableScanNotifications', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    enableScanNotifications?: Optional<boolean>;
    @Expose({ name: 'SnsTopicArn' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'snsTopicArn', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    snsTopicArn?: Optional<string>;
    @Expose({ name: 'NotifySeverities' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'notifySeverities', value, obj, [Set]),
        {
            toClassOnly: true,
        }
    )
    notifySeverities?: Optional<Set<string>>;
    @Expose({ name: 'NotificationFormat' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'notificationFormat', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    notificationFormat?: Optional<string>;
    @Expose({ name: 'CreateCloudWatchAlarms' })
    @Transform(
        ({value, obj}) =>
            transformValue(Boolean, 'createCloudWatchAlarms', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    createCloudWatchAlarms?: Optional<boolean>;
    @Expose({ name: 'AlarmSeverities' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'alarmSeverities', value, obj, [Set]),
        {
            toClassOnly: true,
        }
    )
    alarmSeverities?: Optional<Set<string>>;
    @Expose({ name: 'VulnerabilityThreshold' })
    @Transform(
        ({value, obj}) =>
            transformValue(Integer, 'vulnerabilityThreshold', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    vulnerabilityThreshold?: Optional<integer>;
    @Expose({ name: 'AlarmActions' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'alarmActions', value, obj, [Set]),
        {
            toClassOnly: true,
        }
    )
    alarmActions?: Optional<Set<string>>;
    @Expose({ name: 'CreateDashboard' })
    @Transform(
        ({value, obj}) =>
            transformValue(Boolean, 'createDashboard', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    createDashboard?: Optional<boolean>;
    @Expose({ name: 'Tags' })
    @Type(() => Tag)
    tags?: Optional<Array<Tag>>;
    @Expose({ name: 'RepositoryArn' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'repositoryArn', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    repositoryArn?: Optional<string>;
    @Expose({ name: 'RepositoryUrl' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'repositoryUrl', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    repositoryUrl?: Optional<string>;
    @Expose({ name: 'RegistryId' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'registryId', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    registryId?: Optional<string>;
    @Expose({ name: 'LifecyclePolicySummary' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'lifecyclePolicySummary', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    lifecyclePolicySummary?: Optional<string>;
    @Expose({ name: 'ScanLogGroupName' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'scanLogGroupName', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    scanLogGroupName?: Optional<string>;
    @Expose({ name: 'VulnerabilityAlarmName' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'vulnerabilityAlarmName', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    vulnerabilityAlarmName?: Optional<string>;
    @Expose({ name: 'DashboardName' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'dashboardName', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    dashboardName?: Optional<string>;

    @Exclude()
    public getPrimaryIdentifier(): Dict {
        const identifier: Dict = {};
        if (this.repositoryName != null) {
            identifier[this.IDENTIFIER_KEY_REPOSITORYNAME] = this.repositoryName;
        }

        // only return the identifier if it can be used, i.e. if all components are present
        return Object.keys(identifier).length === 1 ? identifier : null;
    }

    @Exclude()
    public getAdditionalIdentifiers(): Array<Dict> {
        const identifiers: Array<Dict> = new Array<Dict>();
        // only return the identifiers if any can be used
        return identifiers.length === 0 ? null : identifiers;
    }
}

export class LifecycleRule extends BaseModel {

    @Expose({ name: 'Id' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'id', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    id?: Optional<string>;
    @Expose({ name: 'Enabled' })
    @Transform(
        ({value, obj}) =>
            transformValue(Boolean, 'enabled', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    enabled?: Optional<boolean>;
    @Expose({ name: 'TagPrefixList' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'tagPrefixList', value, obj, [Array]),
        {
            toClassOnly: true,
        }
    )
    tagPrefixList?: Optional<Array<string>>;
    @Expose({ name: 'TaggedImageRetentionCount' })
    @Transform(
        ({value, obj}) =>
            transformValue(Integer, 'taggedImageRetentionCount', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    taggedImageRetentionCount?: Optional<integer>;
    @Expose({ name: 'UntaggedImageRetentionCount' })
    @Transform(
        ({value, obj}) =>
            transformValue(Integer, 'untaggedImageRetentionCount', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    untaggedImageRetentionCount?: Optional<integer>;
    @Expose({ name: 'UntaggedImageRetentionDays' })
    @Transform(
        ({value, obj}) =>
            transformValue(Integer, 'untaggedImageRetentionDays', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    untaggedImageRetentionDays?: Optional<integer>;
    @Expose({ name: 'ImageRetentionCount' })
    @Transform(
        ({value, obj}) =>
            transformValue(Integer, 'imageRetentionCount', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    imageRetentionCount?: Optional<integer>;
    @Expose({ name: 'ArchiveAfterDaysWithoutPull' })
    @Transform(
        ({value, obj}) =>
            transformValue(Integer, 'archiveAfterDaysWithoutPull', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    archiveAfterDaysWithoutPull?: Optional<integer>;
    @Expose({ name: 'ArchivedImageRetentionDays' })
    @Transform(
        ({value, obj}) =>
            transformValue(Integer, 'archivedImageRetentionDays', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    archivedImageRetentionDays?: Optional<integer>;
    @Expose({ name: 'TagPatternList' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'tagPatternList', value, obj, [Array]),
        {
            toClassOnly: true,
        }
    )
    tagPatternList?: Optional<Array<string>>;
    @Expose({ name: 'ProtectedTagPatterns' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'protectedTagPatterns', value, obj, [Set]),
        {
            toClassOnly: true,
        }
    )
    protectedTagPatterns?: Optional<Set<string>>;
    @Expose({ name: 'ImageRetentionDays' })
    @Transform(
        ({value, obj}) =>
            transformValue(Integer, 'imageRetentionDays', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    imageRetentionDays?: Optional<integer>;

}

export class ReplicationDestination extends BaseModel {

    @Expose({ name: 'Region' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'region', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    region?: Optional<string>;
    @Expose({ name: 'RegistryId' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'registryId', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    registryId?: Optional<string>;
    @Expose({ name: 'RepositoryFilter' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'repositoryFilter', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    repositoryFilter?: Optional<string>;
    @Expose({ name: 'EnableReplicationTimeControl' })
    @Transform(
        ({value, obj}) =>
            transformValue(Boolean, 'enableReplicationTimeControl', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    enableReplicationTimeControl?: Optional<boolean>;
    @Expose({ name: 'EnableReplicationMetrics' })
    @Transform(
        ({value, obj}) =>
            transformValue(Boolean, 'enableReplicationMetrics', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    enableReplicationMetrics?: Optional<boolean>;

}

export class Tag extends BaseModel {

    @Expose({ name: 'Key' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'key', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    key?: Optional<string>;
    @Expose({ name: 'Value' })
    @Transform(
        ({value, obj}) =>
            transformValue(String, 'value_', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    value_?: Optional<string>;

}

export class TypeConfigurationModel extends BaseModel {

    @Expose({ name: 'RequireImmutableTags' })
    @Transform(
        ({value, obj}) =>
            transformValue(Boolean, 'requireImmutableTags', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    requireImmutableTags?: Optional<boolean>;
    @Expose({ name: 'RequireScanning' })
    @Transform(
        ({value, obj}) =>
            transformValue(Boolean, 'requireScanning', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    requireScanning?: Optional<boolean>;
    @Expose({ name: 'RequireKmsKey' })
    @Transform(
        ({value, obj}) =>
            transformValue(Boolean, 'requireKmsKey', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    requireKmsKey?: Optional<boolean>;
    @Expose({ name: 'MaxImageRetentionDays' })
    @Transform(
        ({value, obj}) =>
            transformValue(Integer, 'maxImageRetentionDays', value, obj, []),
        {
            toClassOnly: true,
        }
    )
    maxImageRetentionDays?: Optional<integer>;

}

