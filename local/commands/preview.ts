import { ECRClient, type LifecyclePolicyPreviewResult } from '@aws-sdk/client-ecr';
import { isAwsError } from '../../src/errors';
import { writeText } from '../files';
import { imagesOfFile, type StoredImage } from '../preview/images';
import { jsonOf } from '../preview/json';
import { type Limits, limitViolations } from '../preview/limits';
import { pageOf } from '../preview/page';
import { type PolicyOfFile, type PolicyRequest, policyOfFile } from '../preview/policy';
import { nameOf, type Report, reportOf } from '../preview/report';
import { imagesOfRepository, previewByEcr } from '../preview/repository';
import { textOf } from '../preview/text';
import { reach, say, type Workplace } from '../workplace';
import { fitted } from '../wrap';
import type { ExitCode } from './exit-code';

export interface PreviewRequest extends PolicyRequest, Limits {
    /** A file in the form of `aws ecr describe-images`; without one the images are those of the repository. */
    readonly images: string | undefined;
    /** Default: the repository that the template names. */
    readonly repository: string | undefined;
    /** The repository is in the account of the environment's credentials, not in the stand-in. */
    readonly live: boolean;
    /** Milliseconds since 1970. */
    readonly date: number;
    readonly details: boolean;
    readonly format: string;
    /** Where the picture goes. */
    readonly html: string | undefined;
    /** Also ask ECR, and compare. */
    readonly check: boolean;
}

/** Shows what a lifecycle policy does with images. Exit code 2: more than the limits allow, or ECR says otherwise. */
export async function preview(workplace: Workplace, request: PreviewRequest): Promise<ExitCode> {
    const policy = policyOfFile(request);
    const report = await reportFor(workplace, request, policy);
    if (request.html !== undefined) {
        writeText(request.html, pageOf(report, policy.repositoryName ?? request.file));
        say(`The picture is in ${request.html}.`);
    }
    console.log(
        request.format === 'json'
            ? jsonOf(report)
            : fitted(textOf(report, request.details), process.stdout, 4),
    );
    const violations = [
        ...limitViolations(report, request),
        ...(request.check ? await differences(workplace, request, policy, report) : []),
    ];
    violations.forEach(say);
    return violations.length > 0 ? 2 : 0;
}

async function reportFor(
    workplace: Workplace,
    request: PreviewRequest,
    policy: PolicyOfFile,
): Promise<Report> {
    const images =
        request.images === undefined
            ? await withRepository(workplace, request, policy, imagesOfRepository)
            : imagesOfFile(request.images);
    return reportOf(policy.rules, images, request.date);
}

async function withRepository<T>(
    workplace: Workplace,
    { repository, live, region }: PreviewRequest,
    policy: PolicyOfFile,
    work: (ecr: ECRClient, repositoryName: string) => Promise<T>,
): Promise<T> {
    const name = repository ?? policy.repositoryName;
    if (name === undefined) {
        throw new Error('A lifecycle policy names no images: give --images FILE, or --repository NAME.');
    }
    const ecr = new ECRClient({ region, ...(!live && (await reach(workplace))) });
    try {
        return await work(ecr, name);
    } catch (error) {
        if (isAwsError(error, 'RepositoryNotFoundException')) {
            throw new Error(
                `There is no repository ${name} in ${live ? 'the account' : 'the stand-in'}: deploy it first, or give --images FILE.`,
            );
        }
        throw error;
    } finally {
        ecr.destroy();
    }
}

/** Where ECR's own preview says otherwise. Referrers are left out: ECR lets them follow later. */
async function differences(
    workplace: Workplace,
    request: PreviewRequest,
    policy: PolicyOfFile,
    { rows }: Report,
): Promise<string[]> {
    if (policy.rules.length === 0) {
        return [];
    }
    const theirs = await withRepository(workplace, request, policy, (ecr, name) =>
        previewByEcr(ecr, name, policy.rules),
    );
    const found = rows.flatMap(({ image, verdict }) => {
        const ecr = inWords(theirs.get(image.digest));
        const ours =
            verdict.rule && verdict.outcome !== 'kept'
                ? `${verdict.outcome} by rule ${verdict.rule.rulePriority}`
                : 'kept';
        return ecr === ours || verdict.goesWith !== undefined ? [] : [differenceLine(image, ours, ecr)];
    });
    say(found.length === 0 ? 'ECR says the same of every image.' : 'ECR says otherwise:');
    return found;
}

function inWords({ action, appliedRulePriority }: LifecyclePolicyPreviewResult = {}): string {
    return action
        ? `${action.type === 'EXPIRE' ? 'expired' : 'archived'} by rule ${appliedRulePriority}`
        : 'kept';
}

function differenceLine(image: StoredImage, ours: string, ecrs: string): string {
    return `${nameOf(image)}: ${ours} here, ${ecrs} by ECR.`;
}
