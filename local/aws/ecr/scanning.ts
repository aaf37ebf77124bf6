import { z } from 'zod';
import { AwsError } from '../error';
import { emit } from '../event-bus';
import { type Call, type Operation, operation } from '../service';
import { imageOf } from './find-image';
import * as members from './members';
import { findingsOf, type SeverityCounts } from './planned-findings';
import { type ScanFrequency, scanningOf } from './registry-scanning';
import { type Image, type Repository, repositories, repositoryArn, repositoryOf } from './state';

/** How many milliseconds a scan takes. */
const SCAN_TIME = 1_000;

const ofImage = { ...members.ofRepository, imageId: members.imageId };

export const scanOperations: Readonly<Record<string, Operation>> = {
    // Only basic scanning has scans on demand (ECR API reference, StartImageScan).
    StartImageScan: operation(z.strictObject(ofImage), ({ repositoryName, imageId }, call) => {
        const repository = repositoryOf(repositoryName, call);
        const image = imageOf(repository, imageId, call);
        if (scanningOf(repositoryName, call).scanType === 'ENHANCED') {
            const message = 'This feature is disabled: the registry uses enhanced scanning.';
            throw new AwsError('ValidationException', message);
        }
        if (image.status !== 'ACTIVE') {
            const message = `The image with digest '${image.digest}' is archived and cannot be scanned.`;
            throw new AwsError('ImageArchivedException', message);
        }
        scheduleScan(repository, image, call);
        return {
            registryId: call.account,
            repositoryName,
            imageId: { ...imageId, imageDigest: image.digest },
            imageScanStatus: { status: 'IN_PROGRESS' },
        };
    }),

    DescribeImageScanFindings: operation(
        z.strictObject({ ...ofImage, nextToken: members.nextToken, maxResults: members.maxResults }),
        ({ repositoryName, imageId }, call) => {
            const image = imageOf(repositoryOf(repositoryName, call), imageId, call);
            const { scan } = image;
            if (!scan) {
                const message = `Image scan does not exist for the image with '{imageDigest:'${image.digest}', imageTag:'${imageId.imageTag ?? 'null'}'}' in the repository with name '${repositoryName}' in the registry with id '${call.account}'`;
                throw new AwsError('ScanNotFoundException', message);
            }
            return {
                registryId: call.account,
                repositoryName,
                imageId: { imageDigest: image.digest, ...imageId },
                imageScanStatus: { status: 'COMPLETE', description: 'The scan was completed successfully.' },
                imageScanFindings: {
                    imageScanCompletedAt: scan.completedAt,
                    vulnerabilitySourceUpdatedAt: scan.completedAt,
                    findingSeverityCounts: scan.counts,
                    findings: listed(scan.counts),
                },
            };
        },
    ),

    BatchGetRepositoryScanningConfiguration: operation(
        z.strictObject({ repositoryNames: z.array(members.repositoryName).min(1).max(25) }),
        ({ repositoryNames }, call) => {
            const all = repositories.of(call.world, call);
            return {
                scanningConfigurations: repositoryNames
                    .filter((name) => all.has(name))
                    .map((repositoryName) => {
                        const { frequency, filters } = effectiveScanning(
                            repositoryOf(repositoryName, call),
                            call,
                        );
                        return {
                            repositoryArn: repositoryArn(repositoryName, call),
                            repositoryName,
                            scanOnPush: frequency === 'SCAN_ON_PUSH',
                            scanFrequency: frequency,
                            appliedScanFilters: filters.map((filter) => ({ filter, filterType: 'WILDCARD' })),
                        };
                    }),
                failures: repositoryNames
                    .filter((name) => !all.has(name))
                    .map((repositoryName) => ({
                        repositoryName,
                        failureCode: 'REPOSITORY_NOT_FOUND',
                        failureReason: 'REPOSITORY_NOT_FOUND',
                    })),
            };
        },
    ),
};

/** Scans an image that was pushed, where the repository or the registry says so. */
export function scanPushed(repository: Repository, image: Image, call: Call): void {
    if (effectiveScanning(repository, call).frequency !== 'MANUAL') {
        scheduleScan(repository, image, call);
    }
}

/**
 * A registry with rules decides for all repositories, one without leaves it to each repository's scanOnPush
 * (user guide, image scanning: scan filters). How ECR really weighs the two is not documented.
 */
function effectiveScanning(
    { name, scanOnPush }: Repository,
    call: Call,
): { frequency: ScanFrequency; filters: readonly string[] } {
    const { hasRules, frequency, filters } = scanningOf(name, call);
    return hasRules
        ? { frequency: frequency ?? 'MANUAL', filters }
        : { frequency: scanOnPush ? 'SCAN_ON_PUSH' : 'MANUAL', filters: [] };
}

function scheduleScan(repository: Repository, image: Image, call: Call): void {
    const { clock } = call.world;
    clock.schedule(clock.now() + SCAN_TIME, () => finishScan(repository, image, call));
}

/** Sets what the scan found and tells the event bus. */
function finishScan(repository: Repository, image: Image, call: Call): void {
    const counts = findingsOf(repository, image, call);
    image.scan = { completedAt: new Date(call.world.clock.now()), counts };
    emit(scanEvent(repository, image, counts, call), call);
}

/** Amazon ECR user guide, sample events; for enhanced scanning Amazon Inspector user guide, event schema. */
function scanEvent({ name }: Repository, image: Image, counts: SeverityCounts, call: Call) {
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

function listed(counts: SeverityCounts): object[] {
    return Object.entries(counts).flatMap(([severity, count]) =>
        Array.from({ length: count }, (_, index) => ({
            name: `CVE-2026-${String(index + 1).padStart(4, '0')}`,
            severity,
        })),
    );
}
