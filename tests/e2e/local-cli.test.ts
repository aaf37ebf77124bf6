import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
    DeleteRepositoryCommand,
    ECRClient,
    ListTagsForResourceCommand,
    PutImageTagMutabilityCommand,
} from '@aws-sdk/client-ecr';
import { AwsServer } from '../../local/aws/server';
import { SERVICES } from '../../local/aws/services';
import { type Ending, ending, isGone, useCommands } from '../support/command-line';

const ROOT = path.join(__dirname, '..', '..');

const BASIC = path.join(ROOT, 'examples', 'basic.yml');

/** A creation that takes an hour; a deletion that does not. */
const SLOW_BUNDLE = `
exports.entrypoint = async ({ action, requestData: { resourceProperties: resourceModel } }) =>
    action === 'CREATE'
        ? { status: 'IN_PROGRESS', resourceModel, callbackContext: {}, callbackDelaySeconds: 600 }
        : { status: 'SUCCESS' };
`;

let folder: string;

const startWith = useCommands();

beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'local-cli-'));
    writeFileSync(path.join(folder, 'slow.js'), SLOW_BUNDLE);
});

afterAll(async () => {
    await run('stop');
    rmSync(folder, { recursive: true });
});

function start(...args: string[]): ChildProcess {
    return startWith({}, '--state-dir', path.join(folder, 'state'), ...args);
}

async function run(...args: string[]): Promise<Ending> {
    return ending(start(...args));
}

/** Waits until the process has printed something. */
async function printed(child: ChildProcess, wanted: string): Promise<string> {
    let seen = '';
    for await (const chunk of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
        seen += chunk;
        if (seen.includes(wanted)) {
            return seen;
        }
    }
    throw new Error(`${wanted} was not printed, but: ${seen}`);
}

function template(source: string): string {
    const file = path.join(folder, 'template.yml');
    writeFileSync(file, source);
    return file;
}

const endpoint = (): string =>
    JSON.parse(readFileSync(path.join(folder, 'state', 'aws.json'), 'utf8')).endpoint;

test('the life of a stack', async () => {
    const created = await run('deploy', BASIC);
    expect(created).toMatchObject({ code: 0, err: expect.stringContaining('export AWS_ENDPOINT_URL=') });
    expect(created.out).toMatch(/CREATE_COMPLETE +Repository +Org::Containers::EcrRepository {2}\(my-app\)/);
    expect(created.out).toMatch(/CREATE_COMPLETE +basic/);
    const url = /^RepositoryUrl +123456789012\.dkr\.ecr\.us-east-1\.amazonaws\.com\/my-app$/m;
    expect(created.out).toMatch(url);

    const again = await run('deploy', BASIC);
    expect(again).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^No updates are to be performed\.$/m),
    });
    expect((await run('outputs', 'basic')).out).toMatch(url);
    expect((await run('list')).out).toMatch(/^basic +CREATE_COMPLETE +us-east-1$/m);

    const named = template(
        readFileSync(BASIC, 'utf8').replace('ScanOnPush', 'ImageTagMutability: MUTABLE\n      ScanOnPush'),
    );
    expect((await run('deploy', named, '--stack-name', 'basic', '--tag', 'team=x')).out).toMatch(
        /UPDATE_COMPLETE +basic/,
    );
    expect(await run('drift', 'basic')).toMatchObject({ code: 0, out: 'IN_SYNC     Repository  (my-app)\n' });

    const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
    const ecr = new ECRClient({ endpoint: endpoint(), region: 'us-east-1', credentials });
    const repositoryName = 'my-app';
    await ecr.send(new PutImageTagMutabilityCommand({ repositoryName, imageTagMutability: 'IMMUTABLE' }));
    expect(await run('drift', 'basic')).toMatchObject({
        code: 2,
        out: expect.stringMatching(
            /MODIFIED +Repository {2}\(my-app\)\n {4}\/ImageTagMutability {2}NOT_EQUAL {2}expected "MUTABLE", actual "IMMUTABLE"\n$/,
        ),
    });
    await ecr.send(new DeleteRepositoryCommand({ repositoryName }));
    expect(await run('drift', 'basic')).toMatchObject({ code: 2, out: 'DELETED     Repository  (my-app)\n' });

    expect(await run('delete', 'basic')).toMatchObject({
        code: 0,
        out: expect.stringMatching(/DELETE_COMPLETE +basic/),
    });
    expect(await run('delete', 'basic')).toMatchObject({
        code: 1,
        err: 'There is no stack basic; there are: none.\n',
    });
});

