import { parse } from 'yaml';
import { typeName } from '../../../../local/resource-type';
import { converted, fixture } from '../../../support/converted';

/* Templates and states as teams write them become templates of this type. */

describe('a whole template', () => {
    const { file, report } = converted(fixture('team.yml'));

    test('keeps comments, layout and the rest', () => {
        const untouched = fixture('team.yml').split('  HighOnly:')[1]?.split('  Replication:')[0] ?? '-';
        expect(file('4')).toContain(untouched);
        expect(file('4')).toContain('      RepositoryName: team/api     # do not rename\n');
        expect(file('4')).toContain('  # Whatever works in the background.\n  Worker:\n');
        expect(file('4')).toContain(`        - Image: !Sub '\${Api.RepositoryUrl}:latest'   # the newest\n`);
        expect(file('4')).toContain('  Arn: { Value: !GetAtt Api.RepositoryArn }\n');
    });

    test('takes over what belongs to a repository', () => {
        expect(parse(file('4'), { logLevel: 'silent' }).Resources.Api.Properties).toMatchObject({
            EncryptionType: 'KMS',
            LifecycleRules: [
                { Id: '1 keep untagged', UntaggedImageRetentionCount: 'Keep' },
                { Id: '2', ImageRetentionDays: 90 },
            ],
            PullAccountIds: ['ProdAccount'],
            AllowLambdaPull: true,
            ReplicationDestinations: [{ Region: 'eu-central-1' }],
            SnsTopicArn: 'AlertTopic',
            LogRetentionDays: 90,
            VulnerabilityThreshold: 0,
        });
        const resources = (name: string) => Object.keys(parse(file(name), { logLevel: 'silent' }).Resources);
        expect(resources('4')).toEqual(['Api', 'Worker', 'Key', 'HighOnly', 'Scanning', 'Task']);
        expect(resources('2')).toEqual(
            resources('1').filter((id) => !['Api', 'Worker', 'Replication'].includes(id)),
        );
        expect(resources('3')).toEqual(resources('1').filter((id) => id !== 'Replication'));
    });

    test('changes nothing in an import but the repositories', () => {
        const [release, imported] = ['2', '3'].map((name) => parse(file(name), { logLevel: 'silent' }));
        const { Api, Worker, ...others } = imported.Resources;
        expect([Api.Type, Worker.Type]).toEqual([typeName, typeName]);
        expect({ ...imported, Resources: others }).toEqual(release);
        expect(release.Resources.ScanRule.DependsOn).toEqual(['ScanLog']);
        expect(release.Resources.Task).not.toHaveProperty('DependsOn');
        expect(file('2')).not.toMatch(/!(?:GetAtt|Ref) (?:Api|Worker)\b|\$\{(?:Api|Worker)\b/);
    });

    test('says what it left alone, and why', () => {
        expect(report).toMatch(/Left alone\n +Scanning .*not every entry.*\n +HighOnly .*another rule/);
    });
});

test('a property refers to another repository by what is there at each step', () => {
    const Condition = { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['Base', 'Arn'] } } };
    const template = {
        Parameters: { Stage: { Type: 'String' } },
        Resources: {
            Base: { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: 'base' } },
            Child: {
                Type: 'AWS::ECR::Repository',
                Properties: {
                    RepositoryName: { 'Fn::Sub': `\${Base}-\${Stage}` },
                    RepositoryPolicyText: {
                        Statement: [{ Effect: 'Deny', Principal: '*', Action: 'ecr:PutImage', Condition }],
                    },
                },
            },
            Role: { Type: 'AWS::IAM::Role', Properties: {} },
        },
    };
    const { file, steps } = converted(JSON.stringify(template));
    const child = (name: string) => JSON.parse(file(name)).Resources.Child.Properties;
    expect(child('3').RepositoryName).toEqual({ 'Fn::Sub': `base-\${Stage}` });
    expect(child('4').CustomPolicyStatements[0].Condition.ArnEquals['aws:SourceArn']).toEqual({
        'Fn::GetAtt': ['Base', 'RepositoryArn'],
    });
    expect(steps).toMatch(/^First, replace each NAME-OF-….*\n.*describe-stack-resources/);
    expect(steps.match(/--capabilities CAPABILITY_NAMED_IAM/g)).toHaveLength(4);
});

test('a repository with a condition is imported only if the stack has it', () => {
    const Properties = { RepositoryName: 'api' };
    const Api = { Type: 'AWS::ECR::Repository', Condition: 'IsProd', Properties };
    const Conditions = { IsProd: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] } };
    const { steps } = converted(JSON.stringify({ Conditions, Resources: { Api } }));
    expect(steps).toMatch(/what its condition keeps out of the stack: Api\./);
    expect(
        converted(JSON.stringify({ Resources: { Api: { ...Api, Condition: undefined } } })).steps,
    ).not.toContain('its condition');
});

test('a template that retains its repositories already needs no deployment to keep them', () => {
    const retained = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };
    const Api = { Type: 'AWS::ECR::Repository', ...retained, Properties: { RepositoryName: 'api' } };
    const { steps } = converted(JSON.stringify({ Resources: { Api } }));
    expect(steps).toMatch(/^1\. Keep: .*\n +The template says so already\.\n2\. Release/);
    const { DeletionPolicy: _, ...deleted } = Api;
    expect(converted(JSON.stringify({ Resources: { Api: deleted } })).steps).toContain(
        '--change-set-name keep',
    );
});

