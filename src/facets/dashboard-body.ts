import { alarmArn } from '../aws/alarm';
import { findingsLogGroup, METRICS, vulnerabilityAlarmName } from '../aws/names';
import type { RepositoryRef } from '../aws/repository-ref';
import type { PartialProperties } from '../properties';
import { alarmSeverities, isCriticalAlone, pushMetric, SEVERITIES, severityMetric } from './scan-metrics';

/** Columns of a dashboard (CloudWatch user guide, dashboard body structure and syntax). */
const WIDTH = 24;

const HEIGHT = 6;

/** Seconds. */
const HOUR = 3600;

/** How many findings the log query shows. */
const NEWEST = 20;

/** What the alarm's widget says that it counts. */
export const ALARM_TITLES = [
    'Critical vulnerabilities in the newest scan',
    'Vulnerabilities in the newest scan',
] as const;

/** Pure. Critical ones, or those that AlarmSeverities names. */
export function alarmTitle(properties: PartialProperties): string {
    const [critical, others] = ALARM_TITLES;
    return isCriticalAlone(alarmSeverities(properties)) ? critical : others;
}

/** What is on the dashboard, in the order of reading; with a title, the alarm too. */
export function dashboardBody(repository: RepositoryRef, title: string | undefined): object {
    const rows = [
        [vulnerabilities(repository), ...(title ? [alarm(title, repository)] : [])],
        [pulls(repository), pushes(repository), images(repository)],
        [newestFindings(repository)],
    ];
    return {
        widgets: rows.flatMap((row, y) =>
            row.map((widget, x) => {
                const width = WIDTH / row.length;
                return { ...widget, x: x * width, y: y * HEIGHT, width, height: HEIGHT };
            }),
        ),
    };
}

function vulnerabilities({ region, repositoryName }: RepositoryRef): object {
    const metrics = SEVERITIES.map((severity) => [
        METRICS,
        severityMetric(repositoryName, severity),
        { label: severity },
    ]);
    return chart(region, 'Vulnerabilities found by scans', 'Maximum', metrics);
}

function pulls({ region, repositoryName }: RepositoryRef): object {
    // Amazon ECR user guide, repository metrics.
    const metric = ['AWS/ECR', 'RepositoryPullCount', 'RepositoryName', repositoryName, { label: 'Pulls' }];
    return chart(region, 'Pulls', 'Sum', [metric]);
}

function pushes({ region, repositoryName }: RepositoryRef): object {
    return chart(region, 'Pushes', 'Sum', [[METRICS, pushMetric(repositoryName), { label: 'Pushes' }]]);
}

function images({ region, repositoryName }: RepositoryRef): object {
    // Amazon ECR user guide, usage metrics. A search, since the guide leaves open which dimensions there are besides.
    const terms = {
        Namespace: 'AWS/Usage',
        MetricName: 'ResourceCount',
        Service: 'ECR',
        Resource: 'ImagesPerRepositoryCount',
        ResourceId: `repository/${repositoryName}`,
    };
    const search = Object.entries(terms).map(([name, value]) => `${name}="${value}"`);
    const expression = `SEARCH('${search.join(' ')}', 'Maximum', ${HOUR})`;
    return chart(region, 'Images', 'Maximum', [[{ expression, label: 'Images' }]]);
}

function chart(region: string, title: string, stat: string, metrics: readonly unknown[]): object {
    const properties = { title, region, view: 'timeSeries', stat, period: HOUR, metrics };
    return { type: 'metric', properties };
}

function alarm(title: string, repository: RepositoryRef): object {
    return {
        type: 'alarm',
        properties: {
            title,
            alarms: [alarmArn(vulnerabilityAlarmName(repository.repositoryName), repository)],
        },
    };
}

function newestFindings({ region, repositoryName }: RepositoryRef): object {
    const counts = SEVERITIES.map(
        (severity) => `\`detail.finding-severity-counts.${severity}\` as ${severity}`,
    );
    const query = [
        `SOURCE '${findingsLogGroup(repositoryName)}'`,
        `fields time, \`detail.image-tags.0\` as tag, \`detail.image-digest\` as digest, ${counts.join(', ')}`,
        'filter ispresent(`detail.scan-status`)',
        'sort @timestamp desc',
        `limit ${NEWEST}`,
    ].join(' | ');
    return { type: 'log', properties: { title: 'Newest scans', region, view: 'table', query } };
}
