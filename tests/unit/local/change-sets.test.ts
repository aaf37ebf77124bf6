import {
    type Change,
    CloudFormationClient,
    CreateChangeSetCommand,
    type CreateChangeSetCommandInput,
    DeleteChangeSetCommand,
    DeleteStackCommand,
    DescribeChangeSetCommand,
    DescribeStackResourcesCommand,
    DescribeStacksCommand,
    ExecuteChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
    CloudWatchLogsClient,
    DescribeLogGroupsCommand,
    DescribeMetricFiltersCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
    CreateRepositoryCommand,
    DescribeRepositoriesCommand,
    ECRClient,
    GetLifecyclePolicyCommand,
    GetRepositoryPolicyCommand,
    ListTagsForResourceCommand,
    PutImageTagMutabilityCommand,
} from '@aws-sdk/client-ecr';
import { EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { refusalOf } from '../../support/refusal';
import { useStacks } from '../../support/stacks';

/* Change sets, and the types of AWS that a stack of the stand-in can hold. */
const stacks = useStacks();
const aws = () => new CloudFormationClient(stacks.config());
const ecr = () => new ECRClient(stacks.config());

const RULES = {
    rules: [
        {
            rulePriority: 1,
            selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 1 },
            action: { type: 'expire' },
        },
    ],
};

const repository = (properties: object, attributes: object = {}) => ({
    Type: 'AWS::ECR::Repository',
    Properties: properties,
    ...attributes,
});

async function propose(Resources: object, more: Partial<CreateChangeSetCommandInput> = {}) {
    const input = {
        StackName: 'app',
        ChangeSetName: 'next',
        TemplateBody: JSON.stringify({ Resources }),
        ...more,
    };
    await aws().send(new CreateChangeSetCommand(input));
    return aws().send(new DescribeChangeSetCommand({ StackName: 'app', ChangeSetName: 'next' }));
}

async function execute(): Promise<void> {
    await aws().send(new ExecuteChangeSetCommand({ StackName: 'app', ChangeSetName: 'next' }));
    await stacks.api.idle();
    await aws().send(new DeleteChangeSetCommand({ StackName: 'app', ChangeSetName: 'next' }));
}

const shown = (changes: readonly Change[] = []) =>
    changes.map(({ ResourceChange: { Action, LogicalResourceId, Replacement, PolicyAction } = {} }) =>
        [Action, LogicalResourceId, Replacement, PolicyAction].filter(Boolean).join(' '),
    );

const status = async () =>
    (await aws().send(new DescribeStacksCommand({ StackName: 'app' }))).Stacks?.[0]?.StackStatus;

const names = async () =>
    (await ecr().send(new DescribeRepositoriesCommand({}))).repositories?.map(
        ({ repositoryName }) => repositoryName,
    );

test('a change set says what it would do, and does it', async () => {
    const first = await propose(
        {
            Api: repository({ RepositoryName: 'api' }),
            Old: repository({ RepositoryName: 'old' }),
            Kept: repository({ RepositoryName: 'kept' }, { DeletionPolicy: 'Retain' }),
        },
        { ChangeSetType: 'CREATE' },
    );
    expect(await status()).toBe('REVIEW_IN_PROGRESS');
    expect(shown(first.Changes)).toEqual(['Add Api', 'Add Old', 'Add Kept']);
    await execute();
    expect(await status()).toBe('CREATE_COMPLETE');
    expect(await names()).toEqual(['api', 'old', 'kept']);

    const second = await propose({
        Api: repository({ RepositoryName: 'api', ImageTagMutability: 'IMMUTABLE' }),
        More: repository({}),
    });
    expect(shown(second.Changes)).toEqual([
        'Modify Api False',
        'Add More',
        'Remove Old Delete',
        'Remove Kept Retain',
    ]);
    await execute();
    expect(await status()).toBe('UPDATE_COMPLETE');
    expect(await names()).toEqual(['api', 'kept', 'app-more']);

    const renamed = { RepositoryName: 'web' };
    const third = await propose({ Api: repository(renamed), More: repository({}) });
    expect(shown(third.Changes)).toEqual(['Modify Api True ReplaceAndDelete']);
    await aws().send(new DeleteChangeSetCommand({ StackName: 'app', ChangeSetName: 'next' }));
    const fourth = await propose({
        Api: repository(renamed, { UpdateReplacePolicy: 'Retain' }),
        More: repository({ Tags: [{ Key: 'api', Value: { 'Fn::GetAtt': ['Api', 'Arn'] } }] }),
    });
    expect(shown(fourth.Changes)).toEqual(['Modify Api True ReplaceAndRetain', 'Modify More Conditional']);
});

