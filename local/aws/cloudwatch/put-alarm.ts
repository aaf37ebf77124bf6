import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type Call, InvalidInput, type Operation, operation } from '../service';
import { tagEntries, tagMembers, withTags } from '../tags';
import { wake } from './alarm-clock';
import { type Alarm, type AlarmSettings, alarms, type MetricQuery, periodOf } from './alarms';
import { refusal } from './errors';
import { note } from './history';
import * as members from './members';
import { isKnownStatistic } from './statistics';
import { TAG_ERRORS } from './tagging';

/** Alarms in a Region (CloudWatch service quotas). */
const MOST = 5_000;

const HOUR = 3_600;
const DAY = 24 * HOUR;

const actions = z.array(z.string().min(1).max(1024)).max(5).default([]);

const period = z.number().int().min(1);

/** CloudWatch API reference, MetricDataQuery. */
const metricQuery = z.strictObject({
    Id: z.string().regex(/^[a-z][A-Za-z0-9_]{0,254}$/),
    MetricStat: z
        .strictObject({
            Metric: z.strictObject({
                Namespace: members.namespace,
                MetricName: members.metricName,
                Dimensions: members.dimensions,
            }),
            Period: period,
            Stat: z.string(),
            Unit: members.unit.optional(),
        })
        .optional(),
    Expression: z.string().min(1).max(2048).optional(),
    Label: z.string().optional(),
    ReturnData: z.boolean().default(true),
});

const settings = z.strictObject({
    // No control characters (PutMetricAlarm, API reference).
    AlarmName: members.alarmName.regex(/^[^\p{Cc}]+$/u),
    AlarmDescription: z.string().max(1024).optional(),
    ActionsEnabled: z.boolean().default(true),
    OKActions: actions,
    AlarmActions: actions,
    InsufficientDataActions: actions,
    MetricName: members.metricName.optional(),
    Namespace: members.namespace.optional(),
    Metrics: z.array(metricQuery).min(1).max(20).optional(),
    Statistic: members.statistic.optional(),
    ExtendedStatistic: z.string().optional(),
    Dimensions: members.dimensions,
    Period: period.optional(),
    Unit: members.unit.optional(),
    EvaluationPeriods: z.number().int().min(1),
    DatapointsToAlarm: z.number().int().min(1).optional(),
    Threshold: z.number(),
    ComparisonOperator: z.enum([
        'GreaterThanOrEqualToThreshold',
        'GreaterThanThreshold',
        'LessThanThreshold',
        'LessThanOrEqualToThreshold',
    ]),
    TreatMissingData: z.enum(['breaching', 'notBreaching', 'ignore', 'missing']).optional(),
    EvaluateLowSampleCountPercentile: z.enum(['evaluate', 'ignore']).optional(),
});

export const putAlarmOperations: Readonly<Record<string, Operation>> = {
    /** Replaces all settings of an alarm that is there; its state and its tags stay (PutMetricAlarm, API reference). */
    PutMetricAlarm: operation(
        settings.extend({ Tags: tagMembers.default([]) }),
        ({ Tags, ...given }, call) => {
            refuse(given, call);
            const store = alarms.of(call.world, call);
            const existing = store.get(given.AlarmName);
            const alarm = existing ?? newAlarm(given, Tags, call);
            if (!existing && store.size >= MOST) {
                throw refusal('LimitExceededFault', `The maximum of ${MOST} alarms has been reached.`);
            }
            alarm.settings = given;
            alarm.configuredAt = new Date(call.world.clock.now());
            store.set(given.AlarmName, alarm);
            note(call.world, call, {
                alarmName: given.AlarmName,
                type: 'ConfigurationUpdate',
                summary: `Alarm "${given.AlarmName}" ${existing ? 'updated' : 'created'}`,
                data: { version: '1.0', type: existing ? 'Update' : 'Create' },
            });
            wake(alarm, call);
            return {};
        },
    ),
};

