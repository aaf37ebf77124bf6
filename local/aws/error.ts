/** A refusal in the words of the service's API reference. */
export class AwsError extends Error {
    constructor(
        /** The error's code, as in RepositoryNotFoundException. */
        readonly code: string,
        message: string,
        /** The HTTP status: 4xx blames the caller, 5xx the service. */
        readonly status = 400,
    ) {
        super(message);
    }
}
