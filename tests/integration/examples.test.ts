import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CloudWatchClient, DescribeAlarmsCommand, ListDashboardsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
    DescribeRegistryCommand,
    DescribeRepositoriesCommand,
    ECRClient,
    GetRegistryScanningConfigurationCommand,
} from '@aws-sdk/client-ecr';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { parse } from 'yaml';
import { type Ending, ending, startCommand } from '../support/command-line';

const FOLDER = path.join(__dirname, '..', '..', 'examples');

const ACCOUNT = '123456789012';

const parameter = (pair: string): readonly string[] => ['--parameter', pair];

/**
 * The options that each example is deployed with. Those that wait for the registry's configuration come first, so that
 * they wait together. moto takes one replication rule for a registry only, so each of them has a Region of its own.
 */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
    'cross-account-replication.yml': ['--region', 'eu-central-1'],
    'cross-region.yml': ['--region', 'us-east-2'],
    'enhanced-scanning.yml': [],
    'multi-region.yml': [],
    'alerts.yml': [],
    'base-images.yml': [],
    'basic.yml': [],
    'codebuild.yml': ['--resource', 'Project=codebuild-app'],
    'dashboard.yml': [],
    'development.yml': [],
    'ecs-service.yml': ['--only-supported'],
    'github-actions.yml': ['--attribute', `PushRole.Arn=arn:aws:iam::${ACCOUNT}:role/push`],
    'import.yml': [],
    'lifecycle-aggressive.yml': [],
    'lifecycle-protected-releases.yml': [],
    'lifecycle-keep-recent.yml': [],
    'lifecycle-protect-production.yml': [],
    'notification-topic.yml': ['--resource', `Topic=arn:aws:sns:us-east-1:${ACCOUNT}:security-alerts`],
    'production.yml': [],
    'production-workflow.yml': ['--attribute', `Key.Arn=arn:aws:kms:us-east-1:${ACCOUNT}:key/1`],
    'replication-destination.yml': ['--only-supported', ...parameter(`SourceAccountId=${ACCOUNT}`)],
    'scan-logging.yml': [],
    'shared.yml': [],
    'stackset.yml': [
        '--only-supported',
        ...['OrganizationalUnitIds=ou-abcd-12345678', 'PullOrganizationId=o-a1b2c3d4e5'].flatMap(parameter),
        ...parameter(`RegistrationStackSetArn=arn:aws:cloudformation:us-east-1:${ACCOUNT}:stackset/type:1`),
    ],
    'vpc-endpoints.yml': ['--resource', 'SubnetA=subnet-a', '--resource', 'SubnetB=subnet-b'],
};

const REGIONS = ['eu-central-1', 'eu-west-1', 'us-east-1', 'us-east-2', 'us-west-2'];

const stateFolder = mkdtempSync(path.join(tmpdir(), 'examples-'));

const read = (name: string): string => readFileSync(path.join(FOLDER, name), 'utf8');

function run(...args: string[]): Promise<Ending> {
    return ending(startCommand({}, ['--state-dir', stateFolder, ...args]));
}

afterAll(async () => {
    await run('stop');
    rmSync(stateFolder, { recursive: true });
});

test.concurrent.each(Object.entries(EXAMPLES))(
    '%s is deployed, holds what it says, and goes',
    async (file, options) => {
        const { name } = path.parse(file);
        const deployed = await run('deploy', path.join(FOLDER, file), ...options);
        expect(deployed).toMatchObject({
            code: 0,
            out: expect.stringMatching(new RegExp(`CREATE_COMPLETE +${name} `)),
        });
        const hasRepository = /^ {4}Type: Org::Containers::EcrRepository$/m.test(read(file));
        const inSync = hasRepository ? expect.stringMatching(/^IN_SYNC +Repository {2}\(.+\)\n$/) : '';
        expect(await run('drift', name)).toMatchObject({ code: 0, out: inSync });
        expect(await run('delete', name)).toMatchObject({ code: 0 });
    },
    300_000,
);

/** The names of all that AWS holds in a Region. */
async function holdings(endpoint: string, region: string): Promise<(string | undefined)[]> {
    const config = { endpoint, region, credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' } };
    const ecr = new ECRClient(config);
    const cloudWatch = new CloudWatchClient(config);
    const { repositories = [] } = await ecr.send(new DescribeRepositoriesCommand({}));
    const { replicationConfiguration } = await ecr.send(new DescribeRegistryCommand({}));
    const { scanningConfiguration } = await ecr.send(new GetRegistryScanningConfigurationCommand({}));
    const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({}));
    const { DashboardEntries = [] } = await cloudWatch.send(new ListDashboardsCommand({}));
    const { logGroups = [] } = await new CloudWatchLogsClient(config).send(new DescribeLogGroupsCommand({}));
    const { Rules = [] } = await new EventBridgeClient(config).send(new ListRulesCommand({}));
    const rules = [...(replicationConfiguration?.rules ?? []), ...(scanningConfiguration?.rules ?? [])];
    return [
        ...repositories.map(({ repositoryName }) => repositoryName),
        ...rules.flatMap(({ repositoryFilters = [] }) => repositoryFilters.map(({ filter }) => filter)),
        ...MetricAlarms.map(({ AlarmName }) => AlarmName),
        ...DashboardEntries.map(({ DashboardName }) => DashboardName),
        ...logGroups.map(({ logGroupName }) => logGroupName),
        ...Rules.map(({ Name }) => Name),
    ];
}

test('nothing stays but the repositories that their templates say to keep', async () => {
    const { endpoint } = JSON.parse(readFileSync(path.join(stateFolder, 'aws.json'), 'utf8'));
    const names = (await Promise.all(REGIONS.map((region) => holdings(endpoint, region)))).flat();
    expect(names).toEqual(expect.arrayContaining(['prod-app', 'by-hand']));
    expect(names.filter((name) => !/prod-app|^by-hand$/.test(name ?? ''))).toEqual([]);
});

test('every template is deployed here and has its line in the README', () => {
    const templates = readdirSync(FOLDER).filter((name) => name.endsWith('.yml'));
    expect(Object.keys(EXAMPLES).sort()).toEqual(templates);
    const table = [...read('README.md').matchAll(/^\| \[(?:[\w-]+)\]\(([\w-]+\.yml)\) \|/gm)];
    expect(table.map(([, file]) => file).sort()).toEqual(templates);
});

test('the workflow uses no secret, and only variables that the stack of its role tells', () => {
    const workflow = read('github-actions/build-and-push.yml');
    const { permissions, jobs } = parse(workflow);
    expect(permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(Object.keys(jobs)).toEqual(['image']);
    expect(workflow).not.toContain('secrets.');
    const variables = [...workflow.matchAll(/vars\.(\w+)/g)].map(([, name]) => name).sort();
    expect(variables).toEqual(['AWS_REGION', 'AWS_ROLE_ARN', 'REPOSITORY_URL']);
    for (const name of ['AWS_ROLE_ARN', 'REPOSITORY_URL']) {
        expect(read('github-actions.yml')).toContain(`Description: The workflow's variable ${name}.`);
    }
});
