/** When a request came and when its connection was done with it, on performance.now()'s clock, in milliseconds. */
export interface Times {
    readonly start: number;
    /** Infinity until then. */
    end: number;
}

/** One call that was made, whatever became of it. */
export interface RecordedCall extends Times {
    /** As IAM names it: ecr:CreateRepository. */
    readonly action: string;
    /** What it asks, as the service's API reference names it. */
    readonly input: Readonly<Record<string, unknown>>;
    readonly accessKeyId: string;
    readonly account: string;
    readonly region: string;
}
