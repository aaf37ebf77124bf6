import { isObject, type Json } from '../json';
import { argumentOf, isCall } from './data';

/**
 * Numbers of 12 digits in place of what only CloudFormation knows, so that a policy can be read by the facets, which
 * take account IDs and counts but no functions. Nobody's account begins with 999999.
 */
const FIRST = 999_999_000_000;

const WHOLE = /^(?:unknown-)?(999999\d{6})$/;

/** The partition is a part of ARNs, which must stay ARNs. */
export const PARTITION = 'aws-of-the-stack';

const PART = /aws-of-the-stack|(?:unknown-)?(999999\d{6})/g;

export class Placeholders {
    private readonly calls: Json[] = [];

    /** `alone` says what a function becomes that is a value of its own, not a part of a text. */
    constructor(private readonly alone: (digits: string, call: Json) => Json) {}

    /** The value without functions. */
    hide(value: Json): Json {
        const text = this.textOf(value);
        if (text !== undefined) {
            return text;
        }
        if (isCall(value)) {
            return this.alone(this.digitsOf(value), value);
        }
        if (Array.isArray(value)) {
            return value.map((item) => this.hide(item));
        }
        return isObject(value)
            ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.hide(item)]))
            : value;
    }

    /** The value with the functions that were hidden in it. */
    reveal(value: Json): Json {
        if (typeof value === 'string' || typeof value === 'number') {
            return this.revealText(String(value)) ?? value;
        }
        if (Array.isArray(value)) {
            return value.map((item) => this.reveal(item));
        }
        return isObject(value)
            ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.reveal(item)]))
            : value;
    }

    private revealText(text: string): Json | undefined {
        const [, digits] = WHOLE.exec(text) ?? [];
        if (digits !== undefined) {
            return this.callOf(digits);
        }
        const variables: Record<string, Json> = {};
        const revealed = text.replaceAll('${', '${!').replace(PART, (_whole, found?: string) => {
            const call = found === undefined ? { Ref: 'AWS::Partition' } : this.callOf(found);
            const reference =
                argumentOf(call, 'Ref') ?? listOfText(argumentOf(call, 'Fn::GetAtt'))?.join('.');
            if (typeof reference === 'string') {
                return `\${${reference}}`;
            }
            variables[`Value${found}`] = call;
            return `\${Value${found}}`;
        });
        if (revealed === text.replaceAll('${', '${!')) {
            return undefined;
        }
        return { 'Fn::Sub': Object.keys(variables).length > 0 ? [revealed, variables] : revealed };
    }

    /** What a function that makes text makes, as far as it is known. */
    private textOf(value: Json): string | undefined {
        const template = argumentOf(value, 'Fn::Sub');
        if (typeof template === 'string') {
            return this.fill(template, {});
        }
        if (Array.isArray(template)) {
            const [text, variables] = template;
            return typeof text === 'string' && isObject(variables) ? this.fill(text, variables) : undefined;
        }
        const [delimiter, parts] = asList(argumentOf(value, 'Fn::Join'));
        if (typeof delimiter === 'string' && Array.isArray(parts)) {
            return parts.map((part) => (typeof part === 'string' ? part : this.part(part))).join(delimiter);
        }
        return argumentOf(value, 'Ref') === 'AWS::Partition' ? PARTITION : undefined;
    }

    private fill(template: string, variables: { readonly [name: string]: Json }): string {
        const only = /^\$\{([^!][^}]*)\}$/.exec(template)?.[1];
        if (only !== undefined) {
            return String(this.hide(variables[only] ?? referenceTo(only)));
        }
        return template.replace(/\$\{(!?)([^}]*)\}/g, (_whole, literal: string, name: string) =>
            literal ? `\${${name}}` : this.part(variables[name] ?? referenceTo(name)),
        );
    }

    /** What a value is as a part of a text. */
    part(value: Json): string {
        return this.textOf(value) ?? (isCall(value) ? this.digitsOf(value) : String(value));
    }

    private digitsOf(call: Json): string {
        const text = JSON.stringify(call);
        const known = this.calls.findIndex((other) => JSON.stringify(other) === text);
        return String(FIRST + (known < 0 ? this.calls.push(call) - 1 : known));
    }

    private callOf(digits: string): Json {
        return this.calls[Number(digits) - FIRST] ?? digits;
    }
}

/** What ${Name} or ${Name.Attribute} stands for in Fn::Sub. */
function referenceTo(name: string): Json {
    const [logicalId = '', ...attribute] = name.split('.');
    return attribute.length > 0 ? { 'Fn::GetAtt': [logicalId, attribute.join('.')] } : { Ref: name };
}

function listOfText(value: Json | undefined): string[] | undefined {
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? [...value] : undefined;
}

function asList(value: Json | undefined): readonly Json[] {
    return Array.isArray(value) ? value : [];
}
