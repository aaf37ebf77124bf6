import { types } from 'node:util';
import { XMLParser } from 'fast-xml-parser';
import { AwsError } from '../error';
import type { Decoded, HttpAnswer, HttpRequest, Protocol } from '../protocols/protocol';
import { xml } from '../protocols/query';
import { OtherRegion } from './state';

/** Operations by method, by what the path names, and by the query parameter that stands for a setting (API reference). */
const OPERATIONS: Readonly<Record<string, string>> = {
    'GET service': 'ListBuckets',
    'PUT bucket': 'CreateBucket',
    'HEAD bucket': 'HeadBucket',
    'DELETE bucket': 'DeleteBucket',
    'GET bucket list-type': 'ListObjectsV2',
    'POST bucket delete': 'DeleteObjects',
    'PUT object': 'PutObject',
    'GET object': 'GetObject',
    'HEAD object': 'HeadObject',
    'DELETE object': 'DeleteObject',
};

/** Query parameters that make another operation of a request. */
const SETTINGS = [
    'acl',
    'delete',
    'encryption',
    'lifecycle',
    'list-type',
    'location',
    'policy',
    'publicAccessBlock',
    'tagging',
    'uploadId',
    'uploads',
    'versioning',
    'versions',
];

/** Members of the input that travel in headers and query parameters. */
const HEADERS: Readonly<Record<string, string>> = {
    'x-amz-expected-bucket-owner': 'ExpectedBucketOwner',
    'x-amz-checksum-sha256': 'ChecksumSHA256',
    'content-md5': 'ContentMD5',
    'content-type': 'ContentType',
};
const PARAMETERS: Readonly<Record<string, string>> = {
    'continuation-token': 'ContinuationToken',
    'max-keys': 'MaxKeys',
    prefix: 'Prefix',
};

/** The root elements of answers that are not named after their operation. */
const ROOTS: Readonly<Record<string, string>> = {
    ListBuckets: 'ListAllMyBucketsResult',
    ListObjectsV2: 'ListBucketResult',
    DeleteObjects: 'DeleteResult',
};

const parser = new XMLParser({ parseTagValue: false, isArray: (name) => name === 'Object' });

/** S3's REST API with XML, the bucket in the path, as clients write it where the host is an IP address. */
export const s3Protocol: Protocol = {
    areTexts: true,
    // Signature Version 4 names the service in the credential's scope.
    speaks: ({ headers }) => /Credential=[^,]*\/s3\/aws4_request/.test(headers.authorization ?? ''),

    decode,

    encode(output, { operation, requestId, xmlNamespace }) {
        const { Body, ...members } = { Body: undefined, ...output };
        if (types.isUint8Array(Body) || !(operation in ROOTS)) {
            return { status: 200, headers: headersOf(members, requestId), body: Body ?? '' };
        }
        const root = ROOTS[operation];
        const body = `<${root} xmlns="${xmlNamespace}">${elements(members)}</${root}>`;
        return { status: 200, headers: headersOf({ 'content-type': 'application/xml' }, requestId), body };
    },

    encodeError(error, { operation, requestId }): HttpAnswer {
        const { code, message, status } = error;
        const region = error instanceof OtherRegion ? error.bucket.region : undefined;
        const body = `<Error>${xml({ Code: code, Message: message, RequestId: requestId })}</Error>`;
        return {
            status,
            headers: headersOf(
                { 'content-type': 'application/xml', ...(region && { 'x-amz-bucket-region': region }) },
                requestId,
            ),
            // The answer to a HEAD has no body (API reference, HeadBucket).
            body: operation.startsWith('Head') ? '' : body,
        };
    },
};

function decode({ method, path, headers, body }: HttpRequest): Decoded {
    const { pathname, searchParams } = new URL(path, 'http://s3');
    const [Bucket = '', ...rest] = pathname.slice(1).split('/').map(decodeURIComponent);
    const Key = rest.join('/');
    const setting = SETTINGS.find((name) => searchParams.has(name));
    const about = Key ? 'object' : Bucket ? 'bucket' : 'service';
    const request = [method, about, ...(setting ? [setting] : [])].join(' ');
    const operation = OPERATIONS[request] ?? `(${request})`;
    return {
        operation,
        input: {
            ...(Bucket && { Bucket }),
            ...(Key && { Key }),
            ...named(HEADERS, (name) => headers[name]?.toString()),
            ...named(PARAMETERS, (name) => searchParams.get(name) ?? undefined),
            ...(operation === 'PutObject' ? { Body: body } : parsed(body)),
        },
    };
}

function named(names: Readonly<Record<string, string>>, given: (name: string) => string | undefined) {
    return Object.fromEntries(
        Object.entries(names).flatMap(([name, member]) => {
            const value = given(name);
            return value === undefined ? [] : [[member, value]];
        }),
    );
}

/** The members inside the root element of the body. */
function parsed(body: Buffer): object {
    if (body.length === 0) {
        return {};
    }
    try {
        const { '?xml': _, ...roots } = parser.parse(body.toString(), true);
        return Object(Object.values(roots)[0]);
    } catch {
        throw new AwsError('MalformedXML', 'The XML you provided was not well-formed.');
    }
}

function headersOf(members: object, requestId: string): Record<string, string> {
    const texts = Object.entries(members).filter(([, value]) => value !== undefined);
    return {
        'x-amz-request-id': requestId,
        ...Object.fromEntries(texts.map(([name, value]) => [name, String(value)])),
    };
}

/** S3 repeats the element of a list for each of its items. */
function element(name: string, value: unknown): string {
    if (Array.isArray(value)) {
        return value.map((item) => element(name, item)).join('');
    }
    const isStructure = typeof value === 'object' && value !== null && !types.isDate(value);
    return value === undefined ? '' : `<${name}>${isStructure ? elements(value) : xml(value)}</${name}>`;
}

function elements(members: object): string {
    return Object.entries(members)
        .map(([name, value]) => element(name, value))
        .join('');
}
