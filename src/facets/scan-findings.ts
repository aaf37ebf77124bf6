import { isDeepStrictEqual } from 'node:util';
import { properties as schema } from '../../schema.json';
import { type EventLog, fulfils, merge, observe, toLog, write } from '../aws/event-log';
import type { Rule } from '../aws/event-rule';
import { type LogGroup, OWN } from '../aws/log-group';
import { findingsLogGroup, ruleName } from '../aws/names';
import type { RepositoryRef } from '../aws/repository-ref';
import { satelliteTags } from '../aws/tags';
import type { Facet } from '../engine/facet';
import type { PartialProperties, Properties } from '../properties';
import { regionViolations } from './regional-arn';
import { pushPattern, scanPattern, severitiesIn } from './scan-events';
import { chatMessage, scanMessage } from './scan-message';
import { alarmSeverities, pushFilter, SEVERITIES, severityFilters, worstFirst } from './scan-metrics';

/** The Id of the target that is SnsTopicArn. */
const TOPIC = `${OWN}topic`;

/** Days: the shortest that CloudWatch Logs keeps events (its API reference, PutRetentionPolicy). */
const SHORTEST = 1;

/**
 * What scans find: a rule that brings their events into a log group, where filters count vulnerabilities, and to
 * people. A log group is made for those who want to keep the log, and for the alarm and the dashboard, whose numbers
 * come out of it. The dashboard also wants to know of pushes, by a rule of its own: people are not notified of those.
 * NotifySeverities takes a rule of its own too, since the log needs every scan.
 */
export const scanFindings: Facet<EventLog> = {
    name: 'log and notifications of scan findings',
    properties: [
        'EnableScanLogging',
        'LogRetentionDays',
        'EnableScanNotifications',
        'SnsTopicArn',
        'NotifySeverities',
        'NotificationFormat',
        'ScanLogGroupName',
    ],
    home: 'region',

    // EventBridge API reference, PutTargets: the topic is in the rule's Region.
    validate({ EnableScanNotifications, SnsTopicArn }, repository) {
        if (!EnableScanNotifications) {
            return [];
        }
        return SnsTopicArn === undefined
            ? [
                  'SnsTopicArn: given none with EnableScanNotifications true. Name a topic, or set EnableScanNotifications to false.',
              ]
            : regionViolations('SnsTopicArn', 'topic', SnsTopicArn, repository);
    },

    desired,

    observe: (context, expected) => observe(namesOf(context), context, expected),

    apply: (target, observed, context) => write(namesOf(context), target, observed, context),

    readback,

    // CloudWatch Logs API reference, LogGroup: where a policy of the account sets the retention, the group's own is not shown.
    isInSync(properties, observed, repository) {
        const target = desired(properties, repository);
        const shown =
            observed?.log?.hasAccountRetention && target?.log
                ? { ...observed, log: { ...observed.log, retentionDays: target.log.retentionDays } }
                : observed;
        return isDeepStrictEqual(readback(shown, repository), readback(target, repository));
    },

    alwaysRecorded: ['LogRetentionDays'],

    ownership: { merge, owned: (observed) => observed },

    requiredBy: {
        properties: ['CreateCloudWatchAlarms', 'CreateDashboard'],
        unmet({ CreateCloudWatchAlarms, AlarmSeverities, CreateDashboard }, observed, repository) {
            const alarm = { CreateCloudWatchAlarms: true, ...(AlarmSeverities && { AlarmSeverities }) };
            return {
                ...(CreateCloudWatchAlarms &&
                    !does(observed, alarm, repository) && {
                        CreateCloudWatchAlarms: false,
                    }),
                ...(CreateDashboard &&
                    !does(observed, { CreateDashboard }, repository) && { CreateDashboard: false }),
            };
        },
    },
};

function readback(state: EventLog | undefined, repository: RepositoryRef): PartialProperties {
    const names = namesOf(repository);
    const log = state?.log;
    const isDescribedAsKept = state?.rules[names.scans]?.description === scanDescription(true, repository);
    const isKept = isDescribedAsKept && does(state, { EnableScanLogging: true }, repository);
    const isShown = isDescribedAsKept || state?.rules[names.pushes] !== undefined;
    return {
        EnableScanLogging: isKept,
        ...(log && isShown && isRetention(log.retentionDays) && { LogRetentionDays: log.retentionDays }),
        ScanLogGroupName: names.log,
        ...notificationsIn(state, repository),
    };
}

