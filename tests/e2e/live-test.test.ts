import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import {
    CloudFormationClient,
    DescribeStacksCommand,
    ListTypeVersionsCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
    CloudWatchLogsClient,
    DescribeLogGroupsCommand,
    DescribeResourcePoliciesCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
    CreateRepositoryCommand,
    DescribeRepositoriesCommand,
    ECRClient,
    GetRegistryScanningConfigurationCommand,
    ListImagesCommand,
    PutImageCommand,
    PutImageScanningConfigurationCommand,
    PutRegistryScanningConfigurationCommand,
    type RegistryScanningConfiguration,
} from '@aws-sdk/client-ecr';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { control } from '../../local/aws/control/control';
import { staleReads } from '../../local/aws/difficulties/staleness';
import type { Next, ServiceRequest } from '../../local/aws/difficulty';
import { AwsError } from '../../local/aws/error';
import { DEFAULT_PLACE } from '../../local/aws/world';
import { Checkout, type Ending, type Running } from '../support/checkout';
import { PublicImage, SMALLEST_PART } from '../support/public-image';
import { Stacks } from '../support/stacks';
import { writes } from '../support/stand-in';

const TYPE = { Type: 'RESOURCE', TypeName: 'Org::Containers::EcrRepository' } as const;

/** Stands for the role that cfn generate writes. */
const ROLE = `
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  ExecutionRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] }
Outputs:
  ExecutionRoleArn:
    Value: !GetAtt ExecutionRole.Arn
`;

/** A repository that is there already, and somebody's. */
const TAKEN = `
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Repository:
    Type: Org::Containers::EcrRepository
    Properties: { RepositoryName: taken }
`;

/** A repository that is to outlive its stack. */
const KEPT = `
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Repository:
    Type: Org::Containers::EcrRepository
    DeletionPolicy: Retain
    Properties: { RepositoryName: kept }
`;

const NEEDS = `
AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Vpc: { Type: String }
Resources:
  Repository:
    Type: Org::Containers::EcrRepository
    Properties: { RepositoryName: needs }
`;

// A round is many commands, on a machine that may be busy.
jest.setTimeout(180_000);

const aws = new Stacks();
const { server } = aws;
const image = new PublicImage();

/** Something that happens before a call, once. */
const before = new Map<string, () => Promise<unknown>>();

/** What nobody may do just now. */
const denied = new Set<string>();

let checkout: Checkout;

beforeAll(async () => {
    await server.listen();
    await image.start();
});

afterAll(async () => {
    image.stop();
    await aws.close();
});

beforeEach(async () => {
    await aws.reset();
    server.difficulty = circumstances;
    before.clear();
    denied.clear();
    checkout = new Checkout();
    checkout.skipBuild();
    writeFileSync(checkout.path('resource-role.yaml'), ROLE);
});

afterEach(() => checkout.remove());

/** Registrations and scans pass at once, a scan finds something, and layers go up in the smallest parts that ECR takes. */
async function circumstances({ record: { action, input } }: ServiceRequest, next: Next) {
    const event = before.get(action);
    before.delete(action);
    await event?.();
    if (denied.has(action)) {
        throw new AwsError('AccessDeniedException', `User: tester is not authorized to perform: ${action}`);
    }
    if (action === 'ecr:StartImageScan') {
        const { repositoryName } = input;
        control(server, 'ecr/findings', { repositoryName, counts: { CRITICAL: 1 } }, DEFAULT_PLACE);
    }
    const answer = await next();
    const seconds = SECONDS[action];
    if (seconds) {
        control(server, 'clock', { seconds }, DEFAULT_PLACE);
    }
    return action === 'ecr:InitiateLayerUpload' ? { ...answer, partSize: SMALLEST_PART } : answer;
}

/** Between two looks at the alarm, it looks at what the scan found. */
const SECONDS: Readonly<Record<string, number>> = {
    'cloudformation:RegisterType': 4,
    'cloudformation:TestType': 4,
    'cloudwatch:DescribeAlarms': 180,
};

