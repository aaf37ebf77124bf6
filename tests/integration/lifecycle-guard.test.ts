/** MaxExpiringImages: ECR's own preview is asked before a changed lifecycle policy is written. */
import {
    BatchDeleteImageCommand,
    GetLifecyclePolicyCommand,
    StartLifecyclePolicyPreviewCommand,
} from '@aws-sdk/client-ecr';
import type { PartialProperties } from '../../src/properties';
import { NAME } from '../support/my-app';
import { pushImage } from '../support/push-image';
import { useAccount, useFunction, useStandIn } from '../support/suite';

const LOOSE: PartialProperties = { RepositoryName: NAME, TagPrefixList: [], TaggedImageRetentionCount: 50 };
const GUARDED: PartialProperties = { ...LOOSE, MaxExpiringImages: 2 };
const TIGHT: PartialProperties = {
    ...GUARDED,
    TaggedImageRetentionCount: 3,
    Tags: [{ Key: 'a', Value: 'b' }],
};

const standIn = useStandIn();
const typeFunction = useFunction(standIn);
const { ecr } = useAccount(standIn);

beforeEach(async () => {
    expect(await typeFunction.run('CREATE', GUARDED)).toMatchObject({ status: 'SUCCESS' });
    for (let index = 1; index <= 15; index += 1) {
        await pushImage(ecr, NAME, `layer ${index}`, index <= 2 ? `v${index}` : `pr-${index}`);
    }
});

const newestPolicy = async () =>
    (await ecr.send(new GetLifecyclePolicyCommand({ repositoryName: NAME }))).lifecyclePolicyText ?? '';

const actions = (calls: readonly { readonly action: string }[]) => calls.map(({ action }) => action);

test('a policy that would expire too many images is refused, and nothing is written', async () => {
    const before = await newestPolicy();
    const { result, calls } = await standIn.watch(() =>
        typeFunction.run('UPDATE', TIGHT, { previous: GUARDED }),
    );
    expect(result).toMatchObject({ status: 'FAILED', errorCode: 'InvalidRequest' });
    const today = new Date().toISOString().slice(0, 10);
    expect(result.message?.split('\n')).toEqual([
        'my-app: the lifecycle policy would expire 12 images, and MaxExpiringImages is 2, so nothing was written.',
        'Rule 1 expires 12: Tagged images: the newest 3 are kept, older ones expire.',
        `The first: ${['v1', 'v2', ...[3, 4, 5, 6, 7, 8, 9, 10].map((n) => `pr-${n}`)].map((tag) => `${tag} (pushed ${today})`).join(', ')}.`,
        'Keep more, name what must stay in ProtectedTagPatterns, or raise MaxExpiringImages for this one change.',
    ]);
    expect(await newestPolicy()).toBe(before);
    const writes = actions(calls).filter((action) => /:(Put|Set|Tag|Untag|Delete|Create)/.test(action));
    expect(writes).toEqual([]);
});

test('the same policy passes with a higher limit, or where fewer images would go', async () => {
    const raised = { ...TIGHT, MaxExpiringImages: 12 };
    expect(await typeFunction.run('UPDATE', raised, { previous: GUARDED })).toMatchObject({
        status: 'SUCCESS',
    });
    expect(await newestPolicy()).toContain('"countNumber":3');
    expect(await typeFunction.run('READ', { RepositoryName: NAME })).toMatchObject({
        resourceModel: { MaxExpiringImages: 12 },
    });
});

test('a policy that means the same costs no call', async () => {
    const tagged = { ...GUARDED, MaxExpiringImages: 0, Tags: [{ Key: 'a', Value: 'b' }] };
    const { result, calls } = await standIn.watch(() =>
        typeFunction.run('UPDATE', tagged, { previous: GUARDED }),
    );
    expect(result).toMatchObject({ status: 'SUCCESS' });
    expect(actions(calls).filter((action) => action.includes('Preview'))).toEqual([]);
});

test("somebody else's preview is waited for, and an old one counts for nothing", async () => {
    const repositoryName = NAME;
    await ecr.send(new StartLifecyclePolicyPreviewCommand({ repositoryName }));
    const first = await typeFunction.call('UPDATE', TIGHT, { token: 'token', previous: GUARDED });
    expect(first).toMatchObject({
        status: 'IN_PROGRESS',
        message: "Waiting for ECR's preview of the lifecycle policy.",
    });
    const { callbackDelaySeconds } = first;
    expect(callbackDelaySeconds).toBeLessThanOrEqual(5);
    expect(await typeFunction.run('UPDATE', TIGHT, { previous: GUARDED })).toMatchObject({
        status: 'FAILED',
    });
    const imageIds = Array.from({ length: 10 }, (_, index) => ({ imageTag: `pr-${index + 6}` }));
    await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds }));
    expect(await typeFunction.run('UPDATE', TIGHT, { previous: GUARDED })).toMatchObject({
        status: 'SUCCESS',
    });
});

test('a preview of several pages is counted whole', async () => {
    const tokenOf = (offset: number) => Buffer.from(`${offset}`).toString('base64url');
    standIn.intercept(({ action, input: { nextToken = tokenOf(0) } }) => ({
        rewrite(content) {
            const results = 'previewResults' in content ? [content.previewResults].flat() : [];
            const next = Number(Buffer.from(`${nextToken}`, 'base64url').toString()) + 5;
            const more = results.length > 5 && { nextToken: tokenOf(next) };
            return action === 'ecr:GetLifecyclePolicyPreview'
                ? { ...content, previewResults: results.slice(0, 5), ...more }
                : content;
        },
    }));
    const { message } = await typeFunction.run('UPDATE', TIGHT, { previous: GUARDED });
    expect(message).toContain('Rule 1 expires 12: ');
});

test('images that would move to the archive count apart', async () => {
    standIn.intercept(({ action }) =>
        action === 'ecr:GetLifecyclePolicyPreview'
            ? {
                  rewrite: (content) => ({
                      ...content,
                      ...('summary' in content && {
                          summary: {
                              expiringImageTotalCount: 3,
                              transitioningImageTotalCounts: [
                                  { targetStorageClass: 'ARCHIVE', imageTotalCount: 7 },
                              ],
                          },
                      }),
                  }),
              }
            : 'pass',
    );
    const { message } = await typeFunction.run('UPDATE', TIGHT, { previous: GUARDED });
    expect(message).toContain('7 more would move to the archive.');
});

test('a role that may not ask for previews gets one message, and nothing is written', async () => {
    const before = await newestPolicy();
    standIn.intercept(({ action }) =>
        action === 'ecr:StartLifecyclePolicyPreview'
            ? { error: 'AccessDeniedException', status: 400, message: 'not authorized' }
            : 'pass',
    );
    const result = await typeFunction.run('UPDATE', TIGHT, { previous: GUARDED });
    expect(result).toMatchObject({ status: 'FAILED', errorCode: 'AccessDenied' });
    expect(result.message).toContain('previewing the lifecycle policy failed');
    expect(await newestPolicy()).toBe(before);
});
