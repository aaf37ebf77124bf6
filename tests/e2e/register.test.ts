import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
    CloudFormationClient,
    paginateListTypeVersions,
    RegisterTypeCommand,
    TestTypeCommand,
    type TypeVersionSummary,
} from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { Clock } from '../../local/aws/clock';
import { AwsError } from '../../local/aws/error';
import { Checkout, type Ending, type Running } from '../support/checkout';
import { OBSERVER, writes } from '../support/stand-in';
import { useStandIn } from '../support/suite';

const BUCKET = 'org-containers-ecrrepository-123456789012-us-east-1';
const ROLE = 'arn:aws:iam::123456789012:role/handlers';
const TYPE = { Type: 'RESOURCE', TypeName: 'Org::Containers::EcrRepository' } as const;

/** What a registration takes here, in milliseconds. */
const REGISTRATION = 4_000;

/** What contract tests take here, in milliseconds. */
const TESTS = 4_000;

// A test is several runs of the command, on a machine that may be busy.
jest.setTimeout(180_000);

const standIn = useStandIn();
const checkout = new Checkout();

/** Whether registrations are done at once, within two looks at them, or never. */
let registrations: 'immediate' | 'slow' | 'endless';

/** The stand-in's time. */
let time: number;

/** What the credentials of the command have no right to, by operation. */
const denied = new Set<string>();

/** Versions that cannot be deregistered just now. */
const stuckVersions = new Set<unknown>();

beforeAll(() => {
    checkout.skipBuild();
    jest.spyOn(Clock.prototype, 'now').mockImplementation(() => time);
});

afterAll(() => checkout.remove());

beforeEach(() => {
    time = Date.parse('2026-11-01T12:00:00Z');
    registrations = 'immediate';
    denied.clear();
    stuckVersions.clear();
    standIn.server.calls = [];
    checkout.restore('schema.json');
    standIn.meet(async ({ record: { action, input } }, next) => {
        if (denied.has(action)) {
            throw new AwsError('AccessDenied', `User: tester is not authorized to perform: ${action}`, 403);
        }
        if (action === 'cloudformation:DeregisterType' && stuckVersions.has(input['VersionId'])) {
            throw new AwsError('CFNRegistryException', 'Internal Failure', 500);
        }
        const answer = await next();
        if (registrations === 'immediate' && action === 'cloudformation:RegisterType') {
            time += REGISTRATION;
        }
        if (action === 'cloudformation:DescribeType') {
            time += TESTS / 2;
        }
        if (registrations === 'slow' && action === 'cloudformation:DescribeTypeRegistration') {
            time += REGISTRATION / 2;
        }
        return answer;
    });
});

function environment(): NodeJS.ProcessEnv {
    return {
        AWS_ENDPOINT_URL: standIn.url,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'testing',
        AWS_SECRET_ACCESS_KEY: 'testing',
    };
}

/** For clients that look at AWS, or alter it, as somebody else. */
function observer(account = '', region = 'us-east-1') {
    const credentials = { accessKeyId: OBSERVER + account, secretAccessKey: 'testing' };
    return { endpoint: standIn.url, region, credentials };
}

function register(...args: string[]): Promise<Ending> {
    return checkout.run('register', args, environment());
}

/** The IDs of the versions that can be used, and the default one. */
async function versions(region = 'us-east-1') {
    const found: TypeVersionSummary[] = [];
    const client = new CloudFormationClient(observer('', region));
    try {
        for await (const { TypeVersionSummaries = [] } of paginateListTypeVersions({ client }, TYPE)) {
            found.push(...TypeVersionSummaries);
        }
    } catch (error) {
        expect(error).toMatchObject({ name: 'CFNRegistryException' });
    }
    return {
        live: found.map(({ VersionId }) => VersionId),
        default: found.find(({ IsDefaultVersion }) => IsDefaultVersion)?.VersionId,
    };
}

