/** A refusal in the words of the service's API reference. */
export class AwsError extends Error {
    constructor(
        /** The error's code, as in RepositoryNotFoundException. */
        readonly code: string,
        message: string,
        /** The HTTP status: 4xx blames the caller, 5xx the service. */
        readonly status = 400,
        /** The error's name in the API's model, where the code is what the query protocol called it. */
        readonly shape = code,
    ) {
        super(message);
    }
}
