import {
    DescribeAlarmsCommand,
    GetDashboardCommand,
    ListTagsForResourceCommand as ListAlarmTagsCommand,
    ListDashboardsCommand,
} from '@aws-sdk/client-cloudwatch';
import {
    CreateLogGroupCommand,
    DeleteResourcePolicyCommand,
    DescribeLogGroupsCommand,
    DescribeMetricFiltersCommand,
    DescribeResourcePoliciesCommand,
    FilterLogEventsCommand,
    ListTagsForResourceCommand as ListLogTagsCommand,
    PutMetricFilterCommand,
    PutResourcePolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
    DisableRuleCommand,
    ListRulesCommand,
    ListTagsForResourceCommand as ListRuleTagsCommand,
    ListTargetsByRuleCommand,
    PutTargetsCommand,
    TagResourceCommand,
} from '@aws-sdk/client-eventbridge';

import { CreateTopicCommand } from '@aws-sdk/client-sns';
import type { RecordedCall } from '../../local/aws/calls';
import { metrics } from '../../local/aws/cloudwatch/metrics';
import { DENIED } from '../../local/aws/difficulties/interception';
import { lingeringTargets } from '../../local/aws/difficulties/lingering-targets';
import { exclusiveWrites } from '../../local/aws/difficulties/overlaps';
import type { Difficulty } from '../../local/aws/difficulty';
import { deliveredMessages } from '../../local/aws/sns/state';
import { DEFAULT_PLACE } from '../../local/aws/world';
import { clients } from '../../src/aws/clients';
import { logGroupName, metricName } from '../../src/aws/names';
import { deadlines } from '../../src/deadlines';
import type { Facet, FacetContext } from '../../src/engine/facet';
import { type Change, declares } from '../../src/engine/plan';
import { type Applied, apply, observe, readback } from '../../src/engine/reconcile';
import { dashboard } from '../../src/facets/dashboard';
import { scanFindings } from '../../src/facets/scan-findings';
import { scanMessage } from '../../src/facets/scan-message';
import { vulnerabilityAlarm } from '../../src/facets/vulnerability-alarm';
import type { PartialProperties, Properties, Tag } from '../../src/properties';
import { TOPIC } from '../support/my-app';
import { roundTrips, writes } from '../support/stand-in';
import { useAccount, useStandIn } from '../support/suite';

const FACETS: readonly Facet[] = [scanFindings, vulnerabilityAlarm, dashboard];

const NAME = 'team/my-app';
const GROUP = logGroupName(NAME, 'scan-findings');
const OTHER_TOPIC = 'arn:aws:sns:us-east-1:123456789012:others';

const LOGGED: PartialProperties = { EnableScanLogging: true, LogRetentionDays: 7 };
const ALARMED: PartialProperties = { CreateCloudWatchAlarms: true, AlarmActions: [TOPIC] };
const NOTIFIED: PartialProperties = { EnableScanNotifications: true, SnsTopicArn: TOPIC };
const SHOWN: PartialProperties = { CreateDashboard: true };
const EVERYTHING: PartialProperties = { ...LOGGED, ...ALARMED, ...NOTIFIED, ...SHOWN };

const tag = (Key: string, Value: string): Tag => ({ Key, Value });
const TAGS: PartialProperties = { Tags: [tag('Stage', 'test'), tag('Team', 'blue')] };

const standIn = useStandIn();
const { logs, events, cloudWatch, sns } = useAccount(standIn);

beforeAll(() => {
    process.env['AWS_ENDPOINT_URL'] = standIn.url;
});

// Long enough that calls made together overlap.
beforeEach(() => standIn.intercept(() => ({ delay: 20 })));

/** A repository, as one invocation sees it. */
function scopeOf(repositoryName: string): FacetContext {
    const { region, account } = standIn;
    const credentials = { accessKeyId: 'ACCESSKEYOFTHETYPE', secretAccessKey: 'testing' };
    const aws = clients(credentials, region, deadlines(60_000));
    return {
        partition: 'aws',
        region,
        account,
        repositoryName,
        aws,
        awsIn: () => aws,
        inTurn: async () => undefined,
        log: () => undefined,
        repository: async () => undefined,
    };
}

function complete(some: PartialProperties, repositoryName: string): Properties {
    return { ...some, RepositoryName: repositoryName };
}

/** A repository just made: nothing is looked at. */
async function create(declared: PartialProperties, name = NAME): Promise<readonly RecordedCall[]> {
    const nothing = new Map(FACETS.map((facet) => [facet, undefined]));
    const change: Change = { declared: complete(declared, name), previous: [] };
    const { calls } = await standIn.watch(() => apply(FACETS, nothing, change, scopeOf(name)));
    return calls;
}

/** From one to another; to nothing when the repository is deleted. */
async function update(
    previous: PartialProperties | undefined,
    declared: PartialProperties | undefined,
    name = NAME,
): Promise<readonly RecordedCall[]> {
    const scope: FacetContext = {
        ...scopeOf(name),
        ...(previous && { previous: complete(previous, name) }),
        ...(!declared && { isDeleted: true }),
    };
    const change: Change = {
        declared: declared && complete(declared, name),
        previous: previous ? [complete(previous, name)] : [],
    };
    const concerned = FACETS.filter((facet) => declares(facet, declared) || declares(facet, previous));
    const work = async (): Promise<Applied> =>
        apply(declared ? concerned : FACETS, await observe(FACETS, scope), change, scope);
    const { calls } = await standIn.watch(work);
    return calls;
}

const remove = (previous: PartialProperties, name = NAME) => update(previous, undefined, name);

async function read(name = NAME): Promise<PartialProperties> {
    const scope = scopeOf(name);
    return readback(await observe(FACETS, scope), scope);
}

