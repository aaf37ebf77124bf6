// Generated from schema.json by npm run generate. Modifications will be overwritten.

/**
 * The beginning of an image tag.
 */
export type TagPrefix = string;
/**
 * An image tag in which each * stands for any characters or none. It is anchored at both ends.
 */
export type TagPattern = string;
/**
 * A 12-digit AWS account ID. Write it in quotes: YAML reads a number that begins with zero as octal.
 */
export type AccountId = string;
/**
 * How bad a vulnerability is. Enhanced scanning counts no LOW ones.
 */
export type Severity = 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW';

/**
 * Resource Type definition for Org::Containers::EcrRepository: an Amazon ECR repository and all that belongs to it: image clean-up, access for other accounts, encryption and tags, with sound defaults.
 */
export interface Properties {
    /**
     * The repository's name, with namespaces before slashes if you like. Changing it replaces the repository.
     */
    RepositoryName: string;
    /**
     * Whether a tag may be moved to another image. The values with EXCLUSION turn it round for the tags that ImageTagMutabilityExclusionFilters names.
     */
    ImageTagMutability?: 'MUTABLE' | 'IMMUTABLE' | 'MUTABLE_WITH_EXCLUSION' | 'IMMUTABLE_WITH_EXCLUSION';
    /**
     * The tags that ImageTagMutability is turned round for; * stands for any characters. Only with MUTABLE_WITH_EXCLUSION and IMMUTABLE_WITH_EXCLUSION.
     *
     * @minItems 1
     * @maxItems 5
     */
    ImageTagMutabilityExclusionFilters?: string[];
    /**
     * Whether ECR scans an image for vulnerabilities when it is pushed.
     */
    ScanOnPush?: boolean;
    /**
     * How images are encrypted at rest. KMS_DSSE exists in the AWS GovCloud (US) Regions only. Changing it, or adding it later, AES256 included, replaces the repository.
     */
    EncryptionType?: 'AES256' | 'KMS' | 'KMS_DSSE';
    /**
     * The KMS key for EncryptionType KMS or KMS_DSSE, in the repository's Region: the ARN or the ID of the key, or the ARN or the name of an alias. Without it AWS's own key for ECR is used. Changing it replaces the repository.
     */
    KmsKeyArn?: string;
    /**
     * Whether the images are deleted with the repository. When false, a repository that holds images is not deleted.
     */
    EmptyOnDelete?: boolean;
    /**
     * The ARN of the AWS Signer profile that ECR signs every pushed image with. The repository has a filter of its own in the registry's signing configuration, beside those of other repositories. The pusher needs signer:SignPayload on the profile.
     */
    SigningProfileArn?: string;
    /**
     * Whether ECR cleans up images by the settings below.
     */
    EnableLifecyclePolicy?: boolean;
    /**
     * How many untagged images to keep, the newest first; 0 deletes them once they are a day old.
     */
    UntaggedImageRetentionCount?: number;
    /**
     * How many images to keep for each prefix of TagPrefixList, the newest first.
     */
    TaggedImageRetentionCount?: number;
    /**
     * Days after the push at which an image that no other rule selects is deleted; 0 sets no age.
     */
    ImageRetentionDays?: number;
    /**
     * The tag prefixes whose images are counted, each prefix by itself. An empty list counts all tagged images together.
     *
     * @maxItems 48
     */
    TagPrefixList?: TagPrefix[];
    /**
     * Days after the push at which an untagged image is deleted, in place of UntaggedImageRetentionCount: ECR takes one rule for untagged images only.
     */
    UntaggedImageRetentionDays?: number;
    /**
     * How many of all images to keep, the newest first. It deletes only images that no other rule selects, but counts every image.
     */
    ImageRetentionCount?: number;
    /**
     * Days without a pull after which an image moves to the archive, where it cannot be pulled. It is about every image that no other rule selects.
     */
    ArchiveAfterDaysWithoutPull?: number;
    /**
     * Days after the move to the archive at which an image is deleted, at least 90. It is about the whole archive.
     */
    ArchivedImageRetentionDays?: number;
    /**
     * Tag patterns beside TagPrefixList. Each pattern is counted by itself.
     *
     * @maxItems 48
     */
    TagPatternList?: TagPattern[];
    /**
     * Patterns of the tags whose images no rule of this type's own words ever touches. With LifecyclePolicyText they only refuse a policy that could touch them.
     *
     * @maxItems 48
     */
    ProtectedTagPatterns?: TagPattern[];
    /**
     * A guard: a lifecycle policy that changes is not written if ECR's own preview says that it would expire more images than this. Absent: no guard.
     */
    MaxExpiringImages?: number;
    /**
     * Several clean-up rules in place of the settings for untagged, tagged, all and archived images. ProtectedTagPatterns stay in force.
     *
     * @minItems 1
     * @maxItems 50
     */
    LifecycleRules?: LifecycleRule[];
    /**
     * An ECR lifecycle policy in ECR's own JSON, in place of all the settings above.
     */
    LifecyclePolicyText?: string;
    /**
     * Whether the repository policy grants what the settings below ask for.
     */
    EnableRepositoryPolicy?: boolean;
    /**
     * Accounts that may pull images.
     */
    PullAccountIds?: AccountId[];
    /**
     * Accounts that may push and pull images.
     */
    PushAccountIds?: AccountId[];
    /**
     * AWS Organizations whose accounts may pull images.
     *
     * Items: An organization ID, o- and 10 to 32 characters.
     */
    PullOrganizationIds?: string[];
    /**
     * Whether Lambda functions of this account and of PullAccountIds may use the images.
     */
    AllowLambdaPull?: boolean;
    /**
     * Further statements for the repository policy, as IAM knows them.
     */
    CustomPolicyStatements?: PolicyStatement[];
    /**
     * Whether images are replicated to ReplicationDestinations.
     */
    EnableReplication?: boolean;
    /**
     * Where images are replicated to when they are pushed. The entries live beside those of other repositories in the registry's replication configuration.
     *
     * @maxItems 25
     */
    ReplicationDestinations?: ReplicationDestination[];
    /**
     * Whether the repository has a filter of its own in the registry's scanning configuration, beside those of other repositories.
     */
    EnableRegistryScanning?: boolean;
    /**
     * The registry's kind of scanning, which all its repositories share: BASIC, or ENHANCED by Amazon Inspector.
     */
    ScanType?: 'BASIC' | 'ENHANCED';
    /**
     * When images are scanned. BASIC knows SCAN_ON_PUSH only; ENHANCED uses CONTINUOUS_SCAN when this is left out.
     */
    ScanFrequency?: 'SCAN_ON_PUSH' | 'CONTINUOUS_SCAN';
    /**
     * Whether the results of image scans are kept in a log group.
     */
    EnableScanLogging?: boolean;
    /**
     * How many days the results of scans are kept in the log group, with EnableScanLogging or CreateDashboard.
     */
    LogRetentionDays?:
        | 1
        | 3
        | 5
        | 7
        | 14
        | 30
        | 60
        | 90
        | 120
        | 150
        | 180
        | 365
        | 400
        | 545
        | 731
        | 1096
        | 1827
        | 2192
        | 2557
        | 2922
        | 3288
        | 3653;
    /**
     * Whether the results of image scans are sent to SnsTopicArn, in words.
     */
    EnableScanNotifications?: boolean;
    /**
     * The SNS topic for EnableScanNotifications: a standard topic in the repository's Region, whose policy lets events.amazonaws.com publish.
     */
    SnsTopicArn?: string;
    /**
     * Sends only the results of scans that found a vulnerability of one of these severities. Absent: the result of every scan, also of one that failed.
     *
     * @minItems 1
     */
    NotifySeverities?: Severity[];
    /**
     * TEXT for people who read mail; CHATBOT for a chat channel of Amazon Q Developer (AWS Chatbot), which shows nothing but its own format.
     */
    NotificationFormat?: 'TEXT' | 'CHATBOT';
    /**
     * Whether an alarm watches the vulnerabilities that scans find: those of AlarmSeverities.
     */
    CreateCloudWatchAlarms?: boolean;
    /**
     * The severities that the alarm counts, all together.
     *
     * @minItems 1
     */
    AlarmSeverities?: Severity[];
    /**
     * How many vulnerabilities of AlarmSeverities the newest scan may find; the alarm is raised when it finds more.
     */
    VulnerabilityThreshold?: number;
    /**
     * ARNs of what the alarm sets off when it is raised; topics and functions are told as well when it is over. In the repository's Region, or in a destination's with EnableReplicationTimeControl, whose alarm they are for then.
     *
     * @maxItems 5
     */
    AlarmActions?: string[];
    /**
     * Whether a CloudWatch dashboard shows pulls, pushes, images, vulnerabilities, the alarm and the newest findings.
     */
    CreateDashboard?: boolean;
    /**
     * Tags for the repository and for everything made with it. The stack's own tags are added.
     *
     * @maxItems 50
     */
    Tags?: Tag[];
    /**
     * The repository's ARN.
     */
    RepositoryArn?: string;
    /**
     * Where to push to and pull from, without a tag.
     */
    RepositoryUrl?: string;
    /**
     * The ID of the account that holds the repository.
     */
    RegistryId?: string;
    /**
     * What becomes of each image, in plain words.
     */
    LifecyclePolicySummary?: string;
    /**
     * The name of the log group that EnableScanLogging keeps the results of scans in. It is given even while there is none.
     */
    ScanLogGroupName?: string;
    /**
     * The name of the alarm that CreateCloudWatchAlarms makes. It is given even while there is none.
     */
    VulnerabilityAlarmName?: string;
    /**
     * The name of the dashboard that CreateDashboard makes. It is given even while there is none.
     */
    DashboardName?: string;
}
/**
 * One clean-up rule in this type's own words; it becomes as many ECR lifecycle rules as it takes.
 */
