import { type Call, fail, type Node, wordOf } from './syntax';

/** A placeholder of Fn::Sub: ${Name}, or ${!Literal}. */
export const PLACEHOLDER = /\$\{(?:!([^}]*)|([^}]*))\}/g;

export function substitution(call: Call): { template: string; variables: ReadonlyMap<string, Node> } {
    const { argument } = call;
    const [template, variables] = argument.kind === 'list' ? operands(call, 2) : [argument, undefined];
    if (variables && variables.kind !== 'mapping') {
        fail(call, 'Fn::Sub: the second argument must be an object of variables');
    }
    return { template: wordOf(template), variables: variables?.entries ?? new Map<string, Node>() };
}

/** The names that the placeholders ask for, apart from the call's own variables. */
export function placeholders(call: Call): string[] {
    const { template, variables } = substitution(call);
    const names = [...template.matchAll(PLACEHOLDER)].flatMap(([, , key]) => key ?? []);
    return names.filter((key) => !variables.has(key));
}

/** The logical ID and the attribute's path; an attribute of an attribute has a dot between. */
export function attributePath(call: Call): readonly [string, ...string[]] {
    const { argument } = call;
    const parts = argument.kind === 'list' ? argument.items.map((item) => wordOf(item)) : [wordOf(argument)];
    const [logicalId = '', ...path] = parts.flatMap((part) => part.split('.'));
    return path.length > 0 ? [logicalId, ...path] : fail(call, 'Fn::GetAtt wants LogicalId.Attribute');
}

export function chosenBranch(call: Call, isTrue: (condition: string) => boolean): Node {
    const [condition, whenTrue, whenFalse] = operands(call, 3);
    return isTrue(wordOf(condition)) ? whenTrue : whenFalse;
}

type Operands<N extends number> = N extends 1
    ? [Node]
    : N extends 2
      ? [Node, Node]
      : N extends 3
        ? [Node, Node, Node]
        : never;

export function operands<N extends 1 | 2 | 3>(call: Call, count: N): Operands<N> {
    const { argument } = call;
    if (argument.kind !== 'list' || argument.items.length !== count) {
        fail(call, `${call.name} wants a list of ${count}`);
    }
    return argument.items as Operands<N>;
}

/** Three keys; with a fourth operand, the value when there is no such key (Template Reference, "Fn::FindInMap enhancements"). */
export function mappingKeys(call: Call): { keys: readonly Node[]; defaultValue: Node | undefined } {
    const { argument } = call;
    const items = argument.kind === 'list' ? argument.items : [];
    const [options] = items.slice(3);
    const defaultValue = options?.kind === 'mapping' ? options.entries.get('DefaultValue') : undefined;
    if (items.length < 3 || items.length > 4 || (options && !defaultValue)) {
        fail(call, `${call.name} wants a list of 3, and as a fourth at most {DefaultValue: …}`);
    }
    return { keys: items.slice(0, 3), defaultValue };
}

export function several(call: Call): readonly Node[] {
    const { argument } = call;
    if (argument.kind !== 'list' || argument.items.length < 2 || argument.items.length > 10) {
        fail(call, `${call.name} wants a list of 2 to 10 conditions`);
    }
    return argument.items;
}