/** All that is in the account and could be left behind. */
async function account() {
    const [{ logGroups = [] }, { Rules = [] }, { MetricAlarms = [] }, { DashboardEntries = [] }, policies] =
        await Promise.all([
            logs.send(new DescribeLogGroupsCommand({})),
            events.send(new ListRulesCommand({})),
            cloudWatch.send(new DescribeAlarmsCommand({})),
            cloudWatch.send(new ListDashboardsCommand({})),
            logs.send(new DescribeResourcePoliciesCommand({})),
        ]);
    return {
        groups: logGroups.map(({ logGroupName }) => logGroupName),
        rules: Rules.map(({ Name }) => Name),
        alarms: MetricAlarms.map(({ AlarmName }) => AlarmName),
        dashboards: DashboardEntries.map(({ DashboardName }) => DashboardName),
        policies: (policies.resourcePolicies ?? []).map(({ policyName }) => policyName),
    };
}

const NOTHING = { groups: [], rules: [], alarms: [], dashboards: [], policies: [] };

async function filters() {
    const { metricFilters = [] } = await logs.send(new DescribeMetricFiltersCommand({ logGroupName: GROUP }));
    return metricFilters;
}

async function targets(rule: string) {
    const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: rule }));
    return Targets;
}

interface Event {
    readonly Source: string;
    readonly DetailType: string;
    readonly Resources: string[];
    readonly Detail: string;
}

const arnOf = (name: string) => `arn:aws:ecr:us-east-1:123456789012:repository/${name}`;

/** As in the EventBridge reference, Amazon ECR events: a severity without findings is not there. */
function basicScan(counts: Readonly<Record<string, number>>, status = 'COMPLETE', name = NAME): Event {
    const detail = {
        'scan-status': status,
        'repository-name': name,
        'finding-severity-counts': counts,
        'image-digest': 'sha256:7f5b2640fe6fb4f46592dfd3410c4a79dac4f89e4782432e0378abcd1234',
        'image-tags': ['v1', 'latest'],
    };
    return {
        Source: 'aws.ecr',
        DetailType: 'ECR Image Scan',
        Resources: [arnOf(name)],
        Detail: JSON.stringify(detail),
    };
}

/** As in the Inspector user guide: every count is there, LOW never; the repository is an ARN. */
function enhancedScan(critical: number, name = NAME): Event {
    const detail = {
        'scan-status': 'INITIAL_SCAN_COMPLETE',
        'repository-name': arnOf(name),
        'finding-severity-counts': { CRITICAL: critical, HIGH: 0, MEDIUM: 1, TOTAL: critical + 3 },
        'image-digest': 'sha256:36c7b282abd0186e01419f2e58743e1bf635808231049bbc9d77e5example',
        'image-tags': ['latest'],
        version: '1.0',
    };
    return {
        Source: 'aws.inspector2',
        DetailType: 'Inspector2 Scan',
        Resources: [arnOf(name)],
        Detail: JSON.stringify(detail),
    };
}

function imageAction(action: string, result = 'SUCCESS', name = NAME): Event {
    const detail = {
        result,
        'repository-name': name,
        'image-digest': 'sha256:7f5b2640fe6fb4f46592dfd3410c4a79dac4f89e4782432e0378abcd1234',
        'action-type': action,
        'image-tag': 'latest',
    };
    return {
        Source: 'aws.ecr',
        DetailType: 'ECR Image Action',
        Resources: [],
        Detail: JSON.stringify(detail),
    };
}

function happen({ Source, DetailType, Resources, Detail }: Event): void {
    standIn.emit({
        source: Source,
        'detail-type': DetailType,
        resources: Resources,
        detail: JSON.parse(Detail),
    });
}

/** What of these events is in the log group, in order. */
async function logged(...sent: readonly Event[]): Promise<{ detail: object; 'detail-type': string }[]> {
    for (const event of sent) {
        happen(event);
    }
    const page = await logs.send(new FilterLogEventsCommand({ logGroupName: GROUP }));
    return (page.events ?? []).map(({ message = '' }) => JSON.parse(message));
}

/** What the filters make of an event in an account that holds this and nothing else. */
async function measured(
    declared: PartialProperties,
    event: Event,
): Promise<Readonly<Record<string, readonly number[]>>> {
    standIn.reset();
    await create(declared);
    happen(event);
    const series = [...metrics.of(standIn.server.world, DEFAULT_PLACE).values()];
    return Object.fromEntries(
        series
            .filter(({ metric: { name } }) => name.startsWith(`${NAME}/`))
            .map(({ metric: { name }, data }) => [
                name.replace(`${NAME}/`, ''),
                data.map(({ maximum }) => maximum),
            ]),
    );
}

describe('an event', () => {
    test('of a scan gets into the log group, whole', async () => {
        await create({ ...LOGGED, ...ALARMED });
        const [basic, clean, failed, enhanced] = [
            basicScan({ CRITICAL: 10, MEDIUM: 9 }),
            basicScan({}),
            basicScan({}, 'FAILED'),
            enhancedScan(2),
        ];
        const found = await logged(basic, clean, failed, enhanced);
        expect(found.map(({ detail }) => detail)).toEqual(
            [basic, clean, failed, enhanced].map(({ Detail }) => JSON.parse(Detail)),
        );
    });

    test('of anything else does not', async () => {
        await create({ ...LOGGED, ...ALARMED });
        const strangers = [
            basicScan({ CRITICAL: 1 }, 'COMPLETE', 'team/my-app-2'),
            enhancedScan(1, 'my-app'),
            imageAction('PUSH'),
            { ...basicScan({ CRITICAL: 1 }), Source: 'aws.other' },
            { ...basicScan({ CRITICAL: 1 }), DetailType: 'ECR Scan Resource Change' },
        ];
        expect(await logged(...strangers)).toEqual([]);
    });

    test('of a push gets there for the dashboard', async () => {
        await create(SHOWN);
        const found = await logged(
            imageAction('PUSH'),
            imageAction('DELETE'),
            imageAction('PUSH', 'FAILURE'),
            imageAction('PUSH', 'SUCCESS', 'team/my-app-2'),
            basicScan({ LOW: 1 }),
        );
        expect(found.map((event) => event['detail-type'])).toEqual(['ECR Image Action', 'ECR Image Scan']);
    });
});