/** The calls of the command that change something. */
const written = () => writes(standIn.server.calls.filter(({ accessKeyId }) => accessKeyId === 'testing'));

async function takeBucketAsSomebodyElse(): Promise<void> {
    const s3 = new S3Client(observer('999999999999'));
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
}

/** Publishes up to where it waits for the registration. */
async function startWaiting(): Promise<Running> {
    registrations = 'endless';
    const running = checkout.start('register', [], environment());
    await running.said('VALIDATE_STAGE');
    return running;
}

interface Lists {
    readonly properties: Record<string, object>;
    readonly required: string[];
    readonly createOnlyProperties: string[];
}

/** Another package: the next version. */
function change(change: (schema: Lists) => void): void {
    checkout.edit('schema.json', change);
}

const addColour = () =>
    change(({ properties }) => {
        properties['Colour'] = { type: 'string' };
    });

async function uploads(): Promise<readonly (string | undefined)[]> {
    const s3 = new S3Client(observer());
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    return Contents.map(({ Key }) => Key);
}

describe('submit', () => {
    test('registers a type for the first time', async () => {
        const { code, out, err } = await register('--execution-role-arn', ROLE);
        expect(err).toContain('has begun');
        expect(out).toMatch(/^us-east-1 {2}version none -> 00000001 \(build [0-9a-f]{12}\)$/m);
        expect(code).toBe(0);
        expect(await versions()).toEqual({ live: ['00000001'], default: '00000001' });

        expect(await uploads()).toEqual([
            expect.stringMatching(/^org-containers-ecrrepository\/[0-9a-f]{64}\.zip$/),
        ]);
    });

    test('does nothing when it is done', async () => {
        await register('submit', '--execution-role-arn', ROLE);
        standIn.server.calls = [];
        const { code, out } = await register('submit');
        expect(out).toMatch(/^us-east-1 {2}nothing to do: version 00000001 is of the same build/m);
        expect(code).toBe(0);
        expect(written()).toEqual([]);
    });

    test('registers a changed package, says what changed and keeps the roles', async () => {
        const logging = 'arn:aws:iam::123456789012:role/logs';
        await register(
            '--execution-role-arn',
            ROLE,
            '--logging-role-arn',
            logging,
            '--log-group-name',
            'handlers',
        );
        change(({ properties, required, createOnlyProperties }) => {
            properties['Colour'] = { type: 'string' };
            Object.assign(properties['ImageRetentionDays'] ?? {}, { maximum: 99 });
            delete properties['CreateDashboard'];
            required.push('ScanOnPush');
            createOnlyProperties.push('/properties/ScanOnPush');
        });
        const refused = await register();
        expect(refused.code).toBe(1);
        expect(refused.err.split('\n').filter((line) => line.startsWith('    '))).toEqual([
            '    ScanOnPush is now one of the createOnlyProperties',
            '    ImageRetentionDays: maximum was 2147483647 and is 99',
            '    CreateDashboard is removed',
            '    ScanOnPush is now required',
        ]);
        expect(refused.err).toContain('--allow-breaking');
        expect((await versions()).live).toEqual(['00000001']);
        const { code, out, err } = await register('--allow-breaking');
        expect(err).toContain(`Handlers run as ${ROLE}`);
        expect(err).toContain(`Handlers log into handlers as ${logging}`);
        expect(out.split('\n')).toEqual([
            expect.stringMatching(/^us-east-1 {2}version 00000001 -> 00000002 \(build [0-9a-f]{12}\)$/),
            '    added    Colour',
            '    removed  CreateDashboard',
            '    changed  ScanOnPush: required, createOnlyProperties',
            '    changed  ImageRetentionDays: maximum',
            '',
        ]);
        expect(code).toBe(0);
        expect(await versions()).toEqual({ live: ['00000001', '00000002'], default: '00000002' });
        expect(await uploads()).toHaveLength(2);
    });

    test('registers the same package again for another role', async () => {
        await register('--execution-role-arn', ROLE);
        const { out } = await register('--execution-role-arn', `${ROLE}-2`);
        expect(out).toContain('version 00000001 -> 00000002');
        expect(out).toContain('    same properties');
        expect((await versions()).default).toBe('00000002');
    });

    test('leaves the default as it is when told so', async () => {
        await register('--execution-role-arn', ROLE);
        addColour();
        const { out } = await register('--no-default');
        expect(out).toContain('which is not the default: npm run register -- use 00000002');
        expect(await versions()).toEqual({ live: ['00000001', '00000002'], default: '00000001' });

        const later = await register();
        expect(later.out).toContain('version 00000001 -> 00000002');
        expect(await versions()).toEqual({ live: ['00000001', '00000002'], default: '00000002' });
    });

    test('works in several Regions', async () => {
        const { code } = await register('--region', 'eu-west-1,us-east-1', '--region', 'us-gov-west-1');
        expect(code).toBe(0);
        for (const region of ['eu-west-1', 'us-east-1', 'us-gov-west-1']) {
            expect((await versions(region)).live).toEqual(['00000001']);
        }
    });

    test('shows progress while it waits', async () => {
        registrations = 'slow';
        const { err } = await register();
        expect(err).toContain('us-east-1  Deployment is currently in VALIDATE_STAGE of status IN_PROGRESS');
        expect((await versions()).default).toBe('00000001');
    });

    test('a dry run changes nothing', async () => {
        const first = await register('--dry-run');
        expect(first.err).toContain(`Would make bucket ${BUCKET} in account 123456789012`);
        expect(first.err).toMatch(/Would upload s3:.*\n.*Would register it\n.*Would make it the default/);
        expect(first.err).toContain('the handlers will have no right to call AWS');
        expect(first.code).toBe(0);
        expect(written()).toEqual([]);
        expect((await versions()).live).toEqual([]);

        await register();
        addColour();
        standIn.server.calls = [];
        const second = await register('--dry-run');
        expect(second.out).toBe('    added    Colour\n');
        expect(second.err).not.toContain('Would make bucket');
        expect(written()).toEqual([]);
    });
});

