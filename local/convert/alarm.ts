import { SEVERITIES } from '../../src/facets/scan-metrics';
import type { Severity } from '../../src/properties';
import { type Json, type JsonObject, listOf } from '../json';
import { argumentOf, member } from './data';
import type { Piece } from './repository';
import type { TemplateResource } from './resources';
import type { Takeover } from './takeover';

/** What the alarm of this type counts, and the greatest number that does not raise it. */
interface Watch {
    readonly severities: readonly Severity[];
    readonly threshold: Json;
}

/** What a metric filter counts. */
interface Count {
    readonly severities: readonly Severity[];
    /** It takes only scans that found more than this of one severity. */
    readonly above: number;
    /** Whether its value is the number of vulnerabilities, in place of one for each scan. */
    readonly isOfFindings: boolean;
}

/** An alarm on the vulnerabilities that scans find, and the metric filters that count them for it. */
export function alarmOf(
    isRepository: (value: Json) => boolean,
    log: TemplateResource | undefined,
    resources: readonly TemplateResource[],
): Takeover {
    const filters = resources.filter(
        (resource) => resource.type === 'AWS::Logs::MetricFilter' && log && isFilterOf(log, resource),
    );
    const watching = resources
        .filter(({ type }) => type === 'AWS::CloudWatch::Alarm')
        .map((alarm) => ({ alarm, feeding: filters.filter((filter) => feeds(filter, alarm)) }))
        .filter(({ alarm, feeding }) => feeding.length > 0 || ecrSeverity(alarm, isRepository))
        .map(({ alarm, feeding }) => ({
            alarm,
            feeding,
            watch: watchOf(alarm, feeding, ecrSeverity(alarm, isRepository)),
        }));
    const converted = watching.find(({ watch }) => watch);
    const left = watching
        .filter((one) => one !== converted)
        .map(({ alarm: resource, watch }) => ({
            resource,
            why: watch
                ? 'another alarm of this repository is converted'
                : 'it counts or compares otherwise than the alarm of this type does',
        }));
    return converted?.watch
        ? {
              pieces: [alarmPiece(converted.alarm.properties, converted.watch)],
              replaced: [converted.alarm, ...converted.feeding],
              left,
          }
        : { pieces: [], replaced: [], left };
}

/** Whether a resource is a metric filter or a subscription filter of a log group. */
export function isFilterOf(log: TemplateResource, { type, properties }: TemplateResource): boolean {
    const { LogGroupName: name } = log.properties;
    const { LogGroupName: read } = properties;
    return (
        ['AWS::Logs::MetricFilter', 'AWS::Logs::SubscriptionFilter'].includes(type) &&
        (argumentOf(read, 'Ref') === log.logicalId ||
            (name !== undefined && JSON.stringify(read) === JSON.stringify(name)))
    );
}

/** Whether a filter makes the metric of an alarm, or one of those that the alarm computes with. */
function feeds({ properties: filter }: TemplateResource, { properties: alarm }: TemplateResource): boolean {
    const computed = listOf(alarm['Metrics']).map((one) =>
        member(member(one, 'MetricStat', {}), 'Metric', {}),
    );
    return listOf(filter['MetricTransformations']).some((made) =>
        [alarm, ...computed].some(
            (metric) =>
                isSame(metric, 'Namespace', made, 'MetricNamespace') &&
                isSame(metric, 'MetricName', made, 'MetricName'),
        ),
    );
}

function isSame(one: Json, name: string, other: Json, otherName: string): boolean {
    const value = member(one, name, null);
    return value !== null && JSON.stringify(value) === JSON.stringify(member(other, otherName, null));
}

/** The severity in the name of a metric that ECR itself would have to publish, and does not. */
function ecrSeverity(
    { properties: { Namespace, MetricName, Dimensions } }: TemplateResource,
    isRepository: (value: Json) => boolean,
): Severity | undefined {
    const isOfRepository = listOf(Dimensions).some((one) => isRepository(member(one, 'Value', null)));
    return Namespace === 'AWS/ECR' && isOfRepository
        ? SEVERITIES.find((severity) => String(MetricName).toUpperCase().startsWith(severity))
        : undefined;
}

