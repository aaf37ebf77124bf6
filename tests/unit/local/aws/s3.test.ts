import {
    type BucketLocationConstraint,
    CreateBucketCommand,
    DeleteBucketCommand,
    DeleteObjectsCommand,
    GetObjectCommand,
    HeadBucketCommand,
    ListBucketsCommand,
    ListObjectsV2Command,
    PutObjectCommand,
    paginateListObjectsV2,
    S3Client,
} from '@aws-sdk/client-s3';
import { refusalOf } from '../../../support/refusal';
import { useStandIn } from '../../../support/suite';
import { names } from '../../../support/values';

const standIn = useStandIn();
const { server } = standIn;

function s3({ account = '123456789012', region = 'us-east-1' } = {}): S3Client {
    const credentials = { accessKeyId: `KEY${account}`, secretAccessKey: 'testing' };
    return new S3Client({ endpoint: server.endpoint, region, credentials });
}

const create = (Bucket: string, client = s3(), location?: BucketLocationConstraint) =>
    client.send(
        new CreateBucketCommand({
            Bucket,
            ...(location && { CreateBucketConfiguration: { LocationConstraint: location } }),
        }),
    );

test('objects come and go, and are listed by the page', async () => {
    await create('packages');
    const keys = names(3, 'a&b/');
    for (const Key of keys) {
        await s3().send(new PutObjectCommand({ Bucket: 'packages', Key, Body: `content of ${Key}` }));
    }
    const { Body } = await s3().send(new GetObjectCommand({ Bucket: 'packages', Key: 'a&b/001' }));
    expect(await Body?.transformToString()).toBe('content of a&b/001');

    const pages = [];
    for await (const { Contents = [] } of paginateListObjectsV2(
        { client: s3(), pageSize: 2 },
        { Bucket: 'packages', Prefix: 'a' },
    )) {
        pages.push(Contents.map(({ Key }) => Key));
    }
    expect(pages).toEqual([keys.slice(0, 2), keys.slice(2)]);

    expect(await refusalOf(s3().send(new DeleteBucketCommand({ Bucket: 'packages' })))).toContain(
        'BucketNotEmpty',
    );
    await s3().send(
        new DeleteObjectsCommand({ Bucket: 'packages', Delete: { Objects: keys.map((Key) => ({ Key })) } }),
    );
    expect((await s3().send(new ListObjectsV2Command({ Bucket: 'packages' }))).KeyCount).toBe(0);
    await s3().send(new DeleteBucketCommand({ Bucket: 'packages' }));
    expect((await s3().send(new ListBucketsCommand({}))).Buckets).toEqual([]);
});

test('no two accounts have a bucket of the same name, and none sees the other’s', async () => {
    await create('mine');
    const other = s3({ account: '999999999999' });
    expect(await refusalOf(create('mine', other))).toContain('BucketAlreadyExists');
    await expect(other.send(new HeadBucketCommand({ Bucket: 'mine' }))).rejects.toMatchObject({
        $metadata: { httpStatusCode: 403 },
    });
    const listing = new ListObjectsV2Command({ Bucket: 'mine', ExpectedBucketOwner: '999999999999' });
    expect(await refusalOf(s3().send(listing))).toContain('AccessDenied');
    expect((await other.send(new ListBucketsCommand({}))).Buckets).toEqual([]);
});

test('a bucket is in one Region, and the answer elsewhere says in which', async () => {
    await create('ireland', s3({ region: 'eu-west-1' }), 'eu-west-1');
    await expect(s3().send(new HeadBucketCommand({ Bucket: 'ireland' }))).rejects.toMatchObject({
        $metadata: { httpStatusCode: 301 },
        $response: { headers: { 'x-amz-bucket-region': 'eu-west-1' } },
    });
    expect(await refusalOf(create('ireland', s3({ region: 'eu-west-1' }), 'eu-west-1'))).toContain(
        'BucketAlreadyOwnedByYou',
    );
});

test.each([
    ['My-Bucket', undefined, 'InvalidBucketName'],
    ['ab', undefined, 'InvalidBucketName'],
    ['a..b', undefined, 'InvalidBucketName'],
    ['192.168.0.1', undefined, 'InvalidBucketName'],
    ['bucket', 'us-east-1', 'InvalidLocationConstraint'],
    ['bucket', 'eu-west-1', 'IllegalLocationConstraintException'],
] as const)('refuses to create %s in us-east-1 with the location %s', async (name, location, code) => {
    expect(await refusalOf(create(name, s3(), location as BucketLocationConstraint))).toContain(code);
});

test('refuses what arrives otherwise than it was sent', async () => {
    await create('packages');
    const ChecksumSHA256 = Buffer.alloc(32).toString('base64');
    const put = new PutObjectCommand({ Bucket: 'packages', Key: 'a', Body: 'a', ChecksumSHA256 });
    expect(await refusalOf(s3().send(put))).toContain('BadDigest');
});
