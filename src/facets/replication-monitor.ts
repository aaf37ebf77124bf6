import { isDeepStrictEqual } from 'node:util';
import { type Alarm, alarmSettings, mergeAlarm, observeAlarm, writeAlarm } from '../aws/alarm';
import type { RegionContext } from '../aws/clients';
import {
    type EventLog,
    fulfils,
    merge as mergeLog,
    observe as observeLog,
    toLog,
    write as writeLog,
} from '../aws/event-log';
import { type MetricFilter, OWN } from '../aws/log-group';
import { alarmName, logGroupName, METRICS, metricName, ruleName } from '../aws/names';
import type { RepositoryRef } from '../aws/repository-ref';
import { satelliteTags } from '../aws/tags';
import { all } from '../concurrency';
import type { FacetContext } from '../engine/facet';
import type { PartialProperties, Properties } from '../properties';

/** What watches a repository's replications where they arrive: ECR tells of them in the destination Region only. */
export interface Monitor {
    readonly log: EventLog;
    /** Raised when a replication fails. */
    readonly alarm?: Alarm;
}

/** What a monitor is for. */
export interface MonitorParts {
    readonly metrics: boolean;
    readonly timeControl: boolean;
}

/** Days that the events of replications are kept. */
const RETENTION = 30;

const SUCCEEDED = `${OWN}succeeded`;
const FAILED = `${OWN}failed`;

/** Pure. Undefined if it is for nothing. */
export function monitorOf(
    parts: MonitorParts,
    properties: Properties,
    region: string,
    repository: RepositoryRef,
): Monitor | undefined {
    const { metrics, timeControl } = parts;
    if (!metrics && !timeControl) {
        return undefined;
    }
    const names = namesOf(repository);
    const tags = satelliteTags(properties);
    return {
        log: {
            rules: {
                [names.rule]: {
                    description: `Replications of the ECR repository ${repository.repositoryName} from ${repository.region}.`,
                    pattern: pattern(repository),
                    isEnabled: true,
                    targets: toLog(names.log, { ...repository, region }),
                    tags,
                },
            },
            log: {
                retentionDays: RETENTION,
                filters: {
                    ...(metrics && { [SUCCEEDED]: filter(names.succeeded, 'SUCCESS') }),
                    [FAILED]: filter(names.failed, 'FAILED'),
                },
                tags,
                isGranted: true,
            },
        },
        ...(timeControl && { alarm: alarmOf(properties, region, repository) }),
    };
}

/** Pure. What of a monitor works, whatever its alarm sets off. */
export function workingParts(
    monitor: Monitor | undefined,
    region: string,
    repository: RepositoryRef,
): MonitorParts {
    const properties = {
        RepositoryName: repository.repositoryName,
        AlarmActions: monitor?.alarm?.settings.AlarmActions ?? [],
    };
    const works = (parts: MonitorParts) => {
        const needed = monitorOf(parts, properties, region, repository);
        return (
            needed !== undefined &&
            fulfils(monitor?.log, needed.log) &&
            (!needed.alarm || isDeepStrictEqual(monitor?.alarm?.settings, needed.alarm.settings))
        );
    };
    return {
        metrics: works({ metrics: true, timeControl: false }),
        timeControl: works({ metrics: false, timeControl: true }),
    };
}

/** Pure. Those of the actions that a monitor's alarm can set off: what is in its own Region (CloudWatch API reference, PutMetricAlarm). */
export function actionsIn(region: string, { AlarmActions = [] }: PartialProperties): string[] {
    return AlarmActions.filter((action) => action.split(':')[3] === region).sort();
}

/** What exists in a Region; undefined if nothing. One round trip, two if it is more than expected. */
export async function observeMonitor(
    region: string,
    context: FacetContext,
    expected: Monitor | undefined,
): Promise<Monitor | undefined> {
    const names = namesOf(context);
    const site = siteOf(region, context);
    const [log, alarm] = await all([
        observeLog({ rules: [names.rule], log: names.log }, site, expected?.log),
        observeAlarm(names.alarm, site, expected?.alarm !== undefined),
    ]);
    return log || alarm ? { log: log ?? { rules: {} }, ...(alarm && { alarm }) } : undefined;
}

/** Pure. As desired, with what others added. */
export function mergeMonitor(
    observed: Monitor | undefined,
    desired: Monitor,
    previous: Monitor | undefined,
): Monitor {
    const log = mergeLog(observed?.log, desired.log, previous?.log) ?? desired.log;
    const alarm = mergeAlarm(observed?.alarm, desired.alarm, previous?.alarm);
    return { log, ...(alarm && { alarm }) };
}

/** Writes a Region's monitor, from observed to target; undefined removes it. */
export async function writeMonitor(
    region: string,
    target: Monitor | undefined,
    observed: Monitor | undefined,
    context: FacetContext,
): Promise<void> {
    const names = namesOf(context);
    const site = siteOf(region, context);
    await all([
        writeLog({ rules: [names.rule], log: names.log }, target?.log, observed?.log, site),
        ...(target?.alarm || observed?.alarm
            ? [writeAlarm(names.alarm, target?.alarm, observed?.alarm, site)]
            : []),
    ]);
}

function siteOf(region: string, context: FacetContext): RegionContext {
    return { ...context, region, aws: context.awsIn(region) };
}

/** The source Region is in the names: a repository of the same name may be replicated from another Region too. */
function namesOf({ repositoryName, region }: RepositoryRef) {
    const events = `replications-from-${region}`;
    return {
        rule: ruleName(repositoryName, events),
        log: logGroupName(repositoryName, events),
        succeeded: metricName(repositoryName, `${events}-succeeded`),
        failed: metricName(repositoryName, `${events}-failed`),
        alarm: alarmName(repositoryName, `${events}-failed`),
    };
}

/** EventBridge reference, Amazon ECR events: ECR Replication Action. */
function pattern({ account, region, repositoryName }: RepositoryRef): object {
    return {
        source: ['aws.ecr'],
        'detail-type': ['ECR Replication Action'],
        detail: {
            'action-type': ['REPLICATE'],
            'repository-name': [repositoryName],
            'source-account': [account],
            'source-region': [region],
        },
    };
}

function filter(metric: string, result: string): MetricFilter {
    return { pattern: `{ $.detail.result = "${result}" }`, namespace: METRICS, metric, value: '1' };
}

/** One failed replication within five minutes raises it; five minutes without one clear it. */
function alarmOf(properties: Properties, region: string, repository: RepositoryRef): Alarm {
    const settings = alarmSettings({
        AlarmDescription: `An image of the ECR repository ${repository.repositoryName} in ${repository.region} could not be replicated to ${region}.`,
        ActionsEnabled: true,
        Namespace: METRICS,
        MetricName: namesOf(repository).failed,
        Statistic: 'Sum',
        Period: 300,
        EvaluationPeriods: 1,
        DatapointsToAlarm: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 0,
        TreatMissingData: 'notBreaching',
        AlarmActions: actionsIn(region, properties),
    });
    return { settings, tags: satelliteTags(properties) };
}
