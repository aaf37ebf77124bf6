import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
    CreateRepositoryCommand,
    type CreateRepositoryCommandInput,
    DescribeImagesCommand,
    ECRClient,
    PutLifecyclePolicyCommand,
    PutRegistryScanningConfigurationCommand,
    PutReplicationConfigurationCommand,
    SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr';
import { type Ending, ending, startCommand } from '../support/command-line';
import { ACCOUNT, HERE } from '../support/my-app';
import { pushImage } from '../support/push-image';
import { useStandIn } from '../support/suite';

/* Repositories of other tools come under this type by the printed steps, and lose nothing on the way. */
const FIXTURES = path.join(__dirname, '../support/convert');

const standIn = useStandIn();
const { server } = standIn;
let ecr: ECRClient;
let folder: string;

beforeAll(() => {
    const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
    ecr = new ECRClient({ endpoint: server.endpoint, region: HERE, credentials });
});

beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'convert-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

afterAll(() => ecr.destroy());

async function run(...args: string[]): Promise<Ending> {
    const where = ['--state-dir', path.join(folder, 'state'), '--endpoint-url', server.endpoint];
    return ending(startCommand({}, [...where, ...args]));
}

async function make(input: CreateRepositoryCommandInput, lifecyclePolicyText?: string): Promise<void> {
    await ecr.send(new CreateRepositoryCommand(input));
    const { repositoryName } = input;
    if (lifecyclePolicyText) {
        await ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
    }
    for (const imageTag of ['v1', 'v2', 'other']) {
        await pushImage(ecr, input.repositoryName ?? '', imageTag, imageTag);
    }
}

async function images(...names: string[]) {
    const answers = names.map((repositoryName) => ecr.send(new DescribeImagesCommand({ repositoryName })));
    return (await Promise.all(answers)).map(({ imageDetails = [] }) =>
        imageDetails.map(({ imageDigest, imageTags, imagePushedAt }) => ({
            imageDigest,
            imageTags,
            imagePushedAt,
        })),
    );
}

/** Converts a fixture, and returns what it printed. */
async function convert(fixture: string): Promise<string> {
    const { code, out, err } = await run('convert', path.join(FIXTURES, fixture), '--out-dir', folder);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return out;
}

/** Runs the printed commands of the runner, and returns what the last one printed. */
async function follow(printed: string): Promise<string> {
    const text = printed.replaceAll(/ \\\n +/g, ' ').replaceAll('STACK', 'team');
    const commands = [...text.matchAll(/^ *npm run local -- (.*)$/gm)];
    let last = '';
    for (const [, command = ''] of commands) {
        const { code, out, err } = await run(...command.split(' '));
        expect({ command, code, err: code === 0 ? '' : err }).toEqual({ command, code: 0, err: '' });
        last = out;
    }
    return last;
}

const DELETIONS = /:(?:Delete|BatchDelete|Create)Repository|:Delete|:BatchDelete|:Remove/;

const deletions = () => server.calls.map(({ action }) => action).filter((action) => DELETIONS.test(action));

test('a template with images, a statement for Lambda and a loop', async () => {
    const given = JSON.parse(readFileSync(path.join(FIXTURES, 'loop.json'), 'utf8'));
    const { Api } = given.Resources;
    await make({ repositoryName: 'team/api' }, Api.Properties.LifecyclePolicy.LifecyclePolicyText);
    await make({ repositoryName: 'team/functions', imageScanningConfiguration: { scanOnPush: true } });
    await make({ repositoryName: 'team/mail', imageTagMutability: 'IMMUTABLE' });
    await make({ repositoryName: 'team/pdf', imageTagMutability: 'IMMUTABLE' });
    const names = ['team/api', 'team/functions', 'team/mail', 'team/pdf'];
    const before = await images(...names);

    const printed = await convert('loop.json');
    const retain = JSON.parse(readFileSync(path.join(folder, '1-retain.json'), 'utf8'));
    const { RepositoryPolicyText } = retain.Resources.Functions.Properties;
    const policyText = JSON.stringify(RepositoryPolicyText);
    await ecr.send(new SetRepositoryPolicyCommand({ repositoryName: 'team/functions', policyText }));

    server.calls = [];
    const drift = await follow(printed);
    expect(drift.match(/IN_SYNC/g)).toHaveLength(4);
    expect(await images(...names)).toEqual(before);
    expect(deletions()).toEqual([]);
});

test('the state of a Terraform module', async () => {
    const { values } = JSON.parse(readFileSync(path.join(FIXTURES, 'state.json'), 'utf8'));
    const [{ resources }] = values.root_module.child_modules;
    const [{ values: repository }, { values: lifecycle }] = resources;
    const [{ kms_key: kmsKey }] = repository.encryption_configuration;
    const repositoryName = 'production-api';
    await make(
        {
            repositoryName,
            imageTagMutability: 'IMMUTABLE',
            imageScanningConfiguration: { scanOnPush: true },
            encryptionConfiguration: { encryptionType: 'KMS', kmsKey },
            tags: Object.entries<string>(repository.tags_all).map(([Key, Value]) => ({ Key, Value })),
        },
        lifecycle.policy,
    );
    await ecr.send(
        new PutRegistryScanningConfigurationCommand({
            scanType: 'BASIC',
            rules: [
                {
                    scanFrequency: 'SCAN_ON_PUSH',
                    repositoryFilters: [{ filter: repositoryName, filterType: 'WILDCARD' }],
                },
            ],
        }),
    );
    await ecr.send(
        new PutReplicationConfigurationCommand({
            replicationConfiguration: {
                rules: [
                    {
                        destinations: [{ region: 'us-west-2', registryId: ACCOUNT }],
                        repositoryFilters: [{ filter: repositoryName, filterType: 'PREFIX_MATCH' }],
                    },
                ],
            },
        }),
    );
    const before = await images(repositoryName);

    const printed = await convert('state.json');
    const policyText = readFileSync(path.join(folder, 'policy-ProductionApi.json'), 'utf8');
    await ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));

    server.calls = [];
    const drift = await follow(printed);
    expect(drift).toMatch(/^IN_SYNC +ProductionApi/);
    expect(await images(repositoryName)).toEqual(before);
    expect(deletions()).toEqual([]);
});