test('a stack whose AWS has ended begins anew', async () => {
    await run('deploy', BASIC);
    const ended = endpoint();
    expect(await run('stop')).toMatchObject({ code: 0, out: 'The AWS stand-in has ended.\n' });
    expect(await isGone(ended)).toBe(true);
    expect(await run('stop')).toMatchObject({ code: 0, out: 'No AWS stand-in was running.\n' });
    expect((await run('list')).out).toMatch(/^basic +CREATE_COMPLETE +us-east-1 +\(stand-in ended\)$/m);
    expect(await run('deploy', BASIC)).toMatchObject({
        code: 0,
        out: expect.stringMatching(/CREATE_COMPLETE +basic/),
    });
    expect(await run('delete', 'basic')).toMatchObject({ code: 0 });
});

test('parameters, tags and values of resources left out reach the handlers', async () => {
    const file = template(`
Parameters: { Name: { Type: String } }
Resources:
  Key: { Type: AWS::KMS::Key }
  Repository:
    Type: Org::Containers::EcrRepository
    Properties: { RepositoryName: !Sub '\${Name}-\${Key}' }
Outputs:
  Name: { Value: !Ref Repository }
  Key: { Value: !GetAtt Key.Arn }
`);
    const values = [
        '--parameter',
        'Name=one',
        '--tag',
        'team=x',
        '--resource',
        'Key=two',
        '--attribute',
        'Key.Arn=a=b',
    ];
    const { code, out } = await run(
        'deploy',
        file,
        '--region',
        'eu-west-1',
        '--stack-name',
        'options',
        ...values,
    );
    expect(code).toBe(0);
    expect(out).toMatch(/^Name +one-two$/m);
    expect(out).toMatch(/^Key +a=b$/m);
    expect((await run('list')).out).toMatch(/^options +CREATE_COMPLETE +eu-west-1$/m);
    const elsewhere = await run('deploy', file, '--stack-name', 'options', ...values);
    expect(elsewhere).toMatchObject({ code: 1, err: expect.stringContaining('use --region eu-west-1') });
    const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
    const ecr = new ECRClient({ endpoint: endpoint(), region: 'eu-west-1', credentials });
    const resourceArn = 'arn:aws:ecr:eu-west-1:123456789012:repository/one-two';
    const { tags } = await ecr.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(tags).toContainEqual({ Key: 'team', Value: 'x' });
    expect(await run('delete', 'options')).toMatchObject({ code: 0 });
});

test('a handler that refuses rolls the stack back', async () => {
    const file = template(`
Resources:
  Good: { Type: Org::Containers::EcrRepository, Properties: { RepositoryName: good } }
  Bad:
    Type: Org::Containers::EcrRepository
    DependsOn: Good
    Properties: { RepositoryName: bad, LifecyclePolicyText: '{}' }
`);
    const { code, out } = await run('deploy', file, '--stack-name', 'refused');
    expect(code).toBe(1);
    expect(out).toMatch(/CREATE_FAILED +Bad .*HandlerErrorCode: InvalidRequest/s);
    expect(out).toMatch(/DELETE_COMPLETE +Good/);
    expect(out).toMatch(/ROLLBACK_COMPLETE +refused/);
});

test.each([
    [
        'a template that is not there',
        ['deploy', '/none.yml'],
        '/none.yml: it does not exist. Give the path of a CloudFormation template.\n',
    ],
    [
        'a template that is a folder',
        ['deploy', ROOT],
        `${ROOT}: it is a folder, and a file is wanted. Give the path of a CloudFormation template.\n`,
    ],
    ...[['deploy', BASIC], ['list']].map((command): [string, string[], string] => [
        `${command[0]} with a state folder that is a file`,
        ['--state-dir', BASIC, ...command],
        'a part of the path is a file, and a folder is wanted. Another folder can be given with --state-dir.\n',
    ]),
    ['a name that is none', ['deploy', BASIC, '--stack-name', '1'], 'wanted a letter and then letters'],
    ['an option that is none', ['deploy', BASIC, '--nonsense'], "unknown option '--nonsense'"],
    ['a pair that is none', ['deploy', BASIC, '--tag', 'x'], 'wanted Key=Value'],
    [
        'a parameter that is none',
        ['deploy', BASIC, '--parameter', 'A=b'],
        'basic.yml: there is no parameter A',
    ],
    ['a stack that is not there', ['drift', 'nothing'], 'There is no stack nothing'],
    ['handlers that are not built', ['--bundle', '/none.js', 'deploy', BASIC], 'run "npm run build" first'],
])('%s ends with 1', async (_, args, message) => {
    expect(await run(...args)).toMatchObject({ code: 1, out: '', err: expect.stringContaining(message) });
});

test('bad templates end with 1 and every problem by its line, before anything is done', async () => {
    const file = template('Resources:\n  A: { Type: AWS::SNS::Topic, Nonsense: 1 }\n  B: {}\n');
    const { code, out, err } = await run('deploy', file);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(`${file}:2: resource A has an attribute Nonsense`);
    expect(err).toContain(`${file}:3: resource B has no Type`);
    expect((await run('list')).out).not.toContain('template');
});

