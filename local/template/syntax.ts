import {
    isAlias,
    isMap,
    isScalar,
    isSeq,
    LineCounter,
    type Pair,
    parseDocument,
    type YAMLError,
    type Node as YamlNode,
} from 'yaml';
import type { Json } from '../json';
import { YAML_SCALARS } from './yaml-scalars';

/** A piece of a template. `at` is its place, file:line; within a mapping, that of its key. */
export type Node = Scalar | List | Mapping | Call;

export interface Scalar {
    readonly kind: 'scalar';
    readonly at: string;
    readonly value: null | boolean | number | string;
}

export interface List {
    readonly kind: 'list';
    readonly at: string;
    readonly items: readonly Node[];
}

export interface Mapping {
    readonly kind: 'mapping';
    readonly at: string;
    readonly entries: ReadonlyMap<string, Node>;
}

/** An intrinsic function, in its short or its long form. */
export interface Call {
    readonly kind: 'call';
    readonly at: string;
    readonly name: string;
    readonly argument: Node;
}

/** What is wrong with a template, one line for each problem: file:line: reason. */
export class TemplateError extends Error {
    override readonly name = 'TemplateError';

    constructor(readonly problems: readonly string[]) {
        super(problems.join('\n'));
    }
}

export function fail(place: { readonly at: string }, reason: string): never {
    throw new TemplateError([`${place.at}: ${reason}`]);
}

/** Gathers problems, so that one reading of a template finds them all. */
export class Problems {
    private readonly found: string[] = [];

    add(place: { readonly at: string }, reason: string): void {
        this.found.push(`${place.at}: ${reason}`);
    }

    /** Keeps the problems that the work fails with; other errors pass. */
    attempt(work: () => void): void {
        try {
            work();
        } catch (error) {
            if (!(error instanceof TemplateError)) {
                throw error;
            }
            this.found.push(...error.problems);
        }
    }

    /** Fails with all that has been found. */
    refuse(): void {
        if (this.found.length > 0) {
            throw new TemplateError(this.found);
        }
    }
}

const LOOP = 'Fn::ForEach::';

/** Whether a key repeats what is below it: Fn::ForEach::LoopName. */
export function isLoop(key: string): boolean {
    return key.startsWith(LOOP);
}

/** Says why a file is neither YAML nor JSON, and where. */
export function unreadable(file: string, errors: readonly YAMLError[]): TemplateError {
    return new TemplateError(
        errors.map(({ code, message, linePos }) => {
            const reason =
                code === 'RESOURCE_EXHAUSTION'
                    ? 'too many objects or lists are within each other'
                    : message.split(/ at line \d+/)[0];
            return `${file}:${linePos?.[0].line ?? 1}: the YAML or JSON cannot be read: ${reason}`;
        }),
    );
}

export function parse(text: string, file: string): Node {
    const lineCounter = new LineCounter();
    const document = parseDocument(text, { lineCounter, schema: 'failsafe', customTags: YAML_SCALARS });
    if (document.errors.length > 0) {
        throw unreadable(file, document.errors);
    }
    return convert(document.contents, `${file}:1`);

    function placeOf(node: YamlNode): string {
        return `${file}:${lineCounter.linePos(node.range?.[0] ?? 0).line}`;
    }

    function convert(node: YamlNode | null, at: string): Node {
        const tag = node?.tag;
        if (node && tag?.startsWith('!') && tag !== '!') {
            const name = tag === '!Ref' || tag === '!Condition' ? tag.slice(1) : `Fn::${tag.slice(1)}`;
            return { kind: 'call', at, name, argument: bare(node, at) };
        }
        return bare(node, at);
    }

    function bare(node: YamlNode | null, at: string): Node {
        if (isMap<YamlNode, YamlNode | null>(node)) {
            return mappingOrCall(node.items, at);
        }
        if (isSeq<YamlNode>(node)) {
            return { kind: 'list', at, items: node.items.map((item) => convert(item, placeOf(item))) };
        }
        if (isAlias(node)) {
            return fail({ at }, `CloudFormation knows no YAML aliases: *${node.source}`);
        }
        const value = isScalar<Scalar['value']>(node) ? node.value : null;
        return { kind: 'scalar', at, value };
    }

    function mappingOrCall(pairs: readonly Pair<YamlNode, YamlNode | null>[], at: string): Node {
        const entries = entriesOf(pairs);
        for (const [name, argument] of entries) {
            const call: Call = { kind: 'call', at: argument.at, name, argument };
            const isCall = name.startsWith('Fn::') && !isLoop(name);
            if (entries.size === 1 && (name === 'Ref' || isCall)) {
                return call;
            }
            // The macro's result takes its place beside the other keys (Template Reference, "Fn::Transform").
            if (name === 'Fn::Transform') {
                entries.set(name, call);
            } else if (isCall) {
                fail(argument, `${name} must be the only key of its object`);
            }
        }
        return { kind: 'mapping', at, entries };
    }

    function entriesOf(pairs: readonly Pair<YamlNode, YamlNode | null>[]): Map<string, Node> {
        const entries = new Map<string, Node>();
        for (const { key, value } of pairs) {
            const place = placeOf(key);
            const name = isScalar(key)
                ? (key.source ?? String(key.value))
                : fail({ at: place }, 'a key must be text');
            if (name === '<<') {
                fail({ at: place }, 'CloudFormation knows no YAML merges: <<');
            }
            entries.set(name, convert(value, place));
        }
        return entries;
    }
}

/** The node as plain data, for the places where CloudFormation allows no functions. */
export function literal(node: Node): Json {
    switch (node.kind) {
        case 'scalar':
            return node.value;
        case 'list':
            return node.items.map(literal);
        case 'mapping':
            return Object.fromEntries([...node.entries].map(([key, value]) => [key, literal(value)]));
        case 'call':
            return fail(node, `${node.name} cannot be used here`);
    }
}

/** A string that is written out: no function may stand in its place. */
export function wordOf(node: Node): string;
export function wordOf(node: Node | undefined): string | undefined;
export function wordOf(node: Node | undefined): string | undefined {
    if (!node) {
        return undefined;
    }
    if (node.kind !== 'scalar') {
        return fail(node, 'a string is wanted here, written out');
    }
    return typeof node.value === 'string'
        ? node.value
        : fail(node, `a string is wanted here, not ${node.value}`);
}
