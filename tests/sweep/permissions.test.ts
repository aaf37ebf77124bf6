import { randomUUID } from 'node:crypto';
import {
    DeleteRepositoryCommand,
    GetSigningConfigurationCommand,
    PutImageCommand,
    PutImageScanningConfigurationCommand,
    PutImageTagMutabilityCommand,
    PutSigningConfigurationCommand,
    type SigningRule,
    UntagResourceCommand,
} from '@aws-sdk/client-ecr';
import type { RecordedCall } from '../../local/aws/calls';
import type { Interception, Refusal } from '../../local/aws/difficulties/interception';
import schema from '../../schema.json';
import type { PartialProperties } from '../../src/properties';
import { DECLARED } from '../support/facets';
import type { Action, Circumstances, Progress } from '../support/function';
import { NOTIFIED } from '../support/my-app';
import { ServiceModels } from '../support/service-model';
import { useAccount, useFunction, useStandIn } from '../support/suite';

/*
 * A role that may do what schema.json lists for a handler and nothing else, as `cfn generate` makes it: the permissions
 * of `tagging` are not added. The handler that makes a call is told by the credentials it was given.
 */
type Handler = keyof typeof schema.handlers;

/** Permissions that AWS asks for though the handlers make no call of that name. */
const WITHOUT_A_CALL: Readonly<
    Record<string, { readonly handlers: readonly Handler[]; readonly why: string }>
> = {
    'iam:CreateServiceLinkedRole': {
        handlers: ['create', 'update', 'delete'],
        why: 'PutReplicationConfiguration makes AWSServiceRoleForECRReplication, enhanced scanning that of Amazon Inspector (Amazon ECR user guide, service-linked roles).',
    },
    'inspector2:Disable': {
        handlers: ['create', 'update'],
        why: 'Turns enhanced scanning off (Amazon ECR user guide, IAM permissions required for enhanced scanning).',
    },
    'inspector2:Enable': {
        handlers: ['create', 'update', 'delete'],
        why: 'Putting a configuration with enhanced scanning turns it on (the same page).',
    },
    'inspector2:ListAccountPermissions': {
        handlers: ['create', 'update', 'delete'],
        why: 'Asked for with the two above (the same page).',
    },
    'kms:CreateGrant': {
        handlers: ['create'],
        why: 'ECR makes grants on the repository’s key in the caller’s name (Amazon ECR user guide, encryption at rest).',
    },
    'kms:DescribeKey': { handlers: ['create'], why: 'The same page.' },
    'kms:RetireGrant': { handlers: ['create', 'delete'], why: 'The same page.' },
    'logs:CreateLogGroup': {
        handlers: ['delete'],
        why: 'The log group of the lock may have been deleted by hand; tests/integration/lock.test.ts plays it.',
    },
    'logs:DeleteLogStream': {
        handlers: ['create', 'update', 'delete'],
        why: 'The lock forgets turns after an hour; tests/integration/lock.test.ts plays it.',
    },
};

const NAME = 'team/my-app';
const IDENTIFIER: PartialProperties = { RepositoryName: NAME };

const EVERYTHING: PartialProperties = {
    ...IDENTIFIER,
    ...DECLARED,
    MaxExpiringImages: 0,
    ScanType: 'ENHANCED',
    Tags: [
        { Key: 'Stage', Value: 'test' },
        { Key: 'Team', Value: 'blue' },
    ],
};

const NOTHING: PartialProperties = {
    ...IDENTIFIER,
    EnableLifecyclePolicy: false,
    EnableRepositoryPolicy: false,
    EnableReplication: false,
    EnableRegistryScanning: false,
    EnableScanLogging: false,
    EnableScanNotifications: false,
    CreateCloudWatchAlarms: false,
    CreateDashboard: false,
};

const models = new ServiceModels();
const standIn = useStandIn({ keep: true });
const typeFunction = useFunction(standIn);
const { ecr } = useAccount(standIn);

function handlerOf({ accessKeyId }: RecordedCall): Handler {
    return accessKeyId.toLowerCase() as Handler;
}

/**
 * The permissions that a call takes: one for itself, and one more if it gives tags to something new (Service
 * Authorization Reference, actions by API operation: CreateRepository, CreateLogGroup, PutRule, PutMetricAlarm,
 * PutDashboard).
 */
