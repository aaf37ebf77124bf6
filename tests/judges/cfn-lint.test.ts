import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { convert } from '../../local/convert/convert';

const ROOT = path.join(__dirname, '..', '..');

const folder = mkdtempSync(path.join(tmpdir(), 'lint-'));

afterAll(() => rmSync(folder, { recursive: true }));

interface Match {
    readonly Filename: string;
    readonly Rule: { readonly Id: string };
    readonly Location: { readonly Start: { readonly LineNumber: number } };
}

/** Runs `npm run lint:templates`. */
function lintTemplates(files: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    const script = ['--require', require.resolve('tsx/cjs'), path.join(ROOT, 'scripts', 'lint-templates.ts')];
    return spawnSync(process.execPath, [...script, ...files], {
        cwd: ROOT,
        encoding: 'utf8',
        env: { ...process.env, ...environment },
    });
}

/** What cfn-lint finds, as rule:line, by the template's name. */
function findings(templates: Readonly<Record<string, string>>): Map<string, string[]> {
    for (const [name, source] of Object.entries(templates)) {
        writeFileSync(path.join(folder, `${name}.yml`), source);
    }
    const files = Object.keys(templates).map((name) => path.join(folder, `${name}.yml`));
    const options = ['--append-rules', path.join(ROOT, 'lint'), '--format', 'json', '--template', ...files];
    const { stdout } = spawnSync('cfn-lint', options, { encoding: 'utf8' });
    const found = new Map(Object.keys(templates).map((name) => [name, [] as string[]]));
    for (const { Filename, Rule, Location } of JSON.parse(stdout || '[]') as Match[]) {
        found.get(path.parse(Filename).name)?.push(`${Rule.Id}:${Location.Start.LineNumber}`);
    }
    return found;
}

/** Properties from line 5 on. */
const repository = (...lines: string[]) =>
    ['Resources:', '  Repository:', '    Type: Org::Containers::EcrRepository', '    Properties:']
        .concat(lines.map((line) => `      ${line}`))
        .join('\n');

const NAMED = 'RepositoryName: my-app';

const WRONG: Readonly<Record<string, { readonly source: string; readonly found: readonly string[] }>> = {
    'a property that does not exist': {
        source: repository(NAMED, 'ScanOnPus: true'),
        found: ['E3002:6'],
    },
    'a property in the wrong place': {
        source: repository(NAMED, 'LifecycleRules:', '  - Id: a', '    ScanOnPush: true'),
        found: ['E3002:8'],
    },
    'no name': {
        source: repository('ScanOnPush: true'),
        found: ['E3003:4'],
    },
    'a destination without Region': {
        source: repository(
            NAMED,
            'EnableReplication: true',
            'ReplicationDestinations:',
            '  - RegistryId: "123456789012"',
        ),
        found: ['E3003:8'],
    },
    'a list that is text': {
        source: repository(NAMED, 'TagPrefixList: v'),
        found: ['E3012:6'],
    },
    'a number that is text': {
        source: repository(NAMED, 'TaggedImageRetentionCount: many'),
        found: ['E3012:6'],
    },
    'a value that there is not': {
        source: repository(NAMED, 'ImageTagMutability: FROZEN'),
        found: ['E3030:6'],
    },
    'a retention that CloudWatch Logs does not know': {
        source: repository(NAMED, 'LogRetentionDays: 31'),
        found: ['E3030:6'],
    },
    'a name that ECR refuses': {
        source: repository('RepositoryName: My-App'),
        found: ['E3031:5'],
    },
    'an account ID that is too short': {
        source: repository(NAMED, 'PullAccountIds:', '  - "1234"'),
        found: ['E3031:7'],
    },
    'too few images': {
        source: repository(NAMED, 'TaggedImageRetentionCount: 0'),
        found: ['E3034:6'],
    },
    'too many exclusion filters': {
        source: repository(NAMED, 'ImageTagMutabilityExclusionFilters: [a, b, c, d, e, f]'),
        found: ['E3032:6'],
    },
    'an Id that is too long': {
        source: repository(NAMED, 'LifecycleRules:', `  - Id: ${'a'.repeat(65)}`),
        found: ['E3033:7'],
    },
    'a prefix twice': {
        source: repository(NAMED, 'TagPrefixList: [v, v]'),
        found: ['E3037:6'],
    },
    'a lifecycle policy that ECR refuses': {
        source: repository(NAMED, `LifecyclePolicyText: '{"rules": []}'`),
        found: ['E9101:6'],
    },
    'a statement with a wildcard in a principal': {
        source: repository(
            NAMED,
            'EnableRepositoryPolicy: true',
            'CustomPolicyStatements:',
            '  - Effect: Allow',
            '    Principal: { AWS: "arn:aws:iam::111111111111:role/*" }',
            '    Action: ecr:PutImage',
        ),
        found: ['E9101:7'],
    },
    'a wrong branch of !If': {
        source: `${repository(NAMED, 'ImageTagMutability: !If [Frozen, FROZEN, MUTABLE]')}
Conditions:
  Frozen: !Equals [!Ref AWS::Region, us-east-1]`,
        found: ['E3030:6'],
    },
    'a parameter whose default is none of the values': {
        source: `${repository(NAMED, 'ScanType: !Ref Type')}
Parameters:
  Type: { Type: String, Default: FULL }`,
        found: ['W1030:8'],
    },
    'an output of an attribute that there is not': {
        source: `${repository(NAMED)}
Outputs:
  Url: { Value: !GetAtt Repository.RepositoryUri }`,
        found: ['E6101:7'],
    },
    'an attribute that there is not': {
        source: `${repository(NAMED)}
  Topic: { Type: AWS::SNS::Topic, Properties: { DisplayName: !GetAtt Repository.Arn } }`,
        found: ['E1010:6'],
    },
    'an attribute that there is not, in !Sub': {
        source: `${repository(NAMED)}
  Topic: { Type: AWS::SNS::Topic, Properties: { DisplayName: !Sub "\${Repository.Url}" } }`,
        found: ['E1019:6'],
    },
};

