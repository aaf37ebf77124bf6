import { didYouMean } from '../did-you-mean';
import { isObject, type Json, type JsonObject } from '../json';
import { fail, literal, type Mapping, type Node, Problems } from './syntax';

/** Attributes of a parameter, as the User Guide's "Parameters" has them. */
const ATTRIBUTES = [
    'Type',
    'Description',
    'Default',
    'AllowedValues',
    'AllowedPattern',
    'MinLength',
    'MaxLength',
    'MinValue',
    'MaxValue',
    'ConstraintDescription',
    'NoEcho',
];

const TYPES = ['String', 'Number', 'CommaDelimitedList', 'List<Number>'];

/** Names of what exists in AWS, such as AWS::EC2::VPC::Id. That it exists is not checked here. */
const AWS_SPECIFIC = /^(?:List<)?AWS::[A-Za-z0-9]+::[A-Za-z0-9:]+>?$/;

/** The value is that of a parameter in Systems Manager, which is looked up by what is given. */
const LOOKED_UP = /^AWS::SSM::Parameter::Value<(.+)>$/;

export interface Parameter {
    readonly at: string;
    readonly name: string;
    /** That of the value. */
    readonly type: string;
    readonly isLookedUp: boolean;
    readonly attributes: JsonObject;
}

export function readParameter(name: string, node: Node): Parameter {
    const attributes = literal(node);
    if (!isObject(attributes) || node.kind !== 'mapping') {
        return fail(node, `parameter ${name} must be an object with a Type`);
    }
    refuseUnknown(name, node);
    const { Type } = attributes;
    if (typeof Type !== 'string') {
        return fail(node, `parameter ${name} has no Type; wanted one of ${TYPES.join(', ')}`);
    }
    const [, type = Type] = LOOKED_UP.exec(Type) ?? [];
    if (!TYPES.includes(type) && !AWS_SPECIFIC.test(type)) {
        fail(
            node.entries.get('Type') ?? node,
            `parameter ${name}: ${Type} is not known here; wanted ${TYPES.join(', ')}`,
        );
    }
    if (attributes.AllowedPattern !== undefined) {
        checkPattern(String(attributes.AllowedPattern), node.entries.get('AllowedPattern') ?? node);
    }
    return { at: node.at, name, type, isLookedUp: type !== Type, attributes };
}

function checkPattern(pattern: string, place: Node): void {
    try {
        new RegExp(pattern);
    } catch (error) {
        fail(
            place,
            `AllowedPattern is not a regular expression: ${error instanceof Error ? error.message : error}`,
        );
    }
}

function refuseUnknown(name: string, { entries }: Mapping): void {
    for (const [attribute, value] of entries) {
        if (!ATTRIBUTES.includes(attribute)) {
            fail(
                value,
                `parameter ${name} has an unknown attribute ${attribute}${didYouMean(attribute, ATTRIBUTES)}; wanted ${ATTRIBUTES.join(', ')}`,
            );
        }
    }
}

export interface Given {
    readonly parameters: ReadonlyMap<string, string>;
    /** Values of Systems Manager's Parameter Store, by name. */
    readonly ssmParameters?: ReadonlyMap<string, string> | undefined;
}

/** The value of every parameter: given, or else its Default. One error names all that is wrong. */
export function parameterValues(
    { file, parameters }: { readonly file: string; readonly parameters: ReadonlyMap<string, Parameter> },
    given: Given,
): Map<string, Json> {
    const declared = [...parameters.keys()].join(', ') || 'none';
    const problems = new Problems();
    for (const name of given.parameters.keys()) {
        if (!parameters.has(name)) {
            problems.add({ at: file }, `there is no parameter ${name}; declared are: ${declared}`);
        }
    }
    const values = new Map<string, Json>();
    for (const parameter of parameters.values()) {
        problems.attempt(() => values.set(parameter.name, parameterValue(parameter, given)));
    }
    problems.refuse();
    return values;
}

/**
 * The value of a parameter. An empty CommaDelimitedList is a list of one empty text, whose length is 1
 * (cfn-language-discussion issue 102), and AllowedPattern is asked of that text (aws-sdk issue 632).
 */
