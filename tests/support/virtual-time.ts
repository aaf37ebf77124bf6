/** A clock that jumps to the next event. Milliseconds. */
export class VirtualTime {
    now = 0;
    private readonly queue: { at: number; order: number; wake: () => void }[] = [];
    private order = 0;

    sleep(milliseconds: number): Promise<void> {
        return new Promise((wake) => {
            this.queue.push({ at: this.now + milliseconds, order: this.order++, wake });
        });
    }

    /** Lets everything happen until nothing is left to happen. */
    async run(): Promise<void> {
        for (;;) {
            // All that follows at once from the last event.
            await new Promise(setImmediate);
            if (this.queue.length === 0) {
                return;
            }
            const next = this.queue.reduce((a, b) =>
                a.at < b.at || (a.at === b.at && a.order < b.order) ? a : b,
            );
            this.queue.splice(this.queue.indexOf(next), 1);
            this.now = next.at;
            next.wake();
        }
    }
}

/** Numbers from 0 to 1 that look random and are the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
    let state = seed;
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let bits = Math.imul(state ^ (state >>> 15), 1 | state);
        bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
        return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
    };
}
