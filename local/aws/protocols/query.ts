import { types } from 'node:util';
import type { AnswerContext, HttpAnswer, Protocol } from './protocol';

/** AWS Query: a form in, XML out. All values of the input are texts. */
export const queryProtocol: Protocol = {
    areTexts: true,

    speaks: ({ headers }) =>
        headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false,

    decode({ body }) {
        const { Action = '', Version, ...members } = Object.fromEntries(new URLSearchParams(body.toString()));
        return { operation: Action, input: nested(members) };
    },

    encode(output, context) {
        const { operation } = context;
        const result = `<${operation}Result>${xml(output)}</${operation}Result>`;
        return answer(200, `${operation}Response`, result + metadata(context), context);
    },

    encodeError({ status, code, message }, context) {
        const type = status < 500 ? 'Sender' : 'Receiver';
        const error = `<Error>${xml({ Type: type, Code: code, Message: message })}</Error>`;
        return answer(status, 'ErrorResponse', error + xml({ RequestId: context.requestId }), context);
    },
};

/** A tree of members: what ends in member.1, member.2 is a list, in entry.1.key and entry.1.value a map. */
interface Tree {
    [name: string]: string | Tree;
}

/** Without a prototype: a member named __proto__ would change that of all objects. */
function newTree(): Tree {
    return Object.create(null);
}

function nested(members: Readonly<Record<string, string>>): unknown {
    const root = newTree();
    for (const [name, value] of Object.entries(members)) {
        const path = name.split('.');
        const last = path.pop() ?? '';
        const parent = path.reduce<Tree>((tree, step) => {
            const next = tree[step];
            const child = typeof next === 'object' ? next : newTree();
            tree[step] = child;
            return child;
        }, root);
        parent[last] = value;
    }
    return simplified(root);
}

function simplified(tree: string | Tree): unknown {
    if (typeof tree === 'string') {
        return tree;
    }
    const { member, entry } = tree;
    if (typeof member === 'object') {
        return inOrder(member).map(simplified);
    }
    if (typeof entry === 'object') {
        return Object.fromEntries(
            inOrder(entry).flatMap((one) =>
                typeof one === 'object' && typeof one['key'] === 'string'
                    ? [[one['key'], simplified(one['value'] ?? '')]]
                    : [],
            ),
        );
    }
    // An empty list is sent as one empty text.
    return Object.fromEntries(Object.entries(tree).map(([name, child]) => [name, simplified(child)]));
}

function inOrder(tree: Tree): (string | Tree)[] {
    return Object.entries(tree)
        .sort(([a], [b]) => Number(a) - Number(b))
        .map(([, child]) => child);
}

/** Members as elements; lists and maps as AWS Query writes them. */
export function xml(value: unknown): string {
    if (types.isDate(value)) {
        return value.toISOString();
    }
    if (Array.isArray(value)) {
        return value.map((item) => `<member>${xml(item)}</member>`).join('');
    }
    if (types.isMap(value)) {
        return [...value]
            .map(([key, item]) => `<entry><key>${xml(key)}</key><value>${xml(item)}</value></entry>`)
            .join('');
    }
    if (typeof value === 'object' && value !== null) {
        return Object.entries(value)
            .filter(([, member]) => member !== undefined)
            .map(([name, member]) => `<${name}>${xml(member)}</${name}>`)
            .join('');
    }
    return String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function metadata({ requestId }: AnswerContext): string {
    return `<ResponseMetadata>${xml({ RequestId: requestId })}</ResponseMetadata>`;
}

function answer(
    status: number,
    root: string,
    content: string,
    { xmlNamespace, requestId }: AnswerContext,
): HttpAnswer {
    return {
        status,
        headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
        body: `<${root} xmlns="${xmlNamespace}">${content}</${root}>`,
    };
}
