import { DeleteAlarmsCommand, DeleteDashboardsCommand } from '@aws-sdk/client-cloudwatch';
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
import type { PartialProperties } from '../../src/properties';
import type { Account } from './account';
import type { Alteration, By } from './facets/facet-data';
import { ACCOUNT, DASHBOARD, GROUP, HERE, NAME, OTHER_TOPIC, REPOSITORY, SCANS } from './my-app';

/* What a person may do to the tests' repository, and to what belongs to it, behind the stack's back. */

const LOG_POLICY = 'OrgContainersEcrRepositoryEvents';

/** The same in the other Region. */
export const inThere =
    (by: By): By =>
    (_here, beside) =>
        by(beside.there, beside);

/** The repository is deleted and created anew with the least that it needs. */
export const recreate =
    (encryptionType: 'AES256' | 'KMS', kmsKey?: string): By =>
    async ({ ecr }) => {
        await ecr.send(new DeleteRepositoryCommand({ repositoryName: NAME }));
        await ecr.send(
            new CreateRepositoryCommand({
                repositoryName: NAME,
                encryptionConfiguration: { encryptionType, ...(kmsKey && { kmsKey }) },
            }),
        );
    };

export const tag =
    (tags: Readonly<Record<string, string>>): By =>
    ({ ecr }) =>
        ecr.send(
            new TagResourceCommand({
                resourceArn: REPOSITORY,
                tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
            }),
        );

export const untag =
    (...tagKeys: string[]): By =>
    ({ ecr }) =>
        ecr.send(new UntagResourceCommand({ resourceArn: REPOSITORY, tagKeys }));

export const deleteLifecycle: By = ({ ecr }) =>
    ecr.send(new DeleteLifecyclePolicyCommand({ repositoryName: NAME }));

export const deleteGroup =
    (logGroupName = GROUP): By =>
    ({ logs }) =>
        logs.send(new DeleteLogGroupCommand({ logGroupName }));

export const retain =
    (retentionInDays: number): By =>
    ({ logs }) =>
        logs.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays }));

export const deleteFilter =
    (filterName: string, logGroupName = GROUP): By =>
    ({ logs }) =>
        logs.send(new DeleteMetricFilterCommand({ logGroupName, filterName }));

export const changeFilter =
    (filterNamePrefix: string, change: object, logGroupName = GROUP): By =>
    async ({ logs }) => {
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

export const disable =
    (Name: string): By =>
    ({ events }) =>
        events.send(new DisableRuleCommand({ Name }));

export const changeRule =
    (Name: string, change: Partial<PutRuleCommandInput>): By =>
    async ({ events }) => {
        const { EventPattern, Description } = await events.send(new DescribeRuleCommand({ Name }));
        await events.send(new PutRuleCommand({ Name, EventPattern, Description, ...change }));
    };

export const changePattern = (Name: string): By =>
    changeRule(Name, { EventPattern: '{"source":["aws.ec2"]}' });

async function targetsOf(Rule: string, { events }: Account): Promise<Target[]> {
    const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule }));
    return Targets;
}

/** Those with this word in their ARN. */
export const removeTarget =
    (Rule: string, word: string): By =>
    async (account) => {
        const targets = await targetsOf(Rule, account);
        const Ids = targets.flatMap(({ Id, Arn }) => (Id && Arn?.includes(word) ? [Id] : []));
        await account.events.send(new RemoveTargetsCommand({ Rule, Ids }));
    };

export const changeTarget =
    (Rule: string, word: string, change: Partial<Target>): By =>
    async (account) => {
        const targets = await targetsOf(Rule, account);
        const Targets = targets.flatMap((one) => (one.Arn?.includes(word) ? [{ ...one, ...change }] : []));
        await account.events.send(new PutTargetsCommand({ Rule, Targets }));
    };

export const addTarget =
    (Rule: string): By =>
    ({ events }) =>
        events.send(new PutTargetsCommand({ Rule, Targets: [{ Id: 'theirs', Arn: OTHER_TOPIC }] }));

export const deleteRule =
    (Name: string): By =>
    async (account, beside) => {
        await removeTarget(Name, '')(account, beside);
        await account.events.send(new DeleteRuleCommand({ Name }));
    };

export const revoke: By = ({ logs }) =>
    logs.send(new DeleteResourcePolicyCommand({ policyName: LOG_POLICY }));

const narrow: By = ({ logs }) =>
    logs.send(
        new PutResourcePolicyCommand({
            policyName: LOG_POLICY,
            policyDocument: '{"Version":"2012-10-17","Statement":[]}',
        }),
    );

export const deleteAlarm =
    (name: string): By =>
    ({ cloudWatch }) =>
        cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [name] }));

export const changeAlarm =
    (name: string, change: Parameters<Account['changeAlarm']>[1]): By =>
    (account) =>
        account.changeAlarm(name, change);

export const deleteDashboard: By = ({ cloudWatch }) =>
    cloudWatch.send(new DeleteDashboardsCommand({ DashboardNames: [DASHBOARD] }));

/** What breaks the way from a scan's event to the log, each by itself. */
const CUTS: readonly [string, By][] = [
    ['the log group is deleted', deleteGroup()],
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
    ['EventBridge may no longer write', revoke],
    ['the permission to write is changed', narrow],
];

export const cuts = (
    template: PartialProperties,
    drift: readonly (keyof PartialProperties)[],
): Alteration[] => CUTS.map(([what, by]) => ({ what, template, by, drift }));
