import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import schema from '../../schema.json';
import { ending, startCommand } from '../support/command-line';

interface Template {
    readonly Resources: Readonly<Record<string, { readonly Properties: object }>>;
    readonly Outputs: object;
}

const ROOT = path.join(__dirname, '..', '..');

const EXAMPLE = path.join(ROOT, 'examples', 'cdk');

const folder = mkdtempSync(path.join(tmpdir(), 'cdk-'));

symlinkSync(path.join(EXAMPLE, 'node_modules'), path.join(folder, 'node_modules'));

// The CDK is the example's own dependency, so that the project's installation stays small.
beforeAll(() => {
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: EXAMPLE });
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true }));

const program = (name: string): string => path.join(EXAMPLE, 'node_modules', '.bin', name);

/** An app around properties of a repository and what is done with it. */
const appWith = (properties: string, use = '') => `
import { App, Aws, CfnCondition, CfnParameter, Fn, Lazy, Stack, Tags, Token } from 'aws-cdk-lib';
import { CfnEcrRepository } from '${path.join(EXAMPLE, 'ecr-repository')}';
export const stack = new Stack(new App({ analyticsReporting: false }), 'Stack');
export const parameter = new CfnParameter(stack, 'P');
export const condition = new CfnCondition(stack, 'C', { expression: Fn.conditionEquals(Aws.REGION, 'us-east-1') });
export const tokens = [Tags, Lazy, Token];
export const repository = new CfnEcrRepository(stack, 'R', { ${properties} });
${use}
`;

