import type { Json, JsonObject } from '../../../../local/json';
import { type Blueprint, blueprintOf } from '../../../../local/template/blueprint';
import { readTemplate } from '../../../../local/template/read';
import type { Settings } from '../../../../local/template/scope';

const PSEUDO_PARAMETERS: Settings['pseudoParameters'] = {
    'AWS::AccountId': '123456789012',
    'AWS::NoValue': undefined,
    'AWS::NotificationARNs': [],
    'AWS::Partition': 'aws',
    'AWS::Region': 'eu-west-1',
    'AWS::StackId': 'arn:aws:cloudformation:eu-west-1:123456789012:stack/test/1',
    'AWS::StackName': 'test',
    'AWS::URLSuffix': 'amazonaws.com',
};

function blueprint(source: string, settings: Partial<Settings> = {}): Blueprint {
    const template = readTemplate(source, 't.yml');
    return blueprintOf(template, { parameters: new Map(), pseudoParameters: PSEUDO_PARAMETERS, ...settings });
}

/** The resource R's properties, when the resource Other has been created. */
function properties(source: string, settings: Partial<Settings> = {}): JsonObject {
    const other = { RepositoryName: 'other', RepositoryArn: 'arn:other' };
    const resource = blueprint(source, settings).resources.get('R');
    if (!resource) {
        throw new Error('there is no R');
    }
    return resource.properties((id) => (id === 'Other' ? { properties: other, complete: true } : undefined));
}

/** The error as a user sees it. */
function message(work: () => unknown): string {
    try {
        work();
    } catch (error) {
        return error instanceof Error ? error.message : String(error);
    }
    return 'none';
}

function problems(source: string, settings: Partial<Settings> = {}): string {
    return message(() => properties(source, settings));
}

/** A value in a place where the type takes anything. */
function evaluated(expression: string): Json | undefined {
    const [statement] = properties(`
Parameters:
  Text: { Type: String, Default: hello }
  Number: { Type: Number, Default: 5 }
  List: { Type: CommaDelimitedList, Default: 'a, b,c' }
  Empty: { Type: CommaDelimitedList, Default: '' }
Mappings:
  Sizes: { eu-west-1: { small: 1, all: [x, y] }, us-east-1: { small: 2 } }
Conditions:
  Right: !Equals [!Ref Text, hello]
  Wrong: !Not [!Condition Right]
  Both: !And [!Condition Right, { Condition: Wrong }]
  Either: !Or [!Condition Right, !Condition Wrong]
  NumberIsText: !Equals [!Ref Number, 5]
Transform: AWS::LanguageExtensions
Resources:
  Other: { Type: Org::Containers::EcrRepository, Properties: { RepositoryName: other } }
  R:
    Type: Org::Containers::EcrRepository
    Properties: { RepositoryName: repo, CustomPolicyStatements: [{ V: ${expression} }] }
`).CustomPolicyStatements as JsonObject[];
    return statement?.V;
}

