import { definitions, properties as schema } from '../../schema.json';
import { isObject, type Json, type JsonObject, listOf } from '../json';
import { argumentOf, member } from './data';
import type { Piece } from './repository';
import type { TemplateResource } from './resources';

/** What a template has beside a repository, and what takes its place. */
export interface Takeover {
    readonly pieces: readonly Piece[];
    /** Resources that go from the template. */
    readonly replaced: readonly TemplateResource[];
    /** Resources that look alike and stay, and why. */
    readonly left: readonly Left[];
}

export interface Left {
    readonly resource: TemplateResource;
    readonly why: string;
}

const SCAN_SOURCES = ['aws.ecr', 'aws.inspector2'];

const COUNTS = 'finding-severity-counts';

const SEVERITIES: readonly string[] = definitions.Severity.enum;

const SCAN_TYPES = ['ECR Image Scan', 'Inspector2 Scan'];

/** Years are the most that a log group can be told to keep; it keeps for ever what nobody tells it. */
const LONGEST = Math.max(...schema.LogRetentionDays.enum);

/** The rule that brings the results of a repository's scans to a topic or a log group, and what counts them there. */
export function findingsOf(
    isRepository: (value: Json) => boolean,
    resources: readonly TemplateResource[],
): Takeover {
    const rules = resources.filter(
        ({ type, properties }) =>
            type === 'AWS::Events::Rule' && isScanRule(properties['EventPattern'], isRepository),
    );
    const known = rules.map((rule) => ({ rule, targets: targetsOf(rule, resources) }));
    const [first, ...others] = known.filter(({ targets }) => targets);
    const left = known.flatMap(({ rule, targets }) =>
        targets
            ? []
            : [{ resource: rule, why: 'it filters events or has targets that this type does not have' }],
    );
    const more = others.map(({ rule }) => ({
        resource: rule,
        why: 'another rule of this repository is converted',
    }));
    const alarms = alarmsOf(isRepository, first?.targets?.log, resources);
    const { rule, targets } = first ?? {};
    return {
        pieces: [...(targets ? targetPieces(targets) : []), ...alarms.pieces],
        replaced: [...(rule ? [rule] : []), ...(targets?.log ? [targets.log] : []), ...alarms.replaced],
        left: [...left, ...more, ...alarms.left],
    };
}

interface Targets {
    readonly topic?: Json;
    readonly log?: TemplateResource;
    /** The one that a scan must have found for the rule to tell of it; without it, of every scan. */
    readonly severity?: string;
}

/** A rule about scans of this repository alone. Other filters in the pattern would let fewer events through. */
function isScanRule(pattern: Json | undefined, isRepository: (value: Json) => boolean): boolean {
    const detail = member(pattern, 'detail', {});
    const names = listOf(member(detail, 'repository-name', []));
    const sources = listOf(member(pattern, 'source', []));
    return (
        sources.length > 0 &&
        sources.every((source) => SCAN_SOURCES.includes(String(source))) &&
        listOf(member(pattern, 'detail-type', [])).some((type) => SCAN_TYPES.includes(String(type))) &&
        names.length === 1 &&
        names.every(isRepository)
    );
}

function targetsOf(
    { properties }: TemplateResource,
    resources: readonly TemplateResource[],
): Targets | undefined {
    const { EventPattern, State } = properties;
    const detail = member(EventPattern, 'detail', {});
    const types = listOf(member(EventPattern, 'detail-type', []));
    const filters = isObject(detail) ? Object.keys(detail) : [];
    const isPlain =
        State !== 'DISABLED' &&
        types.every((type) => SCAN_TYPES.includes(String(type))) &&
        filters.every((name) => ['repository-name', 'scan-status', COUNTS].includes(name));
    const severity = severityOf(member(detail, COUNTS, {}));
    const arns = listOf(properties['Targets']).map((target) => member(target, 'Arn', null));
    const topics = arns.filter((arn) => isTopic(arn, resources));
    const logs = resources.filter(
        (one) => one.type === 'AWS::Logs::LogGroup' && arns.some((arn) => isLogGroup(arn, one)),
    );
    const [topic] = topics;
    const [log] = logs;
    // The log group of this type has every scan.
    const isFilterKnown = !filters.includes(COUNTS) || (severity !== undefined && log === undefined);
    return isPlain &&
        isFilterKnown &&
        arns.length > 0 &&
        topics.length < 2 &&
        topics.length + logs.length === arns.length
        ? { ...(topic !== undefined && { topic }), ...(log && { log }), ...(severity && { severity }) }
        : undefined;
}

/** A pattern wants all severities that it names, and NotifySeverities any of them, so that only one means the same. */
function severityOf(counts: Json): string | undefined {
    const [[severity, found] = ['', null], ...others] = isObject(counts) ? Object.entries(counts) : [];
    const isSome = JSON.stringify(found) === JSON.stringify([{ numeric: ['>', 0] }]);
    return isSome && others.length === 0 && SEVERITIES.includes(severity) ? severity : undefined;
}

