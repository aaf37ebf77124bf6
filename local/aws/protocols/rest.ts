import type { Protocol } from './protocol';
import { xml } from './query';

/**
 * Requests in none of the formats that the stand-in's services have: those of REST services other than
 * Amazon S3. They are only refused.
 */
export const restProtocol: Protocol = {
    speaks: () => true,

    decode: ({ method, path }) => ({ operation: `${method} ${path}`, input: {} }),

    encode: () => ({ status: 501, headers: {}, body: '' }),

    encodeError: ({ status, code, message }, { requestId }) => ({
        status,
        headers: { 'content-type': 'application/xml', 'x-amzn-errortype': code },
        body: `<Error>${xml({ Code: code, Message: message, RequestId: requestId })}</Error>`,
    }),
};
