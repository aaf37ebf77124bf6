import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { properties } from '../support/arbitraries';
import { NAME } from '../support/my-app';
import { runs } from '../support/runs';
import { useFunction, useStandIn } from '../support/suite';

/*
 * This type's own tags are on the repository, where anybody who may tag it can write: no READ and no DELETE ends in
 * InternalFailure, whatever is in them, and what is no record of this version counts as absent.
 */
const RECORD = 'org-containers-ecrrepository:as-written-';

const standIn = useStandIn({ keep: true });
const typeFunction = useFunction(standIn);
let tags: object[] = [];

beforeAll(async () => {
    await typeFunction.run('CREATE', { RepositoryName: NAME });
    standIn.intercept(({ action }) => {
        if (action === 'ecr:ListTagsForResource') {
            return { answer: { tags } };
        }
        return action === 'ecr:DeleteRepository' ? { answer: {} } : 'pass';
    });
});

/** As AWS takes it: 256 characters in a value. */
function recordTags(text: string): object[] {
    const parts = text.match(/.{1,256}/gs) ?? [];
    return parts.map((Value, index) => ({ Key: `${RECORD}${index + 1}`, Value }));
}

const deflated = (value: unknown) =>
    deflateRawSync(typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toString('base64url');

/** Records of the right shape with anything in them, or with any properties. */
const records = fc.record(
    {
        version: fc.constantFrom<unknown>(1, 0, 2, '1', null),
        effective: fc.oneof(properties, fc.object(), fc.jsonValue()),
        ineffective: fc.oneof(properties, fc.object(), fc.jsonValue()),
        stackTags: fc.oneof(fc.array(fc.string()), fc.jsonValue()),
    },
    { requiredKeys: [] },
);

const HOSTILE = [
    '{}',
    'null',
    '[]',
    '{"words":{}}',
    '{"words":{},"idle":{},"stackTags":[]}',
    '{"version":1}',
    '{"version":1,"effective":{"LifecyclePolicyText":"{"},"ineffective":{},"stackTags":[]}',
    '{"version":1,"effective":{"CustomPolicyStatements":[null]},"ineffective":{},"stackTags":[]}',
    '{"version":1,"effective":{"RepositoryName":"other","EnableReplication":true},"ineffective":{},"stackTags":[]}',
    `{"version":1,"effective":{"CustomPolicyStatements":[${'['.repeat(9_000)}${']'.repeat(9_000)}]},"ineffective":{},"stackTags":[]}`,
    `{"version":1,"effective":{},"ineffective":{"NotificationFormat":"CHATBOT"},"stackTags":["${'a'.repeat(5_000_000)}"]}`,
];

const written = fc.oneof(
    fc.string({ maxLength: 300 }),
    fc.constantFrom(...HOSTILE).map(deflated),
    fc.jsonValue().map(deflated),
    records.map(deflated),
    fc.tuple(records.map(deflated), fc.nat({ max: 40 })).map(([text, end]) => text.slice(0, -1 - end)),
);

async function read(): Promise<{ status: string; message: string; resourceModel?: object }> {
    const { status, message = '', resourceModel } = await typeFunction.call('READ', { RepositoryName: NAME });
    return { status, message, ...(resourceModel && { resourceModel }) };
}

test.each(HOSTILE.map((text) => [text.slice(0, 90), text]))('%s counts as absent', async (_short, text) => {
    tags = [];
    const without = await read();
    tags = recordTags(deflated(text));
    expect(await read()).toEqual(without);
});

test('READ and DELETE answer whatever is written there', async () => {
    await fc.assert(
        fc.asyncProperty(written, async (text) => {
            tags = recordTags(text);
            expect(await read()).toMatchObject({ status: 'SUCCESS' });
            expect(await typeFunction.call('DELETE', { RepositoryName: NAME })).toMatchObject({
                status: expect.stringMatching(/SUCCESS|IN_PROGRESS/),
                message: expect.not.stringContaining('fault of the resource type'),
            });
        }),
        { numRuns: runs(20) },
    );
});
