import { HandlerErrorCode } from '@amazon-web-services-cloudformation/cloudformation-cli-typescript-lib/dist/interface';

/** How often a handler may be called again for an error that time may heal. With {@link delaySeconds}: ~20 minutes. */
const PATIENCE = 25;

/** What is newly made is unknown to AWS for a while, an IAM principal too: about two minutes. */
export const SETTLING = 6;

/** What a handler answers with FAILED: CloudFormation's code, and a message for the reader of the stack's events. */
export class HandlerFailure extends Error {
    override readonly name = 'HandlerFailure';
    /** How many times to try again before it is final. */
    readonly patience: number;
    /** Whether this request may have made the repository, though it could not be seen. */
    readonly mayExist: boolean;

    constructor(
        readonly errorCode: HandlerErrorCode,
        message: string,
        {
            patience = 0,
            mayExist = false,
            cause,
        }: { patience?: number; mayExist?: boolean; cause?: unknown } = {},
    ) {
        super(message, { cause });
        this.patience = patience;
        this.mayExist = mayExist;
    }
}

/**
 * How many violations are listed, how many characters of each, and of all together: CloudFormation and Cloud Control cut
 * messages, the shortest limit known being about 2,000 characters.
 */
const LISTED = { violations: 20, characters: 500, total: 1_900 };

/** One InvalidRequest that lists everything that is wrong. */
export function invalidRequest(subject: string, violations: readonly string[]): HandlerFailure {
    const shortened = violations
        .slice(0, LISTED.violations)
        .map((violation) =>
            violation.length > LISTED.characters
                ? `${violation.slice(0, LISTED.characters - 1)}…`
                : violation,
        );
    let room = LISTED.total;
    const listed = shortened.filter((violation, index) => {
        room -= violation.length;
        return index === 0 || room >= 0;
    });
    const unlisted = violations.length - listed.length;
    const all = unlisted > 0 ? [...listed, `and ${unlisted} more`] : listed;
    const list = all.length === 1 ? ` ${all[0]}` : all.map((violation) => `\n- ${violation}`).join('');
    return new HandlerFailure(HandlerErrorCode.InvalidRequest, `${subject}:${list}`);
}

/** Seconds to wait before attempt n + 1: 2, 4, 8… up to 60, less up to half at random, so that many don't meet again. */
export function delaySeconds(attempt: number): number {
    const ceiling = Math.min(60, 2 ** Math.min(attempt, 10));
    return Math.ceil(ceiling * (1 - Math.random() / 2));
}

/** What a failure of AWS means to CloudFormation. */
interface Verdict {
    readonly code: HandlerErrorCode;
    readonly patience?: number;
    readonly advice?: string;
}

const THROTTLED: Verdict = {
    code: HandlerErrorCode.Throttling,
    patience: PATIENCE,
    advice: 'AWS asks for fewer calls; try again later.',
};
const BROKEN: Verdict = {
    code: HandlerErrorCode.ServiceInternalError,
    patience: PATIENCE,
    advice: 'The fault is on AWS’s side; try again later.',
};
const CONFLICT: Verdict = {
    code: HandlerErrorCode.ResourceConflict,
    patience: PATIENCE,
    advice: 'Another process is changing this resource; try again later.',
};
const CUT: Verdict = {
    code: HandlerErrorCode.NetworkFailure,
    patience: PATIENCE,
    advice: 'The connection to AWS failed; try again later.',
};
const LATE: Verdict = {
    code: HandlerErrorCode.NetworkFailure,
    patience: PATIENCE,
    advice: 'AWS did not answer in time; try again later.',
};
const DENIED: Verdict = {
    code: HandlerErrorCode.AccessDenied,
    advice: 'Grant this action to the role the type runs with, its execution role or the caller’s; the repository’s KMS key or a service control policy may refuse it too.',
};
const CREDENTIALS: Verdict = {
    code: HandlerErrorCode.InvalidCredentials,
    advice: 'Give the type’s execution role.',
};
const LIMIT: Verdict = {
    code: HandlerErrorCode.ServiceLimitExceeded,
    advice: 'Remove what is not needed or, if the quota is adjustable, ask for a higher one in Service Quotas.',
};
const REFUSED: Verdict = {
    code: HandlerErrorCode.InvalidRequest,
    advice: 'Correct the property that AWS names.',
};

