import { randomUUID } from 'node:crypto';
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeRuleCommand, ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { CreateTopicCommand, SetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { control } from '../../local/aws/control/control';
import { deliveredMessages } from '../../local/aws/sns/state';
import { DEFAULT_PLACE } from '../../local/aws/world';
import { push } from '../../local/demo/images';
import type { PartialProperties } from '../../src/properties';
import { TOPIC } from '../support/my-app';
import { useAccount, useFunction, useStandIn } from '../support/suite';

/*
 * Who hears of which scan: NotifySeverities, NotificationFormat and AlarmSeverities, from the push of an image to the
 * message.
 */

const NAME = 'team/my-app';
const SCANS = 'ecr-scans-team___my-app';
const SEVERE = 'ecr-severe-scans-team___my-app';

const NOTIFIED: PartialProperties = { EnableScanNotifications: true, SnsTopicArn: TOPIC };
const ALARMED: PartialProperties = { CreateCloudWatchAlarms: true, AlarmActions: [TOPIC] };

const standIn = useStandIn();
const typeFunction = useFunction(standIn);
const { ecr, events, cloudWatch, sns } = useAccount(standIn);

/** The topic, with the rights that examples/notification-topic.yml gives. */
beforeEach(async () => {
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'alerts' }));
    const Principal = { Service: ['events.amazonaws.com', 'cloudwatch.amazonaws.com'] };
    const statement = { Effect: 'Allow', Principal, Action: 'sns:Publish', Resource: TopicArn };
    const AttributeValue = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue }));
});

async function create(declared: PartialProperties): Promise<PartialProperties> {
    const properties = { RepositoryName: NAME, ...declared };
    const { status, message, resourceModel } = await typeFunction.run('CREATE', properties);
    expect([status, message]).toEqual(['SUCCESS', '']);
    expect(await typeFunction.drift(properties)).toMatchObject({ status: 'IN_SYNC' });
    return resourceModel ?? {};
}

/** An image whose scan finds so much, and two minutes. Returns its digest. */
async function scan(counts: Readonly<Record<string, number>>, tag = 'v1'): Promise<string> {
    control(standIn.server, 'ecr/findings', { repositoryName: NAME, counts }, DEFAULT_PLACE);
    const digest = await push(ecr, NAME, randomUUID(), tag);
    control(standIn.server, 'clock', { seconds: 120 }, DEFAULT_PLACE);
    return digest;
}

function messages(): string[] {
    return deliveredMessages(standIn.server.world, DEFAULT_PLACE, TOPIC).map(({ message }) => message);
}

async function ruleNames(): Promise<(string | undefined)[]> {
    const { Rules = [] } = await events.send(new ListRulesCommand({}));
    return Rules.map(({ Name }) => Name);
}

async function alarm() {
    const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({}));
    return MetricAlarms[0];
}

describe.each(['BASIC', 'ENHANCED'] as const)('with %s scanning', (ScanType) => {
    const SCANNED: PartialProperties = { EnableRegistryScanning: true, ScanType };

    test.each<[PartialProperties['NotifySeverities'], number]>([
        [undefined, 4],
        [['CRITICAL'], 1],
        [['HIGH'], 2],
        [['CRITICAL', 'HIGH'], 2],
        [['MEDIUM', 'HIGH'], 3],
    ])('of four scans, NotifySeverities %j tells of %d', async (NotifySeverities, count) => {
        await create({ ...SCANNED, ...NOTIFIED, ...(NotifySeverities && { NotifySeverities }) });
        await scan({});
        await scan({ MEDIUM: 1 });
        await scan({ HIGH: 1 });
        await scan({ CRITICAL: 2, HIGH: 1, MEDIUM: 4 });
        expect(messages()).toHaveLength(count);
    });

    test('the alarm counts the severities together', async () => {
        await create({
            ...SCANNED,
            ...ALARMED,
            AlarmSeverities: ['HIGH', 'CRITICAL'],
            VulnerabilityThreshold: 2,
        });
        await scan({ HIGH: 2, MEDIUM: 9 });
        expect(await alarm()).toMatchObject({ StateValue: 'OK' });
        await scan({ CRITICAL: 1, HIGH: 2 });
        expect(await alarm()).toMatchObject({ StateValue: 'ALARM' });
        await scan({ CRITICAL: 2 });
        expect(await alarm()).toMatchObject({ StateValue: 'OK' });
    });

    test('a severity that the scan counts not at all does not silence the alarm', async () => {
        await create({ ...SCANNED, ...ALARMED, AlarmSeverities: ['HIGH', 'LOW'] });
        await scan({ HIGH: 1 });
        expect(await alarm()).toMatchObject({ StateValue: 'ALARM' });
    });
});

