import { z } from 'zod';
import { operation, type Service } from '../service';
import { failedDeliveries } from './delivery';
import { putEventsOperations } from './put-events';
import { ruleOperations } from './rules';
import { targetOperations } from './targets';

/** Amazon EventBridge: rules of the default event bus, which hand events to log groups and topics. */
export const events: Service = {
    iamPrefix: 'events',
    signingName: 'events',
    target: 'AWSEvents',
    invalidInput: 'ValidationException',
    operations: { ...ruleOperations, ...targetOperations, ...putEventsOperations },
    control: {
        'failed-deliveries': operation(z.strictObject({}), (_input, call) => ({
            failedDeliveries: failedDeliveries.of(call.world, call).items,
        })),
    },
};
