import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ending, isGone, useCommands } from '../support/command-line';

/* The command stop ends the stand-in, whatever has happened to it or to the note of it. */
const BASIC = path.join(__dirname, '..', '..', 'examples', 'basic.yml');

const startWith = useCommands();
const state = mkdtempSync(path.join(tmpdir(), 'stop-'));
const note = path.join(state, 'aws.json');

const inState = (...args: string[]) => ending(startWith({}, '--state-dir', state, ...args));

afterAll(async () => {
    await inState('stop');
    rmSync(state, { recursive: true });
});

/** Starts a stand-in by a command, and gives its note. */
async function started(): Promise<{ pid: number; endpoint: string }> {
    expect(await inState('deploy', BASIC)).toMatchObject({ code: 0 });
    return JSON.parse(readFileSync(note, 'utf8'));
}

test.each([
    ['cut off', () => writeFileSync(note, '{ "id": "stand-in')],
    ['of something else', () => writeFileSync(note, '[]')],
    [
        'a folder',
        () => {
            rmSync(note);
            mkdirSync(note);
        },
    ],
])('it stops when the note of the stand-in is %s', async (_what, damage) => {
    const { endpoint } = await started();
    damage();
    const damaged = `${note} was damaged and is deleted.\n`;
    expect(await inState('stop')).toEqual({
        code: 0,
        out: `The AWS stand-in has ended. ${damaged}`,
        err: '',
    });
    expect(await isGone(endpoint)).toBe(true);
    writeFileSync(note, '{');
    expect((await inState('stop')).out).toBe(`No AWS stand-in was running. ${damaged}`);
});

test('it stops when the note is gone', async () => {
    const { endpoint } = await started();
    rmSync(note);
    expect((await inState('stop')).out).toBe('The AWS stand-in has ended.\n');
    expect(await isGone(endpoint)).toBe(true);
});

test('it stops when the stand-in hangs', async () => {
    const { pid, endpoint } = await started();
    process.kill(pid, 'SIGSTOP');
    expect(await inState('stop')).toEqual({
        code: 0,
        out: 'The AWS stand-in did not react and was killed.\n',
        err: '',
    });
    expect(await isGone(endpoint)).toBe(true);
});

test('it stops when the stand-in is dead', async () => {
    const { pid, endpoint } = await started();
    process.kill(pid, 'SIGKILL');
    while (!(await isGone(endpoint))) {}
    expect(await inState('stop')).toEqual({
        code: 0,
        out: 'The AWS stand-in had ended before.\n',
        err: '',
    });
});

test('it stops when the note names another process', async () => {
    const { pid, endpoint } = await started();
    process.kill(pid, 'SIGKILL');
    writeFileSync(note, JSON.stringify({ id: 'stand-in 1', pid: process.pid, endpoint }));
    expect((await inState('stop')).out).toBe('The AWS stand-in had ended before.\n');
});

test('it stops when the lock of a stack is damaged', async () => {
    const { endpoint } = await started();
    const lock = path.join(state, 'stacks', 'basic.lock');
    writeFileSync(lock, '');
    expect(await inState('stop')).toEqual({
        code: 0,
        out: 'The AWS stand-in has ended.\n',
        err: `${lock} is not a lock: delete it.\n`,
    });
    expect(await isGone(endpoint)).toBe(true);
    rmSync(lock);
});
