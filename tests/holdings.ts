import {
    CloudWatchClient,
    DescribeAlarmsCommand,
    GetDashboardCommand,
    ListDashboardsCommand,
    ListTagsForResourceCommand as ListTagsOfAlarm,
} from '@aws-sdk/client-cloudwatch';
import {
    CloudWatchLogsClient,
    DescribeLogGroupsCommand,
    DescribeMetricFiltersCommand,
    DescribeResourcePoliciesCommand,
    ListTagsForResourceCommand as ListTagsOfLogGroup,
} from '@aws-sdk/client-cloudwatch-logs';
import {
    DescribeRegistryCommand,
    DescribeRepositoriesCommand,
    ECRClient,
    GetLifecyclePolicyCommand,
    GetRegistryScanningConfigurationCommand,
    GetRepositoryPolicyCommand,
    ListTagsForResourceCommand as ListTagsOfRepository,
} from '@aws-sdk/client-ecr';
import {
    EventBridgeClient,
    ListRulesCommand,
    ListTagsForResourceCommand as ListTagsOfRule,
    ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';

/** Whoever looks at an account for a test: its access key begins so. */
export const OBSERVER = 'OBSERVER';

/** All that an account holds of what this type could touch, by plain calls, in the Regions named. */
export class Observer {
    private readonly places;

    constructor(endpoint: string, account: string, regions: readonly string[]) {
        const credentials = { accessKeyId: `${OBSERVER}${account}`, secretAccessKey: 'testing' };
        this.places = regions.map((region) => {
            const config = { endpoint, region, credentials };
            return {
                region,
                ecr: new ECRClient(config),
                logs: new CloudWatchLogsClient(config),
                events: new EventBridgeClient(config),
                cloudWatch: new CloudWatchClient(config),
            };
        });
    }

    /** Canonical: two equal texts are the same holdings. */
    async holdings(): Promise<string> {
        const entries = this.places.map(async ({ region, ecr, logs, events, cloudWatch }) => {
            const held = await Promise.all([
                repositories(ecr),
                registry(ecr),
                logGroups(logs),
                rules(events),
                alarms(cloudWatch),
            ]);
            return [region, Object.assign({}, ...held)];
        });
        return JSON.stringify(canonical(Object.fromEntries(await Promise.all(entries))), undefined, 1);
    }

    close(): void {
        for (const { ecr, logs, events, cloudWatch } of this.places) {
            ecr.destroy();
            logs.destroy();
            events.destroy();
            cloudWatch.destroy();
        }
    }
}

async function repositories(ecr: ECRClient): Promise<object> {
    const { repositories: list = [] } = await ecr.send(new DescribeRepositoriesCommand({}));
    const whole = list.map(async (repository) => {
        const { repositoryName, repositoryArn: resourceArn } = repository;
        const [tags, lifecycle, policy] = await Promise.all([
            ecr.send(new ListTagsOfRepository({ resourceArn })),
            ecr.send(new GetLifecyclePolicyCommand({ repositoryName })).catch(absence),
            ecr.send(new GetRepositoryPolicyCommand({ repositoryName })).catch(absence),
        ]);
        return {
            repository,
            tags: tags.tags,
            lifecycle: JSON.parse(lifecycle.lifecyclePolicyText ?? 'null'),
            policy: JSON.parse(policy.policyText ?? 'null'),
        };
    });
    return { repositories: await Promise.all(whole) };
}

async function registry(ecr: ECRClient): Promise<object> {
    const [replication, scanning] = await Promise.all([
        ecr.send(new DescribeRegistryCommand({})),
        ecr.send(new GetRegistryScanningConfigurationCommand({})),
    ]);
    return {
        replication: replication.replicationConfiguration?.rules,
        scanning: scanning.scanningConfiguration,
    };
}

async function logGroups(logs: CloudWatchLogsClient): Promise<object> {
    const [{ logGroups: list = [] }, { resourcePolicies }] = await Promise.all([
        logs.send(new DescribeLogGroupsCommand({})),
        logs.send(new DescribeResourcePoliciesCommand({})),
    ]);
    const whole = list.map(async ({ logGroupName, logGroupArn: resourceArn, retentionInDays }) => {
        const [tags, { metricFilters = [] }] = await Promise.all([
            logs.send(new ListTagsOfLogGroup({ resourceArn })),
            logs.send(new DescribeMetricFiltersCommand({ logGroupName })),
        ]);
        // moto, unlike AWS, keeps a filter's earlier forms.
        const filters = new Map(metricFilters.map((filter) => [filter.filterName, filter]));
        return { logGroupName, retentionInDays, tags: tags.tags, filters: [...filters.values()] };
    });
    return { logGroups: await Promise.all(whole), resourcePolicies };
}

async function rules(events: EventBridgeClient): Promise<object> {
    const { Rules = [] } = await events.send(new ListRulesCommand({}));
    const whole = Rules.map(async (rule) => {
        const [targets, tags] = await Promise.all([
            events.send(new ListTargetsByRuleCommand({ Rule: rule.Name })),
            events.send(new ListTagsOfRule({ ResourceARN: rule.Arn })),
        ]);
        return { rule, targets: targets.Targets, tags: tags.Tags };
    });
    return { rules: await Promise.all(whole) };
}

async function alarms(cloudWatch: CloudWatchClient): Promise<object> {
    const [{ MetricAlarms = [] }, { DashboardEntries = [] }] = await Promise.all([
        cloudWatch.send(new DescribeAlarmsCommand({})),
        cloudWatch.send(new ListDashboardsCommand({})),
    ]);
    const whole = MetricAlarms.map(async (alarm) => {
        const tags = await cloudWatch.send(new ListTagsOfAlarm({ ResourceARN: alarm.AlarmArn }));
        return { alarm, tags: tags.Tags };
    });
    const dashboards = DashboardEntries.map(async ({ DashboardName }) => {
        const { DashboardBody = '{}' } = await cloudWatch.send(new GetDashboardCommand({ DashboardName }));
        return { DashboardName, body: JSON.parse(DashboardBody) };
    });
    return { alarms: await Promise.all(whole), dashboards: await Promise.all(dashboards) };
}

function absence(error: unknown): { lifecyclePolicyText?: string; policyText?: string } {
    if (error instanceof Error && error.name.endsWith('PolicyNotFoundException')) {
        return {};
    }
    throw error;
}

/** Without times and without what tells one creation from another; keys and lists in one order. */
function canonical(value: unknown): unknown {
    if (value instanceof Date) {
        return undefined;
    }
    if (Array.isArray(value)) {
        const items = value.map(canonical).map((item) => JSON.stringify(item));
        return items.sort().map((item) => JSON.parse(item));
    }
    if (typeof value !== 'object' || value === null) {
        return value;
    }
    const { Key } = value as { Key?: unknown };
    const entries = Object.entries(value)
        .filter(([key]) => !/time|createdAt|lastUpdated/i.test(key))
        .map(([key, inner]): [string, unknown] => [
            key,
            key === 'Value' && String(Key).endsWith(':created-by') ? '…' : canonical(inner),
        ]);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