function start(...args: string[]): Running {
    const environment = {
        AWS_ENDPOINT_URL: server.endpoint,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'testing',
        AWS_SECRET_ACCESS_KEY: 'testing',
    };
    return checkout.start('live-test', args, environment);
}

const run = (...args: string[]): Promise<Ending> => start(...args).ending;

/** What the live test changed. */
const written = () => writes(server.calls.filter(({ accessKeyId }) => accessKeyId === 'testing'));

/** What a round must not leave. */
async function leftovers() {
    const ecr = new ECRClient(aws.config());
    const { repositories = [] } = await ecr.send(new DescribeRepositoriesCommand({}));
    const { scanningConfiguration } = await ecr.send(new GetRegistryScanningConfigurationCommand({}));
    const logs = new CloudWatchLogsClient(aws.config());
    const logGroupNamePrefix = 'ecr-live-test-question';
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix }));
    const { resourcePolicies = [] } = await logs.send(new DescribeResourcePoliciesCommand({}));
    const { Rules = [] } = await new EventBridgeClient(aws.config()).send(new ListRulesCommand({}));
    const { MetricAlarms = [] } = await new CloudWatchClient(aws.config()).send(
        new DescribeAlarmsCommand({}),
    );
    const cloudformation = new CloudFormationClient(aws.config());
    const { Stacks: found = [] } = await cloudformation.send(new DescribeStacksCommand({}));
    const { Buckets = [] } = await new S3Client(aws.config()).send(new ListBucketsCommand({}));
    return {
        repositories: repositories.map(({ repositoryName }) => repositoryName),
        scanning: scanningConfiguration,
        others: [
            ...logGroups.map(({ logGroupName }) => logGroupName),
            ...resourcePolicies.map(({ policyName }) => policyName),
            ...Rules.map(({ Name }) => Name),
            ...MetricAlarms.map(({ AlarmName }) => AlarmName),
        ],
        stacks: found.map(({ StackName }) => StackName),
        buckets: Buckets.map(({ Name }) => Name),
        versions: await cloudformation.send(new ListTypeVersionsCommand(TYPE)).then(
            ({ TypeVersionSummaries = [] }) => TypeVersionSummaries.map(({ VersionId }) => VersionId),
            () => [],
        ),
    };
}

/** Has the registry scan by a filter. */
async function scanFilter(filter: string): Promise<RegistryScanningConfiguration> {
    const repositoryFilters = [{ filter, filterType: 'WILDCARD' as const }];
    const scanning: RegistryScanningConfiguration = {
        scanType: 'BASIC',
        rules: [{ scanFrequency: 'SCAN_ON_PUSH', repositoryFilters }],
    };
    await new ECRClient(aws.config()).send(new PutRegistryScanningConfigurationCommand(scanning));
    return scanning;
}

const NOTHING = {
    ...{ repositories: [], stacks: [], buckets: [], versions: [], others: [] },
    scanning: { scanType: 'BASIC', rules: [] },
};

/** Step and result of each row. */
const rows = (out: string) =>
    Object.fromEntries(
        [...out.matchAll(/^(.+?) +(passed|FAILED|skipped) +\d+ s {2}.*$/gm)].map(([, step, result]) => [
            step,
            result,
        ]),
    );

/** The detail of each row. */
const answers = (out: string) =>
    Object.fromEntries(
        [...out.matchAll(/^(.+?) +(?:passed|FAILED|skipped) +\d+ s {2}(.*)$/gm)].map(([, step, detail]) => [
            step,
            detail,
        ]),
    );

