import { isObject, type Json, type JsonObject } from '../json';
import { fail, literal, type Mapping, type Node, TemplateError } from './syntax';

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
        fail(place, `AllowedPattern: ${error instanceof Error ? error.message : error}`);
    }
}

function refuseUnknown(name: string, { entries }: Mapping): void {
    for (const [attribute, value] of entries) {
        if (!ATTRIBUTES.includes(attribute)) {
            fail(
                value,
                `parameter ${name} has an unknown attribute ${attribute}; wanted ${ATTRIBUTES.join(', ')}`,
            );
        }
    }
}

/** The value of every parameter: given, or else its Default. One error names all that is wrong. */
export function parameterValues(
    { file, parameters }: { readonly file: string; readonly parameters: ReadonlyMap<string, Parameter> },
    given: ReadonlyMap<string, string>,
): Map<string, Json> {
    const declared = [...parameters.keys()].join(', ') || 'none';
    const problems = [...given.keys()]
        .filter((name) => !parameters.has(name))
        .map((name) => `${file}: there is no parameter ${name}; declared are: ${declared}`);
    const values = new Map<string, Json>();
    for (const parameter of parameters.values()) {
        const { at, name, type, isLookedUp, attributes } = parameter;
        const written = given.get(name) ?? (isLookedUp ? undefined : asText(attributes.Default));
        if (written === undefined) {
            const reason = isLookedUp ? 'is looked up in AWS, which is not done here' : 'has no Default';
            problems.push(
                `${at}: parameter ${name} ${reason}: give its value with --parameter ${name}=VALUE`,
            );
            continue;
        }
        const isList = type === 'CommaDelimitedList' || type.startsWith('List<');
        const items = isList ? written.split(',').map((item) => item.trim()) : [written];
        // What bounds a parameter that is looked up bounds its name there, not its value.
        problems.push(...(isLookedUp ? [] : items.flatMap((item) => complaint(item, parameter) ?? [])));
        values.set(name, isList ? items : written);
    }
    if (problems.length > 0) {
        throw new TemplateError(problems);
    }
    return values;
}

function complaint(value: string, { at, name, type, attributes }: Parameter): string | undefined {
    const { AllowedValues, AllowedPattern, MinLength, MaxLength, MinValue, MaxValue } = attributes;
    const wanted = () => {
        if (type.includes('Number') && !(value.trim() !== '' && Number.isFinite(Number(value)))) {
            return 'a number';
        }
        if (Array.isArray(AllowedValues) && !AllowedValues.map(asText).includes(value)) {
            return `one of ${AllowedValues.join(', ')}`;
        }
        if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(value)) {
            return `text that matches ${AllowedPattern}`;
        }
        if (MinLength !== undefined && value.length < Number(MinLength)) {
            return `at least ${MinLength} characters`;
        }
        if (MaxLength !== undefined && value.length > Number(MaxLength)) {
            return `at most ${MaxLength} characters`;
        }
        if (MinValue !== undefined && Number(value) < Number(MinValue)) {
            return `at least ${MinValue}`;
        }
        if (MaxValue !== undefined && Number(value) > Number(MaxValue)) {
            return `at most ${MaxValue}`;
        }
        return undefined;
    };
    const wish = wanted();
    const shown = attributes.NoEcho === true ? '****' : JSON.stringify(value);
    const description = attributes.ConstraintDescription;
    return wish && `${at}: parameter ${name}: given ${shown}, wanted ${description ?? wish}`;
}

function asText(value: Json | undefined): string | undefined {
    return value === undefined ? undefined : Array.isArray(value) ? value.join(',') : String(value);
}
