import { DescribeRuleCommand } from '@aws-sdk/client-eventbridge';
import fc from 'fast-check';
import { severitiesIn } from '../../../src/facets/scan-events';
import { scanFindings } from '../../../src/facets/scan-findings';
import { isRecord } from '../../../src/json';
import type { PartialProperties } from '../../../src/properties';
import type { Account } from '../account';
import {
    addTarget,
    changePattern,
    changeRule,
    changeTarget,
    cuts,
    deleteRule,
    disable,
    removeTarget,
    retain,
} from '../by-hand';
import { logGroups, targets } from '../held';
import { HERE, LOGGED, NOTIFIED, OTHER_TOPIC, SCANS, SEVERE, SHOWN, TOPIC } from '../my-app';
import { severities, topic } from '../values';
import type { FacetData } from './facet-data';

const SEVERE_ONLY: PartialProperties = { ...NOTIFIED, NotifySeverities: ['HIGH', 'CRITICAL'] };
const CHAT: PartialProperties = { ...NOTIFIED, NotificationFormat: 'CHATBOT' };

async function patternOf(Name: string, { events }: Account): Promise<string> {
    const { EventPattern = '' } = await events.send(new DescribeRuleCommand({ Name }));
    return EventPattern;
}

export const data: FacetData = {
    facet: scanFindings,
    declared: { EnableScanLogging: true, ...NOTIFIED },

    arbitraries: {
        EnableScanLogging: fc.boolean(),
        LogRetentionDays: fc.constantFrom(1, 7, 30, 365),
        EnableScanNotifications: fc.boolean(),
        SnsTopicArn: topic,
        NotifySeverities: severities,
        NotificationFormat: fc.constantFrom('TEXT', 'CHATBOT'),
    },

    foreign: ({ tags, accounts }, state) => ({
        ...(isRecord(state) && isRecord(state['log']) && { log: { tags } }),
        rules: Object.fromEntries(
            Object.keys(isRecord(state) && isRecord(state['rules']) ? state['rules'] : {}).map((name) => [
                name,
                { tags, targets: { theirs: { arn: `arn:aws:sns:us-east-1:${accounts[0]}:topic` } } },
            ]),
        ),
    }),

    properties: {
        EnableScanLogging: {
            values: [false, true],
            inAws: async (_held, account) => (await logGroups(account)).length,
            as: [0, 1],
        },
        LogRetentionDays: {
            beside: { EnableScanLogging: true },
            values: [7, 30],
            inAws: async (_held, account) => (await logGroups(account))[0]?.retentionInDays,
        },
        EnableScanNotifications: {
            beside: { SnsTopicArn: TOPIC },
            values: [false, true],
            inAws: async (_held, account) => (await targets(account)).length,
            as: [0, 1],
        },
        SnsTopicArn: {
            beside: { EnableScanNotifications: true },
            values: [TOPIC, OTHER_TOPIC],
            inAws: async (_held, account) => (await targets(account))[0]?.Arn,
        },
        NotifySeverities: {
            beside: NOTIFIED,
            values: [['CRITICAL'], ['MEDIUM', 'LOW']],
            inAws: async (_held, account) => severitiesIn(JSON.parse(await patternOf(SEVERE, account))),
        },
        NotificationFormat: {
            beside: NOTIFIED,
            values: ['TEXT', 'CHATBOT'],
            inAws: async (_held, account) =>
                (await targets(account))[0]?.InputTransformer?.InputTemplate?.charAt(0),
            as: ['"', '{'],
        },
    },

    undivided: [
        'logs:DeleteResourcePolicy',
        'logs:DescribeLogGroups',
        'logs:DescribeResourcePolicies',
        'logs:PutResourcePolicy',
    ],

    violations: [
        [{ EnableScanNotifications: true }, 1],
        [{ EnableScanNotifications: true, SnsTopicArn: TOPIC.replace(HERE, 'eu-west-1') }, 1],
    ],

    messages: [],

    alterations: {
        EnableScanLogging: [
            ...cuts({ EnableScanLogging: true }, ['EnableScanLogging']),
            {
                what: 'somebody adds a target to the rule',
                template: { EnableScanLogging: true },
                by: addTarget(SCANS),
                drift: [],
            },
            {
                what: 'what the rule says of itself is changed',
                template: { EnableScanLogging: true },
                by: changeRule(SCANS, { Description: 'Mine' }),
            },
        ],
        LogRetentionDays: [
            { what: 'is changed', template: LOGGED, by: retain(5) },
            { what: 'is changed under the dashboard', template: SHOWN, by: retain(5) },
        ],
        EnableScanNotifications: [
            {
                what: "the rule's target is removed",
                template: NOTIFIED,
                by: removeTarget(SCANS, 'sns'),
                drift: ['EnableScanNotifications', 'SnsTopicArn'],
            },
            {
                what: 'the message is changed',
                template: NOTIFIED,
                by: changeTarget(SCANS, 'sns', { InputTransformer: { InputTemplate: '"Look!"' } }),
            },
            { what: 'the rule is disabled', template: NOTIFIED, by: disable(SCANS) },
            {
                what: "the rule's pattern is changed",
                template: { ...NOTIFIED, ...LOGGED },
                by: changePattern(SCANS),
                drift: ['EnableScanNotifications', 'EnableScanLogging'],
            },
            {
                what: 'the rule is deleted',
                template: NOTIFIED,
                by: deleteRule(SCANS),
                drift: ['EnableScanNotifications', 'SnsTopicArn'],
            },
            { what: 'somebody adds a target', template: NOTIFIED, by: addTarget(SCANS), drift: [] },
        ],
        SnsTopicArn: [
            {
                what: 'is another topic',
                template: NOTIFIED,
                by: changeTarget(SCANS, 'sns', { Arn: OTHER_TOPIC }),
            },
        ],
        NotifySeverities: [
            {
                what: 'are other ones',
                template: { ...NOTIFIED, NotifySeverities: ['HIGH'] },
                by: async (account, beside) => {
                    const pattern = (await patternOf(SEVERE, account)).replace('HIGH', 'LOW');
                    await changeRule(SEVERE, { EventPattern: pattern })(account, beside);
                },
            },
            {
                what: 'their rule is deleted',
                template: SEVERE_ONLY,
                by: deleteRule(SEVERE),
                drift: ['EnableScanNotifications', 'SnsTopicArn', 'NotifySeverities'],
            },
            {
                what: "their rule's pattern is changed",
                template: SEVERE_ONLY,
                by: changePattern(SEVERE),
                drift: ['EnableScanNotifications', 'NotifySeverities'],
            },
            {
                what: 'their rule is disabled',
                template: SEVERE_ONLY,
                by: disable(SEVERE),
                drift: ['EnableScanNotifications'],
            },
        ],
        NotificationFormat: [
            {
                what: 'the message for chat is changed to a text',
                template: CHAT,
                by: changeTarget(SCANS, 'sns', { InputTransformer: { InputTemplate: '"Look!"' } }),
                drift: ['EnableScanNotifications', 'NotificationFormat'],
            },
            {
                what: 'the message for chat says something else',
                template: CHAT,
                by: changeTarget(SCANS, 'sns', { InputTransformer: { InputTemplate: '{"version":"1.0"}' } }),
                drift: ['EnableScanNotifications'],
            },
        ],
    },
};
