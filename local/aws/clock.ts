/** Work that is due at a time. */
interface Task {
    readonly at: number;
    readonly work: () => void;
}

/**
 * The stand-in's clock. It runs with the machine's, from where it was last moved to. Work that is due is done before
 * the next request is answered, in the order of time, so no timer keeps the process alive.
 */
export class Clock {
    private offset = 0;
    private stopped: number | undefined;
    private tasks: Task[] = [];

    /** Milliseconds since 1970. */
    now(): number {
        return this.stopped ?? Date.now() + this.offset;
    }

    /** Moves the clock forward and does all that falls due on the way. */
    advance(milliseconds: number): void {
        const target = this.now() + milliseconds;
        this.runUntil(target);
        this.offset = target - Date.now();
    }

    /** Does the work at that time; at once, before the next request, when it is over already. */
    schedule(at: number, work: () => void): void {
        this.tasks.push({ at, work });
    }

    /** Does what has fallen due since the last request. */
    catchUp(): void {
        this.runUntil(this.now());
    }

    /** While a task runs, it is the time that the task was due at. */
    private runUntil(target: number): void {
        for (let task = this.nextDue(target); task; task = this.nextDue(target)) {
            this.tasks = this.tasks.filter((other) => other !== task);
            this.stopped = task.at;
            try {
                task.work();
            } finally {
                this.stopped = undefined;
            }
        }
    }

    private nextDue(target: number): Task | undefined {
        return this.tasks
            .filter(({ at }) => at <= target)
            .reduce<Task | undefined>(
                (first, task) => (first && first.at <= task.at ? first : task),
                undefined,
            );
    }
}