function isTopic(arn: Json, resources: readonly TemplateResource[]): boolean {
    const id = argumentOf(arn, 'Ref');
    if (typeof id !== 'string') {
        return JSON.stringify(arn).includes(':sns:');
    }
    const resource = resources.find(({ logicalId }) => logicalId === id);
    // What is not a resource is a parameter, of which the template may tell no more than the name.
    return resource ? resource.type === 'AWS::SNS::Topic' : /topic/i.test(id);
}

function isLogGroup(arn: Json, { logicalId, properties }: TemplateResource): boolean {
    const attribute = argumentOf(arn, 'Fn::GetAtt');
    if (Array.isArray(attribute)) {
        return attribute[0] === logicalId;
    }
    const { LogGroupName } = properties;
    const text = JSON.stringify(arn);
    return (
        text.includes(`\${${logicalId}}`) ||
        text.includes(`{"Ref":"${logicalId}"}`) ||
        (typeof LogGroupName === 'string' && text.includes(`:log-group:${LogGroupName}`))
    );
}

function targetPieces({ topic, log, severity }: Targets): Piece[] {
    const days = log?.properties['RetentionInDays'];
    return [
        ...(topic === undefined
            ? []
            : [
                  {
                      to: {
                          EnableScanNotifications: true,
                          SnsTopicArn: topic,
                          ...(severity && { NotifySeverities: [severity] }),
                      },
                      why: 'the rule sent the results of scans to this topic; the message is in words now',
                  },
              ]),
        ...(log
            ? [
                  {
                      to: { EnableScanLogging: true, LogRetentionDays: days ?? LONGEST },
                      why:
                          days === undefined
                              ? 'the log group kept events for ever; ten years are the most that this type keeps them'
                              : 'the rule brought the results of scans into a log group',
                  },
              ]
            : []),
    ];
}

/** The metric filters and the alarm on critical vulnerabilities. ECR itself publishes no such metric. */
function alarmsOf(
    isRepository: (value: Json) => boolean,
    log: TemplateResource | undefined,
    resources: readonly TemplateResource[],
): Takeover {
    const filters = resources.filter(
        ({ type, properties }) =>
            type === 'AWS::Logs::MetricFilter' &&
            log !== undefined &&
            isIn(properties['LogGroupName'], log) &&
            String(properties['FilterPattern']).includes('CRITICAL'),
    );
    const metrics = filters.flatMap(({ properties }) => listOf(properties['MetricTransformations']));
    const watching = resources.filter(
        ({ type, properties }) =>
            type === 'AWS::CloudWatch::Alarm' &&
            (metrics.some((metric) => isMetric(properties, metric)) || isEcrMetric(properties, isRepository)),
    );
    const [alarm, ...others] = watching.filter(({ properties }) => thresholdOf(properties) !== undefined);
    const left = watching
        .filter((one) => one !== alarm)
        .map((resource) => ({
            resource,
            why: others.includes(resource)
                ? 'another alarm on critical vulnerabilities is converted'
                : 'it compares otherwise than the alarm of this type does',
        }));
    return {
        pieces: alarm ? [alarmPiece(alarm.properties)] : [],
        replaced: alarm ? [alarm, ...filters] : [],
        left,
    };
}

function isIn(name: Json | undefined, { logicalId, properties }: TemplateResource): boolean {
    const { LogGroupName } = properties;
    return (
        argumentOf(name, 'Ref') === logicalId ||
        (LogGroupName !== undefined && JSON.stringify(name) === JSON.stringify(LogGroupName))
    );
}

function isMetric({ Namespace, MetricName }: JsonObject, metric: Json): boolean {
    const same = (value: Json | undefined, name: string) =>
        value !== undefined && JSON.stringify(value) === JSON.stringify(member(metric, name, null));
    return same(Namespace, 'MetricNamespace') && same(MetricName, 'MetricName');
}

function isEcrMetric(
    { Namespace, MetricName, Dimensions }: JsonObject,
    isRepository: (value: Json) => boolean,
): boolean {
    return (
        Namespace === 'AWS/ECR' &&
        String(MetricName).startsWith('Critical') &&
        listOf(Dimensions).some((dimension) => isRepository(member(dimension, 'Value', null)))
    );
}

/** The number that the alarm lets pass. */
function thresholdOf({ ComparisonOperator, Threshold }: JsonObject): Json | undefined {
    if (ComparisonOperator === 'GreaterThanThreshold') {
        return Threshold;
    }
    const isWhole = Number.isInteger(Number(Threshold)) && Number(Threshold) >= 1;
    return ComparisonOperator === 'GreaterThanOrEqualToThreshold' && isWhole
        ? Number(Threshold) - 1
        : undefined;
}

function alarmPiece(properties: JsonObject): Piece {
    const { AlarmActions, Namespace } = properties;
    return {
        to: {
            CreateCloudWatchAlarms: true,
            VulnerabilityThreshold: thresholdOf(properties) ?? 0,
            ...(AlarmActions !== undefined && { AlarmActions }),
        },
        why:
            Namespace === 'AWS/ECR'
                ? 'ECR publishes no such metric, so the alarm never had a value; the one of this type has'
                : 'the alarm on critical vulnerabilities; this one also ends when a later scan finds fewer',
    };
}
