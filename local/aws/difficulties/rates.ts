import type { Difficulty } from '../difficulty';
import { AwsError } from '../error';
import { THROTTLED } from './interception';

/**
 * Calls a second that AWS takes from an account in a Region (service quotas of Amazon ECR, CloudWatch and CloudWatch
 * Logs). Of PutResourcePolicy none is published: as slow as the slowest of its service.
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
    'ecr:BatchCheckLayerAvailability': 1_000,
    'ecr:BatchGetImage': 2_000,
    'ecr:CompleteLayerUpload': 100,
    'ecr:GetAuthorizationToken': 500,
    'ecr:InitiateLayerUpload': 100,
    'ecr:PutImage': 10,
    'ecr:UploadLayerPart': 500,
    'logs:CreateLogGroup': 10,
    'logs:CreateLogStream': 50,
    'logs:DeleteLogGroup': 10,
    'logs:DescribeLogGroups': 10,
    'logs:DescribeLogStreams': 25,
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

/** AWS with its rates: a bucket for each action, account and Region, which holds what flows in within a second. */
export class Rates {
    /** Calls so far, and those of them that were refused. */
    calls = 0;
    throttled = 0;
    private readonly buckets = new Map<string, { left: number; at: number }>();

    readonly difficulty: Difficulty = async ({ record, call }, next) => {
        this.calls += 1;
        const isEvents = record.action.startsWith('events:');
        const rate = isEvents ? EVENTS : RATES[record.action];
        const bucket = `${call.account} ${call.region} ${isEvents ? 'events' : record.action}`;
        if (rate === undefined || this.take(bucket, rate, call.world.clock.now())) {
            return next();
        }
        this.throttled += 1;
        throw new AwsError(THROTTLED.error, THROTTLED.message, THROTTLED.status);
    };

    private take(bucket: string, rate: number, now: number): boolean {
        const { left, at } = this.buckets.get(bucket) ?? { left: rate, at: now };
        const filled = Math.min(rate, left + ((now - at) / 1_000) * rate);
        const isEnough = filled >= 1;
        this.buckets.set(bucket, { left: isEnough ? filled - 1 : filled, at: now });
        return isEnough;
    }
}