test.each([
    [['nonsense', '--help'], "unknown command 'nonsense'"],
    [
        ['deploy', BASIC, '--region', 'Ireland'],
        "option '--region <name>' argument 'Ireland' is invalid. Ireland is no AWS Region; one is eu-west-1.",
    ],
    [['help', 'deplyo'], "unknown command 'deplyo'; did you mean deploy?"],
])('%j is refused', async (args, reason) => {
    const { code, out, err } = await run(...args);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(`error: ${reason}\n`);
});

test('so is a Region of the environment', async () => {
    const environment = { AWS_REGION: '', AWS_DEFAULT_REGION: 'Ireland' };
    const { code, err } = await ending(startWith(environment, 'deploy', BASIC));
    expect(code).toBe(1);
    expect(err).toContain("value 'Ireland' from env 'AWS_DEFAULT_REGION' is invalid.");
});

test('a state folder that cannot be made is refused', async () => {
    const { code, err } = await ending(startWith({}, '--state-dir', '/proc/x', 'deploy', BASIC));
    expect(code).toBe(1);
    expect(err).toMatch(/^\/proc.*Another folder can be given with --state-dir\.\n$/);
});

test('Ctrl-C ends a deployment, and delete takes away what it left', async () => {
    const args = ['--bundle', path.join(folder, 'slow.js'), 'deploy', BASIC];
    const child = start(...args);
    await printed(child, 'Resource creation Initiated');
    expect(await run(...args)).toMatchObject({
        code: 1,
        err: expect.stringContaining(`Process ${child.pid} is working on stack basic.`),
    });
    child.kill('SIGINT');
    expect(await ending(child)).toMatchObject({ code: 130 });
    expect((await run('list')).out).toMatch(/basic +CREATE_IN_PROGRESS/);
    expect(await run('--bundle', path.join(folder, 'slow.js'), 'delete', 'basic')).toMatchObject({ code: 0 });
});

test('a stop while a deployment runs says so, and the next deployment begins anew', async () => {
    const child = start('--bundle', path.join(folder, 'slow.js'), 'deploy', BASIC);
    await printed(child, 'Resource creation Initiated');
    expect(await run('stop')).toEqual({
        code: 0,
        out: 'The AWS stand-in has ended.\n',
        err: expect.stringMatching(new RegExp(`^Process ${child.pid} is working on stack basic: `)),
    });
    child.kill('SIGINT');
    expect(await ending(child)).toMatchObject({ code: 130 });
    expect(await run('deploy', BASIC)).toMatchObject({
        code: 0,
        err: expect.stringContaining('that held stack basic has ended'),
        out: expect.stringMatching(/CREATE_COMPLETE +basic/),
    });
    expect(await run('delete', 'basic')).toMatchObject({ code: 0 });
});

test('a damaged stack names its file and blocks nothing but itself', async () => {
    const state = path.join(folder, 'damaged');
    const inState = (...args: string[]) => ending(startWith({}, '--state-dir', state, ...args));
    expect(await inState('list')).toMatchObject({ code: 0, out: 'There are no stacks.\n' });
    mkdirSync(path.join(state, 'stacks'), { recursive: true });
    const files = ['cut', 'odd'].map((name) => path.join(state, 'stacks', `${name}.json`));
    writeFileSync(files[0] ?? '', '{ "name": "cut", "resour');
    writeFileSync(files[1] ?? '', '{ "name": "odd", "resources": [] }');

    expect(await inState('deploy', BASIC)).toMatchObject({ code: 0 });
    const listed = await inState('list');
    expect(listed.out).toMatch(/^basic +CREATE_COMPLETE/m);
    for (const file of files) {
        expect(listed.out).toContain(`${file} is damaged. Delete it`);
        for (const command of ['outputs', 'drift', 'delete']) {
            const refused = await inState(command, path.parse(file).name);
            expect(refused).toMatchObject({
                code: 1,
                err: expect.stringContaining(`${file} is damaged. Delete it`),
            });
        }
    }
    expect(await inState('delete', 'basic')).toMatchObject({ code: 0 });
    expect(await inState('stop')).toMatchObject({ code: 0, out: 'The AWS stand-in has ended.\n' });
});

test('aws serves stacks of the registered type until Ctrl-C', async () => {
    const child = start('aws', '--port', '0');
    const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(await printed(child, 'Ctrl-C')) ?? [];
    const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
    const cloudformation = new CloudFormationClient({ endpoint: url, region: 'us-east-1', credentials });
    expect(await cloudformation.send(new DescribeStacksCommand({}))).toMatchObject({ Stacks: [] });
    expect(await run('aws', '--port', new URL(url).port)).toMatchObject({
        code: 1,
        err: expect.stringContaining('is taken: choose another with --port'),
    });
    child.kill('SIGINT');
    expect(await ending(child)).toMatchObject({ code: 0 });
});