function permissionsFor({ action, input }: RecordedCall): string[] {
    const [service, operation = ''] = action.split(':');
    const tags = Object.entries(input).some(([key, value]) => /^tags/i.test(key) && hasEntries(value));
    return tags && /^(Create|Put)/.test(operation) ? [action, `${service}:TagResource`] : [action];
}

function hasEntries(value: unknown): boolean {
    return typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : value !== '';
}

/** In the words of AWS. */
function denied(permission: string): Refusal {
    const message = `User: arn:aws:sts::123456789012:assumed-role/type/session is not authorized to perform: ${permission} on resource: * because no identity-based policy allows the ${permission} action`;
    return { error: 'AccessDeniedException', status: 400, message };
}

/** Refuses what the handler's list does not hold. */
function guard(call: RecordedCall): Interception {
    const granted: readonly string[] = schema.handlers[handlerOf(call)].permissions;
    const missing = permissionsFor(call).find((permission) => !granted.includes(permission));
    return missing === undefined ? 'pass' : denied(missing);
}

/** Tried again by the handlers, and not by the SDK. */
const CONFLICT: Refusal = { error: 'OperationAbortedException', status: 400, message: 'Try again' };

type Disturbance = (call: RecordedCall) => Interception;

const UNDISTURBED: Disturbance = () => 'pass';

/** Every kind of call fails so, the first time that each handler makes it. */
function once(interception: Interception): Disturbance {
    const stumbled = new Set<string>();
    return (call) => {
        const kind = `${handlerOf(call)} ${call.action}`;
        const isFirst = !stumbled.has(kind);
        stumbled.add(kind);
        return isFirst ? interception : 'pass';
    };
}

/** A fake: once a Region's log group is deleted, CloudWatch Logs shows one of another repository there. */
function anotherLogComes(): Disturbance {
    const gone = new Set<string>();
    return ({ action, region }) => {
        if (action === 'logs:DeleteLogGroup') {
            gone.add(region);
        }
        const logGroupName = '/aws/events/ecr/another/scan-findings';
        return gone.has(region) && action === 'logs:DescribeLogGroups'
            ? { answer: { logGroups: [{ logGroupName }] } }
            : 'pass';
    };
}

/** A part of a repository's life, in an account of its own. */
interface Scenario {
    readonly what: string;
    readonly disturb?: () => Disturbance;
    readonly steps: readonly Step[];
    /** The error codes of those steps that fail, in order. */
    readonly failures?: readonly string[];
}

/** An operation, or what somebody else does between two operations or, as `meanwhile`, within one. */
type Step =
    | readonly [Action, PartialProperties, (Circumstances & { meanwhile?: OutsideChange })?]
    | OutsideChange;

type OutsideChange = () => Promise<unknown>;

/** Creates first, then updates from each to the next, then deletes. */
function through(...states: readonly PartialProperties[]): Pick<Scenario, 'steps' | 'failures'> {
    const [first = IDENTIFIER] = states;
    const steps: Step[] = [
        ['CREATE', first],
        ['READ', IDENTIFIER],
        ...states.slice(1).flatMap((state, index): Step[] => [
            ['UPDATE', state, { previous: states[index] ?? IDENTIFIER }],
            ['READ', IDENTIFIER],
        ]),
        ['LIST', {}],
        ['DELETE', IDENTIFIER],
        ['READ', IDENTIFIER],
    ];
    return { steps, failures: ['NotFound'] };
}

const repository = { repositoryName: NAME };
const IMAGE = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
});
const resourceArn = `arn:aws:ecr:us-east-1:123456789012:repository/${NAME}`;

const deleteRepository: OutsideChange = () =>
    ecr.send(new DeleteRepositoryCommand({ ...repository, force: true }));

/** Back to what a new repository has if nothing is asked for. */
const reset: OutsideChange = async () => {
    const imageScanningConfiguration = { scanOnPush: true };
    await ecr.send(new PutImageScanningConfigurationCommand({ ...repository, imageScanningConfiguration }));
    await ecr.send(new PutImageTagMutabilityCommand({ ...repository, imageTagMutability: 'MUTABLE' }));
};

