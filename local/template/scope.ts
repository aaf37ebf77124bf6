import { type Json, type JsonObject, lookUp } from '../json';
import { identifierOf } from '../resource-type';
import { evaluate, type Scope, test } from './intrinsics';
import { fail, literal, type Node } from './syntax';
import type { PSEUDO_PARAMETERS, Template } from './template';

/** What is known of a resource: all of it, or before its operation is done what the template says. */
export interface Model {
    readonly properties: JsonObject;
    readonly complete: boolean;
}

export type Models = (logicalId: string) => Model | undefined;

/** A value needs what only the operation on another resource will tell. */
export class NotYetKnown extends Error {
    override readonly name = 'NotYetKnown';
}

export interface Settings {
    readonly parameters: ReadonlyMap<string, string>;
    readonly pseudoParameters: Readonly<Record<(typeof PSEUDO_PARAMETERS)[number], Json | undefined>>;
    /** Leave out resources of other types: the values of these, by LogicalId or LogicalId.Attribute. */
    readonly foreignValues?: ReadonlyMap<string, string> | undefined;
}

/** What the names in a template stand for. */
export class Values {
    private readonly names: ReadonlyMap<string, Json | undefined>;
    private readonly truths = new Map<string, boolean>();

    constructor(
        private readonly template: Template,
        parameters: ReadonlyMap<string, Json>,
        { pseudoParameters, foreignValues = new Map() }: Settings,
    ) {
        this.names = new Map([...foreignValues, ...parameters, ...Object.entries(pseudoParameters)]);
    }

    readonly isTrue = (condition: string): boolean => {
        const known = this.truths.get(condition);
        if (known !== undefined) {
            return known;
        }
        const node = this.template.conditions.get(condition);
        const truth = node !== undefined && this.holds(node);
        this.truths.set(condition, truth);
        return truth;
    };

    /** The truth of a test that needs no resource. */
    holds(node: Node): boolean {
        return test(node, this.scope());
    }

    resolve(node: Node, models: Models): Json | undefined {
        return evaluate(node, this.scope(models));
    }

    private scope(models: Models = () => undefined): Scope {
        return {
            ref: (name) => (this.names.has(name) ? this.names.get(name) : identifier(name, models)),
            attribute: (logicalId, path, place) => this.attribute(logicalId, path, place, models),
            mapping: (path, place) => this.mapping(path, place),
            condition: this.isTrue,
        };
    }

    private attribute(logicalId: string, path: readonly string[], place: Node, models: Models): Json {
        const whole = [logicalId, ...path].join('.');
        const model = models(logicalId);
        const value = this.names.get(whole) ?? lookUp(model?.properties, path);
        if (value !== undefined && value !== null) {
            return value;
        }
        if (model?.complete) {
            fail(place, `${whole}: the resource has no such attribute now`);
        }
        throw new NotYetKnown(whole);
    }

    private mapping([map, top, second]: readonly [string, string, string], place: Node): Json {
        const mapping = this.template.mappings.get(map) ?? fail(place, `there is no mapping ${map}`);
        const inner = mapping.entries.get(top) ?? fail(place, `mapping ${map} has no key ${top}`);
        const value = inner.kind === 'mapping' ? inner.entries.get(second) : undefined;
        return literal(value ?? fail(place, `mapping ${map} has no key ${second} under ${top}`));
    }
}

function identifier(logicalId: string, models: Models): Json {
    const model = models(logicalId);
    const value = model && identifierOf(model.properties);
    if (value === undefined) {
        throw new NotYetKnown(logicalId);
    }
    return value;
}
