import {
    CloudWatchClient,
    DescribeAlarmsCommand,
    GetDashboardCommand,
    ListTagsForResourceCommand as ListAlarmTagsCommand,
    ListDashboardsCommand,
    PutMetricAlarmCommand,
    type PutMetricAlarmCommandInput,
    paginateDescribeAlarms,
} from '@aws-sdk/client-cloudwatch';
import {
    CloudWatchLogsClient,
    DescribeMetricFiltersCommand,
    DescribeResourcePoliciesCommand,
    ListTagsForResourceCommand as ListLogTagsCommand,
    type LogGroup,
    paginateDescribeLogGroups,
} from '@aws-sdk/client-cloudwatch-logs';
import {
    DescribeRegistryCommand,
    ECRClient,
    GetLifecyclePolicyCommand,
    GetRegistryScanningConfigurationCommand,
    GetRepositoryPolicyCommand,
    ListTagsForResourceCommand,
    paginateDescribeRepositories,
} from '@aws-sdk/client-ecr';
import {
    EventBridgeClient,
    ListRulesCommand,
    ListTagsForResourceCommand as ListRuleTagsCommand,
    ListTargetsByRuleCommand,
    type Rule,
} from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import { LOCK_LOG_GROUP } from '../../src/aws/names';
import { isAwsError } from '../../src/errors';
import { OBSERVER } from './stand-in';

/** An account in one Region, by plain calls: what somebody does there who knows nothing of this type. */
export class Account {
    readonly ecr: ECRClient;
    readonly logs: CloudWatchLogsClient;
    readonly events: EventBridgeClient;
    readonly cloudWatch: CloudWatchClient;
    readonly sns: SNSClient;

    constructor(
        endpoint: string | (() => Promise<{ url: URL }>),
        readonly region: string,
        account = '',
    ) {
        const config = {
            endpoint,
            region,
            credentials: { accessKeyId: OBSERVER + account, secretAccessKey: 'testing' },
        };
        this.ecr = new ECRClient(config);
        this.logs = new CloudWatchLogsClient(config);
        this.events = new EventBridgeClient(config);
        this.cloudWatch = new CloudWatchClient(config);
        this.sns = new SNSClient(config);
    }

    close(): void {
        for (const client of [this.ecr, this.logs, this.events, this.cloudWatch, this.sns]) {
            client.destroy();
        }
    }

    /** Everything that it holds of what this type could touch, as its services show it. */
    async everything(): Promise<Readonly<Record<string, unknown>>> {
        const [registry, scanning, policies, ...lists] = await Promise.all([
            this.ecr.send(new DescribeRegistryCommand({})),
            this.ecr.send(new GetRegistryScanningConfigurationCommand({})),
            this.logs.send(new DescribeResourcePoliciesCommand({})),
            this.repositories(),
            this.groups(),
            this.rules(),
            this.alarms(),
            this.dashboards(),
        ]);
        const [repositories, groups, rules, alarms, dashboards] = lists;
        return {
            repositories,
            replication: registry.replicationConfiguration,
            scanning: scanning.scanningConfiguration,
            groups,
            policies: policies.resourcePolicies?.map(({ policyName, policyDocument }) => ({
                policyName,
                policyDocument,
            })),
            rules,
            alarms,
            dashboards,
        };
    }

    private async repositories(): Promise<object[]> {
        const { ecr } = this;
        const pages = paginateDescribeRepositories({ client: ecr }, {});
        const repositories = await itemsOf(pages, (page) => page.repositories);
        return Promise.all(
            repositories.map(async (repository) => {
                const { repositoryName, repositoryArn: resourceArn } = repository;
                const [tags, lifecycle, policy] = await Promise.all([
                    ecr.send(new ListTagsForResourceCommand({ resourceArn })),
                    ecr.send(new GetLifecyclePolicyCommand({ repositoryName })).catch(absence),
                    ecr.send(new GetRepositoryPolicyCommand({ repositoryName })).catch(absence),
                ]);
                return {
                    repository,
                    tags: tags.tags,
                    lifecycle: lifecycle?.lifecyclePolicyText,
                    policy: policy?.policyText,
                };
            }),
        );
    }

