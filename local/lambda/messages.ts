/** What a function and its thread tell each other. */
export interface Setup {
    readonly name: string;
    readonly handler: string;
    readonly bundle: string;
    readonly logFile: string;
}

export interface Question {
    readonly requestId: string;
    readonly event: unknown;
    /** In milliseconds since 1970. */
    readonly deadline: number;
}

export type Answer = { readonly requestId: string } & (
    | { readonly payload: string }
    | { readonly error: ErrorPayload }
);

/** An error as Lambda's Invoke API gives it. */
export interface ErrorPayload {
    readonly errorType: string;
    readonly errorMessage: string;
    readonly trace: readonly string[];
}