describe('goes on where it was interrupted', () => {
    test('while a registration was under way', async () => {
        await (await startWaiting()).kill('SIGKILL');

        const dry = await register('--dry-run');
        expect(dry.err).toMatch(/Would wait for registration \S+, which is under way/);

        registrations = 'slow';
        const { code, out, err } = await register();
        expect(err).toMatch(/Registration \S+ is under way; waiting for it/);
        expect(out).toContain('nothing to do: version 00000001');
        expect(code).toBe(0);
        expect(written()).toEqual(['s3:CreateBucket', 's3:PutObject', 'cloudformation:RegisterType']);
    });

    test('before the new version was the default', async () => {
        await register();
        addColour();
        denied.add('cloudformation:SetTypeDefaultVersion');
        const { code, err } = await register();
        expect(err).toContain('no right to cloudformation:SetTypeDefaultVersion');
        expect(err).toMatch(/Done before that: Uploaded s3:.*; It became version 00000002\.$/m);
        expect(code).toBe(1);

        denied.clear();
        const { out } = await register();
        expect(out).toContain('version 00000001 -> 00000002');
        expect(await versions()).toEqual({ live: ['00000001', '00000002'], default: '00000002' });
    });

    test('by Ctrl-C, and says so', async () => {
        const { code, err } = await (await startWaiting()).kill('SIGINT');
        expect(err).toContain('the same command completes it');
        expect(code).toBe(130);
    });

    test('by a registration of something else', async () => {
        await (await startWaiting()).kill('SIGKILL');
        time += REGISTRATION;
        registrations = 'immediate';
        addColour();
        expect((await register()).out).toContain('version 00000001 -> 00000002');
    });
});

