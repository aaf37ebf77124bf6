import { setTimeout as sleep } from 'node:timers/promises';

/** How many times as fast as time our own waits pass. Tests set more than 1; AWS's answers take what they take. */
export const SPEED = Number(process.env['WAIT_SPEED'] ?? 1);

/** The same for the delays before a call is made again. */
export const RETRY_SPEED = Number(process.env['RETRY_SPEED'] ?? SPEED);

/** Milliseconds, from any moment on. A suspended machine stops `monotonic`; an administrator may set `wall`. */
export interface Clock {
    monotonic(): number;
    wall(): number;
    sleep(milliseconds: number, signal?: AbortSignal): Promise<unknown>;
}

export const CLOCK: Clock = {
    monotonic: () => performance.now() * SPEED,
    wall: () => Date.now() * SPEED,
    sleep: (milliseconds, signal) => sleep(milliseconds / SPEED, undefined, signal && { signal }),
};
