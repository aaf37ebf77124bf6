import type { Json } from '../json';
import { isObject } from '../json';
import { fail, type Node } from './syntax';

/** {{resolve:service:reference}} (User Guide, "Get values stored in other services using dynamic references"). */
const REFERENCE = /\{\{resolve:([^:{}]+):([^{}]+)\}\}/g;

/** Dynamic references, with values of Systems Manager's Parameter Store that are given by name or name:version. */
export class DynamicReferences {
    constructor(private readonly values: ReadonlyMap<string, string>) {}

    /** The value with its references resolved, in all texts within it. */
    resolve(value: Json, place: Node): Json {
        if (typeof value === 'string') {
            return value.replace(REFERENCE, (whole, service: string, reference: string) =>
                service === 'ssm'
                    ? this.parameter(whole, reference, place)
                    : fail(place, `${whole} is not supported here: it asks AWS for a secret`),
            );
        }
        if (Array.isArray(value)) {
            return value.map((item) => this.resolve(item, place));
        }
        return isObject(value)
            ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.resolve(item, place)]))
            : value;
    }

    private parameter(whole: string, reference: string, place: Node): string {
        const name = reference.replace(/:\d+$/, '');
        return (
            this.values.get(reference) ??
            this.values.get(name) ??
            fail(place, `${whole} is not looked up in AWS: give its value with --ssm-parameter ${name}=VALUE`)
        );
    }
}
