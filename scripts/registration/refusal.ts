import type { CloudFormationServiceException as ServiceException } from '@aws-sdk/client-cloudformation';
import { errorCode } from '../../local/system-errors';

const BAD_CREDENTIALS =
    /^(ExpiredToken|ExpiredTokenException|InvalidClientTokenId|InvalidAccessKeyId|UnrecognizedClientException|SignatureDoesNotMatch|RequestExpired|AuthFailure)$/;

const UNREACHED = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT)$/;

/** AWS said no; the message is for the person who ran the command. */
export class Refusal extends Error {
    /** What AWS calls it; to a HEAD request it gives no name. */
    readonly code: string;
    /** Of HTTP; undefined when AWS was not reached. */
    readonly status: number | undefined;
    /** In AWS's own words. */
    readonly reason: string;

    constructor(action: string, cause: Error) {
        super(explain(action, cause), { cause });
        this.code = cause.name;
        this.status = (cause as Partial<ServiceException>).$metadata?.httpStatusCode;
        this.reason = cause.message;
    }
}

/** Makes a call; what AWS refuses becomes a Refusal that names the action as IAM does. */
export async function calling<Answer>(action: string, call: Promise<Answer>): Promise<Answer> {
    try {
        return await call;
    } catch (error) {
        throw error instanceof Error ? new Refusal(action, error) : error;
    }
}

function explain(action: string, error: Error): string {
    const { name, message } = error;
    const systemCode = String(errorCode(error));
    const { $metadata }: Partial<ServiceException> = error;
    if (name === 'CredentialsProviderError') {
        const { AWS_PROFILE } = process.env;
        return (
            `There are no AWS credentials (${message}). Set AWS_PROFILE${AWS_PROFILE ? ` (now ${AWS_PROFILE})` : ''}, or AWS_ACCESS_KEY_ID and ` +
            'AWS_SECRET_ACCESS_KEY; with single sign-on run aws sso login first.'
        );
    }
    if (BAD_CREDENTIALS.test(name)) {
        return `AWS does not accept the credentials (${name}): ${message}`;
    }
    if (/^AccessDenied/.test(name)) {
        return `These credentials have no right to ${action}: ${message}`;
    }
    if (UNREACHED.test(systemCode) || name === 'TimeoutError') {
        return `AWS was not reached for ${action}: ${message}`;
    }
    // AWS names every request that it answers (API references, common response headers).
    if ($metadata && $metadata.requestId === undefined) {
        return notAws(action);
    }
    return `${action}: ${message}`;
}

/** What to say when something answers that does not speak AWS's API. */
export function notAws(action: string): string {
    const endpoint = process.env['AWS_ENDPOINT_URL'];
    const where = endpoint ? `at AWS_ENDPOINT_URL=${endpoint}` : 'in place of AWS, perhaps a proxy';
    return `What answers ${where} does not speak AWS's API (${action}). Correct or unset AWS_ENDPOINT_URL.`;
}
