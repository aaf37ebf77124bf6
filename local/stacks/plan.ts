import { isDeepStrictEqual } from 'node:util';
import { sorted } from '../graph';
import type { JsonObject } from '../json';
import { createOnlyProperties } from '../resource-type';
import type { Blueprint, PlannedResource } from '../template/blueprint';
import { type Model, NotYetKnown } from '../template/scope';
import { Problems } from '../template/syntax';
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
export function changeOf(record: ResourceRecord, { properties, tags }: Wanted): Change {
    if (createOnlyProperties.some((name) => !isDeepStrictEqual(record.properties[name], properties[name]))) {
        return 'REPLACE';
    }
    const same = isDeepStrictEqual(record.properties, properties) && isDeepStrictEqual(record.tags, tags);
    return same ? 'NONE' : 'UPDATE';
}

/**
 * Whether a deployment would change nothing. Resolves and validates all that can be before anything is called;
 * what needs another resource's attributes is looked at again when its turn comes.
 */
export function isUpToDate(state: StackState, blueprint: Blueprint, tags: Tags): boolean {
    const models = new Map<string, Model>();
    const problems = new Problems();
    let same = SETTLED.includes(state.status) && state.leftovers.length === 0;
    const { resources } = blueprint;
    for (const id of sorted(new Map([...resources].map(([name, { dependsOn }]) => [name, dependsOn])))) {
        const planned = resources.get(id);
        const record = state.resources[id];
        problems.attempt(() => {
            const wanted = planned && resolved(planned, models, tags);
            if (wanted && record && changeOf(record, wanted) === 'NONE') {
                models.set(id, { properties: record.model, complete: true });
                same &&= isDeepStrictEqual(record, { ...record, ...wanted });
            } else {
                same = false;
                models.set(id, { properties: wanted?.properties ?? {}, complete: false });
            }
        });
    }
    problems.refuse();
    return (
        same &&
        Object.keys(state.resources).length === resources.size &&
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
