import { type Scenario, step } from '../scenario';
import { tags } from './tags';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:alerts';
const sns = (operation: string, input: object) => step(`sns:${operation}`, { TopicArn: TOPIC, ...input });

export const SNS_REFUSALS: readonly Scenario[] = [
    {
        name: 'topics that are not there',
        steps: [
            sns('GetTopicAttributes', { TopicArn: 'nothing' }),
            sns('SetTopicAttributes', { AttributeName: 'DisplayName', AttributeValue: 'Alerts' }),
            sns('DeleteTopic', {}),
            sns('Publish', { Message: 'lost' }),
            sns('Subscribe', { Protocol: 'email', Endpoint: 'team@example.com' }),
            step('sns:Unsubscribe', { SubscriptionArn: 'nothing' }),
            step('sns:ListTagsForResource', { ResourceArn: TOPIC }),
        ],
    },
    {
        name: 'what SNS refuses of a topic',
        steps: [
            step('sns:CreateTopic', { Name: 'alerts.fifo' }),
            step('sns:CreateTopic', { Name: 'alerts' }),
            step('sns:CreateTopic', { Name: 'alerts', Tags: tags(1) }),
            sns('SetTopicAttributes', { AttributeName: 'Nothing', AttributeValue: '' }),
            sns('SetTopicAttributes', { AttributeName: 'Policy', AttributeValue: '{' }),
            sns('Publish', { Message: '' }),
            sns('Publish', { Message: 'x', Subject: 'two\nlines' }),
            sns('Publish', { Message: 'x'.repeat(262_145) }),
            sns('Subscribe', { Protocol: 'pigeon', Endpoint: 'home' }),
            step('sns:ListTopics', { NextToken: 'nothing' }),
            step('sns:TagResource', { ResourceArn: TOPIC, Tags: tags(51) }),
        ],
    },
];