/** What the compiler says of apps in TypeScript, by the names of files. */
function complaints(apps: Readonly<Record<string, string>>): Map<string, string> {
    for (const [name, source] of Object.entries(apps)) {
        writeFileSync(path.join(folder, `${name}.ts`), source);
    }
    const files = Object.keys(apps).map((name) => `${name}.ts`);
    const compilerOptions = { rootDir: '/', types: [], typeRoots: [], exactOptionalPropertyTypes: false };
    const tsconfig = { extends: path.join(ROOT, 'tsconfig.json'), compilerOptions, files, references: [] };
    writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ ...tsconfig, include: [] }));
    const { stdout } = spawnSync(program('tsc'), ['-p', '.', '--pretty', 'false'], {
        cwd: folder,
        encoding: 'utf8',
    });
    const said = new Map(Object.keys(apps).map((name) => [name, '']));
    for (const [line, file = ''] of stdout.matchAll(/^([^ (\n][^(\n]*).*$/gm)) {
        const { name } = path.parse(file);
        said.set(name, (said.get(name) ?? '') + line);
    }
    return said;
}

/** Runs an app; gives its template. */
function synthesize(file: string): Template {
    const outdir = mkdtempSync(path.join(folder, 'out-'));
    const env = { ...process.env, CDK_OUTDIR: outdir };
    const { status, stderr } = spawnSync(program('tsx'), [file], { encoding: 'utf8', env });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const { artifacts } = JSON.parse(readFileSync(path.join(outdir, 'manifest.json'), 'utf8'));
    const [stack] = Object.keys(artifacts).filter((name) => !name.endsWith('.assets') && name !== 'Tree');
    return JSON.parse(readFileSync(path.join(outdir, `${stack}.template.json`), 'utf8'));
}

const NAMED = `RepositoryName: 'my-app'`;

describe('the compiler', () => {
    const wrong: Readonly<Record<string, readonly [source: string, message: RegExp]>> = {
        'no-such-property': [appWith(`${NAMED}, ScanOnPus: true`), /'ScanOnPus' does not exist/],
        'no-such-property-below': [
            appWith(`${NAMED}, LifecycleRules: [{ Id: 'a', TagPrefixLis: ['v'] }]`),
            /'TagPrefixLis' does not exist/,
        ],
        'wrong-type': [appWith(`${NAMED}, ScanOnPush: 'yes'`), /'string' is not assignable/],
        'no-such-value': [appWith(`${NAMED}, ImageTagMutability: 'FROZEN'`), /'"FROZEN"' is not assignable/],
        'no-such-retention': [appWith(`${NAMED}, LogRetentionDays: 31`), /'31' is not assignable/],
        'no-name': [appWith('ScanOnPush: true'), /'RepositoryName' is missing/],
        'no-region': [appWith(`${NAMED}, ReplicationDestinations: [{}]`), /'{}' is not assignable/],
        'read-only-property': [appWith(`${NAMED}, RepositoryArn: 'arn'`), /'RepositoryArn' does not exist/],
        'no-such-attribute': [
            appWith(NAMED, 'export const arn = repository.attrArn;'),
            /'attrArn' does not exist/,
        ],
    };
    const tokens = appWith(
        `
        RepositoryName: Fn.join('-', [Aws.STACK_NAME, 'app']),
        ImageTagMutability: parameter.value,
        ScanOnPush: Fn.conditionIf('C', true, false),
        TaggedImageRetentionCount: Token.asNumber(parameter.value),
        TagPrefixList: Token.asList(Fn.split(',', parameter.valueAsString)),
        PullAccountIds: [Aws.ACCOUNT_ID, Lazy.string({ produce: () => '123456789012' })],
        LifecycleRules: [Fn.conditionIf('C', { Id: 'a', ImageRetentionDays: 3 }, Aws.NO_VALUE)],
        ReplicationDestinations: Lazy.any({ produce: () => [{ Region: 'eu-west-1' }] }),
        Tags: [{ Key: 'Stack', Value: Aws.STACK_NAME }]`,
        'export const arn: string = repository.attrRepositoryArn;',
    );
    let said: Map<string, string>;

    beforeAll(() => {
        const sources = Object.entries(wrong).map(([name, [source]]) => [name, source]);
        said = complaints({ ...Object.fromEntries(sources), tokens });
    });

    test.each(Object.keys(wrong))('refuses %s', (name) => {
        expect(said.get(name)).toMatch(wrong[name]?.[1] ?? '');
    });

    test('takes tokens for values of every type', () => {
        expect(said.get('tokens')).toBe('');
        expect([...said.keys()]).toEqual([...Object.keys(wrong), 'tokens']);
    });

    test('and they are resolved', () => {
        expect(synthesize(path.join(folder, 'tokens.ts')).Resources['R']?.Properties).toMatchObject({
            ImageTagMutability: { Ref: 'P' },
            ScanOnPush: { 'Fn::If': ['C', true, false] },
            TaggedImageRetentionCount: { Ref: 'P' },
            TagPrefixList: { 'Fn::Split': [',', { Ref: 'P' }] },
            PullAccountIds: [{ Ref: 'AWS::AccountId' }, '123456789012'],
            ReplicationDestinations: [{ Region: 'eu-west-1' }],
            Tags: [{ Key: 'Stack', Value: { Ref: 'AWS::StackName' } }],
        });
    });
});

describe('the construct', () => {
    const names = schema.readOnlyProperties.map((pointer) => pointer.replace('/properties/', ''));
    let template: Template;

    beforeAll(() => {
        const tagged = `${NAMED}, Tags: [{ Key: 'a', Value: '1' }, { Key: 'b', Value: '2' }]`;
        const outputs = names.map(
            (name) => `new CfnOutput(stack, '${name}', { value: repository.attr${name} });`,
        );
        const bare = `new CfnEcrRepository(stack, 'Bare', { ${NAMED} });`;
        const app = appWith(tagged, [...outputs, "Tags.of(repository).add('b', '3');", bare].join('\n'));
        const file = path.join(folder, 'construct.ts');
        writeFileSync(file, `import { CfnOutput } from 'aws-cdk-lib';${app}`);
        template = synthesize(file);
    });

    test('has every attribute of the type', () => {
        const values = names.map((name) => [name, { Value: { 'Fn::GetAtt': ['R', name] } }]);
        expect(template.Outputs).toEqual(Object.fromEntries(values));
    });

    test("joins its tags with CDK's", () => {
        expect(template.Resources['R']?.Properties).toEqual({
            RepositoryName: 'my-app',
            Tags: [
                { Key: 'a', Value: '1' },
                { Key: 'b', Value: '3' },
            ],
        });
    });

    test('has no property that was not given', () => {
        expect(template.Resources['Bare']?.Properties).toEqual({ RepositoryName: 'my-app' });
    });
});

/** The cloud assembly that `cdk synth` writes of an app; gives its folder. */
function assembly(cwd: string, ...args: string[]): string {
    const output = mkdtempSync(path.join(folder, 'cdk.out-'));
    const options = ['synth', '--quiet', '--no-notices', '--output', output, ...args];
    const { status, stderr } = spawnSync(program('cdk'), options, { cwd, encoding: 'utf8' });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    return output;
}

const run = (...args: string[]) =>
    ending(startCommand({}, ['--state-dir', path.join(folder, 'state'), ...args]));

const IMAGE = /^Image +123456789012\.dkr\.ecr\.us-east-1\.amazonaws\.com\/cdk-app:v1$/m;

describe('the example', () => {
    let template: string;

    beforeAll(() => {
        template = path.join(assembly(EXAMPLE), 'Containers.template.json');
    });

    test('compiles', () => {
        const checked = spawnSync('npm', ['run', '--silent', 'check'], { cwd: EXAMPLE, encoding: 'utf8' });
        expect(checked).toMatchObject({ stdout: '', status: 0 });
    });

    test('passes cfn-lint', () => {
        const options = ['--append-rules', path.join(ROOT, 'lint'), '--template', template];
        expect(spawnSync('cfn-lint', options, { encoding: 'utf8' })).toMatchObject({ stdout: '', status: 0 });
    });

    test('is deployed as it is synthesized', async () => {
        try {
            const deployed = await run('deploy', template, '--only-supported');
            expect(deployed).toMatchObject({ code: 0, out: expect.stringMatching(IMAGE) });
            expect(await run('drift', 'Containers')).toMatchObject({ code: 0 });
        } finally {
            await run('stop');
        }
    });
});

/** A stack with assets, by each of the synthesizers. */
const WITH_ASSETS = `
import { App, CfnOutput, DefaultStackSynthesizer, LegacyStackSynthesizer, Stack } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { CfnEcrRepository } from '${path.join(EXAMPLE, 'ecr-repository')}';
const app = new App();
for (const synthesizer of [new DefaultStackSynthesizer(), new LegacyStackSynthesizer()]) {
    const stack = new Stack(app, synthesizer.constructor.name, { synthesizer });
    const repository = new CfnEcrRepository(stack, 'R', { ${NAMED} });
    const asset = new Asset(stack, 'File', { path: __filename });
    new Function(stack, 'F', {
        runtime: Runtime.NODEJS_22_X,
        handler: 'index.handler',
        code: Code.fromBucketV2(asset.bucket, asset.s3ObjectKey),
        environment: { REPOSITORY: repository.attrRepositoryUrl },
    });
    new CfnOutput(stack, 'Asset', { value: asset.s3ObjectUrl });
}
`;

describe('an app with assets is deployed as it is synthesized', () => {
    let output: string;

    beforeAll(() => {
        writeFileSync(path.join(folder, 'assets.ts'), WITH_ASSETS);
        output = assembly(folder, '--app', `${program('tsx')} assets.ts`);
    });

    test.each([
        ['DefaultStackSynthesizer', ['"CheckBootstrapVersion"', '"CDKMetadataAvailable"']],
        ['LegacyStackSynthesizer', ['"AssetParameters', '"CDKMetadataAvailable"']],
    ])('%s', async (stack, parts) => {
        const template = path.join(output, `${stack}.template.json`);
        const text = readFileSync(template, 'utf8');
        expect(parts.filter((part) => !text.includes(part))).toEqual([]);
        try {
            expect(await run('deploy', template, '--only-supported')).toMatchObject({
                code: 0,
                out: expect.stringMatching(/^Asset +s3:\/\/cdk-\S+[0-9a-f]{64}/m),
            });
            expect(await run('drift', stack)).toMatchObject({ code: 0 });
        } finally {
            await run('stop');
        }
    });
});
