import type { Call } from '../service';
import { wakeAlarms } from './alarm-clock';
import { type Datum, type Metric, metricKey, metrics } from './metrics';

type Origin = Pick<Call, 'world' | 'account' | 'region' | 'partition'>;

/** A single value at a time. */
interface Value {
    readonly at: number;
    readonly value: number;
    readonly unit?: string | undefined;
}

/** Publishes one value to a metric, which wakes the alarms on it. */
export function putDatum(origin: Origin, metric: Metric, { at, value, unit }: Value): void {
    const samples = [[value, 1] as const];
    putData(origin, metric, { at, count: 1, sum: value, minimum: value, maximum: value, samples, unit });
}

/** Publishes values that came together. */
export function putData(origin: Origin, metric: Metric, datum: Datum): void {
    const store = metrics.of(origin.world, origin);
    const key = metricKey(metric);
    const series = store.get(key) ?? { metric, data: [] };
    store.set(key, series);
    series.data.push(datum);
    wakeAlarms(metric, origin);
}
