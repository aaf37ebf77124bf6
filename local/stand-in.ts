import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { errorCode } from './system-errors';

/** AWS in memory (local/aws/) in a process of its own. */
export interface StandInProcess {
    readonly pid: number;
    readonly endpoint: string;
}

const PROGRAM = path.join(__dirname, '..', 'dist', 'aws.js');

/** Starts it on a free port. It outlives this process, and writes its errors to the log file. */
export async function startStandIn(log: string): Promise<StandInProcess> {
    if (!existsSync(PROGRAM)) {
        throw new Error(`${PROGRAM} does not exist: run "npm run build" first.`);
    }
    mkdirSync(path.dirname(log), { recursive: true });
    const errors = openSync(log, 'w');
    const child = spawn(process.execPath, [PROGRAM], { detached: true, stdio: ['ignore', 'pipe', errors] });
    closeSync(errors);
    const { stdout, pid } = child;
    // It prints its endpoint, and nothing else; a process that fails prints nothing.
    const endpoint = stdout && (await createInterface(stdout)[Symbol.asyncIterator]().next()).value;
    if (pid === undefined || !endpoint) {
        throw new Error(`The AWS stand-in does not start. ${log} says:\n${readFileSync(log, 'utf8')}`);
    }
    stdout.destroy();
    child.unref();
    return { pid, endpoint };
}

/** Whether a stand-in answers there. */
export async function answers(endpoint: string): Promise<boolean> {
    try {
        const response = await fetch(`${endpoint}/_stand-in/health`, { signal: AbortSignal.timeout(2000) });
        await response.arrayBuffer();
        return response.ok;
    } catch {
        return false;
    }
}

/** Ends it and waits until it answers no more: a process that nobody waits for stays in the table of processes. */
export async function endStandIn({ pid, endpoint }: StandInProcess): Promise<void> {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        send(pid, signal);
        for (let tries = 0; tries < 50; tries++) {
            if (!(await answers(endpoint))) {
                return;
            }
            await setTimeout(50);
        }
    }
}

function send(pid: number, signal: NodeJS.Signals): void {
    try {
        process.kill(pid, signal);
    } catch (error) {
        if (errorCode(error) !== 'ESRCH') {
            throw error;
        }
    }
}