describe('functions', () => {
    test.each<[string, Json | undefined]>([
        ['!Ref Text', 'hello'],
        ['{ Ref: Text }', 'hello'],
        ['!Ref Number', '5'],
        ['!Ref List', ['a', 'b', 'c']],
        ['!Ref Other', 'other'],
        ['!Ref AWS::Region', 'eu-west-1'],
        ['!Ref AWS::NotificationARNs', []],
        ['!Ref AWS::NoValue', undefined],
        ['[1, !Ref AWS::NoValue, 2]', [1, 2]],
        ['!GetAtt Other.RepositoryArn', 'arn:other'],
        ['!GetAtt [Other, RepositoryArn]', 'arn:other'],
        ['{ "Fn::GetAtt": [Other, RepositoryArn] }', 'arn:other'],
        [
            `!Sub "\${Text}-\${Other}-\${Other.RepositoryArn}-\${AWS::Region}"`,
            'hello-other-arn:other-eu-west-1',
        ],
        [`!Sub "\${!Text} \${Number}"`, `\${Text} 5`],
        [`!Sub ["\${A} \${Text}", { A: !Ref Number }]`, '5 hello'],
        [`{ "Fn::Sub": "x-\${Text}" }`, 'x-hello'],
        ['!Join ["-", [a, !Ref Number, true]]', 'a-5-true'],
        ['!Join ["", !Ref List]', 'abc'],
        ['!Split [",", "a,b"]', ['a', 'b']],
        ['!Select [1, !Ref List]', 'b'],
        ['!Select ["0", !Split ["-", a-b]]', 'a'],
        ['!FindInMap [Sizes, !Ref AWS::Region, small]', 1],
        ['!FindInMap [Sizes, us-east-1, small]', 2],
        ['!FindInMap [Sizes, eu-west-1, all]', ['x', 'y']],
        ['!If [Right, 1, 2]', 1],
        ['!If [Wrong, 1, 2]', 2],
        ['!If [Both, 1, 2]', 2],
        ['!If [Either, 1, 2]', 1],
        ['!If [NumberIsText, 1, 2]', 1],
        ['!If [Wrong, 1, !Ref AWS::NoValue]', undefined],
        ['!Base64 hello', 'aGVsbG8='],
        ['!ToJsonString { a: [1, !Ref Text] }', '{"a":[1,"hello"]}'],
        ['{ Condition: { StringEquals: { a: b } } }', { Condition: { StringEquals: { a: 'b' } } }],
        ['yes', true],
        ['2010-09-09', '2010-09-09'],
        ['y', 'y'],
        ['030', 24],
        ['0300', 192],
        ['012345670123', 1402433619],
        ['0800', '0800'],
        ["'030'", '030'],
        ['"12:30"', '12:30'],
        ['12:30:45', 45045],
        ['0o17', '0o17'],
        ['1_000', 1000],
        ['0x1F', 31],
        ['-010', -8],
        ['1.5e3', 1500],
        ['!FindInMap [Sizes, mars, small, { DefaultValue: !Ref Text }]', 'hello'],
        ['!FindInMap [Sizes, us-east-1, small, { DefaultValue: 7 }]', 2],
        ['!FindInMap [Sizes, !Join ["-", [eu, west, "1"]], small]', 1],
        ['!Length [a, b]', 2],
        ['!Length { Ref: Empty }', 1],
        ['!Ref Empty', ['']],
    ])('%s', (expression, value) => {
        expect(evaluated(expression)).toEqual(value);
    });

    test.each([
        ['!Cidr [10.0.0.0/16, 1, 8]', 't.yml:20: Fn::Cidr is not supported here'],
        [
            '!ImportValue x',
            't.yml:20: Fn::ImportValue is not supported here: it asks AWS for the exports of other stacks',
        ],
        [
            '!GetAZs us-east-1',
            't.yml:20: Fn::GetAZs is not supported here: it asks AWS for the Availability Zones of the account',
        ],
        ...['{ "Fn::Transform": { Name: AWS::Include } }', '{ "Fn::Transform": { Name: X }, a: 1 }'].map(
            (macro): [string, string] => [
                macro,
                't.yml:20: Fn::Transform is not supported here: it runs a macro in AWS',
            ],
        ),
        ['!Nonsense x', 't.yml:20: Fn::Nonsense is not a function here'],
        ['!Joins x', 't.yml:20: Fn::Joins is not a function here; did you mean Fn::Join?'],
        ['!Contains [[a], a]', 't.yml:20: Fn::Contains can be used in Rules only'],
        ['!Equals [1, 1]', 't.yml:20: Fn::Equals can be used in Conditions only'],
        ['!Ref Txt', 't.yml:20: there is no parameter or resource Txt; did you mean Text?'],
        ['!Ref Missing', 't.yml:20: there is no parameter or resource Missing'],
        ['!GetAtt Missing.Arn', 't.yml:20: Missing.Arn: there is no resource Missing'],
        [
            '!GetAtt Other.Nothing',
            't.yml:20: Other.Nothing: Nothing is not a read-only property of Org::Containers::EcrRepository, ' +
                'and !GetAtt takes no others',
        ],
        [
            '!GetAtt Other.RepositoryUr',
            't.yml:20: Other.RepositoryUr: RepositoryUr is not a read-only property of ' +
                'Org::Containers::EcrRepository, and !GetAtt takes no others; did you mean RepositoryUrl?',
        ],
        [
            '!GetAtt Other.ScanOnPush',
            't.yml:20: Other.ScanOnPush: ScanOnPush is not a read-only property of ' +
                'Org::Containers::EcrRepository, and !GetAtt takes no others',
        ],
        ['!GetAtt Other', 't.yml:20: Fn::GetAtt wants LogicalId.Attribute'],
        [
            '!GetAtt Other.RepositoryUrl',
            't.yml:20: Unable to retrieve RepositoryUrl attribute of Other: Read does not return it',
        ],
        [`!Sub "\${Missing}"`, 't.yml:20: there is no parameter or resource Missing'],
        [`!Sub "\${Missing.Arn}"`, 't.yml:20: Missing.Arn: there is no resource Missing'],
        [`!Sub ["\${A}"]`, 't.yml:20: Fn::Sub wants a list of 2'],
        [`!Sub ["\${A}", b]`, 't.yml:20: Fn::Sub: the second argument must be an object of variables'],
        ['!Join [a]', 't.yml:20: Fn::Join wants a list of 2'],
        ['!Join ["-", abc]', 't.yml:20: a list is wanted here'],
        ['!Join ["-", [{ a: 1 }]]', 't.yml:20: a string is wanted here, not {"a":1}'],
        ['!Select [3, [a]]', 't.yml:20: Fn::Select: there is no item 3 in a list of 1'],
        ['!FindInMap [Missing, a, b]', 't.yml:20: there is no mapping Missing'],
        ['!FindInMap [Sizes, mars, small]', 't.yml:20: mapping Sizes has no value for mars and small'],
        ['!FindInMap [Sizes, eu-west-1, big]', 't.yml:20: mapping Sizes has no value for eu-west-1 and big'],
        [
            '!FindInMap [Sizes, a]',
            't.yml:20: Fn::FindInMap wants a list of 3, and as a fourth at most {DefaultValue: …}',
        ],
        ['!Join [!Ref Text, [a]]', 't.yml:20: Fn::Join: Ref cannot be the delimiter'],
        ['!Split [!Sub a, b]', 't.yml:20: Fn::Split: Fn::Sub cannot be the delimiter'],
        ['!Select [!Sub "1", [a]]', 't.yml:20: Fn::Select: Fn::Sub cannot be the index'],
        [
            '"{{resolve:ssm:/token:3}}"',
            't.yml:20: {{resolve:ssm:/token:3}} is not looked up in AWS: give its value with --ssm-parameter /token=VALUE',
        ],
        ...['secretsmanager:token', 'ssm-secure:/token:1'].map((secret): [string, string] => [
            `"{{resolve:${secret}}}"`,
            `t.yml:20: {{resolve:${secret}}} is not supported here: it asks AWS for a secret`,
        ]),
        ['!If [Missing, 1, 2]', 't.yml:20: there is no condition Missing'],
        ['!If [Right, 1]', 't.yml:20: Fn::If wants a list of 3'],
        ['{ "Fn::Sub": a, Other: b }', 't.yml:20: Fn::Sub must be the only key of its object'],
    ])('%s is refused', (expression, reason) => {
        expect(message(() => evaluated(expression)).split('; wanted')[0]).toBe(reason);
    });
});

