import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../src/json';
import type { PartialProperties } from '../../src/properties';
import { writes } from '../support/stand-in';
import { useFunction, useStandIn } from '../support/suite';

/*
 * AWS gives back in other words what it was given: reordered, collapsed, filled in, with tags of its own. A stack that
 * nobody touched must not drift by that, and an update that changes nothing must not write.
 */
const INPUTS = join(__dirname, '../../inputs');

const sets = readdirSync(INPUTS)
    .flatMap((file) => /^inputs_(\d+)_create\.json$/.exec(file)?.[1] ?? [])
    .map((n) => ({ n, create: input(`inputs_${n}_create.json`), update: input(`inputs_${n}_update.json`) }));

const standIn = useStandIn();
const typeFunction = useFunction(standIn);

beforeEach(() => {
    standIn.intercept(({ action }) => {
        const rewrite = REWRITINGS[action];
        return rewrite ? { rewrite } : 'pass';
    });
});

type Content = Record<string, unknown>;

/** Objects with their keys in another order, all the way down. */
function shuffled(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(shuffled);
    }
    return isRecord(value)
        ? Object.fromEntries(
              Object.entries(value)
                  .reverse()
                  .map(([key, inner]) => [key, shuffled(inner)]),
          )
        : value;
}

/** JSON text with its content changed, printed over many lines. */
function reprinted(text: unknown, change: (content: Content) => unknown = shuffled): string {
    return JSON.stringify(change(JSON.parse(String(text))), undefined, 2);
}

function reversed(list: unknown): unknown[] {
    return Array.isArray(list) ? list.toReversed() : [];
}

/** As IAM shows a list: one alone without brackets, several in any order. */
function collapsed(list: unknown): unknown {
    return Array.isArray(list) ? (list.length === 1 ? list[0] : list.toReversed()) : list;
}

function mapped(record: unknown, change: (value: unknown) => unknown): unknown {
    return isRecord(record)
        ? Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
        : record;
}

/** A statement as ECR gives it back: an account is its root user, one alone has no brackets. */
function statementRewritten(statement: Content): Content {
    const { Principal, Action, Condition } = statement;
    const root = (id: unknown) => (/^\d{12}$/.test(String(id)) ? `arn:aws:iam::${id}:root` : id);
    return {
        ...statement,
        Principal: mapped(Principal, (ids) => collapsed([ids].flat().map(root))),
        Action: collapsed(Action),
        ...(Condition !== undefined && {
            Condition: mapped(Condition, (operands) => mapped(operands, collapsed)),
        }),
    };
}

const AWS_TAGS = {
    'aws:cloudformation:stack-name': 'test',
    'aws:cloudformation:logical-id': 'Repository',
    'aws:servicecatalog:applicationId': 'a1b2',
};
const awsTagList = Object.entries(AWS_TAGS).map(([Key, Value]) => ({ Key, Value }));

const each =
    (name: string, change: (item: Content) => Content) =>
    (content: object): object => {
        const items = Reflect.get(content, name);
        return { ...content, [name]: reversed(items).map((item) => change(item as Content)) };
    };

/** What each service is known, or must be feared, to do with what it was given. */
const REWRITINGS: Readonly<Record<string, (content: object) => object>> = {
    'ecr:DescribeRepositories': each('repositories', (repository) => {
        const { encryptionConfiguration } = repository;
        const { kmsKey = `arn:aws:kms:us-east-1:123456789012:key/of-aws-itself`, encryptionType } =
            encryptionConfiguration as Content;
        return encryptionType === 'AES256'
            ? repository
            : { ...repository, encryptionConfiguration: { encryptionType, kmsKey } };
    }),
    'ecr:GetRepositoryPolicy': (content) => ({
        ...content,
        policyText: reprinted(Reflect.get(content, 'policyText'), ({ Version, Statement }) =>
            shuffled({
                Version,
                Statement: reversed(Statement).map((one) => statementRewritten(one as Content)),
            }),
        ),
    }),
    'ecr:GetLifecyclePolicy': (content) => ({
        ...content,
        lifecyclePolicyText: reprinted(Reflect.get(content, 'lifecyclePolicyText'), ({ rules }) =>
            shuffled({ rules: reversed(rules) }),
        ),
    }),
    'ecr:DescribeRegistry': (content) => ({
        ...content,
        replicationConfiguration: each('rules', (rule) => ({
            ...rule,
            destinations: reversed(rule['destinations']),
        }))(Reflect.get(content, 'replicationConfiguration')),
    }),
    'ecr:GetRegistryScanningConfiguration': (content) => ({
        ...content,
        scanningConfiguration: each('rules', (rule) => ({
            ...rule,
            repositoryFilters: reversed(rule['repositoryFilters']),
        }))(Reflect.get(content, 'scanningConfiguration')),
    }),
    'ecr:ListTagsForResource': (content) => ({
        ...content,
        tags: [...awsTagList, ...reversed(Reflect.get(content, 'tags'))],
    }),
    'events:DescribeRule': (content) => ({
        ...content,
        EventPattern: reprinted(Reflect.get(content, 'EventPattern')),
    }),
    'events:ListTargetsByRule': each('Targets', (target) => target),
    'events:ListTagsForResource': (content) => ({
        ...content,
        Tags: [...awsTagList, ...reversed(Reflect.get(content, 'Tags'))],
    }),
    'logs:DescribeMetricFilters': each('metricFilters', (filter) => ({
        ...filter,
        metricTransformations: reversed(filter['metricTransformations']).map((one) => ({
            ...(one as Content),
            unit: 'None',
        })),
    })),
    'logs:DescribeResourcePolicies': each('resourcePolicies', (policy) => ({
        ...policy,
        policyDocument: reprinted(policy['policyDocument']),
    })),
    'logs:ListTagsForResource': (content) => ({
        tags: new Map([...Object.entries(AWS_TAGS), ...Reflect.get(content, 'tags')]),
    }),
    'cloudwatch:DescribeAlarms': each('MetricAlarms', (alarm) => ({
        ActionsEnabled: true,
        DatapointsToAlarm: alarm['EvaluationPeriods'],
        Dimensions: [],
        InsufficientDataActions: [],
        StateValue: 'INSUFFICIENT_DATA',
        ...alarm,
        AlarmActions: reversed(alarm['AlarmActions']),
        OKActions: reversed(alarm['OKActions']),
    })),
    'cloudwatch:ListTagsForResource': (content) => ({
        Tags: [...awsTagList, ...reversed(Reflect.get(content, 'Tags'))],
    }),
    'cloudwatch:GetDashboard': (content) => ({
        ...content,
        DashboardBody: reprinted(Reflect.get(content, 'DashboardBody')),
    }),
};

