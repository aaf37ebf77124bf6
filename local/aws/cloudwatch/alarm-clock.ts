import { type Call, internalCall } from '../service';
import { type Alarm, alarms, periodOf, type Term, termsOf } from './alarms';
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
        if (termsOf(alarm).some((term) => metricKey(term.metric) === key)) {
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
function intervalOf({ settings }: Alarm): number {
    const period = periodOf(settings);
    if (period * settings.EvaluationPeriods * SECOND > DAY) {
        return HOUR;
    }
    return period < 60 ? 10 * SECOND : MINUTE;
}

/** The range ends now and slides with the time, whatever the period (Evaluating an alarm). */
function evaluateAt(now: number, alarm: Alarm, origin: Origin): void {
    const { settings, state } = alarm;
    const period = periodOf(settings);
    const terms = termsOf(alarm);
    const range = Array.from({ length: evaluationRange(settings) }, (_, age) => {
        const to = now - age * period * SECOND;
        const from = to - period * SECOND;
        return { at: from, value: sumOf(terms, { from, to }, origin) };
    });
    const next = evaluate(settings, range, state.value);
    if (next && next.value !== state.value) {
        const recent = range.flatMap(({ value }) => value ?? []).slice(0, settings.EvaluationPeriods);
        const reasonData = JSON.stringify({
            version: '1.0',
            queryDate: new Date(now).toISOString(),
            // Neither is in the reason of an alarm on Metrics.
            ...(!settings.Metrics && { statistic: terms[0]?.statistic, period }),
            recentDatapoints: recent.reverse(),
            threshold: settings.Threshold,
        });
        changeState(alarm, { ...next, reasonData }, internalCall(origin.world, origin, 'EvaluateAlarm'));
    }
}

/**
 * A missing value counts as 0 (CloudWatch user guide, Using metric math, Basic arithmetic functions); where all are
 * missing there is none.
 */
function sumOf(
    terms: readonly Term[],
    window: { readonly from: number; readonly to: number },
    origin: Origin,
): number | undefined {
    const values = terms.flatMap(({ metric, statistic, unit }) => {
        const data = dataBetween(origin.world, origin, metric, { ...window, unit });
        return statisticOf(statistic, data) ?? [];
    });
    return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) : undefined;
}

/** Whether this evaluation saw values, or a later one will; the one after the last value still has to come. */
function hasData(now: number, alarm: Alarm, origin: Origin): boolean {
    const length = evaluationRange(alarm.settings) * periodOf(alarm.settings) * SECOND;
    const window = { from: now - length, to: Number.POSITIVE_INFINITY };
    return termsOf(alarm).some(({ metric }) => dataBetween(origin.world, origin, metric, window).length > 0);
}
