import type { AlarmSettings, AlarmState, StateValue } from './alarms';

/** A period's statistic. */
export interface Datapoint {
    /** The period's beginning, in milliseconds since 1970. */
    readonly at: number;
    /** Undefined when the metric had no values. */
    readonly value: number | undefined;
}

/** Periods that are looked at beyond those to evaluate; AWS's examples have two (Evaluating an alarm). */
const EXTRA = 2;

export const COMPARISONS: Readonly<
    Record<string, { readonly words: string; readonly holds: (value: number, threshold: number) => boolean }>
> = {
    GreaterThanThreshold: { words: 'greater than', holds: (value, threshold) => value > threshold },
    GreaterThanOrEqualToThreshold: {
        words: 'greater than or equal to',
        holds: (value, threshold) => value >= threshold,
    },
    LessThanThreshold: { words: 'less than', holds: (value, threshold) => value < threshold },
    LessThanOrEqualToThreshold: {
        words: 'less than or equal to',
        holds: (value, threshold) => value <= threshold,
    },
};

/** The number of periods that an evaluation looks at. */
export function evaluationRange({ EvaluationPeriods }: AlarmSettings): number {
    return EvaluationPeriods + EXTRA;
}

/**
 * The state that the periods of an evaluation range lead to, the newest first; undefined when the state stays what it
 * is (CloudWatch user guide, Evaluating an alarm, and Configuring how CloudWatch alarms treat missing data).
 */
export function evaluate(
    settings: AlarmSettings,
    range: readonly Datapoint[],
    current: StateValue,
): AlarmState | undefined {
    const { EvaluationPeriods } = settings;
    const present = range.flatMap(({ at, value }, age) =>
        value === undefined ? [] : [{ at, value, age: age + 1 }],
    );
    const evaluated = present.slice(0, EvaluationPeriods);
    const breaching = evaluated.filter(({ value }) => isBreaching(settings, value));
    const facts = {
        wanted: settings.DatapointsToAlarm ?? EvaluationPeriods,
        missing: EvaluationPeriods - evaluated.length,
        present: evaluated.length,
        breaching: breaching.length,
        oldestBreaching: Math.max(0, ...breaching.map(({ age }) => age)),
    };
    const value = stateOf(facts, settings.TreatMissingData ?? 'missing');
    return value && { value, reason: reasonOf(value, current, evaluated, facts, settings) };
}

/** What an evaluation counts. */
interface Facts {
    /** Datapoints to alarm. */
    readonly wanted: number;
    readonly present: number;
    readonly missing: number;
    readonly breaching: number;
    /** How many periods ago the oldest breaching datapoint came, from 1; 0 when there is none. */
    readonly oldestBreaching: number;
}

function stateOf({ wanted, present, missing, breaching, oldestBreaching }: Facts, treatment: string) {
    const treatedAsBreaching = treatment === 'breaching' ? missing : 0;
    if (breaching + treatedAsBreaching >= wanted) {
        return 'ALARM';
    }
    if (missing === 0 || treatment === 'breaching' || treatment === 'notBreaching' || breaching < present) {
        return 'OK';
    }
    if (treatment === 'ignore') {
        return undefined;
    }
    if (present === 0) {
        return 'INSUFFICIENT_DATA';
    }
    // All that is there breaches: an alarm once the oldest of it is old enough (Avoiding premature transitions).
    return oldestBreaching >= wanted ? 'ALARM' : undefined;
}

function isBreaching({ ComparisonOperator, Threshold }: AlarmSettings, value: number): boolean {
    return COMPARISONS[ComparisonOperator]?.holds(value, Threshold) ?? false;
}

/** In AWS's words, as far as its examples show them. */
function reasonOf(
    value: StateValue,
    current: StateValue,
    evaluated: readonly { readonly at: number; readonly value: number }[],
    { missing, breaching, wanted }: Facts,
    { ComparisonOperator, Threshold, TreatMissingData = 'missing', EvaluationPeriods }: AlarmSettings,
): string {
    if (value === 'INSUFFICIENT_DATA') {
        return `Insufficient Data: ${counted(EvaluationPeriods, 'datapoint')} ${missing === 1 ? 'was' : 'were'} unknown.`;
    }
    const treated = TreatMissingData === 'breaching' ? 'Breaching' : 'NonBreaching';
    if (evaluated.length === 0) {
        return `Threshold Crossed: no datapoints were received for ${counted(EvaluationPeriods, 'period')} and ${counted(missing, 'missing datapoint')} ${missing === 1 ? 'was' : 'were'} treated as [${treated}].`;
    }
    const isAlarm = value === 'ALARM';
    const count = isAlarm ? breaching : evaluated.length - breaching;
    const list = evaluated.map((each) => `${double(each.value)} (${dayAndTime(each.at)})`).join(', ');
    const verb = `${count === 1 ? 'was' : 'were'}${isAlarm ? '' : ' not'}`;
    const least = counted(isAlarm ? wanted : EvaluationPeriods - wanted + 1, 'datapoint');
    return `Threshold Crossed: ${count} out of the last ${evaluated.length} datapoints [${list}] ${verb} ${COMPARISONS[ComparisonOperator]?.words} the threshold (${double(Threshold)}) (minimum ${least} for ${current} -> ${value} transition).`;
}

function counted(count: number, noun: string): string {
    return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** As Java writes a double. */
export function double(value: number): string {
    return Number.isInteger(value) ? `${value}.0` : `${value}`;
}

/** As in 26/11/26 02:55:00. */
function dayAndTime(at: number): string {
    const [date = '', time = ''] = new Date(at).toISOString().split('T');
    const [year = '', month, day] = date.split('-');
    return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`;
}