test('a whole round', async () => {
    // The contract tests have a role of their own.
    renameSync(checkout.path('resource-role.yaml'), checkout.path('resource-role-prod.yaml'));
    const { code, out } = await run(
        '--account',
        '123456789012',
        '--only',
        'basic,production',
        '--image',
        image.name,
        '--contract-tests',
        '--enhanced',
    );
    expect(rows(out)).toEqual({
        'execution role': 'passed',
        'log of the handlers': 'passed',
        registration: 'passed',
        'log groups: one creation of many': 'passed',
        'log streams: one creation of many': 'passed',
        'log streams: read after write': 'passed',
        'resource policies of logs: read after write': 'passed',
        'targets of a rule: read after write': 'passed',
        'alarms: read after write': 'passed',
        "registry's scanning: read after write": 'passed',
        'ScanOnPush beside a rule for others': 'passed',
        'tagPatternList ["*"]': 'passed',
        'previous properties after an import': 'passed',
        'previous properties with REVERT_DRIFT': 'passed',
        'an ENHANCED rule without filters': 'passed',
        'create basic': 'passed',
        'drift of basic': 'passed',
        'create production': 'passed',
        'drift of production': 'passed',
        'push an image': 'passed',
        scan: 'passed',
        'the scan is logged': 'passed',
        'the alarm follows': 'passed',
        'callbacks that are due at once': 'passed',
        "AWS's contract tests": 'passed',
        'find what there is': 'passed',
        'delete production': 'passed',
        'delete basic': 'passed',
        'delete imported': 'passed',
        'delete what the questions made': 'passed',
        deregister: 'passed',
        'delete handler-log': 'passed',
        'delete execution-role': 'passed',
        'delete the bucket': 'passed',
    });
    expect(code).toBe(0);
    expect(out).toMatch(/the alarm follows .* ALARM$/m);
    expect(answers(out)).toMatchObject({
        'log groups: one creation of many':
            '1 of 20 at once succeeded; the others: ResourceAlreadyExistsException',
        'alarms: read after write': '0 of 20 reads missed the write before',
        'ScanOnPush beside a rule for others':
            'a repository with ScanOnPush is at SCAN_ON_PUSH, beside a rule for another at MANUAL',
        'tagPatternList ["*"]': 'of the images v1, other and an untagged one it selects v1',
        'previous properties after an import':
            'RepositoryName, ImageTagMutability; the policy of 365 days stays',
        'previous properties with REVERT_DRIFT': expect.stringMatching(
            /RepositoryArn .* what READ found; the policy of 365 days stays$/,
        ),
        'callbacks that are due at once': expect.stringMatching(
            /^2 came 0\.\d to \d\.\d s after the answer$/,
        ),
    });
    const uploads = server.calls.filter(
        ({ action, input }) =>
            action === 'ecr:CompleteLayerUpload' && input['repositoryName'] === 'production-api',
    );
    expect(uploads).toHaveLength(3);
    expect(await leftovers()).toEqual(NOTHING);
});

test('goes on after a failure, tells why, and cleans up', async () => {
    for (const file of readdirSync(checkout.path('examples'))) {
        rmSync(checkout.path(`examples/${file}`), { recursive: true });
    }
    writeFileSync(checkout.path('examples/kept.yml'), KEPT);
    writeFileSync(checkout.path('examples/needs.yml'), NEEDS);
    writeFileSync(checkout.path('examples/taken.yml'), TAKEN);
    const ecr = new ECRClient(aws.config());
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'taken' }));
    const theirs = {
        repositoryName: 'taken',
        imageManifest: JSON.stringify({
            schemaVersion: 2,
            mediaType: 'application/vnd.oci.image.manifest.v1+json',
        }),
        imageTag: 'v1',
    };
    await ecr.send(new PutImageCommand(theirs));
    const { code, out } = await run('--account', '123456789012');
    expect(rows(out)).toMatchObject({
        'create kept': 'passed',
        'create needs': 'skipped',
        'create taken': 'FAILED',
        'delete taken': 'passed',
        deregister: 'passed',
    });
    expect(out).toMatch(/create needs .* needs --parameter Vpc=…$/m);
    expect(out).toMatch(/create taken .* CREATE_FAILED: .*taken.*exists/);
    expect(code).toBe(1);
    expect(await leftovers()).toEqual({ ...NOTHING, repositories: ['taken'] });
    const { imageIds } = await ecr.send(new ListImagesCommand({ repositoryName: 'taken' }));
    expect(imageIds).toHaveLength(1);
});

