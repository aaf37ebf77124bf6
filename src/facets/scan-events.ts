import { repositoryArn } from '../aws/clients';
import type { Place } from '../engine/facet';

/** A repository's scans, basic and enhanced (EventBridge reference, Amazon ECR events; Amazon Inspector user guide, Inspector2 Scan). */
export function scanPattern(place: Place): object {
    return {
        account: [place.account],
        region: [place.region],
        source: ['aws.ecr', 'aws.inspector2'],
        'detail-type': ['ECR Image Scan', 'Inspector2 Scan'],
        // The one calls the repository by its name, the other by its ARN.
        detail: { 'repository-name': [place.repositoryName, repositoryArn(place)] },
    };
}

/** An image, or a further tag of one, that was pushed (EventBridge reference, Amazon ECR events). */
export function pushPattern({ account, region, repositoryName }: Place): object {
    return {
        account: [account],
        region: [region],
        source: ['aws.ecr'],
        'detail-type': ['ECR Image Action'],
        detail: { 'action-type': ['PUSH'], result: ['SUCCESS'], 'repository-name': [repositoryName] },
    };
}
