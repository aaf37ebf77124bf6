import { didYouMean } from '../did-you-mean';
import { typeName } from '../resource-type';
import { fail, type Node, wordOf } from './syntax';
import { POLICIES, type Policy, type Resource } from './template';

const ATTRIBUTES = [
    'Type',
    'Properties',
    'Metadata',
    'DependsOn',
    'Condition',
    'DeletionPolicy',
    'UpdateReplacePolicy',
];

/** Attributes of some of AWS's own types (Template Reference, "CreationPolicy attribute", "UpdatePolicy attribute"). */
const FOREIGN_ATTRIBUTES = ['CreationPolicy', 'UpdatePolicy'];

export function readResource(logicalId: string, node: Node): Resource {
    const what = `resource ${logicalId}`;
    const { at, entries } =
        node.kind === 'mapping' ? node : fail(node, `${what} must be an object with a Type`);
    const type = wordOf(entries.get('Type')) ?? fail(node, `${what} has no Type`);
    refuseUnknown(what, entries, [...ATTRIBUTES, ...(type === typeName ? [] : FOREIGN_ATTRIBUTES)]);
    const properties = entries.get('Properties');
    if (properties && properties.kind !== 'mapping') {
        fail(properties, `${what}: Properties must be an object`);
    }
    const dependsOn = entries.get('DependsOn');
    return {
        at,
        logicalId,
        type,
        properties,
        dependsOn: (dependsOn?.kind === 'list' ? dependsOn.items : [dependsOn]).flatMap(
            (item) => wordOf(item) ?? [],
        ),
        condition: wordOf(entries.get('Condition')),
        deletionPolicy: readPolicy(logicalId, 'DeletionPolicy', entries, type),
        updateReplacePolicy: readPolicy(logicalId, 'UpdateReplacePolicy', entries, type),
    };
}

function readPolicy(
    logicalId: string,
    attribute: keyof typeof POLICIES,
    entries: ReadonlyMap<string, Node>,
    type: string,
): Node | undefined {
    const node = entries.get(attribute);
    if (node && node.kind !== 'call' && type === typeName) {
        policyOf(logicalId, attribute, node, wordOf(node));
    }
    return node;
}

/** The policy that a value names. */
export function policyOf(
    logicalId: string,
    attribute: keyof typeof POLICIES,
    place: Node,
    value: unknown,
): Policy {
    const policies: readonly Policy[] = POLICIES[attribute];
    return (
        policies.find((policy) => policy === value) ??
        fail(place, `resource ${logicalId}: ${attribute}: given ${value}, wanted ${policies.join(' or ')}`)
    );
}

export function refuseUnknown(
    what: string,
    entries: ReadonlyMap<string, Node>,
    known: readonly string[],
): void {
    for (const [attribute, node] of entries) {
        if (!known.includes(attribute)) {
            const reason = `${what} has an attribute ${attribute}, unknown here${didYouMean(attribute, known)}`;
            fail(node, `${reason}; wanted ${known.join(', ')}`);
        }
    }
}
