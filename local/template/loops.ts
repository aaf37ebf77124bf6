import { type Call, fail, isLoop, type List, type Mapping, type Node, wordOf } from './syntax';

/** The values of a parameter that a collection refers to. */
export type CollectionOf = (parameter: string, place: Node) => readonly string[];

/**
 * Writes out each Fn::ForEach below a node (Template Reference, "Fn::ForEach": a loop's name, then a list of an
 * identifier, a collection and a fragment). What it makes may have loops in it.
 */
export function expandLoops(node: Node, collectionOf: CollectionOf): Node {
    switch (node.kind) {
        case 'scalar':
            return node;
        case 'list':
            return { ...node, items: node.items.map((item) => expandLoops(item, collectionOf)) };
        case 'call':
            return { ...node, argument: expandLoops(node.argument, collectionOf) };
        case 'mapping':
            return expandMapping(node, collectionOf);
    }
}

function expandMapping(node: Mapping, collectionOf: CollectionOf): Mapping {
    const entries = new Map<string, Node>();
    for (const [key, value] of node.entries) {
        const made = isLoop(key)
            ? turns(key, value, collectionOf)
            : [[key, expandLoops(value, collectionOf)] as const];
        for (const [name, item] of made) {
            if (entries.has(name)) {
                fail(
                    item,
                    `${name} is there twice: the name must differ from one turn of Fn::ForEach to the next`,
                );
            }
            entries.set(name, item);
        }
    }
    return { ...node, entries };
}

/** What a loop makes, in all its turns. */
function turns(name: string, loop: Node, collectionOf: CollectionOf): (readonly [string, Node])[] {
    const [identifier, collection, fragment] = loop.kind === 'list' ? loop.items : [];
    if (!identifier || !collection || fragment?.kind !== 'mapping') {
        return fail(loop, `${name} wants a list of an identifier, a collection and an object`);
    }
    const word = wordOf(identifier);
    return itemsOf(name, collection, collectionOf).flatMap((item) => [
        ...expandMapping(substituted(fragment, word, item), collectionOf).entries,
    ]);
}

function itemsOf(name: string, collection: Node, collectionOf: CollectionOf): readonly string[] {
    if (collection.kind === 'call' && collection.name === 'Ref') {
        return collectionOf(wordOf(collection.argument), collection);
    }
    if (collection.kind !== 'list') {
        const given = collection.kind === 'call' ? collection.name : 'this';
        return fail(
            collection,
            `${name}: a collection is a list, or !Ref of a parameter that is one; ${given} cannot be used`,
        );
    }
    return collection.items.flatMap((item) =>
        item.kind === 'scalar' ? [String(item.value)] : itemsOf(name, item, collectionOf),
    );
}

/** The fragment with the item in place of !Ref Identifier, ${Identifier}, and &{Identifier} (its letters and digits). */
function substituted(node: Mapping, identifier: string, item: string): Mapping;
function substituted(node: Node, identifier: string, item: string): Node;
function substituted(node: Node, identifier: string, item: string): Node {
    const text = (written: string) =>
        written
            .replaceAll(`\${${identifier}}`, item)
            .replaceAll(`&{${identifier}}`, item.replaceAll(/[^A-Za-z0-9]/g, ''));
    const below = (inner: Node) => substituted(inner, identifier, item);
    switch (node.kind) {
        case 'scalar':
            return typeof node.value === 'string' ? { ...node, value: text(node.value) } : node;
        case 'list':
            return { ...node, items: node.items.map(below) } satisfies List;
        case 'call':
            return isRefTo(identifier, node)
                ? { kind: 'scalar', at: node.at, value: item }
                : { ...node, argument: below(node.argument) };
        case 'mapping': {
            const entries = [...node.entries].map(([key, value]) => [text(key), below(value)] as const);
            return { ...node, entries: new Map(entries) };
        }
    }
}

function isRefTo(identifier: string, { name, argument }: Call): boolean {
    return name === 'Ref' && argument.kind === 'scalar' && argument.value === identifier;
}