/** By the error's name, as the API references of ECR, CloudWatch, CloudWatch Logs, EventBridge and IAM give it. */
const VERDICTS: Readonly<Record<string, Verdict>> = {
    AccessDenied: DENIED,
    AccessDeniedException: DENIED,
    UnauthorizedOperation: DENIED,
    ExpiredToken: CREDENTIALS,
    ExpiredTokenException: CREDENTIALS,
    InvalidClientTokenId: CREDENTIALS,
    InvalidSignatureException: CREDENTIALS,
    UnrecognizedClientException: CREDENTIALS,
    MissingAuthenticationToken: CREDENTIALS,
    CredentialsProviderError: CREDENTIALS,
    Throttling: THROTTLED,
    ThrottlingException: THROTTLED,
    ThrottledException: THROTTLED,
    TooManyRequestsException: THROTTLED,
    RequestLimitExceeded: THROTTLED,
    ConflictException: CONFLICT,
    ServerException: BROKEN,
    InternalFailure: BROKEN,
    InternalServiceFault: BROKEN,
    InternalException: BROKEN,
    InternalServerError: BROKEN,
    ServiceUnavailable: BROKEN,
    ServiceUnavailableException: BROKEN,
    // The SDK calls a connection that was cut so as well.
    TimeoutError: CUT,
    AbortError: LATE,
    LimitExceededException: LIMIT,
    LimitExceeded: LIMIT,
    LimitExceededFault: LIMIT,
    TooManyTagsException: {
        code: HandlerErrorCode.ServiceLimitExceeded,
        advice: 'A resource holds 50 tags at most.',
    },
    DashboardInvalidInputError: REFUSED,
    InvalidEventPatternException: REFUSED,
    InvalidParameterCombinationException: REFUSED,
    InvalidParameterException: REFUSED,
    InvalidParameterValue: REFUSED,
    InvalidParameterValueException: REFUSED,
    InvalidTagParameterException: REFUSED,
    ValidationException: REFUSED,
    ValidationError: REFUSED,
    KmsException: {
        code: HandlerErrorCode.InvalidRequest,
        advice: 'Check that the key in KmsKeyArn exists, is enabled, is in this Region and may be used by the caller.',
    },
    BlockedByOrganizationPolicyException: {
        code: HandlerErrorCode.AccessDenied,
        advice: 'A policy of your AWS Organization decides on scanning. Set EnableRegistryScanning to false, or ask who keeps that policy.',
    },
    ManagedRuleException: {
        code: HandlerErrorCode.ResourceConflict,
        advice: 'An AWS service manages the rule of this name; rename or remove that one.',
    },
    // Something made by an earlier step, or removed by hand: the next attempt reads it again.
    ResourceNotFoundException: { code: HandlerErrorCode.NotStabilized, patience: SETTLING },
    RepositoryNotEmptyException: {
        code: HandlerErrorCode.GeneralServiceException,
        advice: 'Delete the images and try again.',
    },
    // ECR shows a new repository only after a while; of an old one, the next attempt finds that it is gone.
    RepositoryNotFoundException: { code: HandlerErrorCode.NotFound, patience: SETTLING },
};

/** Node's codes for a connection that could not be made or was cut. */
const CUT_CODES = new Set([
    'ECONNRESET',
    'ECONNREFUSED',
    'EPIPE',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
]);

/** Whether AWS answered with this error: the name of an exception in an API reference. */
export function isAwsError(error: unknown, ...names: string[]): error is Error {
    return error instanceof Error && names.includes(error.name);
}

/** EventBridge says so for a while after RemoveTargets (reported in public; its reference names no such delay). */
const TARGETS_LEFT = /can't be deleted since it has targets/i;

/** Whether AWS refused a write because another one to the same object is under way, or has not taken effect. */
export function isConflict(error: unknown): boolean {
    return (
        isAwsError(error, 'OperationAbortedException', 'ConcurrentModificationException') ||
        (error instanceof Error && TARGETS_LEFT.test(error.message))
    );
}

/** What AWS answers; undefined if it answers with one of these errors, which mean that there is no such thing. */
export async function orUndefined<T>(
    answer: Promise<T>,
    ...errors: readonly string[]
): Promise<T | undefined> {
    try {
        return await answer;
    } catch (error) {
        if (isAwsError(error, ...errors)) {
            return undefined;
        }
        throw error;
    }
}

/** What AWS answers. Where a quota is full, the error says which; AWS's own does not. */
export async function withinQuota<T>(quota: string, answer: Promise<T>): Promise<T> {
    try {
        return await answer;
    } catch (error) {
        if (isAwsError(error, 'LimitExceededException')) {
            const message = `${error.message.replace(/\.?$/, '.')} The full quota: ${quota}.`;
            throw Object.assign(new Error(message, { cause: error }), { name: error.name });
        }
        throw error;
    }
}

/** Does something in AWS; a failure says what was being done. */
export async function attempt<T>(
    call: () => Promise<T>,
    { repositoryName }: { readonly repositoryName: string },
    doing: string,
): Promise<T> {
    try {
        return await call();
    } catch (error) {
        throw awsFailure(error, repositoryName, doing);
    }
}

/**
 * What became of a call to AWS, as CloudFormation knows failures. `doing` is what was being done, as in
 * "putting the lifecycle policy".
 */
export function awsFailure(error: unknown, repositoryName: string, doing: string): HandlerFailure {
    if (error instanceof HandlerFailure) {
        return error;
    }
    const { code, patience = 0, advice } = classify(error);
    const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const who =
        code === HandlerErrorCode.InternalFailure ? 'This is a fault of the resource type:' : 'AWS says';
    const message = `${repositoryName}: ${doing} failed. ${who} ${words.replace(/\.?$/, '.')} ${advice ?? ''}`;
    return new HandlerFailure(code, message.trimEnd(), { patience, cause: error });
}

function classify(error: unknown): Verdict {
    if (!(error instanceof Error)) {
        return { code: HandlerErrorCode.InternalFailure };
    }
    // SetRepositoryPolicy says so of a principal that IAM made a moment ago; time helps.
    if (/principal not found/i.test(error.message)) {
        return { ...REFUSED, patience: SETTLING, advice: 'Check that every principal of the policy exists.' };
    }
    // The one message of SetRepositoryPolicy for everything else; time does not help.
    if (/invalid repository policy/i.test(error.message)) {
        return {
            ...REFUSED,
            advice: 'ECR does not say why. Most likely a principal does not exist (a deleted role, a mistyped account), then a malformed ARN or action in CustomPolicyStatements, then a Condition key that ECR does not know.',
        };
    }
    if (isConflict(error)) {
        return CONFLICT;
    }
    const verdict = VERDICTS[error.name];
    if (verdict) {
        return verdict;
    }
    const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } };
    if (typeof code === 'string' && CUT_CODES.has(code)) {
        return CUT;
    }
    const status = $metadata?.httpStatusCode ?? 0;
    if (status === 429) {
        return THROTTLED;
    }
    if (status >= 500) {
        return BROKEN;
    }
    return { code: status > 0 ? HandlerErrorCode.GeneralServiceException : HandlerErrorCode.InternalFailure };
}
