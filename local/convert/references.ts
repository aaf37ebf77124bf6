import { isMap, isScalar, isSeq, visit, type Node as YamlNode } from 'yaml';
import type { Json } from '../json';
import { argumentOf, dataOf, keyOf } from './data';
import { contentEnd, type Source, type SourceEditor } from './source';
import { subText } from './sub-text';
import { toInlineYaml } from './yaml-text';

/** What takes the place of a reference to a resource. */
export interface Replacement {
    readonly logicalId: string;
    readonly attribute?: string;
    readonly by: Json;
}

/** Replaces references to resources wherever a template has them, DependsOn aside. */
export function replaceReferences(
    source: Source,
    editor: SourceEditor,
    replacements: readonly Replacement[],
): void {
    visit(source.document, {
        Node(_key, node) {
            const data = dataOf(node);
            const found = replacements.find((one) => isReference(data, one));
            if (found) {
                const text = source.isJson ? JSON.stringify(found.by) : toInlineYaml(found.by);
                editor.replace(tagStart(source, node), contentEnd(node) ?? 0, text);
                return visit.SKIP;
            }
            const template = templateOf(node);
            if (template) {
                replaceInText(source, editor, template, replacements);
            }
            return undefined;
        },
    });
}

function isReference(data: Json, { logicalId, attribute }: Replacement): boolean {
    if (attribute === undefined) {
        return argumentOf(data, 'Ref') === logicalId;
    }
    const path = argumentOf(data, 'Fn::GetAtt');
    return (Array.isArray(path) ? path.join('.') : path) === `${logicalId}.${attribute}`;
}

/** The text of Fn::Sub, in its short or long form, with or without variables. */
function templateOf(node: YamlNode): YamlNode | undefined {
    const [pair] = isMap(node) && node.items.length === 1 ? node.items : [];
    const argument =
        pair && keyOf(pair.key) === 'Fn::Sub' ? pair.value : node.tag === '!Sub' ? node : undefined;
    const text = isSeq(argument) ? argument.items[0] : argument;
    return isScalar(text) ? text : undefined;
}

function replaceInText(
    source: Source,
    editor: SourceEditor,
    node: YamlNode,
    replacements: readonly Replacement[],
): void {
    const [from = 0, to = 0] = node.range ?? [];
    for (const { logicalId, attribute, by } of replacements) {
        const written = `\${${logicalId}${attribute === undefined ? '' : `.${attribute}`}}`;
        for (
            let at = source.text.indexOf(written, from);
            at >= 0 && at < to;
            at = source.text.indexOf(written, at + 1)
        ) {
            const text = subText(by);
            if (text === undefined) {
                throw new Error(
                    `${source.file}: ${written} is used in Fn::Sub, and the name of ${logicalId} cannot be written there. Give RepositoryName as text, by !Ref or by !Sub.`,
                );
            }
            editor.replace(at, at + written.length, text);
        }
    }
}

/** A node's range begins after its tag. */
function tagStart({ text }: Source, { range, tag }: YamlNode): number {
    const from = range?.[0] ?? 0;
    return tag?.startsWith('!') ? text.lastIndexOf(tag, from) : from;
}