/** A rule of another repository, before those that are there. */
const signAnother: OutsideChange = async () => {
    const { signingConfiguration } = await ecr.send(new GetSigningConfigurationCommand({}));
    const theirs: SigningRule = {
        signingProfileArn: 'arn:aws:signer:us-east-1:123456789012:/signing-profiles/theirs',
        repositoryFilters: [{ filter: 'another', filterType: 'WILDCARD_MATCH' }],
    };
    const rules = [theirs, ...(signingConfiguration?.rules ?? [])];
    await ecr.send(new PutSigningConfigurationCommand({ signingConfiguration: { rules } }));
};

/** What the create of everything takes. */
const WRITES = [
    'cloudwatch:PutDashboard',
    'cloudwatch:PutMetricAlarm',
    'cloudwatch:TagResource',
    'ecr:CreateRepository',
    'ecr:PutLifecyclePolicy',
    'ecr:PutRegistryScanningConfiguration',
    'ecr:PutReplicationConfiguration',
    'ecr:SetRepositoryPolicy',
    'ecr:TagResource',
    'events:PutRule',
    'events:PutTargets',
    'events:TagResource',
    'logs:CreateLogGroup',
    'logs:PutMetricFilter',
    'logs:PutResourcePolicy',
    'logs:PutRetentionPolicy',
    'logs:TagResource',
];

const SCENARIOS: readonly Scenario[] = [
    { what: 'nothing declared', ...through(IDENTIFIER) },
    { what: 'everything on, off and on again', ...through(EVERYTHING, NOTHING, EVERYTHING) },
    {
        what: 'tags, settings, Regions and types of scanning change',
        ...through(
            EVERYTHING,
            { ...EVERYTHING, Tags: [{ Key: 'Stage', Value: 'production' }] },
            {
                ...EVERYTHING,
                ImageTagMutability: 'MUTABLE',
                ScanOnPush: true,
                ImageRetentionDays: 30,
                MaxExpiringImages: 0,
                PushAccountIds: ['222222222222'],
                LogRetentionDays: 7,
                VulnerabilityThreshold: 5,
                ScanFrequency: 'SCAN_ON_PUSH',
            },
            {
                ...EVERYTHING,
                ReplicationDestinations: [{ Region: 'eu-west-1', EnableReplicationMetrics: true }],
            },
            { ...EVERYTHING, ScanType: 'BASIC', ReplicationDestinations: [{ Region: 'eu-west-1' }] },
        ),
    },
    {
        what: 'one piece after the other goes',
        ...through(
            EVERYTHING,
            { ...EVERYTHING, CreateDashboard: false },
            {
                ...EVERYTHING,
                CreateDashboard: false,
                EnableScanLogging: false,
                CreateCloudWatchAlarms: false,
            },
            { ...NOTHING, EnableReplication: true, ReplicationDestinations: [{ Region: 'us-west-2' }] },
        ),
    },
    {
        what: 'an earlier repository left all but itself behind',
        steps: [
            ['CREATE', EVERYTHING],
            deleteRepository,
            ['CREATE', { ...IDENTIFIER, ...NOTIFIED }],
            ['READ', IDENTIFIER],
            deleteRepository,
            ['CREATE', { ...EVERYTHING, EnableScanLogging: true, CreateDashboard: false }],
            ['DELETE', IDENTIFIER],
        ],
    },
    {
        what: 'an earlier repository left a log with more filters behind',
        steps: [
            ['CREATE', EVERYTHING],
            deleteRepository,
            ['CREATE', { ...IDENTIFIER, CreateCloudWatchAlarms: true }],
            ['DELETE', IDENTIFIER],
        ],
    },
    {
        what: 'another repository is signed by another profile',
        steps: [['CREATE', EVERYTHING], signAnother, ['DELETE', IDENTIFIER]],
    },
    {
        what: 'somebody meddles with it',
        steps: [
            ['CREATE', EVERYTHING],
            () => ecr.send(new UntagResourceCommand({ resourceArn, tagKeys: ['Stage'] })),
            ['UPDATE', EVERYTHING, { previous: EVERYTHING }],
            () => ecr.send(new PutImageCommand({ ...repository, imageManifest: IMAGE, imageTag: 'v1' })),
            ['DELETE', IDENTIFIER],
            ['UPDATE', { ...EVERYTHING, EmptyOnDelete: true }, { previous: EVERYTHING }],
            ['DELETE', IDENTIFIER],
        ],
        // The repository holds an image.
        failures: ['GeneralServiceException'],
    },
    {
        what: 'every call meets another once, and somebody meddles with the create',
        disturb: () => once(CONFLICT),
        steps: [
            ['CREATE', EVERYTHING, { meanwhile: reset }],
            ['UPDATE', NOTHING, { previous: EVERYTHING }],
            ['DELETE', IDENTIFIER],
        ],
    },
    {
        what: 'another repository gets its first log when this one’s, which seemed the last, goes',
        disturb: () => anotherLogComes(),
        steps: [
            ['CREATE', EVERYTHING],
            ['DELETE', IDENTIFIER],
        ],
    },
    {
        what: 'every answer is lost once',
        disturb: () => once('lose'),
        ...through(EVERYTHING, NOTHING, EVERYTHING),
    },
];

