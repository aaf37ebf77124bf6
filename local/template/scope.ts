import { type Json, type JsonObject, lookUp } from '../json';
import { identifierOf } from '../resource-types';
import { test } from './conditions';
import { DynamicReferences } from './dynamic-references';
import { evaluate, type MappingPath, type Scope } from './intrinsics';
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
    /** Values of Systems Manager's Parameter Store, by name or name:version. */
    readonly ssmParameters?: ReadonlyMap<string, string> | undefined;
    /** Leave out resources of other types: the values of these, by LogicalId or LogicalId.Attribute. */
    readonly foreignValues?: ReadonlyMap<string, string> | undefined;
    /** Types of AWS's own that can be made; none when left out. */
    readonly awsTypes?: readonly string[];
}

/** What the names in a template stand for. */
export class Values {
    private readonly names: ReadonlyMap<string, Json | undefined>;
    private readonly truths = new Map<string, boolean>();
    private readonly dynamicReferences: DynamicReferences;

    constructor(
        private readonly template: Template,
        parameters: ReadonlyMap<string, Json>,
        { pseudoParameters, foreignValues = new Map(), ssmParameters = new Map() }: Settings,
    ) {
        this.dynamicReferences = new DynamicReferences(ssmParameters);
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
        const value = evaluate(node, this.scope(models));
        return value === undefined ? undefined : this.dynamicReferences.resolve(value, node);
    }

    private scope(models: Models = () => undefined): Scope {
        return {
            ref: (name) => (this.names.has(name) ? this.names.get(name) : this.identifier(name, models)),
            attribute: (logicalId, path, place) => this.attribute(logicalId, path, place, models),
            mapping: (path) => this.mapping(path),
            condition: this.isTrue,
        };
    }

    /** CloudFormation answers !GetAtt from what the Read handler returns; without it the stack fails. */
    private attribute(logicalId: string, path: readonly string[], place: Node, models: Models): Json {
        const whole = [logicalId, ...path].join('.');
        const model = models(logicalId);
        const value = this.names.get(whole) ?? (model?.complete ? lookUp(model.properties, path) : undefined);
        if (value !== undefined && value !== null) {
            return value;
        }
        if (model?.complete) {
            fail(
                place,
                `Unable to retrieve ${path.join('.')} attribute of ${logicalId}: Read does not return it`,
            );
        }
        throw new NotYetKnown(whole);
    }

    private identifier(logicalId: string, models: Models): Json {
        const model = models(logicalId);
        const { type = '' } = this.template.resources.get(logicalId) ?? {};
        const value = model && identifierOf(type, model.properties);
        if (value === undefined) {
            throw new NotYetKnown(logicalId);
        }
        return value;
    }

    private mapping([map, top, second]: MappingPath): Json | undefined {
        const inner = this.template.mappings.get(map)?.entries.get(top);
        const value = inner?.kind === 'mapping' ? inner.entries.get(second) : undefined;
        return value && literal(value);
    }
}
