import { jsonIn } from '../../json';
import { invalid, jsonCondition, regularExpression, select } from './json-pattern';

/** A filter pattern, compiled (CloudWatch Logs user guide, Filter pattern syntax). */
export interface FilterPattern {
    readonly matches: (message: string) => boolean;
    /** What a selector finds in a message in JSON. */
    readonly select: (selector: string, message: string) => readonly unknown[];
}

/** Compiles a pattern for JSON or of terms. Refuses what the syntax does not have, and patterns for columns. */
export function filterPattern(text: string): FilterPattern {
    const trimmed = text.trim();
    return {
        matches: matcher(trimmed),
        select: (selector, message) => select(selector, parsed(message)),
    };
}

function matcher(text: string): (message: string) => boolean {
    if (text.startsWith('{')) {
        if (!text.endsWith('}')) {
            throw invalid('a brace is open at its end');
        }
        const condition = jsonCondition(text.slice(1, -1));
        return (message) => {
            const event = parsed(message);
            return event !== undefined && condition(event);
        };
    }
    if (text.startsWith('[')) {
        throw invalid(
            'the AWS stand-in knows patterns for JSON and for terms, and not for space-delimited events',
        );
    }
    return terms(text);
}

/** An optional sign, and a phrase in quotes, a regular expression or a word. */
const TERM = /([-?]?)("(?:\\.|[^"\\])*"|%[^%]*%|[\w]+)(?:\s+|$)/y;

/** All words without a sign, none with a minus, and one of those with a question mark, if there are any. */
function terms(text: string): (message: string) => boolean {
    const wanted: { readonly sign: string; readonly isIn: (message: string) => boolean }[] = [];
    TERM.lastIndex = 0;
    for (let end = 0; end < text.length; end = TERM.lastIndex) {
        const [, sign = '', term] = TERM.exec(text) ?? [];
        if (term === undefined) {
            throw invalid(`'${text.slice(end)}' has to be in quotes`);
        }
        wanted.push({ sign, isIn: containment(term) });
    }
    const signed = (sign: string) => wanted.filter((each) => each.sign === sign);
    const optional = signed('?');
    return (message) =>
        signed('').every(({ isIn }) => isIn(message)) &&
        !signed('-').some(({ isIn }) => isIn(message)) &&
        (optional.length === 0 || optional.some(({ isIn }) => isIn(message)));
}

function containment(term: string): (message: string) => boolean {
    if (term.startsWith('%')) {
        const expression = regularExpression(term);
        return (message) => expression.test(message);
    }
    const phrase = term.startsWith('"') ? term.slice(1, -1).replace(/\\(["\\])/g, '$1') : term;
    return (message) => message.includes(phrase);
}

/** Undefined when the message is no object or list in JSON. */
function parsed(message: string): unknown {
    const value = jsonIn(message);
    return typeof value === 'object' && value !== null ? value : undefined;
}