const TYPE = 'Type: Org::Containers::EcrRepository';
const MINIMAL = `Resources: { R: { ${TYPE}, Properties: { RepositoryName: repo } } }`;

describe('parameters', () => {
    const template = (parameter: string) => `
Parameters:
  P: { ${parameter} }
Resources:
  R: { ${TYPE}, Properties: { RepositoryName: !Join ['-', [repo, !Ref P]] } }
`;
    const given = (value: string) => ({ parameters: new Map([['P', value]]) });

    test.each([
        ['Type: String', 'abc'],
        ['Type: String, AllowedValues: [abc, 5]', '5'],
        ['Type: String, AllowedPattern: "[a-z]+"', 'abc'],
        ['Type: String, MinLength: 3, MaxLength: 3', 'abc'],
        ['Type: Number, MinValue: 1, MaxValue: 10', '10'],
        ['Type: AWS::EC2::VPC::Id', 'vpc-1'],
        ['Type: AWS::EC2::KeyPair::KeyName', 'key'],
        ['Type: AWS::SSM::Parameter::Name', 'abc'],
    ])('%s takes %s', (parameter, value) => {
        expect(properties(template(parameter), given(value)).RepositoryName).toBe(`repo-${value}`);
    });

    test.each([
        ['Type: String, AllowedValues: [abc, 5]', 'x', 'parameter P: given "x", wanted one of abc, 5'],
        [
            'Type: String, AllowedPattern: "[a-z]+"',
            'a1',
            'parameter P: given "a1", wanted text that matches [a-z]+',
        ],
        ['Type: String, MinLength: 3', 'ab', 'parameter P: given "ab", wanted at least 3 characters'],
        ['Type: String, MaxLength: 3', 'abcd', 'parameter P: given "abcd", wanted at most 3 characters'],
        ['Type: Number', 'abc', 'parameter P: given "abc", wanted a number'],
        ['Type: Number, MinValue: 1', '0', 'parameter P: given "0", wanted at least 1'],
        ['Type: Number, MaxValue: 1', '2', 'parameter P: given "2", wanted at most 1'],
        ['Type: List<Number>', '1,x', 'parameter P: given "x", wanted a number'],
        ['Type: Number, ConstraintDescription: a port', 'abc', 'parameter P: given "abc", wanted a port'],
        ['Type: Number, NoEcho: true', 'abc', 'parameter P: given ****, wanted a number'],
    ])('%s refuses %s', (parameter, value, reason) => {
        expect(problems(template(parameter), given(value))).toBe(`t.yml:3: ${reason}`);
    });

    test.each([
        [
            'Description: no type',
            'parameter P has no Type; wanted one of String, Number, CommaDelimitedList, List<Number>',
        ],
        [
            "Type: 'AWS::SSM::Parameter::Value<String>', Default: /a/b",
            'parameter P is the value of /a/b in Systems Manager, which is not looked up in AWS: ' +
                'give it with --ssm-parameter /a/b=VALUE',
        ],
        [
            'Type: CommaDelimitedList, Default: "", AllowedPattern: "[a-z]+"',
            'parameter P: given "", wanted text that matches [a-z]+',
        ],
        [
            'Type: String, Defalt: a',
            'parameter P has an unknown attribute Defalt; did you mean Default?; wanted ' +
                'Type, Description, Default, AllowedValues, AllowedPattern, MinLength, MaxLength, MinValue, ' +
                'MaxValue, ConstraintDescription, NoEcho',
        ],
        [
            'Type: Text',
            'parameter P: Text is not known here; wanted String, Number, CommaDelimitedList, List<Number>',
        ],
        ['Type: String', 'parameter P has no Default: give its value with --parameter P=VALUE'],
        ['Type: Number, Default: abc', 'parameter P: given "abc", wanted a number'],
        [
            'Type: String, AllowedPattern: "("',
            'AllowedPattern is not a regular expression: Invalid regular expression: /(/: Unterminated group',
        ],
    ])('%s is wrong', (parameter, reason) => {
        expect(problems(template(parameter))).toBe(`t.yml:3: ${reason}`);
    });

    test('lists of names of what exists in AWS are lists', () => {
        const source = `
Parameters: { P: { Type: 'List<AWS::EC2::Subnet::Id>' } }
Resources: { R: { ${TYPE}, Properties: { RepositoryName: repo, TagPrefixList: !Ref P } } }`;
        expect(properties(source, given('a, b')).TagPrefixList).toEqual(['a', 'b']);
    });

    test("values of Systems Manager are looked up by the parameter's value, or its Default", () => {
        const looked = "Type: 'AWS::SSM::Parameter::Value<String>', Default: /a/b, AllowedPattern: '/.*'";
        const ssmParameters = new Map([
            ['/a/b', 'one'],
            ['/a/c', 'two'],
        ]);
        expect(properties(template(looked), { ssmParameters }).RepositoryName).toBe('repo-one');
        expect(properties(template(looked), { ssmParameters, ...given('/a/c') }).RepositoryName).toBe(
            'repo-two',
        );
        const dynamic = `Resources: { R: { ${TYPE}, Properties: { RepositoryName: 'x-{{resolve:ssm:/a/b:1}}' } } }`;
        expect(properties(dynamic, { ssmParameters }).RepositoryName).toBe('x-one');
    });

    test('a value for no parameter is refused', () => {
        expect(problems(MINIMAL, given('x'))).toBe('t.yml: there is no parameter P; declared are: none');
    });
});

