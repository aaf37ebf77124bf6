import { randomUUID } from 'node:crypto';
import { readlinkSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { makeFolder } from './files';
import { errorCode } from './system-errors';

/**
 * A lock is a symbolic link, which is made with its content in one step or not at all. Its target, which need not
 * exist, names the holder: a process, and a token that no other holding has.
 */
interface Holder {
    readonly pid: number;
    readonly token: string;
}

/** Another process holds the lock. */
class Locked extends Error {
    override readonly name = 'Locked';
}

/** The tokens that this process holds now. */
const held = new Set<string>();

/** Holds a lock for this process, or throws; a lock whose process has ended is taken over. Returns the release. */
export function lock(file: string, what: string): () => void {
    makeFolder(path.dirname(file));
    const taken = take(file);
    if (typeof taken === 'function') {
        return taken;
    }
    throw new Locked(
        `Process ${taken.pid} is working on ${what}. Wait for it to end; if no such process runs, delete ${file}.`,
    );
}

/** As lock, but waits for the other process to finish, a minute at most. */
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

/** The living process that holds the lock. */
export function holderOf(file: string): number | undefined {
    const holder = read(file);
    return holder && isHeld(holder) ? holder.pid : undefined;
}

/**
 * The release, or the living holder. Of several processes that find the same dead holder, the one that takes the
 * guard clears the lock; the guard's name has the dead holder's token in it, so a late comer, whose guard is for a
 * holder that has been cleared, finds another token in the lock and leaves it alone.
 */
function take(file: string): (() => void) | Holder {
    for (;;) {
        const token = randomUUID();
        if (make(file, token)) {
            return () => release(file, token);
        }
        const holder = read(file);
        if (holder && isHeld(holder)) {
            return holder;
        }
        if (holder) {
            const guard = take(`${file}.${holder.token}`);
            if (typeof guard !== 'function') {
                return guard;
            }
            if (read(file)?.token === holder.token) {
                rmSync(file);
            }
            guard();
        }
    }
}

function make(file: string, token: string): boolean {
    // First, so that another part of this process does not take the lock for a dead one's.
    held.add(token);
    try {
        symlinkSync(`${process.pid}:${token}`, file);
        return true;
    } catch (error) {
        held.delete(token);
        if (errorCode(error) === 'EEXIST') {
            return false;
        }
        throw error;
    }
}

function release(file: string, token: string): void {
    rmSync(file, { force: true });
    held.delete(token);
}

/** Undefined when nothing is locked. */
function read(file: string): Holder | undefined {
    try {
        const [pid, token = ''] = readlinkSync(file).split(':');
        return { pid: Number(pid), token };
    } catch (error) {
        if (errorCode(error) === 'ENOENT') {
            return undefined;
        }
        throw errorCode(error) === 'EINVAL' ? new Error(`${file} is not a lock: delete it.`) : error;
    }
}

/** A process ID of our own with a token that we do not hold was left by a process before us, as in containers. */
function isHeld({ pid, token }: Holder): boolean {
    return pid === process.pid ? held.has(token) : isAlive(pid);
}

/** Whether another process has this ID. Signal 0 only asks. */
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
