import type { Service } from '../service';
import { alarmOperations } from './alarm-operations';
import { dashboardOperations } from './dashboards';
import { metricOperations } from './metric-operations';
import { putAlarmOperations } from './put-alarm';
import { tagOperations } from './tagging';

/** Amazon CloudWatch: metrics, alarms that work on the clock, and dashboards. */
export const cloudwatch: Service = {
    iamPrefix: 'cloudwatch',
    signingName: 'monitoring',
    target: 'GraniteServiceVersion20100801',
    xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
    invalidInput: 'ValidationError',
    operations: {
        ...putAlarmOperations,
        ...alarmOperations,
        ...dashboardOperations,
        ...metricOperations,
        ...tagOperations,
    },
};