    private async groups(): Promise<object[]> {
        const groups = await allLogGroups(this.logs);
        return Promise.all(
            groups.map(async ({ logGroupName, retentionInDays, logGroupArn: resourceArn = '' }) => {
                const [{ metricFilters: filters }, { tags }] = await Promise.all([
                    this.logs.send(new DescribeMetricFiltersCommand({ logGroupName })),
                    this.logs.send(new ListLogTagsCommand({ resourceArn })),
                ]);
                return { logGroupName, retentionInDays, filters, tags };
            }),
        );
    }

    private async rules(): Promise<object[]> {
        const rules = await allRules(this.events);
        return Promise.all(
            rules.map(async (rule) => {
                const [{ Targets: targets }, { Tags: tags }] = await Promise.all([
                    this.events.send(new ListTargetsByRuleCommand({ Rule: rule.Name })),
                    this.events.send(new ListRuleTagsCommand({ ResourceARN: rule.Arn })),
                ]);
                return { rule, targets, tags };
            }),
        );
    }

    private async alarms(): Promise<object[]> {
        const pages = paginateDescribeAlarms({ client: this.cloudWatch }, {});
        const alarms = await itemsOf(pages, (page) => page.MetricAlarms);
        return Promise.all(
            alarms.map(async (alarm) => {
                const look = new ListAlarmTagsCommand({ ResourceARN: alarm.AlarmArn });
                const { Tags: tags } = await this.cloudWatch.send(look);
                return { alarm, tags };
            }),
        );
    }

    private async dashboards(): Promise<object[]> {
        const { DashboardEntries = [] } = await this.cloudWatch.send(new ListDashboardsCommand({}));
        return Promise.all(
            DashboardEntries.map(async ({ DashboardName }) => {
                const { DashboardBody } = await this.cloudWatch.send(
                    new GetDashboardCommand({ DashboardName }),
                );
                return { DashboardName, DashboardBody };
            }),
        );
    }

    /** An alarm as it is, but for what is changed. */
    async changeAlarm(AlarmName: string, change: Partial<PutMetricAlarmCommandInput>): Promise<void> {
        const { MetricAlarms = [] } = await this.cloudWatch.send(
            new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }),
        );
        const [alarm] = MetricAlarms;
        if (!alarm) {
            throw new Error(`There is no alarm ${AlarmName}.`);
        }
        await this.cloudWatch.send(
            new PutMetricAlarmCommand({ ...alarm, AlarmName, ...change } as PutMetricAlarmCommandInput),
        );
    }
}

/** What all pages of a list hold. */
async function itemsOf<P, T>(pages: AsyncIterable<P>, items: (page: P) => T[] | undefined): Promise<T[]> {
    const all: T[] = [];
    for await (const page of pages) {
        all.push(...(items(page) ?? []));
    }
    return all;
}

/** Without the lock's, which stays (docs/operations.md). */
async function allLogGroups(client: CloudWatchLogsClient): Promise<LogGroup[]> {
    const pages = paginateDescribeLogGroups({ client }, {});
    const groups = await itemsOf(pages, (page) => page.logGroups);
    return groups.filter(({ logGroupName }) => logGroupName !== LOCK_LOG_GROUP);
}

/** Page after page. */
async function allRules(events: EventBridgeClient): Promise<Rule[]> {
    const rules: Rule[] = [];
    let token: string | undefined;
    do {
        const page = await events.send(new ListRulesCommand({ ...(token && { NextToken: token }) }));
        rules.push(...(page.Rules ?? []));
        token = page.NextToken;
    } while (token);
    return rules;
}

/** A policy that is not there. */
function absence(error: unknown): undefined {
    if (!isAwsError(error, 'LifecyclePolicyNotFoundException', 'RepositoryPolicyNotFoundException')) {
        throw error;
    }
}
