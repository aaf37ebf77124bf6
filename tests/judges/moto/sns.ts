import { type Scenario, step } from './scenario';

const NAME = 'alerts';
const TopicArn = `arn:aws:sns:us-east-1:123456789012:${NAME}`;
const ofTopic = { TopicArn };
const subscribe = step('sns:Subscribe', {
    ...ofTopic,
    Protocol: 'email',
    Endpoint: 'team@example.com',
    ReturnSubscriptionArn: true,
});

export const SNS: readonly Scenario[] = [
    {
        name: 'a topic comes and goes',
        steps: [
            step('sns:ListTopics'),
            step('sns:GetTopicAttributes', ofTopic),
            step('sns:CreateTopic', { Name: NAME }),
            step('sns:CreateTopic', { Name: NAME }),
            step('sns:CreateTopic', { Name: 'a/b' }),
            step('sns:SetTopicAttributes', {
                ...ofTopic,
                AttributeName: 'DisplayName',
                AttributeValue: 'Alerts',
            }),
            step('sns:GetTopicAttributes', ofTopic),
            step('sns:ListTopics'),
            step('sns:ListTopics', {}, 'eu-west-1'),
            step('sns:DeleteTopic', ofTopic),
            step('sns:ListTopics'),
        ],
    },
    {
        name: 'subscriptions and messages of a topic',
        steps: [
            step('sns:ListSubscriptionsByTopic', ofTopic),
            step('sns:Publish', { ...ofTopic, Message: 'lost' }),
            step('sns:CreateTopic', { Name: NAME }),
            subscribe,
            step('sns:Publish', { ...ofTopic, Message: 'Critical findings', Subject: 'Scan' }),
        ],
    },
    { name: 'who is calling', steps: [step('sts:GetCallerIdentity')] },
];
