import { chosenBranch } from './arguments';
import type { Node } from './syntax';

/** The line of what is at a path below a node, or of the last part of the path that the template writes out. */
export function placeOf(
    node: Node | { readonly at: string },
    path: readonly string[],
    isTrue: (condition: string) => boolean,
): { readonly at: string } {
    let place = node;
    for (const key of path) {
        const inner = 'kind' in place ? below(place, key, isTrue) : undefined;
        if (!inner) {
            return place;
        }
        place = inner;
    }
    return place;
}

function below(node: Node, key: string, isTrue: (condition: string) => boolean): Node | undefined {
    switch (node.kind) {
        case 'mapping':
            return node.entries.get(key);
        case 'list':
            return node.items[Number(key)];
        case 'call':
            return node.name === 'Fn::If' ? below(chosenBranch(node, isTrue), key, isTrue) : undefined;
        case 'scalar':
            return undefined;
    }
}