describe('rules', () => {
    const template = (rule: string) => `
Parameters:
  Environment: { Type: String, Default: development }
  Topic: { Type: String, Default: '' }
Rules:
  R1: ${rule}
${MINIMAL}`;
    const assertion = '{ Assert: !Not [!Equals [!Ref Topic, ""]], AssertDescription: Name a topic. }';
    const inProduction = 'RuleCondition: !Equals [!Ref Environment, production]';
    const given = (...entries: [string, string][]) => ({ parameters: new Map(entries) });

    test.each<[string, [string, string][], string]>([
        [`{ Assertions: [${assertion}] }`, [], 't.yml:6: rule R1: Name a topic.'],
        [`{ Assertions: [${assertion}] }`, [['Topic', 'alerts']], 'none'],
        ...[
            ['!Contains [[a, b], !Ref Topic]', 'b', 'none'],
            ['!Not [!Contains [[a, b], !Ref Topic]]', 'b', 't.yml:6: rule R1: an assertion is not fulfilled'],
            ['!EachMemberEquals [[a, a], !Ref Topic]', 'a', 'none'],
            [
                '!EachMemberEquals [[a, b], !Ref Topic]',
                'a',
                't.yml:6: rule R1: an assertion is not fulfilled',
            ],
            ['!EachMemberIn [[!Ref Topic], [a, b]]', 'b', 'none'],
            ['!EachMemberIn [[!Ref Topic, a], [a]]', 'b', 't.yml:6: rule R1: an assertion is not fulfilled'],
        ].map(([test = '', topic = '', reason = '']): [string, [string, string][], string] => [
            `{ Assertions: [{ Assert: ${test} }] }`,
            [['Topic', topic]],
            reason,
        ]),
        [`{ ${inProduction}, Assertions: [${assertion}] }`, [], 'none'],
        [
            `{ ${inProduction}, Assertions: [${assertion}] }`,
            [['Environment', 'production']],
            't.yml:6: rule R1: Name a topic.',
        ],
        [
            `{ Assertions: [{ Assert: !Equals [!Ref Topic, x] }, ${assertion}] }`,
            [],
            't.yml:6: rule R1: an assertion is not fulfilled\nt.yml:6: rule R1: Name a topic.',
        ],
    ])('%s with %j: %s', (rule, parameters, reason) => {
        expect(problems(template(rule), given(...parameters))).toBe(reason);
    });

    test.each([
        ['[]', 'rule R1 must be an object'],
        ['{ Assertions: [] }', 'rule R1 needs a list of Assertions'],
        [
            `{ Assertions: [${assertion}], If: x }`,
            'rule R1 has an attribute If; wanted RuleCondition, Assertions',
        ],
        ['{ Assertions: [{ AssertDescription: x }] }', 'an assertion of rule R1 has no Assert'],
        ['{ Assertions: [{ Assert: !Equals [!Ref None, x] }] }', 'there is no parameter or resource None'],
        [
            '{ Assertions: [{ Assert: !Equals [!Ref R, x] }] }',
            'a condition or rule cannot refer to a resource: R',
        ],
        ['{ Assertions: [{ Assert: !Condition C }] }', 'a rule cannot refer to a condition'],
        [
            '{ Assertions: [{ Assert: { Fn::RefAll: AWS::EC2::VPC::Id } }] }',
            'Fn::RefAll is not supported here: it asks AWS for what the values of parameters name; wanted Fn::Equals',
        ],
        ['{ Assertions: [{ Assert: { Fn::Contains: [[a]] } }] }', 'Fn::Contains wants a list of 2'],
    ])('%s is wrong', (rule, reason) => {
        expect(problems(template(rule))).toMatch(new RegExp(`^t\\.yml:6: ${reason}`));
    });
});

