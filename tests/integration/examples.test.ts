import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CloudWatchClient, DescribeAlarmsCommand, ListDashboardsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
    BatchDeleteImageCommand,
    DescribeImagesCommand,
    DescribeRegistryCommand,
    DescribeRepositoriesCommand,
    ECRClient,
    GetLifecyclePolicyCommand,
    GetRegistryScanningConfigurationCommand,
    GetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { parse } from 'yaml';
import { CONTROL_PATH } from '../../local/aws/control/control';
import { deleteStack } from '../../local/commands/delete';
import { type DeployRequest, deploy } from '../../local/commands/deploy';
import { drift } from '../../local/commands/drift';
import { stopStandIn } from '../../local/endpoint';
import { ACCOUNT } from '../support/my-app';
import { pushImage } from '../support/push-image';
import { workplaceIn } from '../support/workplace';

const FOLDER = path.join(__dirname, '..', '..', 'examples');

/** What an example is deployed with; `foreignValues` stand for resources of other types. */
interface Options {
    readonly region?: string;
    readonly parameters?: Readonly<Record<string, string>>;
    readonly foreignValues?: Readonly<Record<string, string>>;
}

/** Those that wait for the registry's configuration come first, so that they wait together. */
const EXAMPLES: Readonly<Record<string, Options>> = {
    'cross-account-replication.yml': { region: 'eu-central-1' },
    'cross-region.yml': { region: 'us-east-2' },
    'enhanced-scanning.yml': {},
    'multi-region.yml': {},
    'alerts.yml': {},
    'base-images.yml': {},
    'basic.yml': {},
    'chat.yml': {},
    'codebuild.yml': { foreignValues: { Project: 'codebuild-app' } },
    'dashboard.yml': {},
    'development.yml': {},
    'ecs-service.yml': { foreignValues: {} },
    'github-actions.yml': { foreignValues: { 'PushRole.Arn': `arn:aws:iam::${ACCOUNT}:role/push` } },
    'import.yml': {},
    'lifecycle-aggressive.yml': {},
    'lifecycle-archive.yml': {},
    'lifecycle-protected-releases.yml': {},
    'lifecycle-keep-recent.yml': {},
    'lifecycle-protect-production.yml': {},
    'notification-topic.yml': {
        foreignValues: { Topic: `arn:aws:sns:us-east-1:${ACCOUNT}:security-alerts` },
    },
    'production.yml': {},
    'production-workflow.yml': { foreignValues: { 'Key.Arn': `arn:aws:kms:us-east-1:${ACCOUNT}:key/1` } },
    'replicas.yml': {},
    'replication-destination.yml': { foreignValues: {}, parameters: { SourceAccountId: ACCOUNT } },
    'scan-logging.yml': {},
    'shared.yml': {},
    'stackset.yml': {
        foreignValues: {},
        parameters: {
            OrganizationalUnitIds: 'ou-abcd-12345678',
            PullOrganizationId: 'o-a1b2c3d4e5',
            RegistrationStackSetArn: `arn:aws:cloudformation:us-east-1:${ACCOUNT}:stackset/type:1`,
        },
    },
    'vpc-endpoints.yml': { foreignValues: { SubnetA: 'subnet-a', SubnetB: 'subnet-b' } },
};

const REGIONS = ['eu-central-1', 'eu-west-1', 'us-east-1', 'us-east-2', 'us-west-2'];

const stateFolder = mkdtempSync(path.join(tmpdir(), 'examples-'));

const read = (name: string): string => readFileSync(path.join(FOLDER, name), 'utf8');

const workplace = workplaceIn(stateFolder);

beforeAll(() => {
    jest.spyOn(console, 'log').mockImplementation(() => undefined);
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
});

afterAll(async () => {
    await workplace.functions.close();
    await stopStandIn(workplace.folder);
    rmSync(stateFolder, { recursive: true });
});

function requestFor(
    file: string,
    { region = 'us-east-1', parameters = {}, foreignValues }: Options,
): DeployRequest {
    return {
        file: path.join(FOLDER, file),
        stackName: path.parse(file).name,
        region,
        parameters: new Map(Object.entries(parameters)),
        ssmParameters: new Map(),
        tags: new Map(),
        ...(foreignValues && { foreignValues: new Map(Object.entries(foreignValues)) }),
    };
}

