import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { holderOf, lock } from '../../../local/lock';

/** How often each of the processes tries to take the lock. */
const TRIES = 1500;

/**
 * Takes the lock again and again. Alone inside, it appends to a file twice; another process inside would show as a
 * line between the two. `abandon` leaves a dead lock each time: one that names a process that has ended.
 */
const TAKER = `
const { appendFileSync, rmSync, symlinkSync } = require('node:fs');
const { lock } = require(${JSON.stringify(path.join(__dirname, '..', '..', '..', 'local', 'lock.ts'))});
const [file, log, tries, deadPid] = process.argv.slice(1);
let taken = 0;
for (let i = 0; i < Number(tries); i++) {
    let release;
    try {
        release = lock(file, 'it');
    } catch (error) {
        if (error.name === 'Locked') { continue; }
        throw error;
    }
    taken++;
    appendFileSync(log, 'in ' + process.pid + '\\n');
    appendFileSync(log, 'out ' + process.pid + '\\n');
    release();
    if (deadPid) {
        try { symlinkSync(deadPid + ':' + process.pid + '-' + i, file); } catch {}
    }
}
console.log(taken);
`;

let folder: string;
let deadPid: number;

beforeAll(() => {
    deadPid = spawnSync(process.execPath, ['--version']).pid;
});

beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'local-lock-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const locked = () => path.join(folder, 'lock');

async function taker(...args: string[]): Promise<number> {
    const options = ['--require', require.resolve('tsx/cjs'), '--eval', TAKER, '--', locked(), ...args];
    const child = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'pipe'] });
    const [out, err, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'exit'),
    ]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return Number(out);
}

test.each([
    ['a lock', []],
    ['a lock whose holders die', [String(spawnSync(process.execPath, ['--version']).pid)]],
])('five processes never hold %s together', async (_, dead) => {
    const log = path.join(folder, 'log');
    const taken = await Promise.all(Array.from({ length: 5 }, () => taker(log, String(TRIES), ...dead)));
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(2 * taken.reduce((sum, count) => sum + count));
    for (let line = 0; line < lines.length; line += 2) {
        expect(lines[line + 1]).toBe(lines[line]?.replace('in', 'out'));
    }
    expect(readdirSync(folder).filter((name) => !/^(log|lock)$/.test(name))).toEqual([]);
});

test('a lock names its holder, and is free after its release', () => {
    const release = lock(locked(), 'it');
    expect(holderOf(locked())).toBe(process.pid);
    expect(() => lock(locked(), 'it')).toThrow(`Process ${process.pid} is working on it.`);
    release();
    expect(holderOf(locked())).toBeUndefined();
    lock(locked(), 'it')();
});

test('a lock whose process has ended is taken over, also when the taking over was cut off', () => {
    symlinkSync(`${deadPid}:one`, locked());
    symlinkSync(`${deadPid}:two`, `${locked()}.one`);
    expect(holderOf(locked())).toBeUndefined();
    lock(locked(), 'it')();
    expect(readdirSync(folder)).toEqual([]);
});

test("another living process's lock stays", () => {
    symlinkSync(`${process.ppid}:one`, locked());
    expect(() => lock(locked(), 'it')).toThrow(`Process ${process.ppid} is working on it.`);
});

test("another user's living process is not taken for a dead one", () => {
    symlinkSync(`${deadPid}:one`, locked());
    jest.spyOn(process, 'kill').mockImplementationOnce(() => {
        throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
    });
    expect(holderOf(locked())).toBe(deadPid);
});

test('a file in its place is named', () => {
    writeFileSync(locked(), '');
    expect(() => lock(locked(), 'it')).toThrow(`${locked()} is not a lock: delete it.`);
});
