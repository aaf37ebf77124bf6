import { styleText } from 'node:util';
import type { StackEvent } from '../stacks/resources';
import { fitted } from '../wrap';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

const CLEAR_LINE = '\r\x1b[2K';

/** Prints events as they happen; on a terminal in colours, with a line below that shows what is under way. */
export class EventPrinter {
    private readonly underWay = new Set<string>();
    private readonly began = Date.now();
    private readonly timer: NodeJS.Timeout | undefined;

    constructor(private readonly out: NodeJS.WriteStream) {
        this.timer = out.isTTY ? setInterval(() => this.drawProgress(), 100) : undefined;
    }

    print(event: StackEvent): void {
        if (event.status.endsWith('_IN_PROGRESS')) {
            this.underWay.add(event.logicalId);
        } else {
            this.underWay.delete(event.logicalId);
        }
        this.clearProgress();
        const isNarrow = this.out.isTTY && this.out.columns < 100;
        const text = fitted(lineOf(event, isNarrow), this.out, 10);
        this.out.write(`${this.out.isTTY && this.out.hasColors() ? coloured(text, event.status) : text}\n`);
    }

    close(): void {
        clearInterval(this.timer);
        this.clearProgress();
    }

    private drawProgress(): void {
        const elapsed = Date.now() - this.began;
        const frame = FRAMES[Math.floor(elapsed / 100) % FRAMES.length];
        const line = `${frame} ${(elapsed / 1000).toFixed(1)} s  ${[...this.underWay].join(', ')}`;
        this.out.write(CLEAR_LINE + line.slice(0, (this.out.columns || 80) - 1));
    }

    private clearProgress(): void {
        if (this.out.isTTY) {
            this.out.write(CLEAR_LINE);
        }
    }
}

/**
 * Time, status, logical ID, type, reason and physical ID, as in CloudFormation's console. If narrow, the type is left
 * out, and beside a reason the physical ID too.
 */
function lineOf(
    { time, status, logicalId, type, reason, physicalId }: StackEvent,
    isNarrow: boolean,
): string {
    const clock = time.toTimeString().slice(0, 8);
    const rest = [
        logicalId.padEnd(isNarrow ? 12 : 16),
        !isNarrow && type,
        reason,
        !(isNarrow && reason) && physicalId && `(${physicalId})`,
    ]
        .filter(Boolean)
        .join('  ');
    return `${clock}  ${status.padEnd(20)}  ${rest}`.trimEnd();
}

function coloured(line: string, status: string): string {
    return line.replace(status, styleText(colourOf(status), status));
}

function colourOf(status: string): 'red' | 'yellow' | 'green' | 'cyan' {
    if (status.endsWith('_FAILED')) {
        return 'red';
    }
    if (status.includes('ROLLBACK')) {
        return 'yellow';
    }
    return status.endsWith('_COMPLETE') ? 'green' : 'cyan';
}
