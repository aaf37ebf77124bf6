import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../local/json';
import { blueprintOf } from '../../local/template/blueprint';
import { readTemplate } from '../../local/template/read';
import type { Node } from '../../local/template/syntax';
import { KEY, TOPIC } from '../support/my-app';
import { useFunction, useStandIn } from '../support/suite';

const PSEUDO_PARAMETERS = {
    'AWS::AccountId': '123456789012',
    'AWS::NoValue': undefined,
    'AWS::NotificationARNs': [],
    'AWS::Partition': 'aws',
    'AWS::Region': 'us-east-1',
    'AWS::StackId': 'arn:aws:cloudformation:us-east-1:123456789012:stack/test/1',
    'AWS::StackName': 'test',
    'AWS::URLSuffix': 'amazonaws.com',
};

type Parameters = Readonly<Record<string, string>>;

const read = (file: string) => readFileSync(join(__dirname, '..', '..', file), 'utf8');

/** The properties of the template's repository; fails as CloudFormation does where it refuses the parameters. */
function repositoryIn(source: string, parameters: Parameters): JsonObject {
    const settings = { parameters: new Map(Object.entries(parameters)), pseudoParameters: PSEUDO_PARAMETERS };
    const repository = blueprintOf(readTemplate(source, 't.yml'), settings).resources.get('Repository');
    if (!repository) {
        throw new Error('there is no Repository');
    }
    return repository.properties(() => undefined);
}

/** What stands in a resource's properties. */
function propertyOf(file: string, logicalId: string, property: string): Node | undefined {
    const properties = readTemplate(read(file), file).resources.get(logicalId)?.properties;
    return properties?.kind === 'mapping' ? properties.entries.get(property) : undefined;
}

function textOf(node: Node | undefined): string {
    return node?.kind === 'scalar' ? String(node.value) : '';
}

const standIn = useStandIn({ keep: true });
const handlers = useFunction(standIn);

const PRODUCT = read('deploy/product.yml');

