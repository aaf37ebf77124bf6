import {
    DeleteAlarmsCommand,
    DeleteDashboardsCommand,
    GetDashboardCommand,
    PutDashboardCommand,
    PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import {
    DeleteLogGroupCommand,
    DeleteMetricFilterCommand,
    DeleteResourcePolicyCommand,
    DescribeMetricFiltersCommand,
    PutMetricFilterCommand,
    PutResourcePolicyCommand,
    PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
    CreateRepositoryCommand,
    DeleteLifecyclePolicyCommand,
    DeleteRepositoryCommand,
    DeleteRepositoryPolicyCommand,
    GetLifecyclePolicyCommand,
    GetRepositoryPolicyCommand,
    PutImageScanningConfigurationCommand,
    PutImageTagMutabilityCommand,
    PutLifecyclePolicyCommand,
    PutRegistryScanningConfigurationCommand,
    PutReplicationConfigurationCommand,
    type RegistryScanningRule,
    SetRepositoryPolicyCommand,
    TagResourceCommand,
    UntagResourceCommand,
} from '@aws-sdk/client-ecr';
import {
    DeleteRuleCommand,
    DescribeRuleCommand,
    DisableRuleCommand,
    ListTargetsByRuleCommand,
    PutRuleCommand,
    type PutRuleCommandInput,
    PutTargetsCommand,
    RemoveTargetsCommand,
    type Target,
} from '@aws-sdk/client-eventbridge';
import { repositories } from '../../local/aws/ecr/state';
import schema from '../../schema.json';
import { alarmName, dashboardName, logGroupName, ruleName } from '../../src/aws/names';
import type { EcrRule } from '../../src/lifecycle/policy';
import type { PartialProperties, PolicyStatement } from '../../src/properties';
import type { Account } from '../support/account';
import { FACET_DATA } from '../support/facets';
import type { Alteration } from '../support/facets/facet-data';
import { asPut } from '../support/statements';
import { useAccount, useFunction, useStandIn } from '../support/suite';

/*
 * Drift detection tells the truth: whatever somebody does to AWS behind the stack's back, Read by the identifier alone
 * and the comparison with the template name the properties that are no longer so, and no others.
 */
const NAME = 'my-app';
const IDENTIFIER: PartialProperties = { RepositoryName: NAME };

const HERE = 'us-east-1';
const THERE = 'us-west-2';
const ACCOUNT = '123456789012';
const TOPIC = `arn:aws:sns:${HERE}:${ACCOUNT}:alerts`;
const OTHER_TOPIC = `arn:aws:sns:${HERE}:${ACCOUNT}:others`;
const FAR_TOPIC = `arn:aws:sns:${THERE}:${ACCOUNT}:alerts`;
const KEY = `arn:aws:kms:${HERE}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const OTHER_KEY = KEY.replace('1234abcd', 'abcd1234');
const REPOSITORY = `arn:aws:ecr:${HERE}:${ACCOUNT}:repository/${NAME}`;
const OWN = 'org-containers-ecrrepository:';

const GROUP = logGroupName(NAME, 'scan-findings');
const SCANS = ruleName(NAME, 'scans');
const PUSHES = ruleName(NAME, 'pushes');
const ALARM = alarmName(NAME, 'critical-vulnerabilities');
const DASHBOARD = dashboardName({
    partition: 'aws',
    region: HERE,
    account: ACCOUNT,
    repositoryName: NAME,
});
const MONITOR = `replications-from-${HERE}`;
const LOG_POLICY = 'OrgContainersEcrRepositoryEvents';

const standIn = useStandIn();
const typeFunction = useFunction(standIn);
const here = useAccount(standIn);
const there = useAccount(standIn, THERE);

const POLICY: PartialProperties = { EnableRepositoryPolicy: true };
const SCANNED: PartialProperties = { EnableRegistryScanning: true };
const LOGGED: PartialProperties = { EnableScanLogging: true, LogRetentionDays: 7 };
const ALARMED: PartialProperties = {
    CreateCloudWatchAlarms: true,
    VulnerabilityThreshold: 5,
    AlarmActions: [TOPIC],
};
/** An alarm that makes its log itself, in a template that says that none is kept. */
const ALARM_ALONE: PartialProperties = { ...ALARMED, EnableScanLogging: false, LogRetentionDays: 30 };
const TOLD: PartialProperties = { EnableScanNotifications: true, SnsTopicArn: TOPIC };
const SHOWN: PartialProperties = { CreateDashboard: true, LogRetentionDays: 7 };
const REPLICATED: PartialProperties = {
    EnableReplication: true,
    ReplicationDestinations: [{ Region: THERE }],
};
const WATCHED: PartialProperties = {
    EnableReplication: true,
    ReplicationDestinations: [
        { Region: THERE, EnableReplicationTimeControl: true, EnableReplicationMetrics: true },
    ],
    AlarmActions: [FAR_TOPIC],
};
const COUNTED: PartialProperties = {
    EnableReplication: true,
    ReplicationDestinations: [{ Region: THERE, EnableReplicationMetrics: true }],
};
const TAGGED: PartialProperties = { Tags: [{ Key: 'Stage', Value: 'test' }] };
const PUBLIC: PolicyStatement = { Sid: 'Public', Effect: 'Allow', Principal: '*', Action: 'ecr:ListImages' };
/** As Lambda writes it when a function of this account is made from an image. */
const LAMBDAS: PolicyStatement = {
    Sid: 'LambdaECRImageRetrievalPolicy',
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    Condition: { StringLike: { 'aws:sourceArn': `arn:aws:lambda:${HERE}:${ACCOUNT}:function:*` } },
};
const RULES = [
    { Id: 'releases', TagPrefixList: ['v'], TaggedImageRetentionCount: 20 },
    { Id: 'later', Enabled: false, UntaggedImageRetentionCount: 1 },
];
const TEXT = JSON.stringify(
    {
        rules: [
            {
                rulePriority: 10,
                description: 'As it was written',
                selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 500 },
                action: { type: 'expire' },
            },
        ],
    },
    undefined,
    2,
);
/** In no words of this type's own. */
const FOREIGN_TEXT = TEXT.replace('500', '9').replace('As it was written', 'By hand');

const setMutability = (
    imageTagMutability: 'MUTABLE' | 'IMMUTABLE' | 'IMMUTABLE_WITH_EXCLUSION',
    ...filters: string[]
) =>
    here.ecr.send(
        new PutImageTagMutabilityCommand({
            repositoryName: NAME,
            imageTagMutability,
            ...(filters.length > 0 && {
                imageTagMutabilityExclusionFilters: filters.map((filter) => ({
                    filterType: 'WILDCARD',
                    filter,
                })),
            }),
        }),
    );

const putLifecycle = (lifecyclePolicyText: string) =>
    here.ecr.send(new PutLifecyclePolicyCommand({ repositoryName: NAME, lifecyclePolicyText }));

async function editLifecycle(edit: (rules: EcrRule[]) => unknown): Promise<void> {
    const { lifecyclePolicyText = '' } = await here.ecr.send(
        new GetLifecyclePolicyCommand({ repositoryName: NAME }),
    );
    await putLifecycle(JSON.stringify({ rules: edit(JSON.parse(lifecyclePolicyText).rules) }));
}

/** The rule with another selection, if it is of this kind; what it says of itself in words goes with it. */
function edited(rule: EcrRule, kind: Partial<EcrRule['selection']>, countNumber: number): EcrRule {
    const { selection, description = '' } = rule;
    const fits = Object.entries(kind).every(([key, value]) => Reflect.get(selection, key) === value);
    return fits
        ? {
              ...rule,
              selection: { ...selection, countNumber },
              description: description.replace(String(selection.countNumber), String(countNumber)),
          }
        : rule;
}

const deleteLifecycle = () => here.ecr.send(new DeleteLifecyclePolicyCommand({ repositoryName: NAME }));

const putPolicy = (Statement: readonly unknown[]) =>
    here.ecr.send(
        new SetRepositoryPolicyCommand({
            repositoryName: NAME,
            policyText: JSON.stringify({ Version: '2012-10-17', Statement }),
        }),
    );

async function editPolicy(edit: (statements: PolicyStatement[]) => readonly unknown[]): Promise<void> {
    const { policyText = '' } = await here.ecr.send(new GetRepositoryPolicyCommand({ repositoryName: NAME }));
    await putPolicy(edit(JSON.parse(policyText).Statement.map(asPut)));
}

const replaceInPolicy = (from: string, to: string) => () =>
    editPolicy((statements) => JSON.parse(JSON.stringify(statements).replaceAll(from, to)));

const withoutStatement = (word: string) => () =>
    editPolicy((statements) => statements.filter((one) => !JSON.stringify(one).includes(word)));

const addStatement = (statement: PolicyStatement) => () =>
    editPolicy((statements) => [...statements, statement]);

const replicate =
    (filter: string, ...regions: string[]) =>
    () =>
        here.ecr.send(
            new PutReplicationConfigurationCommand({
                replicationConfiguration: {
                    rules: regions.length
                        ? [
                              {
                                  destinations: regions.map((region) => ({ region, registryId: ACCOUNT })),
                                  repositoryFilters: [{ filter, filterType: 'PREFIX_MATCH' }],
                              },
                          ]
                        : [],
                },
            }),
        );

const scan =
    (scanType: 'BASIC' | 'ENHANCED', ...rules: RegistryScanningRule[]) =>
    () =>
        here.ecr.send(new PutRegistryScanningConfigurationCommand({ scanType, rules }));

const scanRule = (filter: string, scanFrequency: 'SCAN_ON_PUSH' | 'CONTINUOUS_SCAN' = 'SCAN_ON_PUSH') => ({
    scanFrequency,
    repositoryFilters: [{ filter, filterType: 'WILDCARD' as const }],
});

const deleteGroup = () => here.logs.send(new DeleteLogGroupCommand({ logGroupName: GROUP }));

const retain = (retentionInDays: number) => () =>
    here.logs.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays }));

const deleteFilter =
    (filterName: string, logGroupName = GROUP, account = () => here) =>
    () =>
        account().logs.send(new DeleteMetricFilterCommand({ logGroupName, filterName }));

const changeFilter =
    (filterNamePrefix: string, change: object, logGroupName = GROUP, account = () => here) =>
    async () => {
        const { logs } = account();
        const { metricFilters = [] } = await logs.send(
            new DescribeMetricFiltersCommand({ logGroupName, filterNamePrefix }),
        );
        const [filter] = metricFilters;
        const { filterName, filterPattern, metricTransformations = [] } = filter ?? {};
        const transformed = metricTransformations.map((one) => ({ ...one, ...change }));
        await logs.send(
            new PutMetricFilterCommand({
                logGroupName,
                filterName,
                filterPattern,
                metricTransformations: transformed,
                ...change,
            }),
        );
    };

const disable =
    (Name: string, account = () => here) =>
    () =>
        account().events.send(new DisableRuleCommand({ Name }));

const changeRule =
    (Name: string, change: Partial<PutRuleCommandInput>, account = () => here) =>
    async () => {
        const { EventPattern, Description } = await account().events.send(new DescribeRuleCommand({ Name }));
        await account().events.send(new PutRuleCommand({ Name, EventPattern, Description, ...change }));
    };

const changePattern = (Name: string, account = () => here) =>
    changeRule(Name, { EventPattern: '{"source":["aws.ec2"]}' }, account);

async function targetsOf(Rule: string, account: Account): Promise<Target[]> {
    const { Targets = [] } = await account.events.send(new ListTargetsByRuleCommand({ Rule }));
    return Targets;
}

const removeTarget =
    (Rule: string, word: string, account = () => here) =>
    async () => {
        const targets = await targetsOf(Rule, account());
        const Ids = targets.flatMap(({ Id, Arn }) => (Id && Arn?.includes(word) ? [Id] : []));
        await account().events.send(new RemoveTargetsCommand({ Rule, Ids }));
    };

const changeTarget = (Rule: string, word: string, change: Partial<Target>) => async () => {
    const targets = await targetsOf(Rule, here);
    const Targets = targets.flatMap((one) => (one.Arn?.includes(word) ? [{ ...one, ...change }] : []));
    await here.events.send(new PutTargetsCommand({ Rule, Targets }));
};

const addTarget = (Rule: string) => () =>
    here.events.send(new PutTargetsCommand({ Rule, Targets: [{ Id: 'somebodys', Arn: OTHER_TOPIC }] }));

const deleteRule =
    (Name: string, account = () => here) =>
    async () => {
        await removeTarget(Name, '', account)();
        await account().events.send(new DeleteRuleCommand({ Name }));
    };

const revoke =
    (account = () => here) =>
    () =>
        account().logs.send(new DeleteResourcePolicyCommand({ policyName: LOG_POLICY }));

const narrow = () =>
    here.logs.send(
        new PutResourcePolicyCommand({
            policyName: LOG_POLICY,
            policyDocument: '{"Version":"2012-10-17","Statement":[]}',
        }),
    );

const deleteAlarm =
    (name: string, account = () => here) =>
    () =>
        account().cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [name] }));

/** One that has our name and nothing to do with us. */
const addAlarm = () =>
    here.cloudWatch.send(
        new PutMetricAlarmCommand({
            AlarmName: ALARM,
            Namespace: 'AWS/ECR',
            MetricName: 'RepositoryPullCount',
            Statistic: 'Sum',
            Period: 60,
            EvaluationPeriods: 1,
            ComparisonOperator: 'GreaterThanThreshold',
            Threshold: 1,
        }),
    );

async function editDashboard(edit: (widgets: unknown[]) => unknown[]): Promise<void> {
    const { DashboardBody = '' } = await here.cloudWatch.send(
        new GetDashboardCommand({ DashboardName: DASHBOARD }),
    );
    const body = JSON.stringify({ widgets: edit(JSON.parse(DashboardBody).widgets) }, undefined, 4);
    await here.cloudWatch.send(new PutDashboardCommand({ DashboardName: DASHBOARD, DashboardBody: body }));
}

/** Nobody but AWS can. */
const tagAsAws = async () => {
    const { world } = standIn.server;
    const repository = repositories.of(world, { account: ACCOUNT, region: HERE }).get(NAME);
    repository?.tags.set('aws:servicecatalog:applicationName', 'a');
};

const tag = (tags: Readonly<Record<string, string>>) => () =>
    here.ecr.send(
        new TagResourceCommand({
            resourceArn: REPOSITORY,
            tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        }),
    );

const untag =
    (...tagKeys: string[]) =>
    () =>
        here.ecr.send(new UntagResourceCommand({ resourceArn: REPOSITORY, tagKeys }));

const recreate = (encryptionType: 'AES256' | 'KMS', kmsKey?: string) => async () => {
    await here.ecr.send(new DeleteRepositoryCommand({ repositoryName: NAME }));
    await here.ecr.send(
        new CreateRepositoryCommand({
            repositoryName: NAME,
            encryptionConfiguration: { encryptionType, ...(kmsKey && { kmsKey }) },
        }),
    );
};

/** What breaks the way from a scan's event to the log, each by itself. */
const CUTS: readonly [string, () => Promise<unknown>][] = [
    ['the log group is deleted', deleteGroup],
    ['the rule is deleted', deleteRule(SCANS)],
    ['the rule is disabled', disable(SCANS)],
    ["the rule's pattern is changed", changePattern(SCANS)],
    ["the rule's target is removed", removeTarget(SCANS, 'log-group')],
    [
        "the rule's target is changed",
        changeTarget(SCANS, 'log-group', { Arn: `arn:aws:logs:${HERE}:${ACCOUNT}:log-group:/other` }),
    ],
    [
        "the rule's target gets something else",
        changeTarget(SCANS, 'log-group', {
            InputTransformer: {
                InputPathsMap: { time: '$.time' },
                InputTemplate: '{"timestamp": <time>, "message": "a scan"}',
            },
        }),
    ],
    ['EventBridge may no longer write', () => revoke()()],
    ['the permission to write is changed', narrow],
];

const cuts = (template: PartialProperties, drift: readonly (keyof PartialProperties)[]): Alteration[] =>
    CUTS.map(([what, by]) => ({ what, template, by, drift }));

/** What is done to each property: its value changed, what makes it true deleted, something added. */
const ALTERATIONS: Readonly<Record<string, readonly Alteration[]>> = {
    ...Object.assign({}, ...FACET_DATA.map(({ alterations }) => alterations)),
    ImageTagMutability: [
        {
            what: 'is changed',
            template: { ImageTagMutability: 'IMMUTABLE' },
            by: () => setMutability('MUTABLE'),
        },
        {
            what: 'is changed from the default',
            template: { ImageTagMutability: 'MUTABLE' },
            by: () => setMutability('IMMUTABLE'),
        },
        {
            what: 'gets exclusions',
            template: { ImageTagMutability: 'IMMUTABLE' },
            by: () => setMutability('IMMUTABLE_WITH_EXCLUSION', 'latest'),
        },
    ],
    ImageTagMutabilityExclusionFilters: [
        {
            what: 'is changed',
            template: {
                ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
                ImageTagMutabilityExclusionFilters: ['latest'],
            },
            by: () => setMutability('IMMUTABLE_WITH_EXCLUSION', 'dev-*'),
        },
        {
            what: 'gets one more',
            template: {
                ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
                ImageTagMutabilityExclusionFilters: ['latest'],
            },
            by: () => setMutability('IMMUTABLE_WITH_EXCLUSION', 'latest', 'dev-*'),
        },
        {
            what: 'loses one',
            template: {
                ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
                ImageTagMutabilityExclusionFilters: ['latest', 'dev-*'],
            },
            by: () => setMutability('IMMUTABLE_WITH_EXCLUSION', 'latest'),
        },
        {
            what: 'loses all, with the exclusions',
            template: {
                ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
                ImageTagMutabilityExclusionFilters: ['latest'],
            },
            by: () => setMutability('IMMUTABLE'),
            drift: ['ImageTagMutability', 'ImageTagMutabilityExclusionFilters'],
        },
    ],
    ScanOnPush: [true, false].map((ScanOnPush) => ({
        what: `is switched from ${ScanOnPush}`,
        template: { ScanOnPush },
        by: () =>
            here.ecr.send(
                new PutImageScanningConfigurationCommand({
                    repositoryName: NAME,
                    imageScanningConfiguration: { scanOnPush: !ScanOnPush },
                }),
            ),
    })),
    EncryptionType: [
        {
            what: 'is that of another repository of the same name',
            template: { EncryptionType: 'KMS' },
            by: recreate('AES256'),
            update: 'refuses',
        },
        {
            what: 'is that of another repository, with a key',
            template: { EncryptionType: 'AES256' },
            by: recreate('KMS', KEY),
            update: 'refuses',
        },
    ],
    KmsKeyArn: [
        {
            what: 'is that of another repository of the same name',
            template: { EncryptionType: 'KMS', KmsKeyArn: KEY },
            by: recreate('KMS', OTHER_KEY),
            update: 'refuses',
        },
        {
            what: "is AWS's own, with another repository of the same name",
            template: { EncryptionType: 'KMS', KmsKeyArn: KEY },
            by: recreate('KMS'),
            update: 'refuses',
        },
    ],
    EmptyOnDelete: [
        {
            what: 'loses its tag',
            template: { EmptyOnDelete: true },
            by: () => untag(`${OWN}empty-on-delete`)(),
        },
        {
            what: 'gets another value in its tag',
            template: { EmptyOnDelete: true },
            by: () => tag({ [`${OWN}empty-on-delete`]: 'no' })(),
        },
        {
            what: 'gets its tag',
            template: { EmptyOnDelete: false },
            by: () => tag({ [`${OWN}empty-on-delete`]: 'true' })(),
        },
        {
            what: 'gets its tag, though the template does not speak of it',
            template: {},
            by: () => tag({ [`${OWN}empty-on-delete`]: 'true' })(),
            drift: [],
        },
    ],
    EnableLifecyclePolicy: [
        { what: 'the policy is deleted', template: { EnableLifecyclePolicy: true }, by: deleteLifecycle },
        {
            what: 'the policy is deleted, with settings',
            template: { TaggedImageRetentionCount: 5, LifecycleRules: RULES },
            by: deleteLifecycle,
            drift: ['LifecycleRules'],
        },
        {
            what: 'a policy is added',
            template: { EnableLifecyclePolicy: false },
            by: () => putLifecycle(FOREIGN_TEXT),
            update: 'leaves',
        },
        {
            what: 'a policy is added to settings that are off',
            template: { EnableLifecyclePolicy: false, TaggedImageRetentionCount: 5, TagPrefixList: ['a'] },
            by: () => putLifecycle(FOREIGN_TEXT),
            update: 'leaves',
        },
        {
            what: 'a policy is added where every rule is disabled',
            template: { LifecycleRules: [{ Id: 'a', Enabled: false, UntaggedImageRetentionCount: 1 }] },
            by: () => putLifecycle(FOREIGN_TEXT),
            drift: ['LifecycleRules'],
            update: 'leaves',
        },
    ],
    UntaggedImageRetentionCount: [
        {
            what: 'is changed',
            template: { UntaggedImageRetentionCount: 5, TaggedImageRetentionCount: 5 },
            by: () =>
                editLifecycle((rules) => rules.map((rule) => edited(rule, { tagStatus: 'untagged' }, 6))),
        },
        {
            what: 'is no more',
            template: { UntaggedImageRetentionCount: 5, TaggedImageRetentionCount: 5 },
            by: () =>
                editLifecycle((rules) => rules.filter(({ selection }) => selection.tagStatus !== 'untagged')),
            drift: ['UntaggedImageRetentionCount', 'TaggedImageRetentionCount'],
        },
    ],
    TaggedImageRetentionCount: [
        {
            what: 'is changed for every prefix',
            template: {
                TaggedImageRetentionCount: 4,
                TagPrefixList: ['v', 'w'],
                UntaggedImageRetentionCount: 5,
            },
            by: () => editLifecycle((rules) => rules.map((rule) => edited(rule, { tagStatus: 'tagged' }, 7))),
        },
        {
            what: 'is changed for one prefix, in which these words know no policy',
            template: { TaggedImageRetentionCount: 4, TagPrefixList: ['v', 'w'] },
            by: () => editLifecycle(([first, ...rest]) => (first ? [edited(first, {}, 7), ...rest] : [])),
            drift: ['TaggedImageRetentionCount', 'TagPrefixList'],
        },
    ],
    ImageRetentionDays: [
        {
            what: 'is changed',
            template: { ImageRetentionDays: 30 },
            by: () => editLifecycle((rules) => rules.map((rule) => edited(rule, { tagStatus: 'any' }, 31))),
        },
        {
            what: 'is no more',
            template: { ImageRetentionDays: 30 },
            by: () =>
                editLifecycle((rules) => rules.filter(({ selection }) => selection.tagStatus !== 'any')),
        },
        {
            what: 'is added',
            template: { ImageRetentionDays: 0, UntaggedImageRetentionCount: 3 },
            by: () =>
                editLifecycle((rules) => [
                    ...rules,
                    {
                        rulePriority: 99,
                        description: 'expire other images 9 days after the push',
                        selection: {
                            tagStatus: 'any',
                            countType: 'sinceImagePushed',
                            countUnit: 'days',
                            countNumber: 9,
                        },
                        action: { type: 'expire' },
                    },
                ]),
        },
    ],
    UntaggedImageRetentionDays: [
        {
            what: 'is changed',
            template: { UntaggedImageRetentionDays: 7 },
            by: () =>
                editLifecycle((rules) => rules.map((rule) => edited(rule, { tagStatus: 'untagged' }, 8))),
        },
    ],
    ImageRetentionCount: [
        {
            what: 'is changed',
            template: { ImageRetentionCount: 50 },
            by: () => editLifecycle((rules) => rules.map((rule) => edited(rule, { tagStatus: 'any' }, 60))),
        },
    ],
    ArchiveAfterDaysWithoutPull: [
        {
            what: 'is changed',
            template: { ArchiveAfterDaysWithoutPull: 30 },
            by: () => editLifecycle((rules) => rules.map((rule) => edited(rule, { tagStatus: 'any' }, 31))),
        },
    ],
    ArchivedImageRetentionDays: [
        {
            what: 'is changed',
            template: { ArchivedImageRetentionDays: 120 },
            by: () => editLifecycle((rules) => rules.map((rule) => edited(rule, { tagStatus: 'any' }, 121))),
        },
    ],
    MaxExpiringImages: [
        {
            what: 'is left when the policy is deleted',
            template: { MaxExpiringImages: 5, EnableLifecyclePolicy: true },
            by: deleteLifecycle,
            drift: ['EnableLifecyclePolicy'],
        },
    ],
    TagPatternList: [
        {
            what: 'gets another one in place of one',
            template: { TagPatternList: ['*-b'], TaggedImageRetentionCount: 4 },
            by: () => editLifecycle((rules) => JSON.parse(JSON.stringify(rules).replaceAll('*-b', '*-c'))),
        },
    ],
    ProtectedTagPatterns: [
        {
            what: 'loses one',
            template: { ProtectedTagPatterns: ['a*', 'b*'], TaggedImageRetentionCount: 4 },
            by: () =>
                editLifecycle((rules) => rules.filter((rule) => !JSON.stringify(rule).includes('"b*"'))),
        },
    ],
    TagPrefixList: [
        {
            what: 'gets another one in place of one',
            template: { TagPrefixList: ['a', 'b'], TaggedImageRetentionCount: 4 },
            by: () =>
                editLifecycle((rules) =>
                    JSON.parse(
                        JSON.stringify(rules).replace('["b"]', '["c"]').replace('tagged b*', 'tagged c*'),
                    ),
                ),
        },
        {
            what: 'loses one',
            template: { TagPrefixList: ['a', 'b'], TaggedImageRetentionCount: 4 },
            by: () =>
                editLifecycle((rules) => rules.filter((rule) => !JSON.stringify(rule).includes('["b"]'))),
        },
    ],
    LifecycleRules: [
        {
            what: 'a rule is edited',
            template: { LifecycleRules: RULES },
            by: () => editLifecycle((rules) => rules.map((rule) => edited(rule, {}, 21))),
        },
        {
            what: 'a rule is added in this type’s words',
            template: { LifecycleRules: RULES },
            by: () =>
                editLifecycle((rules) => [
                    ...rules,
                    {
                        rulePriority: 9,
                        description: 'later: keep the newest 1 of the untagged images',
                        selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 1 },
                        action: { type: 'expire' },
                    },
                ]),
        },
        {
            what: 'a rule is added in no words of this type',
            template: { LifecycleRules: RULES },
            by: () =>
                editLifecycle((rules) => [
                    ...rules,
                    { ...JSON.parse(FOREIGN_TEXT).rules[0], rulePriority: 99 },
                ]),
        },
        {
            what: 'a rule is taken away',
            template: { LifecycleRules: [...RULES, { Id: 'rest', ImageRetentionDays: 9 }] },
            by: () => editLifecycle(([first]) => [first]),
        },
        {
            what: 'the policy is another one',
            template: { LifecycleRules: RULES },
            by: () => putLifecycle(FOREIGN_TEXT),
        },
        { what: 'the policy is deleted', template: { LifecycleRules: RULES }, by: deleteLifecycle },
    ],
    LifecyclePolicyText: [
        {
            what: 'a number is changed',
            template: { LifecyclePolicyText: TEXT },
            by: () => putLifecycle(TEXT.replace('500', '501')),
        },
        {
            what: 'a description is changed',
            template: { LifecyclePolicyText: TEXT },
            by: () => putLifecycle(TEXT.replace('As it', 'How it')),
            drift: [],
        },
        { what: 'the policy is deleted', template: { LifecyclePolicyText: TEXT }, by: deleteLifecycle },
        {
            what: 'only its form is changed',
            template: { LifecyclePolicyText: TEXT },
            by: () => putLifecycle(JSON.stringify(JSON.parse(TEXT))),
            drift: [],
        },
        {
            what: 'the policy is one of other settings',
            template: { LifecyclePolicyText: TEXT, TaggedImageRetentionCount: 5 },
            by: () => putLifecycle(FOREIGN_TEXT),
        },
    ],
    EnableRepositoryPolicy: [
        {
            what: 'the policy is deleted',
            template: { ...POLICY, PullAccountIds: ['111111111111'] },
            by: () => here.ecr.send(new DeleteRepositoryPolicyCommand({ repositoryName: NAME })),
            drift: ['EnableRepositoryPolicy', 'PullAccountIds'],
        },
        {
            what: 'a policy is added',
            template: { EnableRepositoryPolicy: false },
            by: () => putPolicy([PUBLIC]),
            update: 'leaves',
        },
        {
            what: 'a policy is added over settings that are off',
            template: { EnableRepositoryPolicy: false, PullAccountIds: ['111111111111'] },
            by: () => putPolicy([PUBLIC]),
            drift: ['EnableRepositoryPolicy', 'PullAccountIds'],
            update: 'leaves',
        },
        {
            what: 'Lambda writes its own statement',
            template: { EnableRepositoryPolicy: false, CustomPolicyStatements: [] },
            by: () => putPolicy([LAMBDAS]),
            drift: [],
        },
    ],
    ...Object.fromEntries(
        (['PullAccountIds', 'PushAccountIds'] as const).map((property) => [
            property,
            [
                {
                    what: 'gets another account in place of one',
                    template: { ...POLICY, [property]: ['222222222222', '333333333333'] },
                    by: replaceInPolicy('333333333333', '444444444444'),
                },
                {
                    what: 'gets one more',
                    template: { ...POLICY, [property]: ['333333333333'] },
                    by: replaceInPolicy('"333333333333"', '"333333333333","444444444444"'),
                },
                {
                    what: 'loses one',
                    template: { ...POLICY, [property]: ['222222222222', '333333333333'] },
                    by: replaceInPolicy('"333333333333",', ''),
                },
                {
                    what: 'loses its statement',
                    template: {
                        ...POLICY,
                        [property]: ['222222222222'],
                        PullOrganizationIds: ['o-aaaaaaaaaa'],
                    },
                    by: withoutStatement('222222222222'),
                },
                {
                    what: 'may do less',
                    template: { ...POLICY, [property]: ['222222222222'], CustomPolicyStatements: [] },
                    by: replaceInPolicy(',"ecr:GetDownloadUrlForLayer"', ''),
                    drift: [property, 'CustomPolicyStatements'],
                },
            ],
        ]),
    ),
    PullOrganizationIds: [
        {
            what: 'gets another one in place of one',
            template: { ...POLICY, PullOrganizationIds: ['o-bbbbbbbbbb', 'o-cccccccccc'] },
            by: replaceInPolicy('o-cccccccccc', 'o-dddddddddd'),
        },
        {
            what: 'loses its statement',
            template: { ...POLICY, PullOrganizationIds: ['o-bbbbbbbbbb'], PullAccountIds: ['222222222222'] },
            by: withoutStatement('o-bbbbbbbbbb'),
        },
    ],
    AllowLambdaPull: [
        {
            what: 'loses its statement',
            template: { ...POLICY, AllowLambdaPull: true, PullAccountIds: ['111111111111'] },
            by: withoutStatement('lambda.amazonaws.com'),
        },
        {
            what: 'is narrowed',
            template: { ...POLICY, AllowLambdaPull: true, PullAccountIds: ['111111111111'] },
            by: replaceInPolicy(`,"arn:aws:lambda:${HERE}:${ACCOUNT}:function:*"`, ''),
        },
        {
            what: 'Lambda writes its own statement',
            template: { ...POLICY, AllowLambdaPull: true, CustomPolicyStatements: [] },
            by: addStatement(LAMBDAS),
            drift: [],
        },
        {
            what: 'Lambda writes its own statement where it may not',
            template: { ...POLICY, AllowLambdaPull: false, PullAccountIds: ['111111111111'] },
            by: addStatement(LAMBDAS),
            drift: [],
        },
    ],
    CustomPolicyStatements: [
        {
            what: 'a statement is edited',
            template: { ...POLICY, CustomPolicyStatements: [PUBLIC] },
            by: replaceInPolicy('ecr:ListImages', 'ecr:DescribeImages'),
        },
        {
            what: 'a statement is added',
            template: { ...POLICY, CustomPolicyStatements: [PUBLIC] },
            by: addStatement({ ...PUBLIC, Sid: 'More' }),
            update: 'leaves',
        },
        {
            what: 'a statement is added where the template has none',
            template: { ...POLICY, PullAccountIds: ['111111111111'] },
            by: addStatement(PUBLIC),
            drift: [],
        },
        {
            what: 'a statement is deleted',
            template: { ...POLICY, CustomPolicyStatements: [PUBLIC, { ...PUBLIC, Sid: 'Two' }] },
            by: withoutStatement('Two'),
        },
        {
            what: 'Lambda writes its own statement',
            template: { ...POLICY, CustomPolicyStatements: [PUBLIC] },
            by: addStatement(LAMBDAS),
            drift: [],
        },
        {
            what: "a statement of Lambda's own, which the template has itself, is deleted",
            template: { ...POLICY, CustomPolicyStatements: [PUBLIC, LAMBDAS] },
            by: withoutStatement('lambda'),
        },
    ],
    EnableReplication: [
        {
            what: 'the entry is deleted',
            template: REPLICATED,
            by: replicate(NAME),
            drift: ['EnableReplication', 'ReplicationDestinations'],
        },
        {
            what: 'an entry is added',
            template: { EnableReplication: false },
            by: replicate(NAME, THERE),
            update: 'leaves',
        },
        {
            what: 'the entry of a neighbour is added',
            template: { EnableReplication: false },
            by: replicate('other', THERE),
            drift: [],
        },
        {
            what: 'the entry of a shorter filter is deleted',
            template: {
                EnableReplication: true,
                ReplicationDestinations: [{ Region: THERE, RepositoryFilter: 'my' }],
            },
            by: replicate('my'),
            drift: ['EnableReplication', 'ReplicationDestinations'],
        },
    ],
    ReplicationDestinations: [
        {
            what: 'is another Region',
            template: REPLICATED,
            by: replicate(NAME, 'ca-central-1'),
            update: 'leaves',
        },
        {
            what: 'gets another one',
            template: REPLICATED,
            by: replicate(NAME, THERE, 'ca-central-1'),
            update: 'leaves',
        },
        {
            what: 'loses one',
            template: {
                EnableReplication: true,
                ReplicationDestinations: [{ Region: THERE }, { Region: 'eu-west-1' }],
            },
            by: replicate(NAME, THERE),
        },
        {
            what: 'of a shorter filter is another Region',
            template: {
                EnableReplication: true,
                ReplicationDestinations: [{ Region: THERE, RepositoryFilter: 'my' }],
            },
            by: replicate('my', 'eu-west-1'),
            drift: ['EnableReplication', 'ReplicationDestinations'],
        },
        {
            what: 'of a shorter filter gets another one, as any repository of that filter may ask for',
            template: {
                EnableReplication: true,
                ReplicationDestinations: [{ Region: THERE, RepositoryFilter: 'my' }],
            },
            by: replicate('my', THERE, 'eu-west-1'),
            drift: [],
        },
        ...(['succeeded', 'failed'] as const).flatMap((result) => [
            {
                what: `the filter for those that ${result} is deleted`,
                template: WATCHED,
                by: deleteFilter(`ecr-repository-${result}`, logGroupName(NAME, MONITOR), () => there),
            },
            {
                what: `the filter for those that ${result} gets another pattern`,
                template: WATCHED,
                by: changeFilter(
                    `ecr-repository-${result}`,
                    { filterPattern: '{ $.a = 1 }' },
                    logGroupName(NAME, MONITOR),
                    () => there,
                ),
            },
            {
                what: `the filter for those that ${result} makes another metric`,
                template: WATCHED,
                by: changeFilter(
                    `ecr-repository-${result}`,
                    { metricName: 'other' },
                    logGroupName(NAME, MONITOR),
                    () => there,
                ),
            },
        ]),
        {
            what: 'the log group there is deleted',
            template: WATCHED,
            by: () =>
                there.logs.send(new DeleteLogGroupCommand({ logGroupName: logGroupName(NAME, MONITOR) })),
        },
        {
            what: 'the rule there is deleted',
            template: COUNTED,
            by: deleteRule(ruleName(NAME, MONITOR), () => there),
        },
        {
            what: 'the rule there is disabled',
            template: COUNTED,
            by: disable(ruleName(NAME, MONITOR), () => there),
        },
        {
            what: "the rule's pattern there is changed",
            template: COUNTED,
            by: changePattern(ruleName(NAME, MONITOR), () => there),
        },
        {
            what: "the rule's target there is removed",
            template: COUNTED,
            by: removeTarget(ruleName(NAME, MONITOR), 'log-group', () => there),
        },
        { what: 'EventBridge may no longer write there', template: COUNTED, by: revoke(() => there) },
        {
            what: 'the alarm there is deleted',
            template: WATCHED,
            by: deleteAlarm(alarmName(NAME, `${MONITOR}-failed`), () => there),
        },
        {
            what: 'the alarm there watches another metric',
            template: WATCHED,
            by: () => there.changeAlarm(alarmName(NAME, `${MONITOR}-failed`), { MetricName: 'other' }),
        },
        {
            what: 'the alarm there has its actions disabled',
            template: WATCHED,
            by: () => there.changeAlarm(alarmName(NAME, `${MONITOR}-failed`), { ActionsEnabled: false }),
        },
        {
            what: 'the alarm there has other actions',
            template: WATCHED,
            by: () => there.changeAlarm(alarmName(NAME, `${MONITOR}-failed`), { AlarmActions: [] }),
        },
    ],
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
                repositoryFilters: [...scanRule('*').repositoryFilters, ...scanRule(NAME).repositoryFilters],
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
    EnableScanLogging: [
        ...cuts({ EnableScanLogging: true }, ['EnableScanLogging']),
        {
            what: 'somebody adds a target to the rule',
            template: { EnableScanLogging: true },
            by: addTarget(SCANS),
            drift: [],
        },
        {
            what: 'what the rule says of itself is changed',
            template: { EnableScanLogging: true },
            by: changeRule(SCANS, { Description: 'Mine' }),
        },
    ],
    LogRetentionDays: [
        { what: 'is changed', template: LOGGED, by: retain(5) },
        { what: 'is changed under the dashboard', template: SHOWN, by: retain(5) },
    ],
    EnableScanNotifications: [
        {
            what: "the rule's target is removed",
            template: TOLD,
            by: removeTarget(SCANS, 'sns'),
            drift: ['EnableScanNotifications', 'SnsTopicArn'],
        },
        {
            what: 'the message is changed',
            template: TOLD,
            by: changeTarget(SCANS, 'sns', { InputTransformer: { InputTemplate: '"Look!"' } }),
        },
        { what: 'the rule is disabled', template: TOLD, by: disable(SCANS) },
        {
            what: "the rule's pattern is changed",
            template: { ...TOLD, ...LOGGED },
            by: changePattern(SCANS),
            drift: ['EnableScanNotifications', 'EnableScanLogging'],
        },
        {
            what: 'the rule is deleted',
            template: TOLD,
            by: deleteRule(SCANS),
            drift: ['EnableScanNotifications', 'SnsTopicArn'],
        },
        { what: 'somebody adds a target', template: TOLD, by: addTarget(SCANS), drift: [] },
    ],
    SnsTopicArn: [
        { what: 'is another topic', template: TOLD, by: changeTarget(SCANS, 'sns', { Arn: OTHER_TOPIC }) },
    ],
    CreateCloudWatchAlarms: [
        { what: 'the alarm is deleted', template: { CreateCloudWatchAlarms: true }, by: deleteAlarm(ALARM) },
        {
            what: 'the alarm is deleted, with settings',
            template: ALARMED,
            by: deleteAlarm(ALARM),
            drift: ['CreateCloudWatchAlarms', 'VulnerabilityThreshold', 'AlarmActions'],
        },
        {
            what: 'the alarm has its actions disabled',
            template: ALARMED,
            by: () => here.changeAlarm(ALARM, { ActionsEnabled: false }),
        },
        {
            what: 'the alarm watches another metric',
            template: ALARMED,
            by: () => here.changeAlarm(ALARM, { MetricName: 'other' }),
        },
        {
            what: 'the alarm looks at a longer time',
            template: ALARMED,
            by: () => here.changeAlarm(ALARM, { Period: 3600 }),
        },
        {
            what: 'the alarm takes missing data for a breach',
            template: ALARMED,
            by: () => here.changeAlarm(ALARM, { TreatMissingData: 'breaching' }),
        },
        {
            what: 'the alarm no longer tells when it is over',
            template: ALARMED,
            by: () => here.changeAlarm(ALARM, { OKActions: [] }),
        },
        {
            what: 'an alarm of this name is added',
            template: { CreateCloudWatchAlarms: false },
            by: addAlarm,
            drift: [],
        },
        ...cuts(ALARM_ALONE, ['CreateCloudWatchAlarms']),
        ...cuts({ ...ALARMED, EnableScanLogging: true }, ['CreateCloudWatchAlarms', 'EnableScanLogging']),
        ...['ecr-repository-critical', 'ecr-repository-critical-none'].flatMap((filter) => [
            { what: `its filter ${filter} is deleted`, template: ALARM_ALONE, by: deleteFilter(filter) },
            {
                what: `its filter ${filter} makes another metric`,
                template: ALARM_ALONE,
                by: changeFilter(filter, { metricName: 'other' }),
            },
            {
                what: `its filter ${filter} counts a scan that says nothing`,
                template: ALARM_ALONE,
                by: changeFilter(filter, { defaultValue: 0 }),
            },
            {
                what: `its filter ${filter} is changed beside a log`,
                template: { ...ALARMED, ...LOGGED },
                by: changeFilter(filter, { metricValue: '7' }),
            },
        ]),
        {
            what: 'a filter is added',
            template: ALARM_ALONE,
            by: changeFilter('ecr-repository-critical', { filterName: 'somebodys', metricName: 'other' }),
            drift: [],
        },
        {
            what: 'somebody adds a target to the rule',
            template: ALARM_ALONE,
            by: addTarget(SCANS),
            drift: [],
        },
    ],
    VulnerabilityThreshold: [
        { what: 'is changed', template: ALARMED, by: () => here.changeAlarm(ALARM, { Threshold: 9 }) },
    ],
    AlarmActions: [
        {
            what: 'is another topic',
            template: ALARMED,
            by: () => here.changeAlarm(ALARM, { AlarmActions: [OTHER_TOPIC], OKActions: [OTHER_TOPIC] }),
        },
        {
            what: 'gets one more',
            template: ALARMED,
            by: () =>
                here.changeAlarm(ALARM, {
                    AlarmActions: [TOPIC, OTHER_TOPIC],
                    OKActions: [TOPIC, OTHER_TOPIC],
                }),
        },
        {
            what: 'is none',
            template: ALARMED,
            by: () => here.changeAlarm(ALARM, { AlarmActions: [], OKActions: [] }),
        },
    ],
    CreateDashboard: [
        {
            what: 'the dashboard is deleted',
            template: { CreateDashboard: true },
            by: () => here.cloudWatch.send(new DeleteDashboardsCommand({ DashboardNames: [DASHBOARD] })),
        },
        {
            what: 'a widget is taken away',
            template: SHOWN,
            by: () => editDashboard((widgets) => widgets.slice(1)),
        },
        {
            what: 'a widget is added',
            template: SHOWN,
            by: () => editDashboard((widgets) => [...widgets, widgets[0]]),
        },
        {
            what: "only its body's form is changed",
            template: SHOWN,
            by: () => editDashboard((widgets) => widgets),
            drift: [],
        },
        ...cuts({ CreateDashboard: true }, ['CreateDashboard']),
        ...cuts({ ...ALARMED, CreateDashboard: true }, ['CreateDashboard', 'CreateCloudWatchAlarms']),
        ...['ecr-repository-high', 'ecr-repository-low-none', 'ecr-repository-pushes'].map((filter) => ({
            what: `its filter ${filter} is deleted`,
            template: { ...SHOWN, ...ALARMED },
            by: deleteFilter(filter),
        })),
        {
            what: "the alarm's filter is deleted too",
            template: { ...SHOWN, ...ALARMED },
            by: deleteFilter('ecr-repository-critical'),
            drift: ['CreateDashboard', 'CreateCloudWatchAlarms'],
        },
        {
            what: 'the rule for pushes is deleted',
            template: { CreateDashboard: true },
            by: deleteRule(PUSHES),
        },
        { what: 'the rule for pushes is disabled', template: SHOWN, by: disable(PUSHES) },
        { what: 'the pattern for pushes is changed', template: SHOWN, by: changePattern(PUSHES) },
        { what: 'the target for pushes is removed', template: SHOWN, by: removeTarget(PUSHES, 'log-group') },
    ],
    Tags: [
        { what: 'a value is changed', template: TAGGED, by: tag({ Stage: 'production' }) },
        { what: 'one is added', template: TAGGED, by: tag({ Team: 'a' }), update: 'leaves' },
        { what: 'one is added where the template has none', template: {}, by: tag({ Team: 'a' }), drift: [] },
        { what: 'one is removed', template: TAGGED, by: untag('Stage') },
        {
            what: 'AWS adds its own',
            template: TAGGED,
            by: tagAsAws,
            drift: [],
        },
        {
            what: 'the tag that tells who created it is removed',
            template: TAGGED,
            by: untag(`${OWN}created-by`),
            drift: [],
        },
    ],
};

/** The outputs, and what they follow; they are in no template, so nothing is compared. */
const OUTPUTS: Readonly<
    Record<
        string,
        {
            readonly template: PartialProperties;
            readonly by: () => Promise<unknown>;
            readonly afterwards: unknown;
        }
    >
> = {
    LifecyclePolicySummary: {
        template: { EnableLifecyclePolicy: true },
        by: deleteLifecycle,
        afterwards: 'All images are kept.',
    },
    ScanLogGroupName: { template: LOGGED, by: deleteGroup, afterwards: GROUP },
    VulnerabilityAlarmName: { template: ALARMED, by: deleteAlarm(ALARM), afterwards: ALARM },
    DashboardName: {
        template: SHOWN,
        by: () => here.cloudWatch.send(new DeleteDashboardsCommand({ DashboardNames: [DASHBOARD] })),
        afterwards: DASHBOARD,
    },
    RepositoryArn: { template: {}, by: recreate('AES256'), afterwards: REPOSITORY },
    RepositoryUrl: {
        template: {},
        by: recreate('AES256'),
        afterwards: `${ACCOUNT}.dkr.ecr.${HERE}.amazonaws.com/${NAME}`,
    },
    RegistryId: { template: {}, by: recreate('AES256'), afterwards: ACCOUNT },
};

let tried = 0;
let seen = 0;

describe.each(Object.entries(ALTERATIONS))('%s:', (property, alterations) => {
    test.each(alterations)('$what', async ({ template, by, drift = [property], update }) => {
        const declared = { ...IDENTIFIER, ...template };
        await succeed('CREATE', declared);
        expect(await drifts(declared)).toEqual([]);

        await by(here);
        tried += 1;
        expect(await drifts(declared)).toEqual([...drift].sort());
        seen += 1;

        if (update === 'refuses') {
            const refused = await typeFunction.run('UPDATE', declared, { previous: declared });
            expect(refused).toMatchObject({ status: 'FAILED', errorCode: 'NotUpdatable' });
        } else {
            await succeed('UPDATE', declared, { previous: declared });
            expect(await drifts(declared)).toEqual(update === 'leaves' ? [...drift].sort() : []);
        }
    });
});

test.each(Object.entries(OUTPUTS))(
    '%s follows what AWS holds',
    async (property, { template, by, afterwards }) => {
        await succeed('CREATE', { ...IDENTIFIER, ...template });
        expect(Reflect.get(await succeed('READ', IDENTIFIER), property)).toEqual(expect.any(String));
        await by();
        expect(Reflect.get(await succeed('READ', IDENTIFIER), property)).toEqual(afterwards);
    },
);

test('RepositoryName: a repository that is deleted reads as not found', async () => {
    await succeed('CREATE', IDENTIFIER);
    await here.ecr.send(new DeleteRepositoryCommand({ repositoryName: NAME }));
    expect(await typeFunction.drift(IDENTIFIER)).toMatchObject({ status: 'DELETED' });
});

test.each([
    ['a monitor that works no more', WATCHED, disable(ruleName(NAME, MONITOR), () => there)],
    ['a monitor without its alarm', WATCHED, deleteAlarm(alarmName(NAME, `${MONITOR}-failed`), () => there)],
    ['an alarm that nothing feeds', { ...ALARMED, CreateDashboard: true }, disable(SCANS)],
    ['what is left of a log', { ...LOGGED, ...TOLD }, deleteRule(SCANS)],
])('DELETE takes away %s', async (_what, template, by) => {
    const before = [await here.everything(), await there.everything()];
    await succeed('CREATE', { ...IDENTIFIER, ...template });
    await by();
    await succeed('DELETE', IDENTIFIER);
    expect([await here.everything(), await there.everything()]).toEqual(before);
});

test('every property of the schema is in these tables', () => {
    const rows = ['RepositoryName', ...Object.keys(ALTERATIONS), ...Object.keys(OUTPUTS)];
    expect(rows.sort()).toEqual(Object.keys(schema.properties).sort());
});

afterAll(() => {
    console.log(`${tried} alterations were tried, ${seen} read as they are.`);
});

async function succeed(
    action: 'CREATE' | 'READ' | 'UPDATE' | 'DELETE',
    properties: PartialProperties,
    circumstances = {},
): Promise<PartialProperties> {
    const progress = await typeFunction.run(action, properties, circumstances);
    expect(progress).toMatchObject({ status: 'SUCCESS' });
    return progress.resourceModel ?? {};
}

/** The properties that differ from the template. */
async function drifts(declared: PartialProperties): Promise<string[]> {
    const { differences, status } = await typeFunction.drift(declared);
    expect(status).toBe(differences.length > 0 ? 'MODIFIED' : 'IN_SYNC');
    return [...new Set(differences.map(({ path }) => path.split('/')[1] ?? ''))].sort();
}
