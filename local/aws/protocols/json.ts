import { types } from 'node:util';
import { AwsError } from '../error';
import type { HttpAnswer, Protocol } from './protocol';

const CONTENT_TYPE = 'application/x-amz-json-1.1';

/** AWS JSON 1.0 and 1.1: the operation stands in X-Amz-Target; timestamps are seconds since 1970. */
export const jsonProtocol: Protocol = {
    speaks: ({ headers }) => 'x-amz-target' in headers,

    decode({ headers, body }) {
        const target = headers['x-amz-target']?.toString() ?? '';
        return { operation: target.slice(target.lastIndexOf('.') + 1), input: parse(body.toString()) };
    },

    encode: (output, { requestId }) => answer(200, requestId, output),

    encodeError({ status, code, shape, message }, { requestId }) {
        const { headers, ...rest } = answer(status, requestId, { __type: shape, message });
        const queryCode = shape === code ? {} : { 'x-amzn-query-error': `${code};Sender` };
        return { ...rest, headers: { ...headers, 'x-amzn-errortype': shape, ...queryCode } };
    },
};

function parse(body: string): unknown {
    try {
        return JSON.parse(body || '{}');
    } catch {
        throw new AwsError('SerializationException', 'The request body is no JSON.');
    }
}

function answer(status: number, requestId: string, content: object): HttpAnswer {
    return {
        status,
        headers: { 'content-type': CONTENT_TYPE, 'x-amzn-requestid': requestId },
        body: JSON.stringify(plain(content)),
    };
}

/** Dates become seconds and Maps objects; JSON.stringify alone would write dates as texts. */
function plain(value: unknown): unknown {
    if (types.isDate(value)) {
        return value.getTime() / 1000;
    }
    if (Array.isArray(value)) {
        return value.map(plain);
    }
    if (typeof value === 'object' && value !== null) {
        const entries = types.isMap(value) ? [...value] : Object.entries(value);
        return Object.fromEntries(entries.map(([key, member]) => [key, plain(member)]));
    }
    return value;
}
