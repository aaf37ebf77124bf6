/** What a call came to, as JSON carries it. */
export interface Outcome {
    /** The code of the error, without the namespace that some servers put before it. */
    readonly error?: string;
    readonly message?: string;
    readonly output: Readonly<Record<string, unknown>>;
}

/** One call, made of both. */
export interface Step {
    /** As IAM names it: ecr:CreateRepository. */
    readonly action: string;
    readonly input: Readonly<Record<string, unknown>>;
    readonly region: string;
}

/** What has to be done to the stand-in alone, because moto has no such thing. */
export type Preparation = (ask: (step: Step) => Promise<Outcome>) => Promise<void>;

/** Calls that follow one another in an empty account. */
export interface Scenario {
    readonly name: string;
    readonly steps: readonly (Step | Preparation)[];
}

/** A call in us-east-1. */
export function step(action: string, input: Step['input'] = {}, region = 'us-east-1'): Step {
    return { action, input, region };
}