export interface LifecycleRule {
    /**
     * A name of your own for the rule. It is kept in the description of the ECR rules made from it.
     */
    Id: string;
    /**
     * Whether the rule is part of the policy.
     */
    Enabled?: boolean;
    /**
     * The tag prefixes that TaggedImageRetentionCount, or ImageRetentionDays without it, is about. Each prefix is counted by itself. Empty or absent: every tagged image.
     *
     * @maxItems 50
     */
    TagPrefixList?: TagPrefix[];
    /**
     * How many tagged images to keep, the newest first; with TagPrefixList, how many for each prefix.
     */
    TaggedImageRetentionCount?: number;
    /**
     * How many untagged images to keep, the newest first; 0 deletes them once they are a day old.
     */
    UntaggedImageRetentionCount?: number;
    /**
     * Days after the push at which an untagged image is deleted, in place of UntaggedImageRetentionCount: ECR takes one rule for untagged images only.
     */
    UntaggedImageRetentionDays?: number;
    /**
     * How many of all images to keep, the newest first. It deletes only images that no other rule selects, but counts every image.
     */
    ImageRetentionCount?: number;
    /**
     * Days without a pull after which an image moves to the archive, where it cannot be pulled. With TagPrefixList or TagPatternList and no TaggedImageRetentionCount it is about those tags; otherwise about every image that no other rule selects.
     */
    ArchiveAfterDaysWithoutPull?: number;
    /**
     * Days after the move to the archive at which an image is deleted, at least 90. With TagPrefixList or TagPatternList and no TaggedImageRetentionCount it is about those tags; otherwise about the whole archive.
     */
    ArchivedImageRetentionDays?: number;
    /**
     * Tag patterns beside TagPrefixList. Each pattern is counted by itself.
     *
     * @maxItems 50
     */
    TagPatternList?: TagPattern[];
    /**
     * Patterns of the tags whose images no rule of this type's own words ever touches.
     *
     * @maxItems 48
     */
    ProtectedTagPatterns?: TagPattern[];
    /**
     * Days after the push at which an image is deleted; 0 sets no age. With TagPrefixList and no TaggedImageRetentionCount it is about those prefixes; otherwise about every image that no other rule selects.
     */
    ImageRetentionDays?: number;
}
/**
 * An IAM policy statement for the repository policy. Resource may be left out; Sid must be unique.
 */