test('a stack at an endpoint that has ended can be forgotten', async () => {
    const server = new AwsServer(SERVICES);
    const url = await server.listen();
    const elsewhere = (...args: string[]) =>
        ending(startWith({ AWS_ENDPOINT_URL: url }, '--state-dir', path.join(folder, 'state'), ...args));
    const name = 'elsewhere';
    expect(await elsewhere('deploy', BASIC, '--stack-name', name)).toMatchObject({ code: 0 });
    await server.close();
    const noAnswer = expect.stringContaining(`Nothing answers at ${url} (ECONNREFUSED).`);
    expect(await elsewhere('delete', name)).toMatchObject({ code: 1, err: noAnswer });
    const file = path.join(folder, 'state', 'stacks', `${name}.json`);
    const advice = expect.stringContaining(`if it has ended, delete ${file}, which forgets the stack.`);
    expect(await run('delete', name)).toMatchObject({ code: 1, err: advice });
    rmSync(file);
    expect((await run('list')).out).not.toContain(name);
});

test('templates of one file name in two folders are not one stack', async () => {
    const [one, two] = ['one', 'two'].map((name) => {
        const file = path.join(folder, name, 'same.yml');
        mkdirSync(path.dirname(file));
        writeFileSync(file, readFileSync(BASIC, 'utf8').replace('my-app', name));
        return file;
    });
    expect(await run('deploy', one ?? '')).toMatchObject({ code: 0 });
    expect(await run('deploy', two ?? '')).toMatchObject({
        code: 1,
        err: expect.stringContaining(`Stack same was made from ${one}, not from ${two}. Give --stack-name`),
    });
    expect(await run('deploy', two ?? '', '--stack-name', 'other')).toMatchObject({ code: 0 });
    expect(await run('deploy', two ?? '', '--stack-name', 'same')).toMatchObject({ code: 1 });
    expect(await run('delete', 'other')).toMatchObject({ code: 0 });
    expect(await run('delete', 'same')).toMatchObject({ code: 0 });
});

test('lambda serves the handlers until Ctrl-C', async () => {
    const child = start('lambda', '--port', '0');
    const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(await printed(child, 'Ctrl-C')) ?? [];
    const event = {
        action: 'LIST',
        awsAccountId: '123456789012',
        region: 'us-east-1',
        bearerToken: 'token',
        requestData: {
            callerCredentials: {
                accessKeyId: 'testing',
                secretAccessKey: 'testing',
                sessionToken: 'testing',
            },
            resourceProperties: {},
        },
    };
    const response = await fetch(`${url}/2015-03-31/functions/TypeFunction/invocations`, {
        method: 'POST',
        body: JSON.stringify(event),
    });
    expect(await response.json()).toMatchObject({ status: 'SUCCESS', resourceModels: [] });
    const port = new URL(url).port;
    expect(await run('lambda', '--port', port)).toMatchObject({
        code: 1,
        err: expect.stringContaining(`Port ${port}`),
    });
    child.kill('SIGINT');
    expect(await ending(child)).toMatchObject({ code: 0 });
});

test('Node alone is enough', async () => {
    const only = { PATH: path.dirname(process.execPath) };
    const state = ['--state-dir', path.join(folder, 'node-alone')];
    expect(await ending(startWith(only, ...state, 'deploy', BASIC))).toMatchObject({ code: 0 });
    expect(await ending(startWith(only, ...state, 'stop'))).toMatchObject({
        code: 0,
        out: 'The AWS stand-in has ended.\n',
    });
});

test('a type configuration refuses what it forbids, and must be one', async () => {
    const file = path.join(folder, 'type-configuration.json');
    const deployWith = async (configuration: object) => {
        writeFileSync(file, JSON.stringify(configuration));
        return run('deploy', BASIC, '--stack-name', 'strict', '--type-configuration', file);
    };
    const refused = await deployWith({ RequireImmutableTags: true });
    expect(refused.code).toBe(1);
    expect(refused.out + refused.err).toContain('asks for it by RequireImmutableTags');
    const list = await deployWith([]);
    expect(list.err).toContain("wanted an object with the type's configuration");
    const invalid = await deployWith({ RequireKmsKey: 'yes' });
    expect(invalid.err).toContain('RequireKmsKey: given "yes", wanted a boolean');
    const misspelt = await deployWith({ RequireImutableTags: true });
    expect(misspelt.err).toContain('did you mean RequireImmutableTags?');
    await run('delete', 'strict');
}, 60_000);
