import { properties as schema } from '../../schema.json';
import { type EventLog, fulfils, merge, observe, toLog, write } from '../aws/event-log';
import { type LogGroup, OWN } from '../aws/log-group';
import { logGroupName, ruleName } from '../aws/names';
import type { Facet, Place, Some } from '../engine/facet';
import type { Properties } from '../properties';
import { satelliteTags } from '../satellite-tags';
import { pushPattern, scanPattern } from './scan-events';
import { scanMessage } from './scan-message';
import { pushFilter, SEVERITIES, severityFilters } from './scan-metrics';

/** The Id of the target that is SnsTopicArn. */
const TOPIC = `${OWN}topic`;

/** Days: the shortest that CloudWatch Logs keeps events (its API reference, PutRetentionPolicy). */
const SHORTEST = 1;

/**
 * What scans find: a rule that brings their events into a log group, where filters count vulnerabilities, and to
 * people. A log group is made for those who want to keep the log, and for the alarm and the dashboard, whose numbers
 * come out of it. The dashboard also wants to know of pushes, by a rule of its own: people are not told of those.
 */
export const scanFindings: Facet<EventLog> = {
    name: 'log and notifications of scan findings',
    properties: [
        'EnableScanLogging',
        'LogRetentionDays',
        'EnableScanNotifications',
        'SnsTopicArn',
        'ScanLogGroupName',
    ],
    serves: ['CreateCloudWatchAlarms', 'CreateDashboard'],
    outlives: true,

    check({ EnableScanNotifications, SnsTopicArn }, place) {
        return EnableScanNotifications ? topicMistakes(SnsTopicArn, place) : [];
    },

    desired,

    observe: (scope) => observe(namesOf(scope), scope),

    merge,

    write: (target, observed, scope) => write(namesOf(scope), target, observed, scope),

    describe(state, place) {
        const names = namesOf(place);
        const scans = state?.rules[names.scans];
        const log = state?.log;
        const topic = scans?.targets[TOPIC]?.arn;
        const isMeant = scans?.description === scanDescription(true, place);
        const isKept = isMeant && does(state, { EnableScanLogging: true }, place);
        const isShown = isMeant || state?.rules[names.pushes] !== undefined;
        return {
            EnableScanLogging: isKept,
            ...(log && isShown && isRetention(log.retentionDays) && { LogRetentionDays: log.retentionDays }),
            ...(isKept && { ScanLogGroupName: names.log }),
            EnableScanNotifications:
                topic !== undefined &&
                does(state, { EnableScanNotifications: true, SnsTopicArn: topic }, place),
            ...(topic !== undefined && { SnsTopicArn: topic }),
        };
    },

    denies({ CreateCloudWatchAlarms, CreateDashboard }, state, place) {
        return {
            ...(CreateCloudWatchAlarms &&
                !does(state, { CreateCloudWatchAlarms }, place) && { CreateCloudWatchAlarms: false }),
            ...(CreateDashboard && !does(state, { CreateDashboard }, place) && { CreateDashboard: false }),
        };
    },
};

function desired(properties: Properties, place: Place): EventLog | undefined {
    const { EnableScanLogging, EnableScanNotifications, SnsTopicArn, CreateDashboard } = properties;
    const log = logOf(properties, place);
    const toTopic = EnableScanNotifications && SnsTopicArn !== undefined;
    if (!log && !toTopic) {
        return undefined;
    }
    const names = namesOf(place);
    const shared = { isEnabled: true, tags: satelliteTags(properties) };
    const intoLog = log ? toLog(names.log, place) : {};
    return {
        rules: {
            [names.scans]: {
                ...shared,
                description: scanDescription(EnableScanLogging ?? false, place),
                pattern: scanPattern(place),
                targets: {
                    ...intoLog,
                    ...(toTopic && { [TOPIC]: { arn: SnsTopicArn, transformer: scanMessage(place) } }),
                },
            },
            ...(CreateDashboard && {
                [names.pushes]: {
                    ...shared,
                    description: `Images pushed to the ECR repository ${place.repositoryName}.`,
                    pattern: pushPattern(place),
                    targets: intoLog,
                },
            }),
        },
        ...(log && { log }),
    };
}

/** Whether what is there does all that these properties need. */
function does(state: EventLog | undefined, properties: Some, place: Place): boolean {
    const needed = desired({ ...properties, RepositoryName: place.repositoryName }, place);
    return needed !== undefined && fulfils(state, needed);
}

function namesOf({ repositoryName }: Place) {
    const scans = ruleName(repositoryName, 'scans');
    const pushes = ruleName(repositoryName, 'pushes');
    return { scans, pushes, rules: [scans, pushes], log: findingsLogGroup(repositoryName) };
}

/** The log group that scans are in. */
export function findingsLogGroup(repositoryName: string): string {
    return logGroupName(repositoryName, 'scan-findings');
}

function logOf(properties: Properties, place: Place): LogGroup | undefined {
    const { EnableScanLogging, CreateCloudWatchAlarms, CreateDashboard } = properties;
    if (!EnableScanLogging && !CreateCloudWatchAlarms && !CreateDashboard) {
        return undefined;
    }
    const { LogRetentionDays = schema.LogRetentionDays.default } = properties;
    const { repositoryName } = place;
    const counted = SEVERITIES.filter((severity) =>
        severity === 'CRITICAL' ? CreateCloudWatchAlarms || CreateDashboard : CreateDashboard,
    );
    const filters = counted.map((severity) => severityFilters(repositoryName, severity));
    return {
        // The dashboard shows the newest findings out of the log; the alarm never looks back.
        retentionDays: EnableScanLogging || CreateDashboard ? LogRetentionDays : SHORTEST,
        filters: Object.assign({}, ...filters, CreateDashboard ? pushFilter(repositoryName) : {}),
        tags: satelliteTags(properties),
        isGranted: true,
    };
}

/** Tells whether the log is kept because EnableScanLogging says so; nothing else in AWS could, for one day is legal. */
function scanDescription(isKept: boolean, { repositoryName }: Place): string {
    const what = `Results of image scans in the ECR repository ${repositoryName}`;
    return isKept ? `${what}, kept by EnableScanLogging.` : `${what}.`;
}

function isRetention(days: number): days is NonNullable<Properties['LogRetentionDays']> {
    return schema.LogRetentionDays.enum.includes(days);
}

/** EventBridge takes topics of the rule's Region only, and no FIFO ones (its API reference, PutTargets and Target). */
function topicMistakes(topic: string | undefined, { partition, region }: Place): string[] {
    if (!topic) {
        return [
            'SnsTopicArn: given none with EnableScanNotifications true. Name a topic, or set EnableScanNotifications to false.',
        ];
    }
    const [, given, where, isFifo] =
        /^arn:(aws[a-z-]*):sns:([a-z0-9-]+):\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?$/.exec(topic) ?? [];
    if (!given) {
        return [
            `SnsTopicArn: given ${topic}, wanted the ARN of an SNS topic, as in arn:${partition}:sns:${region}:123456789012:alerts. Take it from the topic, by !Ref.`,
        ];
    }
    if (given !== partition || where !== region) {
        return [
            `SnsTopicArn: given a topic in ${where} (${given}), wanted one in ${region} (${partition}), where the repository is. Use a topic of that Region.`,
        ];
    }
    return isFifo
        ? [`SnsTopicArn: given ${topic}, a FIFO topic, wanted a standard one. Use a topic that is not FIFO.`]
        : [];
}
