import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../error';
import { type Call, type Operation, operation } from '../service';
import { ofBucket } from './buckets';
import { type BucketRequest, bucketOf, type StoredObject } from './state';

const ofObject = { ...ofBucket, Key: z.string().min(1).max(1024) };

export const objectOperations: Readonly<Record<string, Operation>> = {
    PutObject: operation(
        z.object({
            ...ofObject,
            Body: z.instanceof(Uint8Array),
            ChecksumSHA256: z.string().optional(),
            ContentMD5: z.string().optional(),
        }),
        (input, call) => {
            const { objects } = bucketOf(input, call);
            const { Key: key, Body: content, ContentType = 'binary/octet-stream' } = input;
            refuseDigest('sha256', 'SHA256', content, input.ChecksumSHA256);
            refuseDigest('md5', 'Content-MD5', content, input.ContentMD5);
            const etag = `"${createHash('md5').update(content).digest('hex')}"`;
            const lastModified = new Date(call.world.clock.now());
            objects.set(key, { key, content, contentType: ContentType, etag, lastModified });
            return { etag, 'x-amz-server-side-encryption': 'AES256' };
        },
    ),

    GetObject: operation(z.object(ofObject), (input, call) => {
        const object = objectOf(input, call);
        return { Body: object.content, ...headersOf(object) };
    }),

    HeadObject: operation(z.object(ofObject), (input, call) => {
        const object = objectOf(input, call);
        return { ...headersOf(object), 'content-length': object.content.length };
    }),

    /** An object that is not there is no error (DeleteObject, API reference). */
    DeleteObject: operation(z.object(ofObject), (input, call) => {
        bucketOf(input, call).objects.delete(input.Key);
        return {};
    }),

    DeleteObjects: operation(
        z.object({
            ...ofBucket,
            Object: z.array(z.object({ Key: z.string() })).max(1000),
            Quiet: z.boolean().default(false),
        }),
        (input, call) => {
            const { objects } = bucketOf(input, call);
            for (const { Key } of input.Object) {
                objects.delete(Key);
            }
            return { Deleted: input.Quiet ? [] : input.Object };
        },
    ),
};

/** The object, or NoSuchKey. */
export function objectOf(input: BucketRequest & { readonly Key: string }, call: Call): StoredObject {
    const object = bucketOf(input, call).objects.get(input.Key);
    if (!object) {
        throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
    }
    return object;
}

/** S3 user guide, "Checking object integrity": what arrives must be what was sent. */
function refuseDigest(algorithm: string, name: string, content: Uint8Array, given: string | undefined): void {
    if (given !== undefined && createHash(algorithm).update(content).digest('base64') !== given) {
        throw new AwsError('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
    }
}

function headersOf({ contentType, etag, lastModified }: StoredObject): object {
    return { 'content-type': contentType, etag, 'last-modified': lastModified.toUTCString() };
}