export function parameterValue(parameter: Parameter, { parameters, ssmParameters }: Given): Json {
    const { name, type, isLookedUp, attributes } = parameter;
    const written =
        parameters.get(name) ??
        asText(attributes.Default) ??
        assetValue(name) ??
        fail(parameter, `parameter ${name} has no Default: give its value with --parameter ${name}=VALUE`);
    const isList = type === 'CommaDelimitedList' || type.startsWith('List<');
    const split = (text: string) => (isList ? text.split(',').map((item) => item.trim()) : [text]);
    // What bounds a parameter that is looked up bounds its name there, not its value.
    checkBounds(isLookedUp ? [written] : split(written), parameter);
    const value = isLookedUp ? lookUp(written, parameter, ssmParameters) : written;
    return isList ? split(value) : value;
}

/**
 * What `cdk deploy` gives to a parameter of LegacyStackSynthesizer: the bucket of an asset, or its key in two parts.
 * Nothing is uploaded here.
 */
function assetValue(parameter: string): string | undefined {
    const [, hash, part] =
        /^AssetParameters([0-9a-f]{64})(S3Bucket|S3VersionKey|ArtifactHash)[0-9A-F]{8}$/.exec(parameter) ??
        [];
    switch (part) {
        case 'S3Bucket':
            return 'cdk-assets';
        case 'S3VersionKey':
            return `assets/||${hash}`;
        default:
            return hash;
    }
}

/** What the CDK's rule CheckBootstrapVersion looks up. Nothing that bootstrapping makes is needed here. */
const BOOTSTRAP_VERSION = /^\/cdk-bootstrap\/[a-z0-9]+\/version$/;

function lookUp(key: string, parameter: Parameter, ssmParameters: Given['ssmParameters']): string {
    return (
        ssmParameters?.get(key) ??
        (BOOTSTRAP_VERSION.test(key) ? '30' : undefined) ??
        fail(
            parameter,
            `parameter ${parameter.name} is the value of ${key} in Systems Manager, which is not looked up in AWS: ` +
                `give it with --ssm-parameter ${key}=VALUE`,
        )
    );
}

/** What is wanted, when the value is not within the bound. */
const BOUNDS: Readonly<Record<string, (value: string, bound: Json) => string | undefined>> = {
    AllowedValues: (value, bound) =>
        Array.isArray(bound) && !bound.map(asText).includes(value) ? `one of ${bound.join(', ')}` : undefined,
    AllowedPattern: (value, bound) =>
        new RegExp(`^(?:${bound})$`).test(value) ? undefined : `text that matches ${bound}`,
    MinLength: (value, bound) => (value.length < Number(bound) ? `at least ${bound} characters` : undefined),
    MaxLength: (value, bound) => (value.length > Number(bound) ? `at most ${bound} characters` : undefined),
    MinValue: (value, bound) => (Number(value) < Number(bound) ? `at least ${bound}` : undefined),
    MaxValue: (value, bound) => (Number(value) > Number(bound) ? `at most ${bound}` : undefined),
};

function checkBounds(values: readonly string[], parameter: Parameter): void {
    const { name, attributes } = parameter;
    for (const value of values) {
        const wanted = outOfBounds(value, parameter);
        if (wanted) {
            const shown = attributes.NoEcho === true ? '****' : JSON.stringify(value);
            fail(
                parameter,
                `parameter ${name}: given ${shown}, wanted ${attributes.ConstraintDescription ?? wanted}`,
            );
        }
    }
}

function outOfBounds(value: string, { type, isLookedUp, attributes }: Parameter): string | undefined {
    const isNumber = value.trim() !== '' && Number.isFinite(Number(value));
    if (type.includes('Number') && !isLookedUp && !isNumber) {
        return 'a number';
    }
    for (const [name, bound] of Object.entries(attributes)) {
        const wanted = BOUNDS[name]?.(value, bound);
        if (wanted) {
            return wanted;
        }
    }
    return undefined;
}

function asText(value: Json | undefined): string | undefined {
    return value === undefined ? undefined : Array.isArray(value) ? value.join(',') : String(value);
}
