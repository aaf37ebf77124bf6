import { didYouMean } from '../did-you-mean';
import { isUnsupported } from './intrinsics';
import { expandLoops } from './loops';
import { checkNames } from './names';
import { type Given, type Parameter, parameterValue, readParameter } from './parameters';
import { readResource, refuseUnknown } from './read-resource';
import { readRule } from './rules';
import { fail, isLoop, type Mapping, type Node, Problems, parse, TemplateError, wordOf } from './syntax';
import type { Output, Template } from './template';

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

/** Where Fn::ForEach can be used (Template Reference, "Fn::ForEach"). */
const SECTIONS_WITH_LOOPS = ['Conditions', 'Resources', 'Outputs'];

const OUTPUT_ATTRIBUTES = ['Value', 'Description', 'Condition', 'Export'];

const LANGUAGE_EXTENSIONS = 'AWS::LanguageExtensions';

/** In bytes, in an S3 object (CloudFormation quotas, "Template body size"; AWS counts 1 MB as 1000000 bytes in its error). */
const MAX_SIZE = 1_000_000;

/**
 * Reads a YAML or JSON template. One error names all that is wrong with it, each with its line. Parameters matter
 * only where Fn::ForEach repeats something for each of their values.
 */
export function readTemplate(
    source: string,
    file: string,
    given: Given = { parameters: new Map() },
): Template {
    refuseSize(source, file);
    const root = parse(source, file);
    if (root.kind !== 'mapping') {
        return fail(root, 'a template must be an object with a section Resources');
    }
    const problems = new Problems();
    checkSections(root, problems);
    const languageExtensions = readTransforms(root.entries.get('Transform'), problems);
    const parameters = readSection(root, 'Parameters', problems, readParameter);
    const expanded = languageExtensions ? withoutLoops(root, parameters, given, problems) : root;
    const template: Template = {
        file,
        languageExtensions,
        parameters,
        rules: readSection(root, 'Rules', problems, readRule),
        mappings: readSection(root, 'Mappings', problems, readMapping),
        conditions: readSection(expanded, 'Conditions', problems, (_, node) => node),
        resources: readSection(expanded, 'Resources', problems, readResource),
        outputs: readSection(expanded, 'Outputs', problems, readOutput),
    };
    problems.refuse();
    checkNames(template, problems);
    problems.refuse();
    return template;
}

/** Before parsing, which takes seconds for megabytes. */
function refuseSize(source: string, file: string): void {
    const size = Buffer.byteLength(source);
    if (size > MAX_SIZE) {
        throw new TemplateError([
            `${file}: the template has ${size} bytes, and CloudFormation takes at most ${MAX_SIZE}: split it into several stacks`,
        ]);
    }
}

function checkSections({ at, entries }: Mapping, problems: Problems): void {
    for (const [name, node] of entries) {
        if (isUnsupported(name)) {
            problems.add(node, `${name} is not supported here: it runs a macro in AWS`);
        } else if (!SECTIONS.includes(name)) {
            const reason = `there is no section ${name} here${didYouMean(name, SECTIONS)}`;
            problems.add(node, `${reason}; wanted ${SECTIONS.join(', ')}`);
        }
    }
    const version = entries.get('AWSTemplateFormatVersion');
    if (version && !(version.kind === 'scalar' && version.value === '2010-09-09')) {
        problems.add(version, 'AWSTemplateFormatVersion must be "2010-09-09"');
    }
    const resources = entries.get('Resources');
    if (resources?.kind !== 'mapping' || resources.entries.size === 0) {
        problems.add(resources ?? { at }, 'a template needs at least one resource in a section Resources');
    }
}

/** Whether the language extensions are among the transforms: one, or a list (Template Reference, "Transform section"). */
function readTransforms(node: Node | undefined, problems: Problems): boolean {
    const transforms = node?.kind === 'list' ? node.items : node ? [node] : [];
    for (const transform of transforms) {
        problems.attempt(() => {
            const name = wordOf(transform);
            if (name !== LANGUAGE_EXTENSIONS) {
                fail(
                    transform,
                    `Transform ${name} runs in AWS; only ${LANGUAGE_EXTENSIONS} is supported here`,
                );
            }
        });
    }
    return transforms.length > 0;
}

function withoutLoops(
    root: Mapping,
    parameters: ReadonlyMap<string, Parameter>,
    given: Given,
    problems: Problems,
): Mapping {
    const collectionOf = (name: string, place: Node) => {
        const parameter = parameters.get(name) ?? fail(place, `there is no parameter ${name}`);
        const value = parameterValue(parameter, given);
        return Array.isArray(value)
            ? value.map(String)
            : fail(place, `a collection must be a list, and parameter ${name} is a ${parameter.type}`);
    };
    const entries = new Map(root.entries);
    for (const name of SECTIONS_WITH_LOOPS) {
        const section = root.entries.get(name);
        entries.delete(name);
        problems.attempt(() => section && entries.set(name, expandLoops(section, collectionOf)));
    }
    return { ...root, entries };
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
            if (isLoop(key)) {
                fail(value, loopProblem(name, key));
            }
            if (name !== 'Mappings' && !/^[A-Za-z0-9]+$/.test(key)) {
                fail(value, `${name}: ${key} may hold letters and digits only`);
            }
            items.set(key, read(key, value));
        });
    }
    return items;
}

/** Why a loop was not expanded. */
function loopProblem(section: string, key: string): string {
    return SECTIONS_WITH_LOOPS.includes(section)
        ? `${key} needs the section "Transform: ${LANGUAGE_EXTENSIONS}"`
        : `${key} cannot be used in ${section}; wanted ${SECTIONS_WITH_LOOPS.join(', ')}`;
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

function readOutput(name: string, node: Node): Output {
    const what = `output ${name}`;
    const { at, entries } =
        node.kind === 'mapping' ? node : fail(node, `${what} must be an object with a Value`);
    refuseUnknown(what, entries, OUTPUT_ATTRIBUTES);
    const value = entries.get('Value') ?? fail(node, `${what} has no Value`);
    return { at, value, condition: wordOf(entries.get('Condition')) };
}
