import { type Aws, accountOf, isGone, reachAws } from './endpoint';
import type { JsonObject } from './json';
import type { LambdaFunction } from './lambda/function';
import type { WarmFunctions } from './lambda/warm-functions';
import type { Caller } from './stacks/operation';
import type { StackState, StateFolder } from './stacks/state';
import { fitted } from './wrap';

/** What the commands share. */
export interface Workplace {
    readonly folder: StateFolder;
    /** The built handlers. */
    readonly bundle: string;
    /** The handlers' functions. What creates the workplace also closes them. */
    readonly functions: WarmFunctions;
    /** An AWS that runs already, in place of the stand-in. */
    readonly endpoint: string | undefined;
    /** How much later than asked the handlers are called back; 0 when left out. */
    readonly callbackOverheadSeconds?: number;
    /** Where the handlers leave their logs in AWS, as a type does that is registered with a logging configuration. */
    readonly logGroup?: string | undefined;
    /** What SetTypeConfiguration would give CloudFormation. */
    readonly typeConfiguration?: JsonObject | undefined;
    /** Aborted by Ctrl-C. */
    readonly interrupted: AbortSignal;
}

/** Progress, on standard error; results go to standard output. */
export function say(text: string): void {
    console.error(fitted(text, process.stderr));
}

/** The stack, when it is there and what it holds can be there too. */
export async function findStack({ folder }: Workplace, name: string): Promise<StackState | undefined> {
    const state = folder.load(name);
    if (state && (await isGone(state.aws, folder))) {
        say(`The AWS stand-in that held stack ${name} has ended, and all that it held is gone.`);
        folder.forget(name);
        return undefined;
    }
    return state;
}

/** AWS, the same that the stack is in; an error when it does not answer. */
export async function reach({ folder, endpoint }: Workplace, state?: StackState): Promise<Aws> {
    const aws = await reachAws(folder, endpoint, say);
    if (state && state.aws !== aws.id) {
        throw new Error(elsewhere(state, aws, folder.stackFile(state.name)));
    }
    if (state) {
        await accountOf(aws, state.region);
    }
    return aws;
}

function elsewhere({ name, aws }: StackState, { endpoint }: Aws, file: string): string {
    return aws.startsWith('http')
        ? `Stack ${name} is at ${aws}, not at ${endpoint}. Set AWS_ENDPOINT_URL to that; if it has ended, delete ${file}, which forgets the stack.`
        : `Stack ${name} is in the AWS stand-in, not at ${endpoint}. Unset AWS_ENDPOINT_URL.`;
}

export function functionFor(
    { folder, bundle, functions }: Workplace,
    { endpoint }: Aws,
    region: string,
    name: 'TypeFunction' | 'TestEntrypoint',
): LambdaFunction {
    return functions.get({
        name,
        handler: name === 'TypeFunction' ? 'entrypoint' : 'testEntrypoint',
        bundle,
        environment: { ...process.env, AWS_ENDPOINT_URL: endpoint, AWS_REGION: region },
        logFile: folder.logFile(name),
    });
}

/** Calls the handlers on behalf of a stack. */
export function callerFor(workplace: Workplace, aws: Aws, { account, region, name, id }: StackState): Caller {
    const typeFunction = functionFor(workplace, aws, region, 'TypeFunction');
    const { typeConfiguration, logGroup } = workplace;
    return {
        invoke: async (event) => JSON.parse(await typeFunction.invoke(event)),
        credentials: aws.credentials,
        account,
        region,
        stack: { name, id },
        ...(logGroup && { logGroup }),
        ...(typeConfiguration && { typeConfiguration }),
        callbackOverheadSeconds: workplace.callbackOverheadSeconds ?? 0,
    };
}
