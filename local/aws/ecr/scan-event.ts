import type { AwsEvent } from '../event-bus';
import type { Call } from '../service';
import type { SeverityCounts } from './planned-findings';
import { scanningOf } from './registry-scanning';
import { type Image, type Repository, repositoryArn } from './state';

/** What the event bus hears of a finished scan: Amazon ECR user guide, sample events; for enhanced scanning Amazon Inspector user guide, event schema. */
export function scanEvent({ name }: Repository, image: Image, counts: SeverityCounts, call: Call): AwsEvent {
    const repository = repositoryArn(name, call);
    if (scanningOf(name, call).scanType === 'ENHANCED') {
        const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
        return {
            source: 'aws.inspector2',
            'detail-type': 'Inspector2 Scan',
            resources: [repository],
            detail: {
                'scan-status': 'INITIAL_SCAN_COMPLETE',
                'repository-name': repository,
                'finding-severity-counts': { CRITICAL: 0, HIGH: 0, MEDIUM: 0, ...counts, TOTAL: total },
                'image-digest': image.digest,
                'image-tags': image.tags,
                version: '1.0',
            },
        };
    }
    return {
        source: 'aws.ecr',
        'detail-type': 'ECR Image Scan',
        resources: [repository],
        detail: {
            'scan-status': 'COMPLETE',
            'repository-name': name,
            'finding-severity-counts': counts,
            'image-digest': image.digest,
            'image-tags': image.tags,
        },
    };
}
