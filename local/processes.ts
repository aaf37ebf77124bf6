import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** The IDs of processes that were started with these arguments, in a row. Linux tells in /proc, others by ps. */
export function processesWith(args: readonly string[]): number[] {
    return existsSync('/proc/self/cmdline') ? inProc(args) : byPs(args);
}

function inProc(args: readonly string[]): number[] {
    const wanted = `\0${args.join('\0')}\0`;
    return readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name) && commandLine(name).includes(wanted))
        .map(Number);
}

/** Empty for a process that has just ended. */
function commandLine(pid: string): string {
    try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    } catch {
        return '';
    }
}

function byPs(args: readonly string[]): number[] {
    const lines = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,command='], { encoding: 'utf8' }).split('\n');
    return lines
        .filter((line) => ` ${line.trim()} `.includes(` ${args.join(' ')} `))
        .map((line) => Number.parseInt(line, 10));
}
