import { z } from 'zod';
import { AwsError } from '../error';
import { emit } from '../event-bus';
import { pageOf } from '../paging';
import { type Call, type Operation, operation } from '../service';
import { imageOf } from './find-image';
import * as members from './members';
import { findingsOf } from './planned-findings';
import { type ScanFrequency, scanningOf } from './registry-scanning';
import { scanEvent } from './scan-event';
import { findingList, scanStatus, scanSummary } from './scan-report';
import { type Image, type Repository, repositories, repositoryArn, repositoryOf } from './state';

/** How many milliseconds a scan takes. */
const SCAN_TIME = 1_000;

const DAY = 86_400_000;

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
        if (isList(image)) {
            const message = `An artifact with media type '${image.mediaType}' cannot be scanned. For more information, see the Amazon ECR documentation.`;
            throw new AwsError('UnsupportedImageTypeException', message);
        }
        refuseSecondScan(image, call);
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
        ({ repositoryName, imageId, nextToken, maxResults }, call) => {
            const image = imageOf(repositoryOf(repositoryName, call), imageId, call);
            const scan = image.scan ?? noScan(image, imageId.imageTag, repositoryName, call);
            const { scanType } = scanningOf(repositoryName, call);
            const findings = pageOf(findingList(scan, scanType), maxResults, nextToken);
            const list = scanType === 'ENHANCED' ? 'enhancedFindings' : 'findings';
            return {
                registryId: call.account,
                repositoryName,
                imageId: { imageDigest: image.digest, ...imageId },
                imageScanStatus: scanStatus(scan, scanType),
                imageScanFindings: { ...scanSummary(scan), [list]: findings.items },
                nextToken: findings.nextToken,
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

/** Only the images of a manifest list are scanned (ECR API reference, StartImageScan: UnsupportedImageTypeException). */
function isList({ children }: Image): boolean {
    return children.length > 0;
}

/** Scans an image that was pushed, where the repository or the registry says so. */
export function scanPushed(repository: Repository, image: Image, call: Call): void {
    if (!isList(image) && effectiveScanning(repository, call).frequency !== 'MANUAL') {
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

function noScan({ digest }: Image, tag: string | undefined, repositoryName: string, call: Call): never {
    const message = `Image scan does not exist for the image with '{imageDigest:'${digest}', imageTag:'${tag ?? 'null'}'}' in the repository with name '${repositoryName}' in the registry with id '${call.account}'`;
    throw new AwsError('ScanNotFoundException', message);
}

/** One basic scan of an image in 24 hours, that on push included (ECR API reference, StartImageScan). */
function refuseSecondScan({ scan }: Image, { world: { clock } }: Call): void {
    if (scan && clock.now() < scan.startedAt.getTime() + DAY) {
        const message = 'The scan quota per image has been exceeded. Wait and try again.';
        throw new AwsError('LimitExceededException', message);
    }
}

function scheduleScan(repository: Repository, image: Image, call: Call): void {
    const { clock } = call.world;
    image.scan = { startedAt: new Date(clock.now()), counts: {} };
    clock.schedule(clock.now() + SCAN_TIME, () => finishScan(repository, image, call));
}

/** Sets what the scan found and tells the event bus. */
function finishScan(repository: Repository, image: Image, call: Call): void {
    const counts = findingsOf(repository, image, call);
    const completedAt = new Date(call.world.clock.now());
    image.scan = { startedAt: image.scan?.startedAt ?? completedAt, completedAt, counts };
    emit(scanEvent(repository, image, counts, call), call);
}
