import { styleText } from 'node:util';
import { wrap } from '../wrap';

/** Characters of a line; a terminal that shows more gets no longer ones, which nobody reads. */
const WIDTH = 80;

/** Tells the demo: headings and sentences, in colours on a terminal, as plain lines elsewhere. */
export class Story {
    private chapters = 0;

    constructor(private readonly out: NodeJS.WriteStream) {}

    chapter(title: string): void {
        this.chapters += 1;
        this.out.write(`\n${this.style('bold', `${this.chapters}. ${title}`)}\n\n`);
    }

    say(text: string): void {
        this.lines(wrap(text, WIDTH));
    }

    /** Something that is shown, such as a message: set in, and in a colour. */
    show(text: string): void {
        this.lines(wrap(text, WIDTH - 4).map((line) => this.style('cyan', `    ${line}`)));
    }

    private lines(lines: readonly string[]): void {
        this.out.write(`${lines.join('\n')}\n`);
    }

    private style(format: 'bold' | 'cyan', text: string): string {
        return this.out.isTTY && this.out.hasColors() ? styleText(format, text) : text;
    }
}
