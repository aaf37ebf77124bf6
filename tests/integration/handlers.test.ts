import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
    CreateRepositoryCommand,
    DeleteLifecyclePolicyCommand,
    DeleteRepositoryCommand,
    DescribeRegistryCommand,
    GetRegistryScanningConfigurationCommand,
    GetRepositoryPolicyCommand,
    PutImageCommand,
    PutImageTagMutabilityCommand,
    SetRepositoryPolicyCommand,
    TagResourceCommand,
    UpdateImageStorageClassCommand,
} from '@aws-sdk/client-ecr';
import type { RecordedCall } from '../../local/aws/calls';
import { BROKEN, DENIED, type Interception, THROTTLED } from '../../local/aws/difficulties/interception';
import schema from '../../schema.json';
import { FACETS } from '../../src/facets';
import type { PartialProperties, PolicyStatement } from '../../src/properties';
import { FACET_DATA } from '../support/facets';
import type { PropertyRow } from '../support/facets/facet-data';
import { type Action, type Circumstances, type Progress, SECRETS, TypeFunction } from '../support/function';
import { alarms, dashboards, describeRepository, type Held, held, logGroups } from '../support/held';
import { IDENTIFIER, KEY, NAME, OTHER_KEY } from '../support/my-app';
import { roundTrips, writes } from '../support/stand-in';
import { useAccount, useFunction, useStandIn } from '../support/suite';

/* The handlers through their public door, the entrypoint of the bundle, and what AWS then holds by plain calls. */
/** What every facet has something to do with. */
const FULL: PartialProperties = {
    ...IDENTIFIER,
    ImageTagMutability: 'IMMUTABLE',
    ScanOnPush: false,
    ImageRetentionDays: 90,
    EnableRepositoryPolicy: true,
    PullAccountIds: ['111111111111'],
    Tags: [{ Key: 'Stage', Value: 'test' }],
};

/** The same with what all repositories of the registry share. */
const SHARED: PartialProperties = {
    ...FULL,
    EnableReplication: true,
    ReplicationDestinations: [{ Region: 'us-west-2' }],
    EnableRegistryScanning: true,
};

const standIn = useStandIn();
const typeFunction = useFunction(standIn);
/** The same with little time for an answer. */
const hurried = useFunction(standIn, { timeoutSeconds: 8 });
/** The same whose time for a turn at the lock passes no faster than AWS answers. */
const unhurried = useFunction(standIn, { speed: 1 });
const testFunction = useFunction(standIn, { handler: 'testEntrypoint' });
const account = useAccount(standIn);
const { ecr } = account;

describe('each property', () => {
    const CHANGEABLE: Readonly<Record<string, PropertyRow>> = {
        ...Object.assign({}, ...FACET_DATA.map(({ properties }) => properties)),
        EmptyOnDelete: {
            values: [true, false],
            inAws: ({ tags }) => tags['org-containers-ecrrepository:empty-on-delete'],
            as: ['true', undefined],
        },
    };

    test.each(Object.entries(CHANGEABLE))('%s is set and changed', async (property, row) => {
        const { beside = {}, values, inAws, as = values } = row;
        const [first, second] = values.map(
            (value): PartialProperties => ({ ...IDENTIFIER, ...beside, [property]: value }),
        );
        const created = await succeed('CREATE', first);
        expect(await inAws(await held(account), account)).toEqual(as[0]);
        expect(await read()).toMatchObject({ [property]: values[0] });

        await succeed('UPDATE', second, { previous: created });
        expect(await inAws(await held(account), account)).toEqual(as[1]);
        expect(await read()).toMatchObject({ [property]: values[1] });
    });

    /** What only a create can set: the property, what it needs, its value, and another one. */
    const FIXED: readonly [keyof PartialProperties, PartialProperties, string, string][] = [
        ['EncryptionType', {}, 'KMS', 'AES256'],
        ['KmsKeyArn', { EncryptionType: 'KMS' }, KEY, OTHER_KEY],
    ];

    test.each(FIXED)('%s is set, refused to be changed, and seen', async (property, beside, value, other) => {
        const encryption = { EncryptionType: 'encryptionType', KmsKeyArn: 'kmsKey' }[property as 'KmsKeyArn'];
        const created = await succeed('CREATE', { ...IDENTIFIER, ...beside, [property]: value });
        const before = await held(account);
        expect(before.repository.encryptionConfiguration).toMatchObject({ [encryption]: value });

        const update = { ...IDENTIFIER, ...beside, [property]: other };
        const refused = await fail('UPDATE', update, { previous: created });
        expect(refused).toMatchObject({ errorCode: 'NotUpdatable' });
        expect(refused.message).toContain(`${property} from ${value} to ${other}`);
        expect(await held(account)).toEqual(before);

        await ecr.send(new DeleteRepositoryCommand({ repositoryName: NAME }));
        const encryptionConfiguration = { encryptionType: 'KMS' as const, [encryption]: other };
        await ecr.send(new CreateRepositoryCommand({ repositoryName: NAME, encryptionConfiguration }));
        expect(await read()).toMatchObject({ [property]: other });
    });

    test.each(['alias/images', KEY.replace(/key.*/, 'alias/images'), KEY.replace(/.*key./, '')])(
        'KmsKeyArn %s stays as it is written, though ECR shows the ARN of the key',
        async (KmsKeyArn) => {
            const properties = { ...IDENTIFIER, EncryptionType: 'KMS' as const, KmsKeyArn };
            const created = await succeed('CREATE', properties);
            expect(await read()).toMatchObject({ KmsKeyArn });
            const changed = { ...properties, ScanOnPush: false };
            await succeed('UPDATE', changed, { previous: created });
            expect(await read()).toMatchObject({ KmsKeyArn, ScanOnPush: false });
        },
    );

    const OUTPUTS: Readonly<Record<string, (held: Held) => unknown>> = {
        RepositoryArn: ({ repository }) => repository.repositoryArn,
        RepositoryUrl: ({ repository }) => repository.repositoryUri,
        RegistryId: ({ repository }) => repository.registryId,
        LifecyclePolicySummary: ({ lifecycle }) =>
            expect.stringMatching(new RegExp(`v\\*.*${lifecycle[0]?.selection.countNumber}`)),
    };

    test.each(Object.entries(OUTPUTS))('%s is given', async (property, inAws) => {
        const created = await succeed('CREATE', { ...IDENTIFIER, TaggedImageRetentionCount: 77 });
        expect(Reflect.get(created, property)).toEqual(inAws(await held(account)));
        expect(Reflect.get(await read(), property)).toEqual(Reflect.get(created, property));
    });

    const NAMED: Readonly<Record<string, () => Promise<unknown>>> = {
        ScanLogGroupName: async () => (await logGroups(account))[0]?.logGroupName,
        VulnerabilityAlarmName: async () => (await alarms(account))[0]?.AlarmName,
        DashboardName: async () => (await dashboards(account))[0],
    };

    test.each(Object.entries(NAMED))('%s is given, whether there is one or not', async (property, inAws) => {
        const on = { EnableScanLogging: true, CreateCloudWatchAlarms: true, CreateDashboard: true };
        const created = await succeed('CREATE', { ...IDENTIFIER, ...on });
        expect(Reflect.get(created, property)).toEqual(await inAws());
        expect(Reflect.get(await read(), property)).toEqual(await inAws());
        const off = await succeed('UPDATE', IDENTIFIER, { previous: { ...IDENTIFIER, ...on } });
        expect(Reflect.get(off, property)).toEqual(Reflect.get(created, property));
        expect(await inAws()).toBeUndefined();
    });

    /** Settings under switches that are off by default: Read says nothing of them. */
    const UNDER_SWITCHES = [
        'AlarmSeverities',
        'AllowLambdaPull',
        'LogRetentionDays',
        'NotificationFormat',
        'ScanType',
        'VulnerabilityThreshold',
    ];

    test('has its default where nothing is declared', async () => {
        const properties: Readonly<Record<string, object>> = schema.properties;
        const defaults = Object.entries(properties).flatMap(([name, property]) =>
            'default' in property && !UNDER_SWITCHES.includes(name) ? [[name, property.default]] : [],
        );
        const created = await succeed('CREATE', IDENTIFIER);
        expect(created).toMatchObject(Object.fromEntries(defaults));
        expect(await read()).toEqual(created);
    });

    test('of the schema stands in one of these tables', () => {
        const fixed = FIXED.map(([property]) => property);
        const outputs = [...Object.keys(OUTPUTS), ...Object.keys(NAMED)];
        const rows = ['RepositoryName', ...Object.keys(CHANGEABLE), ...fixed, ...outputs];
        expect(rows.sort()).toEqual(Object.keys(schema.properties).sort());
    });
});

