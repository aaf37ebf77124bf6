import { isDeepStrictEqual } from 'node:util';
import { properties as schema } from '../../schema.json';
import { repositoryArn } from '../aws';
import { type EventLog, type EventLogNames, merge, observe, toLog, write } from '../event-log';
import type { Rule } from '../event-rule';
import type { Facet, Place } from '../facet';
import { type LogGroup, logGroupArn, OWN } from '../log-group';
import { logGroupName, ruleName } from '../names';
import type { Properties } from '../properties';
import { satelliteTags } from '../satellite-tags';
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
    outlives: true,

    check({ EnableScanNotifications, SnsTopicArn }, place) {
        return EnableScanNotifications ? topicMistakes(SnsTopicArn, place) : [];
    },

    desired(properties, place) {
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
    },

    observe: (scope) => observe(namesOf(scope), scope),

    merge,

    write: (target, observed, scope) => write(namesOf(scope), target, observed, scope),

    describe(state, place) {
        const names = namesOf(place);
        const scans = state?.rules[names.scans];
        const log = works(scans, place) ? state?.log : undefined;
        const isLogged = isKept(scans, place) && isFed(log, scans, place);
        const topic = works(scans, place) ? scans?.targets[TOPIC] : undefined;
        const isRetained = isLogged || names.pushes in (state?.rules ?? {});
        return {
            EnableScanLogging: isLogged,
            ...(log && isRetained && { LogRetentionDays: log.retentionDays as LogRetentionDays }),
            ...(isLogged && { ScanLogGroupName: names.log }),
            EnableScanNotifications: topic !== undefined,
            ...(topic && { SnsTopicArn: topic.arn }),
        };
    },
};