export interface PolicyStatement {
    [k: string]: unknown;
}
/**
 * A Region, of this account or another, that images are replicated to.
 */
export interface ReplicationDestination {
    /**
     * The Region to replicate to.
     */
    Region: string;
    /**
     * The account to replicate to; this account when it is left out. Another account must allow it by its registry policy.
     */
    RegistryId?: string;
    /**
     * The beginning of the names of the repositories to replicate; it must begin this repository's name, and is that name when it is left out. ECR knows no exact match: every repository whose name begins so is replicated.
     */
    RepositoryFilter?: string;
    /**
     * Whether an alarm in the destination Region is raised when a replication fails; it sets off those of AlarmActions that are in that Region. Only for this account.
     */
    EnableReplicationTimeControl?: boolean;
    /**
     * Whether replications that succeeded and that failed are counted, in the destination Region. Only for this account.
     */
    EnableReplicationMetrics?: boolean;
}
/**
 * A key and a value.
 */
export interface Tag {
    /**
     * The tag's key. It must not begin with aws:.
     */
    Key: string;
    /**
     * The tag's value; it may be empty.
     */
    Value: string;
}

/** Some of the properties. */
export type PartialProperties = Partial<Properties>;
/**
 * What an organization asks of every repository of this type in an account and Region. It is checked when a repository is created, imported or updated.
 */
export interface TypeConfiguration {
    /**
     * Refuses an ImageTagMutability other than IMMUTABLE and IMMUTABLE_WITH_EXCLUSION.
     */
    RequireImmutableTags?: boolean;
    /**
     * Refuses ScanOnPush false without EnableRegistryScanning.
     */
    RequireScanning?: boolean;
    /**
     * Refuses a repository without KmsKeyArn.
     */
    RequireKmsKey?: boolean;
    /**
     * Refuses a lifecycle policy without a rule that deletes, after at most so many days, every image that no other rule selects: ImageRetentionDays, or such a rule of LifecyclePolicyText.
     */
    MaxImageRetentionDays?: number;
}
