import { z } from 'zod';
import { evaluate, type Image as LifecycleImage, type Verdict } from '../../../src/lifecycle/evaluate';
import { AwsError } from '../error';
import { pageOf } from '../paging';
import { type Call, type Operation, operation } from '../service';
import { expire } from './images';
import { lifecycleRules } from './lifecycle-grammar';
import * as members from './members';
import {
    type Image,
    type Preview,
    type PreviewResult,
    type Repository,
    repositories,
    repositoryOf,
} from './state';
import { archive } from './storage-class';

/** Milliseconds that a preview takes. */
const PREVIEW_TIME = 2_000;

/** Milliseconds between two evaluations; ECR promises an image's end within a day of its time. */
const EVALUATION_INTERVAL = 86_400_000;

const ofRepository = z.strictObject(members.ofRepository);

export const lifecycleOperations: Readonly<Record<string, Operation>> = {
    PutLifecyclePolicy: operation(
        z.strictObject({ ...members.ofRepository, lifecyclePolicyText: members.lifecyclePolicyText }),
        ({ repositoryName, lifecyclePolicyText }, call) => {
            const repository = repositoryOf(repositoryName, call);
            lifecycleRules(lifecyclePolicyText);
            const isFirst = repository.lifecyclePolicyText === undefined;
            repository.lifecyclePolicyText = lifecyclePolicyText;
            if (isFirst) {
                scheduleEvaluation(repository, call);
            }
            return { registryId: call.account, repositoryName, lifecyclePolicyText };
        },
    ),

    GetLifecyclePolicy: operation(ofRepository, ({ repositoryName }, call) => {
        const repository = repositoryOf(repositoryName, call);
        return {
            registryId: call.account,
            repositoryName,
            lifecyclePolicyText: repository.lifecyclePolicyText ?? noPolicy(repositoryName, call),
            lastEvaluatedAt: lastEvaluated(repository),
        };
    }),

    DeleteLifecyclePolicy: operation(ofRepository, ({ repositoryName }, call) => {
        const repository = repositoryOf(repositoryName, call);
        const lifecyclePolicyText = repository.lifecyclePolicyText ?? noPolicy(repositoryName, call);
        delete repository.lifecyclePolicyText;
        return {
            registryId: call.account,
            repositoryName,
            lifecyclePolicyText,
            lastEvaluatedAt: lastEvaluated(repository),
        };
    }),

    StartLifecyclePolicyPreview: operation(
        z.strictObject({
            ...members.ofRepository,
            lifecyclePolicyText: members.lifecyclePolicyText.optional(),
        }),
        ({ repositoryName, lifecyclePolicyText }, call) => {
            const repository = repositoryOf(repositoryName, call);
            const text =
                lifecyclePolicyText ?? repository.lifecyclePolicyText ?? noPolicy(repositoryName, call);
            const results = previewOf(repository, text, call);
            if (repository.preview && repository.preview.completeAt > call.world.clock.now()) {
                const message = `The previous lifecycle policy preview request of the repository with name '${repositoryName}' in the registry with id '${call.account}' has not completed. Please try again later.`;
                throw new AwsError('LifecyclePolicyPreviewInProgressException', message);
            }
            repository.preview = {
                policyText: text,
                completeAt: call.world.clock.now() + PREVIEW_TIME,
                results,
            };
            return {
                registryId: call.account,
                repositoryName,
                lifecyclePolicyText: text,
                status: 'IN_PROGRESS',
            };
        },
    ),

    GetLifecyclePolicyPreview: operation(
        z.strictObject({
            ...members.ofRepository,
            imageIds: members.imageIds.optional(),
            nextToken: members.nextToken,
            maxResults: z.number().int().min(1).max(100).default(100),
            filter: z.strictObject({ tagStatus: members.tagStatus }).default({}),
        }),
        ({ repositoryName, imageIds, nextToken, maxResults, filter }, call) => {
            const preview = repositoryOf(repositoryName, call).preview ?? noPreview(repositoryName, call);
            const head = {
                registryId: call.account,
                repositoryName,
                lifecyclePolicyText: preview.policyText,
            };
            if (preview.completeAt > call.world.clock.now()) {
                return { ...head, status: 'IN_PROGRESS' };
            }
            const shown = preview.results.filter(
                ({ imageTags, imageDigest }) =>
                    hasTagStatus(imageTags, filter.tagStatus) &&
                    (imageIds?.some((id) => id.imageDigest === imageDigest) ?? true),
            );
            const page = pageOf(shown, maxResults, nextToken);
            return {
                ...head,
                status: 'COMPLETE',
                previewResults: page.items,
                nextToken: page.nextToken,
                summary: summaryOf(preview),
            };
        },
    ),
};