describe('refuses', () => {
    test('a bucket of somebody else', async () => {
        await takeBucketAsSomebodyElse();
        const { code, err } = await register();
        expect(err).toContain(`Bucket ${BUCKET} does not belong to account 123456789012`);
        expect(err).toContain('Nothing was changed.');
        expect(code).toBe(1);
        expect(written()).toEqual([]);
        expect((await versions()).live).toEqual([]);
    });

    test('to go on without credentials', async () => {
        const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...nobody } = environment();
        const { code, err } = await checkout.run('register', ['versions'], {
            ...nobody,
            AWS_EC2_METADATA_DISABLED: 'true',
        });
        expect(err).toContain('There are no AWS credentials');
        expect(err).not.toContain('    at ');
        expect(code).toBe(1);
    });

    test.each(['cloudformation:RegisterType', 'cloudformation:ListTypeVersions', 's3:PutObject'])(
        'to go on without the right to %s',
        async (action) => {
            denied.add(action);
            const { code, err } = await register();
            expect(err).toContain(`These credentials have no right to ${action}`);
            expect(code).toBe(1);
            expect((await versions()).live).toEqual([]);
        },
    );

    test('with the reason of the registry', async () => {
        checkout.edit<{ primaryIdentifier?: unknown }>('schema.json', (schema) => {
            delete schema.primaryIdentifier;
        });
        const { code, err } = await register();
        expect(err).toContain('required key [primaryIdentifier] not found');
        expect(err).toMatch(/Done before that: Made bucket .*; Uploaded s3:/);
        expect(code).toBe(1);
    });

    test('with the reason why a registration failed', async () => {
        const runtime = (name: string) =>
            checkout.edit<{ runtime: string }>('.rpdk-config', (settings) => {
                settings.runtime = name;
            });
        runtime('nodejs12.x');
        const { code, err } = await register();
        expect(err).toMatch(
            /Registration \S+ failed: Deployment is currently in DEPLOY_STAGE of status FAILED\nThe runtime parameter of nodejs12.x/,
        );
        expect(code).toBe(1);

        runtime('nodejs22.x');
        expect((await register()).code).toBe(0);
        expect((await versions()).live).toEqual(['00000001']);
    });

    test('one version too many, and says which to remove', async () => {
        await register();
        const SchemaHandlerPackage = `s3://${BUCKET}/${(await uploads())[0]}`;
        const cloudformation = new CloudFormationClient(observer());
        for (let count = 1; count < 50; count++) {
            await cloudformation.send(new RegisterTypeCommand({ ...TYPE, SchemaHandlerPackage }));
        }
        time += REGISTRATION;
        addColour();
        const { code, err } = await register();
        expect(err).toContain('There are 50 versions; the quota is 50');
        expect(err).toContain('deregister-type --region us-east-1 --type RESOURCE');
        expect(err).toContain('--version-id 00000002');
        expect(code).toBe(1);
    });

    test('to fail in other Regions because of one', async () => {
        await takeBucketAsSomebodyElse();
        const { code } = await register('--region', 'us-east-1,eu-west-1');
        expect(code).toBe(1);
        expect((await versions('us-east-1')).live).toEqual([]);
        expect((await versions('eu-west-1')).live).toEqual(['00000001']);
    });

    test.each([
        [['--region', 'Ireland'], 'Ireland is no AWS Region'],
        [['sumbit'], "unknown command 'sumbit'; did you mean submit?"],
        [['--execution-role-arn', 'handlers'], 'wanted the ARN of a role'],
        [['--logging-role-arn', ROLE], '--logging-role-arn and --log-group-name go together'],
        [['use', 'latest'], 'wanted a version such as 3'],
    ])('%j', async (args, message) => {
        const { code, err } = await register(...args);
        expect(err).toContain(message);
        expect(code).toBe(1);
        expect(standIn.server.calls).toEqual([]);
    });

    test.each(['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_CONFIG_FILE'])(
        'the Region is taken from %s, as the AWS CLI does',
        async (name) => {
            const config = path.join(mkdtempSync(path.join(tmpdir(), 'aws-config-')), 'config');
            writeFileSync(config, '[default]\nregion = eu-west-1\n');
            const region = name === 'AWS_CONFIG_FILE' ? config : 'eu-west-1';
            const { code, out } = await checkout.run('register', ['versions'], {
                ...environment(),
                AWS_REGION: undefined,
                [name]: region,
            });
            expect(out).toContain('eu-west-1  ');
            expect(code).toBe(0);
        },
    );

    test.each([
        [200, '<!DOCTYPE html><html><body><h1>It works</h1></body></html>'],
        [404, '<html><body>Not found</body></html>'],
        [200, 'nonsense & <'],
        [200, ''],
    ])('an endpoint that answers %i %j', async (status, body) => {
        const server = createServer((_request, response) => response.writeHead(status).end(body));
        await once(server.listen(0, '127.0.0.1'), 'listening');
        const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        const { code, err } = await checkout.run('register', ['versions'], {
            ...environment(),
            AWS_ENDPOINT_URL: url,
        });
        server.close();
        expect(err).toContain(`What answers at AWS_ENDPOINT_URL=${url} does not speak AWS's API`);
        expect(code).toBe(1);
    });

    test.each([
        ['localhost:4566', 'AWS_ENDPOINT_URL is localhost:4566. It must be a URL such as http://127'],
        ['http://127.0.0.1:9', 'AWS was not reached for sts:GetCallerIdentity: connect ECONNREFUSED'],
    ])('the endpoint %s', async (url, message) => {
        const { code, err } = await checkout.run('register', ['versions'], {
            ...environment(),
            AWS_ENDPOINT_URL: url,
        });
        expect(err).toContain(message);
        expect(code).toBe(1);
    });

    test('to guess the Region', async () => {
        const { code, err } = await checkout.run('register', [], { ...environment(), AWS_REGION: undefined });
        expect(err).toContain('In which Region?');
        expect(code).toBe(1);
    });
});