describe('the product of Service Catalog', () => {
    test.each<[Parameters, JsonObject]>([
        [
            { RepositoryName: 'team-a/plain' },
            {
                ImageTagMutability: 'IMMUTABLE',
                EmptyOnDelete: false,
                EncryptionType: 'AES256',
                TagPrefixList: ['v', 'prod'],
                EnableRepositoryPolicy: false,
                AllowLambdaPull: false,
                CreateCloudWatchAlarms: false,
                AlarmSeverities: ['CRITICAL'],
                EnableScanNotifications: false,
                NotificationFormat: 'TEXT',
            },
        ],
        [
            {
                RepositoryName: 'team-a/full',
                Environment: 'production',
                EncryptionType: 'KMS',
                KmsKeyArn: KEY,
                KeptTagPrefixes: 'release',
                PullAccountIds: '012345678901,210987654321',
                AllowLambdaPull: 'yes',
                ProtectedTagPatterns: 'v*.*.*,stable',
                MaxExpiringImages: '50',
                AlertTopicArn: TOPIC,
                LeastSeverity: 'HIGH',
                ScanMessages: 'vulnerable',
                NotificationFormat: 'CHATBOT',
            },
            {
                ImageTagMutability: 'IMMUTABLE',
                EncryptionType: 'KMS',
                KmsKeyArn: KEY,
                TagPrefixList: ['release'],
                EnableRepositoryPolicy: true,
                PullAccountIds: ['012345678901', '210987654321'],
                AllowLambdaPull: true,
                ProtectedTagPatterns: ['v*.*.*', 'stable'],
                MaxExpiringImages: 50,
                CreateCloudWatchAlarms: true,
                AlarmSeverities: ['CRITICAL', 'HIGH'],
                AlarmActions: [TOPIC],
                EnableScanNotifications: true,
                SnsTopicArn: TOPIC,
                NotifySeverities: ['CRITICAL', 'HIGH'],
                NotificationFormat: 'CHATBOT',
                Tags: [{ Key: 'Environment', Value: 'production' }],
            },
        ],
        [
            { RepositoryName: 'team-a/playground', TagsMove: 'yes', DeletesImages: 'yes', KeptDays: '7' },
            { ImageTagMutability: 'MUTABLE', EmptyOnDelete: true, ImageRetentionDays: 7 },
        ],
        [
            {
                RepositoryName: 'team-a/lambda',
                AllowLambdaPull: 'yes',
                AlertTopicArn: TOPIC,
                ScanMessages: 'all',
            },
            { EnableRepositoryPolicy: true, EnableScanNotifications: true },
        ],
    ])('%j', async (parameters, expected) => {
        const properties = repositoryIn(PRODUCT, parameters);
        expect(properties).toMatchObject(expected);
        expect(await handlers.run('CREATE', properties)).toMatchObject({ status: 'SUCCESS' });
    });

    const inProduction = { Environment: 'production', AlertTopicArn: TOPIC };

    test.each<[Parameters, string]>([
        [
            { RepositoryName: 'Api' },
            'parameter RepositoryName: given "Api", wanted 2 to 256 lower-case letters',
        ],
        [
            { RepositoryName: 'a-' },
            'parameter RepositoryName: given "a-", wanted 2 to 256 lower-case letters',
        ],
        [
            { PullAccountIds: '1234' },
            'parameter PullAccountIds: given "1234", wanted account IDs of 12 digits',
        ],
        [{ KeptTagPrefixes: 'v,*' }, 'parameter KeptTagPrefixes: given "*", wanted beginnings of image tags'],
        [{ AlertTopicArn: `${TOPIC}.fifo` }, 'wanted the ARN of a standard SNS topic'],
        [{ KmsKeyArn: KEY }, 'rule KeyOnlyWithKms: A key is of no use with AES256.'],
        [{ ProtectedTagPatterns: 'v*,a b' }, 'parameter ProtectedTagPatterns: given "a b", wanted tags'],
        [{ MaxExpiringImages: '-1' }, 'parameter MaxExpiringImages: given "-1", wanted a number, or nothing'],
        [{ ScanMessages: 'all' }, 'rule TopicForScans: Somebody must be told of the scans.'],
        [{ Environment: 'production' }, 'rule Production: In production somebody must hear'],
        [{ ...inProduction, TagsMove: 'yes' }, 'rule Production: In production a tag stays with its image.'],
        [{ ...inProduction, DeletesImages: 'yes' }, 'rule Production: In production images are not deleted'],
    ])('refuses %j', (parameters, reason) => {
        expect(() => repositoryIn(PRODUCT, { RepositoryName: 'team-a/api', ...parameters })).toThrow(reason);
    });

    test('can be held to keys of AWS KMS by its portfolio', () => {
        const rules = textOf(propertyOf('deploy/service-catalog.yml', 'KmsConstraint', 'Rules'));
        const [[name, rule] = []] = Object.entries(JSON.parse(rules));
        const held = PRODUCT.replace('\nRules:\n', `$&  ${name}: ${JSON.stringify(rule)}\n`);
        const parameters = { RepositoryName: 'team-a/api' };
        expect(() => repositoryIn(held, parameters)).toThrow('rule KmsOnly: Here repositories are encrypted');
        expect(repositoryIn(held, { ...parameters, EncryptionType: 'KMS' }).EncryptionType).toBe('KMS');
    });
});

describe('stack sets', () => {
    test('give register.yml parameters that it has, and what has no default', () => {
        const list = propertyOf('deploy/stackset-register.yml', 'Registration', 'Parameters');
        const entries = list?.kind === 'list' ? list.items : [];
        const given = entries.map((entry) =>
            textOf(entry.kind === 'mapping' ? entry.entries.get('ParameterKey') : undefined),
        );
        const { parameters } = readTemplate(read('deploy/register.yml'), 'register.yml');
        expect([...parameters.keys()]).toEqual(expect.arrayContaining(given));
        const needed = [...parameters.values()].filter(({ attributes }) => attributes.Default === undefined);
        expect(given).toEqual(expect.arrayContaining(needed.map(({ name }) => name)));
        expect(needed.map(({ name }) => name)).toEqual(['SchemaHandlerPackage']);
    });

    test('can use the type: the template within examples/stackset.yml works', async () => {
        const inner = textOf(propertyOf('examples/stackset.yml', 'Repositories', 'TemplateBody'));
        const properties = repositoryIn(inner, { PullOrganizationId: 'o-a1b2c3d4e5' });
        expect(properties).toMatchObject({ PullOrganizationIds: ['o-a1b2c3d4e5'] });
        expect(await handlers.run('CREATE', properties)).toMatchObject({ status: 'SUCCESS' });
    });
});
