/** Breaks a text into lines of at most so many characters, at blanks; a longer word gets a line of its own. */
export function wrap(text: string, width: number): string[] {
    return text.split('\n').flatMap((paragraph) => {
        const lines: string[] = [];
        let line = '';
        for (const word of paragraph.split(' ')) {
            if (line !== '' && line.length + 1 + word.length > width) {
                lines.push(line);
                line = word;
            } else {
                line = line === '' ? word : `${line} ${word}`;
            }
        }
        return [...lines, line];
    });
}
