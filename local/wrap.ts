/**
 * Breaks a text into lines of at most `width` characters, at blanks; a longer word gets a line of its own. Continuation
 * lines are indented like the first line, and by `hang` blanks more.
 */
export function wrap(text: string, width: number, hang = 0): string[] {
    return text.split('\n').flatMap((paragraph) => {
        const [indent] = /^ */.exec(paragraph) ?? [''];
        const [first, ...words] = paragraph.slice(indent.length).split(' ');
        const lines: string[] = [];
        let line = `${indent}${first}`;
        for (const word of words) {
            if (line.length + 1 + word.length > width) {
                lines.push(line.trimEnd());
                line = `${indent}${' '.repeat(hang)}${word}`;
            } else {
                line += ` ${word}`;
            }
        }
        return [...lines, line];
    });
}

/** The text wrapped for a terminal, which would break lines inside words. Without a terminal, the text as it is. */
export function fitted(
    text: string,
    { isTTY, columns }: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>,
    hang?: number,
): string {
    return isTTY ? wrap(text, columns || 80, hang).join('\n') : text;
}