describe('metrics', () => {
    test.each([
        ['findings', basicScan({ CRITICAL: 10, MEDIUM: 9 }), 10],
        ['a clean basic scan', basicScan({}), 0],
        ['findings, but none of this severity', basicScan({ LOW: 3 }), 0],
        ['an explicit 0', basicScan({ CRITICAL: 0 }), 0],
        ['findings of enhanced scanning', enhancedScan(4), 4],
        ['a clean enhanced scan', enhancedScan(0), 0],
    ])('get one value from %s', async (_case, event, critical) => {
        expect(await measured(ALARMED, event)).toEqual({ 'critical-vulnerabilities': [critical] });
    });

    test.each([
        ['failed', basicScan({}, 'FAILED')],
        ['could not begin', basicScan({}, 'UNSUPPORTED_IMAGE')],
        ['lost its eligibility', basicScan({}, 'SCAN_ELIGIBILITY_EXPIRED')],
    ])('get no value from a scan that %s', async (_case, event) => {
        expect(await measured(EVERYTHING, event)).toEqual({});
    });

    test('for the dashboard are those of all severities and of pushes', async () => {
        const none = { 'critical-vulnerabilities': [0], 'high-vulnerabilities': [0] };
        expect(await measured(SHOWN, basicScan({ MEDIUM: 9 }))).toEqual({
            ...none,
            'medium-vulnerabilities': [9],
            'low-vulnerabilities': [0],
        });
        // Enhanced scanning does not count LOW, so nobody knows.
        expect(await measured(SHOWN, enhancedScan(0))).toEqual({ ...none, 'medium-vulnerabilities': [1] });
        expect(await measured(SHOWN, imageAction('PUSH'))).toEqual({ pushes: [1] });
    });

    test('are of this repository alone', async () => {
        await create(SHOWN);
        await create(SHOWN, 'team/my-app-2');
        const all = await logs.send(new DescribeMetricFiltersCommand({}));
        const names = (all.metricFilters ?? []).map(
            ({ metricTransformations: [transformation] = [] }) => transformation?.metricName,
        );
        expect(new Set(names).size).toBe(2 * 5);
    });

    test('come from filters that CloudWatch Logs takes', async () => {
        const longest = `${'a'.repeat(127)}/${'b'.repeat(128)}`;
        await create(SHOWN, longest);
        const all = await logs.send(new DescribeMetricFiltersCommand({}));
        for (const { filterPattern = '', metricTransformations = [] } of all.metricFilters ?? []) {
            expect(filterPattern.length).toBeLessThanOrEqual(1024);
            expect(metricTransformations).toHaveLength(1);
            const [{ metricName: name, metricNamespace, metricValue } = {}] = metricTransformations;
            expect(name).toMatch(/^[^:*$]{1,255}$/);
            expect(metricNamespace).toMatch(/^[0-9A-Za-z.\-_/#]{1,255}$/);
            expect(metricValue?.length).toBeLessThanOrEqual(100);
        }
        expect(all.metricFilters).toHaveLength(9);
    });
});

describe('the alarm', () => {
    /** What a new alarm does after scans, several in one minute in a list. */
    async function stateAfter(declared: PartialProperties, ...minutes: readonly (readonly Event[])[]) {
        standIn.reset();
        const { clock } = standIn.server.world;
        clock.advance(60_000 - (clock.now() % 60_000));
        await create(declared);
        for (const scans of minutes) {
            scans.forEach(happen);
            clock.advance(60_000);
        }
        const { MetricAlarms: [alarm] = [] } = await cloudWatch.send(new DescribeAlarmsCommand({}));
        return alarm?.StateValue;
    }

    const CRITICAL = basicScan({ CRITICAL: 1 });
    const CLEAN = basicScan({});

    test('goes by the newest scan that was completed', async () => {
        expect(await stateAfter(ALARMED)).toBe('INSUFFICIENT_DATA');
        expect(await stateAfter(ALARMED, [CLEAN])).toBe('OK');
        expect(await stateAfter(ALARMED, [CLEAN], [CRITICAL])).toBe('ALARM');
        expect(await stateAfter(ALARMED, [CRITICAL], [], [], [])).toBe('ALARM');
        expect(await stateAfter(ALARMED, [CRITICAL], [basicScan({}, 'FAILED')])).toBe('ALARM');
        expect(await stateAfter(ALARMED, [CRITICAL], [basicScan({ HIGH: 5 })])).toBe('OK');
        expect(await stateAfter(ALARMED, [CRITICAL], [enhancedScan(0)], [])).toBe('OK');
        expect(await stateAfter(ALARMED, [CLEAN], [enhancedScan(2)])).toBe('ALARM');
        expect(await stateAfter(ALARMED, [CRITICAL, CLEAN])).toBe('ALARM');
        expect(await stateAfter(ALARMED, [imageAction('PUSH')])).toBe('INSUFFICIENT_DATA');
    });

    test('is raised above the threshold', async () => {
        const declared = { ...ALARMED, VulnerabilityThreshold: 2 };
        expect(await stateAfter(declared, [basicScan({ CRITICAL: 2 })])).toBe('OK');
        expect(await stateAfter(declared, [basicScan({ CRITICAL: 3 })])).toBe('ALARM');
    });

    test.each<PartialProperties>([{}, { AlarmSeverities: ['CRITICAL', 'HIGH'] }])(
        'goes by the worst scan of a minute, not by all together: %j',
        async (severities) => {
            const declared = { ...ALARMED, ...severities, VulnerabilityThreshold: 1 };
            expect(await stateAfter(declared, [CRITICAL, CRITICAL])).toBe('OK');
        },
    );

    test('tells of both states, but does something about one only', async () => {
        const planItem = 'arn:aws:ssm:us-east-1:123456789012:opsitem:1#CATEGORY=Security';
        await create({ ...ALARMED, AlarmActions: [TOPIC, planItem, OTHER_TOPIC] });
        const { MetricAlarms: [alarm] = [] } = await cloudWatch.send(new DescribeAlarmsCommand({}));
        expect(alarm).toMatchObject({
            ActionsEnabled: true,
            AlarmActions: [TOPIC, OTHER_TOPIC, planItem],
            OKActions: [TOPIC, OTHER_TOPIC],
        });
    });
});

describe('what people read', () => {
    /** What the topic gets of an event. */
    async function messageOf(event: Event): Promise<string> {
        standIn.reset();
        const statement = {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sns:Publish',
            Resource: TOPIC,
        };
        const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
        await sns.send(new CreateTopicCommand({ Name: 'alerts', Attributes: { Policy } }));
        await create(NOTIFIED);
        happen(event);
        const [sent] = deliveredMessages(standIn.server.world, DEFAULT_PLACE, TOPIC);
        return sent?.message ?? 'none';
    }

    test('reads well after each kind of scan', async () => {
        const digest = 'sha256:7f5b2640fe6fb4f46592dfd3410c4a79dac4f89e4782432e0378abcd1234';
        expect((await messageOf(basicScan({ CRITICAL: 10, MEDIUM: 9 }))).split('\n')).toEqual([
            '"Image scan of the ECR repository team/my-app in us-east-1: COMPLETE"',
            '"Image tags: [v1,latest]"',
            `"Image digest: ${digest}"`,
            '"Vulnerabilities counted, by severity: {CRITICAL:10,MEDIUM:9}"',
            `"Findings: https://us-east-1.console.aws.amazon.com/ecr/repositories/private/123456789012/team/my-app/_/image/${digest}/scan-results?region=us-east-1"`,
        ]);
        expect(await messageOf(enhancedScan(1))).toContain(
            'team/my-app in us-east-1: INITIAL_SCAN_COMPLETE"\n"Image tags: [latest]"',
        );
        expect(await messageOf(basicScan({}))).toContain('by severity: {}"');
        const { 'finding-severity-counts': _, ...failed } = JSON.parse(basicScan({}, 'FAILED').Detail);
        expect(await messageOf({ ...basicScan({}), Detail: JSON.stringify(failed) })).toContain(
            'by severity: "',
        );
    });

    test('has a link in the partitions whose console is known', () => {
        const inPartition = (partition: string) => scanMessage({ ...scopeOf(NAME), partition }).template;
        expect(inPartition('aws-cn')).toContain('https://us-east-1.console.amazonaws.cn/ecr/');
        expect(inPartition('aws-us-gov')).toContain('https://us-east-1.console.amazonaws-us-gov.com/ecr/');
        expect(inPartition('aws-iso')).not.toContain('http');
    });

    test('goes to the topic, by a transformer; the log gets the whole event, and no role', async () => {
        await create({ ...LOGGED, ...NOTIFIED });
        expect(await targets('ecr-scans-team___my-app')).toEqual([
            { Id: 'ecr-repository-log', Arn: `arn:aws:logs:us-east-1:123456789012:log-group:${GROUP}` },
            {
                Id: 'ecr-repository-topic',
                Arn: TOPIC,
                InputTransformer: {
                    InputPathsMap: scanMessage(scopeOf(NAME)).paths,
                    InputTemplate: scanMessage(scopeOf(NAME)).template,
                },
            },
        ]);
    });

    test('is not about pushes', async () => {
        await create({ ...NOTIFIED, ...SHOWN });
        const ids = (await targets('ecr-pushes-team___my-app')).map(({ Id }) => Id);
        expect(ids).toEqual(['ecr-repository-log']);
    });

    test('takes no log group', async () => {
        await create(NOTIFIED);
        expect(await account()).toEqual({ ...NOTHING, rules: ['ecr-scans-team___my-app'] });
        const calls = await remove(NOTIFIED);
        expect(await account()).toEqual(NOTHING);
        expect(writes(calls)).toEqual(['events:RemoveTargets', 'events:DeleteRule']);
    });
});

describe('the dashboard', () => {
    async function widgets(): Promise<{ type: string; properties: Record<string, unknown> }[]> {
        const DashboardName = 'ecr-us-east-1-team___my-app';
        const { DashboardBody = '{}' } = await cloudWatch.send(new GetDashboardCommand({ DashboardName }));
        return JSON.parse(DashboardBody).widgets;
    }

    test('names only metrics that exist: of AWS, or made here', async () => {
        await create(SHOWN);
        const made = (await filters()).map(({ metricTransformations: [one] = [] }) => one?.metricName);
        const known: readonly unknown[] = [...new Set(made), 'RepositoryPullCount'];
        const charts = (await widgets()).filter(({ type }) => type === 'metric');
        const shown = charts.flatMap(({ properties }) => properties['metrics'] as unknown[][]);
        const names = shown.flatMap(([namespace, name]) => (typeof namespace === 'string' ? [name] : []));
        expect([...names].sort()).toEqual([...known].sort());
        expect(JSON.stringify(shown)).toContain(
            'ImagesPerRepositoryCount\\" ResourceId=\\"repository/team/my-app\\"',
        );
        const statistics = charts.map(({ properties: { title, region, stat } }) => [title, region, stat]);
        expect(statistics).toEqual([
            ['Vulnerabilities found by scans', 'us-east-1', 'Maximum'],
            ['Pulls', 'us-east-1', 'Sum'],
            ['Pushes', 'us-east-1', 'Sum'],
            ['Images', 'us-east-1', 'Maximum'],
        ]);
    });

    test('shows the alarm if there is one, and asks the log that there is', async () => {
        await create(SHOWN);
        expect((await widgets()).map(({ type }) => type)).toEqual([
            'metric',
            'metric',
            'metric',
            'metric',
            'log',
        ]);
        await update(SHOWN, { ...SHOWN, ...ALARMED });
        const [alarm] = (await widgets()).filter(({ type }) => type === 'alarm');
        const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({}));
        expect(alarm?.properties['alarms']).toEqual(MetricAlarms.map(({ AlarmArn }) => AlarmArn));
        const [log] = (await widgets()).filter(({ type }) => type === 'log');
        expect(log?.properties['query']).toContain(`SOURCE '${GROUP}'`);
        expect((await account()).groups).toEqual([GROUP]);
    });
});

describe('switching', () => {
    const SWITCHES: readonly [string, PartialProperties][] = [
        ['logging', LOGGED],
        ['notifications', NOTIFIED],
        ['the alarm', ALARMED],
        ['the dashboard', SHOWN],
    ];

    test.each(SWITCHES)('%s on and off changes what it made and nothing else', async (_name, part) => {
        const rest = Object.assign(
            {},
            ...SWITCHES.filter(([, other]) => other !== part).map(([, some]) => some),
        );
        await create(rest);
        const before = [await account(), await filters(), await read()];
        await update(rest, { ...rest, ...part });
        expect([await account(), await filters(), await read()]).not.toEqual(before);
        await update({ ...rest, ...part }, rest);
        expect([await account(), await filters(), await read()]).toEqual(before);
    });

    test.each(SWITCHES)('%s alone on and off leaves nothing', async (_name, part) => {
        await create(part);
        expect(await read()).toMatchObject(part);
        await update(part, {});
        expect(await account()).toEqual(NOTHING);
        expect(await read()).toEqual({
            EnableScanLogging: false,
            EnableScanNotifications: false,
            CreateCloudWatchAlarms: false,
            CreateDashboard: false,
            // The outputs are the names that there would be: a stack fails on an attribute that READ does not give.
            ScanLogGroupName: GROUP,
            VulnerabilityAlarmName: 'ecr-critical-vulnerabilities-team/my-app',
            DashboardName: 'ecr-us-east-1-team___my-app',
        });
    });

    test('the log stays the one it was, in every change of it', async () => {
        await create({ ...EVERYTHING, ...TAGS });
        const changed = {
            ...EVERYTHING,
            LogRetentionDays: 90 as const,
            SnsTopicArn: OTHER_TOPIC,
            Tags: [tag('Stage', 'production')],
        };
        const calls = await update({ ...EVERYTHING, ...TAGS }, changed);
        expect(writes(calls).filter((action) => /Create|Delete/.test(action))).toEqual([]);
        expect(await read()).toMatchObject({ LogRetentionDays: 90, SnsTopicArn: OTHER_TOPIC });
    });

    test('keeps apart a log for the alarm alone and one to be kept a day', async () => {
        await create(ALARMED);
        expect(await read()).toMatchObject({ EnableScanLogging: false });
        const { logGroups: [group] = [] } = await logs.send(new DescribeLogGroupsCommand({}));
        expect(group?.retentionInDays).toBe(1);
        const aDay: PartialProperties = { ...ALARMED, EnableScanLogging: true, LogRetentionDays: 1 };
        const calls = await update(ALARMED, aDay);
        expect(writes(calls)).toEqual(['events:PutRule']);
        expect(await read()).toMatchObject({
            EnableScanLogging: true,
            ScanLogGroupName: GROUP,
            LogRetentionDays: 1,
        });
    });

    test('reads as off what somebody disabled, and fixes it', async () => {
        await create({ ...LOGGED, ...NOTIFIED });
        await events.send(new DisableRuleCommand({ Name: 'ecr-scans-team___my-app' }));
        expect(await read()).toMatchObject({ EnableScanLogging: false, EnableScanNotifications: false });
        const { resourcePolicies: [policy] = [] } = await logs.send(new DescribeResourcePoliciesCommand({}));
        await logs.send(new DeleteResourcePolicyCommand({ policyName: policy?.policyName }));
        const calls = await update({ ...LOGGED, ...NOTIFIED }, { ...LOGGED, ...NOTIFIED });
        expect([...writes(calls)].sort()).toEqual(['events:PutRule', 'logs:PutResourcePolicy']);
        expect(await read()).toMatchObject({ ...LOGGED, ...NOTIFIED });
    });
});

describe('tags', () => {
    const ruleArn = 'arn:aws:events:us-east-1:123456789012:rule/ecr-scans-team___my-app';
    const alarmArn =
        'arn:aws:cloudwatch:us-east-1:123456789012:alarm:ecr-critical-vulnerabilities-team/my-app';
    const groupArn = `arn:aws:logs:us-east-1:123456789012:log-group:${GROUP}`;

    async function carried() {
        const [rule, alarm, group] = await Promise.all([
            events.send(new ListRuleTagsCommand({ ResourceARN: ruleArn })),
            cloudWatch.send(new ListAlarmTagsCommand({ ResourceARN: alarmArn })),
            logs.send(new ListLogTagsCommand({ resourceArn: groupArn })),
        ]);
        const record = (list: readonly { Key?: string | undefined; Value?: string | undefined }[] = []) =>
            Object.fromEntries(list.map(({ Key = '', Value }) => [Key, Value]));
        return [record(rule.Tags), record(alarm.Tags), group.tags];
    }

    test('are on everything, but for this type’s own', async () => {
        const own = tag('org-containers-ecrrepository:empty-on-delete', 'true');
        await create({ ...LOGGED, ...ALARMED, Tags: [...(TAGS.Tags ?? []), own] });
        const all = { Stage: 'test', Team: 'blue' };
        expect(await carried()).toEqual([all, all, all]);
    });

    test('are changed in place, by one call each, and those of others stay', async () => {
        const on = { ...LOGGED, ...ALARMED };
        await create({ ...on, ...TAGS });
        await events.send(new TagResourceCommand({ ResourceARN: ruleArn, Tags: [tag('Cost', '1')] }));
        const oneMore = { ...on, Tags: [...(TAGS.Tags ?? []), tag('New', '1')] };
        const calls = await update({ ...on, ...TAGS }, oneMore);
        expect([...writes(calls)].sort()).toEqual([
            'cloudwatch:TagResource',
            'events:TagResource',
            'logs:TagResource',
        ]);
        await update(oneMore, { ...on, Tags: [tag('New', '2')] });
        expect(await carried()).toEqual([{ Cost: '1', New: '2' }, { New: '2' }, { New: '2' }]);
    });

    test('that a dashboard cannot carry do no harm', async () => {
        const message = 'The resource does not exist.';
        standIn.intercept(({ action, input }) =>
            /^cloudwatch:.*Tag/.test(action) && `${input['ResourceARN']}`.includes(':dashboard/')
                ? { error: 'ResourceNotFoundException', status: 404, message }
                : 'pass',
        );
        await create({ ...SHOWN, ...TAGS });
        expect(writes(await update({ ...SHOWN, ...TAGS }, { ...SHOWN, ...TAGS }))).toEqual([]);
        await update({ ...SHOWN, ...TAGS }, { ...SHOWN, Tags: [] });
        await update({ ...SHOWN, Tags: [] }, { ...SHOWN, ...TAGS });
        expect(await read()).toMatchObject(SHOWN);
    });
});

describe('the permission to write', () => {
    const OURS = ['OrgContainersEcrRepositoryEvents'];

    test('is one for all, as the EventBridge user guide gives it', async () => {
        await create(LOGGED);
        await create(LOGGED, 'other');
        const { resourcePolicies = [] } = await logs.send(new DescribeResourcePoliciesCommand({}));
        expect(resourcePolicies).toHaveLength(1);
        expect(JSON.parse(resourcePolicies[0]?.policyDocument ?? '')).toMatchObject({
            Statement: [
                {
                    Effect: 'Allow',
                    Principal: { Service: ['events.amazonaws.com', 'delivery.logs.amazonaws.com'] },
                    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
                    Resource: 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/events/ecr/*:*',
                },
            ],
        });
    });

    test('goes with the last log group that needs it', async () => {
        const policyDocument = JSON.stringify({
            Statement: {
                Effect: 'Allow',
                Principal: { Service: 'es.amazonaws.com' },
                Action: 'logs:PutLogEvents',
                Resource: '*',
            },
        });
        await logs.send(new PutResourcePolicyCommand({ policyName: 'somebody’s', policyDocument }));
        await create(LOGGED);
        await create(ALARMED, 'other');
        await remove(LOGGED);
        expect((await account()).policies).toEqual([...OURS, 'somebody’s']);
        await remove(ALARMED, 'other');
        expect((await account()).policies).toEqual(['somebody’s']);
    });

    test('goes once when two repositories go at the same time', async () => {
        await create(LOGGED);
        await create(LOGGED, 'other');
        await Promise.all([remove(LOGGED), remove(LOGGED, 'other')]);
        expect(await account()).toEqual(NOTHING);
    });

    /** Something that happens before the nth call of a kind gets to AWS, counted from 1. */
    type Meanwhile = readonly [action: string, n: number, work: () => Promise<unknown>];

    function meanwhile(...steps: readonly Meanwhile[]): void {
        const counts: Record<string, number> = {};
        standIn.intercept(({ action }) => {
            const n = (counts[action] ?? 0) + 1;
            counts[action] = n;
            const step = steps.find(([on, nth]) => on === action && nth === n);
            step?.[2]().catch(() => undefined);
            return step ? { delay: 600 } : 'pass';
        });
    }

    test.each(['logs:DeleteResourcePolicy', 'logs:DeleteLogGroup', 'events:DeleteRule'])(
        'stays for a repository that comes at the other’s %s',
        async (action) => {
            await create(LOGGED);
            meanwhile([action, 1, () => create(LOGGED, 'other')]);
            await remove(LOGGED);
            expect(await account()).toMatchObject({
                groups: [logGroupName('other', 'scan-findings')],
                policies: OURS,
            });
        },
    );

    test('stays for a repository that comes when the one before is found to be the last after all', async () => {
        await create(LOGGED);
        await create(LOGGED, 'leaving');
        meanwhile(
            ['logs:DeleteLogGroup', 1, () => remove(LOGGED, 'leaving')],
            ['logs:DeleteResourcePolicy', 1, () => create(LOGGED, 'coming')],
        );
        await remove(LOGGED);
        expect(await account()).toMatchObject({ rules: ['ecr-scans-coming'], policies: OURS });
    });

    test('goes though one repository gives it back to another that has gone meanwhile', async () => {
        await create(LOGGED);
        meanwhile(
            ['logs:DeleteResourcePolicy', 1, () => create(LOGGED, 'fleeting')],
            ['logs:PutResourcePolicy', 2, () => remove(LOGGED, 'fleeting')],
        );
        await remove(LOGGED);
        expect(await account()).toEqual(NOTHING);
    });

    test('comes back for a repository that came meanwhile though the removal is cut short there', async () => {
        await create(LOGGED);
        let isCut = false;
        standIn.intercept(({ action }) => {
            if (action === 'logs:DeleteResourcePolicy') {
                create(LOGGED, 'other').then(() => {
                    isCut = true;
                });
                return { delay: 1_000 };
            }
            return isCut ? DENIED : 'pass';
        });
        await expect(remove(LOGGED)).rejects.toThrow('not authorized');
        standIn.intercept(() => 'pass');
        expect((await account()).policies).toEqual([]);
        await remove(LOGGED);
        expect(await account()).toMatchObject({ rules: ['ecr-scans-other'], policies: OURS });
    });

    test.each([0, 1, 2, 3])(
        'stays for others though a removal is cut short after %i writes, and goes at last',
        async (most) => {
            await create(LOGGED);
            let count = 0;
            standIn.intercept((call) => {
                count += writes([call]).length;
                return count > most ? DENIED : 'pass';
            });
            await expect(remove(LOGGED)).rejects.toThrow('not authorized');
            standIn.intercept(() => 'pass');
            await create(LOGGED, 'other');
            await remove(LOGGED);
            expect(await account()).toMatchObject({
                groups: [logGroupName('other', 'scan-findings')],
                rules: ['ecr-scans-other'],
                policies: OURS,
            });
            await remove(LOGGED, 'other');
            expect(await account()).toEqual(NOTHING);
        },
    );
});

describe('failures', () => {
    test('a target that AWS refuses inside of a success is a failure', async () => {
        const FailedEntries = [
            { TargetId: 'x', ErrorCode: 'ResourceNotFoundException', ErrorMessage: 'No topic.' },
        ];
        standIn.intercept(({ action }) =>
            action === 'events:PutTargets' ? { answer: { FailedEntryCount: 1, FailedEntries } } : 'pass',
        );
        await expect(create(NOTIFIED)).rejects.toThrow(
            'team/my-app: writing the log and notifications of scan findings failed. AWS says ResourceNotFoundException: No topic. (target x).',
        );
    });

    test.each([
        ['ResourceNotFoundException', 'removed'],
        ['ConcurrentModificationException', 'refused'],
    ])('a target whose removal fails with %s counts as %s', async (ErrorCode, outcome) => {
        await create(NOTIFIED);
        const failure = { TargetId: 'x', ErrorCode, ErrorMessage: 'Rule has no such target.' };
        standIn.intercept(({ action }) =>
            action === 'events:RemoveTargets'
                ? { rewrite: () => ({ FailedEntryCount: 1, FailedEntries: [failure] }) }
                : 'pass',
        );
        const removal = remove(NOTIFIED).then(
            () => 'removed',
            () => 'refused',
        );
        expect(await removal).toBe(outcome);
    });

    test.each<[string, Difficulty]>([
        ['a rule keeps its targets for a while', lingeringTargets(300)],
        ['writes to one thing overlap', exclusiveWrites(20)],
    ])('that pass are waited for: %s', async (_what, difficulty) => {
        standIn.meet(difficulty);
        await create(EVERYTHING);
        await remove(EVERYTHING);
        expect(await account()).toEqual(NOTHING);
    });

    test('a log group that is left over is taken and brought right', async () => {
        await logs.send(new CreateLogGroupCommand({ logGroupName: GROUP }));
        await create({ ...LOGGED, ...TAGS });
        const { logGroups: [group] = [] } = await logs.send(new DescribeLogGroupsCommand({}));
        expect(group?.retentionInDays).toBe(7);
        expect(await read()).toMatchObject(LOGGED);
        expect(writes(await update({ ...LOGGED, ...TAGS }, { ...LOGGED, ...TAGS }))).toEqual([]);
    });

    test('filters and targets that somebody else added stay as long as the log does', async () => {
        await create({ ...LOGGED, ...ALARMED });
        const metric = { metricNamespace: 'Mine', metricName: 'mine', metricValue: '1' };
        await logs.send(
            new PutMetricFilterCommand({
                logGroupName: GROUP,
                filterName: 'mine',
                filterPattern: '',
                metricTransformations: [metric],
            }),
        );
        const Targets = [{ Id: 'mine', Arn: 'arn:aws:sqs:us-east-1:123456789012:mine' }];
        await events.send(new PutTargetsCommand({ Rule: 'ecr-scans-team___my-app', Targets }));
        await update({ ...LOGGED, ...ALARMED }, LOGGED);
        expect((await filters()).map(({ filterName }) => filterName)).toEqual(['mine']);
        expect((await targets('ecr-scans-team___my-app')).map(({ Id }) => Id)).toContain('mine');
        await remove(LOGGED);
        expect(await account()).toEqual(NOTHING);
    });
});

describe('calls', () => {
    const all: PartialProperties = { ...EVERYTHING, ...TAGS };

    function numberOf(calls: readonly RecordedCall[]): Record<string, number> {
        const counts: Record<string, number> = {};
        for (const { action } of calls) {
            counts[action] = (counts[action] ?? 0) + 1;
        }
        return counts;
    }

    // So long that a busy machine does not make two of one round trip.
    beforeEach(() => standIn.intercept(() => ({ delay: 150 })));

    test('make everything in two round trips', async () => {
        const calls = await create(all);
        expect(roundTrips(calls)).toBe(2);
        expect(numberOf(calls)).toEqual({
            'logs:CreateLogGroup': 1,
            'logs:PutRetentionPolicy': 1,
            'logs:PutMetricFilter': 2 * 4 + 1,
            'logs:PutResourcePolicy': 1,
            'events:PutRule': 2,
            'events:PutTargets': 2,
            'cloudwatch:PutMetricAlarm': 1,
            'cloudwatch:PutDashboard': 1,
        });
    });

    test('see that nothing is there in one, and ask for no details', async () => {
        const calls = await update({ EnableScanLogging: false }, { EnableScanLogging: false });
        expect(roundTrips(calls)).toBe(1);
        expect(numberOf(calls)).toEqual({
            'logs:DescribeLogGroups': 1,
            'events:DescribeRule': 3,
            'cloudwatch:DescribeAlarms': 1,
            'cloudwatch:GetDashboard': 1,
        });
    });

    test('see everything in one where it was declared, and write nothing when nothing changes', async () => {
        await create(all);
        const calls = await update(all, all);
        expect(roundTrips(calls)).toBe(1);
        expect(numberOf(calls)).toEqual({
            'logs:DescribeLogGroups': 1,
            'logs:DescribeMetricFilters': 1,
            'logs:DescribeResourcePolicies': 1,
            'logs:ListTagsForResource': 1,
            'events:DescribeRule': 3,
            'events:ListTargetsByRule': 2,
            'events:ListTagsForResource': 2,
            'cloudwatch:DescribeAlarms': 1,
            'cloudwatch:GetDashboard': 1,
            'cloudwatch:ListTagsForResource': 2,
        });
    });

    test('take everything away in three: the rules last, and before them the grant of the last log group', async () => {
        await create(all);
        const calls = await remove(all);
        expect(roundTrips(calls)).toBe(1 + 3);
        expect([...writes(calls)].sort()).toEqual([
            'cloudwatch:DeleteAlarms',
            'cloudwatch:DeleteDashboards',
            'events:DeleteRule',
            'events:DeleteRule',
            'events:RemoveTargets',
            'events:RemoveTargets',
            'logs:DeleteLogGroup',
            'logs:DeleteResourcePolicy',
        ]);
        expect(await account()).toEqual(NOTHING);
    });
});

describe('bad input', () => {
    const violations = (some: PartialProperties) =>
        FACETS.flatMap((facet) => facet.validate?.({ ...some, RepositoryName: NAME }, scopeOf(NAME)) ?? []);
    const topic = (region: string, name = 'alerts') => `arn:aws:sns:${region}:123456789012:${name}`;

    test.each<[string, PartialProperties, string]>([
        ['no topic', { EnableScanNotifications: true }, 'SnsTopicArn: given none'],
        ['a far topic', { ...NOTIFIED, SnsTopicArn: topic('eu-west-1') }, 'wanted one in us-east-1'],
        [
            'a topic in another partition',
            { ...NOTIFIED, SnsTopicArn: 'arn:aws-cn:sns:us-east-1:123456789012:alerts' },
            'given a topic in us-east-1 (aws-cn)',
        ],
        ['a far action', { ...ALARMED, AlarmActions: [TOPIC, topic('eu-west-1')] }, 'AlarmActions/1: given'],
        ['a FIFO action', { ...ALARMED, AlarmActions: [topic('us-east-1', 'a.fifo')] }, 'a FIFO topic'],
        ['a queue as action', { ...ALARMED, AlarmActions: [TOPIC.replace('sns', 'sqs')] }, 'can set off'],
    ])('%s', (_case, properties, expected) => {
        expect(violations(properties)).toEqual([expect.stringContaining(expected)]);
        const off = { ...properties, EnableScanNotifications: false, CreateCloudWatchAlarms: false };
        expect(violations(off)).toEqual([]);
    });

    test('is not an action where a replication is watched, which that alarm alone sets off', async () => {
        const there = topic('eu-west-1');
        const watched: PartialProperties = {
            EnableReplication: true,
            ReplicationDestinations: [{ Region: 'eu-west-1', EnableReplicationTimeControl: true }],
            AlarmActions: [TOPIC, there],
        };
        expect(violations(watched)).toEqual([]);
        expect(violations({ ...watched, AlarmActions: [topic('eu-west-2')] })).toEqual([
            expect.stringContaining('wanted something in us-east-1 or eu-west-1'),
        ]);
        await create({ ...ALARMED, ...watched });
        const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({}));
        expect(MetricAlarms.map(({ AlarmActions }) => AlarmActions)).toEqual([[TOPIC]]);
    });

    test.each([
        'arn:aws:lambda:us-east-1:123456789012:function:alert:live',
        'arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:id:autoScalingGroupName/group:policyName/policy',
        'arn:aws:ssm:us-east-1:123456789012:opsitem:3#CATEGORY=Security',
        'arn:aws:ssm-incidents::123456789012:responseplan/plan',
        'arn:aws:aiops:us-east-1:123456789012:investigation-group:id',
        TOPIC,
    ])('%s is an action that CloudWatch knows', (action) => {
        expect(violations({ ...ALARMED, AlarmActions: [action] })).toEqual([]);
    });

    test.each([
        'arn:aws:automate:us-east-1:ec2:reboot',
        'arn:aws:swf:us-east-1:123456789012:action/actions/AWS_EC2.InstanceId.Stop/1.0',
    ])('%s needs a metric of an EC2 instance', (action) => {
        expect(violations({ ...ALARMED, AlarmActions: [action] })).toEqual([expect.stringContaining(action)]);
    });
});

test('a metric has the same name wherever it is used', async () => {
    await create({ ...ALARMED, ...SHOWN });
    const { MetricAlarms: [alarm] = [] } = await cloudWatch.send(new DescribeAlarmsCommand({}));
    expect(alarm?.MetricName).toBe(metricName(NAME, 'critical-vulnerabilities'));
});
