import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
    DescribeLogGroupsCommand,
    DescribeMetricFiltersCommand,
    DescribeResourcePoliciesCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
    DescribeRepositoriesCommand,
    GetLifecyclePolicyCommand,
    GetRepositoryPolicyCommand,
    LifecyclePolicyNotFoundException,
    ListTagsForResourceCommand,
    RepositoryPolicyNotFoundException,
} from '@aws-sdk/client-ecr';
import { ListRulesCommand } from '@aws-sdk/client-eventbridge';
import type { DemoClients } from './clients';

/** How many things of each kind the account holds. */
export async function countHoldings(aws: DemoClients): Promise<Readonly<Record<string, number>>> {
    const [
        { repositories = [] },
        { Rules = [] },
        { logGroups = [] },
        { resourcePolicies = [] },
        { MetricAlarms = [] },
    ] = await Promise.all([
        aws.ecr.send(new DescribeRepositoriesCommand({})),
        aws.events.send(new ListRulesCommand({})),
        aws.logs.send(new DescribeLogGroupsCommand({})),
        aws.logs.send(new DescribeResourcePoliciesCommand({})),
        aws.cloudWatch.send(new DescribeAlarmsCommand({})),
    ]);
    return {
        repositories: repositories.length,
        'EventBridge rules': Rules.length,
        'log groups': logGroups.length,
        'log resource policies': resourcePolicies.length,
        alarms: MetricAlarms.length,
    };
}

/** Prints what AWS holds, as its own API gives it. */
export async function printHoldings(aws: DemoClients): Promise<void> {
    await printRepositories(aws);
    await printSatellites(aws);
}

/** What AWS says of every repository, as its own API gives it. */
async function printRepositories({ ecr }: DemoClients): Promise<void> {
    const { repositories = [] } = await ecr.send(new DescribeRepositoriesCommand({}));
    for (const { repositoryName, repositoryArn, ...settings } of repositories) {
        const [lifecycle, access, { tags }] = await Promise.all([
            ecr.send(new GetLifecyclePolicyCommand({ repositoryName })).catch(absence),
            ecr.send(new GetRepositoryPolicyCommand({ repositoryName })).catch(absence),
            ecr.send(new ListTagsForResourceCommand({ resourceArn: repositoryArn })),
        ]);
        console.log(`\nAWS now holds ${repositoryArn}:`);
        print('Settings', settings);
        print('Lifecycle policy', JSON.parse(lifecycle.lifecyclePolicyText ?? 'null'));
        print('Repository policy', JSON.parse(access.policyText ?? 'null'));
        print('Tags', Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key, Value])));
    }
}

function absence(error: unknown): { lifecyclePolicyText?: string; policyText?: string } {
    if (
        error instanceof LifecyclePolicyNotFoundException ||
        error instanceof RepositoryPolicyNotFoundException
    ) {
        return {};
    }
    throw error;
}

function print(title: string, value: object | null): void {
    console.log(`\n${title}: ${value === null ? 'none' : JSON.stringify(value, undefined, 2)}`);
}

/** What was made beside the repositories. */
async function printSatellites(aws: DemoClients): Promise<void> {
    const [{ Rules = [] }, { logGroups = [] }, { metricFilters = [] }, { MetricAlarms = [] }] =
        await Promise.all([
            aws.events.send(new ListRulesCommand({})),
            aws.logs.send(new DescribeLogGroupsCommand({})),
            aws.logs.send(new DescribeMetricFiltersCommand({})),
            aws.cloudWatch.send(new DescribeAlarmsCommand({})),
        ]);
    print(
        'Rules',
        Object.fromEntries(Rules.map(({ Name, EventPattern = '{}' }) => [Name, JSON.parse(EventPattern)])),
    );
    print(
        'Log groups, and the days that they are kept',
        Object.fromEntries(logGroups.map((group) => [group.logGroupName, group.retentionInDays])),
    );
    print(
        'Metric filters',
        Object.fromEntries(metricFilters.map(({ filterName, filterPattern }) => [filterName, filterPattern])),
    );
    print(
        'Alarms',
        Object.fromEntries(
            MetricAlarms.map((alarm) => [
                alarm.AlarmName,
                `${alarm.MetricName} ${alarm.ComparisonOperator} ${alarm.Threshold}`,
            ]),
        ),
    );
}
