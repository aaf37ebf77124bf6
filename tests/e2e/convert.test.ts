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
    SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr';
import { REGION, useAwsServer } from '../support/aws-server';
import { type Ending, ending, startCommand } from '../support/command-line';
import { pushImage } from '../support/push-image';

/* Repositories of other tools come under this type by the printed steps, and lose nothing on the way. */
const FIXTURES = path.join(__dirname, '../support/convert');

const { server } = useAwsServer();
let ecr: ECRClient;
let folder: string;

beforeAll(() => {
    const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
    ecr = new ECRClient({ endpoint: server.endpoint, region: REGION, credentials });
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

/** Imports and completes the stack from the files that a conversion wrote. */
async function follow(imported: string, final: string, identifiers: readonly string[]): Promise<string> {
    const ids = identifiers.flatMap((id) => ['--resource-id', id]);
    const stack = ['--stack-name', 'team', '--only-supported'];
    const endings = [
        await run('import', path.join(folder, imported), ...stack, ...ids),
        await run('deploy', path.join(folder, final), ...stack),
        await run('drift', 'team'),
    ];
    expect(endings.map(({ code, err }) => (code === 0 ? 0 : err))).toEqual([0, 0, 0]);
    return endings[2]?.out ?? '';
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

    expect(await run('convert', path.join(FIXTURES, 'loop.json'), '--out-dir', folder)).toMatchObject({
        code: 0,
    });
    const retain = JSON.parse(readFileSync(path.join(folder, '1-retain.json'), 'utf8'));
    const { RepositoryPolicyText } = retain.Resources.Functions.Properties;
    const policyText = JSON.stringify(RepositoryPolicyText);
    await ecr.send(new SetRepositoryPolicyCommand({ repositoryName: 'team/functions', policyText }));

    server.calls = [];
    const drift = await follow('3-import.json', '4-final.json', [
        'Api=team/api',
        'Functions=team/functions',
        'Workermail=team/mail',
        'Workerpdf=team/pdf',
    ]);
    expect(drift.match(/IN_SYNC/g)).toHaveLength(4);
    expect(await images(...names)).toEqual(before);
    expect(deletions()).toEqual([]);
});

test('the state of a Terraform module', async () => {
    const { values } = JSON.parse(readFileSync(path.join(FIXTURES, 'state.json'), 'utf8'));
    const [{ resources }] = values.root_module.child_modules;
    const policy = resources[1].values.policy;
    const tags = [
        { Key: 'Environment', Value: 'production' },
        { Key: 'Service', Value: 'api' },
    ];
    const repositoryName = 'production-api';
    const imageScanningConfiguration = { scanOnPush: true };
    await make({ repositoryName, imageTagMutability: 'IMMUTABLE', imageScanningConfiguration, tags }, policy);
    const filters = [{ filter: repositoryName, filterType: 'WILDCARD' as const }];
    const rules = [{ scanFrequency: 'SCAN_ON_PUSH' as const, repositoryFilters: filters }];
    await ecr.send(new PutRegistryScanningConfigurationCommand({ scanType: 'BASIC', rules }));
    const before = await images(repositoryName);

    expect(await run('convert', path.join(FIXTURES, 'state.json'), '--out-dir', folder)).toMatchObject({
        code: 0,
    });
    const policyText = readFileSync(path.join(folder, 'policy-ProductionApi.json'), 'utf8');
    await ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));

    server.calls = [];
    const drift = await follow('import.yml', 'final.yml', [`ProductionApi=${repositoryName}`]);
    expect(drift).toMatch(/^IN_SYNC +ProductionApi/);
    expect(await images(repositoryName)).toEqual(before);
    expect(deletions()).toEqual([]);
});