/** How each step ended. */
async function live(
    { disturb = () => UNDISTURBED, steps }: Scenario,
    check: (call: RecordedCall) => Interception,
) {
    await standIn.reset();
    const disturbance = disturb();
    standIn.intercept((call) => {
        const verdict = check(call);
        return verdict === 'pass' ? disturbance(call) : verdict;
    });
    const ends: Partial<Progress>[] = [];
    for (const step of steps) {
        if (typeof step === 'function') {
            await step();
        } else {
            ends.push(await operate(...step));
        }
    }
    return ends;
}

async function operate(
    action: Action,
    properties: PartialProperties,
    { meanwhile, ...rest }: Circumstances & { meanwhile?: OutsideChange } = {},
): Promise<Progress> {
    const circumstances = { ...rest, token: randomUUID(), accessKeyId: action };
    if (!meanwhile) {
        return typeFunction.run(action, properties, circumstances);
    }
    const first = await typeFunction.call(action, properties, circumstances);
    await meanwhile();
    const { callbackContext = {} } = first;
    return typeFunction.run(action, first.resourceModel ?? {}, { ...circumstances, callbackContext });
}

/** What was called in all scenarios, by handler. */
const used = new Map<Handler, Set<string>>();

test.each(SCENARIOS)(
    'with the listed permissions alone, all ends as without limits: $what',
    async (scenario) => {
        const free = await live(scenario, () => 'pass');
        const { result: limited, calls } = await standIn.watch(() => live(scenario, guard));
        expect(limited).toEqual(free);
        expect(calls.flatMap((call) => models.refusals(call))).toEqual([]);
        for (const call of calls) {
            const permissions = used.get(handlerOf(call)) ?? new Set();
            for (const permission of permissionsFor(call)) {
                permissions.add(permission);
            }
            used.set(handlerOf(call), permissions);
        }
    },
    // A lock whose answer was lost is only taken over.
    180_000,
);

test.each(Object.keys(schema.handlers) as Handler[])('%s lists what it needs and nothing more', (handler) => {
    const silent = Object.entries(WITHOUT_A_CALL).filter(([, { handlers }]) => handlers.includes(handler));
    const needed = [...(used.get(handler) ?? []), ...silent.map(([permission]) => permission)];
    expect(needed.toSorted()).toEqual(schema.handlers[handler].permissions);
});

test.each(WRITES)('a CREATE without %s says so, and can be rolled back', async (permission) => {
    const scenario: Scenario = {
        what: '',
        steps: [
            ['CREATE', EVERYTHING],
            ['DELETE', IDENTIFIER],
            ['READ', IDENTIFIER],
        ],
    };
    const lacking = (call: RecordedCall) =>
        permissionsFor(call).includes(permission) && handlerOf(call) === 'create'
            ? denied(permission)
            : guard(call);
    const [create, , read] = await live(scenario, lacking);
    expect(create).toMatchObject(withAdvice(permission));
    expect(read).toMatchObject({ errorCode: 'NotFound' });
});

test('a READ without any of its permissions says so', async () => {
    await live({ what: '', steps: [['CREATE', EVERYTHING]] }, guard);
    for (const permission of schema.handlers.read.permissions) {
        standIn.intercept((call) =>
            permissionsFor(call).includes(permission) ? denied(permission) : 'pass',
        );
        expect(await operate('READ', IDENTIFIER)).toMatchObject(withAdvice(permission));
    }
});

/** An end that names the permission and says what to do. */
function withAdvice(permission: string) {
    return {
        errorCode: 'AccessDenied',
        message: expect.stringMatching(
            new RegExp(`to perform: ${permission} on .* Grant this action to the role`),
        ),
    };
}
