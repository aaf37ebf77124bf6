import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
    type Capability,
    CloudFormationClient,
    CreateStackCommand,
    DescribeChangeSetCommand,
    DescribeStackResourceDriftsCommand,
    DescribeStackResourcesCommand,
    DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
    CloudWatchLogsClient,
    CreateLogStreamCommand,
    GetLogEventsCommand,
    PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
    CreateRepositoryCommand,
    DescribeImagesCommand,
    ECRClient,
    PutLifecyclePolicyCommand,
    PutRegistryScanningConfigurationCommand,
    PutReplicationConfigurationCommand,
    SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr';
import { AwsCli } from '../support/aws-cli';
import { ending, startCommand } from '../support/command-line';
import { ACCOUNT, TOPIC } from '../support/my-app';
import { pushImage } from '../support/push-image';
import { useStacks } from '../support/stacks';

/* Repositories of other tools come under this type by the printed commands of the AWS CLI, and lose nothing on the way. */
const FIXTURES = path.join(__dirname, '../support/convert');

const STACK = 'team';

const stacks = useStacks();
const { server } = stacks;
let aws: CloudFormationClient;
let ecr: ECRClient;
let folder: string;

beforeAll(() => {
    aws = new CloudFormationClient(stacks.config());
    ecr = new ECRClient(stacks.config());
});

beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'convert to '));
});

afterEach(() => rmSync(folder, { recursive: true }));

async function push(...names: readonly string[]): Promise<void> {
    for (const name of names) {
        for (const imageTag of ['v1', 'v2', 'other']) {
            await pushImage(ecr, name, imageTag, imageTag);
        }
    }
}

async function images(...names: readonly string[]) {
    const answers = names.map((repositoryName) => ecr.send(new DescribeImagesCommand({ repositoryName })));
    return (await Promise.all(answers)).map(({ imageDetails = [] }) =>
        imageDetails.map(({ imageDigest, imageTags, imagePushedAt }) => ({
            imageDigest,
            imageTags,
            imagePushedAt,
        })),
    );
}

/** Converts a fixture. The commands of the AWS CLI that it prints, in their order. */
async function commandsFor(fixture: string): Promise<readonly string[]> {
    const child = startCommand({}, ['convert', path.join(FIXTURES, fixture), '--out-dir', folder]);
    const { code, out, err } = await ending(child);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`--template-body 'file://${folder}/`);
    const text = out.replaceAll(/ \\\n +/g, ' ').replaceAll('STACK', STACK);
    return [...text.matchAll(/^ *(aws .*)$/gm)].map(([, command = '']) => command);
}

/** Runs the printed commands. What they called that could lose something: nothing. */
async function follow(commands: readonly string[], check = async (_command: string) => {}): Promise<void> {
    const cli = new AwsCli(stacks.config());
    server.calls = [];
    for (const command of commands) {
        await cli.run(command);
        await check(command);
    }
    expect(server.calls.map(({ action }) => action).filter((action) => LOSSES.test(action))).toEqual([]);
    const emptied = { replicationConfiguration: { rules: [] } };
    expect(server.calls.map(({ input }) => input)).not.toContainEqual(emptied);
}

/** What takes images, a log, a policy or an entry of the registry away. */
const LOSSES =
    /:(Create|Delete)Repository$|:BatchDelete|:PutImage$|:DeleteLog|:Delete(Lifecycle|Repository|Registry)Policy/;

/** Logical ID, name and type of all that the stack has. */
async function resources() {
    const { StackResources = [] } = await aws.send(new DescribeStackResourcesCommand({ StackName: STACK }));
    return StackResources.map(({ LogicalResourceId, PhysicalResourceId, ResourceType }) =>
        [LogicalResourceId, PhysicalResourceId, ResourceType].join(' '),
    ).sort();
}

async function drifts() {
    const { StackResourceDrifts = [] } = await aws.send(
        new DescribeStackResourceDriftsCommand({ StackName: STACK }),
    );
    return StackResourceDrifts.map(({ LogicalResourceId, StackResourceDriftStatus }) =>
        [LogicalResourceId, StackResourceDriftStatus].join(' '),
    ).sort();
}