describe('calls to AWS', () => {
    interface Case {
        readonly what: string;
        readonly action: Action;
        readonly before?: PartialProperties;
        readonly properties: PartialProperties;
        readonly calls: number;
        readonly trips: number;
        readonly writes: readonly string[];
    }

    /** Facets whose calls are in these figures. */
    const COUNTED = 11;

    /** What examples/production.yml has beside the repository. */
    const WATCHED: PartialProperties = {
        ...FULL,
        EnableScanLogging: true,
        CreateCloudWatchAlarms: true,
        AlarmActions: ['arn:aws:sns:us-east-1:123456789012:alerts'],
    };

    const cases: readonly Case[] = [
        {
            what: 'a CREATE with nothing declared',
            action: 'CREATE',
            properties: IDENTIFIER,
            calls: 6,
            trips: 3,
            writes: ['ecr:CreateRepository', 'ecr:PutLifecyclePolicy'],
        },
        {
            what: 'a CREATE with much declared',
            action: 'CREATE',
            properties: FULL,
            calls: 7,
            trips: 3,
            writes: ['ecr:CreateRepository', 'ecr:PutLifecyclePolicy', 'ecr:SetRepositoryPolicy'],
        },
        {
            what: 'a READ',
            action: 'READ',
            before: FULL,
            properties: IDENTIFIER,
            calls: 12,
            trips: 1,
            writes: [],
        },
        {
            what: 'an UPDATE that changes nothing',
            action: 'UPDATE',
            before: FULL,
            properties: FULL,
            calls: 12,
            trips: 1,
            writes: [],
        },
        {
            what: 'an UPDATE of a tag',
            action: 'UPDATE',
            before: FULL,
            properties: { ...FULL, Tags: [{ Key: 'Stage', Value: 'production' }] },
            calls: 13,
            trips: 2,
            writes: ['ecr:TagResource'],
        },
        {
            what: 'an UPDATE of almost everything',
            action: 'UPDATE',
            before: FULL,
            properties: { ...IDENTIFIER, Tags: [{ Key: 'Stage', Value: 'production' }] },
            calls: 17,
            trips: 2,
            writes: [
                'ecr:DeleteRepositoryPolicy',
                'ecr:PutImageScanningConfiguration',
                'ecr:PutImageTagMutability',
                'ecr:PutLifecyclePolicy',
                'ecr:TagResource',
            ],
        },
        {
            what: 'an UPDATE of replication and scanning',
            action: 'UPDATE',
            before: { ...FULL, EnableRegistryScanning: true },
            properties: {
                ...FULL,
                EnableReplication: true,
                ReplicationDestinations: [{ Region: 'us-west-2' }],
                EnableRegistryScanning: false,
            },
            calls: 23,
            trips: 7,
            writes: [
                'ecr:PutRegistryScanningConfiguration',
                'ecr:PutReplicationConfiguration',
                'ecr:UntagResource',
                'logs:CreateLogStream',
                'logs:CreateLogStream',
            ],
        },
        {
            what: 'a DELETE',
            action: 'DELETE',
            before: FULL,
            properties: IDENTIFIER,
            calls: 12,
            trips: 2,
            writes: ['ecr:DeleteRepository'],
        },
        {
            what: 'a CREATE with log and alarm',
            action: 'CREATE',
            properties: WATCHED,
            calls: 20,
            trips: 4,
            writes: [
                'cloudwatch:PutMetricAlarm',
                'ecr:CreateRepository',
                'ecr:PutLifecyclePolicy',
                'ecr:SetRepositoryPolicy',
                'events:PutRule',
                'events:PutTargets',
                'logs:CreateLogGroup',
                'logs:PutMetricFilter',
                'logs:PutMetricFilter',
                'logs:PutResourcePolicy',
                'logs:PutRetentionPolicy',
            ],
        },
        {
            what: 'a READ with log and alarm',
            action: 'READ',
            before: WATCHED,
            properties: IDENTIFIER,
            calls: 18,
            trips: 2,
            writes: [],
        },
        {
            what: 'an UPDATE that changes nothing, with log and alarm',
            action: 'UPDATE',
            before: WATCHED,
            properties: WATCHED,
            calls: 18,
            trips: 1,
            writes: [],
        },
        {
            what: 'a DELETE with log and alarm',
            action: 'DELETE',
            before: WATCHED,
            properties: WATCHED,
            calls: 20,
            trips: 5,
            writes: [
                'cloudwatch:DeleteAlarms',
                'ecr:DeleteRepository',
                'events:DeleteRule',
                'events:RemoveTargets',
                'logs:DeleteLogGroup',
                'logs:DeleteResourcePolicy',
            ],
        },
        { what: 'a LIST', action: 'LIST', properties: {}, calls: 1, trips: 1, writes: [] },
    ];

    test.each(cases)(
        '$what: calls $calls and one for each further facet, round trips $trips',
        async (expected) => {
            const { action, before, properties } = expected;
            // What does not exist costs one call, and no round trip.
            const looks = action === 'LIST' ? 0 : FACETS.length - COUNTED;
            const previous = before && (await succeed('CREATE', before));
            standIn.intercept(() => ({ delay: 150 }));
            const { calls } = await standIn.watch(() =>
                succeed(action, properties, action === 'UPDATE' && previous ? { previous } : {}, unhurried),
            );
            expect({
                calls: calls.length,
                trips: roundTrips(calls),
                writes: writes(calls).toSorted(),
            }).toEqual({ calls: expected.calls + looks, trips: expected.trips, writes: expected.writes });
            const allowed: readonly string[] =
                schema.handlers[action.toLowerCase() as Lowercase<Action>].permissions;
            expect(calls.map((call) => call.action).filter((call) => !allowed.includes(call))).toEqual([]);
        },
    );

    test.each<PartialProperties>([
        { TaggedImageRetentionCount: 0, Tags: [{ Key: 'aws:x', Value: '' }] },
        { KmsKeyArn: KEY, ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' },
    ])('are none for what can be refused without, and every violation is named: %j', async (wrong) => {
        const { result, calls } = await standIn.watch(() => fail('CREATE', { ...IDENTIFIER, ...wrong }));
        expect(calls).toEqual([]);
        expect(result).toMatchObject({ errorCode: 'InvalidRequest' });
        for (const property of Object.keys(wrong)) {
            expect(result.message).toContain(`- ${property}`);
        }
    });
});

describe('CREATE', () => {
    test.each([
        ['one answer', 1],
        ['every answer', Number.POSITIVE_INFINITY],
    ])('knows its own repository again when %s was lost', async (_what, losses) => {
        let creations = 0;
        standIn.intercept(({ action }) =>
            action === 'ecr:CreateRepository' && creations++ < losses ? 'lose' : 'pass',
        );
        await succeed('CREATE', { ...IDENTIFIER, TaggedImageRetentionCount: 7 });
        expect(await read()).toMatchObject({ TaggedImageRetentionCount: 7 });
    });

    test('knows its own repository again when the same event comes twice', async () => {
        const token = randomUUID();
        expect(await typeFunction.call('CREATE', IDENTIFIER, { token })).toMatchObject({
            status: 'IN_PROGRESS',
            resourceModel: IDENTIFIER,
        });
        await succeed('CREATE', IDENTIFIER, { token });
    });

    test.each([
        ['another operation', () => succeed('CREATE', IDENTIFIER)],
        ['somebody else', () => ecr.send(new CreateRepositoryCommand({ repositoryName: NAME }))],
    ])('leaves the repository of %s alone', async (_who, make) => {
        await make();
        const before = await held(account);
        const refused = await fail('CREATE', { ...IDENTIFIER, ScanOnPush: false });
        expect(refused).toMatchObject({ errorCode: 'AlreadyExists' });
        expect(refused.message).toContain(NAME);
        // CloudFormation would delete what a failed CREATE names.
        expect(refused).not.toHaveProperty('resourceModel');
        expect(await held(account)).toEqual(before);
    });

    test('yields to somebody who was faster', async () => {
        refuse('ecr:CreateRepository', {
            error: 'RepositoryAlreadyExistsException',
            status: 400,
            message: 'The repository already exists',
        });
        const refused = await fail('CREATE', IDENTIFIER);
        expect(refused).toMatchObject({ errorCode: 'AlreadyExists' });
        expect(refused).not.toHaveProperty('resourceModel');
    });

    test('names the repository when it fails after making it, so that nothing stays behind', async () => {
        refuse('ecr:PutLifecyclePolicy', DENIED);
        const failed = await fail('CREATE', IDENTIFIER);
        expect(failed).toMatchObject({ errorCode: 'AccessDenied', resourceModel: IDENTIFIER });
        await succeed('DELETE', IDENTIFIER);
        expect(await describeRepository(account)).toBeUndefined();
    });

    test('names the repository when it may have made it, and cannot see', async () => {
        let isSent = false;
        standIn.intercept(({ action }) => {
            isSent ||= action === 'ecr:CreateRepository';
            return isSent ? 'lose' : 'pass';
        });
        const { status, resourceModel } = await hurried.call('CREATE', IDENTIFIER);
        expect({ status, resourceModel }).toEqual({ status: 'FAILED', resourceModel: IDENTIFIER });
    });

    test('names no repository when it fails before making it', async () => {
        refuse('ecr:CreateRepository', DENIED);
        const failed = await fail('CREATE', IDENTIFIER);
        expect(failed).toMatchObject({ errorCode: 'AccessDenied' });
        expect(failed).not.toHaveProperty('resourceModel');
    });
});

describe('DELETE', () => {
    const push = () => {
        const imageManifest = JSON.stringify({
            schemaVersion: 2,
            mediaType: 'application/vnd.oci.image.manifest.v1+json',
        });
        return ecr.send(new PutImageCommand({ repositoryName: NAME, imageManifest, imageTag: 'v1' }));
    };

    test('of a repository that holds images is refused before anything is touched', async () => {
        await succeed('CREATE', SHARED);
        await push();
        const before = await held(account);
        const { result, calls } = await standIn.watch(() => fail('DELETE', IDENTIFIER));
        expect(result).toMatchObject({ errorCode: 'GeneralServiceException' });
        for (const word of [NAME, 'images', 'EmptyOnDelete', 'nothing was deleted']) {
            expect(result.message).toContain(word);
        }
        expect(writes(calls)).toEqual([]);
        expect(await held(account)).toEqual(before);
    });

    test('counts an archived image, which ListImages leaves out and DeleteRepository refuses', async () => {
        await succeed('CREATE', { ...IDENTIFIER, EnableScanLogging: true });
        await push();
        await ecr.send(
            new UpdateImageStorageClassCommand({
                repositoryName: NAME,
                imageId: { imageTag: 'v1' },
                targetStorageClass: 'ARCHIVE',
            }),
        );
        const before = await account.everything();
        const refused = await fail('DELETE', IDENTIFIER);
        expect(refused.message).toContain('the repository holds images');
        expect(await account.everything()).toEqual(before);
    });

    test('takes the images too with EmptyOnDelete, by the identifier alone', async () => {
        await succeed('CREATE', { ...IDENTIFIER, EmptyOnDelete: true });
        await push();
        expect(await succeed('DELETE', IDENTIFIER)).toEqual({});
        expect(await describeRepository(account)).toBeUndefined();
    });

    test('takes what it made of the registry too', async () => {
        await succeed('CREATE', SHARED);
        await succeed('DELETE', IDENTIFIER);
        const { replicationConfiguration } = await ecr.send(new DescribeRegistryCommand({}));
        const { scanningConfiguration } = await ecr.send(new GetRegistryScanningConfigurationCommand({}));
        expect(replicationConfiguration?.rules).toEqual([]);
        expect(scanningConfiguration?.rules).toEqual([]);
    });

    test('succeeds when every answer of its first call was lost', async () => {
        await succeed('CREATE', IDENTIFIER);
        refuse('ecr:DeleteRepository', 'lose');
        const { resourceModel = {}, callbackContext = {} } = await hurried.call('DELETE', IDENTIFIER);
        expect(await describeRepository(account)).toBeUndefined();
        standIn.intercept(() => 'pass');
        await succeed('DELETE', resourceModel, { callbackContext });
    });
});

test.each(['READ', 'UPDATE', 'DELETE'] as const)(
    '%s of a repository that is not there is NotFound',
    async (action) => {
        const failed = await fail(action, IDENTIFIER, { previous: IDENTIFIER });
        expect(failed).toMatchObject({ errorCode: 'NotFound', message: expect.stringContaining(NAME) });
    },
);

describe('tags of the stack', () => {
    const STACK = { Stack: 'one', Owner: 'a', 'aws:cloudformation:stack-name': 'one' };
    const Tags = [{ Key: 'Stage', Value: 'test' }];

    test('come beside Tags and are hidden from it', async () => {
        await succeed('CREATE', { ...IDENTIFIER, Tags }, { stackTags: STACK });
        expect((await held(account)).tags).toMatchObject({ Stack: 'one', Owner: 'a', Stage: 'test' });
        expect(await read()).toMatchObject({ Tags });
    });

    test('are changed and removed by an update', async () => {
        const previous = await succeed('CREATE', { ...IDENTIFIER, Tags }, { stackTags: STACK });
        await succeed('UPDATE', previous, {
            previous,
            stackTags: { Stack: 'two' },
            previousStackTags: STACK,
        });
        const { tags } = await held(account);
        expect(tags).toMatchObject({ Stack: 'two', Stage: 'test' });
        expect(tags).not.toHaveProperty('Owner');
        expect(await read()).toMatchObject({ Tags });
    });

    test('yield to those of the template', async () => {
        await succeed('CREATE', { ...IDENTIFIER, Tags }, { stackTags: { Stage: 'of the stack' } });
        expect((await held(account)).tags).toMatchObject({ Stage: 'test' });
        expect(await read()).toMatchObject({ Tags });
    });

    test('that begin with aws: are never sent', async () => {
        const { calls } = await standIn.watch(() => succeed('CREATE', IDENTIFIER, { stackTags: STACK }));
        expect(JSON.stringify(calls.map(({ input }) => input))).not.toContain('"aws:cloudformation');
    });
});

describe('an UPDATE leaves alone', () => {
    const LAMBDA: PolicyStatement = {
        Sid: 'LambdaECRImageRetrievalPolicy',
        Effect: 'Allow',
        Principal: { Service: ['lambda.amazonaws.com'] },
        Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        Condition: { StringLike: { 'aws:sourceArn': ['arn:aws:lambda:us-east-1:123456789012:function:*'] } },
    };

    test('tags that others put there', async () => {
        const previous = await succeed('CREATE', { ...IDENTIFIER, Tags: [{ Key: 'Stage', Value: 'test' }] });
        await tag(await held(account), { Team: 'a' });
        await succeed('UPDATE', { ...IDENTIFIER, Tags: [] }, { previous });
        const { tags } = await held(account);
        expect(tags).toMatchObject({ Team: 'a' });
        expect(tags).not.toHaveProperty('Stage');
    });

    test.each<[string, PartialProperties, PartialProperties]>([
        ['is about something else', {}, { ScanOnPush: false }],
        [
            'is about other statements',
            { EnableRepositoryPolicy: true, PullAccountIds: ['111111111111'] },
            { EnableRepositoryPolicy: true, PullAccountIds: ['222222222222'] },
        ],
        [
            'switches the policy off',
            { EnableRepositoryPolicy: true, PullAccountIds: ['111111111111'] },
            { EnableRepositoryPolicy: false },
        ],
    ])("Lambda's own statement when it %s", async (_what, before, after) => {
        const previous = { ...IDENTIFIER, ...before };
        await succeed('CREATE', previous);
        await putPolicy([...(await held(account)).policy, LAMBDA]);
        await succeed('UPDATE', { ...IDENTIFIER, ...after }, { previous });
        const { policy } = await held(account);
        expect(policy).toContainEqual(LAMBDA);
        expect(JSON.stringify(policy)).not.toContain('111111111111');
    });

    test('the Id that somebody gave the policy', async () => {
        const previous: PartialProperties = {
            ...IDENTIFIER,
            EnableRepositoryPolicy: true,
            PullAccountIds: ['111111111111'],
        };
        await succeed('CREATE', previous);
        await putPolicy([...(await held(account)).policy, LAMBDA], { Id: 'ours-and-theirs' });
        await succeed('UPDATE', { ...previous, PullAccountIds: ['222222222222'] }, { previous });
        const { policyText = '' } = await ecr.send(new GetRepositoryPolicyCommand({ repositoryName: NAME }));
        expect(JSON.parse(policyText)).toMatchObject({ Id: 'ours-and-theirs' });
        expect(policyText).toContain('222222222222');
    });

    test('what nobody declares', async () => {
        await succeed('CREATE', IDENTIFIER);
        await ecr.send(
            new PutImageTagMutabilityCommand({ repositoryName: NAME, imageTagMutability: 'IMMUTABLE' }),
        );
        await ecr.send(new DeleteLifecyclePolicyCommand({ repositoryName: NAME }));
        await succeed('UPDATE', { ...IDENTIFIER, ScanOnPush: false }, { previous: IDENTIFIER });
        expect(await read()).toMatchObject({
            ImageTagMutability: 'IMMUTABLE',
            EnableLifecyclePolicy: false,
            ScanOnPush: false,
        });
    });

    test('what an import found, and no template names', async () => {
        await ecr.send(
            new CreateRepositoryCommand({ repositoryName: NAME, imageTagMutability: 'IMMUTABLE' }),
        );
        await succeed('UPDATE', { ...IDENTIFIER, ScanOnPush: true }, { previous: await read() });
        expect(await read()).toMatchObject({ ImageTagMutability: 'IMMUTABLE', ScanOnPush: true });
    });

    test('nothing that is declared no more', async () => {
        const previous: PartialProperties = {
            ...IDENTIFIER,
            ImageTagMutability: 'IMMUTABLE',
            EnableLifecyclePolicy: false,
        };
        await succeed('CREATE', previous);
        await succeed('UPDATE', IDENTIFIER, { previous });
        expect(await read()).toMatchObject({ ImageTagMutability: 'MUTABLE', EnableLifecyclePolicy: true });
    });
});

test.each(['null', '{"rules":[{"rulePriority":1}]}'])(
    'an UPDATE that was refused, of LifecyclePolicyText %s, is rolled back without a write',
    async (LifecyclePolicyText) => {
        const refused = { ...IDENTIFIER, LifecyclePolicyText };
        await succeed('CREATE', IDENTIFIER);
        await fail('UPDATE', refused, { previous: IDENTIFIER });
        const { calls } = await standIn.watch(() => succeed('UPDATE', IDENTIFIER, { previous: refused }));
        expect(writes(calls)).toEqual([]);
    },
);

describe('when AWS', () => {
    const AGAIN: readonly [string, Interception, string, RegExp][] = [
        ['throttles', THROTTLED, 'Throttling', /ThrottlingException: Rate exceeded\. .*try again later/],
        ['fails', BROKEN, 'ServiceInternalError', /ServerException: Internal failure\. .*try again later/],
        ['cuts the connection', 'cut', 'NetworkFailure', /(socket hang up|ECONNRESET).*try again later/],
    ];

    test.each(AGAIN)('%s, an UPDATE tries again later', async (_what, interception, _code, words) => {
        const previous = await succeed('CREATE', IDENTIFIER);
        const properties = { ...IDENTIFIER, TaggedImageRetentionCount: 7 };
        refuse('ecr:PutLifecyclePolicy', interception);
        const {
            status,
            message,
            resourceModel,
            callbackContext = {},
        } = await hurried.call('UPDATE', properties, { previous });
        expect({ status, resourceModel }).toEqual({ status: 'IN_PROGRESS', resourceModel: properties });
        expect(message).toContain(`${NAME}: writing the lifecycle policy failed.`);
        expect(message).toMatch(words);
        standIn.intercept(() => 'pass');
        await succeed('UPDATE', properties, { previous, callbackContext });
        expect(await read()).toMatchObject(properties);
    });

    test('denies, an UPDATE says what to grant', async () => {
        const previous = await succeed('CREATE', IDENTIFIER);
        refuse('ecr:PutLifecyclePolicy', DENIED);
        const failed = await fail('UPDATE', { ...IDENTIFIER, TaggedImageRetentionCount: 7 }, { previous });
        expect(failed.errorCode).toBe('AccessDenied');
        expect(failed.message).toMatch(
            /^my-app: writing the lifecycle policy failed\. AWS says AccessDeniedException: .*not authorized.* Grant/,
        );
    });

    test('never recovers, an UPDATE waits longer and longer, and fails after some twenty minutes', async () => {
        const brief = new TypeFunction(standIn, { timeoutSeconds: 6 });
        const previous = await succeed('CREATE', IDENTIFIER);
        refuse('ecr:PutLifecyclePolicy', 'cut');
        const delays: number[] = [];
        let progress: Progress = { status: 'IN_PROGRESS' };
        while (progress.status === 'IN_PROGRESS') {
            const { callbackContext = {} } = progress;
            const properties = { ...IDENTIFIER, TaggedImageRetentionCount: 7 };
            progress = await brief.call('UPDATE', properties, { previous, callbackContext });
            delays.push(progress.callbackDelaySeconds ?? 0);
        }
        await brief.close();
        expect(progress).toMatchObject({ status: 'FAILED', errorCode: 'NetworkFailure' });
        expect(delays.pop()).toBe(0);
        expect(delays.slice(0, 5)).toEqual(delays.slice(0, 5).toSorted((a, b) => a - b));
        expect(Math.max(...delays)).toBeLessThanOrEqual(60);
        const minutes = delays.reduce((sum, delay) => sum + delay, 0) / 60;
        expect(minutes).toBeGreaterThan(10);
        expect(minutes).toBeLessThan(25);
    });

    test('never lets the registry be written, the looks in between do not make an UPDATE endless', async () => {
        const previous = await succeed('CREATE', IDENTIFIER);
        refuse('ecr:PutRegistryScanningConfiguration', 'cut');
        const properties = { ...IDENTIFIER, EnableRegistryScanning: true };
        const answers: Progress[] = [];
        let callbackContext: object = { phase: 'started', failures: 23 };
        do {
            answers.push(await typeFunction.call('UPDATE', properties, { previous, callbackContext }));
            callbackContext = answers.at(-1)?.callbackContext ?? {};
        } while (answers.at(-1)?.status === 'IN_PROGRESS' && answers.length < 20);
        expect(answers.at(-1)).toMatchObject({ status: 'FAILED', errorCode: 'NetworkFailure' });
        const failed = answers.filter(({ message }) =>
            message?.includes('writing the scanning configuration'),
        );
        expect(failed).toHaveLength(3);
    });

    test('is slow to write the registry, it is given up in time: the registry may be another one soon', async () => {
        const slow = ['ecr:PutReplicationConfiguration', 'ecr:PutRegistryScanningConfiguration'];
        // An account for each, so that both are waited for at once.
        const accountOf = (action: string) => `70000000000${slow.indexOf(action)}`;
        standIn.intercept(({ action, accessKeyId }) =>
            slow.includes(action) && accessKeyId.endsWith(accountOf(action)) ? { delay: 8_000 } : 'pass',
        );
        const createUntilGivenUp = async (action: string) => {
            const here = accountOf(action);
            const circumstances = { token: randomUUID(), account: here, accessKeyId: `KEY${here}` };
            let progress = await typeFunction.call('CREATE', SHARED, circumstances);
            while (!progress.message?.includes('did not answer in time')) {
                expect(progress).toMatchObject({ status: 'IN_PROGRESS' });
                const { callbackContext = {} } = progress;
                progress = await typeFunction.call('CREATE', SHARED, { ...circumstances, callbackContext });
            }
        };
        const { calls } = await standIn.watch(() => Promise.all(slow.map(createUntilGivenUp)));
        for (const action of slow) {
            const [write, ...others] = calls.filter(
                (call) => call.action === action && call.accessKeyId.endsWith(accountOf(action)),
            );
            expect(others).toEqual([]);
            await until(() => (write?.end ?? 0) - (write?.start ?? 0) < 3_000);
        }
    });

    test('never recovers, what must not be IN_PROGRESS fails in time', async () => {
        const interceptions = new Map(
            AGAIN.map(([what, interception]) => [what.toUpperCase().replaceAll(' ', ''), interception]),
        );
        standIn.intercept(({ accessKeyId }) => interceptions.get(accessKeyId) ?? 'pass');
        const failures = (['CREATE', 'READ', 'LIST'] as const).flatMap((action) =>
            [...interceptions.keys()].map(async (accessKeyId) => ({
                action,
                ...(await hurried.call(action, IDENTIFIER, { accessKeyId })),
            })),
        );
        const wanted = ['CREATE', 'READ', 'LIST'].flatMap((action) =>
            AGAIN.map(([, , errorCode, words]) => ({
                action,
                status: 'FAILED',
                errorCode,
                message: expect.stringMatching(words),
            })),
        );
        expect(await Promise.all(failures)).toMatchObject(wanted);
    });

    const ONCE: readonly [string, Interception][] = [
        ...AGAIN.map(([what, interception]): [string, Interception] => [what, interception]),
        ['loses the answer', 'lose'],
    ];

    test.each(ONCE)('%s once at every call, nobody notices', async (_what, interception) => {
        const stumbled = new Set<string>();
        standIn.intercept(({ action }) => {
            const isFirst = !stumbled.has(action);
            stumbled.add(action);
            return isFirst ? interception : 'pass';
        });
        await succeed('CREATE', IDENTIFIER);
        await succeed('UPDATE', SHARED, { previous: IDENTIFIER });
        expect(await read()).toMatchObject(SHARED);
        await succeed('DELETE', IDENTIFIER);
        expect(await describeRepository(account)).toBeUndefined();
    });
});

test('LIST goes through all pages', async () => {
    // To create 2500 repositories would take long; ECR gives 1000 at a time.
    const names = Array.from({ length: 2500 }, (_, n) => `app-${n}`);
    standIn.intercept(({ input: { nextToken = '0', maxResults } }) => {
        const start = Number(nextToken);
        const end = start + Number(maxResults);
        const repositories = names.slice(start, end).map((repositoryName) => ({ repositoryName }));
        return { answer: { repositories, ...(end < names.length && { nextToken: String(end) }) } };
    });
    const first = await typeFunction.call('LIST', {});
    const second = await typeFunction.call('LIST', {}, { nextToken: first.nextToken ?? '' });
    const third = await typeFunction.call('LIST', {}, { nextToken: second.nextToken ?? '' });
    expect(third).not.toHaveProperty('nextToken');
    expect([first, second, third].flatMap(({ resourceModels }) => resourceModels)).toEqual(
        names.map((RepositoryName) => ({ RepositoryName })),
    );
});

test('no secret of an event is printed, logged, tagged or answered', async () => {
    const [token, accessKeyId, provider] = ['of-the-request', 'OFTHECALLER', 'OFTHEPROVIDER'].map(
        (of) => `SECRET-${of}-${randomUUID()}`,
    ) as [string, string, string];
    const secrets = [token, accessKeyId, provider, ...Object.values(SECRETS)];
    standIn.intercept(({ action, input }) => {
        const asked = JSON.stringify(input);
        if (action === 'ecr:DescribeRepositories' && asked.includes('denied')) {
            // AWS may repeat the request that it refuses, signed headers and all.
            // An event of testEntrypoint has no provider's credentials.
            const known = secrets.filter((secret) => secret !== provider || !asked.includes('denied-test'));
            return { ...DENIED, message: `Refused: ${known.join(' ')}` };
        }
        const crashes = action === 'ecr:GetLifecyclePolicy' && asked.includes('crashing');
        return crashes ? { answer: { lifecyclePolicyText: 'no JSON' } } : 'pass';
    });
    const event = (action: Action, RepositoryName: string) => {
        const { requestData, ...rest } = typeFunction.event(
            action,
            { RepositoryName },
            { token, accessKeyId },
        );
        const providerCredentials = {
            accessKeyId: provider,
            secretAccessKey: provider,
            sessionToken: provider,
        };
        return {
            ...rest,
            requestData: { ...requestData, providerCredentials, providerLogGroupName: 'logs' },
        };
    };
    const { callerCredentials } = event('READ', NAME).requestData;
    const testEvent = (action: Action, RepositoryName: string) => ({
        credentials: callerCredentials,
        action,
        region: standIn.region,
        request: {
            clientRequestToken: token,
            awsAccountId: standIn.account,
            desiredResourceState: { RepositoryName },
        },
    });
    const altered = (data: object, rest = {}) => {
        const { requestData, ...others } = event('CREATE', 'altered');
        return { ...others, ...rest, requestData: { ...requestData, ...data } };
    };
    const withProperties = (properties: object) =>
        altered({ resourceProperties: { RepositoryName: 'altered', ...properties } });
    const withCredentials = (credentials: object) =>
        altered({ callerCredentials: { ...callerCredentials, ...credentials } });
    const { result: answers, calls } = await standIn.watch(async () => [
        await typeFunction.invoke(event('CREATE', NAME)),
        await typeFunction.invoke(event('CREATE', 'denied')),
        await typeFunction.invoke(event('CREATE', 'crashing')),
        await typeFunction.invoke(event('READ', 'crashing')),
        await typeFunction.invoke({ ...event('READ', NAME), awsAccountId: undefined }),
        await typeFunction.invoke(withProperties({ Tags: [{ Key: token, Value: `${provider}*` }] })),
        await typeFunction.invoke(withProperties({ TaggedImageRetentionCount: SECRETS.sessionToken })),
        await typeFunction.invoke(withProperties({ ScanType: { [token]: SECRETS.secretAccessKey } })),
        await typeFunction.invoke(withCredentials({ accessKeyId: '' })),
        await typeFunction.invoke(withCredentials({ accessKeyId: { [accessKeyId]: provider } })),
        await typeFunction.invoke(withCredentials({ secretAccessKey: [SECRETS.secretAccessKey] })),
        await typeFunction.invoke(withCredentials({ sessionToken: `${SECRETS.sessionToken}\n` })),
        await typeFunction.invoke(
            altered({}, { callbackContext: { phase: token, memory: { [token]: provider } } }),
        ),
        await typeFunction.invoke(event('READ', 'the-last-one')),
        await testFunction.invoke(testEvent('CREATE', 'tested')),
        await testFunction.invoke(testEvent('READ', 'tested')),
        await testFunction.invoke(testEvent('CREATE', 'denied-test')),
        await testFunction.invoke(testEvent('CREATE', 'crashing-too')),
        await testFunction.invoke(testEvent('READ', 'crashing-too')),
        await testFunction.invoke(testEvent('READ', 'the-last-one')),
    ]);
    const printed = () => [typeFunction.printed, testFunction.printed];
    await until(() => printed().every((text) => text.includes('the-last-one')));
    const places = {
        printed: printed().join(),
        answered: answers.join(),
        sent: JSON.stringify(calls.map(({ input }) => input)),
    };
    const leaks = Object.entries(places).filter(([, text]) =>
        secrets.some((secret) => text.includes(secret)),
    );
    expect(leaks.map(([place]) => place)).toEqual([]);
    // So that this test does look where secrets might have been.
    expect(answers.map((answer) => JSON.parse(answer).errorCode)).toEqual([
        undefined,
        'AccessDenied',
        undefined,
        'InternalFailure',
        ...Array(8).fill('InvalidRequest'),
        undefined,
        'NotFound',
        undefined,
        undefined,
        'AccessDenied',
        undefined,
        'InternalFailure',
        'NotFound',
    ]);
    const delivered = calls.filter(({ action }) => action === 'logs:PutLogEvents');
    expect(JSON.stringify(delivered)).toContain('AccessDeniedException: Refused');
});

test('what a handler logs is in the log group that the type was registered with', async () => {
    const { requestData, ...rest } = typeFunction.event('READ', IDENTIFIER);
    const registered = {
        providerCredentials: requestData.callerCredentials,
        providerLogGroupName: 'logs-of-the-type',
    };
    await typeFunction.invoke({ ...rest, requestData: { ...requestData, ...registered } });
    const look = new FilterLogEventsCommand({ logGroupName: 'logs-of-the-type' });
    const { events = [] } = await account.logs.send(look);
    expect(events.map(({ message }) => message).join()).toContain('there is no repository of this name');
});

describe('a malformed event is answered, and never with InternalFailure:', () => {
    const WRONG = [undefined, null, '', 'text', 5, true, [], [5], {}, { a: { b: 5 } }];
    const ACTIONS = ['CREATE', 'READ', 'UPDATE', 'DELETE', 'LIST'] as const;
    const sample = { ...IDENTIFIER, Tags: [], LifecycleRules: [], CustomPolicyStatements: [] };
    const paths = [
        ...['action', 'region', 'awsAccountId', 'bearerToken', 'callbackContext', 'nextToken', 'requestData'],
        ...['callerCredentials', 'resourceProperties', 'previousResourceProperties', 'stackTags'].map(
            (key) => `requestData.${key}`,
        ),
        ...['accessKeyId', 'sessionToken'].map((key) => `requestData.callerCredentials.${key}`),
        ...Object.keys(sample).map((key) => `requestData.resourceProperties.${key}`),
    ];

    test.each(WRONG)('%j', async (event) => {
        expect(await answers([event])).toEqual([expect.objectContaining({ status: 'FAILED' })]);
    });

    test.each(paths)('one with a wrong %s', async (path) => {
        const wrongs = ACTIONS.flatMap((action) => WRONG.map((wrong) => ({ action, wrong })));
        const events = wrongs.map(({ action, wrong }) => {
            const event = structuredClone(typeFunction.event(action, IDENTIFIER));
            const keys = path.split('.');
            const last = keys.pop() ?? '';
            Reflect.set(
                keys.reduce<object>((node, key) => Reflect.get(node, key), event),
                last,
                wrong,
            );
            return event;
        });
        const crashes = (await answers(events)).flatMap(({ errorCode, message }, index) =>
            errorCode?.includes('InternalFailure') ? [{ ...wrongs[index], message }] : [],
        );
        expect(crashes).toEqual([]);
    });

    const answers = (events: readonly unknown[]): Promise<Progress[]> =>
        Promise.all(events.map(async (event) => JSON.parse(await typeFunction.invoke(event))));
});

test('fifty reads at a time do not mix', async () => {
    // More wait for a connection so long, on a busy machine, that the client takes it for broken.
    const numbers = Array.from({ length: 50 }, (_, n) => n);
    await Promise.all(
        numbers.map((n) =>
            ecr.send(
                new CreateRepositoryCommand({
                    repositoryName: `app-${n}`,
                    tags: [{ Key: 'Number', Value: `${n}` }],
                }),
            ),
        ),
    );
    const read = (n: number) => succeed('READ', { RepositoryName: `app-${n}` }, { accessKeyId: `KEY-${n}` });
    const { result, calls } = await standIn.watch(() => Promise.all(numbers.map(read)));
    expect(result).toMatchObject(
        numbers.map((n) => ({ RepositoryName: `app-${n}`, Tags: [{ Key: 'Number', Value: `${n}` }] })),
    );
    const strangers = calls.filter(({ accessKeyId, input }) => {
        const [, n] = /app-(\d+)/.exec(JSON.stringify(input)) ?? [];
        return n !== undefined && accessKeyId !== `KEY-${n}`;
    });
    expect(strangers).toEqual([]);
});

async function succeed(
    action: Action,
    properties: PartialProperties = {},
    circumstances?: Circumstances,
    caller = typeFunction,
): Promise<PartialProperties> {
    const progress = await caller.run(action, properties, circumstances);
    expect(progress).toMatchObject({ status: 'SUCCESS' });
    return progress.resourceModel ?? {};
}

async function fail(
    action: Action,
    properties: PartialProperties,
    circumstances?: Circumstances,
): Promise<Progress> {
    const progress = await typeFunction.run(action, properties, circumstances);
    expect(progress).toMatchObject({ status: 'FAILED' });
    return progress;
}

function read(): Promise<PartialProperties> {
    return succeed('READ', IDENTIFIER);
}

/** From now on this action is not done. */
function refuse(refused: string, interception: Interception): void {
    standIn.intercept(({ action }: RecordedCall) => (action === refused ? interception : 'pass'));
}

function tag({ repository }: Held, tags: Readonly<Record<string, string>>): Promise<unknown> {
    const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    return ecr.send(new TagResourceCommand({ resourceArn: repository.repositoryArn, tags: list }));
}

function putPolicy(Statement: readonly PolicyStatement[], beside = {}): Promise<unknown> {
    const policyText = JSON.stringify({ Version: '2012-10-17', ...beside, Statement });
    return ecr.send(new SetRepositoryPolicyCommand({ repositoryName: NAME, policyText }));
}

/** Waits a little, at most ten seconds, until it is so. */
async function until(isSo: () => boolean): Promise<void> {
    for (const deadline = Date.now() + 10_000; !isSo() && Date.now() < deadline; ) {
        await sleep(20);
    }
    expect(isSo()).toBe(true);
}
