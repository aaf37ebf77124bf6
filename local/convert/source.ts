import {
    type Document,
    isMap,
    isNode,
    isPair,
    isScalar,
    isSeq,
    type Pair,
    parseDocument,
    type YAMLMap,
} from 'yaml';
import type { Json, JsonObject } from '../json';
import { unreadable } from '../template/syntax';
import { dataOf, keyOf } from './data';
import { toYaml } from './yaml-text';

export type Path = readonly (string | number)[];

interface Edit {
    readonly from: number;
    readonly to: number;
    readonly text: string;
}

/** A template's text. What is not edited stays as it is written, comments and layout included. */
export class Source {
    readonly document: Document.Parsed;
    readonly data: Json;
    readonly isJson: boolean;

    constructor(
        readonly file: string,
        readonly text: string,
    ) {
        this.document = parseDocument(text);
        if (this.document.errors.length > 0) {
            throw unreadable(file, this.document.errors);
        }
        this.data = dataOf(this.document.contents);
        this.isJson = /^\s*\{/.test(text);
    }

    edit(): SourceEditor {
        return new SourceEditor(this);
    }
}

export class SourceEditor {
    private readonly edits: Edit[] = [];
    /** Of flow mappings: where a comma goes depends on which others go. */
    private readonly removed = new Map<YAMLMap, Set<Pair>>();

    constructor(private readonly source: Source) {}

    /** Replaces a key and its value by others; by none, it goes with the comment above it. */
    replacePair(path: Path, entries: JsonObject): void {
        const { map, pair } = this.pairAt(path);
        if (Object.keys(entries).length === 0) {
            this.remove(map, pair);
            return;
        }
        this.replace(startOf(pair), endOf(pair), this.render(map, entries));
    }

    /** Adds keys after another key of the same object. */
    addAfter(path: Path, entries: JsonObject): void {
        const { map, pair } = this.pairAt(path);
        const separator = map.flow ? this.flowSeparator(map) : `\n${' '.repeat(this.columnOf(map))}`;
        this.replace(endOf(pair), endOf(pair), `${separator}${this.render(map, entries)}`);
    }

    /** Replaces a value. */
    replaceValue(path: Path, value: string): void {
        const { pair } = this.pairAt(path);
        const { value: node } = pair;
        const from = isNode(node) ? (node.range?.[0] ?? 0) : 0;
        this.replace(from, endOf(pair), this.source.isJson ? JSON.stringify(value) : value);
    }

    replace(from: number, to: number, text: string): void {
        this.edits.push({ from, to, text });
    }

    /** The text with all edits; one within another's place is part of that. */
    result(): string {
        const removals = [...this.removed].flatMap(([map, pairs]) => flowRemovals(map, pairs));
        const sorted = [...this.edits, ...removals].sort((a, b) => a.from - b.from || b.to - a.to);
        let text = '';
        let at = 0;
        for (const edit of sorted) {
            if (edit.to < at || edit.from < at) {
                at = edit.text === '' ? Math.max(at, edit.to) : at;
                continue;
            }
            text += this.source.text.slice(at, edit.from) + edit.text;
            at = edit.to;
        }
        return text + this.source.text.slice(at);
    }

    private pairAt(path: Path): { map: YAMLMap; pair: Pair } {
        const map = this.source.document.getIn(path.slice(0, -1), true);
        const key = path.at(-1);
        const pair = isMap(map) ? map.items.find((item) => keyOf(item.key) === key) : undefined;
        if (!isMap(map) || !isPair(pair)) {
            throw new Error(`${this.source.file}: there is nothing at ${path.join('/')}.`);
        }
        return { map, pair };
    }

    private render(map: YAMLMap, entries: JsonObject): string {
        if (!map.flow) {
            const indent = ' '.repeat(this.columnOf(map));
            return toYaml(entries).replace(/\n(?=.)/g, `\n${indent}`);
        }
        const separator = this.flowSeparator(map);
        const lineBreak = separator.slice(1);
        const space = lineBreak.startsWith('\n') ? this.indentUnit() : undefined;
        return Object.entries(entries)
            .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value, null, space)}`)
            .map((text) => (space ? text.replaceAll('\n', lineBreak) : text))
            .join(separator);
    }

    private flowSeparator(map: YAMLMap): string {
        const [first] = map.items;
        const start = first ? startOf(first) : 0;
        const line = this.source.text.slice(this.lineStart(start), start);
        return line.trim() === '' && start > 0 ? `,\n${line}` : ', ';
    }

    private indentUnit(): string {
        return /\n([ \t]+)"/.exec(this.source.text)?.[1] ?? '  ';
    }

    private columnOf(map: YAMLMap): number {
        const [first] = map.items;
        const start = first ? startOf(first) : 0;
        return start - this.lineStart(start);
    }

    private remove(map: YAMLMap, pair: Pair): void {
        if (map.flow) {
            this.removed.set(map, new Set([...(this.removed.get(map) ?? []), pair]));
        } else {
            this.edits.push(this.blockRemoval(map, pair));
        }
    }

    private blockRemoval(map: YAMLMap, pair: Pair): Edit {
        const { text } = this.source;
        const start = startOf(pair);
        const line = this.lineStart(start);
        const after = map.items[map.items.indexOf(pair) + 1];
        if (text.slice(line, start).trim() !== '' && after) {
            return { from: start, to: startOf(after), text: '' };
        }
        const lineEnd = text.indexOf('\n', endOf(pair));
        const to = lineEnd < 0 ? text.length : lineEnd + 1;
        const from = this.commentStart(line);
        const isBetweenBlanks = /(?:^|\n)\n$/.test(text.slice(0, from)) && text.startsWith('\n', to);
        return { from, to: isBetweenBlanks ? to + 1 : to, text: '' };
    }

    /** Where the comment right above a line begins. */
    private commentStart(line: number): number {
        const above = this.lineStart(line - 1);
        return line > 0 && /^\s*#/.test(this.source.text.slice(above, line))
            ? this.commentStart(above)
            : line;
    }

    private lineStart(offset: number): number {
        return this.source.text.lastIndexOf('\n', offset - 1) + 1;
    }
}

/** Each key goes with the comma after it; those after the last one that stays, with the comma before them. */
function flowRemovals(map: YAMLMap, removed: ReadonlySet<Pair>): Edit[] {
    const lastKept = map.items.findLast((pair) => !removed.has(pair));
    return [...removed].map((pair) => {
        const next = map.items[map.items.indexOf(pair) + 1];
        const isTail = !lastKept || map.items.indexOf(pair) > map.items.indexOf(lastKept);
        const from = isTail && lastKept ? endOf(lastKept) : startOf(pair);
        return { from, to: next && !isTail ? startOf(next) : endOf(pair), text: '' };
    });
}

function startOf({ key }: Pair): number {
    return isNode(key) ? (key.range?.[0] ?? 0) : 0;
}

function endOf({ key, value }: Pair): number {
    return contentEnd(value) ?? (isNode(key) ? (key.range?.[1] ?? 0) : 0);
}

/** Where a value ends, without the comments and line breaks that follow it. */
export function contentEnd(node: unknown): number | undefined {
    if ((isMap(node) || isSeq(node)) && !node.flow) {
        const last = node.items.at(-1);
        return isPair(last) ? endOf(last) : contentEnd(last);
    }
    if (!isNode(node) || (isScalar(node) && node.source === '')) {
        return undefined;
    }
    const end = node.range?.[1];
    const isBlock = isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED');
    return end !== undefined && isBlock ? end - 1 : end;
}
