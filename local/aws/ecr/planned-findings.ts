import { z } from 'zod';
import { type Call, InvalidInput, type Operation, operation } from '../service';
import { storeOf } from '../world';
import * as members from './members';
import type { Image, Repository } from './state';

/** Findings by severity; severities without any are absent. */
export type SeverityCounts = Readonly<Record<string, number>>;

/** What scans find, by the digest of an image or the name of a repository. */
const planned = storeOf('ecr planned findings', () => new Map<string, SeverityCounts>());

/** Severities of findings (ECR API reference, ImageScanFinding). */
const severity = z.enum(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'UNDEFINED']);

/** Tells what scans of an image, or of all other images of a repository, will find. */
export const findingsControl: Readonly<Record<string, Operation>> = {
    findings: operation(
        z.strictObject({
            repositoryName: members.repositoryName.optional(),
            imageDigest: z.string().optional(),
            counts: z.partialRecord(severity, z.number().int().min(1)),
        }),
        ({ repositoryName, imageDigest, counts }, call) => {
            const subject = imageDigest ?? repositoryName;
            if (subject === undefined) {
                throw new InvalidInput('Name a repository (repositoryName) or an image (imageDigest).');
            }
            planned.of(call.world, call).set(subject, counts);
            return {};
        },
    ),
};

/** What a scan of the image finds: what was told of it, else of its repository, else nothing. */
export function findingsOf({ name }: Repository, { digest }: Image, call: Call): SeverityCounts {
    const all = planned.of(call.world, call);
    return all.get(digest) ?? all.get(name) ?? {};
}
