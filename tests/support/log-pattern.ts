/*
 * What CloudWatch Logs makes of an event in JSON: metric filters, by the grammar that its user guide documents for
 * JSON log events (Filter pattern syntax), and the metrics' alarm, by "How alarm state is evaluated".
 */

/** A metric filter, as DescribeMetricFilters gives it. */
export interface Filter {
    readonly filterPattern?: string | undefined;
    readonly metricTransformations?: readonly Transformation[] | undefined;
}

interface Transformation {
    readonly metricNamespace: string | undefined;
    readonly metricName: string | undefined;
    readonly metricValue: string | undefined;
}

export interface Datapoint {
    readonly metric: string;
    readonly value: number;
}

/** What a test must know of an alarm. */
export interface Alarm {
    readonly Namespace?: string | undefined;
    readonly MetricName?: string | undefined;
    readonly Statistic?: string | undefined;
    readonly Period?: number | undefined;
    readonly EvaluationPeriods?: number | undefined;
    readonly ComparisonOperator?: string | undefined;
    readonly Threshold?: number | undefined;
    readonly TreatMissingData?: string | undefined;
}

export type AlarmState = 'INSUFFICIENT_DATA' | 'OK' | 'ALARM';

/** The metrics that an event gives a value, each as namespace and name, with a blank between. */
export function datapoints(filters: readonly Filter[], event: unknown): Datapoint[] {
    return filters
        .filter(({ filterPattern = '' }) => matches(filterPattern, event))
        .flatMap(({ metricTransformations = [] }) => metricTransformations)
        .flatMap(({ metricNamespace, metricName, metricValue = '' }) => {
            const value = metricValue.startsWith('$') ? select(metricValue, event) : Number(metricValue);
            return typeof value === 'number' ? [{ metric: `${metricNamespace} ${metricName}`, value }] : [];
        });
}

/**
 * The alarm's state after the metric's values of some minutes, the oldest first, each a list since a minute may have
 * several; a minute without any is missing.
 */
export function alarmState(alarm: Alarm, minutes: readonly (readonly number[])[]): AlarmState {
    const known =
        alarm.Statistic === 'Maximum' &&
        alarm.Period === 60 &&
        alarm.EvaluationPeriods === 1 &&
        alarm.ComparisonOperator === 'GreaterThanThreshold' &&
        alarm.TreatMissingData === 'ignore';
    if (!known) {
        throw new Error(`An alarm of another kind: ${JSON.stringify(alarm)}`);
    }
    return minutes.reduce<AlarmState>((state, values) => {
        if (values.length === 0) {
            return state;
        }
        return Math.max(...values) > (alarm.Threshold ?? Number.NaN) ? 'ALARM' : 'OK';
    }, 'INSUFFICIENT_DATA');
}

/** Whether an event matches a pattern. Fails on what the grammar does not know. */
export function matches(pattern: string, event: unknown): boolean {
    const [, inner] = /^\s*\{(.*)\}\s*$/s.exec(pattern) ?? [];
    if (inner === undefined) {
        throw new Error(`Not a pattern for JSON: ${pattern}`);
    }
    const tokens = inner.match(TOKEN) ?? [];
    if (tokens.join('') !== inner.replace(/\s+(?=(?:[^"]*"[^"]*")*[^"]*$)/g, '')) {
        throw new Error(`Something in it is no token: ${pattern}`);
    }
    return new Condition(tokens, event).whole();
}

/** A text in quotes, a selector, an operator, a parenthesis, or a word. */
const TOKEN = /"[^"]*"|\$(?:\.[\w-]+|\[\d+\]|\['[^']*'\])+|&&|\|\||[<>!]=|[<>=()]|[^\s"$&|<>=!()]+/g;

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** What is at a selector; undefined if there is nothing. */
function select(selector: string, event: unknown): unknown {
    const keys = [...selector.matchAll(/\.([\w-]+)|\[(\d+)\]|\['([^']*)'\]/g)].map(
        ([, name, index, quoted]) => name ?? index ?? quoted ?? '',
    );
    return keys.reduce<unknown>(
        (node, key) => (typeof node === 'object' && node !== null ? Reflect.get(node, key) : undefined),
        event,
    );
}

/** Reads tokens from left to right; && binds more tightly than ||. */
class Condition {
    private position = 0;

    constructor(
        private readonly tokens: readonly string[],
        private readonly event: unknown,
    ) {}

    whole(): boolean {
        const result = this.either();
        if (this.position < this.tokens.length) {
            throw new Error(`More than a condition: ${this.tokens.slice(this.position).join(' ')}`);
        }
        return result;
    }

    private either(): boolean {
        let result = this.both();
        while (this.skip('||')) {
            // Not || itself, which would leave the right side unread.
            result = [result, this.both()].some(Boolean);
        }
        return result;
    }

    private both(): boolean {
        let result = this.one();
        while (this.skip('&&')) {
            result = [result, this.one()].every(Boolean);
        }
        return result;
    }

    private one(): boolean {
        if (this.skip('(')) {
            const result = this.either();
            this.expect(')');
            return result;
        }
        const selector = this.next();
        if (!selector.startsWith('$')) {
            throw new Error(`Wanted a selector, found ${selector}`);
        }
        return this.comparison(select(selector, this.event));
    }

    private comparison(found: unknown): boolean {
        const operator = this.next();
        switch (operator) {
            case 'NOT':
                this.expect('EXISTS');
                return found === undefined;
            case 'IS': {
                const constants: Readonly<Record<string, unknown>> = { NULL: null, TRUE: true, FALSE: false };
                const constant = this.next();
                if (!(constant in constants)) {
                    throw new Error(`IS ${constant} does not exist`);
                }
                return found === constants[constant];
            }
            case '=':
                return isEqual(found, this.next());
            case '!=': {
                const wanted = this.next();
                return isScalar(found) && !isEqual(found, wanted);
            }
            case '<':
            case '>':
            case '<=':
            case '>=':
                return compare(operator, found, this.next());
            default:
                throw new Error(`${operator} is no operator`);
        }
    }

    private next(): string {
        const token = this.tokens[this.position++];
        if (token === undefined) {
            throw new Error('The pattern ends too early');
        }
        return token;
    }

    private skip(token: string): boolean {
        const is = this.tokens[this.position] === token;
        this.position += is ? 1 : 0;
        return is;
    }

    private expect(token: string): void {
        const found = this.next();
        if (found !== token) {
            throw new Error(`Wanted ${token}, found ${found}`);
        }
    }
}

/** A selector that ends at an object or a list matches nothing. */
function isScalar(value: unknown): boolean {
    return value !== undefined && typeof value !== 'object';
}

function isEqual(found: unknown, wanted: string): boolean {
    if (typeof found === 'number') {
        return NUMBER.test(wanted) && found === Number(wanted);
    }
    const text = wanted.replace(/^"(.*)"$/s, '$1');
    const parts = text.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return typeof found === 'string' && new RegExp(`^${parts.join('.*')}$`, 's').test(found);
}

function compare(operator: '<' | '>' | '<=' | '>=', found: unknown, wanted: string): boolean {
    if (!NUMBER.test(wanted)) {
        throw new Error(`${operator} takes a number, not ${wanted}`);
    }
    if (typeof found !== 'number') {
        return false;
    }
    const limit = Number(wanted);
    const results = { '<': found < limit, '>': found > limit, '<=': found <= limit, '>=': found >= limit };
    return results[operator];
}