function desired(properties: Properties, repository: RepositoryRef): EventLog | undefined {
    const { EnableScanLogging, NotifySeverities = [], CreateDashboard } = properties;
    const log = logOf(properties, repository);
    const toTopic = topicTarget(properties, repository);
    if (!log && !toTopic) {
        return undefined;
    }
    const names = namesOf(repository);
    const shared = { isEnabled: true, tags: satelliteTags(properties) };
    const intoLog = log ? toLog(names.log, repository) : {};
    const severities = worstFirst(NotifySeverities);
    const isSevereOnly = toTopic !== undefined && severities.length > 0;
    return {
        rules: {
            ...((log || !isSevereOnly) && {
                [names.scans]: {
                    ...shared,
                    description: scanDescription(EnableScanLogging ?? false, repository),
                    pattern: scanPattern(repository),
                    targets: isSevereOnly ? intoLog : { ...intoLog, ...toTopic },
                },
            }),
            ...(isSevereOnly && {
                [names.severe]: {
                    ...shared,
                    description: `Image scans in the ECR repository ${repository.repositoryName} that found what NotifySeverities names.`,
                    pattern: scanPattern(repository, severities),
                    targets: toTopic,
                },
            }),
            ...(CreateDashboard && {
                [names.pushes]: {
                    ...shared,
                    description: `Images pushed to the ECR repository ${repository.repositoryName}.`,
                    pattern: pushPattern(repository),
                    targets: intoLog,
                },
            }),
        },
        ...(log && { log }),
    };
}

/** The topic as a rule's targets. */
function topicTarget(properties: Properties, repository: RepositoryRef): Rule['targets'] | undefined {
    const { EnableScanNotifications, SnsTopicArn, NotificationFormat } = properties;
    const message = NotificationFormat === 'CHATBOT' ? chatMessage : scanMessage;
    return EnableScanNotifications && SnsTopicArn !== undefined
        ? { [TOPIC]: { arn: SnsTopicArn, transformer: message(repository) } }
        : undefined;
}

/** What people are notified of, as properties. */
function notificationsIn(state: EventLog | undefined, repository: RepositoryRef): PartialProperties {
    const { scans, severe } = namesOf(repository);
    const rule = [state?.rules[scans], state?.rules[severe]].find((one) => one?.targets[TOPIC]);
    const topic = rule?.targets[TOPIC];
    if (!rule || !topic) {
        return { EnableScanNotifications: false };
    }
    const severities = severitiesIn(rule.pattern);
    // A custom notification is a JSON object, a text is lines in quotes.
    const isForChat = topic.transformer?.template.startsWith('{');
    const settings: PartialProperties = {
        SnsTopicArn: topic.arn,
        ...(severities.length > 0 && { NotifySeverities: severities }),
        NotificationFormat: isForChat ? 'CHATBOT' : 'TEXT',
    };
    return {
        ...settings,
        EnableScanNotifications: does(state, { ...settings, EnableScanNotifications: true }, repository),
    };
}

/** Whether what is observed does all that these properties need. */
function does(
    state: EventLog | undefined,
    properties: PartialProperties,
    repository: RepositoryRef,
): boolean {
    const needed = desired({ ...properties, RepositoryName: repository.repositoryName }, repository);
    return needed !== undefined && fulfils(state, needed);
}

function namesOf({ repositoryName }: RepositoryRef) {
    const scans = ruleName(repositoryName, 'scans');
    const pushes = ruleName(repositoryName, 'pushes');
    const severe = ruleName(repositoryName, 'severe-scans');
    return { scans, pushes, severe, rules: [scans, pushes, severe], log: findingsLogGroup(repositoryName) };
}

function logOf(properties: Properties, repository: RepositoryRef): LogGroup | undefined {
    const { EnableScanLogging, CreateCloudWatchAlarms, CreateDashboard } = properties;
    if (!EnableScanLogging && !CreateCloudWatchAlarms && !CreateDashboard) {
        return undefined;
    }
    const { LogRetentionDays = schema.LogRetentionDays.default } = properties;
    const { repositoryName } = repository;
    const alarmed = CreateCloudWatchAlarms ? alarmSeverities(properties) : [];
    const counted = CreateDashboard ? SEVERITIES : alarmed;
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
function scanDescription(isKept: boolean, { repositoryName }: RepositoryRef): string {
    const what = `Results of image scans in the ECR repository ${repositoryName}`;
    return isKept ? `${what}, kept by EnableScanLogging.` : `${what}.`;
}

function isRetention(days: number): days is NonNullable<Properties['LogRetentionDays']> {
    return schema.LogRetentionDays.enum.includes(days);
}