describe('templates that are refused', () => {
    test.each<[string, string, string]>([
        [
            'YAML that is none',
            'Resources:\n  R: [',
            't.yml:2: the YAML or JSON cannot be read: Flow sequence in block collection must be sufficiently',
        ],
        [
            'a key twice',
            'Resources:\n  R: 1\n  R: 2',
            't.yml:3: the YAML or JSON cannot be read: Map keys must be unique',
        ],
        [
            'JSON that is none',
            '{\n"Resources": {,}}',
            't.yml:2: the YAML or JSON cannot be read: Unexpected , in flow map',
        ],
        [
            'lists within lists without end',
            `A:\n  ${'['.repeat(20_000)}${']'.repeat(20_000)}`,
            't.yml:2: the YAML or JSON cannot be read: too many objects or lists are within each other',
        ],
        ['an alias', `A: &a 1\nB: *a\n${MINIMAL}`, 't.yml:2: CloudFormation knows no YAML aliases: *a'],
        ['a merge', `A:\n  <<: { b: 1 }\n${MINIMAL}`, 't.yml:2: CloudFormation knows no YAML merges: <<'],
        ['a list', '- a', 't.yml:1: a template must be an object with a section Resources'],
        [
            'no resources',
            'Description: x',
            't.yml:1: a template needs at least one resource in a section Resources',
        ],
        [
            'an empty section',
            'Description: x\nResources: {}',
            't.yml:2: a template needs at least one resource',
        ],
        ['an unknown section', `${MINIMAL}\nHooks: {}`, 't.yml:2: there is no section Hooks here'],
        [
            'another version',
            `${MINIMAL}\nAWSTemplateFormatVersion: 1`,
            't.yml:2: AWSTemplateFormatVersion must be',
        ],
        ...['AWS::Serverless-2016-10-31', '[AWS::LanguageExtensions, AWS::Serverless-2016-10-31]'].map(
            (transforms): [string, string, string] => [
                `Transform ${transforms}`,
                `${MINIMAL}\nTransform: ${transforms}`,
                't.yml:2: Transform AWS::Serverless-2016-10-31 runs in AWS; only AWS::LanguageExtensions is supported',
            ],
        ),
        [
            'a macro for the whole template',
            `${MINIMAL}\nFn::Transform: { Name: X }`,
            't.yml:2: Fn::Transform is not supported here: it runs a macro',
        ],
        [
            'a section that is misspelt',
            `${MINIMAL}\nOutput: {}`,
            't.yml:2: there is no section Output here; did you mean Outputs?',
        ],
        ['a resource without type', 'Resources:\n  R: {}', 't.yml:2: resource R has no Type'],
        [
            'a resource that is text',
            'Resources:\n  R: x',
            't.yml:2: resource R must be an object with a Type',
        ],
        [
            'an odd logical ID',
            `Resources:\n  R-1: { ${TYPE} }`,
            't.yml:2: Resources: R-1 may hold letters and digits only',
        ],
        [
            'an unknown attribute',
            `Resources:\n  R:\n    ${TYPE}\n    Propertys: {}`,
            't.yml:4: resource R has an attribute Propertys, unknown here; did you mean Properties?',
        ],
        [
            'an attribute of other types',
            `Resources:\n  R:\n    ${TYPE}\n    UpdatePolicy: {}`,
            't.yml:4: resource R has an attribute UpdatePolicy, unknown here',
        ],
        [
            'properties that are text',
            `Resources:\n  R:\n    ${TYPE}\n    Properties: x`,
            't.yml:4: resource R: Properties must',
        ],
        [
            'a snapshot',
            `Resources:\n  R:\n    ${TYPE}\n    DeletionPolicy: Snapshot`,
            't.yml:4: resource R: DeletionPolicy: given Snapshot, wanted Delete or Retain or RetainExceptOnCreate',
        ],
        [
            'an odd DependsOn',
            `Resources:\n  R: { ${TYPE}, DependsOn: X }`,
            't.yml:2: R has a DependsOn X, which is no resource',
        ],
        [
            'an unknown condition',
            `Resources:\n  R: { ${TYPE}, Condition: X }`,
            't.yml:2: there is no condition X',
        ],
        ['an output without value', `${MINIMAL}\nOutputs:\n  O: {}`, 't.yml:3: output O has no Value'],
        [
            'an output of nothing',
            `${MINIMAL}\nOutputs:\n  O: { Value: !Ref X }`,
            't.yml:3: there is no parameter or resource X',
        ],
        [
            'a condition about a resource',
            `${MINIMAL}\nConditions:\n  C: !Equals [!Ref R, a]`,
            't.yml:3: a condition or rule cannot refer to a resource: R',
        ],
        [
            'a condition that is text',
            `${MINIMAL}\nConditions:\n  C: x`,
            't.yml:3: this is not a condition; wanted Fn::Equals',
        ],
        [
            'a condition that is a value',
            `${MINIMAL}\nConditions:\n  C: !Sub x`,
            't.yml:3: Fn::Sub is not a condition',
        ],
        [
            'conditions in a circle',
            `${MINIMAL}\nConditions:\n  A: !Not [!Condition B]\n  B: !Not [!Condition A]`,
            't.yml:3: conditions in a circle: A → B → A',
        ],
        [
            'resources in a circle',
            `Resources:\n  A: { ${TYPE}, DependsOn: B }\n  B: { ${TYPE}, Properties: { RepositoryName: !Ref A } }`,
            't.yml:2: resources in a circle: A → B → A',
        ],
        [
            'a resource left out by its condition',
            `Conditions:\n  Wrong: !Equals [1, 2]\nResources:\n  A: { ${TYPE}, Condition: Wrong }\n` +
                `  R: { ${TYPE}, Properties: { RepositoryName: !Ref A } }`,
            't.yml:5: A: A is left out by its condition Wrong',
        ],
        [
            'a function that needs a transform',
            `Resources:\n  R: { ${TYPE}, Properties: { RepositoryName: !ToJsonString {} } }`,
            't.yml:2: Fn::ToJsonString needs the section "Transform: AWS::LanguageExtensions"',
        ],
        [
            'a loop that needs a transform',
            `Resources:\n  Fn::ForEach::A: [N, [a], { 'R\${N}': { ${TYPE} } }]`,
            't.yml:2: Fn::ForEach::A needs the section "Transform: AWS::LanguageExtensions"',
        ],
        [
            'a function in a policy that needs a transform',
            `Parameters: { P: { Type: String, Default: Retain } }\nResources:\n  R: { ${TYPE}, DeletionPolicy: !Ref P }`,
            't.yml:3: Ref in a policy needs the section "Transform: AWS::LanguageExtensions"',
        ],
        [
            'a default of a mapping that needs a transform',
            `Mappings: { M: { a: { b: 1 } } }\nResources:\n  R: { ${TYPE}, Properties: { RepositoryName: ` +
                '!FindInMap [M, x, y, { DefaultValue: z }] } }',
            't.yml:3: Fn::FindInMap with a DefaultValue needs the section "Transform: AWS::LanguageExtensions"',
        ],
        [
            'a function in a mapping that needs a transform',
            `Mappings: { M: { a: { b: 1 } } }\nResources:\n  R: { ${TYPE}, Properties: { RepositoryName: ` +
                '!FindInMap [M, !Sub x, y] } }',
            't.yml:3: Fn::Sub in Fn::FindInMap needs the section "Transform: AWS::LanguageExtensions"',
        ],
    ])('%s', (_, source, reason) => {
        expect(problems(source).split('\n')[0]).toContain(reason);
    });

    test('of more than 1 MB', () => {
        const full = `${MINIMAL} `.padEnd(1_000_000, '#');
        expect(problems(full)).toBe('none');
        expect(problems(`${full}#`)).toBe(
            't.yml: the template has 1000001 bytes, and CloudFormation takes at most 1000000: split it into several stacks',
        );
    });

    test('all problems are told at once', () => {
        const source = `Hooks: {}\nResources:\n  R:\n    ${TYPE}\n    Nonsense: 1\n  S: {}`;
        expect(problems(source).split('\n')).toEqual([
            expect.stringContaining('t.yml:1: there is no section Hooks'),
            expect.stringContaining('t.yml:5: resource R has an attribute Nonsense'),
            expect.stringContaining('t.yml:6: resource S has no Type'),
        ]);
    });

    test('all names that are missing are told at once', () => {
        const source = `Resources:\n  R:\n    ${TYPE}\n    Properties:\n      A: !Ref None\n      B: !Sub '\${Missing} \${Nothing.D}'`;
        expect(problems(source).split('\n')).toEqual([
            't.yml:5: there is no parameter or resource None',
            't.yml:6: there is no parameter or resource Missing',
            't.yml:6: Nothing.D: there is no resource Nothing',
        ]);
    });
});

