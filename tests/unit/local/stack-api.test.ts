import {
    CloudFormationClient,
    CreateStackCommand,
    type CreateStackCommandInput,
    DeleteStackCommand,
    DescribeStackDriftDetectionStatusCommand,
    DescribeStackEventsCommand,
    DescribeStackResourceDriftsCommand,
    DescribeStackResourcesCommand,
    DescribeStacksCommand,
    DetectStackDriftCommand,
    GetTemplateSummaryCommand,
    ListStacksCommand,
    type StackResourceDriftStatus,
    type StackStatus,
} from '@aws-sdk/client-cloudformation';
import { DeleteRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { types } from '../../../local/aws/cloudformation/state';
import { DEFAULT_PLACE } from '../../../local/aws/world';
import { refusalOf } from '../../support/refusal';
import { useStacks } from '../../support/stacks';

const BODY = `
Parameters:
  Name: { Type: String, Default: my-app }
  Secret: { Type: String, Default: x, NoEcho: true }
Resources:
  Repository:
    Type: Org::Containers::EcrRepository
    Properties: { RepositoryName: !Ref Name }
  Role:
    Type: AWS::IAM::Role
Outputs:
  Name: { Value: !Ref Repository }
  Role: { Value: !GetAtt Role.Arn }
`;

const stacks = useStacks();
const { api, server } = stacks;
const client = (account?: string) => new CloudFormationClient(stacks.config(account));

const create = (more: Partial<CreateStackCommandInput> = {}) =>
    client().send(
        new CreateStackCommand({
            StackName: 'app',
            TemplateBody: BODY,
            Capabilities: ['CAPABILITY_IAM'],
            ...more,
        }),
    );

const stackNamed = async (StackName = 'app') =>
    (await client().send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];

const listed = async (...StackStatusFilter: StackStatus[]) => {
    const { StackSummaries = [] } = await client().send(new ListStacksCommand({ StackStatusFilter }));
    return StackSummaries.map(({ StackName }) => StackName);
};

test('a stack of the longest name is found by its ID', async () => {
    const StackName = 'a'.repeat(128);
    const { StackId } = await create({ StackName });
    await api.idle();
    expect(await stackNamed(StackId)).toMatchObject({ StackName });
    expect(await refusalOf(create({ StackName: 'a'.repeat(129) }))).toContain('ValidationError');
    expect(await refusalOf(create({ StackName: '1a' }))).toContain('ValidationError');
});

test('a stack is created in the background, and deleted', async () => {
    const summary = await client().send(new GetTemplateSummaryCommand({ TemplateBody: BODY }));
    expect(summary).toMatchObject({
        Parameters: [
            { ParameterKey: 'Name', DefaultValue: 'my-app', NoEcho: false },
            { ParameterKey: 'Secret', NoEcho: true },
        ],
        Capabilities: ['CAPABILITY_IAM'],
    });
    const { StackId = '' } = await create({
        Parameters: [{ ParameterKey: 'Name', ParameterValue: 'other' }],
    });
    expect(await stackNamed()).toMatchObject({ StackId, StackStatus: 'CREATE_IN_PROGRESS' });
    expect(await refusalOf(create())).toContain('AlreadyExistsException');
    await api.idle();
    expect(await stackNamed()).toMatchObject({
        StackStatus: 'CREATE_COMPLETE',
        Outputs: [
            { OutputKey: 'Name', OutputValue: 'other' },
            { OutputKey: 'Role', OutputValue: 'arn:aws:iam::123456789012:role/app-Role' },
        ],
    });
    const { StackResources } = await client().send(new DescribeStackResourcesCommand({ StackName: 'app' }));
    expect(StackResources).toMatchObject([
        { LogicalResourceId: 'Role', PhysicalResourceId: 'app-Role' },
        { LogicalResourceId: 'Repository', PhysicalResourceId: 'other', ResourceStatus: 'CREATE_COMPLETE' },
    ]);
    const elsewhere = await client('999999999999').send(new ListStacksCommand({}));
    expect(elsewhere.StackSummaries).toEqual([]);
    const europe = new CloudFormationClient({ ...stacks.config(), region: 'eu-west-1' });
    expect((await europe.send(new ListStacksCommand({}))).StackSummaries).toEqual([]);
    expect(await listed('DELETE_COMPLETE')).toEqual([]);
    expect(await listed('CREATE_COMPLETE', 'DELETE_COMPLETE')).toEqual(['app']);

    await client().send(new DeleteStackCommand({ StackName: 'app' }));
    await api.idle();
    expect(await refusalOf(stackNamed())).toContain('Stack with id app does not exist');
    expect(await stackNamed(StackId)).toMatchObject({ StackStatus: 'DELETE_COMPLETE' });
    expect((await client().send(new DescribeStacksCommand({}))).Stacks).toEqual([]);
});

test('drift is what differs from the template', async () => {
    await create();
    await api.idle();
    const detect = async () => {
        const { StackDriftDetectionId } = await client().send(
            new DetectStackDriftCommand({ StackName: 'app' }),
        );
        const look = new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId });
        expect(await client().send(look)).toMatchObject({ DetectionStatus: 'DETECTION_IN_PROGRESS' });
        await api.idle();
        return client().send(look);
    };
    expect(await detect()).toMatchObject({ StackDriftStatus: 'IN_SYNC', DriftedStackResourceCount: 0 });

    const ecr = new ECRClient(stacks.config());
    await ecr.send(new DeleteRepositoryCommand({ repositoryName: 'my-app' }));
    expect(await detect()).toMatchObject({ StackDriftStatus: 'DRIFTED', DriftedStackResourceCount: 1 });
    const drifts = async (...StackResourceDriftStatusFilters: StackResourceDriftStatus[]) => {
        const given = { StackName: 'app', StackResourceDriftStatusFilters };
        return (await client().send(new DescribeStackResourceDriftsCommand(given))).StackResourceDrifts;
    };
    expect(await drifts('MODIFIED')).toEqual([]);
    expect(await drifts('MODIFIED', 'DELETED')).toMatchObject([
        { LogicalResourceId: 'Repository', StackResourceDriftStatus: 'DELETED', PropertyDifferences: [] },
    ]);
});

