import { types } from 'node:util';
import { cbor, dateToTag } from '@smithy/core/cbor';
import { AwsError } from '../error';
import type { HttpAnswer, Protocol } from './protocol';

const PATH = /^\/service\/[^/]+\/operation\/(\w+)$/;

/** Smithy RPC v2 CBOR: the operation stands in the path. */
export const cborProtocol: Protocol = {
    speaks: ({ path }) => PATH.test(path),

    decode: ({ path, body }) => ({ operation: PATH.exec(path)?.[1] ?? '', input: parse(body) }),

    encode: (output, { requestId }) => answer(200, requestId, output),

    encodeError({ status, code, shape, message }, { requestId }) {
        const { headers, ...rest } = answer(status, requestId, { __type: shape, message });
        // Services that spoke the query protocol before keep its error codes in this header.
        const fault = status < 500 ? 'Sender' : 'Receiver';
        return { ...rest, headers: { ...headers, 'x-amzn-query-error': `${code};${fault}` } };
    },
};

function parse(body: Buffer): unknown {
    if (body.length === 0) {
        return {};
    }
    try {
        return withDates(cbor.deserialize(body));
    } catch {
        throw new AwsError('SerializationException', 'The request body is no CBOR.');
    }
}

function answer(status: number, requestId: string, content: object): HttpAnswer {
    return {
        status,
        headers: {
            'content-type': 'application/cbor',
            'smithy-protocol': 'rpc-v2-cbor',
            'x-amzn-requestid': requestId,
        },
        body: cbor.serialize(withTags(content)),
    };
}

/** Timestamps are tagged with 1 (RFC 8949, section 3.4.2). */
function withDates(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(withDates);
    }
    if (typeof value !== 'object' || value === null || types.isUint8Array(value)) {
        return value;
    }
    if ('tag' in value && value.tag === 1 && 'value' in value) {
        return new Date(Number(value.value) * 1000);
    }
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withDates(member)]));
}

function withTags(value: unknown): unknown {
    if (types.isDate(value)) {
        return dateToTag(value);
    }
    if (Array.isArray(value)) {
        return value.map(withTags);
    }
    if (typeof value !== 'object' || value === null || types.isUint8Array(value)) {
        return value;
    }
    const entries = types.isMap(value) ? [...value] : Object.entries(value);
    return Object.fromEntries(
        entries.flatMap(([key, member]) => (member === undefined ? [] : [[key, withTags(member)]])),
    );
}
