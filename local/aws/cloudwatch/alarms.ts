import { arn, type Call } from '../service';
import { storeOf } from '../world';
import type { Dimension } from './metrics';

export type StateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** An alarm's settings, as PutMetricAlarm takes them. */
export interface AlarmSettings {
    readonly AlarmName: string;
    readonly AlarmDescription?: string | undefined;
    readonly ActionsEnabled: boolean;
    readonly OKActions: readonly string[];
    readonly AlarmActions: readonly string[];
    readonly InsufficientDataActions: readonly string[];
    readonly MetricName: string;
    readonly Namespace: string;
    readonly Statistic?: string | undefined;
    readonly ExtendedStatistic?: string | undefined;
    readonly Dimensions: readonly Dimension[];
    /** Seconds. */
    readonly Period: number;
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

/** The metric that an alarm is on. */
export function metricOf({ settings }: Alarm) {
    return { namespace: settings.Namespace, name: settings.MetricName, dimensions: settings.Dimensions };
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
