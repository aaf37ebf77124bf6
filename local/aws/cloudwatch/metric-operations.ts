import { z } from 'zod';
import { pageOf } from '../paging';
import { type Call, InvalidInput, type Operation, operation } from '../service';
import { refusal } from './errors';
import * as members from './members';
import { type Datum, dataBetween, type Metric, metrics } from './metrics';
import { putData } from './put-datum';
import { isKnownStatistic, statisticOf } from './statistics';

const DAY = 86_400_000;

/** ListMetrics gives 500 at a time (API reference). */
const PAGE = 500;

/** GetMetricStatistics, API reference. */
const MOST_DATAPOINTS = 1_440;

const datum = z.strictObject({
    MetricName: members.metricName,
    Dimensions: members.dimensions,
    Timestamp: z.date().optional(),
    Value: z.number().optional(),
    Values: z.array(z.number()).max(150).optional(),
    Counts: z.array(z.number()).max(150).optional(),
    StatisticValues: z
        .strictObject({
            SampleCount: z.number(),
            Sum: z.number(),
            Minimum: z.number(),
            Maximum: z.number(),
        })
        .optional(),
    Unit: members.unit.optional(),
    StorageResolution: z.number().int().optional(),
});

type InputDatum = z.output<typeof datum>;

const metricStat = z.strictObject({
    Metric: z.strictObject({
        Namespace: members.namespace,
        MetricName: members.metricName,
        Dimensions: members.dimensions,
    }),
    Period: z.number().int().min(1),
    Stat: z.string(),
    Unit: members.unit.optional(),
});

/** A period of time, in milliseconds, and how it is cut. */
interface Cut {
    readonly from: number;
    readonly to: number;
    readonly period: number;
    readonly unit?: string | undefined;
}

