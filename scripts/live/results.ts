import { styleText } from 'node:util';

type Result = 'passed' | 'FAILED' | 'skipped';

interface Row {
    readonly step: string;
    readonly result: Result;
    readonly seconds: number;
    readonly detail: string;
}

/** So many characters of a line are shown. */
const MAX_DETAIL = 120;

/** A step has not what it needs. */
export class Skip extends Error {}

/** What came of each step. */
export class Results {
    private readonly rows: Row[] = [];

    /** Does a step, which gives a detail for the table; false when it did not pass. */
    async step(step: string, work: () => Promise<string>): Promise<boolean> {
        const start = Date.now();
        const seconds = () => Math.round((Date.now() - start) / 1000);
        console.error(`${step} …`);
        try {
            const detail = await work();
            this.add({ step, result: 'passed', seconds: seconds(), detail });
            return true;
        } catch (error) {
            const detail = error instanceof Error ? error.message : String(error);
            const result = error instanceof Skip ? 'skipped' : 'FAILED';
            this.add({ step, result, seconds: seconds(), detail });
            return false;
        }
    }

    skip(step: string, detail: string): void {
        this.add({ step, result: 'skipped', seconds: 0, detail });
    }

    get hasFailed(): boolean {
        return this.rows.some(({ result }) => result === 'FAILED');
    }

    print(): void {
        const width = Math.max(...this.rows.map(({ step }) => step.length), 0);
        for (const { step, result, seconds, detail } of this.rows) {
            const shown = result === 'FAILED' ? styleText('red', result) : result.padEnd('skipped'.length);
            console.log(`${step.padEnd(width)}  ${shown}  ${String(seconds).padStart(4)} s  ${detail}`);
        }
    }

    private add(row: Row): void {
        const detail = row.detail.trim().replaceAll(/\s*\n\s*/g, ' ');
        // What failed is told in full.
        const isLong = row.result === 'passed' && detail.length > MAX_DETAIL;
        this.rows.push({ ...row, detail: isLong ? `${detail.slice(0, MAX_DETAIL)}…` : detail });
        console.error(`    ${row.result}  ${row.detail}`);
    }
}