function newAlarm(given: AlarmSettings, tags: z.output<typeof tagMembers>, { world }: Call): Alarm {
    const now = new Date(world.clock.now());
    return {
        settings: given,
        configuredAt: now,
        state: { value: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation' },
        stateUpdatedAt: now,
        transitionedAt: now,
        tags: withTags(new Map(), tagEntries(tags), TAG_ERRORS),
        isAwake: false,
    };
}

/** What the members' own bounds do not say (PutMetricAlarm, API reference). */
function refuse(given: AlarmSettings, call: Call): void {
    const { EvaluationPeriods, DatapointsToAlarm = 1 } = given;
    if (given.Metrics) {
        refuseMetrics(given.Metrics, given);
    } else {
        refuseMetric(given);
    }
    const Period = periodOf(given);
    if (![10, 20, 30].includes(Period) && Period % 60 !== 0) {
        throw new InvalidInput('Period must be 10, 20, 30 or a multiple of 60.');
    }
    const longest = Period >= HOUR ? 7 * DAY : DAY;
    if (Period * EvaluationPeriods > longest) {
        throw new InvalidInput(
            `Metrics cannot be checked across more than ${longest === DAY ? 'a day' : 'seven days'} (EvaluationPeriods * Period must be <= ${longest}).`,
        );
    }
    if (DatapointsToAlarm > EvaluationPeriods) {
        throw new InvalidInput('DatapointsToAlarm must be less than or equal to EvaluationPeriods.');
    }
    for (const action of [...given.OKActions, ...given.AlarmActions, ...given.InsufficientDataActions]) {
        refuseAction(action, call);
    }
}

function refuseMetric({ MetricName, Namespace, Period, Statistic, ExtendedStatistic }: AlarmSettings): void {
    if (MetricName === undefined || Namespace === undefined || Period === undefined) {
        throw new InvalidInput('MetricName, Namespace and Period must be specified, or Metrics.');
    }
    if ((Statistic === undefined) === (ExtendedStatistic === undefined)) {
        throw new InvalidInput('Exactly one of Statistic and ExtendedStatistic must be specified.');
    }
    refuseStatistic(ExtendedStatistic ?? Statistic ?? '');
}

function refuseStatistic(statistic: string): void {
    if (!isKnownStatistic(statistic)) {
        throw new InvalidInput(
            `The value ${statistic} for parameter ExtendedStatistic is not supported: the AWS stand-in knows percentiles, p0 to p100.`,
        );
    }
}

/** Of metric math the stand-in knows the sum of all metrics given. */
function refuseMetrics(metrics: readonly MetricQuery[], given: AlarmSettings): void {
    const { MetricName, Namespace, Period, Statistic, ExtendedStatistic } = given;
    if ([MetricName, Namespace, Period, Statistic, ExtendedStatistic].some((one) => one !== undefined)) {
        throw new InvalidInput('Metrics must not be specified with the members of a single metric.');
    }
    if (new Set(metrics.map(({ Id }) => Id)).size < metrics.length) {
        throw new InvalidInput('The values for parameter Id in Metrics must be unique.');
    }
    const returned = metrics.filter(({ ReturnData }) => ReturnData);
    const stats = metrics.filter(({ MetricStat }) => MetricStat);
    if (returned.length !== 1 || metrics.some(({ MetricStat, Expression }) => !MetricStat === !Expression)) {
        throw new InvalidInput(
            'Exactly one element of the metrics list should return data, and each has either MetricStat or Expression.',
        );
    }
    const sum = stats.map(({ Id }) => Id).sort();
    const terms = returned[0]?.Expression?.split('+').map((term) => term.trim());
    if (metrics.length !== stats.length + 1 || !isDeepStrictEqual(terms?.sort(), sum)) {
        throw new InvalidInput('The AWS stand-in knows one expression: the sum of all metrics of the alarm.');
    }
    if (new Set(stats.map(({ MetricStat }) => MetricStat?.Period)).size > 1) {
        throw new InvalidInput('The AWS stand-in knows metrics of one Period.');
    }
    for (const { MetricStat } of stats) {
        refuseStatistic(MetricStat?.Stat ?? '');
    }
}

/** An action is in the alarm's own Region. */
function refuseAction(action: string, call: Call): void {
    const [prefix, , service, region = ''] = action.split(':');
    if (prefix !== 'arn' || !service) {
        throw new InvalidInput(`Invalid arn syntax: ${action}`);
    }
    if (region !== '' && region !== call.region) {
        throw new InvalidInput(`Invalid region ${region} specified. Only ${call.region} is supported.`);
    }
}
