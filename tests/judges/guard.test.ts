import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Properties } from '../../src/properties';

/* The rules of deploy/guard, judged by cfn-guard itself. */
const RULES = path.join(__dirname, '../../deploy/guard/ecr-repository.guard');

/** What brings cfn-guard by npm. */
const PACKAGE = '@cdklabs/cdk-validator-cfnguard';

const VERSION = '0.0.62';

const PLATFORM = process.platform === 'darwin' ? 'macos' : 'ubuntu';
const PROCESSOR = process.arch === 'arm64' ? 'aarch64' : 'x86_64';

const folder = mkdtempSync(path.join(tmpdir(), 'guard-'));
const GUARD = path.join(folder, 'node_modules', PACKAGE, 'bin', PLATFORM, PROCESSOR, 'cfn-guard');

// Not a dependency of the project, which would install the CDK with it: a peer of 160 MB, and not used here.
beforeAll(() => {
    const options = ['--prefix', folder, '--legacy-peer-deps', '--no-audit', '--no-fund'];
    execFileSync('npm', ['install', ...options, `${PACKAGE}@${VERSION}`], { stdio: 'ignore' });
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true }));

const GOOD = {
    RepositoryName: 'my-app',
    ImageTagMutability: 'IMMUTABLE',
    EncryptionType: 'KMS',
    KmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/1',
} as const;

/** The rules that a repository breaks, beside one that breaks none. */
function broken(properties: object): string[] {
    const repository = (one: object) => ({ Type: 'Org::Containers::EcrRepository', Properties: one });
    const Resources = {
        Topic: { Type: 'AWS::SNS::Topic' },
        Good: repository(GOOD),
        Given: repository(properties),
    };
    const options = [
        'validate',
        '--rules',
        RULES,
        '--structured',
        '--output-format',
        'json',
        '--show-summary',
        'none',
    ];
    const { stdout, stderr } = spawnSync(GUARD, options, {
        input: JSON.stringify({ Resources }),
        encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const [report] = JSON.parse(stdout);
    return report.not_compliant.map(({ Rule }: { Rule: { name: string } }) =>
        Rule.name.replace(/^.*ecr_repository_/, ''),
    );
}

const everyone = (Action: string | string[], more: object = {}) => ({
    CustomPolicyStatements: [{ Sid: 'All', Effect: 'Allow', Principal: '*', Action, ...more }],
});

test.each<[string, Partial<Properties>, string[]]>([
    ['what all controls want', {}, []],
    ['no lifecycle policy', { EnableLifecyclePolicy: false }, ['lifecycle_policy']],
    ['no scan on push', { ScanOnPush: false }, ['scanning']],
    ['a scan by the registry', { ScanOnPush: false, EnableRegistryScanning: true }, []],
    ['tags that move', { ImageTagMutability: 'MUTABLE' }, ['immutable_tags']],
    ['some tags that move', { ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' }, ['immutable_tags']],
    ['encryption by S3', { EncryptionType: 'AES256' }, ['kms']],
    ['pull for everyone', everyone(['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']), []],
    ['push for everyone', everyone(['ecr:BatchGetImage', 'ecr:putimage']), ['no_public_push']],
    ['everything for everyone', everyone('ecr:*'), ['no_public_push']],
    ['everyone by another spelling', everyone('*', { Principal: { AWS: ['*'] } }), ['no_public_push']],
    [
        'everyone of an organization',
        everyone('ecr:*', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }),
        [],
    ],
    ['everyone denied', everyone('ecr:*', { Effect: 'Deny' }), []],
])('%s', (_what, properties, rules) => {
    expect(broken({ ...GOOD, ...properties })).toEqual(rules);
});

test('a KMS key of AWS’s own', () => {
    const { KmsKeyArn: _, ...rest } = GOOD;
    expect(broken(rest)).toEqual(['customer_key']);
});
