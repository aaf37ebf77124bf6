import type { Service } from '../service';
import { groupOperations } from './groups';
import { metricFilterOperations } from './metric-filters';
import { policyOperations } from './policies';
import { putOperations } from './put-events';
import { readOperations } from './read-events';
import { streamOperations } from './streams';

/** Amazon CloudWatch Logs: groups, streams, events and the metrics that filters make of them. */
export const logs: Service = {
    iamPrefix: 'logs',
    signingName: 'logs',
    target: 'Logs_20140328',
    invalidInput: 'InvalidParameterException',
    operations: {
        ...groupOperations,
        ...streamOperations,
        ...putOperations,
        ...readOperations,
        ...metricFilterOperations,
        ...policyOperations,
    },
};
