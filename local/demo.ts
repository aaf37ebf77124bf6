import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
    CloudWatchLogsClient,
    DescribeLogGroupsCommand,
    DescribeMetricFiltersCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
    DescribeRepositoriesCommand,
    ECRClient,
    GetLifecyclePolicyCommand,
    GetRepositoryPolicyCommand,
    LifecyclePolicyNotFoundException,
    ListTagsForResourceCommand,
    RepositoryPolicyNotFoundException,
} from '@aws-sdk/client-ecr';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { deploy } from './commands/deploy';
import type { ExitCode } from './commands/exit-code';
import { type Aws, stopStandIn } from './endpoint';
import { StateFolder } from './stacks/state';
import { reach, type Workplace } from './workplace';

const EXAMPLE = path.join(__dirname, '..', 'examples', 'production.yml');

const REGION = 'us-east-1';

/** Deploys the production example to a stand-in of its own and shows what AWS then holds; nothing of it stays. */
export async function demo({ bundle, interrupted }: Workplace): Promise<ExitCode> {
    const root = mkdtempSync(path.join(tmpdir(), 'ecr-repository-demo-'));
    const workplace: Workplace = { bundle, interrupted, folder: new StateFolder(root), endpoint: undefined };
    try {
        const exitCode = await deploy(workplace, {
            file: EXAMPLE,
            stackName: 'production',
            region: REGION,
            parameters: new Map(),
            tags: new Map(),
        });
        if (exitCode === 0) {
            const aws = await reach(workplace);
            await show(aws);
            await showSatellites(aws);
        }
        return exitCode;
    } finally {
        await stopStandIn(workplace.folder);
        rmSync(root, { recursive: true, force: true });
    }
}

/** What AWS says of every repository, as its own API gives it. */
async function show({ endpoint, credentials }: Aws): Promise<void> {
    const ecr = new ECRClient({ endpoint, credentials, region: REGION });
    try {
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
    } finally {
        ecr.destroy();
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
async function showSatellites({ endpoint, credentials }: Aws): Promise<void> {
    const config = { endpoint, credentials, region: REGION };
    const clients = {
        events: new EventBridgeClient(config),
        logs: new CloudWatchLogsClient(config),
        cloudWatch: new CloudWatchClient(config),
    };
    try {
        const [{ Rules = [] }, { logGroups = [] }, { metricFilters = [] }, { MetricAlarms = [] }] =
            await Promise.all([
                clients.events.send(new ListRulesCommand({})),
                clients.logs.send(new DescribeLogGroupsCommand({})),
                clients.logs.send(new DescribeMetricFiltersCommand({})),
                clients.cloudWatch.send(new DescribeAlarmsCommand({})),
            ]);
        print(
            'Rules',
            Object.fromEntries(
                Rules.map(({ Name, EventPattern = '{}' }) => [Name, JSON.parse(EventPattern)]),
            ),
        );
        print(
            'Log groups, and the days that they are kept',
            Object.fromEntries(logGroups.map((group) => [group.logGroupName, group.retentionInDays])),
        );
        print(
            'Metric filters',
            Object.fromEntries(
                metricFilters.map(({ filterName, filterPattern }) => [filterName, filterPattern]),
            ),
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
    } finally {
        for (const client of Object.values(clients)) {
            client.destroy();
        }
    }
}
