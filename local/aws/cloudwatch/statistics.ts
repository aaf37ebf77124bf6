import type { Datum } from './metrics';

/** Percentiles, p0 to p100 (CloudWatch user guide, CloudWatch statistics definitions). */
const PERCENTILE = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/;

export const STATISTICS = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const;

/** Whether the stand-in can work out a statistic: the five simple ones and percentiles. */
export function isKnownStatistic(name: string): boolean {
    return STATISTICS.some((each) => each === name) || PERCENTILE.test(name);
}

/** A statistic of data; undefined when there is none. */
export function statisticOf(name: string, data: readonly Datum[]): number | undefined {
    const count = total(data, 'count');
    if (data.length === 0 || count === 0) {
        return undefined;
    }
    switch (name) {
        case 'SampleCount':
            return count;
        case 'Sum':
            return total(data, 'sum');
        case 'Average':
            return total(data, 'sum') / count;
        case 'Minimum':
            return Math.min(...data.map(({ minimum }) => minimum));
        case 'Maximum':
            return Math.max(...data.map(({ maximum }) => maximum));
        default:
            return percentile(Number(PERCENTILE.exec(name)?.[1]), data);
    }
}

function total(data: readonly Datum[], member: 'count' | 'sum'): number {
    return data.reduce((sum, each) => sum + each[member], 0);
}

/** The least value that so many percent of all values do not exceed; undefined when only statistic sets came. */
function percentile(percent: number, data: readonly Datum[]): number | undefined {
    const samples = data.flatMap((each) => each.samples ?? []).sort(([a], [b]) => a - b);
    const wanted = (samples.reduce((sum, [, count]) => sum + count, 0) * percent) / 100;
    let seen = 0;
    return samples.find(([, count]) => {
        seen += count;
        return seen >= wanted;
    })?.[0];
}
