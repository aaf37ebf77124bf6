import { arn, type Call } from '../service';
import { storeOf } from '../world';
import type { Dimension, Metric } from './metrics';

export type StateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** A metric's statistic, or what is calculated from others (CloudWatch API reference, MetricDataQuery). */
export interface MetricQuery {
    readonly Id: string;
    readonly MetricStat?:
        | {
              readonly Metric: {
                  readonly Namespace: string;
                  readonly MetricName: string;
                  readonly Dimensions: readonly Dimension[];
              };
              /** Seconds. */
              readonly Period: number;
              readonly Stat: string;
              readonly Unit?: string | undefined;
          }
        | undefined;
    readonly Expression?: string | undefined;
    readonly Label?: string | undefined;
    readonly ReturnData: boolean;
}

/** An alarm's settings, as PutMetricAlarm takes them: on a metric, or on Metrics. */
export interface AlarmSettings {
    readonly AlarmName: string;
    readonly AlarmDescription?: string | undefined;
    readonly ActionsEnabled: boolean;
    readonly OKActions: readonly string[];
    readonly AlarmActions: readonly string[];
    readonly InsufficientDataActions: readonly string[];
    readonly MetricName?: string | undefined;
    readonly Namespace?: string | undefined;
    readonly Metrics?: readonly MetricQuery[] | undefined;
    readonly Statistic?: string | undefined;
    readonly ExtendedStatistic?: string | undefined;
    readonly Dimensions: readonly Dimension[];
    /** Seconds. */
    readonly Period?: number | undefined;
    readonly Unit?: string | undefined;
    readonly EvaluationPeriods: number;
    readonly DatapointsToAlarm?: number | undefined;
    readonly Threshold: number;
    readonly ComparisonOperator: string;
    readonly TreatMissingData?: string | undefined;
    readonly EvaluateLowSampleCountPercentile?: string | undefined;
}

export interface AlarmState {
    readonly value: StateValue;
    readonly reason: string;
    /** JSON. */
    readonly reasonData?: string | undefined;
}

export interface Alarm {
    settings: AlarmSettings;
    configuredAt: Date;
    state: AlarmState;
    stateUpdatedAt: Date;
    transitionedAt: Date;
    tags: Map<string, string>;
    /** Whether its next evaluation is scheduled. */
    isAwake: boolean;
}

/** The alarms of an account in a Region, by name. */
export const alarms = storeOf('cloudwatch alarms', () => new Map<string, Alarm>());

export function alarmArn(name: string, call: Call): string {
    return arn('cloudwatch', call, `alarm:${name}`);
}

/** A metric's statistic that an alarm is on. */
export interface Term {
    readonly metric: Metric;
    readonly statistic: string;
    readonly unit: string | undefined;
}

/** The statistics whose sum an alarm goes by: one, or those of its Metrics. */
export function termsOf({ settings }: Alarm): readonly Term[] {
    const { Namespace = '', MetricName = '', Dimensions, Unit, Metrics } = settings;
    if (!Metrics) {
        const metric = { namespace: Namespace, name: MetricName, dimensions: Dimensions };
        return [{ metric, statistic: settings.ExtendedStatistic ?? settings.Statistic ?? '', unit: Unit }];
    }
    return Metrics.flatMap(({ MetricStat }) => {
        if (!MetricStat) {
            return [];
        }
        const { Metric, Stat, Unit: unit } = MetricStat;
        const metric = {
            namespace: Metric.Namespace,
            name: Metric.MetricName,
            dimensions: Metric.Dimensions,
        };
        return [{ metric, statistic: Stat, unit }];
    });
}

/** An alarm's period, in seconds. */
export function periodOf({ Period, Metrics = [] }: AlarmSettings): number {
    return Period ?? Metrics.find(({ MetricStat }) => MetricStat)?.MetricStat?.Period ?? 60;
}

/** As DescribeAlarms gives it. */
export function description({ settings, state, ...alarm }: Alarm, call: Call): object {
    return {
        ...settings,
        AlarmArn: alarmArn(settings.AlarmName, call),
        AlarmConfigurationUpdatedTimestamp: alarm.configuredAt,
        StateValue: state.value,
        StateReason: state.reason,
        StateReasonData: state.reasonData,
        StateUpdatedTimestamp: alarm.stateUpdatedAt,
        StateTransitionedTimestamp: alarm.transitionedAt,
    };
}