describe('resources of other types', () => {
    const source = `
Resources:
  Topic: { Type: AWS::SNS::Topic }
  Key: { Type: AWS::KMS::Key }
  R:
    ${TYPE}
    Properties:
      RepositoryName: !Sub 'a-\${Topic}'
      EncryptionType: KMS
      KmsKeyArn: !GetAtt Key.Arn
`;
    const arn = 'arn:aws:kms:us-east-1:123456789012:key/1';

    test('are refused, every one by its name', () => {
        const reason =
            'only Org::Containers::EcrRepository can be deployed here (--only-supported leaves the others out)';
        expect(problems(source)).toBe(
            `t.yml:3: Topic is of type AWS::SNS::Topic; ${reason}\nt.yml:4: Key is of type AWS::KMS::Key; ${reason}`,
        );
    });

    test('can be left out when what they are needed for is given', () => {
        const foreignValues = new Map([
            ['Topic', 'news'],
            ['Key.Arn', arn],
        ]);
        expect(properties(source, { foreignValues })).toMatchObject({
            RepositoryName: 'a-news',
            KmsKeyArn: arn,
        });
    });

    test('are asked for when something needs them', () => {
        expect(problems(source, { foreignValues: new Map() })).toBe(
            't.yml:8: Topic is needed, but AWS::SNS::Topic is left out: give --resource Topic=VALUE\n' +
                't.yml:10: Key.Arn is needed, but AWS::KMS::Key is left out: give --attribute Key.Arn=VALUE',
        );
    });

    test('may use what is not supported here, since they are never resolved', () => {
        const foreign = (attributes: string) =>
            `Resources:\n  T: { Type: AWS::EC2::Subnet, ${attributes} }\n  R: { ${TYPE}, Properties: { RepositoryName: repo } }`;
        const accepted = (attributes: string) =>
            properties(foreign(attributes), { foreignValues: new Map() }).RepositoryName;
        expect(accepted('Properties: { CidrBlock: !Select [0, !Cidr [!ImportValue x, 2, 7]] }')).toBe('repo');
        expect(accepted("Properties: { AvailabilityZone: !Select [0, !GetAZs ''] }")).toBe('repo');
        expect(accepted('CreationPolicy: {}, UpdatePolicy: {}')).toBe('repo');
        expect(problems(foreign('Properties: { CidrBlock: !Select [0, !Cidrs [x, 2, 7]] }'))).toContain(
            'Fn::Cidrs is not a function here',
        );
        expect(problems(foreign('Properties: { CidrBlock: !Cidr [!Ref Missing, 2, 7] }'))).toContain(
            'there is no parameter or resource Missing',
        );
    });

    test('values for what is not there are refused', () => {
        const foreignValues = new Map([['Nothing', 'x']]);
        expect(problems(MINIMAL, { foreignValues })).toBe(
            't.yml: Nothing: there is no resource of another type by this name',
        );
    });
});

