import { type RepositoryRef, repositoryArn } from '../aws/repository-ref';
import type { Severity } from '../properties';
import { SEVERITIES } from './scan-metrics';

/**
 * A repository's scans, basic and enhanced (EventBridge reference, Amazon ECR events; Amazon Inspector user guide,
 * Inspector2 Scan); of severities only those that found one of them.
 */
export function scanPattern(repository: RepositoryRef, severities: readonly Severity[] = []): object {
    return {
        account: [repository.account],
        region: [repository.region],
        source: ['aws.ecr', 'aws.inspector2'],
        'detail-type': ['ECR Image Scan', 'Inspector2 Scan'],
        // The one calls the repository by its name, the other by its ARN.
        detail: {
            'repository-name': [repository.repositoryName, repositoryArn(repository)],
            ...(severities.length > 0 && { 'finding-severity-counts': anyOf(severities) }),
        },
    };
}

/** Pure. The severities that a pattern of {@link scanPattern} names, the worst first. */
export function severitiesIn(pattern: object): Severity[] {
    const text = JSON.stringify(pattern);
    return SEVERITIES.filter((severity) => text.includes(`"${severity}":`));
}

/**
 * Basic scanning leaves out a severity without findings; enhanced scanning counts 0 (sources as above). EventBridge
 * takes $or for a field's name where it lists fewer than two patterns (aws/event-ruler, README, The "$or" Primitive).
 */
function anyOf(severities: readonly Severity[]): object {
    const patterns = severities.map((severity) => ({ [severity]: [{ numeric: ['>', 0] }] }));
    return patterns.length > 1 ? { $or: patterns } : { ...patterns[0] };
}

/** An image, or a further tag of one, that was pushed (EventBridge reference, Amazon ECR events). */
export function pushPattern({ account, region, repositoryName }: RepositoryRef): object {
    return {
        account: [account],
        region: [region],
        source: ['aws.ecr'],
        'detail-type': ['ECR Image Action'],
        detail: { 'action-type': ['PUSH'], result: ['SUCCESS'], 'repository-name': [repositoryName] },
    };
}
