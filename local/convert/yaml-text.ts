import { Document, isScalar, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { isObject, type Json } from '../json';
import { isCall } from './data';

type TextNode = Scalar | YAMLSeq | YAMLMap;

/** Data as YAML, with functions in their short form, as people write them. Ends without a line break. */
export function toYaml(data: Json): string {
    return write(nodeOf(data));
}

/** Data on one line, for a place within other YAML. */
export function toInlineYaml(data: Json): string {
    const node = nodeOf(data);
    if (!isScalar(node)) {
        node.flow = true;
    } else if (typeof node.value === 'string' && node.value.includes('\n')) {
        node.type = Scalar.QUOTE_DOUBLE;
    }
    return write(node);
}

function write(node: TextNode): string {
    const document = new Document(null, { schema: 'yaml-1.1' });
    document.contents = node;
    return document.toString({ lineWidth: 0, singleQuote: true, flowCollectionPadding: false }).trimEnd();
}

function nodeOf(data: Json): TextNode {
    if (isCall(data)) {
        return callNode(data) ?? mapOf(data);
    }
    if (Array.isArray(data)) {
        const list = new YAMLSeq();
        list.items = data.map(nodeOf);
        list.flow = data.every((item) => !isObject(item) && !Array.isArray(item));
        return list;
    }
    return isObject(data) ? mapOf(data) : scalarOf(data);
}

/** Braces and the like are quoted, as in flow style they must be. */
function scalarOf(data: Json): Scalar {
    const scalar = new Scalar(data);
    if (typeof data === 'string' && /[{}[\],:]/.test(data) && !data.includes('\n')) {
        scalar.type = Scalar.QUOTE_SINGLE;
    }
    return scalar;
}

function mapOf(data: { readonly [key: string]: Json }): YAMLMap {
    const map = new YAMLMap();
    map.items = Object.entries(data).map(([key, value]) => new Pair(new Scalar(key), nodeOf(value)));
    map.flow = map.items.length === 0;
    return map;
}

/** The short form; YAML takes no two tags on one value, so a function right within another keeps the long one. */
function callNode(call: { readonly [key: string]: Json }): TextNode | undefined {
    const [[name, argument] = ['', null]] = Object.entries(call);
    if (isCall(argument) || (isObject(argument) && name !== 'Fn::Transform')) {
        return undefined;
    }
    const isPath = name === 'Fn::GetAtt' && Array.isArray(argument);
    const node = isPath ? new Scalar(argument.join('.')) : nodeOf(argument);
    node.tag = `!${name.replace('Fn::', '')}`;
    if (!isScalar(node) && name === 'Fn::If') {
        node.flow = isShort(argument);
    }
    return node;
}

function isShort(data: Json): boolean {
    return JSON.stringify(data).length < 80;
}