describe('the rules', () => {
    test('without severities are one, for every scan', async () => {
        await create(NOTIFIED);
        expect(await ruleNames()).toEqual([SCANS]);
    });

    test('with severities are one for the log and one for people', async () => {
        await create({ ...NOTIFIED, NotifySeverities: ['CRITICAL'], EnableScanLogging: true });
        expect(await ruleNames()).toEqual([SCANS, SEVERE]);
        const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: SCANS }));
        expect(Targets.map(({ Id }) => Id)).toEqual(['ecr-repository-log']);
    });

    test('follow an update there and back, and go with the repository', async () => {
        const every = { RepositoryName: NAME, ...NOTIFIED };
        const severe: PartialProperties = { ...every, NotifySeverities: ['HIGH'] };
        await create(NOTIFIED);
        await typeFunction.run('UPDATE', severe, { previous: every });
        expect(await ruleNames()).toEqual([SEVERE]);
        expect(await typeFunction.drift(severe)).toMatchObject({ status: 'IN_SYNC' });
        await typeFunction.run('UPDATE', every, { previous: severe });
        expect(await ruleNames()).toEqual([SCANS]);
        await typeFunction.run('UPDATE', severe, { previous: every });
        await typeFunction.run('DELETE', { RepositoryName: NAME });
        expect(await ruleNames()).toEqual([]);
    });

    test('name one severity without $or, which EventBridge takes for a field with fewer than two', async () => {
        const patternFor = async (NotifySeverities: PartialProperties['NotifySeverities'] & object) => {
            standIn.reset();
            await create({ ...NOTIFIED, NotifySeverities });
            const { EventPattern = '' } = await events.send(new DescribeRuleCommand({ Name: SEVERE }));
            return JSON.parse(EventPattern).detail['finding-severity-counts'];
        };
        const found = [{ numeric: ['>', 0] }];
        expect(await patternFor(['HIGH'])).toEqual({ HIGH: found });
        expect(await patternFor(['HIGH', 'CRITICAL'])).toEqual({
            $or: [{ CRITICAL: found }, { HIGH: found }],
        });
    });
});

describe('a message for chat', () => {
    /** Amazon Q Developer in chat applications, administrator guide, Custom notifications, Event schema. */
    const MEMBERS = ['version', 'source', 'content', 'metadata'];

    test('is a custom notification with the image and the counts', async () => {
        await create({ ...NOTIFIED, NotificationFormat: 'CHATBOT' });
        const digest = await scan({ CRITICAL: 2, LOW: 1 }, 'v1.4');
        const [message = ''] = messages();
        const notification = JSON.parse(message);
        expect(Object.keys(notification)).toEqual(MEMBERS);
        expect(notification).toEqual({
            version: '1.0',
            source: 'custom',
            content: {
                textType: 'client-markdown',
                title: 'Image scan of the ECR repository team/my-app in us-east-1',
                description: [
                    'Status: COMPLETE',
                    'Image tag: v1.4',
                    `Image digest: ${digest}`,
                    'Vulnerabilities counted: CRITICAL 2, HIGH , MEDIUM , LOW 1 (no number: none)',
                ].join('\n'),
                nextSteps: [
                    `Read the findings: https://us-east-1.console.aws.amazon.com/ecr/repositories/private/123456789012/team/my-app/_/image/${digest}/scan-results?region=us-east-1`,
                ],
            },
            metadata: { threadId: digest },
        });
    });
});

test('the alarm of one severity is on its metric, of several on the sum of theirs', async () => {
    const { AlarmSeverities } = await create(ALARMED);
    expect(AlarmSeverities).toEqual(['CRITICAL']);
    expect(await alarm()).toMatchObject({
        MetricName: 'team/my-app/critical-vulnerabilities',
        AlarmDescription: expect.stringContaining('found more critical vulnerabilities than'),
    });
    const one: PartialProperties = { RepositoryName: NAME, ...ALARMED };
    const several: PartialProperties = { ...one, AlarmSeverities: ['LOW', 'CRITICAL', 'HIGH'] };
    await typeFunction.run('UPDATE', several, { previous: one });
    expect(await alarm()).toMatchObject({
        Metrics: expect.arrayContaining([
            expect.objectContaining({ Expression: 'critical + high + low', ReturnData: true }),
        ]),
        AlarmDescription: expect.stringContaining('found more vulnerabilities (CRITICAL, HIGH, LOW) than'),
    });
    expect(await typeFunction.drift(several)).toMatchObject({ status: 'IN_SYNC' });
});
