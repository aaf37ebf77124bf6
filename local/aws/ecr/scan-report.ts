import type { ImageScan } from './state';

type ScanType = 'BASIC' | 'ENHANCED';

/** A scan that is over stays ACTIVE where scanning is continuous (ECR API reference, ImageScanStatus). */
export function scanStatus({ completedAt }: ImageScan, scanType: ScanType): object {
    if (!completedAt) {
        return { status: 'IN_PROGRESS' };
    }
    return scanType === 'ENHANCED'
        ? { status: 'ACTIVE', description: 'Continuous scan is selected for image.' }
        : { status: 'COMPLETE', description: 'The scan was completed successfully.' };
}

/** What a scan found, in numbers; nothing while it is under way. */
export function scanSummary({ completedAt, counts }: ImageScan): object {
    return completedAt
        ? {
              imageScanCompletedAt: completedAt,
              vulnerabilitySourceUpdatedAt: completedAt,
              findingSeverityCounts: counts,
          }
        : {};
}

/** A made-up vulnerability for each finding (ECR API reference, ImageScanFinding and EnhancedImageScanFinding). */
export function findingList({ counts }: ImageScan, scanType: ScanType): object[] {
    return Object.entries(counts).flatMap(([severity, count]) =>
        Array.from({ length: count }, (_, index) => {
            const name = `CVE-2026-${String(index + 1).padStart(4, '0')}`;
            return scanType === 'ENHANCED' ? { title: name, severity, status: 'ACTIVE' } : { name, severity };
        }),
    );
}
