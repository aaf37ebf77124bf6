import { properties as schema } from '../../schema.json';
import { type MetricFilter, OWN } from '../aws/log-group';
import { METRICS, metricName } from '../aws/names';
import type { PartialProperties, Severity } from '../properties';

/** The severities that have a metric, the worst first. */
export const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const satisfies readonly Severity[];

/** Pure. These severities, each once. */
export function worstFirst(severities: readonly string[]): Severity[] {
    return SEVERITIES.filter((severity) => severities.includes(severity));
}

/** Pure. The severities that the alarm counts, the worst first. */
export function alarmSeverities({ AlarmSeverities }: PartialProperties): Severity[] {
    return worstFirst(AlarmSeverities ?? schema.AlarmSeverities.default);
}

/** Pure. Whether these are what the alarm counted before AlarmSeverities, so that its words stay as they were. */
export function isCriticalAlone(severities: readonly Severity[]): boolean {
    return severities.length === 1 && severities[0] === 'CRITICAL';
}

type Filters = Readonly<Record<string, MetricFilter>>;

/** What a scan says when it has found all that it will; a scan that failed or could not begin says something else. */
const BASIC = '($.detail.scan-status = "COMPLETE")';
const ENHANCED = '($.detail.scan-status = "INITIAL_SCAN_COMPLETE")';

/** The metric that gets one value with every scan: how many vulnerabilities of this severity it found. */
export function severityMetric(repositoryName: string, severity: Severity): string {
    return metricName(repositoryName, `${severity.toLowerCase()}-vulnerabilities`);
}

/** The metric that gets a 1 with every image pushed. */
export function pushMetric(repositoryName: string): string {
    return metricName(repositoryName, 'pushes');
}

/**
 * What makes the metric of a severity. It takes two filters, since a filter has one value: basic scanning leaves out a
 * severity without findings (EventBridge reference, Amazon ECR events), and without the 0 no alarm would ever clear. A
 * filter's default value would not do; it is also published when a scan fails. Enhanced scanning never counts LOW.
 *
 * The repository is in the metric's name, not in a dimension: a dimension takes its value from the event, where the
 * repository is a name after basic scanning but an ARN after enhanced scanning.
 */
export function severityFilters(repositoryName: string, severity: Severity): Filters {
    const count = `$.detail.finding-severity-counts.${severity}`;
    const complete = `(${BASIC} || ${ENHANCED})`;
    const silent = severity === 'LOW' ? BASIC : complete;
    const target = { namespace: METRICS, metric: severityMetric(repositoryName, severity) };
    const name = `${OWN}${severity.toLowerCase()}`;
    return {
        [name]: { ...target, pattern: `{ ${complete} && (${count} >= 0) }`, value: count },
        [`${name}-none`]: { ...target, pattern: `{ ${silent} && (${count} NOT EXISTS) }`, value: '0' },
    };
}

/** What makes the metric of pushes. */
export function pushFilter(repositoryName: string): Filters {
    const target = { namespace: METRICS, metric: pushMetric(repositoryName) };
    return { [`${OWN}pushes`]: { ...target, pattern: '{ $.detail.action-type = "PUSH" }', value: '1' } };
}
