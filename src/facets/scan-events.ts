import { type RepositoryRef, repositoryArn } from '../aws/repository-ref';

/** A repository's scans, basic and enhanced (EventBridge reference, Amazon ECR events; Amazon Inspector user guide, Inspector2 Scan). */
export function scanPattern(repository: RepositoryRef): object {
    return {
        account: [repository.account],
        region: [repository.region],
        source: ['aws.ecr', 'aws.inspector2'],
        'detail-type': ['ECR Image Scan', 'Inspector2 Scan'],
        // The one calls the repository by its name, the other by its ARN.
        detail: { 'repository-name': [repository.repositoryName, repositoryArn(repository)] },
    };
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