function hasTagStatus(tags: readonly string[], status: z.output<typeof members.tagStatus> = 'ANY'): boolean {
    return status === 'ANY' || tags.length > 0 === (status === 'TAGGED');
}

/** What ECR says before the first evaluation is not documented; the beginning of time is surely before it. */
function lastEvaluated({ lifecycleEvaluatedAt = new Date(0) }: Repository): Date {
    return lifecycleEvaluatedAt;
}

function scheduleEvaluation(repository: Repository, call: Call): void {
    const { clock } = call.world;
    clock.schedule(clock.now() + EVALUATION_INTERVAL, () => {
        const isThere = repositories.of(call.world, call).get(repository.name) === repository;
        if (isThere && repository.lifecyclePolicyText !== undefined) {
            carryOut(repository, repository.lifecyclePolicyText, call);
            scheduleEvaluation(repository, call);
        }
    });
}

function carryOut(repository: Repository, text: string, call: Call): void {
    const now = call.world.clock.now();
    repository.lifecycleEvaluatedAt = new Date(now);
    for (const { image, outcome } of verdictsOf(repository, text, now)) {
        if (outcome === 'expired') {
            expire(repository, image, call);
        } else if (outcome === 'archived') {
            archive(repository, image, call);
        }
    }
}

function previewOf(repository: Repository, text: string, call: Call): PreviewResult[] {
    return verdictsOf(repository, text, call.world.clock.now()).flatMap(({ image, outcome, rule }) =>
        outcome === 'kept' || !rule
            ? []
            : [
                  {
                      imageDigest: image.digest,
                      imageTags: image.tags,
                      imagePushedAt: image.pushedAt,
                      action:
                          outcome === 'expired'
                              ? { type: 'EXPIRE' as const }
                              : { type: 'TRANSITION' as const, targetStorageClass: 'ARCHIVE' as const },
                      appliedRulePriority: rule.rulePriority,
                      storageClass:
                          image.status === 'ARCHIVED' ? ('ARCHIVE' as const) : ('STANDARD' as const),
                  },
              ],
    );
}

function summaryOf({ results }: Preview): object {
    const expiring = results.filter(({ action }) => action.type === 'EXPIRE').length;
    return {
        expiringImageTotalCount: expiring,
        transitioningImageTotalCounts: [
            { targetStorageClass: 'ARCHIVE', imageTotalCount: results.length - expiring },
        ],
    };
}

function verdictsOf(
    { images }: Repository,
    text: string,
    now: number,
): (Verdict & { readonly image: Image })[] {
    const all = [...images.values()];
    return evaluate(lifecycleRules(text), all.map(lifecycleImage), now).flatMap((verdict, index) => {
        const image = all[index];
        return image ? [{ image, ...verdict }] : [];
    });
}

function lifecycleImage(image: Image): LifecycleImage {
    const { digest, tags, pushedAt, lastPulledAt, lastArchivedAt, lastActivatedAt, children, subject } =
        image;
    return {
        digest,
        tags,
        pushedAt: pushedAt.getTime(),
        children,
        ...(lastPulledAt && { pulledAt: lastPulledAt.getTime() }),
        // An image on its way back is still in the archive.
        ...(image.status !== 'ACTIVE' && lastArchivedAt && { archivedAt: lastArchivedAt.getTime() }),
        ...(lastActivatedAt && { activatedAt: lastActivatedAt.getTime() }),
        ...(subject !== undefined && { subject }),
    };
}

function noPolicy(repositoryName: string, { account }: Call): never {
    const message = `Lifecycle policy does not exist for the repository with name '${repositoryName}' in the registry with id '${account}'`;
    throw new AwsError('LifecyclePolicyNotFoundException', message);
}

function noPreview(repositoryName: string, { account }: Call): never {
    const message = `There is no lifecycle policy preview for the repository with name '${repositoryName}' in the registry with id '${account}'`;
    throw new AwsError('LifecyclePolicyPreviewNotFoundException', message);
}