test('a template with images, a statement for Lambda and a loop', async () => {
    const TemplateBody = readFileSync(path.join(FIXTURES, 'loop.json'), 'utf8');
    const Tags = [{ Key: 'team', Value: 'a' }];
    await aws.send(new CreateStackCommand({ StackName: STACK, TemplateBody, Tags }));
    await stacks.api.idle();
    const names = ['team/api', 'team/functions', 'team/mail', 'team/pdf'];
    expect(await resources()).toEqual([
        'Api team/api AWS::ECR::Repository',
        'Functions team/functions AWS::ECR::Repository',
        'Workermail team/mail AWS::ECR::Repository',
        'Workerpdf team/pdf AWS::ECR::Repository',
    ]);
    await push(...names);
    const before = await images(...names);

    await follow(await commandsFor('loop.json'), async (command) => {
        if (command.includes('describe-change-set')) {
            expect(await removals('release')).toEqual(['Retain', 'Retain', 'Retain', 'Retain']);
        }
    });
    expect(await images(...names)).toEqual(before);
    expect(await resources()).toEqual([
        'Api team/api Org::Containers::EcrRepository',
        'Functions team/functions Org::Containers::EcrRepository',
        'Workermail team/mail Org::Containers::EcrRepository',
        'Workerpdf team/pdf Org::Containers::EcrRepository',
    ]);
    const { Stacks } = await aws.send(new DescribeStacksCommand({ StackName: STACK }));
    expect(Stacks?.[0]?.Tags).toEqual(Tags);
    expect(await drifts()).toEqual([
        'Api IN_SYNC',
        'Functions IN_SYNC',
        'Workermail IN_SYNC',
        'Workerpdf IN_SYNC',
    ]);
});

test('a template with a log, a rule, an alarm and the replication around a repository', async () => {
    const TemplateBody = readFileSync(path.join(FIXTURES, 'monitored.yml'), 'utf8');
    const Parameters = [{ ParameterKey: 'AlertTopic', ParameterValue: TOPIC }];
    const Capabilities: Capability[] = ['CAPABILITY_IAM'];
    await aws.send(new CreateStackCommand({ StackName: STACK, TemplateBody, Parameters, Capabilities }));
    await stacks.api.idle();
    await push('app');
    const before = await images('app');
    const logs = new CloudWatchLogsClient(stacks.config());
    const history = { logGroupName: '/aws/events/app-scans', logStreamName: 'old' };
    await logs.send(new CreateLogStreamCommand(history));
    const logEvents = [{ timestamp: Date.now(), message: 'an old scan' }];
    await logs.send(new PutLogEventsCommand({ ...history, logEvents }));

    await follow(await commandsFor('monitored.yml'));
    expect(await images('app')).toEqual(before);
    expect((await logs.send(new GetLogEventsCommand(history))).events).toMatchObject(logEvents);
    expect(await resources()).toEqual([
        'App app Org::Containers::EcrRepository',
        'Deployer team-Deployer AWS::IAM::Role',
    ]);
    expect(await drifts()).toEqual(['App IN_SYNC']);
});

/** "Go on only if each line with Remove also says Retain." */
async function removals(ChangeSetName: string) {
    const { Changes = [] } = await aws.send(
        new DescribeChangeSetCommand({ StackName: STACK, ChangeSetName }),
    );
    return Changes.flatMap(({ ResourceChange: { Action, PolicyAction } = {} }) =>
        Action === 'Remove' ? [PolicyAction] : [],
    );
}

test('the state of a Terraform module', async () => {
    const { values } = JSON.parse(readFileSync(path.join(FIXTURES, 'state.json'), 'utf8'));
    const [{ resources: created }] = values.root_module.child_modules;
    const [{ values: repository }, { values: lifecycle }, { values: policy }] = created;
    const [{ kms_key: kmsKey }] = repository.encryption_configuration;
    const repositoryName = 'production-api';
    await ecr.send(
        new CreateRepositoryCommand({
            repositoryName,
            imageTagMutability: 'IMMUTABLE',
            imageScanningConfiguration: { scanOnPush: true },
            encryptionConfiguration: { encryptionType: 'KMS', kmsKey },
            tags: Object.entries<string>(repository.tags_all).map(([Key, Value]) => ({ Key, Value })),
        }),
    );
    const lifecyclePolicyText = lifecycle.policy;
    await ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
    const policyText = policy.policy;
    await ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));
    await push(repositoryName);
    await ecr.send(
        new PutRegistryScanningConfigurationCommand({
            scanType: 'BASIC',
            rules: [
                {
                    scanFrequency: 'SCAN_ON_PUSH',
                    repositoryFilters: [{ filter: repositoryName, filterType: 'WILDCARD' }],
                },
            ],
        }),
    );
    await ecr.send(
        new PutReplicationConfigurationCommand({
            replicationConfiguration: {
                rules: [
                    {
                        destinations: [{ region: 'us-west-2', registryId: ACCOUNT }],
                        repositoryFilters: [{ filter: repositoryName, filterType: 'PREFIX_MATCH' }],
                    },
                ],
            },
        }),
    );
    const before = await images(repositoryName);

    await follow(await commandsFor('state.json'));
    expect(await images(repositoryName)).toEqual(before);
    expect(await resources()).toEqual(['ProductionApi production-api Org::Containers::EcrRepository']);
    expect(await drifts()).toEqual(['ProductionApi IN_SYNC']);
});
