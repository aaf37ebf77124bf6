import type { IncomingHttpHeaders } from 'node:http';
import type { AwsError } from '../error';

/** A request as it came over HTTP. */
export interface HttpRequest {
    readonly method: string;
    readonly path: string;
    readonly headers: IncomingHttpHeaders;
    readonly body: Buffer;
}

/** An answer as it goes over HTTP. */
export interface HttpAnswer {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | Uint8Array;
}

/** What is called, and with what. */
export interface Decoded {
    readonly operation: string;
    readonly input: unknown;
}

/** What an answer names beside the output. */
export interface AnswerContext {
    readonly operation: string;
    readonly requestId: string;
    /** The namespace of XML answers. */
    readonly xmlNamespace: string;
}

/** One of AWS's wire formats (Smithy 2.0, AWS protocols). */
export interface Protocol {
    /** Whether it writes all values of the input as texts. */
    readonly areTexts?: true;
    /** Whether the request is in this format. */
    speaks(request: HttpRequest): boolean;
    /** Throws AwsError SerializationException when the request is broken. */
    decode(request: HttpRequest): Decoded;
    encode(output: object, context: AnswerContext): HttpAnswer;
    encodeError(error: AwsError, context: AnswerContext): HttpAnswer;
}