describe('properties', () => {
    const given = (written: string) =>
        `Resources: { R: { ${TYPE}, Properties: { RepositoryName: repo, ${written} } } }`;

    test.each<[string, JsonObject]>([
        ["ScanOnPush: 'true'", { ScanOnPush: true }],
        ["ScanOnPush: 'True'", { ScanOnPush: true }],
        ["ScanOnPush: 'FALSE'", { ScanOnPush: false }],
        ["TaggedImageRetentionCount: '25'", { TaggedImageRetentionCount: 25 }],
        ['PullAccountIds: [123456789012]', { PullAccountIds: ['123456789012'] }],
        ['Tags: [{ Key: 1, Value: true }]', { Tags: [{ Key: '1', Value: 'true' }] }],
        [
            "LifecycleRules: [{ Id: a, Enabled: 'false', ImageRetentionDays: '3' }]",
            { LifecycleRules: [{ Id: 'a', Enabled: false, ImageRetentionDays: 3 }] },
        ],
        ['CustomPolicyStatements: [{ Sid: 1 }]', { CustomPolicyStatements: [{ Sid: 1 }] }],
    ])('%s is taken as CloudFormation takes it', (written, wanted) => {
        expect(properties(given(written))).toMatchObject(wanted);
    });

    test('one message tells all that is wrong, each with the line of the property', () => {
        const source = `
Resources:
  R:
    ${TYPE}
    Properties:
      RepositoryName: My-App
      ScanOnPush: 'Yes'
      TaggedImageRetentionCounts: 25
      RepositoryArn: x
      Tags:
        - Key: team
          Value: x
        - Kye: team
      LifecycleRules: !If [Right, [{ Id: a, TagPrefixLis: [v] }], []]
Conditions: { Right: !Equals [1, 1] }
`;
        expect(problems(source).split('\n')).toEqual(
            expect.arrayContaining([
                expect.stringMatching(
                    /^t\.yml:6: R: RepositoryName: given "My-App", wanted lowercase .*: text that/,
                ),
                't.yml:7: R: ScanOnPush: given "Yes", wanted a boolean',
                "t.yml:8: R: TaggedImageRetentionCounts: given a property that does not exist, wanted one of the type's own; did you mean TaggedImageRetentionCount?",
                't.yml:9: R: RepositoryArn: given a value, wanted none: it is read-only',
                expect.stringMatching(/^t\.yml:13: R: Tags\/1\/Kye: .*; did you mean Key\?$/),
                expect.stringMatching(
                    /^t\.yml:14: R: LifecycleRules\/0\/TagPrefixLis: .*; did you mean TagPrefixList\?$/,
                ),
            ]),
        );
    });
});

describe('Fn::ForEach', () => {
    const source = (loop: string) => `
Transform: [AWS::LanguageExtensions]
Parameters: { Names: { Type: CommaDelimitedList, Default: 'api, web-site' }, Text: { Type: String, Default: a } }
Resources:
  ${loop}
`;
    const repositories = (loop: string, parameters = new Map<string, string>()) => {
        const template = readTemplate(source(loop), 't.yml', { parameters });
        const { resources } = blueprintOf(template, { pseudoParameters: PSEUDO_PARAMETERS, parameters });
        return [...resources].map(([id, planned]) => [
            id,
            planned.properties(() => undefined).RepositoryName,
        ]);
    };
    const over = (collection: string) =>
        `Fn::ForEach::All: [Name, ${collection}, { 'R&{Name}': { ${TYPE}, Properties: { RepositoryName: !Ref Name } } }]`;

    test('repeats a resource for each item of a list, or of a parameter', () => {
        expect(repositories(over('[api, web-site]'))).toEqual([
            ['Rapi', 'api'],
            ['Rwebsite', 'web-site'],
        ]);
        expect(repositories(over('!Ref Names'), new Map([['Names', 'one']]))).toEqual([['Rone', 'one']]);
    });

    test('may be nested, and is in texts and properties too', () => {
        const loop = `Fn::ForEach::A:
    - A
    - [x, y]
    - Fn::ForEach::B: [B, ['1', '2'], { '\${A}\${B}': { ${TYPE}, Properties: { RepositoryName: !Sub 'r-\${A}-\${B}' } } }]`;
        expect(repositories(loop)).toEqual([
            ['x1', 'r-x-1'],
            ['x2', 'r-x-2'],
            ['y1', 'r-y-1'],
            ['y2', 'r-y-2'],
        ]);
        const inside = `R: { ${TYPE}, Properties: { Fn::ForEach::P: [P, [Name], { 'Repository\${P}': app }] } }`;
        expect(repositories(inside)).toEqual([['R', 'app']]);
    });

    test.each([
        [over('!Ref Nmes'), 't.yml:5: there is no parameter Nmes'],
        [over('!Ref Text'), 't.yml:5: a collection must be a list, and parameter Text is a String'],
        [
            over('!FindInMap [A, b, c]'),
            't.yml:5: Fn::ForEach::All: a collection is a list, or !Ref of a parameter that is one; Fn::FindInMap cannot be used',
        ],
        [
            'Fn::ForEach::A: [x]',
            't.yml:5: Fn::ForEach::A wants a list of an identifier, a collection and an object',
        ],
        [
            `Fn::ForEach::A: [N, [a, b], { R: { ${TYPE} } }]`,
            't.yml:5: R is there twice: the name must differ from one turn of Fn::ForEach to the next',
        ],
    ])('%s is refused', (loop, reason) => {
        expect(message(() => repositories(loop)).split('\n')[0]).toBe(reason);
    });
});

