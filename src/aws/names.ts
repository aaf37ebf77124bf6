import { createHash } from 'node:crypto';
import type { RepositoryRef } from './repository-ref';

/*
 * The names of all that is made beside a repository. They follow from its name, so that they are found again, and no
 * two repositories share one: its name is runs of a-z0-9 with one of . _ __ / or any number of - between two of them
 * (Amazon ECR API reference, CreateRepository, repositoryName), so that all other marks between two runs are free.
 */

/** What the names of all log groups begin with; EventBridge's logs belong under /aws/events/ (EventBridge user guide). */
export const LOG_GROUPS = '/aws/events/ecr/';

/** The log group of the lock on the registry, one for each account and Region. */
export const LOCK_LOG_GROUP = '/org-containers-ecrrepository/lock';

/** The namespace of all metrics made here. */
export const METRICS = 'Org/Containers/EcrRepository';

/** 22 of these characters carry 132 of the 256 bits of a hash. */
const HASH = 22;

/** In no name that has room; so a shortened name never equals one that was not. */
const SHORTENED = '_-';

/** The log group of a repository's events of one kind; 512 characters at most (CreateLogGroup), all of ECR's taken. */
export function logGroupName(repositoryName: string, events: string): string {
    return `${LOG_GROUPS}${repositoryName}/${events}`;
}

/** The log group of a repository's scans. */
export function findingsLogGroup(repositoryName: string): string {
    return logGroupName(repositoryName, 'scan-findings');
}

/** The rule for a repository's events of one kind; 64 characters of A-Za-z0-9._- at most (EventBridge, PutRule). */
export function ruleName(repositoryName: string, events: string): string {
    return shorten(`ecr-${events}-`, spell(repositoryName), 64);
}

/** The metric of a repository; 255 characters at most, no colon, star or dollar (CloudWatch Logs, MetricTransformation). */
export function metricName(repositoryName: string, metric: string): string {
    return `${shorten('', repositoryName, 254 - metric.length)}/${metric}`;
}

/** An alarm about a repository; 255 characters at most (CloudWatch, PutMetricAlarm). */
export function alarmName(repositoryName: string, about: string): string {
    return shorten(`ecr-${about}-`, repositoryName, 255);
}

/** The alarm about a repository's critical vulnerabilities. */
export function vulnerabilityAlarmName(repositoryName: string): string {
    return alarmName(repositoryName, 'critical-vulnerabilities');
}

/**
 * A repository's dashboard; 255 characters of A-Za-z0-9-_ at most (CloudWatch, PutDashboard). Dashboards have no Region
 * of their own, so theirs is in the name; no Region's name is the beginning of another's.
 */
export function dashboardName({ region, repositoryName }: RepositoryRef): string {
    return shorten(`ecr-${region}-`, spell(repositoryName), 255);
}

/** In A-Za-z0-9-_ alone. */
function spell(repositoryName: string): string {
    return repositoryName.replaceAll('/', '___').replaceAll('.', '-_');
}

/** As much of the name as there is room for; if that is not all, with a hash of all of it. */
function shorten(prefix: string, name: string, room: number): string {
    if (prefix.length + name.length <= room) {
        return prefix + name;
    }
    const hash = createHash('sha256').update(name).digest('base64url').slice(0, HASH);
    const head = name.slice(0, room - prefix.length - SHORTENED.length - HASH);
    return `${prefix}${head}${SHORTENED}${hash}`;
}