export const metricOperations: Readonly<Record<string, Operation>> = {
    PutMetricData: operation(
        z.strictObject({ Namespace: members.namespace, MetricData: z.array(datum).min(1).max(1_000) }),
        ({ Namespace, MetricData }, call) => {
            if (Namespace.startsWith('AWS/')) {
                throw refusal(
                    'InvalidParameterValueException',
                    'The value AWS/ for parameter Namespace is invalid.',
                );
            }
            const data = MetricData.map((each) => [each, dataOf(each, call)] as const);
            for (const [{ MetricName, Dimensions }, each] of data) {
                putData(call, { namespace: Namespace, name: MetricName, dimensions: Dimensions }, each);
            }
            return {};
        },
    ),

    GetMetricStatistics: operation(
        z.strictObject({
            Namespace: members.namespace,
            MetricName: members.metricName,
            Dimensions: members.dimensions,
            StartTime: z.date(),
            EndTime: z.date(),
            Period: z.number().int().min(1),
            Statistics: z.array(members.statistic).min(1).max(5).default([]),
            ExtendedStatistics: z.array(z.string()).min(1).max(10).default([]),
            Unit: members.unit.optional(),
        }),
        ({ StartTime, EndTime, Period, Statistics, ExtendedStatistics, Unit, ...input }, call) => {
            refuseCut(StartTime, EndTime, Period, (message) =>
                refusal('InvalidParameterValueException', message),
            );
            const cut = cutOf(StartTime, EndTime, Period, Unit);
            const count = (cut.to - cut.from) / cut.period;
            if (count > MOST_DATAPOINTS) {
                throw refusal(
                    'InvalidParameterCombinationException',
                    `You have requested up to ${Math.ceil(count)} datapoints, which exceeds the limit of ${MOST_DATAPOINTS.toLocaleString('en-US')}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
                );
            }
            if (Statistics.length + ExtendedStatistics.length === 0) {
                throw refusal(
                    'InvalidParameterCombinationException',
                    'At least one of the parameters Statistics and ExtendedStatistics must be specified.',
                );
            }
            refuseStatistics(ExtendedStatistics);
            const { Namespace: namespace, MetricName: name, Dimensions: dimensions } = input;
            const periods = periodsOf({ namespace, name, dimensions }, cut, call);
            return {
                Label: name,
                Datapoints: periods.map(({ at, data }) => ({
                    Timestamp: new Date(at),
                    ...Object.fromEntries(Statistics.map((each) => [each, statisticOf(each, data)])),
                    ...(ExtendedStatistics.length > 0 && {
                        ExtendedStatistics: new Map(
                            ExtendedStatistics.map((each) => [each, statisticOf(each, data)]),
                        ),
                    }),
                    Unit: Unit ?? data[0]?.unit ?? 'None',
                })),
            };
        },
    ),

    GetMetricData: operation(
        z.strictObject({
            MetricDataQueries: z
                .array(
                    z.strictObject({
                        Id: z.string().regex(/^[a-z]\w{0,254}$/),
                        MetricStat: metricStat,
                        Label: z.string().optional(),
                        ReturnData: z.boolean().default(true),
                    }),
                )
                .max(500),
            StartTime: z.date(),
            EndTime: z.date(),
            ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).default('TimestampDescending'),
        }),
        ({ MetricDataQueries, StartTime, EndTime, ScanBy }, call) => ({
            MetricDataResults: MetricDataQueries.filter(({ ReturnData }) => ReturnData).map(
                ({ Id, Label, MetricStat }) => {
                    const { Metric: of, Period, Stat, Unit } = MetricStat;
                    refuseStatistics([Stat]);
                    refuseCut(StartTime, EndTime, Period, (message) => new InvalidInput(message));
                    const metric = {
                        namespace: of.Namespace,
                        name: of.MetricName,
                        dimensions: of.Dimensions,
                    };
                    const found = periodsOf(metric, cutOf(StartTime, EndTime, Period, Unit), call);
                    const periods = ScanBy === 'TimestampAscending' ? found : found.reverse();
                    return {
                        Id,
                        Label: Label ?? `${of.MetricName} ${Stat}`,
                        Timestamps: periods.map(({ at }) => new Date(at)),
                        Values: periods.map(({ data }) => statisticOf(Stat, data)),
                        StatusCode: 'Complete',
                    };
                },
            ),
            Messages: [],
        }),
    ),

    ListMetrics: operation(
        z.strictObject({
            Namespace: members.namespace.optional(),
            MetricName: members.metricName.optional(),
            Dimensions: z
                .array(z.strictObject({ Name: z.string(), Value: z.string().optional() }))
                .max(10)
                .default([]),
            RecentlyActive: z.literal('PT3H').optional(),
            NextToken: members.nextToken,
        }),
        ({ Namespace, MetricName, Dimensions, RecentlyActive, NextToken }, call) => {
            // Metrics without new values for two weeks are not listed (ListMetrics, API reference).
            const oldest = call.world.clock.now() - (RecentlyActive ? DAY / 8 : 14 * DAY);
            const found = [...metrics.of(call.world, call)]
                .filter(([, { data }]) => data.some(({ at }) => at >= oldest))
                .sort(([a], [b]) => (a < b ? -1 : 1))
                .map(([, { metric }]) => metric)
                .filter(({ namespace }) => (Namespace ?? namespace) === namespace)
                .filter(({ name }) => (MetricName ?? name) === name)
                .filter(({ dimensions }) =>
                    Dimensions.every(({ Name, Value }) =>
                        dimensions.some((own) => own.Name === Name && (Value ?? own.Value) === own.Value),
                    ),
                );
            const { items, nextToken } = pageOf(
                found,
                PAGE,
                NextToken,
                'InvalidParameterValue',
                'InvalidParameterValueException',
            );
            return {
                Metrics: items.map(({ namespace, name, dimensions }) => ({
                    Namespace: namespace,
                    MetricName: name,
                    Dimensions: dimensions,
                })),
                NextToken: nextToken,
            };
        },
    ),
};

/** One of Value, Values and StatisticValues (MetricDatum, API reference), of the past two weeks to two hours ahead. */
function dataOf(input: InputDatum, { world }: Call): Datum {
    const { Timestamp, Value, Values, Counts, StatisticValues, Unit: unit } = input;
    if ([Value, Values, StatisticValues].filter((each) => each !== undefined).length !== 1) {
        throw refusal(
            'InvalidParameterCombinationException',
            'Exactly one of the parameters Value, Values and StatisticValues must be specified.',
        );
    }
    const now = world.clock.now();
    const at = Timestamp?.getTime() ?? now;
    if (at < now - 14 * DAY || at > now + DAY / 12) {
        throw refusal(
            'InvalidParameterValueException',
            'The parameter MetricData.member.1.Timestamp must specify a time no more than two weeks in the past and two hours in the future.',
        );
    }
    if (StatisticValues) {
        const { SampleCount: count, Sum: sum, Minimum: minimum, Maximum: maximum } = StatisticValues;
        return { at, count, sum, minimum, maximum, unit };
    }
    return { at, unit, ...summary(Values ?? [Value ?? 0], Counts) };
}

function summary(values: readonly number[], counts: readonly number[] = values.map(() => 1)) {
    if (counts.length !== values.length) {
        throw refusal(
            'InvalidParameterCombinationException',
            'The parameters Values and Counts must have the same number of elements.',
        );
    }
    const samples = values.map((value, index) => [value, counts[index] ?? 1] as const);
    return {
        count: samples.reduce((total, [, count]) => total + count, 0),
        sum: samples.reduce((total, [value, count]) => total + value * count, 0),
        minimum: Math.min(...values),
        maximum: Math.max(...values),
        samples,
    };
}

/** GetMetricStatistics has an error of its own for a bad period, GetMetricData does not (API model). */
function refuseCut(start: Date, end: Date, seconds: number, errorOf: (message: string) => Error): void {
    if (start >= end) {
        throw errorOf('The parameter StartTime must be less than the parameter EndTime.');
    }
    if (![1, 5, 10, 20, 30].includes(seconds) && seconds % 60 !== 0) {
        throw errorOf('The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.');
    }
}

function cutOf(start: Date, end: Date, seconds: number, unit: string | undefined): Cut {
    const period = seconds * 1_000;
    const from = start.getTime();
    return { from: from - (from % period), to: end.getTime(), period, unit };
}

/** The data of each period that has some, by time. */
function periodsOf(metric: Metric, { period, ...window }: Cut, call: Call) {
    const periods = new Map<number, Datum[]>();
    for (const datum of dataBetween(call.world, call, metric, window)) {
        const at = datum.at - (datum.at % period);
        periods.set(at, [...(periods.get(at) ?? []), datum]);
    }
    return [...periods].sort(([a], [b]) => a - b).map(([at, data]) => ({ at, data }));
}

function refuseStatistics(names: readonly string[]): void {
    const unknown = names.find((name) => !isKnownStatistic(name));
    if (unknown !== undefined) {
        throw refusal(
            'InvalidParameterValueException',
            `The AWS stand-in does not know the statistic ${unknown}; it knows SampleCount, Average, Sum, Minimum, Maximum and percentiles.`,
        );
    }
}
