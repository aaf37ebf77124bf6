import { HandlerErrorCode } from '@amazon-web-services-cloudformation/cloudformation-cli-typescript-lib/dist/interface';
import {
    GetLifecyclePolicyPreviewCommand,
    type GetLifecyclePolicyPreviewResponse,
    type LifecyclePolicyPreviewResult,
    StartLifecyclePolicyPreviewCommand,
} from '@aws-sdk/client-ecr';
import type { FacetContext } from '../engine/facet';
import { HandlerFailure, isAwsError, orUndefined, SETTLING } from '../errors';
import { desired } from '../lifecycle/declared';
import { means } from '../lifecycle/meaning';
import { type LifecyclePolicy, parse, render } from '../lifecycle/policy';
import { fate } from '../lifecycle/summary';
import type { Properties } from '../properties';

/** Pages of 100 images that are read to say which rules expire them. */
const MOST_PAGES = 10;

/** Images that the failure names. */
const NAMED = 10;

const WAITING = "Waiting for ECR's preview of the lifecycle policy.";

/**
 * Asks ECR what a policy that changes would do, and refuses more expired images than MaxExpiringImages (ECR API
 * reference, StartLifecyclePolicyPreview and GetLifecyclePolicyPreview). A policy that means the same costs no call.
 */
export async function guard(
    declared: Properties,
    observed: LifecyclePolicy | undefined,
    context: FacetContext,
    isFirst: boolean,
): Promise<string | undefined> {
    const { MaxExpiringImages: most } = declared;
    const policy = desired(declared);
    if (most === undefined || !policy || means(policy, observed)) {
        return undefined;
    }
    // A preview that an operation finds at its beginning may be an old one.
    const preview = isFirst ? undefined : await newestPreview(context);
    if (preview?.status === 'IN_PROGRESS') {
        return WAITING;
    }
    if (preview?.status !== 'COMPLETE' || !isOf(policy, preview)) {
        await start(policy, context);
        return preview?.status === 'FAILED' ? failed(context) : WAITING;
    }
    const expiring = preview.summary?.expiringImageTotalCount ?? 0;
    if (expiring > most) {
        throw new HandlerFailure(
            HandlerErrorCode.InvalidRequest,
            await refusal(policy, preview, most, context),
        );
    }
    return undefined;
}

function isOf(policy: LifecyclePolicy, { lifecyclePolicyText }: GetLifecyclePolicyPreviewResponse): boolean {
    return lifecyclePolicyText !== undefined && means(parse(lifecyclePolicyText), policy);
}

function newestPreview({
    aws,
    repositoryName,
}: FacetContext): Promise<GetLifecyclePolicyPreviewResponse | undefined> {
    return orUndefined(
        aws.ecr.send(new GetLifecyclePolicyPreviewCommand({ repositoryName })),
        'LifecyclePolicyPreviewNotFoundException',
    );
}

/** ECR makes one preview of a repository at a time: somebody else's is waited for. */
async function start(policy: LifecyclePolicy, { aws, repositoryName }: FacetContext): Promise<void> {
    try {
        const lifecyclePolicyText = render(policy);
        await aws.ecr.send(new StartLifecyclePolicyPreviewCommand({ repositoryName, lifecyclePolicyText }));
    } catch (error) {
        if (!isAwsError(error, 'LifecyclePolicyPreviewInProgressException')) {
            throw error;
        }
    }
}

function failed({ repositoryName }: FacetContext): never {
    const message = `${repositoryName}: ECR's preview of the lifecycle policy failed, so nothing was written. Try again, or remove MaxExpiringImages.`;
    throw new HandlerFailure(HandlerErrorCode.GeneralServiceException, message, { patience: SETTLING });
}

async function refusal(
    policy: LifecyclePolicy,
    preview: GetLifecyclePolicyPreviewResponse,
    most: number,
    context: FacetContext,
): Promise<string> {
    const results = await resultsOf(preview, context);
    const expired = results.filter(({ action }) => action?.type === 'EXPIRE');
    const { expiringImageTotalCount: total, transitioningImageTotalCounts: moves = [] } =
        preview.summary ?? {};
    const archived = moves.reduce((sum, { imageTotalCount = 0 }) => sum + imageTotalCount, 0);
    return [
        `${context.repositoryName}: the lifecycle policy would expire ${total} images, and MaxExpiringImages is ${most}, so nothing was written.`,
        ...policy.flatMap((rule) => {
            const { length } = expired.filter(
                ({ appliedRulePriority }) => appliedRulePriority === rule.rulePriority,
            );
            return length > 0
                ? [
                      `Rule ${rule.rulePriority} expires ${length}${total === expired.length ? '' : ' or more'}: ${fate(rule)}`,
                  ]
                : [];
        }),
        `The first: ${expired.slice(0, NAMED).map(named).join(', ')}.`,
        ...(archived > 0 ? [`${archived} more would move to the archive.`] : []),
        'Keep more, name what must stay in ProtectedTagPatterns, or raise MaxExpiringImages for this one change.',
    ].join('\n');
}

function named({ imageTags = [], imageDigest = '', imagePushedAt }: LifecyclePolicyPreviewResult): string {
    const name = imageTags.join(' ') || imageDigest.slice(0, 19);
    return `${name} (pushed ${imagePushedAt?.toISOString().slice(0, 10)})`;
}

async function resultsOf(
    first: GetLifecyclePolicyPreviewResponse,
    { aws, repositoryName }: FacetContext,
): Promise<readonly LifecyclePolicyPreviewResult[]> {
    const results = [...(first.previewResults ?? [])];
    let { nextToken } = first;
    for (let page = 1; nextToken && page < MOST_PAGES; page += 1) {
        const next = await aws.ecr.send(new GetLifecyclePolicyPreviewCommand({ repositoryName, nextToken }));
        results.push(...(next.previewResults ?? []));
        nextToken = next.nextToken;
    }
    return results;
}
