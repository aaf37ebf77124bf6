import { isMap, isNode, isScalar, isSeq } from 'yaml';
import { isObject, type Json, type JsonObject } from '../json';

/** A piece of a template as plain data; its functions are in their long form, such as {"Fn::Sub": "…"}. */
export function dataOf(node: unknown): Json {
    const data = bareDataOf(node);
    const tag = isNode(node) ? node.tag : undefined;
    if (!tag?.startsWith('!') || tag === '!') {
        return data;
    }
    const name = tag === '!Ref' || tag === '!Condition' ? tag.slice(1) : `Fn::${tag.slice(1)}`;
    return { [name]: name === 'Fn::GetAtt' && typeof data === 'string' ? attributePath(data) : data };
}

function bareDataOf(node: unknown): Json {
    if (isMap(node)) {
        return Object.fromEntries(node.items.map(({ key, value }) => [keyOf(key), dataOf(value)]));
    }
    if (isSeq(node)) {
        return node.items.map(dataOf);
    }
    const value = isScalar(node) ? node.value : null;
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? value
        : null;
}

/** The text of a key. */
export function keyOf(key: unknown): string {
    return isScalar(key) ? (key.source ?? String(key.value)) : String(key);
}

/** What a function is called with; undefined for anything else. */
export function argumentOf(value: Json | undefined, name: string): Json | undefined {
    return isObject(value) && Object.keys(value).length === 1 ? value[name] : undefined;
}

/** Whether the value is left to a function. */
export function isCall(value: Json | undefined): value is JsonObject {
    const [name, ...others] = isObject(value) ? Object.keys(value) : [];
    return name !== undefined && others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'));
}

/** The three arguments of Fn::If. */
export function branchesOf(value: Json | undefined): [Json, Json, Json] | undefined {
    const given = argumentOf(value, 'Fn::If');
    const [condition, yes, no] = Array.isArray(given) ? given : [];
    return condition !== undefined && yes !== undefined && no !== undefined
        ? [condition, yes, no]
        : undefined;
}

/** A value, one branch after the other where Fn::If decides; `absent` where there is none. */
export function perBranch(value: Json | undefined, absent: Json, change: (present: Json) => Json): Json {
    if (value === undefined || argumentOf(value, 'Ref') === 'AWS::NoValue') {
        return absent;
    }
    const branches = branchesOf(value);
    if (!branches) {
        return change(value);
    }
    const [condition, yes, no] = branches;
    return { 'Fn::If': [condition, perBranch(yes, absent, change), perBranch(no, absent, change)] };
}

/** A member of an object, or of the objects that Fn::If chooses from. */
export function member(value: Json | undefined, name: string, absent: Json): Json {
    return perBranch(value, absent, (present) =>
        isObject(present) && !isCall(present) ? (present[name] ?? absent) : absent,
    );
}

/** Whether a value refers to a resource, by Ref, Fn::GetAtt, Fn::Sub or DependsOn. */
export function mentions(value: Json, logicalId: string): boolean {
    if (typeof value === 'string') {
        return (
            value === logicalId || value.includes(`\${${logicalId}}`) || value.includes(`\${${logicalId}.`)
        );
    }
    const parts: readonly Json[] = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
    return parts.some((part) => mentions(part, logicalId));
}

function attributePath(text: string): Json {
    const dot = text.indexOf('.');
    return dot < 0 ? text : [text.slice(0, dot), text.slice(dot + 1)];
}