test('a stack whose properties are wrong fails, and its events say why', async () => {
    const TemplateBody = BODY.replace('RepositoryName: !Ref Name', 'RepositoryName: No Name');
    await create({ TemplateBody });
    await api.idle();
    expect(await stackNamed()).toMatchObject({ StackStatus: 'CREATE_FAILED' });
    const { StackEvents = [] } = await client().send(new DescribeStackEventsCommand({ StackName: 'app' }));
    expect(StackEvents.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED')).toMatchObject({
        LogicalResourceId: 'app',
        ResourceStatusReason: expect.stringContaining('No Name'),
    });
});

test.each<[string, Partial<CreateStackCommandInput>, string]>([
    [
        'a type that it cannot make',
        { TemplateBody: BODY.replace('IAM::Role', 'EC2::VPC') },
        '[AWS::EC2::VPC]',
    ],
    ['no consent to roles', { Capabilities: [] }, 'Requires capabilities : [CAPABILITY_IAM]'],
    ['a template that is none', { TemplateBody: 'Resources: []' }, 'ValidationError: Template error'],
    [
        'a value outside of the template',
        { Parameters: [{ ParameterKey: 'Size', ParameterValue: '1' }] },
        'ValidationError: Template error',
    ],
])('refuses %s', async (_what, input, message) => {
    expect(await refusalOf(create(input))).toContain(message);
});

test('refuses our type as long as it is not registered', async () => {
    types.of(server.world, DEFAULT_PLACE).clear();
    expect(await refusalOf(create())).toContain(
        'Unrecognized resource types: [Org::Containers::EcrRepository]',
    );
});

test('names what is not there', async () => {
    const status = new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId: '1' });
    expect(await refusalOf(client().send(status))).toContain('Drift detection 1 does not exist');
});