test('a key stays the key, by its ARN', () => {
    const keyOf = (KmsKey: unknown) => {
        const EncryptionConfiguration = { EncryptionType: 'KMS', KmsKey };
        const Properties = { RepositoryName: 'api', EncryptionConfiguration };
        const Api = { Type: 'AWS::ECR::Repository', Properties };
        const Resources = { Key: { Type: 'AWS::KMS::Key', Properties: {} }, Api };
        return JSON.parse(converted(JSON.stringify({ Resources })).file('4')).Resources.Api.Properties
            .KmsKeyArn;
    };
    expect(keyOf({ Ref: 'Key' })).toEqual({ 'Fn::GetAtt': ['Key', 'Arn'] });
    expect(keyOf('alias/mine')).toBe('alias/mine');
});

test('a filter of the registry is for one repository, once', () => {
    const Api = { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: 'api' } };
    const scanning = (...frequencies: string[]) => {
        const RepositoryFilters = [{ Filter: 'api', FilterType: 'WILDCARD' }];
        const Rules = frequencies.map((ScanFrequency) => ({ ScanFrequency, RepositoryFilters }));
        const Properties = { ScanType: 'ENHANCED', Rules };
        const Scanning = { Type: 'AWS::ECR::RegistryScanningConfiguration', Properties };
        const { file } = converted(JSON.stringify({ Resources: { Api, Scanning } }));
        return Object.keys(JSON.parse(file('4')).Resources);
    };
    expect(scanning('SCAN_ON_PUSH')).toEqual(['Api']);
    expect(scanning('SCAN_ON_PUSH', 'CONTINUOUS_SCAN')).toEqual(['Api', 'Scanning']);
});

test('each command gives the parameters that the stack has', () => {
    const Api = { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: 'api' } };
    const Parameters = { Stage: { Type: 'String' } };
    const { steps } = converted(JSON.stringify({ Parameters, Resources: { Api } }));
    expect(steps.match(/--parameters ParameterKey=Stage,UsePreviousValue=true/g)).toHaveLength(4);
});

describe('loops and JSON', () => {
    const { file, steps } = converted(fixture('loop.json'));

    test('every stage is a template', () => {
        expect(Object.keys(JSON.parse(file('1')).Resources)).toEqual([
            'Api',
            'Functions',
            'Fn::ForEach::Workers',
        ]);
        expect(Object.keys(JSON.parse(file('2')).Resources)).toEqual(['ConversionPlaceholder']);
        expect(JSON.parse(file('3')).Resources).toHaveProperty('ConversionPlaceholder');
        const worker = JSON.parse(file('4')).Resources['Fn::ForEach::Workers'][2][`Worker\${Name}`];
        expect(worker).toMatchObject({
            Type: typeName,
            Properties: { RepositoryName: { 'Fn::Sub': `team/\${Name}` } },
        });
    });

    test('each turn is imported, and referred to, by its own name', () => {
        expect(steps).toContain(
            '"LogicalResourceId":"Workerpdf","ResourceIdentifier":{"RepositoryName":"team/pdf"}',
        );
        expect(JSON.parse(file('2')).Outputs.Mail.Value['Fn::Sub']).toMatch(/\/team\/mail:latest$/);
    });
});

test('a template of repositories alone keeps what follows its resources', () => {
    const given = [
        'Resources:',
        '  Api:',
        '    Type: AWS::ECR::Repository',
        '    Properties: { RepositoryName: api }',
        'Outputs:',
        '  Arn: { Value: !GetAtt Api.Arn }',
    ];
    const { file } = converted(`${given.join('\n')}\n`);
    const released = parse(file('2'), { logLevel: 'silent' });
    expect(Object.keys(released.Resources)).toEqual(['ConversionPlaceholder']);
    expect(released.Outputs.Arn.Value).toMatch(/:repository\/api$/);
});

test('a Terraform state, modules included, becomes one template', () => {
    const { file, report, steps } = converted(fixture('state.json'));
    expect(parse(file('final')).Resources.ProductionApi).toMatchObject({
        Type: typeName,
        Properties: {
            RepositoryName: 'production-api',
            Tags: [
                { Key: 'Environment', Value: 'production' },
                { Key: 'Service', Value: 'api' },
            ],
            LifecyclePolicyText: expect.stringContaining('"tagPrefixList":["v","prod"]'),
            PullAccountIds: ['111122223333'],
            EnableRegistryScanning: true,
            LogRetentionDays: 30,
            CreateCloudWatchAlarms: true,
        },
    });
    const { ReplicationDestinations } = parse(file('final')).Resources.ProductionApi.Properties;
    expect(ReplicationDestinations).toEqual([{ Region: 'us-west-2' }]);
    expect(JSON.parse(file('policy')).Statement).toMatchObject([{ Sid: 'EcrRepositoryPull' }]);
    expect(steps).toContain(`terraform state rm 'module.ecr["api"].aws_ecr_repository_policy.this[0]'`);
    expect(report).toContain('ECR publishes no such metric');
});

describe('refuses', () => {
    test('a repository whose name only the stack knows, unless told', () => {
        const text = 'Resources: { Api: { Type: AWS::ECR::Repository } }';
        expect(() => converted(text)).toThrow(/Api has no RepositoryName.*--resource-id Api=NAME/);
        const { Properties } = parse(converted(text, { Api: 'stack-api-1x' }).file('4')).Resources.Api;
        expect(Properties).toEqual({
            RepositoryName: 'stack-api-1x',
            ScanOnPush: false,
            EnableLifecyclePolicy: false,
        });
    });

    test.each([
        [
            'what has no repository',
            'Resources: { A: { Type: AWS::SNS::Topic } }',
            /has no AWS::ECR::Repository/,
        ],
        ['what is no YAML', 'Resources: [', /^given:1: /],
    ])('%s', (_what, text, message) => {
        expect(() => converted(text)).toThrow(message);
    });
});
