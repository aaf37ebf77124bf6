import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { errorCode } from './errno';

/** Somebody else works on the same thing. */
class Locked extends Error {
    override readonly name = 'Locked';
}

/** Holds a lock file for this process; one whose process has ended is taken over. Returns the release. */
export function lock(file: string, what: string): () => void {
    mkdirSync(path.dirname(file), { recursive: true });
    if (!write(file)) {
        const holder = Number(readFileSync(file, 'utf8'));
        if (isAlive(holder)) {
            throw new Locked(`${what} is being worked on by process ${holder} (if not so, delete ${file})`);
        }
        rmSync(file, { force: true });
        if (!write(file)) {
            throw new Locked(`${what} has just been taken by another process`);
        }
    }
    return () => rmSync(file, { force: true });
}

/** As lock, but waits for the other to finish, a minute at most. */
export async function lockInTurn(file: string, what: string): Promise<() => void> {
    for (const deadline = Date.now() + 60_000; ; ) {
        try {
            return lock(file, what);
        } catch (error) {
            if (!(error instanceof Locked) || Date.now() > deadline) {
                throw error;
            }
            await setTimeout(100);
        }
    }
}

/** The link appears with its content or not at all. */
function write(file: string): boolean {
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, String(process.pid));
    try {
        linkSync(draft, file);
        return true;
    } catch (error) {
        if (errorCode(error) === 'EEXIST') {
            return false;
        }
        throw error;
    } finally {
        rmSync(draft, { force: true });
    }
}

/** Signal 0 only asks. A lock with our own process ID was left by a process before us, as in containers. */
export function isAlive(pid: number): boolean {
    if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) {
        return false;
    }
    try {
        process.kill(pid, 0);
        return true;
    } catch (error) {
        return errorCode(error) === 'EPERM';
    }
}
