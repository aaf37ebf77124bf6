import type { Target } from '../aws/event-rule';
import type { RepositoryRef } from '../aws/repository-ref';
import { SEVERITIES } from './scan-metrics';

type Transformer = NonNullable<Target['transformer']>;

/** Where each partition has its console. */
const CONSOLES: Readonly<Record<string, string>> = {
    aws: 'console.aws.amazon.com',
    'aws-cn': 'console.amazonaws.cn',
    'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/**
 * What is sent to people about a scan, in place of the event. Each line of the template is a text in quotes (Amazon
 * GuardDuty user guide, Creating custom responses to findings with EventBridge, has such a template of several lines).
 * In a text, a list or an object loses its own quotes, and what is not in the event leaves nothing (EventBridge user
 * guide, input transformation). So the counts are shown together: each severity by itself would leave gaps for those not found.
 * The event may call the repository by its ARN, so the template holds its name.
 */
export function scanMessage(repository: RepositoryRef): Transformer {
    const { region, repositoryName } = repository;
    const url = findingsUrl(repository);
    const lines = [
        `Image scan of the ECR repository ${repositoryName} in ${region}: <status>`,
        'Image tags: <tags>',
        'Image digest: <digest>',
        'Vulnerabilities counted, by severity: <counts>',
        ...(url ? [`Findings: ${url}`] : []),
    ];
    return {
        paths: {
            status: '$.detail.scan-status',
            tags: '$.detail.image-tags',
            digest: '$.detail.image-digest',
            counts: '$.detail.finding-severity-counts',
        },
        template: lines.map((line) => JSON.stringify(line)).join('\n'),
    };
}

/**
 * The same as a custom notification of Amazon Q Developer in chat applications, which shows no other text (its
 * administrator guide, Custom notifications). EventBridge escapes nothing that it puts into a text (EventBridge user
 * guide, Common issues with transforming input), so that a list or an object would break the JSON: the message has the
 * first tag, and each count by itself. The scans of one image become one thread.
 */
export function chatMessage(repository: RepositoryRef): Transformer {
    const { region, repositoryName } = repository;
    const url = findingsUrl(repository);
    const counts = SEVERITIES.map((severity) => `${severity} <${severity.toLowerCase()}>`);
    const lines = [
        `Status: <status>`,
        'Image tag: <tag>',
        'Image digest: <digest>',
        `Vulnerabilities counted: ${counts.join(', ')} (no number: none)`,
    ];
    const notification = {
        version: '1.0',
        source: 'custom',
        content: {
            textType: 'client-markdown',
            title: `Image scan of the ECR repository ${repositoryName} in ${region}`,
            description: lines.join('\n'),
            ...(url && { nextSteps: [`Read the findings: ${url}`] }),
        },
        metadata: { threadId: '<digest>' },
    };
    const paths = SEVERITIES.map((severity) => [
        severity.toLowerCase(),
        `$.detail.finding-severity-counts.${severity}`,
    ]);
    return {
        paths: {
            status: '$.detail.scan-status',
            tag: '$.detail.image-tags[0]',
            digest: '$.detail.image-digest',
            ...Object.fromEntries(paths),
        },
        template: JSON.stringify(notification),
    };
}

/** Where the console shows an image's findings, if the partition's console is known. */
function findingsUrl({ account, region, repositoryName, partition }: RepositoryRef): string | undefined {
    const host = CONSOLES[partition];
    const image = `ecr/repositories/private/${account}/${repositoryName}/_/image/<digest>`;
    return host && `https://${region}.${host}/${image}/scan-results?region=${region}`;
}
