import { appendFileSync, openSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { Answer, Question, Setup } from './messages';

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const { name, handler, bundle, logFile }: Setup = workerData;

const log = openSync(logFile, 'a');
for (const stream of [process.stdout, process.stderr]) {
    stream.write = (text: string | Uint8Array) => {
        try {
            appendFileSync(log, text);
        } catch (error) {
            // Thrown later, because the console ignores what a stream throws.
            process.nextTick(() => {
                throw error;
            });
        }
        return true;
    };
}

parentPort?.on('message', async (message: Question | 'end') => {
    if (message === 'end') {
        process.exit();
    }
    parentPort?.postMessage(await answer(message));
});

async function answer({ requestId, event, deadline }: Question): Promise<Answer> {
    try {
        const result = await load()(event, contextOf(requestId, deadline));
        return { requestId, payload: JSON.stringify(result ?? null) };
    } catch (thrown) {
        const {
            name: errorType,
            message: errorMessage,
            stack = '',
        } = thrown instanceof Error ? thrown : new Error(String(thrown));
        return { requestId, error: { errorType, errorMessage, trace: stack.split('\n') } };
    }
}

function load(): Handler {
    const exported: unknown = require(bundle)[handler];
    if (typeof exported !== 'function') {
        const error = new Error(`${handler} is undefined or not exported`);
        error.name = 'Runtime.HandlerNotFound';
        throw error;
    }
    return exported as Handler;
}

/** As the Node.js runtime gives it (Lambda Developer Guide, "Using the Lambda context object"). */
function contextOf(awsRequestId: string, deadline: number): object {
    return {
        awsRequestId,
        callbackWaitsForEmptyEventLoop: true,
        functionName: name,
        functionVersion: '$LATEST',
        invokedFunctionArn: `arn:aws:lambda:us-east-1:123456789012:function:${name}`,
        memoryLimitInMB: '512',
        logGroupName: `/aws/lambda/${name}`,
        logStreamName: 'local',
        getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    };
}