const RIGHT: Readonly<Record<string, string>> = {
    'functions in policies': repository(
        NAMED,
        `LifecyclePolicyText: !Sub '{"rules": [], "x": "\${AWS::StackName}"}'`,
        'CustomPolicyStatements:',
        '  - { Effect: Allow, Principal: { AWS: !Ref AWS::AccountId }, Action: ecr:PutImage }',
    ),
    'functions in place of values': `${repository(
        `RepositoryName: !Sub \${AWS::StackName}-app`,
        'ScanOnPush: !Ref Scan',
        'ImageTagMutability: !If [Frozen, IMMUTABLE, !Ref AWS::NoValue]',
        'PullAccountIds: !Ref Accounts',
        'TaggedImageRetentionCount: !FindInMap [Counts, !Ref AWS::Region, count]',
        'Tags: [{ Key: Stack, Value: !Ref AWS::StackId }]',
    )}
Parameters:
  Scan: { Type: String, AllowedValues: ['true', 'false'], Default: 'true' }
  Accounts: { Type: CommaDelimitedList, Default: '123456789012' }
Mappings:
  Counts: { us-east-1: { count: 3 } }
Conditions:
  Frozen: !Equals [!Ref Scan, 'true']
Outputs:
  Image: { Value: !Sub '\${Repository.RepositoryUrl}:latest' }
  Name: { Value: !Ref Repository }`,
};

describe('the rule', () => {
    let found: Map<string, string[]>;
    const sources = Object.entries(WRONG).map(([name, { source }]) => [name, source]);

    beforeAll(() => {
        found = findings({ ...Object.fromEntries(sources), ...RIGHT });
    });

    test.each(Object.keys(WRONG))('finds %s at its line', (name) => {
        expect(found.get(name)).toEqual(WRONG[name]?.found);
    });

    test.each(Object.keys(RIGHT))('takes %s', (name) => {
        expect(found.get(name)).toEqual([]);
    });
});

describe('npm run lint:templates', () => {
    test('finds nothing wrong in the examples and in what deploys the type', () => {
        const { stdout, status } = lintTemplates([]);
        expect(stdout).toMatch(/^\d\d+ templates, nothing wrong\.\n$/);
        expect(status).toBe(0);
    });

    test('fails for an example with a wrong property', () => {
        const file = path.join(folder, 'basic.yml');
        const example = readFileSync(path.join(ROOT, 'examples', 'basic.yml'), 'utf8');
        writeFileSync(file, example.replace('ScanOnPush', 'ScanOnPull'));
        const { stdout, status } = lintTemplates([file]);
        expect(stdout).toMatch(/E3002 .*'ScanOnPull' was unexpected.*\n.*basic\.yml:9:7/);
        expect(status).toBe(2);
    });

    test('says what to do without cfn-lint', () => {
        const { stderr, status } = lintTemplates([], { PATH: '/nowhere' });
        expect(stderr).toContain('Install it with "pip install cfn-lint"');
        expect(status).toBe(1);
    });
});

test.each(['loop.json', 'state.json'])('the templates that %s is converted to have no errors', (file) => {
    const text = readFileSync(path.join(ROOT, 'tests', 'support', 'convert', file), 'utf8');
    const { files } = convert({ file, text, names: new Map(), place: (name) => name });
    const templates = [...files].filter(([name]) => !name.startsWith('policy-'));
    const found = findings(
        Object.fromEntries(templates.map(([name, source]) => [path.parse(name).name, source])),
    );
    expect(found.size).toBe(templates.length);
    expect([...found.values()].flat().filter((rule) => rule.startsWith('E'))).toEqual([]);
});