/** Undefined where the alarm of this type means something else. */
function watchOf(
    { properties }: TemplateResource,
    filters: readonly TemplateResource[],
    published: Severity | undefined,
): Watch | undefined {
    const limit = thresholdOf(properties);
    const isSilent = /^false$/i.test(String(properties['ActionsEnabled']));
    if (limit === undefined || isSilent || 'Metrics' in properties) {
        return undefined;
    }
    if (published) {
        return { severities: [published], threshold: limit };
    }
    const counts = filters.flatMap((filter) => countOf(filter.properties) ?? []);
    const [count] = counts;
    if (!count || counts.length < filters.length) {
        return undefined;
    }
    const severities = SEVERITIES.filter((one) => counts.some((each) => each.severities.includes(one)));
    if (limit === 0) {
        const isOne = severities.length === 1 && counts.length === 1;
        const isAny = counts.every(({ above }) => above === 0);
        return isOne || isAny ? { severities, threshold: count.above } : undefined;
    }
    // Only a greatest number of vulnerabilities can be compared with another number.
    const isNumber = counts.length === 1 && count.isOfFindings && properties['Statistic'] === 'Maximum';
    return isNumber && count.above === 0 ? { severities, threshold: limit } : undefined;
}

/** The number that the alarm lets pass. */
function thresholdOf({ ComparisonOperator, Threshold }: JsonObject): Json | undefined {
    const number = Number(Threshold);
    if (ComparisonOperator === 'GreaterThanThreshold') {
        return Number.isNaN(number) ? Threshold : number;
    }
    const isWhole = Number.isInteger(number) && number >= 1;
    return ComparisonOperator === 'GreaterThanOrEqualToThreshold' && isWhole ? number - 1 : undefined;
}

const COUNT = String.raw`\$\.detail\.finding-severity-counts\.(${SEVERITIES.join('|')})`;

const COMPARISON = new RegExp(`^\\(?\\s*${COUNT}\\s*(>=?)\\s*(\\d+)\\s*\\)?$`);

/** A filter that takes scans by the number of one severity, or of any of several (CloudWatch Logs, Filter pattern syntax). */
function countOf({ FilterPattern, MetricTransformations }: JsonObject): Count | undefined {
    const [, conditions = ''] = /^\s*\{(.*)\}\s*$/s.exec(String(FilterPattern)) ?? [];
    const [transformation = null] = listOf(MetricTransformations);
    const value = String(member(transformation, 'MetricValue', '1'));
    const [, valued] = new RegExp(`^${COUNT}$`).exec(value) ?? [];
    const terms = conditions.split('||').map((term) => COMPARISON.exec(term.trim()));
    const severities = SEVERITIES.filter((severity) => terms.some((term) => term?.[1] === severity));
    const least = new Set(terms.map((term) => (term ? Number(term[3]) - (term[2] === '>' ? 0 : 1) : -1)));
    const [above = -1] = least;
    const isOfFindings = valued !== undefined && severities.length === 1 && valued === severities[0];
    const isKnown = above >= 0 && least.size === 1 && (isOfFindings || Number(value) > 0);
    return isKnown ? { severities, above, isOfFindings } : undefined;
}

function alarmPiece({ AlarmActions, Namespace }: JsonObject, { severities, threshold }: Watch): Piece {
    const isDefault = severities.length === 1 && severities[0] === 'CRITICAL';
    return {
        to: {
            CreateCloudWatchAlarms: true,
            ...(!isDefault && { AlarmSeverities: severities }),
            VulnerabilityThreshold: threshold,
            ...(AlarmActions !== undefined && { AlarmActions }),
        },
        why:
            Namespace === 'AWS/ECR'
                ? 'ECR publishes no such metric, so the alarm never had a value; the one of this type has'
                : 'the alarm on the vulnerabilities of scans; this one also ends when a later scan finds fewer',
    };
}
