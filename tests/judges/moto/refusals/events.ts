import { type Scenario, step } from '../scenario';
import { tags } from './tags';

const RULE = { Name: 'scans', EventPattern: JSON.stringify({ source: ['of.a.test'] }) };
const pattern = (content: unknown) =>
    step('events:PutRule', { ...RULE, EventPattern: JSON.stringify(content) });
const target = (more: object = {}) => ({
    Id: 'topic',
    Arn: 'arn:aws:sns:us-east-1:123456789012:alerts',
    ...more,
});
const targets = (...Targets: object[]) => step('events:PutTargets', { Rule: RULE.Name, Targets });
const entry = (more: object) => ({ Source: 'of.a.test', DetailType: 'Test', Detail: '{}', ...more });

export const EVENTS_REFUSALS: readonly Scenario[] = [
    {
        name: 'nothing is done to a rule or a bus that is not there',
        steps: [
            ...['DescribeRule', 'DeleteRule', 'EnableRule', 'DisableRule'].map((operation) =>
                step(`events:${operation}`, { Name: 'scans' }),
            ),
            step('events:RemoveTargets', { Rule: 'scans', Ids: ['topic'] }),
            step('events:PutRule', { ...RULE, EventBusName: 'other' }),
            step('events:ListRules', { EventBusName: 'other' }),
            step('events:ListTagsForResource', { ResourceARN: 'nothing' }),
            step('events:PutEvents', { Entries: [entry({ EventBusName: 'other' })] }),
        ],
    },
    {
        name: 'patterns that EventBridge refuses',
        steps: [
            pattern({}),
            pattern({ source: [] }),
            pattern({ source: [{ prefix: 1 }] }),
            pattern({ source: [{ nonsense: 'a' }] }),
            step('events:TestEventPattern', { EventPattern: '{', Event: '{}' }),
            step('events:TestEventPattern', { EventPattern: RULE.EventPattern, Event: '{' }),
            step('events:ListRules', { NextToken: 'nothing' }),
        ],
    },
    {
        name: 'targets and tags that EventBridge refuses',
        steps: [
            step('events:PutRule', { ...RULE, Tags: tags(50) }),
            step('events:PutRule', { ...RULE, Tags: [{ Key: 'other', Value: '' }] }),
            step('events:ListTagsForResource', {
                ResourceARN: 'arn:aws:events:us-east-1:123456789012:rule/scans',
            }),
            targets(target({ Arn: 'nothing' })),
            targets(target({ Input: '{' })),
            targets(target({ Input: '{}', InputPath: '$.detail' })),
            targets(target({ InputTransformer: { InputPathsMap: { a: '$.a' }, InputTemplate: '"<b>"' } })),
            targets(
                target({
                    Arn: 'arn:aws:logs:us-east-1:123456789012:log-group:/scans',
                    RoleArn: 'arn:aws:iam::123456789012:role/events',
                }),
            ),
            targets(...['a', 'b', 'c', 'd', 'e', 'f'].map((Id) => target({ Id }))),
            step('events:RemoveTargets', { Rule: 'scans', Ids: ['nothing'] }),
            step('events:TagResource', {
                ResourceARN: 'arn:aws:events:us-east-1:123456789012:rule/scans',
                Tags: [{ Key: 'more', Value: '' }],
            }),
        ],
    },
    {
        name: 'events that EventBridge refuses',
        steps: [{ Source: 'aws.ecr' }, { Source: '' }, { Detail: '{' }, { Detail: '[]' }].map((more) =>
            step('events:PutEvents', { Entries: [entry(more)] }),
        ),
    },
];
