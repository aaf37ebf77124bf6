import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { convert } from '../../../local/convert/convert';
import { typeName } from '../../../local/resource-type';

/* Templates and states as teams write them become templates of this type. */
const FOLDER = path.join(__dirname, '../../support/convert');

function converted(text: string, names: Record<string, string> = {}) {
    const { files, ...output } = convert({
        file: 'given',
        text,
        names: new Map(Object.entries(names)),
        place: (name) => name,
    });
    return {
        ...output,
        file: (beginning: string) => [...files].find(([name]) => name.startsWith(beginning))?.[1] ?? '',
    };
}

const fixture = (name: string) => readFileSync(path.join(FOLDER, name), 'utf8');

/** The properties that a repository with these has afterwards. */
function propertiesOf(properties: object, parameters: object = {}) {
    const template = {
        Parameters: parameters,
        Resources: { Api: { Type: 'AWS::ECR::Repository', Properties: properties } },
    };
    return JSON.parse(converted(JSON.stringify(template)).file('4')).Resources.Api.Properties;
}

const rules = (...list: object[]) => ({
    RepositoryName: 'api',
    LifecyclePolicy: {
        LifecyclePolicyText: JSON.stringify({
            rules: list.map((rule, index) => ({
                rulePriority: index + 1,
                action: { type: 'expire' },
                ...rule,
            })),
        }),
    },
});

const UNTAGGED = { selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 3 } };

const newest = (...tagPrefixList: string[]) => ({
    selection: { tagStatus: 'tagged', tagPrefixList, countType: 'imageCountMoreThan', countNumber: 10 },
});

describe('the lifecycle policy', () => {
    test('in the settings, where they mean the same; which of two disjoint rules is first does not matter', () => {
        const settings = {
            RepositoryName: 'api',
            ScanOnPush: false,
            EnableLifecyclePolicy: true,
            TagPrefixList: ['v', 'prod'],
            TaggedImageRetentionCount: 10,
            UntaggedImageRetentionCount: 3,
            ImageRetentionDays: 0,
        };
        expect(propertiesOf(rules(newest('v'), newest('prod'), UNTAGGED))).toEqual(settings);
        expect(propertiesOf(rules(UNTAGGED, newest('v'), newest('prod')))).toEqual(settings);
    });

    test('in rules of their own, where one setting cannot say it', () => {
        expect(propertiesOf(rules({ ...UNTAGGED, description: 'Keep: 3!' }))).toMatchObject({
            LifecycleRules: [{ Id: '1 Keep 3', UntaggedImageRetentionCount: 3 }],
        });
    });

    test.each([
        ['two prefixes in one rule, which an image must both have', [newest('v', 'prod')]],
        ['archiving', [{ ...UNTAGGED, action: { type: 'transition', targetStorageClass: 'archive' } }]],
        ['what ECR would refuse', [UNTAGGED, UNTAGGED]],
    ])('as it is: %s', (_what, list) => {
        const given = rules(...list);
        const { LifecyclePolicyText } = given.LifecyclePolicy;
        expect(propertiesOf(given)).toMatchObject({ EnableLifecyclePolicy: true, LifecyclePolicyText });
    });

    test('with functions in a text, in an object and around everything', () => {
        const selection = { ...UNTAGGED.selection, countNumber: { Ref: 'Keep' } };
        const policy = { rules: [{ rulePriority: 1, selection, action: { type: 'expire' } }] };
        const properties = (LifecyclePolicyText: unknown) =>
            propertiesOf({ RepositoryName: 'api', LifecyclePolicy: { LifecyclePolicyText } });
        const words = { LifecycleRules: [{ Id: '1', UntaggedImageRetentionCount: { Ref: 'Keep' } }] };
        expect(properties({ 'Fn::ToJsonString': policy })).toMatchObject(words);
        const text = JSON.stringify(policy).replace('{"Ref":"Keep"}', `\${Keep}`);
        expect(properties({ 'Fn::Sub': text })).toMatchObject(words);
        const optional = { 'Fn::If': ['HasPolicy', { LifecyclePolicyText: text }, { Ref: 'AWS::NoValue' }] };
        expect(propertiesOf({ RepositoryName: 'api', LifecyclePolicy: optional })).toMatchObject({
            EnableLifecyclePolicy: { 'Fn::If': ['HasPolicy', true, false] },
            LifecyclePolicyText: { 'Fn::If': ['HasPolicy', text, { Ref: 'AWS::NoValue' }] },
        });
    });
});

