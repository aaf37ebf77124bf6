import { type Scenario, step } from './scenario';

const NAME = 'scans';
const ARN = `arn:aws:events:us-east-1:123456789012:rule/${NAME}`;
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:alerts';
const GROUP = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/events/scans';
const EventPattern = JSON.stringify({ source: ['aws.ecr'], 'detail-type': ['ECR Image Scan'] });
const put = (more: object = {}) => step('events:PutRule', { Name: NAME, EventPattern, ...more });
const targets = (...list: object[]) => step('events:PutTargets', { Rule: NAME, Targets: list });

export const EVENTS: readonly Scenario[] = [
    {
        name: 'a rule comes and goes',
        steps: [
            step('events:ListRules'),
            step('events:DescribeRule', { Name: NAME }),
            put({ Description: 'scans', State: 'ENABLED' }),
            step('events:DescribeRule', { Name: NAME }),
            put({ Description: 'other' }),
            step('events:PutRule', { Name: 'scans-2', EventPattern }),
            step('events:ListRules'),
            step('events:ListRules', { NamePrefix: 'sc' }),
            step('events:ListRules', {}, 'eu-west-1'),
            step('events:DeleteRule', { Name: NAME }),
            step('events:DeleteRule', { Name: NAME }),
            step('events:ListRules', { NamePrefix: 'sc' }),
        ],
    },
    {
        name: 'a rule is switched off and on',
        steps: [
            step('events:DisableRule', { Name: NAME }),
            put(),
            step('events:DisableRule', { Name: NAME }),
            step('events:DescribeRule', { Name: NAME }),
            step('events:EnableRule', { Name: NAME }),
            step('events:DescribeRule', { Name: NAME }),
        ],
    },
    {
        name: 'tags of a rule',
        steps: [
            step('events:ListTagsForResource', { ResourceARN: ARN }),
            put({ Tags: [{ Key: 'Team', Value: 'blue' }] }),
            step('events:ListTagsForResource', { ResourceARN: ARN }),
            step('events:TagResource', { ResourceARN: ARN, Tags: [{ Key: 'Stage', Value: 'test' }] }),
            step('events:UntagResource', { ResourceARN: ARN, TagKeys: ['Team'] }),
            step('events:ListTagsForResource', { ResourceARN: ARN }),
        ],
    },
    {
        name: 'targets of a rule',
        steps: [
            step('events:ListTargetsByRule', { Rule: NAME }),
            targets({ Id: 'log', Arn: GROUP }),
            put(),
            step('events:ListTargetsByRule', { Rule: NAME }),
            targets(
                { Id: 'log', Arn: GROUP },
                {
                    Id: 'topic',
                    Arn: TOPIC,
                    InputTransformer: {
                        InputPathsMap: { name: '$.detail.repository-name' },
                        InputTemplate: '"Scanned <name>"',
                    },
                },
            ),
            step('events:ListTargetsByRule', { Rule: NAME }),
            step('events:ListRuleNamesByTarget', { TargetArn: TOPIC }),
            step('events:DeleteRule', { Name: NAME }),
            step('events:RemoveTargets', { Rule: NAME, Ids: ['topic', 'nothing'] }),
            step('events:ListTargetsByRule', { Rule: NAME }),
            step('events:RemoveTargets', { Rule: NAME, Ids: ['log'] }),
            step('events:DeleteRule', { Name: NAME }),
        ],
    },
    {
        name: 'rules that EventBridge refuses',
        steps: [
            put({ EventPattern: '{"source": "aws.ecr"}' }),
            put({ EventPattern: 'nothing' }),
            step('events:PutRule', { Name: NAME }),
            step('events:PutRule', { Name: 'a/b', EventPattern }),
        ],
    },
    {
        name: 'an event is tried on a pattern and put',
        steps: [
            step('events:TestEventPattern', {
                EventPattern,
                Event: JSON.stringify({
                    id: '1',
                    source: 'aws.ecr',
                    'detail-type': 'ECR Image Scan',
                    account: '123456789012',
                    time: '2026-11-26T00:00:00Z',
                    region: 'us-east-1',
                    resources: [],
                    detail: {},
                }),
            }),
            step('events:PutEvents', {
                Entries: [{ Source: 'of.a.test', DetailType: 'Test', Detail: '{"a": 1}' }],
            }),
            step('events:PutEvents', { Entries: [{ Source: 'of.a.test', DetailType: 'Test' }] }),
        ],
    },
];