describe('publish', () => {
    const publish = (...args: string[]) => register('publish', ...args);
    const TERMS = [
        '--accept-terms',
        '--connection-arn',
        'arn:aws:codeconnections:us-east-1:123456789012:connection/1',
    ];

    function release(version: string): void {
        checkout.edit<{ version: string }>('package.json', (settings) => {
            settings.version = version;
        });
    }

    beforeEach(() => checkout.restore('package.json'));

    test('tests the default version, registers the publisher, and publishes', async () => {
        await register('--execution-role-arn', ROLE);
        release('1.0.0');
        standIn.server.calls = [];
        const dry = await publish('--dry-run', ...TERMS);
        expect(dry.err).toContain('Would register account 123456789012 as a publisher');
        expect(dry.err).toContain(
            'Would test version 00000001, unless it has passed, and publish it as 1.0.0',
        );
        expect(written()).toEqual([]);

        const first = await publish(...TERMS);
        expect(first.err).toMatch(/Account 123456789012 is publisher [0-9a-f]{40}/);
        expect(first.err).toMatch(
            /Version 00000001 passed the contract tests: .* The AWS stand-in runs no contract tests; AWS does\./,
        );
        expect(first.out).toMatch(
            /^us-east-1 {2}version 00000001 is public as 1\.0\.0: arn:aws:cloudformation:us-east-1::type\/resource\//,
        );
        expect(first.code).toBe(0);
        expect((await publish()).out).toContain('nothing to do: version 1.0.0 is published');

        release('1.2.0');
        addColour();
        await register();
        const second = await publish();
        expect(second.err).toContain('Version 00000002 passed the contract tests');
        expect(second.out).toContain('version 00000002 is public as 1.2.0');
    });

    test('says that AWS numbers the first public version', async () => {
        await register('--execution-role-arn', ROLE);
        release('3.0.0');
        const { err, out } = await publish(...TERMS);
        expect(err).toContain('AWS numbers the first public version of a type 1.0.0, not 3.0.0');
        expect(out).toContain('is public as 1.0.0');
    });

    test('waits for tests that are under way', async () => {
        await register('--execution-role-arn', ROLE);
        await new CloudFormationClient(observer()).send(new TestTypeCommand(TYPE));
        const { err, code } = await publish(...TERMS);
        expect(err).toContain('The contract tests of version 00000001 are under way');
        expect(code).toBe(0);
    });

    test.each<[string, readonly string[], string]>([
        [
            'a publisher',
            ['--execution-role-arn', ROLE],
            'Account 123456789012 is not registered as a publisher',
        ],
        ['an execution role', [], 'Version 00000001 has no execution role'],
    ])('is refused without %s', async (_what, roles, message) => {
        await register(...roles);
        const { err, code } = await publish();
        expect(err).toContain(message);
        expect(err).toContain('Nothing was changed.');
        expect(code).toBe(1);
    });

    test('is refused without a registered type', async () => {
        expect((await publish()).err).toContain('is not registered: npm run register -- submit');
    });

    test('is refused when the contract tests fail, and says where their log is', async () => {
        const input = checkout.path('inputs/inputs_1_create.json');
        rmSync(input);
        await register('--execution-role-arn', ROLE);
        const { err, code } = await publish(...TERMS);
        checkout.restore('inputs/inputs_1_create.json');
        expect(err).toContain(
            'The contract tests ended as FAILED: The package has no inputs/inputs_1_create.json.',
        );
        expect(err).toContain(`Their log is in s3://${BUCKET}.`);
        expect(code).toBe(1);
    });
});