describe('the repository policy', () => {
    const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
    const allow = (Principal: unknown, Action: unknown = PULL) => ({ Effect: 'Allow', Principal, Action });
    const properties = (Statement: unknown, parameters = {}) =>
        propertiesOf(
            { RepositoryName: 'api', RepositoryPolicyText: { Version: '2012-10-17', Statement } },
            parameters,
        );

    test('a parameter is an account if it looks like one', () => {
        const principal = { AWS: { Ref: 'Account' } };
        const account = { Account: { Type: 'String', AllowedPattern: '^\\d{12}$' } };
        expect(properties([allow(principal)], account)).toMatchObject({
            PullAccountIds: [{ Ref: 'Account' }],
        });
        const unknown = properties([allow(principal)], { Account: { Type: 'String' } });
        expect(unknown).toMatchObject({ CustomPolicyStatements: [allow(principal)] });
        expect(unknown).not.toHaveProperty('PullAccountIds');
    });

    test('one action more or less is another grant, and the report names the one that only a push needs', () => {
        const more = allow({ AWS: '111122223333' }, [...PULL, 'ecr:BatchCheckLayerAvailability']);
        expect(properties([more])).toMatchObject({ CustomPolicyStatements: [more] });
        const report = (Statement: object) =>
            converted(
                JSON.stringify({
                    Resources: {
                        Api: {
                            Type: 'AWS::ECR::Repository',
                            Properties: { RepositoryName: 'api', RepositoryPolicyText: { Statement } },
                        },
                    },
                }),
            ).report;
        expect(report([{ ...more, Sid: 'Pull' }])).toContain(
            'The statement Pull also grants ecr:BatchCheckLayerAvailability, which only a push needs',
        );
        expect(report([{ ...more, Principal: { AWS: '*' } }])).not.toContain('only a push needs');
    });

    test('an organization; and of two statements that grant the same kind, the first', () => {
        const Condition = { StringEquals: { 'aws:PrincipalOrgID': ['o-a1b2c3d4e5'] } };
        const second = { ...allow({ AWS: '444455556666' }), Sid: 'Second' };
        expect(
            properties([{ ...allow('*'), Condition }, allow({ AWS: '111122223333' }), second]),
        ).toMatchObject({
            PullOrganizationIds: ['o-a1b2c3d4e5'],
            PullAccountIds: ['111122223333'],
            CustomPolicyStatements: [second],
        });
    });

    test('a statement that a condition leaves out stays as it is', () => {
        const maybe = { 'Fn::If': ['Shared', allow('*'), { Ref: 'AWS::NoValue' }] };
        expect(properties([maybe])).toMatchObject({ CustomPolicyStatements: [maybe] });
    });
});

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

