import { properties as schema } from '../../schema.json';
import { SEVERITIES } from '../../src/facets/scan-metrics';
import { isObject, type Json, listOf } from '../json';
import { alarmOf, isFilterOf } from './alarm';
import { argumentOf, member } from './data';
import type { Piece } from './repository';
import type { TemplateResource } from './resources';
import type { Takeover } from './takeover';

const SCAN_SOURCES = ['aws.ecr', 'aws.inspector2'];

const COUNTS = 'finding-severity-counts';

const OR = '$or';

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
    const alarms = alarmOf(isRepository, first?.targets?.log, resources);
    const isRead = resources.some(
        (resource) =>
            first?.targets?.log &&
            isFilterOf(first.targets.log, resource) &&
            !alarms.replaced.includes(resource),
    );
    const { rule, targets } = (isRead ? undefined : first) ?? {};
    const feeding =
        isRead && first ? [{ resource: first.rule, why: 'its log group has filters that stay' }] : [];
    return {
        pieces: [...(targets ? targetPieces(targets) : []), ...alarms.pieces],
        replaced: [...(rule ? [rule] : []), ...(targets?.log ? [targets.log] : []), ...alarms.replaced],
        left: [...left, ...more, ...feeding, ...alarms.left],
    };
}

interface Targets {
    readonly topic?: Json;
    readonly log?: TemplateResource;
    /** Of which a scan must have found one for the rule to tell of it; none for every scan. */
    readonly severities: readonly string[];
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
        filters.every((name) => ['repository-name', 'scan-status', COUNTS, OR].includes(name));
    const severities = severitiesOf(detail);
    const arns = listOf(properties['Targets']).map((target) => member(target, 'Arn', null));
    const topics = arns.filter((arn) => isTopic(arn, resources));
    const logs = resources.filter(
        (one) => one.type === 'AWS::Logs::LogGroup' && arns.some((arn) => isLogGroup(arn, one)),
    );
    const [topic] = topics;
    const [log] = logs;
    // The log group of this type has every scan.
    const isFilterKnown = severities?.length === 0 || log === undefined;
    return isPlain &&
        severities &&
        isFilterKnown &&
        arns.length > 0 &&
        topics.length < 2 &&
        topics.length + logs.length === arns.length
        ? { ...(topic !== undefined && { topic }), ...(log && { log }), severities }
        : undefined;
}

/**
 * A pattern wants all severities that it names, and NotifySeverities any of them: only one, or those in $or, mean the
 * same. None without such a filter; undefined for another one.
 */
function severitiesOf(detail: Json): readonly string[] | undefined {
    const { [COUNTS]: counts, [OR]: either } = isObject(detail) ? detail : {};
    if (either === undefined) {
        return counts === undefined ? [] : eachSeverity(listOf(argumentOf(counts, OR) ?? counts));
    }
    return counts === undefined
        ? eachSeverity(listOf(either).map((one) => argumentOf(one, COUNTS) ?? null))
        : undefined;
}

function eachSeverity(choices: readonly Json[]): readonly string[] | undefined {
    const severities = choices.flatMap((counts) => severityOf(counts) ?? []);
    return severities.length === choices.length ? severities : undefined;
}

/** The one severity that a scan must have found. */
function severityOf(counts: Json): string | undefined {
    const [[severity, found] = ['', null], ...others] = isObject(counts) ? Object.entries(counts) : [];
    const isSome = JSON.stringify(found) === JSON.stringify([{ numeric: ['>', 0] }]);
    return isSome && others.length === 0 ? SEVERITIES.find((one) => one === severity) : undefined;
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

function targetPieces({ topic, log, severities }: Targets): Piece[] {
    const days = log?.properties['RetentionInDays'];
    return [
        ...(topic === undefined
            ? []
            : [
                  {
                      to: {
                          EnableScanNotifications: true,
                          SnsTopicArn: topic,
                          ...(severities.length > 0 && { NotifySeverities: severities }),
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
