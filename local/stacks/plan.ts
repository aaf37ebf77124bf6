import { isDeepStrictEqual } from 'node:util';
import { sorted } from '../graph';
import type { JsonObject } from '../json';
import { resourceType } from '../resource-types';
import type { Blueprint, PlannedResource } from '../template/blueprint';
import { type Model, NotYetKnown } from '../template/scope';
import { Problems, TemplateError } from '../template/syntax';
import type { ResourceRecord, StackState, Tags } from './state';

/** Stack states in which a deployment has ended with everything in its place. */
const SETTLED = [
    'CREATE_COMPLETE',
    'UPDATE_COMPLETE',
    'UPDATE_ROLLBACK_COMPLETE',
    'IMPORT_COMPLETE',
    'IMPORT_ROLLBACK_COMPLETE',
];

/** What a deployment decides about a resource; what a handler answers comes on top. */
export type Wanted = Pick<
    ResourceRecord,
    'logicalId' | 'type' | 'dependsOn' | 'deletionPolicy' | 'updateReplacePolicy' | 'properties' | 'tags'
>;

export function wantedOf(
    { logicalId, type, dependsOn, deletionPolicy, updateReplacePolicy }: Omit<Wanted, 'properties' | 'tags'>,
    properties: JsonObject,
    tags: Tags,
): Wanted {
    return { logicalId, type, dependsOn, deletionPolicy, updateReplacePolicy, properties, tags };
}

export type Change = 'NONE' | 'UPDATE' | 'REPLACE';

/** CloudFormation compares with the previous template, not with AWS. */
export function changeOf(record: ResourceRecord, { logicalId, type, properties, tags }: Wanted): Change {
    if (record.type !== type) {
        throw new TemplateError([
            `Update of resource type is not permitted. The new template modifies resource type of the following ` +
                `resources: [${logicalId}]`,
        ]);
    }
    const { createOnlyProperties } = resourceType(type);
    if (createOnlyProperties.some((name) => !isDeepStrictEqual(record.properties[name], properties[name]))) {
        return 'REPLACE';
    }
    const same = isDeepStrictEqual(record.properties, properties) && isDeepStrictEqual(record.tags, tags);
    return same ? 'NONE' : 'UPDATE';
}

/** What a deployment has before it for a resource of the template. */
export interface Step {
    readonly planned: PlannedResource;
    /** None for one that is new. */
    readonly record: ResourceRecord | undefined;
    /** Not known as long as it needs what only the operation on another resource tells. */
    readonly wanted: Wanted | undefined;
}

/** Resolves and validates all that can be before anything is called; what needs another resource's attributes, later. */
export function stepsOf(
    state: StackState,
    blueprint: Blueprint,
    tags: Tags,
): { readonly steps: readonly Step[]; readonly models: ReadonlyMap<string, Model> } {
    const models = new Map<string, Model>();
    const problems = new Problems();
    const steps: Step[] = [];
    const { resources } = blueprint;
    for (const id of sorted(new Map([...resources].map(([name, { dependsOn }]) => [name, dependsOn])))) {
        const planned = resources.get(id);
        const record = state.resources[id];
        problems.attempt(() => {
            const wanted = planned && resolved(planned, models, tags);
            const isSame = wanted && record && changeOf(record, wanted) === 'NONE';
            models.set(
                id,
                isSame
                    ? { properties: record.model, complete: true }
                    : { properties: wanted?.properties ?? {}, complete: false },
            );
            if (planned) {
                steps.push({ planned, record, wanted });
            }
        });
    }
    problems.refuse();
    return { steps, models };
}

/** Whether a deployment would change nothing. */
export function isUpToDate(state: StackState, blueprint: Blueprint, tags: Tags): boolean {
    const { steps, models } = stepsOf(state, blueprint, tags);
    return (
        SETTLED.includes(state.status) &&
        state.leftovers.length === 0 &&
        steps.every(({ record, wanted }) => wanted && isDeepStrictEqual(record, { ...record, ...wanted })) &&
        Object.keys(state.resources).length === blueprint.resources.size &&
        isDeepStrictEqual(
            state.outputs,
            blueprint.outputs((id) => models.get(id)),
        )
    );
}

function resolved(
    planned: PlannedResource,
    models: ReadonlyMap<string, Model>,
    tags: Tags,
): Wanted | undefined {
    try {
        return wantedOf(
            planned,
            planned.properties((id) => models.get(id)),
            tags,
        );
    } catch (error) {
        if (error instanceof NotYetKnown) {
            return undefined;
        }
        throw error;
    }
}
