import {
    ActivateTypeCommand,
    CloudFormationClient,
    DeactivateTypeCommand,
    DeregisterTypeCommand,
    DescribePublisherCommand,
    DescribeTypeCommand,
    DescribeTypeRegistrationCommand,
    ListTypeRegistrationsCommand,
    ListTypeVersionsCommand,
    PublishTypeCommand,
    RegisterPublisherCommand,
    RegisterTypeCommand,
    type RegisterTypeCommandInput,
    SetTypeDefaultVersionCommand,
    TestTypeCommand,
} from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { zipSync } from 'fflate';
import { control } from '../../../../local/aws/control/control';
import { DEFAULT_PLACE } from '../../../../local/aws/world';
import { refusalOf } from '../../../support/refusal';
import { useStandIn } from '../../../support/suite';
import { FILES, handlersOf, uploadPackage } from '../../../support/type-package';

const standIn = useStandIn();
const { server } = standIn;

const TYPE = { Type: 'RESOURCE', TypeName: 'Org::Containers::EcrRepository' } as const;
const ROLE = 'arn:aws:iam::123456789012:role/handlers';
const CONNECTION = 'arn:aws:codeconnections:us-east-1:123456789012:connection/1';
const PACKAGE = 's3://packages/type.zip';

function config(account = '123456789012') {
    const credentials = { accessKeyId: `KEY${account}`, secretAccessKey: 'testing' };
    return { endpoint: server.endpoint, region: 'us-east-1', credentials };
}

const registry = (account?: string) => new CloudFormationClient(config(account));

const pass = (seconds: number) => control(server, 'clock', { seconds }, DEFAULT_PLACE);

const upload = (files?: Readonly<Record<string, Uint8Array>>) => uploadPackage(new S3Client(config()), files);

const register = (more: Partial<RegisterTypeCommandInput> = {}) =>
    registry().send(
        new RegisterTypeCommand({
            ...TYPE,
            SchemaHandlerPackage: PACKAGE,
            ExecutionRoleArn: ROLE,
            ...more,
        }),
    );

async function registered(more?: Partial<RegisterTypeCommandInput>): Promise<void> {
    await upload();
    await register(more);
    pass(4);
}

test('a registration goes through its stages on the clock', async () => {
    await upload();
    const { RegistrationToken } = await register({ ClientRequestToken: 'once' });
    expect((await register({ ClientRequestToken: 'once' })).RegistrationToken).toBe(RegistrationToken);
    const look = () => registry().send(new DescribeTypeRegistrationCommand({ RegistrationToken }));
    const pending = async () =>
        (await registry().send(new ListTypeRegistrationsCommand(TYPE))).RegistrationTokenList;

    expect(await look()).toMatchObject({
        ProgressStatus: 'IN_PROGRESS',
        Description: expect.stringContaining('VALIDATE'),
    });
    expect(await pending()).toEqual([RegistrationToken]);
    pass(2);
    expect(await look()).toMatchObject({
        ProgressStatus: 'IN_PROGRESS',
        Description: expect.stringContaining('DEPLOY'),
    });
    pass(2);
    expect(await look()).toMatchObject({
        ProgressStatus: 'COMPLETE',
        TypeVersionArn: expect.stringMatching(/:type\/resource\/Org-Containers-EcrRepository\/00000001$/),
    });
    expect(await pending()).toEqual([]);
    const details = await registry().send(new DescribeTypeCommand(TYPE));
    expect(details).toMatchObject({
        IsDefaultVersion: true,
        ExecutionRoleArn: ROLE,
        Visibility: 'PRIVATE',
        Schema: FILES['schema.json'].toString(),
    });
});

const schemaWith = (change: object) =>
    Buffer.from(JSON.stringify({ ...JSON.parse(FILES['schema.json'].toString()), ...change }));

test.each<[string, Readonly<Record<string, Uint8Array>>, string]>([
    ['no schema', { 'schema.json': new Uint8Array() }, 'Schema failed validation'],
    [
        'no identifier',
        { 'schema.json': schemaWith({ primaryIdentifier: undefined }) },
        'required key [primary',
    ],
    [
        'another name',
        { 'schema.json': schemaWith({ typeName: 'Org::Containers::Other' }) },
        'typeName is Org::C',
    ],
])('refuses a package with %s', async (_what, files, reason) => {
    await upload({ ...FILES, ...files });
    expect(await refusalOf(register())).toMatch(`CFNRegistryException: `);
    expect(await refusalOf(register())).toContain(reason);
});

test.each<[string, Readonly<Record<string, Uint8Array>>, string]>([
    ['no handlers', { 'ResourceProvider.zip': zipSync({}) }, 'has no dist/handlers.js'],
    [
        'an old runtime',
        { '.rpdk-config': Buffer.from(FILES['.rpdk-config'].toString().replace('nodejs22.x', 'nodejs12.x')) },
        'nodejs12.x is no longer supported',
    ],
])('fails to register a package with %s', async (_what, files, reason) => {
    await upload({ ...FILES, ...files });
    const { RegistrationToken } = await register();
    pass(4);
    expect(await registry().send(new DescribeTypeRegistrationCommand({ RegistrationToken }))).toMatchObject({
        ProgressStatus: 'FAILED',
        Description: expect.stringContaining(reason),
    });
    expect(await refusalOf(registry().send(new DescribeTypeCommand(TYPE)))).toContain(
        'TypeNotFoundException',
    );
});

