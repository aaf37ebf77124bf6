/**
 * Breaks a text into lines of at most so many characters, at blanks; a longer word gets a line of its own. What goes on
 * is set in as its first line, and by so many blanks more.
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

/** The text in lines that fit a terminal, which itself breaks words; elsewhere the text as it is. */
export function fitted(
    text: string,
    { isTTY, columns }: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>,
    hang?: number,
): string {
    return isTTY ? wrap(text, columns || 80, hang).join('\n') : text;
}