test('a change set is refused where there is one, and where it would change nothing', async () => {
    const Api = repository({ RepositoryName: 'api' });
    await propose({ Api }, { ChangeSetType: 'CREATE' });
    expect(await refusalOf(propose({ Api }, { ChangeSetType: 'CREATE' }))).toMatch(/^AlreadyExists/);
    await propose({ Api }, { ChangeSetType: 'CREATE', ChangeSetName: 'later' });
    await execute();
    const later = new DescribeChangeSetCommand({ StackName: 'app', ChangeSetName: 'later' });
    expect(await refusalOf(aws().send(later))).toMatch(/^ChangeSetNotFound/);
    expect(await refusalOf(propose({ Api }, { ChangeSetType: 'CREATE' }))).toContain(
        'cannot be created again',
    );
    expect(await propose({ Api })).toMatchObject({
        Status: 'FAILED',
        StatusReason: expect.stringContaining("didn't contain changes"),
        ExecutionStatus: 'UNAVAILABLE',
    });
    expect(await refusalOf(execute())).toMatch(/^InvalidChangeSetStatus/);
});

test('a stack whose creation was rolled back can only be deleted', async () => {
    await ecr().send(new CreateRepositoryCommand({ repositoryName: 'api' }));
    const Api = repository({ RepositoryName: 'api' });
    await propose({ Api }, { ChangeSetType: 'CREATE' });
    await execute();
    expect(await status()).toBe('ROLLBACK_COMPLETE');
    const { StackResources } = await aws().send(new DescribeStackResourcesCommand({ StackName: 'app' }));
    expect(StackResources).toMatchObject([{ LogicalResourceId: 'Api', ResourceStatus: 'CREATE_FAILED' }]);
    expect(await refusalOf(propose({ Api }))).toContain(
        'is in ROLLBACK_COMPLETE state and can not be updated',
    );
});

test('a repository of AWS has the settings that the template has, and those alone', async () => {
    const Properties = {
        RepositoryName: 'api',
        ImageTagMutability: 'IMMUTABLE',
        ImageScanningConfiguration: { ScanOnPush: true },
        LifecyclePolicy: { LifecyclePolicyText: JSON.stringify(RULES) },
        RepositoryPolicyText: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }],
        },
        Tags: [{ Key: 'team', Value: 'api' }],
    };
    await propose({ Api: repository(Properties) }, { ChangeSetType: 'CREATE' });
    await execute();
    const of = { repositoryName: 'api' };
    const settings = async () => {
        const { repositories: [one] = [] } = await ecr().send(new DescribeRepositoriesCommand({}));
        const { tags } = await ecr().send(
            new ListTagsForResourceCommand({ resourceArn: one?.repositoryArn }),
        );
        return [one?.imageTagMutability, one?.imageScanningConfiguration?.scanOnPush, tags];
    };
    expect(await settings()).toEqual(['IMMUTABLE', true, [{ Key: 'team', Value: 'api' }]]);
    const { lifecyclePolicyText = '' } = await ecr().send(new GetLifecyclePolicyCommand(of));
    expect(JSON.parse(lifecyclePolicyText)).toEqual(RULES);
    const { policyText = '' } = await ecr().send(new GetRepositoryPolicyCommand(of));
    expect(JSON.parse(policyText).Statement).toHaveLength(1);

    await propose({ Api: repository({ RepositoryName: 'api' }) });
    await execute();
    expect(await settings()).toEqual(['MUTABLE', false, []]);
    expect(await refusalOf(ecr().send(new GetLifecyclePolicyCommand(of)))).toContain(
        'LifecyclePolicyNotFound',
    );
    expect(await refusalOf(ecr().send(new GetRepositoryPolicyCommand(of)))).toContain(
        'RepositoryPolicyNotFound',
    );
});

test('a log with a rule, a metric and an alarm is made, and deleted', async () => {
    const Resources = {
        Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'scans', RetentionInDays: 7 } },
        Policy: {
            Type: 'AWS::Logs::ResourcePolicy',
            Properties: { PolicyName: 'scans', PolicyDocument: '{"Version":"2012-10-17","Statement":[]}' },
        },
        Rule: {
            Type: 'AWS::Events::Rule',
            Properties: {
                Name: 'scans',
                EventPattern: { source: ['aws.ecr'] },
                Targets: [{ Id: 'log', Arn: { 'Fn::GetAtt': ['Log', 'Arn'] } }],
            },
        },
        Count: {
            Type: 'AWS::Logs::MetricFilter',
            Properties: {
                LogGroupName: { Ref: 'Log' },
                FilterPattern: 'CRITICAL',
                MetricTransformations: [
                    { MetricName: 'Critical', MetricNamespace: 'Team', MetricValue: '1' },
                ],
            },
        },
        Alarm: {
            Type: 'AWS::CloudWatch::Alarm',
            Properties: {
                Namespace: 'Team',
                MetricName: 'Critical',
                Statistic: 'Sum',
                Period: 300,
                EvaluationPeriods: 1,
                Threshold: 0,
                ComparisonOperator: 'GreaterThanThreshold',
            },
        },
    };
    const counts = async () => {
        const logs = new CloudWatchLogsClient(stacks.config());
        const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
        const { metricFilters = [] } = await logs.send(new DescribeMetricFiltersCommand({}));
        const { MetricAlarms = [] } = await new CloudWatchClient(stacks.config()).send(
            new DescribeAlarmsCommand({}),
        );
        return [
            logGroups.map(({ retentionInDays }) => retentionInDays),
            metricFilters.map(({ filterName }) => filterName),
            MetricAlarms.map(({ AlarmName }) => AlarmName),
        ];
    };
    await propose(Resources, { ChangeSetType: 'CREATE' });
    await execute();
    expect(await status()).toBe('CREATE_COMPLETE');
    expect(await counts()).toEqual([[7], ['app-Count'], ['app-Alarm']]);
    const targets = new ListTargetsByRuleCommand({ Rule: 'scans' });
    const { Targets } = await new EventBridgeClient(stacks.config()).send(targets);
    expect(Targets).toMatchObject([{ Id: 'log', Arn: expect.stringMatching(/log-group:scans/) }]);

    await aws().send(new DeleteStackCommand({ StackName: 'app' }));
    await stacks.api.idle();
    expect(await counts()).toEqual([[], [], []]);
});