describe('severities', () => {
    const SOME = [{ numeric: ['>', 0] }];
    const COUNTS = 'finding-severity-counts';

    const rule = (detail: object, target: object = { Ref: 'AlertTopic' }) => ({
        Type: 'AWS::Events::Rule',
        Properties: {
            EventPattern: {
                source: ['aws.ecr'],
                'detail-type': ['ECR Image Scan'],
                detail: { 'repository-name': ['api'], ...detail },
            },
            Targets: [{ Id: 'target', Arn: target }],
        },
    });

    function resources(others: object, Outputs: object = {}) {
        const Api = { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: 'api' } };
        const { file, report } = converted(JSON.stringify({ Resources: { Api, ...others }, Outputs }));
        const { Api: after, ...rest } = JSON.parse(file('4')).Resources;
        return { properties: after.Properties, others: Object.keys(rest), report };
    }

    test.each<[string, object, string[]]>([
        ['one', { [COUNTS]: { HIGH: SOME } }, ['HIGH']],
        ['any of two', { [COUNTS]: { $or: [{ CRITICAL: SOME }, { HIGH: SOME }] } }, ['CRITICAL', 'HIGH']],
        [
            'any of two counts',
            { $or: [{ [COUNTS]: { CRITICAL: SOME } }, { [COUNTS]: { HIGH: SOME } }] },
            ['CRITICAL', 'HIGH'],
        ],
    ])('of a rule become NotifySeverities: %s', (_what, detail, NotifySeverities) => {
        expect(resources({ Rule: rule(detail) })).toMatchObject({
            properties: { EnableScanNotifications: true, NotifySeverities },
            others: [],
        });
    });

    test.each<[string, object]>([
        ['both together', { [COUNTS]: { CRITICAL: SOME, HIGH: SOME } }],
        ['more than some', { [COUNTS]: { HIGH: [{ numeric: ['>', 5] }] } }],
        ['one and another field', { $or: [{ [COUNTS]: { HIGH: SOME } }, { 'image-tags': ['v1'] }] }],
        ['one, and any of others', { [COUNTS]: { LOW: SOME }, $or: [{ [COUNTS]: { HIGH: SOME } }] }],
    ])('of a rule that mean something else stay: %s', (_what, detail) => {
        expect(resources({ Rule: rule(detail) })).toMatchObject({
            others: ['Rule'],
            report: expect.stringContaining('it filters events'),
        });
    });

    test('of a rule that is off, or that an output needs, stay', () => {
        const off = rule({});
        expect(
            resources({ Rule: { ...off, Properties: { ...off.Properties, State: 'DISABLED' } } }),
        ).toMatchObject({ others: ['Rule'] });
        const outputs = { Rule: { Value: { 'Fn::GetAtt': ['Rule', 'Arn'] } } };
        expect(resources({ Rule: rule({}) }, outputs)).toMatchObject({
            others: ['Rule'],
            report: expect.stringContaining('something else in the template refers to it'),
        });
    });

    const found = (severity: string) => `$.detail.${COUNTS}.${severity}`;

    const filter = (FilterPattern: string, MetricValue = '1', MetricName = 'Findings') => ({
        Type: 'AWS::Logs::MetricFilter',
        Properties: {
            LogGroupName: { Ref: 'Log' },
            FilterPattern,
            MetricTransformations: [{ MetricNamespace: 'Team', MetricName, MetricValue }],
        },
    });

    const alarm = (properties: object = {}) => ({
        Type: 'AWS::CloudWatch::Alarm',
        Properties: {
            Namespace: 'Team',
            MetricName: 'Findings',
            Statistic: 'Maximum',
            ComparisonOperator: 'GreaterThanThreshold',
            Threshold: 0,
            ...properties,
        },
    });

    const logged = (others: object) =>
        resources({
            Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'scans', RetentionInDays: 7 } },
            Rule: rule({}, { 'Fn::GetAtt': ['Log', 'Arn'] }),
            ...others,
        });

    const ANY = `{ (${found('CRITICAL')} > 0) || (${found('HIGH')} > 0) }`;

    test.each<[string, object, object]>([
        [
            'CRITICAL, as by default',
            { A: filter(`{ ${found('CRITICAL')} > 0 }`), B: alarm() },
            { VulnerabilityThreshold: 0 },
        ],
        [
            'HIGH',
            { A: filter(`{ ${found('HIGH')} >= 1 }`), B: alarm() },
            { AlarmSeverities: ['HIGH'], VulnerabilityThreshold: 0 },
        ],
        [
            'any of two in one filter',
            { A: filter(ANY), B: alarm({ Statistic: 'Sum' }) },
            { AlarmSeverities: ['CRITICAL', 'HIGH'], VulnerabilityThreshold: 0 },
        ],
        [
            'any of two by two filters of one metric',
            { A: filter(`{ ${found('HIGH')} > 0 }`), C: filter(`{ ${found('CRITICAL')} > 0 }`), B: alarm() },
            { AlarmSeverities: ['CRITICAL', 'HIGH'], VulnerabilityThreshold: 0 },
        ],
        [
            'a scan with more than five',
            { A: filter(`{ ${found('HIGH')} > 5 }`), B: alarm() },
            { AlarmSeverities: ['HIGH'], VulnerabilityThreshold: 5 },
        ],
        [
            'the number itself',
            { A: filter(`{ ${found('HIGH')} > 0 }`, found('HIGH')), B: alarm({ Threshold: 5 }) },
            { AlarmSeverities: ['HIGH'], VulnerabilityThreshold: 5 },
        ],
        [
            'a metric that ECR would have to publish',
            {
                B: alarm({
                    Namespace: 'AWS/ECR',
                    MetricName: 'HighSeverityVulnerabilities',
                    Dimensions: [{ Name: 'RepositoryName', Value: { Ref: 'Api' } }],
                }),
            },
            { AlarmSeverities: ['HIGH'], VulnerabilityThreshold: 0 },
        ],
    ])('of an alarm become AlarmSeverities: %s', (_what, others, settings) => {
        const { properties, others: rest } = logged(others);
        expect(rest).toEqual([]);
        const { AlarmSeverities, VulnerabilityThreshold } = properties;
        expect(JSON.parse(JSON.stringify({ AlarmSeverities, VulnerabilityThreshold }))).toEqual(settings);
    });

    test.each<[string, object]>([
        [
            'another filter of its metric',
            { A: filter(ANY), C: filter('{ $.detail.scan-status = "FAILED" }'), B: alarm() },
        ],
        ['an alarm whose actions are off', { A: filter(ANY), B: alarm({ ActionsEnabled: false }) }],
        ['both together', { A: filter(ANY.replace('||', '&&')), B: alarm() }],
        ['more than three scans', { A: filter(`{ ${found('HIGH')} > 0 }`), B: alarm({ Threshold: 3 }) }],
        [
            'a sum over scans',
            {
                A: filter(`{ ${found('HIGH')} > 0 }`, found('HIGH')),
                B: alarm({ Threshold: 5, Statistic: 'Sum' }),
            },
        ],
        ['five of one or of the other', { A: filter(ANY.replaceAll('> 0', '> 5')), B: alarm() }],
        [
            'fewer than',
            { A: filter(ANY), B: alarm({ ComparisonOperator: 'LessThanThreshold', Threshold: 1 }) },
        ],
        [
            'what it computes',
            {
                A: filter(ANY),
                B: {
                    Type: 'AWS::CloudWatch::Alarm',
                    Properties: {
                        Metrics: [
                            {
                                Id: 'm',
                                MetricStat: { Metric: { Namespace: 'Team', MetricName: 'Findings' } },
                            },
                        ],
                        ComparisonOperator: 'GreaterThanThreshold',
                        Threshold: 0,
                    },
                },
            },
        ],
    ])('of an alarm that means something else stay, with what feeds it: %s', (_what, others) => {
        const { properties, others: rest, report } = logged(others);
        expect(rest).toEqual(['Log', 'Rule', ...Object.keys(others)]);
        expect(properties).not.toHaveProperty('CreateCloudWatchAlarms');
        expect(report).toMatch(/Rule .*has filters that stay\n +B .*otherwise than the alarm of this type/);
    });
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