describe('versions, use, remove', () => {
    beforeEach(async () => {
        await register();
        addColour();
        await register();
        change(({ properties }) => {
            properties['Size'] = { type: 'string' };
        });
        await register();
    });

    test('list, roll back, and go forward again', async () => {
        const { out } = await register('versions');
        expect(out.trim().split('\n')).toEqual([
            expect.stringMatching(/^us-east-1 {2}00000001 {11}2026-11-01 12:00 UTC {2}[0-9a-f]{12}$/),
            expect.stringMatching(/^us-east-1 {2}00000002 {11}2026-11-01 12:00 UTC {2}[0-9a-f]{12}$/),
            expect.stringMatching(
                /^us-east-1 {2}00000003 {2}default {2}2026-11-01 12:00 UTC {2}[0-9a-f]{12}$/,
            ),
        ]);

        const back = await register('use', '1');
        expect(back.out).toBe('us-east-1  version 00000003 -> 00000001\n');
        expect((await versions()).default).toBe('00000001');
        expect((await register('use', '00000001')).out).toContain('is the default already');

        const unknown = await register('use', '7');
        expect(unknown.err).toContain('There is no version 7; there are: 00000001, 00000002, 00000003.');
        expect(unknown.code).toBe(1);

        expect((await register()).out).toContain('version 00000001 -> 00000003');
        expect(await versions()).toEqual({ live: ['00000001', '00000002', '00000003'], default: '00000003' });
    });

    test('remove asks first', async () => {
        const { code, err } = await register('remove');
        expect(err).toContain('remove --yes');
        expect(code).toBe(1);
        expect((await versions()).live).toHaveLength(3);
    });

    test('remove takes all away, in two attempts if need be', async () => {
        await register('use', '2');
        stuckVersions.add('00000003');
        const first = await register('remove', '--yes');
        expect(first.err).toContain('Done before that: Removed version 00000001.');
        expect(first.code).toBe(1);
        stuckVersions.clear();

        const second = await register('remove', '--yes');
        expect(second.out).toContain('Org::Containers::EcrRepository is no longer registered');
        expect(second.code).toBe(0);
        expect(await versions()).toEqual({ live: [], default: undefined });

        expect((await register('remove', '--yes')).out).toContain('is not registered');
        expect((await register('versions')).out).toContain('is not registered');
        expect((await register()).out).toContain('version none -> 00000004');
    });
});