describe('policies', () => {
    const source = (policy: string) => `
Transform: AWS::LanguageExtensions
Parameters: { Policy: { Type: String, Default: Retain } }
Conditions: { Kept: !Equals [!Ref Policy, Retain] }
Resources:
  R: { ${TYPE}, DeletionPolicy: ${policy}, Properties: { RepositoryName: repo } }
`;

    test.each([
        ['Retain', 'Retain'],
        ['!Ref Policy', 'Retain'],
        ['!If [Kept, RetainExceptOnCreate, Delete]', 'RetainExceptOnCreate'],
    ])('%s gives %s', (policy, wanted) => {
        expect(blueprint(source(policy)).resources.get('R')?.deletionPolicy).toBe(wanted);
    });

    test.each([
        ['!Sub x', 'resource R: DeletionPolicy: given x, wanted Delete or Retain or RetainExceptOnCreate'],
        ['!Ref R', 'a policy cannot refer to a resource: R'],
    ])('%s is refused', (policy, reason) => {
        expect(problems(source(policy))).toBe(`t.yml:6: ${reason}`);
    });
});

// Written by hand; tests/e2e/cdk.test.ts deploys what the CDK writes.
test('what the CDK adds to a stack needs nothing from the user', () => {
    const hash = '0f'.repeat(32);
    const stack = `
Parameters:
  AssetParameters${hash}S3BucketFB076997: { Type: String }
  AssetParameters${hash}S3VersionKey165A20DA: { Type: String }
  BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /cdk-bootstrap/hnb659fds/version }
Rules:
  CheckBootstrapVersion:
    Assertions:
      - Assert: { Fn::Not: [{ Fn::Contains: [['1', '2', '3', '4', '5'], { Ref: BootstrapVersion }] }] }
        AssertDescription: CDK bootstrap stack version 6 required.
Resources:
  R: { ${TYPE}, Properties: { RepositoryName: repo } }
  CDKMetadata: { Type: AWS::CDK::Metadata, Properties: { Analytics: v2 } }
Outputs:
  Key:
    Value: !Select [1, !Split ['||', !Ref AssetParameters${hash}S3VersionKey165A20DA]]
`;
    const { resources, outputs } = blueprint(stack);
    expect([...resources.keys()]).toEqual(['R']);
    expect(outputs(() => ({ properties: {}, complete: true }))).toEqual({ Key: hash });
});

describe('what belongs to a stack', () => {
    const source = `
Parameters:
  Extra: { Type: String, Default: 'no' }
Conditions:
  Extra: !Equals [!Ref Extra, 'yes']
Resources:
  A: { ${TYPE}, DeletionPolicy: Retain, UpdateReplacePolicy: Retain, Properties: { RepositoryName: aa } }
  B: { ${TYPE}, Condition: Extra, Properties: { RepositoryName: !Ref A } }
  C: { ${TYPE}, DependsOn: [A, B], Properties: { RepositoryName: !If [Extra, !Ref B, cc] } }
Outputs:
  Name: { Value: !Ref A, Export: { Name: x } }
  Arn: { Value: !GetAtt A.RepositoryArn }
  OfB: { Value: !Ref B, Condition: Extra }
`;
    const models = (id: string) => ({
        properties: { RepositoryName: `name-of-${id}`, RepositoryArn: 'arn' },
        complete: true,
    });

    test('depends on conditions', () => {
        const { resources, outputs } = blueprint(source);
        expect([...resources].map(([id, { dependsOn }]) => [id, dependsOn])).toEqual([
            ['A', []],
            ['C', ['A']],
        ]);
        expect(outputs(models)).toEqual({ Name: 'name-of-A', Arn: 'arn' });
    });

    test('and on parameters', () => {
        const { resources, outputs } = blueprint(source, { parameters: new Map([['Extra', 'yes']]) });
        expect([...resources].map(([id, { dependsOn }]) => [id, dependsOn])).toEqual([
            ['A', []],
            ['B', ['A']],
            ['C', ['A', 'B']],
        ]);
        expect(outputs(models)).toEqual({ Name: 'name-of-A', Arn: 'arn', OfB: 'name-of-B' });
    });

    test('policies are kept', () => {
        const { resources } = blueprint(source);
        expect(resources.get('A')).toMatchObject({ deletionPolicy: 'Retain', updateReplacePolicy: 'Retain' });
        expect(resources.get('C')).toMatchObject({ deletionPolicy: 'Delete', updateReplacePolicy: 'Delete' });
    });

    test('JSON is read as well', () => {
        const json = {
            Resources: {
                R: {
                    Type: 'Org::Containers::EcrRepository',
                    Properties: { RepositoryName: { Ref: 'AWS::StackName' } },
                },
            },
        };
        expect(properties(JSON.stringify(json, undefined, '\t')).RepositoryName).toBe('test');
    });
});