test('fails without a package that the caller can read', async () => {
    await upload();
    const other = registry('999999999999');
    const command = new RegisterTypeCommand({ ...TYPE, SchemaHandlerPackage: PACKAGE });
    expect(await refusalOf(other.send(command))).toContain('Check the permissions on the bucket');
});

test('the default version goes last, and the type with it', async () => {
    await registered();
    await register();
    pass(4);
    const list = async (more = {}) =>
        (await registry().send(new ListTypeVersionsCommand({ ...TYPE, ...more }))).TypeVersionSummaries?.map(
            ({ VersionId, IsDefaultVersion }) => (IsDefaultVersion ? `*${VersionId}` : VersionId),
        );
    const deregister = (VersionId?: string) =>
        registry().send(new DeregisterTypeCommand({ ...TYPE, VersionId }));
    expect(await list()).toEqual(['*00000001', '00000002']);
    await registry().send(new SetTypeDefaultVersionCommand({ ...TYPE, VersionId: '00000002' }));
    expect(await list({ MaxResults: 1 })).toEqual(['00000001']);

    expect(await refusalOf(deregister())).toContain('is the default version and cannot be deregistered');
    await deregister('00000001');
    expect(await list({ DeprecatedStatus: 'DEPRECATED' })).toEqual(['00000001']);
    await deregister();
    expect(await refusalOf(list())).toContain('cannot be found');
    expect(await refusalOf(deregister())).toContain('TypeNotFoundException');
});

describe('the public registry', () => {
    const becomePublisher = () =>
        registry().send(
            new RegisterPublisherCommand({ AcceptTermsAndConditions: true, ConnectionArn: CONNECTION }),
        );
    const publish = (PublicVersionNumber?: string) =>
        registry().send(new PublishTypeCommand({ ...TYPE, PublicVersionNumber }));

    test('takes a version that passed its tests, of a publisher', async () => {
        await registered();
        expect(await refusalOf(publish())).toContain('you must be registered as a publisher');
        expect(await refusalOf(registry().send(new RegisterPublisherCommand({})))).toContain('terms');
        expect(await refusalOf(registry().send(new DescribePublisherCommand({})))).toContain(
            'not registered',
        );
        const { PublisherId } = await becomePublisher();
        expect(await refusalOf(publish())).toContain('test status NOT_TESTED');

        await registry().send(new TestTypeCommand(TYPE));
        expect(await refusalOf(publish())).toContain('test status IN_PROGRESS');
        pass(4);
        expect(await refusalOf(publish('1.0.0'))).toContain('cannot specify a version number the first time');
        expect((await registry().send(new DescribeTypeCommand(TYPE))).TypeTestsStatusDescription).toContain(
            'The handlers load, and the input files name properties of the schema. The AWS stand-in runs no contract tests',
        );
        const { PublicTypeArn } = await publish();
        expect(PublicTypeArn).toContain(`::type/resource/${PublisherId}/Org-Containers-EcrRepository`);
        expect(await refusalOf(publish('1.0.0'))).toContain('published already');
        await publish();
        expect((await registry().send(new DescribeTypeCommand(TYPE))).PublicVersionNumber).toBe('1.1.0');

        const user = registry('999999999999');
        await user.send(
            new ActivateTypeCommand({ PublicTypeArn, ExecutionRoleArn: ROLE, AutoUpdate: false }),
        );
        expect(await user.send(new DescribeTypeCommand(TYPE))).toMatchObject({
            Visibility: 'PUBLIC',
            IsActivated: true,
            PublisherId,
            PublicVersionNumber: '1.1.0',
            ExecutionRoleArn: ROLE,
        });
        await user.send(new DeactivateTypeCommand(TYPE));
        expect(await refusalOf(user.send(new DescribeTypeCommand(TYPE)))).toContain('TypeNotFound');
        expect(await refusalOf(registry().send(new ActivateTypeCommand({ PublicTypeArn })))).toContain(
            'A private type Org::Containers::EcrRepository is registered',
        );
    });

    const inputs = (name: string, text: string) => ({ [`inputs/${name}.json`]: Buffer.from(text) });
    const handlers = (source: string) => ({ 'ResourceProvider.zip': handlersOf(source) });

    test.each<[string, object, Partial<RegisterTypeCommandInput>]>([
        ['without an execution role', {}, { ExecutionRoleArn: undefined }],
        ['has no inputs/inputs_1_create.json', { 'inputs/inputs_1_create.json': undefined }, {}],
        ['inputs_2_create.json is not a JSON object', inputs('inputs_2_create', '{'), {}],
        [
            'inputs_2_create.json names what is no property in the schema: Colour.',
            inputs('inputs_2_create', '{"Colour":1}'),
            {},
        ],
        [
            "handlers.js cannot be loaded: Error: Cannot find module 'left-pad'",
            handlers("require('left-pad')"),
            {},
        ],
        ['handlers.js cannot be loaded: SyntaxError: Unexpected', handlers('{{'), {}],
        ['handlers.js exports no function entrypoint', handlers('exports.entryPoint = () => 1;'), {}],
    ])('tests fail where it is said: %s', async (reason, changed, more) => {
        const files = Object.entries({ ...FILES, ...changed }).filter(([, content]) => content !== undefined);
        await upload(Object.fromEntries(files));
        await register(more);
        pass(4);
        await registry().send(new TestTypeCommand(TYPE));
        pass(4);
        expect(await registry().send(new DescribeTypeCommand(TYPE))).toMatchObject({
            TypeTestsStatus: 'FAILED',
            TypeTestsStatusDescription: expect.stringContaining(reason),
        });
    });
});
