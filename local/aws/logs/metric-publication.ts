import { putDatum } from '../cloudwatch/put-datum';
import type { Call } from '../service';
import { filterPattern } from './filter-pattern';
import type { LogGroup, MetricFilter, Transformation } from './state';

interface Event {
    readonly timestamp: number;
    readonly message: string;
}

const MINUTE = 60_000;

/** Publishes what a group's metric filters make of new events (CloudWatch Logs user guide, Creating metrics from log events using filters). */
export function publishMetrics(group: LogGroup, events: readonly Event[], call: Call): void {
    for (const filter of group.filters.values()) {
        const pattern = filterPattern(filter.pattern);
        for (const event of events) {
            if (pattern.matches(event.message)) {
                const select = (selector: string) => pattern.select(selector, event.message);
                publish(filter, event.timestamp, select, call);
            } else {
                publishDefaultLater(filter, event.timestamp, call);
            }
        }
    }
}

/** Nothing is published if the value that is selected is no number, or a dimension has none. */
function publish(
    { transformation, matchedMinutes }: MetricFilter,
    at: number,
    select: (selector: string) => readonly unknown[],
    call: Call,
): void {
    const { metricValue, dimensions = {} } = transformation;
    if (transformation.defaultValue !== undefined) {
        matchedMinutes.add(minuteOf(at));
    }
    const value = metricValue.startsWith('$') ? select(metricValue).at(0) : Number(metricValue);
    const values = Object.entries(dimensions).map(([Name, selector]) => ({
        Name,
        Value: select(selector).at(0),
    }));
    const known = values.flatMap(({ Name, Value }) =>
        typeof Value === 'object' || Value === undefined ? [] : [{ Name, Value: `${Value}` }],
    );
    if (typeof value === 'number' && known.length === values.length) {
        putDatum(call, metricOf(transformation, known), { at, value, unit: transformation.unit });
    }
}

/** A minute in which events came and none matched has the default value, once. */
function publishDefaultLater(filter: MetricFilter, at: number, call: Call): void {
    const { transformation, matchedMinutes, openMinutes } = filter;
    const { defaultValue: value, unit } = transformation;
    const minute = minuteOf(at);
    if (value === undefined || openMinutes.has(minute)) {
        return;
    }
    openMinutes.add(minute);
    call.world.clock.schedule(Math.max(minute + MINUTE, call.world.clock.now()), () => {
        openMinutes.delete(minute);
        if (!matchedMinutes.has(minute)) {
            putDatum(call, metricOf(transformation, []), { at, value, unit });
        }
    });
}

function metricOf(
    { metricNamespace, metricName }: Transformation,
    dimensions: readonly { readonly Name: string; readonly Value: string }[],
) {
    return { namespace: metricNamespace, name: metricName, dimensions };
}

function minuteOf(at: number): number {
    return at - (at % MINUTE);
}