test('an import takes in what exists, and changes nothing else', async () => {
    for (const repositoryName of ['api', 'web']) {
        await ecr().send(new CreateRepositoryCommand({ repositoryName }));
    }
    const type = 'Org::Containers::EcrRepository';
    const Api = { Type: type, DeletionPolicy: 'Retain', Properties: { RepositoryName: 'api' } };
    const named = (name: string) => ({
        ChangeSetType: 'IMPORT' as const,
        ResourcesToImport: [
            { ResourceType: type, LogicalResourceId: 'Api', ResourceIdentifier: { RepositoryName: name } },
        ],
    });
    expect(await refusalOf(propose({ Api, More: Api }, named('api')))).toContain('More is new');
    const bare = propose({ Api: { ...Api, DeletionPolicy: undefined } }, named('api'));
    expect(await refusalOf(bare)).toContain('Api needs a DeletionPolicy to be imported');
    await propose({ Api }, named('web'));
    await execute();
    expect(await status()).toBe('IMPORT_ROLLBACK_COMPLETE');
    const { Changes } = await propose({ Api }, named('api'));
    expect(shown(Changes)).toEqual(['Import Api']);
    await execute();
    expect(await status()).toBe('IMPORT_COMPLETE');

    expect(await refusalOf(propose({ Api }, named('api')))).toContain('Api is in stack app already');
    const next = { ChangeSetType: 'IMPORT' as const };
    const altered = { ...Api, Properties: { RepositoryName: 'api', ScanOnPush: false } };
    expect(await refusalOf(propose({ Api: altered }, next))).toContain('Api has changed, and an import');
    expect(await refusalOf(propose({ More: Api }, next))).toContain('Api is in stack app, but not in the');
    const other = propose({ Api: { ...Api, Type: 'AWS::ECR::Repository' } });
    expect(await refusalOf(other)).toContain('Update of resource type is not permitted');
});

test('REVERT_DRIFT brings back what was changed by hand', async () => {
    const ours = (ImageTagMutability: string) => ({
        Api: {
            Type: 'Org::Containers::EcrRepository',
            Properties: { RepositoryName: 'api', ImageTagMutability },
        },
    });
    await propose(ours('IMMUTABLE'), { ChangeSetType: 'CREATE' });
    await execute();
    const altered = { repositoryName: 'api', imageTagMutability: 'MUTABLE' } as const;
    await ecr().send(new PutImageTagMutabilityCommand(altered));

    const revert = { DeploymentMode: 'REVERT_DRIFT' } as const;
    expect(await refusalOf(propose(ours('MUTABLE'), revert))).toContain(
        "takes the stack's own template here",
    );
    await propose(ours('IMMUTABLE'), revert);
    await execute();
    expect(await status()).toBe('UPDATE_COMPLETE');
    const { repositories } = await ecr().send(new DescribeRepositoriesCommand({}));
    expect(repositories).toMatchObject([{ imageTagMutability: 'IMMUTABLE' }]);
});

test('a change set imports what exists, if told to, and creates the rest', async () => {
    await ecr().send(new CreateRepositoryCommand({ repositoryName: 'api' }));
    const ours = (RepositoryName: string, attributes: object = {}) => ({
        Type: 'Org::Containers::EcrRepository',
        Properties: { RepositoryName },
        ...attributes,
    });
    const more = { ChangeSetType: 'CREATE' as const, ImportExistingResources: true };
    const refused = propose({ Api: ours('api') }, more);
    expect(await refusalOf(refused)).toContain("must have the DeletionPolicy attribute set to 'Retain'");

    const Api = ours('api', { DeletionPolicy: 'Retain' });
    const { Changes } = await propose({ Api, Web: ours('web') }, more);
    expect(shown(Changes)).toEqual(['Import Api', 'Add Web']);
    await execute();
    expect(await status()).toBe('CREATE_COMPLETE');
    expect(await names()).toEqual(['api', 'web']);

    const { Changes: without } = await propose({ Api, Web: ours('web'), Old: ours('api') });
    expect(shown(without)).toEqual(['Add Old']);
    await execute();
    expect(await status()).toBe('UPDATE_ROLLBACK_COMPLETE');
});
