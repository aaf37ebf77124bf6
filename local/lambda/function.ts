import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { makeFolder } from '../files';
import { fileProblem } from '../system-errors';
import type { Answer, ErrorPayload, Question, Setup } from './messages';

export interface FunctionSettings {
    readonly name: string;
    /** What the bundle exports: entrypoint or testEntrypoint. */
    readonly handler: string;
    readonly bundle: string;
    readonly environment: NodeJS.ProcessEnv;
    /** Where what the handlers print goes. */
    readonly logFile: string;
    readonly timeoutSeconds?: number;
}

export class FunctionError extends Error {
    override readonly name = 'FunctionError';

    constructor(readonly payload: ErrorPayload) {
        super(`${payload.errorType}: ${payload.errorMessage}`);
    }
}

/** The timeout that template.yml gives the function. */
const TIMEOUT_SECONDS = 60;

/** Milliseconds for a thread to end by itself. */
const END_TIMEOUT = 5_000;

/** A Lambda function: the bundle in a thread of its own, which takes any number of invocations at once. */
export class LambdaFunction {
    private thread: Thread | undefined;

    constructor(private readonly settings: FunctionSettings) {
        if (!existsSync(settings.bundle)) {
            throw new Error(`${settings.bundle} does not exist: run "npm run build" first.`);
        }
    }

    /** The payload that the handler answers with; FunctionError when it fails. */
    async invoke(event: unknown): Promise<string> {
        const { timeoutSeconds = TIMEOUT_SECONDS } = this.settings;
        if (!this.thread?.usable) {
            this.thread = new Thread(this.settings);
        }
        const { thread } = this;
        const requestId = randomUUID();
        const answer = await thread.ask({ requestId, event, deadline: Date.now() + timeoutSeconds * 1000 });
        if ('payload' in answer) {
            return answer.payload;
        }
        throw new FunctionError(answer.error);
    }

    async close(): Promise<void> {
        await this.thread?.end();
    }
}

/** One life of the thread. After a timeout it takes nothing new and ends once it owes no answer. */
class Thread {
    private readonly worker: Worker;
    private readonly waiting = new Map<string, (answer: Answer) => void>();
    usable = true;

    constructor({ name, handler, bundle, environment, logFile }: FunctionSettings) {
        makeFolder(path.dirname(logFile));
        const setup: Setup = { name, handler, bundle, logFile };
        this.worker = new Worker(path.join(__dirname, 'worker.ts'), {
            workerData: setup,
            env: environment,
            execArgv: ['--require', require.resolve('tsx/cjs')],
        });
        this.worker.on('message', (answer: Answer) => this.waiting.get(answer.requestId)?.(answer));
        this.worker.on('error', (error) =>
            this.crash(error.name, fileProblem(error, logFile) ?? error.message, error.stack),
        );
        this.worker.on('exit', (code) =>
            this.crash('Runtime.ExitError', `the function's process ended with ${code}`),
        );
    }

    ask(question: Question): Promise<Answer> {
        const { requestId, deadline } = question;
        const milliseconds = deadline - Date.now();
        return new Promise<Answer>((resolve) => {
            const timer = setTimeout(() => {
                this.usable = false;
                const errorMessage = `${requestId} Task timed out after ${(milliseconds / 1000).toFixed(2)} seconds`;
                this.waiting.get(requestId)?.({
                    requestId,
                    error: { errorType: 'Sandbox.Timedout', errorMessage, trace: [] },
                });
            }, milliseconds);
            this.waiting.set(requestId, (answer) => {
                clearTimeout(timer);
                this.waiting.delete(requestId);
                resolve(answer);
                if (!this.usable && this.waiting.size === 0) {
                    void this.worker.terminate();
                }
            });
            this.worker.postMessage(question);
        });
    }

    /** Node writes coverage at the end of a thread that ends by itself; one that hangs is stopped. */
    async end(): Promise<void> {
        if (this.usable) {
            this.usable = false;
            const ended = once(this.worker, 'exit');
            this.worker.postMessage('end');
            await Promise.race([ended, sleep(END_TIMEOUT, undefined, { ref: false })]);
        }
        await this.worker.terminate();
    }

    private crash(errorType: string, errorMessage: string, stack = ''): void {
        this.usable = false;
        for (const [requestId, answer] of this.waiting) {
            answer({ requestId, error: { errorType, errorMessage, trace: stack.split('\n') } });
        }
    }
}
