import { type Call, internalCall } from '../service';
import { type Alarm, alarms, metricOf } from './alarms';
import { evaluate, evaluationRange } from './evaluation';
import { dataBetween, type Metric, metricKey } from './metrics';
import { statisticOf } from './statistics';
import { changeState } from './transition';

type Origin = Pick<Call, 'world' | 'account' | 'region' | 'partition'>;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Wakes the alarms on a metric, as it has a new value. */
export function wakeAlarms(metric: Metric, origin: Origin): void {
    const key = metricKey(metric);
    for (const alarm of alarms.of(origin.world, origin).values()) {
        if (metricKey(metricOf(alarm)) === key) {
            wake(alarm, origin);
        }
    }
}

/**
 * Has an alarm evaluated from now on, each time that CloudWatch does. It sleeps again once its evaluation range is
 * empty, since then nothing changes until the metric has a new value: hours without values cost nothing.
 */
export function wake(alarm: Alarm, origin: Origin): void {
    if (alarm.isAwake) {
        return;
    }
    alarm.isAwake = true;
    const { clock } = origin.world;
    const interval = intervalOf(alarm);
    const next = (Math.floor(clock.now() / interval) + 1) * interval;
    clock.schedule(next, () => {
        alarm.isAwake = false;
        if (alarms.of(origin.world, origin).get(alarm.settings.AlarmName) !== alarm) {
            return;
        }
        evaluateAt(next, alarm, origin);
        if (hasData(next, alarm, origin)) {
            wake(alarm, origin);
        }
    });
}

/**
 * Milliseconds between two evaluations: ten seconds for high resolution, an hour when a day and more is evaluated,
 * else a minute (CloudWatch user guide, Evaluating an alarm).
 */
function intervalOf({ settings: { Period, EvaluationPeriods } }: Alarm): number {
    if (Period * EvaluationPeriods * SECOND > DAY) {
        return HOUR;
    }
    return Period < 60 ? 10 * SECOND : MINUTE;
}

/** The range ends now and slides with the time, whatever the period (Evaluating an alarm). */
function evaluateAt(now: number, alarm: Alarm, origin: Origin): void {
    const { settings, state } = alarm;
    const { Period, Statistic, ExtendedStatistic, Unit: unit } = settings;
    const statistic = ExtendedStatistic ?? Statistic ?? '';
    const range = Array.from({ length: evaluationRange(settings) }, (_, age) => {
        const to = now - age * Period * SECOND;
        const from = to - Period * SECOND;
        const data = dataBetween(origin.world, origin, metricOf(alarm), { from, to, unit });
        return { at: from, value: statisticOf(statistic, data) };
    });
    const next = evaluate(settings, range, state.value);
    if (next && next.value !== state.value) {
        const recent = range.flatMap(({ value }) => value ?? []).slice(0, settings.EvaluationPeriods);
        const reasonData = JSON.stringify({
            version: '1.0',
            queryDate: new Date(now).toISOString(),
            statistic,
            period: Period,
            recentDatapoints: recent.reverse(),
            threshold: settings.Threshold,
        });
        changeState(alarm, { ...next, reasonData }, internalCall(origin.world, origin, 'EvaluateAlarm'));
    }
}

/** Whether this evaluation saw values, or a later one will; the one after the last value still has to come. */
function hasData(now: number, alarm: Alarm, origin: Origin): boolean {
    const length = evaluationRange(alarm.settings) * alarm.settings.Period * SECOND;
    const window = { from: now - length, to: Number.POSITIVE_INFINITY };
    return dataBetween(origin.world, origin, metricOf(alarm), window).length > 0;
}