/** Template's tags go before the stack's of the same key. */
const stackTags = { CostCenter: '1', Environment: 'of the stack' };

describe.each(sets)('inputs_$n', ({ create, update }) => {
    test('created, updated and left alone, it does not drift, and an update that changes nothing writes nothing', async () => {
        await run('CREATE', create, { stackTags });
        await expectUntouched(create);
        await run('UPDATE', update, { previous: create, stackTags, previousStackTags: stackTags });
        await expectUntouched(update);
    });
});

test('the inputs bring out every rewriting', async () => {
    const seen = new Set<string>();
    for (const { create } of sets) {
        const { calls } = await standIn.watch(async () => {
            await run('CREATE', create, {});
            await typeFunction.drift(create);
        });
        for (const { action } of calls) {
            seen.add(action);
        }
    }
    expect(Object.keys(REWRITINGS).filter((action) => !seen.has(action))).toEqual([]);
});

test("AWS's own key is filled in: neither drift nor a change, but another key is refused", async () => {
    const kms: PartialProperties = { RepositoryName: 'my-app', EncryptionType: 'KMS' };
    await run('CREATE', kms, {});
    expect(await typeFunction.drift(kms)).toMatchObject({ status: 'IN_SYNC' });
    await run('UPDATE', { ...kms, ScanOnPush: false }, { previous: kms });
    const KmsKeyArn = 'arn:aws:kms:us-east-1:123456789012:key/another';
    const refused = await typeFunction.run('UPDATE', { ...kms, KmsKeyArn }, { previous: kms });
    expect(refused).toMatchObject({ status: 'FAILED', errorCode: 'NotUpdatable' });
});

test.each([
    ['another number of days', { retentionInDays: 365 }],
    ['for ever', { retentionInDays: undefined }],
])('an account that keeps logs %s: neither drift nor a write', async (_what, policy) => {
    standIn.intercept(({ action }) =>
        action === 'logs:DescribeLogGroups'
            ? { rewrite: each('logGroups', (group) => ({ ...group, ...policy, retentionPolicyName: 'all' })) }
            : 'pass',
    );
    const logged = { RepositoryName: 'my-app', EnableScanLogging: true, LogRetentionDays: 7 } as const;
    await run('CREATE', logged, { stackTags });
    await expectUntouched(logged);
    const longer = { ...logged, LogRetentionDays: 14 } as const;
    await run('UPDATE', longer, { previous: logged, stackTags, previousStackTags: stackTags });
    await expectUntouched(longer);
});

async function run(
    action: 'CREATE' | 'UPDATE',
    properties: PartialProperties,
    circumstances: object,
): Promise<void> {
    expect(await typeFunction.run(action, properties, circumstances)).toMatchObject({ status: 'SUCCESS' });
}

async function expectUntouched(declared: PartialProperties): Promise<void> {
    expect(await typeFunction.drift(declared)).toMatchObject({ status: 'IN_SYNC', differences: [] });
    const unchanged = { previous: declared, stackTags, previousStackTags: stackTags };
    const { calls } = await standIn.watch(() => run('UPDATE', declared, unchanged));
    expect(writes(calls)).toEqual([]);
}

function input(file: string): PartialProperties {
    return JSON.parse(readFileSync(join(INPUTS, file), 'utf8'));
}
