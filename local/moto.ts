import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { StateFolder } from './stacks/state';
import { errorCode } from './system-errors';

/** A running moto_server. Its process ID is its process group's too. */
export interface Moto {
    readonly pid: number;
    readonly endpoint: string;
}

const HOST = '127.0.0.1';

const START_SECONDS = 60;

/** Starts moto_server on a free port: the one on PATH, or else one that is installed into the state folder. */
export async function startMoto(folder: StateFolder, say: (text: string) => void): Promise<Moto> {
    const log = folder.logFile('aws');
    say('Starting the AWS stand-in (moto)');
    const onPath = await launch('moto_server', log);
    if (onPath) {
        return onPath;
    }
    const environment = path.join(folder.root, 'venv');
    const command = path.join(environment, 'bin', 'moto_server');
    if (!existsSync(command)) {
        say(`There is no working moto_server on PATH; installing it into ${environment} (about a minute)`);
        await run('python3', ['-m', 'venv', environment], log);
        await run(
            path.join(environment, 'bin', 'pip'),
            ['install', '--disable-pip-version-check', 'moto[server]'],
            log,
        );
        say('Starting it');
    }
    return (await launch(command, log)) ?? giveUp(`${command} does not start`, log);
}

/** On a port of its own choice, which it logs. Undefined when there is no such command or it ends by itself. */
async function launch(command: string, log: string): Promise<Moto | undefined> {
    const child = start(command, ['-H', HOST, '-p', '0'], log, true);
    const { pid } = child;
    let running = pid !== undefined;
    const end = ending(child).then(() => {
        running = false;
    });
    const kill = () => {
        if (pid !== undefined) {
            signalGroup(pid, 'SIGTERM');
        }
    };
    process.once('exit', kill);
    try {
        for (const deadline = Date.now() + START_SECONDS * 1000; running && Date.now() < deadline; ) {
            const [endpoint] = /http:\/\/127\.0\.0\.1:\d+/.exec(readFileSync(log, 'utf8')) ?? [];
            if (pid !== undefined && endpoint !== undefined && (await answers(endpoint))) {
                child.unref();
                return { pid, endpoint };
            }
            await Promise.race([end, setTimeout(50)]);
        }
        kill();
        return undefined;
    } finally {
        process.off('exit', kill);
    }
}

/** Whether something that looks like moto answers there. */
export async function answers(endpoint: string): Promise<boolean> {
    try {
        const response = await fetch(`${endpoint}/moto-api/`, { signal: AbortSignal.timeout(2000) });
        await response.arrayBuffer();
        return response.ok;
    } catch {
        return false;
    }
}

/** Ends it and waits until it answers no more: a process that nobody waits for stays in the table of processes. */
export async function stopMoto({ pid, endpoint }: Moto): Promise<void> {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        signalGroup(pid, signal);
        for (let tries = 0; tries < 50; tries++) {
            if (!(await answers(endpoint))) {
                return;
            }
            await setTimeout(50);
        }
    }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
    try {
        process.kill(-pid, signal);
    } catch (error) {
        if (errorCode(error) !== 'ESRCH') {
            throw error;
        }
    }
}

async function run(command: string, args: string[], log: string): Promise<void> {
    const code = await ending(start(command, args, log, false));
    if (code !== 0) {
        giveUp(`"${[command, ...args].join(' ')}" failed`, log);
    }
}

function start(command: string, args: string[], log: string, detached: boolean): ChildProcess {
    mkdirSync(path.dirname(log), { recursive: true });
    const output = openSync(log, 'w');
    try {
        return spawn(command, args, { detached, stdio: ['ignore', output, output] });
    } finally {
        closeSync(output);
    }
}

/** The exit code; undefined when it could not be started or was killed. */
function ending(child: ChildProcess): Promise<number | undefined> {
    return new Promise((resolve) => {
        child.once('error', () => resolve(undefined));
        child.once('exit', (code) => resolve(code ?? undefined));
    });
}

function giveUp(problem: string, log: string): never {
    const written = existsSync(log)
        ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-5).join('\n    ')
        : '';
    throw new Error(
        `No AWS to work with: ${problem}.\n    ${written}\n` +
            'Either install moto yourself (pip install "moto[server]") so that moto_server is on PATH,\n' +
            'or set AWS_ENDPOINT_URL to an AWS endpoint that runs already.',
    );
}
