import { typeName } from '../resource-type';
import { checkNames } from './names';
import { readParameter } from './parameters';
import { readRule } from './rules';
import { fail, type Mapping, type Node, Problems, parse, wordOf } from './syntax';
import {
    DELETION_POLICIES,
    type Output,
    type Policy,
    REPLACE_POLICIES,
    type Resource,
    type Template,
} from './template';

/** Top-level sections that are understood here (User Guide, "Template sections"). */
const SECTIONS = [
    'AWSTemplateFormatVersion',
    'Description',
    'Metadata',
    'Parameters',
    'Rules',
    'Mappings',
    'Conditions',
    'Transform',
    'Resources',
    'Outputs',
];

const RESOURCE_ATTRIBUTES = [
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

const OUTPUT_ATTRIBUTES = ['Value', 'Description', 'Condition', 'Export'];

const LANGUAGE_EXTENSIONS = 'AWS::LanguageExtensions';

/** Reads a YAML or JSON template. One error names all that is wrong with it, each with its line. */
export function readTemplate(source: string, file: string): Template {
    const root = parse(source, file);
    if (root.kind !== 'mapping') {
        return fail(root, 'a template must be an object with a section Resources');
    }
    const problems = new Problems();
    checkSections(root, problems);
    const template: Template = {
        file,
        languageExtensions: root.entries.has('Transform'),
        parameters: readSection(root, 'Parameters', problems, readParameter),
        rules: readSection(root, 'Rules', problems, readRule),
        mappings: readSection(root, 'Mappings', problems, readMapping),
        conditions: readSection(root, 'Conditions', problems, (_, node) => node),
        resources: readSection(root, 'Resources', problems, readResource),
        outputs: readSection(root, 'Outputs', problems, readOutput),
    };
    problems.refuse();
    checkNames(template, problems);
    problems.refuse();
    return template;
}

function checkSections({ at, entries }: Mapping, problems: Problems): void {
    for (const [name, node] of entries) {
        if (!SECTIONS.includes(name)) {
            problems.add(node, `there is no section ${name} here; wanted ${SECTIONS.join(', ')}`);
        }
    }
    const version = entries.get('AWSTemplateFormatVersion');
    if (version && !(version.kind === 'scalar' && version.value === '2010-09-09')) {
        problems.add(version, 'AWSTemplateFormatVersion must be "2010-09-09"');
    }
    const transform = entries.get('Transform');
    if (transform && !(transform.kind === 'scalar' && transform.value === LANGUAGE_EXTENSIONS)) {
        problems.add(transform, `no Transform but ${LANGUAGE_EXTENSIONS} is supported here`);
    }
    const resources = entries.get('Resources');
    if (resources?.kind !== 'mapping' || resources.entries.size === 0) {
        problems.add(resources ?? { at }, 'a template needs at least one resource in a section Resources');
    }
}

function readSection<T>(
    { entries }: Mapping,
    name: string,
    problems: Problems,
    read: (name: string, node: Node) => T,
): ReadonlyMap<string, T> {
    const items = new Map<string, T>();
    const node = entries.get(name);
    if (node && node.kind !== 'mapping') {
        problems.add(node, `${name} must be an object`);
        return items;
    }
    for (const [key, value] of node?.entries ?? []) {
        problems.attempt(() => {
            if (name !== 'Mappings' && !/^[A-Za-z0-9]+$/.test(key)) {
                fail(value, `${name}: ${key} may hold letters and digits only`);
            }
            items.set(key, read(key, value));
        });
    }
    return items;
}

function readMapping(name: string, node: Node): Mapping {
    const wanted = `mapping ${name} must have two levels of keys`;
    const mapping = node.kind === 'mapping' ? node : fail(node, wanted);
    for (const inner of mapping.entries.values()) {
        if (inner.kind !== 'mapping') {
            fail(inner, wanted);
        }
    }
    return mapping;
}

function readResource(logicalId: string, node: Node): Resource {
    const what = `resource ${logicalId}`;
    const { at, entries } =
        node.kind === 'mapping' ? node : fail(node, `${what} must be an object with a Type`);
    const type = wordOf(entries.get('Type')) ?? fail(node, `${what} has no Type`);
    refuseUnknown(what, entries, [...RESOURCE_ATTRIBUTES, ...(type === typeName ? [] : FOREIGN_ATTRIBUTES)]);
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
        deletionPolicy: readPolicy(what, 'DeletionPolicy', DELETION_POLICIES, entries),
        hasDeletionPolicy: entries.has('DeletionPolicy'),
        updateReplacePolicy: readPolicy(what, 'UpdateReplacePolicy', REPLACE_POLICIES, entries),
    };
}

function readPolicy(
    what: string,
    attribute: string,
    policies: readonly Policy[],
    entries: ReadonlyMap<string, Node>,
): Policy {
    const node = entries.get(attribute);
    if (!node) {
        return 'Delete';
    }
    const given = wordOf(node);
    return (
        policies.find((policy) => policy === given) ??
        fail(node, `${what}: ${attribute}: given ${given}, wanted ${policies.join(' or ')}`)
    );
}

function readOutput(name: string, node: Node): Output {
    const what = `output ${name}`;
    const { at, entries } =
        node.kind === 'mapping' ? node : fail(node, `${what} must be an object with a Value`);
    refuseUnknown(what, entries, OUTPUT_ATTRIBUTES);
    const value = entries.get('Value') ?? fail(node, `${what} has no Value`);
    return { at, value, condition: wordOf(entries.get('Condition')) };
}

function refuseUnknown(what: string, entries: ReadonlyMap<string, Node>, known: readonly string[]): void {
    for (const [attribute, node] of entries) {
        if (!known.includes(attribute)) {
            fail(node, `${what} has an attribute ${attribute}, unknown here; wanted ${known.join(', ')}`);
        }
    }
}
