import { AwsError } from '../error';
import { arn, type Call, InvalidInput } from '../service';
import { storeOf } from '../world';

export interface LogEvent {
    /** Sorts the events of one millisecond by the time that they came. */
    readonly id: string;
    /** Milliseconds since 1970, as are all times here. */
    readonly timestamp: number;
    readonly message: string;
    readonly ingestedAt: number;
}

export interface LogStream {
    readonly name: string;
    readonly createdAt: number;
    /** By their time. */
    events: LogEvent[];
    lastIngestedAt?: number;
}

/** A metric filter's one transformation (API reference, MetricTransformation). */
export interface Transformation {
    readonly metricName: string;
    readonly metricNamespace: string;
    readonly metricValue: string;
    readonly defaultValue?: number | undefined;
    /** Selectors by the dimension's name. */
    readonly dimensions?: Readonly<Record<string, string>> | undefined;
    readonly unit?: string | undefined;
}

export interface MetricFilter {
    readonly name: string;
    readonly pattern: string;
    readonly transformation: Transformation;
    readonly createdAt: number;
    /** The beginnings of the minutes in which an event matched, for those that a default value waits for. */
    readonly matchedMinutes: Set<number>;
    /** The minutes at whose end the default value is published if nothing matches. */
    readonly openMinutes: Set<number>;
}

export interface LogGroup {
    readonly name: string;
    readonly createdAt: number;
    readonly logGroupClass: string;
    readonly kmsKeyId?: string | undefined;
    retentionInDays?: number;
    tags: Map<string, string>;
    readonly filters: Map<string, MetricFilter>;
    readonly streams: Map<string, LogStream>;
}

/** The log groups of an account in a Region, by name. */
export const logGroups = storeOf('log groups', () => new Map<string, LogGroup>());

const DAY = 86_400_000;

/** The log group as it is by now, or ResourceNotFoundException. */
export function groupOf(name: string, call: Call): LogGroup {
    const group = logGroups.of(call.world, call).get(name);
    if (!group) {
        throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    }
    expire(group, call.world.clock.now());
    return group;
}

/** By its name or its ARN (as in FilterLogEvents, API reference). */
export function identifiedGroup({ logGroupName, logGroupIdentifier }: Identified, call: Call): LogGroup {
    if ((logGroupName === undefined) === (logGroupIdentifier === undefined)) {
        throw new InvalidInput('Exactly one of logGroupName and logGroupIdentifier is wanted.');
    }
    const identifier = logGroupName ?? logGroupIdentifier ?? '';
    return groupOf(identifier.startsWith('arn:') ? nameInArn(identifier, call) : identifier, call);
}

export interface Identified {
    readonly logGroupName?: string | undefined;
    readonly logGroupIdentifier?: string | undefined;
}

export function streamOf(group: LogGroup, name: string): LogStream {
    const stream = group.streams.get(name);
    if (!stream) {
        throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
    }
    return stream;
}

export function groupArn(name: string, call: Call): string {
    return arn('logs', call, `log-group:${name}`);
}

/** The name in the ARN of a log group of the caller's. */
export function nameInArn(groupsArn: string, call: Call): string {
    const prefix = groupArn('', call);
    if (!groupsArn.startsWith(prefix)) {
        throw new InvalidInput(`${groupsArn} is no ARN of a log group of this account and Region.`);
    }
    return groupsArn.slice(prefix.length);
}

/** Events go when they are older than the retention (PutRetentionPolicy, API reference). */
export function expire(group: LogGroup, now: number): void {
    if (group.retentionInDays === undefined) {
        return;
    }
    const oldest = now - group.retentionInDays * DAY;
    for (const stream of group.streams.values()) {
        if (stream.events.some(({ timestamp }) => timestamp < oldest)) {
            stream.events = stream.events.filter(({ timestamp }) => timestamp >= oldest);
        }
    }
}
