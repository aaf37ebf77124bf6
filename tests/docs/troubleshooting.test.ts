import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import {
    BROKEN,
    DENIED,
    type Interception,
    type Refusal,
    THROTTLED,
} from '../../local/aws/difficulties/interception';
import type { RepositoryRef } from '../../src/aws/repository-ref';
import { FACETS } from '../../src/facets';
import type { PartialProperties, PolicyStatement, Properties } from '../../src/properties';
import { properties } from '../support/arbitraries';
import { FACET_DATA } from '../support/facets';
import { type Action, type Circumstances, TypeFunction } from '../support/function';
import type { StandIn } from '../support/stand-in';
import { useFunction, useStandIn } from '../support/suite';

/*
 * docs/troubleshooting.md lists what the type itself says, an item for each message: its beginning as code, with … for
 * what differs from case to case. Here all of them are provoked through the entrypoint.
 */
const page = readFileSync(join(__dirname, '../../docs/troubleshooting.md'), 'utf8');

const ownWords = page.split('\n## ').find((section) => section.startsWith('What the type says\n')) ?? '';

const ENTRIES = [...ownWords.matchAll(/^- `([^`]+)`/gm)].map(([, beginning = '']) => {
    const parts = beginning.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return { beginning, pattern: new RegExp(`^${parts.join('.*?')}`, 's') };
});

const NAME = 'my-app';
const IDENTIFIER: PartialProperties = { RepositoryName: NAME };
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:alerts';

/** A policy, and a guard over it. */
const GUARDED: PartialProperties = {
    ...policy([rule(1, { tagStatus: 'any' })]),
    MaxExpiringImages: 2,
};

/** Wrong properties, and as many mistakes as there are in them. */
const WRONG: readonly [PartialProperties | object, mistakes: number][] = [
    [{ EncryptionType: 'ROT13' }, 1],
    [{ LifecycleRules: [{ ImageRetentionDays: -1 }] }, 2],
    [{ TagPrefixList: 'v', ImageRetentionDays: 1e10 }, 2],
    [{ Tags: [{ Key: 'a' }], LifecycleRules: [] }, 2],
    [{ LifecyclePolicyText: 'x'.repeat(30_721) }, 1],
    [{ TagPrefixList: ['v', 'v'], PullAccountIds: ['1'] }, 2],
    [{ KmsKeyArn: KEY.replace('us-east-1', 'eu-west-1') }, 2],
    [{ EncryptionType: 'KMS_DSSE' }, 1],
    [{ ImageTagMutabilityExclusionFilters: ['latest'] }, 1],
    [{ ImageTagMutability: 'MUTABLE_WITH_EXCLUSION' }, 1],
    [
        {
            ImageTagMutability: 'MUTABLE_WITH_EXCLUSION',
            ImageTagMutabilityExclusionFilters: ['latest', 'latest'],
        },
        1,
    ],
    [{ Tags: [{ Key: 'org-containers-ecrrepository:mine', Value: '' }] }, 1],
    [{ TaggedImageRetentionCount: 'ten' }, 1],
    [{ Tags: [{ Key: 'a#', Value: '' }] }, 1],
    [{ Tags: ['a', 'a'].map((Key) => ({ Key, Value: '' })) }, 1],
    [{ Tags: Array.from({ length: 50 }, (_, index) => ({ Key: `${index}`, Value: '' })) }, 1],
    [{ LifecycleRules: [{ Id: 'a' }, { Id: 'a', TagPrefixList: ['v'] }] }, 3],
    [
        {
            LifecycleRules: ['a', 'b'].map((Id) => ({
                Id,
                TaggedImageRetentionCount: 1,
                UntaggedImageRetentionCount: 1,
                ImageRetentionDays: 1,
            })),
        },
        3,
    ],
    [{ LifecycleRules: ['a', 'b'].map((Id) => ({ Id, TagPrefixList: ['v'], ImageRetentionDays: 1 })) }, 1],
    [
        {
            LifecycleRules: [
                { Id: 'a', TagPrefixList: prefixes('v'), ImageRetentionDays: 1 },
                { Id: 'b', TagPrefixList: prefixes('w'), ImageRetentionDays: 1 },
            ],
        },
        1,
    ],
    [
        {
            LifecycleRules: ['a', 'b'].map((Id) => ({
                Id,
                TagPatternList: ['x'],
                UntaggedImageRetentionCount: 1,
                UntaggedImageRetentionDays: 1,
                ImageRetentionDays: 1,
                ArchiveAfterDaysWithoutPull: 1,
            })),
        },
        7,
    ],
    [{ LifecycleRules: ['a', 'b'].map((Id) => ({ Id, ArchivedImageRetentionDays: 90 })) }, 1],
    [
        {
            LifecycleRules: [
                { Id: 'a', TaggedImageRetentionCount: 1, TagPatternList: ['x'], ProtectedTagPatterns: ['x'] },
            ],
        },
        1,
    ],
    [{ TagPatternList: ['x'], ProtectedTagPatterns: ['x'] }, 1],
    [{ UntaggedImageRetentionCount: 1, UntaggedImageRetentionDays: 1 }, 1],
    [{ ImageRetentionDays: 1, ImageRetentionCount: 1 }, 1],
    [{ ImageRetentionCount: 1, ArchiveAfterDaysWithoutPull: 1 }, 1],
    [{ TagPrefixList: prefixes('v'), TagPatternList: prefixes('w') }, 1],
    [{ ...policy([rule(1, { tagStatus: 'any' })]), ProtectedTagPatterns: ['v*'] }, 1],
    [{ LifecyclePolicyText: 'keep ten' }, 1],
    [{ LifecyclePolicyText: '{"rules":[],"extra":1}' }, 2],
    [policy([rule(1, { tagStatus: 'tagged' })]), 1],
    [policy([rule(1, { tagStatus: 'tagged', tagPatternList: ['*a*b*c*d*'] })]), 1],
    [policy([rule(1, { tagStatus: 'any', storageClass: 'archive' })]), 1],
    [policy([rule(1, { tagStatus: 'any', countUnit: 'days' })]), 1],
    [policy([{ ...rule(1, { tagStatus: 'any' }), action: { type: 'transition' } }]), 1],
    [
        policy([
            rule(1, {
                tagStatus: 'any',
                storageClass: 'archive',
                countType: 'sinceImageTransitioned',
                countUnit: 'days',
                countNumber: 30,
            }),
        ]),
        1,
    ],
    [policy([rule(1, { tagStatus: 'untagged' }), rule(1, { tagStatus: 'untagged' })]), 2],
    [policy([1, 2].map((priority) => rule(priority, { tagStatus: 'tagged', tagPrefixList: ['v'] }))), 1],
    [policy([rule(1, { tagStatus: 'any' }), rule(2, { tagStatus: 'untagged' })]), 1],
    [
        {
            LifecyclePolicyText: JSON.stringify({
                rules: Array.from({ length: 50 }, (_, index) => ({
                    ...rule(index, { tagStatus: 'tagged', tagPrefixList: [`p${index}`], countNumber: 987 }),
                    description: 'x'.repeat(436),
                })),
            }).replaceAll('987', '1e15'),
        },
        1,
    ],
    [statement({ Effect: 'Perhaps', Resources: '*' }), 4],
    [statement({ Sid: 5, Effect: 'Allow', Principal: '*', Action: 'ecr:*' }), 1],
    [statement({ Effect: 'Allow', Principal: 'me', Action: { ecr: '*' }, Condition: 'never' }), 3],
    [
        statement({ Effect: 'Allow', Principal: '*', Action: ['ecr:GetAuthorizationToken', 's3:GetObject'] }),
        2,
    ],
    [
        {
            EnableRepositoryPolicy: true,
            CustomPolicyStatements: [1, 2].map((number) => ({
                Sid: 'Same',
                Effect: 'Allow',
                Principal: '*',
                Action: [number === 1 ? 'ecr:ListImages' : 'ecr:BatchGetImage'],
            })),
        },
        1,
    ],
    [{ EnableRepositoryPolicy: true, PullAccountIds: accounts(800) }, 1],
    [{ EnableReplication: true }, 1],
    [destination({ Region: 'us-east-1' }), 1],
    [destination({ Region: 'cn-north-1' }), 1],
    [destination({ Region: 'eu-west-1', RepositoryFilter: 'other' }), 1],
    [
        destination({
            Region: 'eu-west-1',
            RegistryId: '111111111111',
            EnableReplicationTimeControl: true,
            EnableReplicationMetrics: true,
        }),
        2,
    ],
    [destination({ Region: 'eu-west-1' }, { Region: 'eu-west-1' }), 1],
    [{ EnableRegistryScanning: true, ScanFrequency: 'CONTINUOUS_SCAN' }, 1],
    ...FACET_DATA.flatMap(({ violations }) => violations),
    [{ EnableScanNotifications: true }, 1],
    [{ EnableScanNotifications: true, SnsTopicArn: 'alerts' }, 1],
    [{ EnableScanNotifications: true, SnsTopicArn: TOPIC.replace('us-east-1', 'eu-west-1') }, 1],
    [{ EnableScanNotifications: true, SnsTopicArn: `${TOPIC}.fifo` }, 1],
    [
        {
            CreateCloudWatchAlarms: true,
            AlarmActions: ['mail', TOPIC.replace('us-east-1', 'eu-west-1'), `${TOPIC}.fifo`],
        },
        3,
    ],
];

/** What AWS may answer when the lifecycle policy is read. */
const ANSWERS: readonly Interception[] = [
    DENIED,
    THROTTLED,
    BROKEN,
    'cut',
    refusal('ExpiredTokenException'),
    refusal('ConflictException'),
    refusal('LimitExceededException'),
    refusal('TooManyTagsException'),
    refusal('InvalidParameterException'),
    refusal('InvalidParameterException', 'Principal not found'),
    refusal('KmsException'),
    refusal('BlockedByOrganizationPolicyException'),
    refusal('ManagedRuleException'),
    refusal('RepositoryNotEmptyException'),
];

/** What depends on what AWS holds. */
const HELD: readonly {
    readonly said: string;
    readonly action: Action;
    readonly wish?: PartialProperties;
    readonly circumstances?: Circumstances;
    readonly isThere?: boolean;
    readonly isHurried?: boolean;
    /** In place of AWS's own, by the call. */
    readonly answers?: Readonly<Record<string, object>>;
}[] = [
    { said: 'that there is no repository', action: 'READ' },
    { said: 'that there is one already', action: 'CREATE', isThere: true },
    {
        said: 'that encryption cannot be changed',
        action: 'UPDATE',
        wish: { EncryptionType: 'KMS' },
        isThere: true,
    },
    {
        said: 'that there are images in it',
        action: 'DELETE',
        isThere: true,
        answers: { 'ecr:ListImages': { imageIds: [{ imageTag: 'v1' }] } },
    },
    {
        said: 'that a preview is waited for',
        action: 'UPDATE',
        wish: GUARDED,
        isThere: true,
    },
    {
        said: 'that a preview failed',
        action: 'UPDATE',
        wish: GUARDED,
        isThere: true,
        circumstances: { callbackContext: { phase: 'started' } },
        answers: { 'ecr:GetLifecyclePolicyPreview': { status: 'FAILED' } },
    },
    {
        said: 'that too many images would expire',
        action: 'UPDATE',
        wish: GUARDED,
        isThere: true,
        circumstances: { callbackContext: { phase: 'started' } },
        answers: {
            'ecr:GetLifecyclePolicyPreview': {
                status: 'COMPLETE',
                lifecyclePolicyText: GUARDED.LifecyclePolicyText,
                summary: { expiringImageTotalCount: 3 },
                previewResults: [],
            },
        },
    },
    {
        said: 'that it is gone again',
        action: 'UPDATE',
        circumstances: { callbackContext: { phase: 'started' } },
    },
    {
        said: 'a fault of the type',
        action: 'READ',
        isThere: true,
        answers: { 'ecr:GetLifecyclePolicy': { lifecyclePolicyText: 'not JSON' } },
    },
    {
        said: 'that there is no room for a replication rule',
        action: 'CREATE',
        wish: destination({ Region: 'eu-west-2' }),
        answers: { 'ecr:DescribeRegistry': replicating(25, 1) },
    },
    {
        said: 'that there is no room for a destination',
        action: 'CREATE',
        wish: destination({ Region: 'eu-west-2' }),
        answers: { 'ecr:DescribeRegistry': replicating(1, 25) },
    },
    {
        said: 'that there is no room for a filter',
        action: 'CREATE',
        wish: { EnableRegistryScanning: true },
        answers: { 'ecr:GetRegistryScanningConfiguration': scanning('BASIC', 100) },
    },
    ...FACET_DATA.flatMap(({ refusals }) =>
        refusals.map((refusal) => ({ ...refusal, action: 'CREATE' as const })),
    ),
    {
        said: 'that the registry scans otherwise',
        action: 'CREATE',
        wish: { EnableRegistryScanning: true, ScanType: 'ENHANCED' },
        answers: { 'ecr:GetRegistryScanningConfiguration': scanning('BASIC', 1) },
    },
    {
        said: 'that others are writing',
        action: 'UPDATE',
        wish: destination({ Region: 'eu-west-1' }),
        isThere: true,
        isHurried: true,
        answers: { 'logs:DescribeLogStreams': { logStreams: [{ logStreamName: '00000001-begun' }] } },
    },
    {
        said: 'that another tool overwrites',
        action: 'UPDATE',
        wish: { EnableRegistryScanning: true },
        isThere: true,
        answers: { 'ecr:PutRegistryScanningConfiguration': {} },
    },
    {
        said: 'that neighbours are replicated too',
        action: 'UPDATE',
        wish: destination({ Region: 'eu-west-1' }),
        isThere: true,
        answers: {
            'ecr:DescribeRepositories': {
                repositories: [NAME, `${NAME}-2`].map((repositoryName) => ({ repositoryName })),
            },
        },
    },
    {
        said: 'what another account must allow',
        action: 'UPDATE',
        wish: destination({ Region: 'eu-west-1', RegistryId: '111111111111' }),
        isThere: true,
    },
];

const standIn = useStandIn();
const typeFunction = useFunction(standIn);
/** The same with little time for an answer. */
const hurried = useFunction(standIn, { timeoutSeconds: 8 });
/** All that was said in all cases, without the name of the repository. */
const said: string[] = [];

/** The single mistakes of a message. That the properties are not valid is said of each. */
function hear(whole = ''): string[] {
    // The library puts the code before what it could not read.
    const message = whole.replace(/^InvalidRequest: /, '');
    const subject = /^(my-app|The properties (are not valid|cannot be read)):/.exec(message)?.[0] ?? '';
    const mistakes = message
        .slice(subject.length)
        .split('\n- ')
        .map((mistake) => mistake.trim());
    const heard = mistakes
        .filter((mistake) => mistake !== '')
        .map((mistake) => (subject.startsWith('The') ? `${subject} ${mistake}` : mistake));
    said.push(...heard);
    return heard;
}

async function listen(
    action: Action,
    wish: PartialProperties,
    circumstances: Circumstances = {},
    listener = typeFunction,
): Promise<string[]> {
    return hear((await listener.call(action, { ...IDENTIFIER, ...wish }, circumstances)).message);
}

const unlisted = (messages: readonly string[]) =>
    messages.filter((message) => !ENTRIES.some(({ pattern }) => pattern.test(message)));

test.each(WRONG)('%j is refused in words that the page lists', async (wish, mistakes) => {
    const messages = await listen('CREATE', wish);
    expect(messages).toHaveLength(mistakes);
    expect(unlisted(messages)).toEqual([]);
});

test('mistakes of the facets in any properties are listed', () => {
    const place: RepositoryRef = {
        partition: 'aws',
        region: 'us-east-1',
        account: '123456789012',
        repositoryName: NAME,
    };
    fc.assert(
        fc.property(properties, (some) => {
            const wish: Properties = { ...some, RepositoryName: NAME };
            expect(unlisted(FACETS.flatMap((facet) => facet.validate?.(wish, place) ?? []))).toEqual([]);
        }),
    );
});

test.each(ANSWERS)('when AWS answers %j, the page lists what is said of it', async (interception) => {
    await typeFunction.run('CREATE', IDENTIFIER);
    standIn.intercept(({ action }) => (action === 'ecr:GetLifecyclePolicy' ? interception : 'pass'));
    const messages = await listen('UPDATE', { ImageRetentionDays: 1 }, { previous: IDENTIFIER });
    expect(messages).toHaveLength(1);
    expect(unlisted(messages)).toEqual([]);
});

test.each(HELD)('$said is listed', async (row) => {
    const { action, wish = {}, circumstances, isThere, isHurried, answers = {} } = row;
    if (isThere) {
        await typeFunction.run('CREATE', IDENTIFIER);
    }
    standIn.intercept((call) => (answers[call.action] ? { answer: answers[call.action] ?? {} } : 'pass'));
    const messages = await listen(action, wish, circumstances, isHurried ? hurried : typeFunction);
    expect(messages).not.toEqual([]);
    expect(unlisted(messages)).toEqual([]);
});

test('an AWS that cannot be reached is listed', async () => {
    const nowhere: StandIn = Object.create(standIn, { url: { value: 'http://127.0.0.1:1' } });
    const stranded = new TypeFunction(nowhere);
    const { message } = await stranded.call('UPDATE', IDENTIFIER, { previous: IDENTIFIER });
    await stranded.close();
    const messages = hear(message);
    expect(messages).toHaveLength(1);
    expect(unlisted(messages)).toEqual([]);
});

test('an AWS that takes its time is listed', async () => {
    const hurried = new TypeFunction(standIn, { timeoutSeconds: 6 });
    standIn.intercept(() => ({ delay: 5_000 }));
    const { message } = await hurried.call('UPDATE', IDENTIFIER, { previous: IDENTIFIER });
    await hurried.close();
    const messages = hear(message);
    expect(messages).toHaveLength(1);
    expect(unlisted(messages)).toEqual([]);
});

test('an event that is not CloudFormation’s is listed', async () => {
    const anonymous = typeFunction.event('READ', IDENTIFIER);
    const { callerCredentials, ...requestData } = anonymous.requestData;
    const events = [{ action: 'DANCE' }, { ...anonymous, requestData }];
    const answers = await Promise.all(events.map((event) => typeFunction.invoke(event)));
    const messages = answers.flatMap((answer) => hear(JSON.parse(answer).message.replaceAll('\n', ' ')));
    expect(messages).toHaveLength(2);
    expect(unlisted(messages)).toEqual([]);
});

test('the page lists nothing else', () => {
    const idle = ENTRIES.filter(({ pattern }) => !said.some((message) => pattern.test(message)));
    expect(idle.map(({ beginning }) => beginning)).toEqual([]);
});

function prefixes(first: string): string[] {
    return Array.from({ length: 26 }, (_, index) => `${first}${index}`);
}

function accounts(count: number): string[] {
    return Array.from({ length: count }, (_, index) => `${index}`.padStart(12, '0'));
}

function policy(rules: readonly object[]): PartialProperties {
    return { LifecyclePolicyText: JSON.stringify({ rules }) };
}

/** A rule of ECR's that keeps one image. */
function rule(rulePriority: number, selection: object): object {
    const newest = { countType: 'imageCountMoreThan', countNumber: 1 };
    return { rulePriority, selection: { ...newest, ...selection }, action: { type: 'expire' } };
}

function statement(element: PolicyStatement): PartialProperties {
    return { EnableRepositoryPolicy: true, CustomPolicyStatements: [element] };
}

function destination(
    ...ReplicationDestinations: NonNullable<PartialProperties['ReplicationDestinations']>
): PartialProperties {
    return { EnableReplication: true, ReplicationDestinations };
}

/** A registry that replicates other repositories. */
function replicating(rules: number, destinations: number): object {
    const replicationConfiguration = {
        rules: accounts(rules).map((name) => ({
            repositoryFilters: [{ filter: `other-${name}`, filterType: 'PREFIX_MATCH' }],
            destinations: accounts(destinations).map((registryId) => ({ registryId, region: 'eu-west-1' })),
        })),
    };
    return { replicationConfiguration };
}

/** A registry that scans other repositories. */
function scanning(scanType: string, filters: number): object {
    const repositoryFilters = accounts(filters).map((filter) => ({ filter, filterType: 'WILDCARD' }));
    return {
        scanningConfiguration: { scanType, rules: [{ scanFrequency: 'SCAN_ON_PUSH', repositoryFilters }] },
    };
}

function refusal(error: string, message = 'No.'): Refusal {
    return { error, status: 400, message };
}
