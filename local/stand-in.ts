import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { makeFolder } from './files';
import { processesWith } from './processes';
import { errorCode } from './system-errors';

/** AWS in memory (local/aws/) in a process of its own. */
export interface StandInProcess {
    readonly pid: number;
    readonly endpoint: string;
}

const PROGRAM = path.join(__dirname, '..', 'dist', 'aws.js');

/** Starts it on a free port. It outlives this process, is named after its record, and writes errors to the log file. */
export async function startStandIn(record: string, log: string): Promise<StandInProcess> {
    if (!existsSync(PROGRAM)) {
        throw new Error(`${PROGRAM} does not exist: run "npm run build" first.`);
    }
    makeFolder(path.dirname(log));
    const errors = openSync(log, 'w');
    const child = spawn(process.execPath, [PROGRAM, ...argumentsFor(record)], {
        detached: true,
        stdio: ['ignore', 'pipe', errors],
    });
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

/** How a stand-in ended: by itself, or only by force because it did not react. */
export type End = 'ENDED' | 'KILLED';

/**
 * Ends the stand-ins that were started with this record, whether they answer or not; undefined when none runs. They are
 * found by their command line: the record may be damaged, and a process ID in it may be another process's by now.
 */
export async function endStandIns(record: string): Promise<End | undefined> {
    if (processesOf(record).length === 0) {
        return undefined;
    }
    if (await signalled(record, 'SIGTERM')) {
        return 'ENDED';
    }
    if (await signalled(record, 'SIGKILL')) {
        return 'KILLED';
    }
    throw new Error(
        `The AWS stand-in does not end: process ${processesOf(record).join(', ')}. Kill it by hand.`,
    );
}

function processesOf(record: string): number[] {
    return processesWith([PROGRAM, ...argumentsFor(record)]);
}

function argumentsFor(record: string): string[] {
    return ['--record', path.resolve(record)];
}

/** Whether none is left within three seconds. */
async function signalled(record: string, signal: NodeJS.Signals): Promise<boolean> {
    for (const pid of processesOf(record)) {
        send(pid, signal);
    }
    for (const deadline = Date.now() + 3_000; Date.now() < deadline; ) {
        if (processesOf(record).length === 0) {
            return true;
        }
        await setTimeout(50);
    }
    return false;
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
