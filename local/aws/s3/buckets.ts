import { z } from 'zod';
import { AwsError } from '../error';
import { pageOf, sortedBy } from '../paging';
import { type Call, type Operation, operation } from '../service';
import { bucketOf, bucketsOf } from './state';

/** The members of every request about a bucket. */
export const ofBucket = {
    Bucket: z.string(),
    ExpectedBucketOwner: z.string().optional(),
    ContentType: z.string().optional(),
};

/** The most keys of a page (ListObjectsV2, API reference). */
const PAGE = 1000;

export const bucketOperations: Readonly<Record<string, Operation>> = {
    ListBuckets: operation(z.object({}), (_input, call) => {
        const own = [...bucketsOf(call).values()].filter(({ account }) => account === call.account);
        return {
            Owner: { ID: call.account },
            Buckets: {
                Bucket: sortedBy(own, ({ name }) => name).map(({ name, created }) => ({
                    Name: name,
                    CreationDate: created,
                })),
            },
        };
    }),

    /**
     * A new bucket is encrypted with SSE-S3 and closed to the public (S3 user guide, "Default encryption FAQ" and "Default
     * settings for new buckets FAQ").
     */
    CreateBucket: operation(
        z.object({ ...ofBucket, LocationConstraint: z.string().optional() }),
        ({ Bucket: name, LocationConstraint }, call) => {
            refuseName(name);
            refuseLocation(LocationConstraint, call);
            const existing = bucketsOf(call).get(name);
            if (existing) {
                refuseExisting(existing.account, call);
                return { location: `/${name}` };
            }
            const { account, region } = call;
            const created = new Date(call.world.clock.now());
            bucketsOf(call).set(name, { name, account, region, created, objects: new Map() });
            return { location: `/${name}` };
        },
    ),

    HeadBucket: operation(z.object(ofBucket), (input, call) => ({
        'x-amz-bucket-region': bucketOf(input, call).region,
    })),

    DeleteBucket: operation(z.object(ofBucket), (input, call) => {
        const { name, objects } = bucketOf(input, call);
        if (objects.size > 0) {
            throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);
        }
        bucketsOf(call).delete(name);
        return {};
    }),

    ListObjectsV2: operation(
        z.object({
            ...ofBucket,
            Prefix: z.string().default(''),
            MaxKeys: z.number().int().min(0).max(PAGE).default(PAGE),
            ContinuationToken: z.string().optional(),
        }),
        (input, call) => {
            const { name, objects } = bucketOf(input, call);
            const { Prefix, MaxKeys, ContinuationToken } = input;
            const all = sortedBy(objects.values(), ({ key }) => key).filter(({ key }) =>
                key.startsWith(Prefix),
            );
            const { items, nextToken } = pageOf(all, MaxKeys, ContinuationToken, 'InvalidArgument');
            return {
                Name: name,
                Prefix,
                MaxKeys,
                KeyCount: items.length,
                IsTruncated: nextToken !== undefined,
                NextContinuationToken: nextToken,
                Contents: items.map(({ key, etag, content, lastModified }) => ({
                    Key: key,
                    LastModified: lastModified,
                    ETag: etag,
                    Size: content.length,
                    StorageClass: 'STANDARD',
                })),
            };
        },
    ),
};

/** S3 user guide, "General purpose bucket naming rules". */
function refuseName(name: string): void {
    const isAddress = /^\d+\.\d+\.\d+\.\d+$/.test(name);
    const isReserved = /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(
        name,
    );
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) || name.includes('..') || isAddress || isReserved) {
        throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.');
    }
}

/** The Region of the request, which us-east-1 must not name (CreateBucket, API reference). */
function refuseLocation(location: string | undefined, { region }: Call): void {
    if (region === 'us-east-1' && location === 'us-east-1') {
        throw new AwsError('InvalidLocationConstraint', 'The specified location-constraint is not valid');
    }
    if ((location ?? 'us-east-1') !== region) {
        const message =
            `The ${location ?? 'unspecified'} location constraint is incompatible for the region ` +
            'specific endpoint this request was sent to.';
        throw new AwsError('IllegalLocationConstraintException', message);
    }
}

/** Creating one's own bucket again succeeds in us-east-1 alone (CreateBucket, API reference). */
function refuseExisting(owner: string, { account, region }: Call): void {
    if (owner !== account) {
        const message =
            'The requested bucket name is not available. The bucket namespace is shared by all users of the system. ' +
            'Please select a different name and try again.';
        throw new AwsError('BucketAlreadyExists', message, 409);
    }
    if (region !== 'us-east-1') {
        const message = 'Your previous request to create the named bucket succeeded and you already own it.';
        throw new AwsError('BucketAlreadyOwnedByYou', message, 409);
    }
}
