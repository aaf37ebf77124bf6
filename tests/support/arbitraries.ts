import fc from 'fast-check';
import type {
    LifecycleRule,
    PolicyStatement,
    Properties,
    ReplicationDestination,
    Tag,
} from '../../src/properties';
import { FACET_DATA } from './facets';

/*
 * Properties as the schema allows them. What the schema cannot see may still be wrong with them: that is for the
 * facets' checks to tell.
 */
const accounts = fc.uniqueArray(fc.stringMatching(/^[0-9]{12}$/), { maxLength: 4 });
const prefixes = fc.uniqueArray(fc.constantFrom('v', 'prod', 'release', 'dev', 'v1'), { maxLength: 4 });
const patterns = fc.uniqueArray(fc.constantFrom('v*', '*-rc', 'pr-*', 'latest'), { maxLength: 2 });
const count = fc.integer({ min: 1, max: 500 });
const untaggedCount = fc.integer({ min: 0, max: 500 });
const days = fc.integer({ min: 0, max: 400 });
const word = fc.stringMatching(/^[A-Za-z0-9]{1,12}$/);

/** Some of the keys only; absent keys are absent, not undefined. */
function partial<T extends object>(record: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
    return fc.record(record, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

const lifecycleRule: fc.Arbitrary<LifecycleRule> = fc
    .tuple(
        word,
        partial<Omit<LifecycleRule, 'Id'>>({
            Enabled: fc.boolean(),
            TagPrefixList: prefixes,
            TaggedImageRetentionCount: count,
            UntaggedImageRetentionCount: untaggedCount,
            ImageRetentionDays: days,
            UntaggedImageRetentionDays: count,
            ImageRetentionCount: count,
            ArchiveAfterDaysWithoutPull: count,
            ArchivedImageRetentionDays: fc.integer({ min: 90, max: 400 }),
            TagPatternList: patterns,
            ProtectedTagPatterns: patterns,
        }),
    )
    .map(([Id, rest]) => ({ Id, ...rest }));

const principal = fc.oneof(
    fc.constant('*'),
    fc.record({ AWS: fc.stringMatching(/^[0-9]{12}$/) }),
    fc.record({ AWS: fc.stringMatching(/^arn:aws:iam::[0-9]{12}:root$/) }),
    fc.record({
        AWS: fc.array(fc.stringMatching(/^arn:aws:iam::[0-9]{12}:role\/[a-z]{1,8}$/), {
            minLength: 1,
            maxLength: 3,
        }),
    }),
    fc.record({ Service: fc.constant('lambda.amazonaws.com') }),
);
const actions = fc.constantFrom('ecr:BatchGetImage', 'ecr:ListImages', 'ecr:DescribeImages', 'ecr:*');

/** Statements in the many spellings that mean the same. */
const statement: fc.Arbitrary<PolicyStatement> = fc
    .tuple(
        fc.constantFrom('Allow', 'Deny'),
        principal,
        fc.oneof(actions, fc.array(actions, { minLength: 1, maxLength: 3 })),
        partial<{ Sid: string; Resource: unknown; Condition: unknown }>({
            Sid: word,
            Resource: fc.constantFrom('*', ['*']),
            Condition: fc.record({
                StringEquals: fc.record({ 'aws:PrincipalTag/team': fc.oneof(word, fc.array(word)) }),
            }),
        }),
    )
    .map(([Effect, Principal, Action, rest]) => ({ Effect, Principal, Action, ...rest }));

const tag: fc.Arbitrary<Tag> = fc.record({
    Key: word,
    Value: fc.stringMatching(/^[A-Za-z0-9 _.:/=+@-]{0,20}$/),
});

const destination: fc.Arbitrary<ReplicationDestination> = fc
    .tuple(
        fc.constantFrom('us-west-2', 'eu-west-1', 'ap-south-1'),
        partial<Omit<ReplicationDestination, 'Region'>>({
            RegistryId: fc.constantFrom('123456789012', '999999999999'),
            RepositoryFilter: fc.constantFrom('my-app', 'my'),
            EnableReplicationTimeControl: fc.boolean(),
            EnableReplicationMetrics: fc.boolean(),
        }),
    )
    .map(([Region, rest]) => ({ Region, ...rest }));

const policyText = fc
    .record({ untagged: count, spaces: fc.constantFrom(0, 1, 4) })
    .map(({ untagged, spaces }) =>
        JSON.stringify(
            {
                rules: [
                    {
                        rulePriority: 7,
                        description: 'A policy in the words of ECR itself, written by hand',
                        selection: {
                            tagStatus: 'untagged',
                            countType: 'imageCountMoreThan',
                            countNumber: untagged,
                        },
                        action: { type: 'expire' },
                    },
                ],
            },
            undefined,
            spaces,
        ),
    );

/** In the Region and partition that the tests are in. */
const topic = word.map((name) => `arn:aws:sns:us-east-1:123456789012:${name}`);

/** In a Region that images may be replicated to. */
const farTopic = word.map((name) => `arn:aws:sns:eu-west-1:123456789012:${name}`);

/** A name of ECR's. */
export const repositoryName = fc.stringMatching(/^[a-z0-9]{2,12}(\/[a-z0-9]{1,8})?$/);

const OF_FACETS = Object.assign({}, ...FACET_DATA.map(({ arbitraries }) => arbitraries));

/** Any writable properties, each there or not. */
export const properties: fc.Arbitrary<Properties> = fc
    .tuple(
        repositoryName,
        partial<Omit<Properties, 'RepositoryName'>>({
            ImageTagMutability: fc.constantFrom(
                'MUTABLE',
                'IMMUTABLE',
                'MUTABLE_WITH_EXCLUSION',
                'IMMUTABLE_WITH_EXCLUSION',
            ),
            ImageTagMutabilityExclusionFilters: fc.uniqueArray(
                fc.constantFrom('latest', 'dev-*', '*-rc', 'v*'),
                { minLength: 1 },
            ),
            ScanOnPush: fc.boolean(),
            EmptyOnDelete: fc.boolean(),
            EnableLifecyclePolicy: fc.boolean(),
            UntaggedImageRetentionCount: untaggedCount,
            TaggedImageRetentionCount: count,
            ImageRetentionDays: days,
            UntaggedImageRetentionDays: count,
            ImageRetentionCount: count,
            ArchiveAfterDaysWithoutPull: count,
            ArchivedImageRetentionDays: fc.integer({ min: 90, max: 400 }),
            TagPatternList: patterns,
            ProtectedTagPatterns: patterns,
            TagPrefixList: prefixes,
            LifecycleRules: fc.array(lifecycleRule, { minLength: 1, maxLength: 3 }),
            LifecyclePolicyText: policyText,
            MaxExpiringImages: untaggedCount,
            EnableRepositoryPolicy: fc.boolean(),
            PullAccountIds: accounts,
            PushAccountIds: accounts,
            PullOrganizationIds: fc.uniqueArray(fc.stringMatching(/^o-[a-z0-9]{10}$/), { maxLength: 2 }),
            AllowLambdaPull: fc.boolean(),
            CustomPolicyStatements: fc.array(statement, { maxLength: 3 }),
            EnableReplication: fc.boolean(),
            ReplicationDestinations: fc.array(destination, { maxLength: 3 }),
            EnableRegistryScanning: fc.boolean(),
            ScanType: fc.constantFrom('BASIC', 'ENHANCED'),
            ScanFrequency: fc.constantFrom('SCAN_ON_PUSH', 'CONTINUOUS_SCAN'),
            EnableScanLogging: fc.boolean(),
            LogRetentionDays: fc.constantFrom(1, 7, 30, 365),
            EnableScanNotifications: fc.boolean(),
            SnsTopicArn: topic,
            CreateCloudWatchAlarms: fc.boolean(),
            VulnerabilityThreshold: fc.integer({ min: 0, max: 50 }),
            AlarmActions: fc.uniqueArray(fc.oneof({ arbitrary: topic, weight: 4 }, farTopic), {
                maxLength: 3,
            }),
            CreateDashboard: fc.boolean(),
            ...OF_FACETS,
            Tags: fc.uniqueArray(tag, { maxLength: 5, selector: ({ Key }) => Key }),
        }),
    )
    .map(([RepositoryName, rest]) => ({ RepositoryName, ...rest }));