test('sees reads that lag, and leaves a configured registry alone', async () => {
    const scanning = await scanFilter('theirs');
    const late = staleReads(60_000);
    server.difficulty = (request, next) =>
        /^events:(PutTargets|ListTargetsByRule)$/.test(request.record.action)
            ? late(request, next)
            : circumstances(request, next);
    const { code, out } = await run('--account', '123456789012', '--only', 'basic', '--enhanced');
    expect(answers(out)['targets of a rule: read after write']).toBe(
        '20 of 20 reads missed the write before',
    );
    expect(rows(out)).toMatchObject({
        "registry's scanning: read after write": 'skipped',
        'ScanOnPush beside a rule for others': 'skipped',
        'an ENHANCED rule without filters': 'skipped',
    });
    expect(code).toBe(0);
    expect(await leftovers()).toEqual({ ...NOTHING, scanning });
});

test('tells of drift', async () => {
    before.set('cloudformation:DetectStackDrift', () =>
        new ECRClient(aws.config()).send(
            new PutImageScanningConfigurationCommand({
                repositoryName: 'my-app',
                imageScanningConfiguration: { scanOnPush: false },
            }),
        ),
    );
    const { code, out } = await run('--account', '123456789012', '--only', 'basic');
    expect(out).toMatch(
        /^drift of basic +FAILED +\d+ s {2}Repository; \/ScanOnPush: expected true, actual false$/m,
    );
    expect(code).toBe(1);
});

test('keeps the type as long as a stack needs it', async () => {
    denied.add('ecr:DeleteRepository');
    const first = await run('--account', '123456789012', '--only', 'basic');
    expect(rows(first.out)).toMatchObject({ 'delete basic': 'FAILED', deregister: 'skipped' });
    expect(first.code).toBe(1);
    expect((await leftovers()).versions).toEqual(['00000001']);

    denied.clear();
    expect((await run('--account', '123456789012', '--clean-up')).code).toBe(0);
    expect(await leftovers()).toEqual(NOTHING);
});

test('Ctrl-C cleans up', async () => {
    const running = start('--account', '123456789012', '--only', 'basic');
    await running.said('create basic');
    const { code, out } = await running.kill('SIGINT');
    expect(rows(out)).toMatchObject({ 'delete basic': 'passed', deregister: 'passed' });
    expect(code).toBe(130);
    expect(await leftovers()).toEqual(NOTHING);
});

test('what a killed round left is cleaned up by the next, when told so', async () => {
    const running = start('--account', '123456789012', '--only', 'basic');
    await running.said('drift of basic');
    await running.kill('SIGKILL');
    expect((await leftovers()).versions).toEqual(['00000001']);

    const refused = await run('--account', '123456789012');
    expect(refused.err).toContain('repeat with --clean-up');
    expect(refused.code).toBe(1);

    await scanFilter('ecr-live-test-question-7');
    const { code } = await run('--account', '123456789012', '--clean-up');
    expect(code).toBe(0);
    expect(await leftovers()).toEqual(NOTHING);
});

test('wants to be sure of the account', async () => {
    const other = await run('--account', '999999999999');
    expect(other.err).toContain('The credentials are of account 123456789012, not 999999999999');
    expect(other.code).toBe(1);
    const silent = await run();
    expect(silent.err).toContain('confirm with --account 123456789012');
    expect(silent.code).toBe(1);
    expect(written()).toEqual([]);
});

test('a dry run changes nothing', async () => {
    const { code, out } = await run('--dry-run');
    expect(out).toContain('Account 123456789012, us-east-1');
    expect(out).toMatch(/ecr-live-test-notification-topic.*ecr-live-test-alerts.*ecr-live-test-basic/s);
    expect(out).toMatch(/ecr-live-test-replication-destination {2}SourceAccountId=123456789012/);
    expect(code).toBe(0);
    expect(written()).toEqual([]);
});

test('knows its examples', async () => {
    const { code, err } = await run('--only', 'basics', '--dry-run');
    expect(err).toContain('There is no example basics; there are:');
    expect(code).toBe(1);
});
