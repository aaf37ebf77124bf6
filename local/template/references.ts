import { attributePath, chosenBranch, placeholders } from './arguments';
import { asTest, isLogical } from './conditions';
import type { Call, Node } from './syntax';

/** A name that a node needs: of a parameter or a resource, and with a path an attribute of the resource. */
export interface Reference {
    readonly at: string;
    readonly name: string;
    readonly path: readonly string[];
}

/** The function calls in a value. When the conditions are known, only those in the branches that count. */
export function* calls(node: Node, isTrue?: (condition: string) => boolean): Generator<Call> {
    switch (node.kind) {
        case 'list':
            for (const item of node.items) {
                yield* calls(item, isTrue);
            }
            break;
        case 'mapping':
            for (const item of node.entries.values()) {
                yield* calls(item, isTrue);
            }
            break;
        case 'call': {
            yield node;
            const chosen = isTrue && node.name === 'Fn::If';
            yield* calls(chosen ? chosenBranch(node, isTrue) : node.argument, isTrue);
        }
    }
}

/** The truth functions of a condition, and the values within them. */
export function conditionParts(node: Node): { tests: Call[]; values: Node[] } {
    const test = asTest(node);
    const { argument } = test;
    if (!isLogical(test) || argument.kind !== 'list') {
        return { tests: [test], values: [argument] };
    }
    const parts = argument.items.map(conditionParts);
    return {
        tests: [test, ...parts.flatMap(({ tests }) => tests)],
        values: parts.flatMap(({ values }) => values),
    };
}

export function referencesOf(call: Call): Reference[] {
    const { at } = call;
    switch (call.name) {
        case 'Ref':
            return call.argument.kind === 'scalar'
                ? [{ at, name: String(call.argument.value), path: [] }]
                : [];
        case 'Fn::GetAtt': {
            const [name, ...path] = attributePath(call);
            return [{ at, name, path }];
        }
        case 'Fn::Sub':
            return placeholders(call).map((placeholder) => {
                const [name = '', ...path] = placeholder.split('.');
                return { at, name, path };
            });
        default:
            return [];
    }
}
