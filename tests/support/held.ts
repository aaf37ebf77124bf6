import { DescribeAlarmsCommand, ListDashboardsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { DescribeLogGroupsCommand, type LogGroup } from '@aws-sdk/client-cloudwatch-logs';
import {
    DescribeRegistryCommand,
    DescribeRepositoriesCommand,
    GetLifecyclePolicyCommand,
    GetRegistryScanningConfigurationCommand,
    GetRepositoryPolicyCommand,
    ListTagsForResourceCommand,
    type RegistryScanningConfiguration,
    type Repository,
} from '@aws-sdk/client-ecr';
import { ListRulesCommand, ListTargetsByRuleCommand, type Target } from '@aws-sdk/client-eventbridge';
import type { EcrRule } from '../../src/lifecycle/policy';
import type { PolicyStatement } from '../../src/properties';
import type { Account } from './account';
import { NAME } from './my-app';
import { asPut } from './statements';

/** What ECR holds of the tests' repository, and what the registry does for it. */
export interface Held {
    readonly repository: Repository;
    readonly tags: Readonly<Record<string, string>>;
    readonly lifecycle: readonly EcrRule[];
    readonly policy: readonly PolicyStatement[];
    /** The Regions of the registry's one rule. */
    readonly replication: readonly string[];
    readonly scanning: RegistryScanningConfiguration | undefined;
}

export async function held(account: Account): Promise<Held> {
    const { ecr } = account;
    const repositoryName = NAME;
    const repository = (await describeRepository(account)) ?? {};
    const { repositoryArn: resourceArn } = repository;
    const { tags = [] } = await ecr.send(new ListTagsForResourceCommand({ resourceArn }));
    const lifecycle = await textOf(async () => {
        const answer = await ecr.send(new GetLifecyclePolicyCommand({ repositoryName }));
        return answer.lifecyclePolicyText;
    });
    const policy = await textOf(async () => {
        const answer = await ecr.send(new GetRepositoryPolicyCommand({ repositoryName }));
        return answer.policyText;
    });
    const registry = await ecr.send(new DescribeRegistryCommand({}));
    const scanning = await ecr.send(new GetRegistryScanningConfigurationCommand({}));
    return {
        repository,
        tags: Object.fromEntries(tags.map(({ Key, Value = '' }) => [Key, Value])),
        lifecycle: JSON.parse(lifecycle).rules ?? [],
        policy: (JSON.parse(policy).Statement ?? []).map(asPut),
        replication: (registry.replicationConfiguration?.rules ?? []).flatMap(({ destinations = [] }) =>
            destinations.flatMap(({ region }) => region ?? []),
        ),
        scanning: scanning.scanningConfiguration,
    };
}

export async function describeRepository({ ecr }: Account): Promise<Repository | undefined> {
    const { repositories = [] } = await ecr.send(new DescribeRepositoriesCommand({}));
    return repositories.find(({ repositoryName }) => repositoryName === NAME);
}

export async function logGroups({ logs }: Account): Promise<LogGroup[]> {
    return (await logs.send(new DescribeLogGroupsCommand({}))).logGroups ?? [];
}

export async function alarms({ cloudWatch }: Account): Promise<MetricAlarm[]> {
    return (await cloudWatch.send(new DescribeAlarmsCommand({}))).MetricAlarms ?? [];
}

export async function dashboards({ cloudWatch }: Account): Promise<string[]> {
    const { DashboardEntries = [] } = await cloudWatch.send(new ListDashboardsCommand({}));
    return DashboardEntries.flatMap(({ DashboardName }) => DashboardName ?? []);
}

/** Of the account's first rule. */
export async function targets({ events }: Account): Promise<Target[]> {
    const { Rules = [] } = await events.send(new ListRulesCommand({}));
    const [rule] = Rules;
    return rule ? ((await events.send(new ListTargetsByRuleCommand({ Rule: rule.Name }))).Targets ?? []) : [];
}

/** A policy's text; without a policy, that of an empty object. */
async function textOf(get: () => Promise<string | undefined>): Promise<string> {
    try {
        return (await get()) ?? '{}';
    } catch (error) {
        if (error instanceof Error && error.name.endsWith('PolicyNotFoundException')) {
            return '{}';
        }
        throw error;
    }
}
