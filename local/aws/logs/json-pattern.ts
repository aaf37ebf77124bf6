import { InvalidInput } from '../service';

/*
 * Patterns for log events in JSON (CloudWatch Logs user guide, Filter pattern syntax): conditions on what selectors
 * find, joined by && and ||, of which && binds more tightly.
 */

/** Whether an event, parsed, fulfils a pattern. */
export type Condition = (event: unknown) => boolean;

/** A text in quotes, a regular expression, a selector, an operator, a parenthesis, or a word. */
const TOKEN =
    /\s*("(?:\\.|[^"\\])*"|%[^%]*%|\$(?:\.?\[(?:\d+|\*|'[^']*')\]|\.[\w-]+)+|&&|\|\||[<>!]=|[<>=()]|[^\s"%&|<>=!()]+)\s*/y;

const STEP = /\.?\[(\d+|\*)\]|\.?\['([^']*)'\]|\.([\w-]+)/g;

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** Compiles what is between the braces. Refuses what the syntax does not have. */
export function jsonCondition(inner: string): Condition {
    const parser = new Parser(tokensOf(inner));
    return parser.whole();
}

/** What is at a selector: several values when it has a wildcard, none when there is nothing. */
export function select(selector: string, event: unknown): unknown[] {
    const steps = [...selector.matchAll(STEP)].map(
        ([, index, quoted, name]) => index ?? quoted ?? name ?? '',
    );
    return steps.reduce<unknown[]>((nodes, step) => nodes.flatMap((node) => children(node, step)), [event]);
}

export function isSelector(text: string): boolean {
    return text.startsWith('$') && text.replace(STEP, '') === '$';
}

function children(node: unknown, step: string): unknown[] {
    if (Array.isArray(node)) {
        return step === '*' ? node : node.slice(Number(step), Number(step) + 1);
    }
    const isThere = typeof node === 'object' && node !== null && Object.hasOwn(node, step);
    return isThere ? [Reflect.get(node, step)] : [];
}

function tokensOf(text: string): string[] {
    const tokens: string[] = [];
    TOKEN.lastIndex = 0;
    for (let end = 0; end < text.length; end = TOKEN.lastIndex) {
        const token = TOKEN.exec(text)?.[1];
        if (token === undefined) {
            throw new InvalidInput(`Invalid character(s) in the filter pattern at '${text.slice(end)}'`);
        }
        tokens.push(token);
    }
    return tokens;
}

/** Reads tokens from left to right. */
class Parser {
    private position = 0;

    constructor(private readonly tokens: readonly string[]) {}

    whole(): Condition {
        const condition = this.either();
        if (this.position < this.tokens.length) {
            throw invalid(`nothing more is wanted at '${this.tokens.slice(this.position).join(' ')}'`);
        }
        return condition;
    }

    private either(): Condition {
        const conditions = [this.both()];
        while (this.skip('||')) {
            conditions.push(this.both());
        }
        return (event) => conditions.some((condition) => condition(event));
    }

    private both(): Condition {
        const conditions = [this.one()];
        while (this.skip('&&')) {
            conditions.push(this.one());
        }
        return (event) => conditions.every((condition) => condition(event));
    }

    private one(): Condition {
        if (this.skip('(')) {
            const condition = this.either();
            this.expect(')');
            return condition;
        }
        const selector = this.next();
        if (!isSelector(selector)) {
            throw invalid(`a selector is wanted, not '${selector}'`);
        }
        const test = this.comparison();
        return (event) => test(select(selector, event));
    }

    /** A test of all that a selector finds. */
    private comparison(): (found: readonly unknown[]) => boolean {
        const operator = this.next();
        switch (operator) {
            case 'NOT':
                this.expect('EXISTS');
                return (found) => found.length === 0;
            case 'IS': {
                const constant = constantOf(this.next());
                return (found) => found.includes(constant);
            }
            case '=': {
                const isEqual = equality(this.next());
                return (found) => found.some(isEqual);
            }
            case '!=': {
                const isEqual = equality(this.next());
                return (found) => found.some((value) => isScalar(value) && !isEqual(value));
            }
            default: {
                const holds = order(operator, this.next());
                return (found) => found.some((value) => typeof value === 'number' && holds(value));
            }
        }
    }

    private next(): string {
        const token = this.tokens[this.position++];
        if (token === undefined) {
            throw invalid('it ends too early');
        }
        return token;
    }

    private skip(token: string): boolean {
        const is = this.tokens[this.position] === token;
        this.position += is ? 1 : 0;
        return is;
    }

    private expect(token: string): void {
        const found = this.next();
        if (found !== token) {
            throw invalid(`${token} is wanted, not '${found}'`);
        }
    }
}

function constantOf(text: string): boolean | null {
    const constants = new Map([
        ['NULL', null],
        ['TRUE', true],
        ['FALSE', false],
    ]);
    const constant = constants.get(text);
    if (constant === undefined) {
        throw invalid(`IS takes NULL, TRUE or FALSE, not '${text}'`);
    }
    return constant;
}

/** A selector that ends at an object or a list matches nothing. */
function isScalar(value: unknown): boolean {
    return typeof value !== 'object';
}

/** A number equals a number; a text may have stars, and in % it is a regular expression. */
function equality(wanted: string): (value: unknown) => boolean {
    const isText = wanted.startsWith('"');
    const pattern = /^%.*%$/s.test(wanted)
        ? regularExpression(wanted)
        : starred(isText ? unquoted(wanted) : wanted);
    return (value) => {
        if (typeof value === 'number') {
            const isNumeric = !isText && NUMBER.test(wanted);
            return isNumeric ? value === Number(wanted) : !isText && pattern.test(String(value));
        }
        return typeof value === 'string' && pattern.test(value);
    };
}

/** The text between quotes, where a backslash stands before a quote or a backslash that is part of it. */
function unquoted(text: string): string {
    return text.slice(1, -1).replace(/\\(["\\])/g, '$1');
}

/** A star stands for any characters. */
function starred(text: string): RegExp {
    const parts = text.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`, 's');
}

/** The regular expression between percent signs; there are no groups (Supported regular expressions). */
export function regularExpression(text: string): RegExp {
    const source = text.slice(1, -1);
    if (/[()]/.test(source)) {
        throw invalid(`the regular expression ${text} has parentheses, which are not supported`);
    }
    try {
        return new RegExp(source, 's');
    } catch {
        throw invalid(`the regular expression ${text} is not valid`);
    }
}

const ORDERS: ReadonlyMap<string, (value: number, limit: number) => boolean> = new Map([
    ['<', (value, limit) => value < limit],
    ['>', (value, limit) => value > limit],
    ['<=', (value, limit) => value <= limit],
    ['>=', (value, limit) => value >= limit],
]);

function order(operator: string, wanted: string): (value: number) => boolean {
    const holds = ORDERS.get(operator);
    if (!holds) {
        throw invalid(`'${operator}' is no operator`);
    }
    if (!NUMBER.test(wanted)) {
        throw invalid(`${operator} takes a number, not '${wanted}'`);
    }
    return (value) => holds(value, Number(wanted));
}

export function invalid(reason: string): InvalidInput {
    return new InvalidInput(`Invalid filter pattern: ${reason}.`);
}
