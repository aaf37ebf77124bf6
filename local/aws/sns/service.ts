import { z } from 'zod';
import { operation, type Service } from '../service';
import { publishOperations } from './publish';
import { deliveredMessages } from './state';
import { subscriptionOperations } from './subscriptions';
import { topicOperations } from './topics';

/** Amazon Simple Notification Service: standard and FIFO topics, as far as alarms and rules use them. */
export const sns: Service = {
    iamPrefix: 'sns',
    signingName: 'sns',
    xmlNamespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
    invalidInput: 'InvalidParameter',
    operations: { ...topicOperations, ...subscriptionOperations, ...publishOperations },
    control: {
        messages: operation(z.strictObject({ topicArn: z.string().optional() }), ({ topicArn }, call) => ({
            messages: deliveredMessages(call.world, call, topicArn),
        })),
    },
};
