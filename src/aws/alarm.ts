import { isDeepStrictEqual } from 'node:util';
import {
    DeleteAlarmsCommand,
    DescribeAlarmsCommand,
    ListTagsForResourceCommand,
    type MetricAlarm,
    PutMetricAlarmCommand,
    TagResourceCommand,
    UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch';
import { all, findWithDetails } from '../concurrency';
import { orUndefined } from '../errors';
import { isRecord } from '../json';
import { type RegionContext, unlessDeleted } from './clients';
import type { RepositoryRef } from './repository-ref';
import { mergeTags, type Tags, tagList, tagRecord, writeTags } from './tags';

const SETTINGS = [
    'AlarmDescription',
    'ActionsEnabled',
    'Namespace',
    'MetricName',
    'Dimensions',
    'Metrics',
    'Statistic',
    'Period',
    'EvaluationPeriods',
    'DatapointsToAlarm',
    'ComparisonOperator',
    'Threshold',
    'TreatMissingData',
    'AlarmActions',
    'OKActions',
    'InsufficientDataActions',
] as const;

/** What an alarm is set to, in PutMetricAlarm's words. */
export type AlarmSettings = Pick<MetricAlarm, (typeof SETTINGS)[number]>;

/** A metric alarm of CloudWatch. */
export interface Alarm {
    readonly settings: AlarmSettings;
    readonly tags: Tags;
}

/** Pure. Canonical: without what is not set, lists of actions and of metrics in one order. */
export function alarmSettings(alarm: MetricAlarm): AlarmSettings {
    return canonicalMembers(SETTINGS.map((name) => [name, alarm[name]]));
}

/** One call if it does not exist, else two, one after the other unless it is expected. */
export async function observeAlarm(
    name: string,
    context: RegionContext,
    isExpected: boolean,
): Promise<Alarm | undefined> {
    const { cloudWatch } = context.aws;
    const [alarm, tags] =
        (await findWithDetails(
            async () => {
                const look = new DescribeAlarmsCommand({ AlarmNames: [name] });
                const { MetricAlarms = [] } = await cloudWatch.send(look);
                return MetricAlarms[0];
            },
            () =>
                unlessDeleted(context, () => {
                    const look = new ListTagsForResourceCommand({ ResourceARN: alarmArn(name, context) });
                    return orUndefined(cloudWatch.send(look), 'ResourceNotFoundException');
                }),
            isExpected,
        )) ?? [];
    return alarm && { settings: alarmSettings(alarm), tags: tagRecord(tags?.Tags ?? []) };
}

/** Pure. As desired, with the tags that others gave it. */
export function mergeAlarm(
    observed: Alarm | undefined,
    desired: Alarm | undefined,
    previous: Alarm | undefined,
): Alarm | undefined {
    return desired && { ...desired, tags: mergeTags(observed?.tags, desired.tags, previous?.tags) };
}

/** One round trip, two if tags have to go. Undefined takes it away. */
export async function writeAlarm(
    name: string,
    target: Alarm | undefined,
    observed: Alarm | undefined,
    context: RegionContext,
): Promise<void> {
    const { cloudWatch } = context.aws;
    if (!target) {
        const deletion = cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [name] }));
        await orUndefined(deletion, 'ResourceNotFound');
        return;
    }
    const { settings, tags } = target;
    // Tags count only for a new alarm; PutMetricAlarm ignores those of an existing one (its API reference).
    const put = new PutMetricAlarmCommand({ ...settings, AlarmName: name, Tags: tagList(tags) });
    await all([
        ...(isDeepStrictEqual(settings, observed?.settings) ? [] : [cloudWatch.send(put)]),
        ...(observed ? [retag(name, tags, observed.tags, context)] : []),
    ]);
}

/** The alarm's ARN (Service Authorization Reference, Amazon CloudWatch: alarm). */
export function alarmArn(name: string, { partition, region, account }: RepositoryRef): string {
    return `arn:${partition}:cloudwatch:${region}:${account}:alarm:${name}`;
}

async function retag(name: string, target: Tags, observed: Tags, context: RegionContext): Promise<void> {
    const ResourceARN = alarmArn(name, context);
    await writeTags(target, observed, {
        untag: (TagKeys) => context.aws.cloudWatch.send(new UntagResourceCommand({ ResourceARN, TagKeys })),
        tag: (Tags) => context.aws.cloudWatch.send(new TagResourceCommand({ ResourceARN, Tags })),
    });
}

function canonicalMembers(entries: readonly (readonly [string, unknown])[]): object {
    const canonical = entries.map(([name, value]) => [name, canonicalValue(value)] as const);
    return Object.fromEntries(canonical.filter(([, value]) => value !== undefined));
}

function canonicalValue(value: unknown): unknown {
    if (Array.isArray(value)) {
        const sorted = value.map(canonicalValue).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
        return sorted.length > 0 ? sorted : undefined;
    }
    return isRecord(value) ? canonicalMembers(Object.entries(value)) : value;
}

/** What puts items in order: an action's ARN, a metric's Id, a dimension's name. */
function nameOf(item: unknown): string {
    return String(isRecord(item) ? (item['Id'] ?? item['Name']) : item);
}