test.concurrent.each(Object.entries(EXAMPLES))(
    '%s is deployed, holds what it says, and goes',
    async (file, options) => {
        const { name } = path.parse(file);
        expect(await deploy(workplace, requestFor(file, options))).toBe(0);
        const { status, resources } = workplace.folder.load(name) ?? {};
        expect(status).toBe('CREATE_COMPLETE');
        const hasRepository = /^ {4}Type: Org::Containers::EcrRepository$/m.test(read(file));
        expect('Repository' in (resources ?? {})).toBe(hasRepository);
        expect(await drift(workplace, name)).toBe(0);
        expect(await deleteStack(workplace, name)).toBe(0);
    },
    300_000,
);

/** The settings that images do not bring along, of the repository of replicas.yml; a key is its Region's own. */
async function settings(ecr: ECRClient) {
    const repositoryName = 'replicated-app';
    const { repositories: [repository] = [] } = await ecr.send(
        new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }),
    );
    const lifecycle = await ecr.send(new GetLifecyclePolicyCommand({ repositoryName }));
    const { policyText = '' } = await ecr.send(new GetRepositoryPolicyCommand({ repositoryName }));
    const { encryptionType, kmsKey = '' } = repository?.encryptionConfiguration ?? {};
    return {
        imageTagMutability: repository?.imageTagMutability,
        scanning: repository?.imageScanningConfiguration,
        encryptionType,
        key: kmsKey.split(':').at(-1),
        lifecycle: lifecycle.lifecyclePolicyText,
        policy: JSON.parse(policyText),
    };
}

test('replicas.yml in two Regions: an image that is pushed in one is pulled in the other, under the same settings', async () => {
    const file = 'replicas.yml';
    const parameters = { KmsKeyAlias: 'alias/images', PullAccountIds: '210987654321' };
    // The copy first: a push could otherwise make it, with none of the settings.
    for (const region of ['eu-west-1', 'us-east-1']) {
        const request = { ...requestFor(file, { region, parameters }), stackName: `replicas-${region}` };
        expect(await deploy(workplace, request)).toBe(0);
    }
    const { endpoint } = JSON.parse(readFileSync(path.join(stateFolder, 'aws.json'), 'utf8'));
    const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
    const source = new ECRClient({ endpoint, credentials, region: 'us-east-1' });
    const copy = new ECRClient({ endpoint, credentials, region: 'eu-west-1' });
    const imageDigest = await pushImage(source, 'replicated-app', 'an image', 'v1.0');
    await fetch(`${endpoint}${CONTROL_PATH}clock`, { method: 'POST', body: '{"seconds": 3600}' });
    const images = { repositoryName: 'replicated-app', imageIds: [{ imageTag: 'v1.0' }] };
    const { imageDetails = [] } = await copy.send(new DescribeImagesCommand(images));
    expect(imageDetails.map((image) => image.imageDigest)).toEqual([imageDigest]);

    const there = await settings(copy);
    expect(there).toMatchObject({ imageTagMutability: 'IMMUTABLE', encryptionType: 'KMS' });
    expect(JSON.stringify(there.policy)).toContain('210987654321');
    expect(there).toEqual(await settings(source));
    for (const [region, ecr] of [
        ['us-east-1', source],
        ['eu-west-1', copy],
    ] as const) {
        expect(await drift(workplace, `replicas-${region}`)).toBe(0);
        await ecr.send(new BatchDeleteImageCommand({ ...images, imageIds: [{ imageDigest }] }));
        expect(await deleteStack(workplace, `replicas-${region}`)).toBe(0);
    }
}, 300_000);

/** The names of all that AWS holds in a Region. */
async function namesOfAll(endpoint: string, region: string): Promise<(string | undefined)[]> {
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
    const names = (await Promise.all(REGIONS.map((region) => namesOfAll(endpoint, region)))).flat();
    expect(names).toEqual(expect.arrayContaining(['prod-app', 'by-hand']));
    // The lock of the registry, and the filter without which enhanced scanning would scan everything, stay for all.
    const stays = /prod-app|^by-hand$|org-containers-ecrrepository\/(lock|scans-no-repository)$/;
    expect(names.filter((name) => !stays.test(name ?? ''))).toEqual([]);
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
