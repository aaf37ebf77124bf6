import { partition } from '@aws-sdk/util-endpoints';
import type { Call } from '../service';
import { publishAs } from '../sns/publish';
import {
    type Alarm,
    type AlarmSettings,
    type AlarmState,
    alarmArn,
    periodOf,
    type StateValue,
} from './alarms';
import { note } from './history';

/** Gives an alarm its new state, which runs the actions for it. */
export function changeState(alarm: Alarm, state: AlarmState, call: Call): void {
    const now = new Date(call.world.clock.now());
    const old = alarm.state;
    const isTransition = old.value !== state.value;
    alarm.state = state;
    alarm.stateUpdatedAt = now;
    if (!isTransition) {
        return;
    }
    alarm.transitionedAt = now;
    note(call.world, call, {
        alarmName: alarm.settings.AlarmName,
        type: 'StateUpdate',
        summary: `Alarm updated from ${old.value} to ${state.value}`,
        data: { version: '1.0', oldState: stateText(old), newState: stateText(state) },
    });
    if (alarm.settings.ActionsEnabled) {
        for (const action of actionsFor(state.value, alarm.settings)) {
            run(action, alarm, old, call);
        }
    }
}

function stateText({ value, reason, reasonData }: AlarmState): object {
    return {
        stateValue: value,
        stateReason: reason,
        ...(reasonData !== undefined && { stateReasonData: JSON.parse(reasonData) }),
    };
}

function actionsFor(value: StateValue, settings: AlarmSettings): readonly string[] {
    const actions = {
        OK: settings.OKActions,
        ALARM: settings.AlarmActions,
        INSUFFICIENT_DATA: settings.InsufficientDataActions,
    };
    return actions[value];
}

/** A topic gets a message; an action of another service is only noted. */
function run(action: string, alarm: Alarm, old: AlarmState, call: Call): void {
    const { AlarmName } = alarm.settings;
    const isTopic = action.split(':')[2] === 'sns';
    const failure = isTopic ? notify(action, alarm, old, call) : undefined;
    note(call.world, call, {
        alarmName: AlarmName,
        type: 'Action',
        summary: summaryOf(action, isTopic, failure),
        data: {
            actionState: failure === undefined ? 'Succeeded' : 'Failed',
            notificationResource: action,
            stateUpdateTimestamp: alarm.stateUpdatedAt.getTime(),
            ...(failure !== undefined && { error: failure }),
        },
    });
}

function summaryOf(action: string, isTopic: boolean, failure: string | undefined): string {
    if (failure !== undefined) {
        return `Failed to execute action ${action}. Received error: "${failure}"`.slice(0, 255);
    }
    return isTopic
        ? `Successfully executed action ${action}`
        : `The AWS stand-in notes the action ${action} and does not execute it`.slice(0, 255);
}

/** Returns why it could not. */
function notify(topic: string, alarm: Alarm, old: AlarmState, call: Call): string | undefined {
    const { AlarmName } = alarm.settings;
    const region = regionName(call.region);
    return publishAs(
        topic,
        {
            service: 'cloudwatch.amazonaws.com',
            source: alarmArn(AlarmName, call),
            subject: shortened(`${alarm.state.value}: "${AlarmName}" in ${region}`),
            message: JSON.stringify(messageOf(alarm, old, region, call)),
        },
        call,
    );
}

/** SNS takes subjects of ASCII, up to 100 characters. */
function shortened(subject: string): string {
    const ascii = subject.replace(/[^ -~]/g, '?');
    return ascii.length > 100 ? `${ascii.slice(0, 97)}...` : ascii;
}

/** What AWS publishes to a topic in JSON (CloudWatch user guide, Notifying users on alarm changes). */
function messageOf({ settings, ...alarm }: Alarm, old: AlarmState, region: string, call: Call): object {
    return {
        AlarmName: settings.AlarmName,
        AlarmDescription: settings.AlarmDescription ?? null,
        AWSAccountId: call.account,
        AlarmConfigurationUpdatedTimestamp: timestamp(alarm.configuredAt),
        NewStateValue: alarm.state.value,
        NewStateReason: alarm.state.reason,
        StateChangeTime: timestamp(alarm.transitionedAt),
        Region: region,
        AlarmArn: alarmArn(settings.AlarmName, call),
        OldStateValue: old.value,
        OKActions: settings.OKActions,
        AlarmActions: settings.AlarmActions,
        InsufficientDataActions: settings.InsufficientDataActions,
        Trigger: {
            ...(settings.Metrics ? { Metrics: settings.Metrics } : metricIn(settings)),
            Period: periodOf(settings),
            EvaluationPeriods: settings.EvaluationPeriods,
            ...(settings.DatapointsToAlarm !== undefined && {
                DatapointsToAlarm: settings.DatapointsToAlarm,
            }),
            ComparisonOperator: settings.ComparisonOperator,
            Threshold: settings.Threshold,
            TreatMissingData: settings.TreatMissingData ?? 'missing',
            EvaluateLowSampleCountPercentile: settings.EvaluateLowSampleCountPercentile ?? '',
        },
    };
}

function metricIn(settings: AlarmSettings): object {
    return {
        MetricName: settings.MetricName,
        Namespace: settings.Namespace,
        ...(settings.ExtendedStatistic
            ? { StatisticType: 'ExtendedStatistic', ExtendedStatistic: settings.ExtendedStatistic }
            : { StatisticType: 'Statistic', Statistic: settings.Statistic?.toUpperCase() }),
        Unit: settings.Unit ?? null,
        Dimensions: settings.Dimensions.map(({ Name, Value }) => ({ value: Value, name: Name })),
    };
}

function timestamp(at: Date): string {
    return at.toISOString().replace('Z', '+0000');
}

/** As in US East (N. Virginia). */
function regionName(region: string): string {
    const known: { readonly name: string; readonly description?: string } = partition(region);
    return known.description ?? region;
}
