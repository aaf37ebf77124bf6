const NO_ACCESS = /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|Forbidden|403)$/;

const BAD_CREDENTIALS =
    /^(ExpiredToken|ExpiredTokenException|InvalidClientTokenId|InvalidAccessKeyId|UnrecognizedClientException|SignatureDoesNotMatch|RequestExpired|AuthFailure)$/;

const UNREACHED = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|TimeoutError)$/;

/** AWS said no; the message is for whoever ran the command. */
export class Refusal extends Error {
    /** What AWS calls it. */
    readonly code: string;
    /** In AWS's own words. */
    readonly reason: string;

    constructor(action: string, cause: unknown) {
        const { name, message, ...rest } = cause instanceof Error ? cause : new Error(String(cause));
        const system = 'code' in rest && typeof rest.code === 'string' ? rest.code : name;
        super(explain(action, UNREACHED.test(system) ? system : name, message), { cause });
        this.code = name;
        this.reason = message;
    }
}

/** Makes a call; what AWS refuses becomes a Refusal that names the action as IAM does. */
export async function calling<Answer>(action: string, call: Promise<Answer>): Promise<Answer> {
    try {
        return await call;
    } catch (error) {
        throw new Refusal(action, error);
    }
}

function explain(action: string, name: string, message: string): string {
    if (name === 'CredentialsProviderError') {
        return (
            `There are no AWS credentials (${message}). Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and ` +
            'AWS_SECRET_ACCESS_KEY; with single sign-on run aws sso login first.'
        );
    }
    if (NO_ACCESS.test(name)) {
        return `These credentials have no right to ${action}: ${message}`;
    }
    if (BAD_CREDENTIALS.test(name)) {
        return `AWS does not accept the credentials (${name}): ${message}`;
    }
    if (UNREACHED.test(name)) {
        return `AWS was not reached for ${action} (${name}): ${message}`;
    }
    return `${action}: ${message}`;
}
