import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
    CreateRepositoryCommand,
    type CreateRepositoryCommandInput,
    PutLifecyclePolicyCommand,
    PutRegistryScanningConfigurationCommand,
    PutReplicationConfigurationCommand,
    SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr';
import { readOnlyProperties } from '../../local/resource-type';
import type { PartialProperties } from '../../src/properties';
import { ending, startCommand } from '../support/command-line';
import { ACCOUNT } from '../support/my-app';
import { writes } from '../support/stand-in';
import { useAccount, useFunction, useStandIn } from '../support/suite';

/* A repository that was made by hand comes under CloudFormation, and loses nothing by it. */
const NAME = 'by-hand';

const standIn = useStandIn();
const typeFunction = useFunction(standIn);
const account = useAccount(standIn);
let folder: string;

beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'import-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const LIFECYCLE = {
    rules: [
        {
            rulePriority: 10,
            description: 'Branches go after a week',
            selection: {
                tagStatus: 'tagged',
                tagPatternList: ['feature-*'],
                countType: 'sinceImagePushed',
                countUnit: 'days',
                countNumber: 7,
            },
            action: { type: 'expire' },
        },
        {
            rulePriority: 20,
            selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 1 },
            action: { type: 'expire' },
        },
    ],
};
const LAMBDAS = {
    Sid: 'LambdaECRImageRetrievalPolicy',
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    Condition: { StringLike: { 'aws:sourceArn': `arn:aws:lambda:us-east-1:${ACCOUNT}:function:*` } },
};
const PARTNER = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::222222222222:root` },
    Action: 'ecr:BatchGetImage',
};
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

interface Handmade {
    readonly what: string;
    readonly repository?: Omit<CreateRepositoryCommandInput, 'repositoryName'>;
    readonly lifecycle?: object;
    /** The version of ECR's console is the older one. */
    readonly policy?: {
        readonly Version: '2008-10-17' | '2012-10-17';
        readonly Statement: readonly object[];
    };
    readonly registry?: true;
}

const EVERYTHING: Handmade = {
    what: 'with everything',
    repository: {
        imageTagMutability: 'IMMUTABLE',
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfiguration: { encryptionType: 'KMS', kmsKey: KEY },
        tags: [
            { Key: 'Team', Value: 'a' },
            { Key: 'Stage', Value: '' },
        ],
    },
    lifecycle: LIFECYCLE,
    policy: { Version: '2008-10-17', Statement: [LAMBDAS, PARTNER] },
    registry: true,
};

const HANDMADE: readonly Handmade[] = [
    { what: 'with nothing' },
    EVERYTHING,
    { what: 'with Lambda’s own statement alone', policy: { Version: '2008-10-17', Statement: [LAMBDAS] } },
    {
        what: 'whose policy names everybody, and denies',
        policy: {
            Version: '2012-10-17',
            Statement: [
                {
                    Effect: 'Allow',
                    Principal: '*',
                    Action: 'ecr:*',
                    Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-aaaaaaaaaa' } },
                },
                {
                    Sid: 'No',
                    Effect: 'Deny',
                    NotPrincipal: { AWS: '111111111111' },
                    NotAction: ['ecr:ListImages'],
                },
            ],
        },
    },
    {
        what: 'whose lifecycle policy could have been made by this type',
        lifecycle: {
            rules: [
                {
                    rulePriority: 1,
                    description: 'keep the newest 5 of the untagged images',
                    selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 5 },
                    action: { type: 'expire' },
                },
            ],
        },
    },
    {
        what: 'with exclusions, and a key of AWS’s own',
        repository: {
            imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
            imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'v*' }],
            encryptionConfiguration: { encryptionType: 'KMS' },
        },
    },
];

async function make({ repository, lifecycle, policy, registry }: Handmade): Promise<void> {
    const repositoryName = NAME;
    const { ecr } = account;
    await ecr.send(new CreateRepositoryCommand({ ...repository, repositoryName }));
    if (lifecycle) {
        const lifecyclePolicyText = JSON.stringify(lifecycle, undefined, 2);
        await ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
    }
    if (policy) {
        const policyText = JSON.stringify(policy, undefined, 2);
        await ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));
    }
    if (registry) {
        const repositoryFilters = [{ filter: NAME, filterType: 'WILDCARD' as const }];
        const rules = [{ scanFrequency: 'CONTINUOUS_SCAN' as const, repositoryFilters }];
        await ecr.send(new PutRegistryScanningConfigurationCommand({ scanType: 'ENHANCED', rules }));
        const destinations = [{ region: 'us-west-2', registryId: ACCOUNT }];
        const filters = [{ filter: NAME, filterType: 'PREFIX_MATCH' as const }];
        const replicationConfiguration = { rules: [{ destinations, repositoryFilters: filters }] };
        await ecr.send(new PutReplicationConfigurationCommand({ replicationConfiguration }));
    }
}

/** What Read finds, as a template would say it. */
async function generated(): Promise<PartialProperties> {
    const { status, resourceModel = {} } = await typeFunction.run('READ', { RepositoryName: NAME });
    expect(status).toBe('SUCCESS');
    return Object.fromEntries(
        Object.entries(resourceModel).filter(([name]) => !readOnlyProperties.includes(name)),
    );
}

async function update(
    properties: PartialProperties,
    previous: PartialProperties | undefined,
): Promise<readonly string[]> {
    const { calls } = await standIn.watch(async () =>
        expect(await typeFunction.run('UPDATE', properties, previous ? { previous } : {})).toMatchObject({
            status: 'SUCCESS',
        }),
    );
    return writes(calls);
}

test('Read finds all of it', async () => {
    await make(EVERYTHING);
    const { LifecyclePolicyText = '{}', ...rest } = await generated();
    expect(rest).toEqual({
        RepositoryName: NAME,
        ImageTagMutability: 'IMMUTABLE',
        ScanOnPush: true,
        EncryptionType: 'KMS',
        KmsKeyArn: KEY,
        EmptyOnDelete: false,
        EnableLifecyclePolicy: true,
        // The rules that settings can say, beside the text, which has them all and decides.
        UntaggedImageRetentionCount: 1,
        TagPatternList: ['feature-*'],
        TagPrefixList: [],
        ImageRetentionDays: 7,
        EnableRepositoryPolicy: true,
        AllowLambdaPull: false,
        CustomPolicyStatements: [
            { Effect: 'Allow', Principal: { AWS: ['222222222222'] }, Action: ['ecr:BatchGetImage'] },
        ],
        EnableReplication: true,
        ReplicationDestinations: [{ Region: 'us-west-2' }],
        EnableRegistryScanning: true,
        ScanType: 'ENHANCED',
        ScanFrequency: 'CONTINUOUS_SCAN',
        EnableScanLogging: false,
        EnableScanNotifications: false,
        CreateCloudWatchAlarms: false,
        CreateDashboard: false,
        Tags: [
            { Key: 'Stage', Value: '' },
            { Key: 'Team', Value: 'a' },
        ],
    });
    const selections = (policy: typeof LIFECYCLE) => policy.rules.map(({ selection }) => selection);
    expect(selections(JSON.parse(LifecyclePolicyText))).toEqual(selections(LIFECYCLE));
});

describe.each(HANDMADE)('a repository $what', (handmade) => {
    beforeEach(() => make(handmade));

    test('as Read gives it is a template that does not drift', async () => {
        expect(await typeFunction.drift(await generated())).toMatchObject({
            status: 'IN_SYNC',
            differences: [],
        });
    });

    test('an update of one property changes that and nothing else', async () => {
        const template = await generated();
        const before = await account.everything();
        const ScanOnPush = !template.ScanOnPush;
        const written = await update({ ...template, ScanOnPush }, template);
        const after = await account.everything();
        expect(withoutMemory(await changed(before, ScanOnPush))).toEqual(withoutMemory(after));
        // Read must remember what it would say in other words.
        expect(written.filter((action) => action !== 'ecr:TagResource')).toEqual([
            'ecr:PutImageScanningConfiguration',
        ]);
        expect(await typeFunction.drift({ ...template, ScanOnPush })).toMatchObject({ status: 'IN_SYNC' });
    });

    test('a template that says nothing leaves all of it, whatever is updated', async () => {
        const silent = { RepositoryName: NAME };
        const before = await account.everything();
        const written = await update({ ...silent, ScanOnPush: true }, { ...silent, ScanOnPush: true });
        expect(written.filter((action) => action !== 'ecr:TagResource')).toEqual(
            handmade === EVERYTHING ? [] : ['ecr:PutImageScanningConfiguration'],
        );
        expect(withoutMemory(await account.everything())).toEqual(withoutMemory(await changed(before, true)));
    });

    // CloudFormation updates a resource after its import. What it then says the resource was is not documented.
    test.each<[string, () => Promise<PartialProperties | undefined>]>([
        ['the template', async () => ({ RepositoryName: NAME })],
        ['nothing', async () => undefined],
        [
            'all that Read found',
            async () => (await typeFunction.call('READ', { RepositoryName: NAME })).resourceModel,
        ],
    ])(
        'an import by its name alone writes nothing but tags, if before it was %s',
        async (_what, previousOf) => {
            const before = await account.everything();
            const written = await update({ RepositoryName: NAME }, await previousOf());
            expect(written.filter((action) => action !== 'ecr:TagResource')).toEqual([]);
            expect(withoutMemory(await account.everything())).toEqual(withoutMemory(before));
            // And again, when the import's own tags are there.
            expect(await update({ RepositoryName: NAME }, await previousOf())).toEqual([]);
        },
    );
});

test('what a template no longer says goes, if it was the template’s; Lambda’s statement and others stay', async () => {
    await make(EVERYTHING);
    const {
        CustomPolicyStatements: _,
        EnableRepositoryPolicy: __,
        AllowLambdaPull: ___,
        ...rest
    } = await generated();
    const all = { ...rest, EnableRepositoryPolicy: true, PullAccountIds: ['333333333333'] };
    await update(all, { ...rest, EnableRepositoryPolicy: true });
    await update(rest, all);
    const { repositories } = await account.everything();
    const [{ policy }] = repositories as [{ policy: string }];
    expect(JSON.parse(policy).Statement).toHaveLength(2);
    expect(policy).toContain('LambdaECRImageRetrievalPolicy');
    expect(policy).not.toContain('333333333333');
});

test('what an earlier stack left remembered is forgotten by the first update', async () => {
    const earlier = { RepositoryName: NAME, EnableRepositoryPolicy: false, PullAccountIds: ['111111111111'] };
    const stackTags = { Team: 'a' };
    await typeFunction.run('CREATE', earlier, { stackTags });
    const template = { RepositoryName: NAME, Tags: [{ Key: 'Team', Value: 'a' }] };
    await update(template, template);
    expect(await typeFunction.drift(template)).toMatchObject({ status: 'IN_SYNC' });
});

describe('the command', () => {
    const template = (properties: object, attributes: object = { DeletionPolicy: 'Retain' }) => {
        const file = join(folder, 'hand.json');
        const Repository = {
            Type: 'Org::Containers::EcrRepository',
            ...attributes,
            Properties: { RepositoryName: NAME, ...properties },
        };
        writeFileSync(file, JSON.stringify({ Resources: { Repository } }));
        return file;
    };

    const local = (...args: string[]) => {
        const where = ['--state-dir', join(folder, 'state'), '--endpoint-url', standIn.url];
        return ending(startCommand({}, [...where, ...args]));
    };

    const ID = ['--resource-id', `Repository=${NAME}`];

    test('brings about what the template says, and leaves the rest as it is', async () => {
        await make(EVERYTHING);
        const before = await account.everything();
        const imported = await local(
            'import',
            template({ ScanOnPush: false, ImageTagMutability: 'IMMUTABLE' }),
            ...ID,
        );
        expect(imported).toMatchObject({ code: 0 });
        const statuses = imported.out
            .match(/(IMPORT|UPDATE|CREATE)_\w+ +\S+/g)
            ?.map((text) => text.replace(/ +/, ' '));
        expect(statuses).toEqual([
            'IMPORT_IN_PROGRESS hand',
            'IMPORT_IN_PROGRESS Repository',
            'IMPORT_COMPLETE Repository',
            'UPDATE_IN_PROGRESS Repository',
            'UPDATE_COMPLETE Repository',
            'IMPORT_COMPLETE hand',
        ]);
        expect(withoutMemory(await account.everything())).toEqual(
            withoutMemory(await changed(before, false)),
        );
        expect(await local('drift', 'hand')).toMatchObject({ code: 0 });
    });

    // What CloudFormation sends as previous properties after an import is not documented.
    test.each(['template', 'nothing', 'read'])(
        'a template with a name and no more writes nothing, with previous properties: %s',
        async (previous) => {
            await make(EVERYTHING);
            const before = await account.everything();
            expect(await local('import', template({}), ...ID, '--previous', previous)).toMatchObject({
                code: 0,
            });
            expect(withoutMemory(await account.everything())).toEqual(withoutMemory(before));
            expect(await local('drift', 'hand')).toMatchObject({ code: 0 });
        },
    );

    test('a deployment takes in what exists when it is told to', async () => {
        await make(EVERYTHING);
        const before = await account.everything();
        const file = template({});
        expect(await local('deploy', template({}, {}), '--import-existing-resources')).toMatchObject({
            code: 1,
            err: expect.stringContaining(`The affected resources are Repository ({RepositoryName=${NAME}})`),
        });
        expect(await local('deploy', file)).toMatchObject({ code: 1 });
        expect(await local('deploy', template({}), '--import-existing-resources')).toMatchObject({ code: 0 });
        expect(withoutMemory(await account.everything())).toEqual(withoutMemory(before));
    });

    test('a repository that is not there rolls back, and leaves no resource in the stack', async () => {
        const failed = await local('import', template({}), ...ID);
        expect(failed.code).toBe(1);
        expect(failed.out).toMatch(/IMPORT_FAILED +Repository .*there is no repository of this name/s);
        expect(failed.out).toMatch(/IMPORT_ROLLBACK_COMPLETE +hand/);
        expect(await local('drift', 'hand')).toMatchObject({
            code: 0,
            out: 'Stack hand has no resources.\n',
        });
    });

    test.each<[string, () => string[], RegExp]>([
        ['nothing named', () => [template({})], /Nothing to import is named: give --resource-id/],
        ['no DeletionPolicy', () => [template({}, {}), ...ID], /Repository needs a DeletionPolicy/],
        [
            'an unknown resource',
            () => [template({}), '--resource-id', 'Other=x'],
            /there is no resource Other.*Repository is new/s,
        ],
        ['no pair', () => [template({}), '--resource-id', 'Repository'], /wanted Key=Value/],
    ])('refuses %s, before anything is begun', async (_what, args, message) => {
        expect(await local('import', ...args())).toMatchObject({
            code: 1,
            err: expect.stringMatching(message),
            out: '',
        });
        expect((await local('list')).out).toBe('There are no stacks.\n');
    });

    test('refuses what is in a stack already, and another name than the template’s', async () => {
        await make({ what: '' });
        const named = await local('import', template({ RepositoryName: 'other' }), ...ID);
        expect(named).toMatchObject({ code: 1, out: expect.stringMatching(/calls it other, not by-hand/) });
        expect(await local('import', template({}), ...ID)).toMatchObject({ code: 0 });
        expect((await local('import', template({}), ...ID)).err).toMatch(
            /Repository is in stack hand already/,
        );
        const again = await local('import', template({}), ...ID, '--stack-name', 'second');
        expect(again).toMatchObject({ code: 1, err: expect.stringMatching(/by-hand belongs to stack hand/) });
    });
});

/** What AWS held, with scanning on push switched. */
async function changed(before: Readonly<Record<string, unknown>>, scanOnPush: boolean): Promise<object> {
    const after = structuredClone(before);
    const [one] = after['repositories'] as { repository: { imageScanningConfiguration: object } }[];
    if (one) {
        one.repository.imageScanningConfiguration = { scanOnPush };
    }
    return after;
}

/** Without the tags of our own that an update adds. */
function withoutMemory(everything: object): unknown {
    return JSON.parse(JSON.stringify(everything), (_key, value: unknown) =>
        Array.isArray(value)
            ? value.filter(
                  (item) => !JSON.stringify(item).startsWith('{"Key":"org-containers-ecrrepository:'),
              )
            : value,
    );
}
