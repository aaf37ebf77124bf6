import type { Target } from '../aws/event-rule';
import type { RepositoryRef } from '../aws/repository-ref';

/** Where each partition has its console. */
const CONSOLES: Readonly<Record<string, string>> = {
    aws: 'console.aws.amazon.com',
    'aws-cn': 'console.amazonaws.cn',
    'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/**
 * What is sent to people about a scan, in place of the event. A line of the template is a text in quotes; in it, a list
 * or an object loses its own quotes, and what is not in the event leaves nothing (EventBridge user guide, input
 * transformation). So the counts are shown together: each severity by itself would leave gaps for those not found.
 * The event may call the repository by its ARN, so the template holds its name.
 */
export function scanMessage(repository: RepositoryRef): NonNullable<Target['transformer']> {
    const { account, region, repositoryName, partition } = repository;
    const host = CONSOLES[partition];
    const image = `ecr/repositories/private/${account}/${repositoryName}/_/image/<digest>`;
    const lines = [
        `Image scan of the ECR repository ${repositoryName} in ${region}: <status>`,
        'Image tags: <tags>',
        'Image digest: <digest>',
        'Vulnerabilities counted, by severity: <counts>',
        ...(host ? [`Findings: https://${region}.${host}/${image}/scan-results?region=${region}`] : []),
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
