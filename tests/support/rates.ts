import { type Call, type Interception, type Interceptor, THROTTLED } from './stand-in';

/**
 * Calls a second that AWS takes from an account in a Region (CloudWatch and CloudWatch Logs service quotas). Of
 * PutResourcePolicy none is published: as slow as the slowest of its service.
 */
const RATES: Readonly<Record<string, number>> = {
    'cloudwatch:PutMetricAlarm': 3,
    'cloudwatch:DeleteAlarms': 3,
    'cloudwatch:DescribeAlarms': 9,
    'cloudwatch:GetDashboard': 10,
    'cloudwatch:PutDashboard': 10,
    'cloudwatch:DeleteDashboards': 10,
    'cloudwatch:ListTagsForResource': 10,
    'cloudwatch:TagResource': 20,
    'logs:CreateLogGroup': 10,
    'logs:DeleteLogGroup': 10,
    'logs:DescribeLogGroups': 10,
    'logs:DescribeMetricFilters': 5,
    'logs:DescribeResourcePolicies': 5,
    'logs:PutMetricFilter': 5,
    'logs:PutResourcePolicy': 5,
    'logs:PutRetentionPolicy': 5,
    'logs:ListTagsForResource': 5,
    'logs:TagResource': 5,
};

/** EventBridge counts all calls of its control plane together (EventBridge quotas). */
const EVENTS = 50;

/** AWS with its rates: a bucket for each action, which holds what flows in within a second. */
export class Rates {
    throttled = 0;
    private readonly buckets = new Map<string, { left: number; at: number }>();

    readonly intercept: Interceptor = ({ action }: Call): Interception => {
        const isEvents = action.startsWith('events:');
        const rate = isEvents ? EVENTS : RATES[action];
        if (rate === undefined || this.take(isEvents ? 'events' : action, rate)) {
            return 'pass';
        }
        this.throttled += 1;
        return THROTTLED;
    };

    private take(name: string, rate: number): boolean {
        const now = performance.now();
        const { left, at } = this.buckets.get(name) ?? { left: rate, at: now };
        const filled = Math.min(rate, left + ((now - at) / 1_000) * rate);
        const isEnough = filled >= 1;
        this.buckets.set(name, { left: isEnough ? filled - 1 : filled, at: now });
        return isEnough;
    }
}
