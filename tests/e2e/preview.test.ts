/** What `preview` says of a template, a policy and images, through the command line. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { type Ending, ending, startCommand } from '../support/command-line';
import { pushImage } from '../support/push-image';
import { writes } from '../support/stand-in';
import { useAccount, useStandIn } from '../support/suite';

const PRODUCTION = path.join(__dirname, '..', '..', 'examples', 'production.yml');
const DATE = '2026-11-26T08:00:00Z';
const DAY = 86_400_000;

let folder: string;
beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'preview-'));
});
afterAll(() => {
    rmSync(folder, { recursive: true });
});

function file(name: string, content: unknown): string {
    const place = path.join(folder, name);
    writeFileSync(place, typeof content === 'string' ? content : JSON.stringify(content));
    return place;
}

function preview(...args: string[]): Promise<Ending> {
    return ending(startCommand({}, ['--state-dir', folder, 'preview', ...args, '--date', DATE]));
}

function image(name: string, daysAgo: number, more: object = {}): object {
    return {
        imageDigest: `sha256:${name}`,
        imageSizeInBytes: 1e9,
        imagePushedAt: new Date(Date.parse(DATE) - daysAgo * DAY).toISOString(),
        ...more,
    };
}

const INDEX = 'application/vnd.oci.image.index.v1+json';
const IMAGES = {
    imageDetails: [
        image('pr', 80, { imageTags: ['pr-1'] }),
        image('old', 91, { imageTags: ['pr-0'] }),
        image('list', 300, { imageTags: ['v1'], imageManifestMediaType: INDEX }),
        image('part', 300),
        ...[1, 2, 3, 4].map((n) => image(`untagged-${n}`, n)),
    ],
    images: [
        {
            imageId: { imageDigest: 'sha256:list' },
            imageManifest: JSON.stringify({ manifests: [{ digest: 'sha256:part' }] }),
        },
    ],
};

test('a template and a file of images, in words, as JSON and as a picture', async () => {
    const images = file('images.json', IMAGES);
    const html = path.join(folder, 'page.html');
    const { code, out } = await preview(PRODUCTION, '--images', images, '--details', '--html', html);
    expect(code).toBe(0);
    expect(out).toMatch(/today +2 +0 +6 +2\.0 GB +\$0\.20\n/);
    expect(out).toMatch(/in 30 days +3 +0 +5 +3\.0 GB +\$0\.30\n/);
    expect(out).toContain('2026-12-06  pr-1: expires: older than 90 days (rule 5)');
    expect(out).toContain('sha256:part: kept: v1 refers to it and stays (rule 4 would act)');

    const page = readFileSync(html, 'utf8');
    expect(page).toContain('<td>pr-1</td>');
    expect(page).not.toMatch(/(src|href)=|url\(|https?:/);

    const json = await preview(PRODUCTION, '--images', images, '--format', 'json');
    const { totals, images: rows } = JSON.parse(json.out);
    expect(totals[0]).toMatchObject({ days: 0, expired: 2, kept: 6, freed: 2e9 });
    expect(rows).toContainEqual(
        expect.objectContaining({
            digest: 'sha256:pr',
            outcome: 'kept',
            rule: 5,
            steps: [{ outcome: 'expired', at: '2026-12-06T08:00:00.000Z', rule: 5 }],
        }),
    );
});

test('signatures go with what they are about, or because it went before', async () => {
    const images = file('signed.json', {
        imageDetails: [
            image('old', 91, { imageTags: ['pr-0'] }),
            image('signature', 91, { subjectManifestDigest: 'sha256:old' }),
            image('orphan', 2, { imageTags: ['v9'], subjectManifestDigest: 'sha256:nothing' }),
        ],
    });
    const { out, err } = await preview(PRODUCTION, '--images', images, '--details', '--protect', 'v*');
    expect(out).toContain('sha256:signature: expires with pr-0');
    expect(out).toContain('v9: expires with its subject, which has gone');
    expect(err).toContain('v9 expires today with its subject, though --protect v* names it.');
});

test('a pipeline stops at limits', async () => {
    const images = file('images.json', IMAGES);
    const { code, err } = await preview(
        PRODUCTION,
        '--images',
        images,
        '--max-expiring',
        '1',
        '--protect',
        'pr-*',
    );
    expect(code).toBe(2);
    expect(err.split('\n')).toEqual([
        '2 images would expire today; --max-expiring allows 1.',
        'pr-1 expires on 2026-12-06 (rule 5), though --protect pr-* names it.',
        'pr-0 expires today (rule 5), though --protect pr-* names it.',
        '',
    ]);
});

test.each([
    ['cut off', JSON.stringify(IMAGES).slice(0, 400), 'is cut off or not JSON'],
    ['in another form', { imageIds: [] }, 'imageDetails: Invalid input'],
])('images in a file that is %s get one message', async (_, content, message) => {
    const { code, out, err } = await preview(PRODUCTION, '--images', file('bad.json', content));
    expect({ code, out, lines: err.trim().split('\n').length }).toEqual({ code: 1, out: '', lines: 1 });
    expect(err).toContain(message);
    expect(err).toContain('aws ecr describe-images');
});

test('a bare policy is judged by its grammar', async () => {
    const policy = file('policy.json', { rules: [{ rulePriority: 1 }] });
    const { code, err } = await preview(policy, '--images', file('images.json', IMAGES));
    expect(code).toBe(1);
    expect(err).toContain('rules[0].selection is missing; ECR wants an object.');
});

describe("a repository's images", () => {
    const standIn = useStandIn({ keep: true });
    const account = useAccount(standIn);
    const NAME = 'previewed';
    const selection = (more: object) => ({ selection: more, action: { type: 'expire' } });
    const POLICY = {
        rules: [
            {
                rulePriority: 1,
                ...selection({ tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 1 }),
            },
            {
                rulePriority: 2,
                ...selection({
                    tagStatus: 'any',
                    countType: 'sinceImagePushed',
                    countUnit: 'days',
                    countNumber: 10,
                }),
            },
        ],
    };

    beforeAll(async () => {
        await account.ecr.send(new CreateRepositoryCommand({ repositoryName: NAME }));
        await pushImage(account.ecr, NAME, 'first');
        standIn.server.world.clock.advance(1000);
        await pushImage(account.ecr, NAME, 'second');
        await pushImage(account.ecr, NAME, 'third', 'v1');
    });

    function compared(days: number, global: string[], environment = {}, ...more: string[]): Promise<Ending> {
        const date = new Date(standIn.server.world.clock.now() + days * DAY).toISOString();
        const command = ['preview', file('policy.json', POLICY), '--repository', NAME, '--date', date];
        const args = ['--state-dir', folder, ...global, ...command, '--check', ...more];
        return ending(startCommand(environment, args));
    }

    test("are compared with ECR's own preview, which looks from today", async () => {
        const global = ['--endpoint-url', standIn.url];
        expect(await compared(0, global)).toEqual({
            code: 0,
            out: expect.stringMatching(/today +1 +0 +2 /),
            err: 'ECR says the same of every image.\n',
        });
        expect(await compared(20, global)).toEqual({
            code: 2,
            out: expect.stringMatching(/today +2 +0 +1 /),
            err: 'ECR says otherwise:\nv1: expired by rule 2 here, kept by ECR.\n',
        });
    });

    test('of the account are shown with --live, and nothing is written', async () => {
        const environment = {
            AWS_ENDPOINT_URL: standIn.url,
            AWS_ACCESS_KEY_ID: 'testing',
            AWS_SECRET_ACCESS_KEY: 'testing',
        };
        const elsewhere = ['--endpoint-url', 'http://127.0.0.1:1'];
        const { result, calls } = await standIn.watch(() => compared(0, elsewhere, environment, '--live'));
        expect(result).toMatchObject({ code: 0, out: expect.stringMatching(/today +1 +0 +2 /) });
        expect(writes(calls)).toEqual(['ecr:StartLifecyclePolicyPreview']);
    });
});
