import { type Place, storeOf, type World } from '../world';

export interface Dimension {
    readonly Name: string;
    readonly Value: string;
}

/** A metric is its name with its dimensions (CloudWatch user guide, Metrics concepts). */
export interface Metric {
    readonly namespace: string;
    readonly name: string;
    readonly dimensions: readonly Dimension[];
}

/** One or more values that came at one time; a statistic set has no samples. */
export interface Datum {
    /** Milliseconds since 1970. */
    readonly at: number;
    readonly count: number;
    readonly sum: number;
    readonly minimum: number;
    readonly maximum: number;
    /** Values and how often each came. */
    readonly samples?: readonly (readonly [number, number])[];
    readonly unit?: string | undefined;
}

/** A metric and all that was published to it. */
export interface Series {
    readonly metric: Metric;
    readonly data: Datum[];
}

/** The metrics of an account in a Region. */
export const metrics = storeOf('cloudwatch metrics', () => new Map<string, Series>());

/** Names a metric, whatever the order of its dimensions. */
export function metricKey({ namespace, name, dimensions }: Metric): string {
    const sorted = dimensions.map(({ Name, Value }) => [Name, Value]).sort();
    return JSON.stringify([namespace, name, sorted]);
}

/** What was published to a metric from one time until before another, in milliseconds; of one unit if it is given. */
export function dataBetween(
    world: World,
    place: Place,
    metric: Metric,
    { from, to, unit }: { readonly from: number; readonly to: number; readonly unit?: string | undefined },
): readonly Datum[] {
    const { data } = metrics.of(world, place).get(metricKey(metric)) ?? { data: [] };
    return data.filter(({ at, unit: own = 'None' }) => at >= from && at < to && (unit ?? own) === own);
}
