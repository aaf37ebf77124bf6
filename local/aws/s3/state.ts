import { AwsError } from '../error';
import type { Call } from '../service';
import { storeOf } from '../world';

export interface StoredObject {
    readonly key: string;
    readonly content: Uint8Array;
    readonly contentType: string;
    readonly etag: string;
    readonly lastModified: Date;
}

export interface Bucket {
    readonly name: string;
    readonly account: string;
    readonly region: string;
    readonly created: Date;
    readonly objects: Map<string, StoredObject>;
}

const store = storeOf('s3 buckets', () => new Map<string, Bucket>());

/** All buckets of a partition by name: no two accounts have one of the same name (S3 user guide, bucket naming rules). */
export function bucketsOf({ world, partition }: Call): Map<string, Bucket> {
    return store.of(world, { account: 'all', region: partition });
}

/** Which bucket, and whose the caller expects it to be. */
export interface BucketRequest {
    readonly Bucket: string;
    readonly ExpectedBucketOwner?: string | undefined;
}

/**
 * The caller's bucket. Refuses another account's, since no bucket has a policy here; one of another owner than expected
 * (S3 user guide, "Verifying bucket ownership with bucket owner condition"); and one of another Region, which it names.
 */
export function bucketOf({ Bucket: name, ExpectedBucketOwner }: BucketRequest, call: Call): Bucket {
    const bucket = bucketsOf(call).get(name);
    if (!bucket) {
        throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    }
    if (bucket.account !== call.account || (ExpectedBucketOwner ?? bucket.account) !== bucket.account) {
        throw new AwsError('AccessDenied', 'Access Denied', 403);
    }
    if (bucket.region !== call.region) {
        throw new OtherRegion(bucket);
    }
    return bucket;
}

/** The bucket is in another Region; the answer says in which (S3 user guide, "Request redirection and the REST API"). */
export class OtherRegion extends AwsError {
    constructor(readonly bucket: Bucket) {
        const message =
            'The bucket you are attempting to access must be addressed using the specified endpoint. ' +
            'Please send all future requests to this endpoint.';
        super('PermanentRedirect', message, 301);
    }
}
