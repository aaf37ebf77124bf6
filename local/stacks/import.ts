import type { Blueprint } from '../template/blueprint';
import type { Model } from '../template/scope';
import { Problems } from '../template/syntax';
import type { Template } from '../template/template';
import { changeOf, wantedOf } from './plan';
import type { StackState } from './state';

/** What is to be imported: primary identifiers by logical IDs. */
export type Identifiers = ReadonlyMap<string, string>;

/**
 * Refuses what CloudFormation refuses before an import begins (User Guide, "Import AWS resources into a CloudFormation
 * stack manually"): it takes in what is named, with a DeletionPolicy, and changes nothing else.
 */
export function checkImport(
    template: Template,
    { resources }: Blueprint,
    state: StackState,
    others: readonly StackState[],
    identifiers: Identifiers,
): void {
    const problems = new Problems();
    const models = (id: string): Model | undefined => {
        const record = state.resources[id];
        return record && { properties: record.model, complete: true };
    };
    for (const [logicalId, physicalId] of identifiers) {
        const resource = template.resources.get(logicalId);
        const at = resource ?? { at: template.file };
        const owner = others.find((stack) =>
            Object.values(stack.resources).some((record) => record.physicalId === physicalId),
        );
        if (!resource || !resources.has(logicalId)) {
            problems.add(at, `there is no resource ${logicalId} to import ${physicalId} as`);
        } else if (state.resources[logicalId]) {
            problems.add(at, `${logicalId} is in stack ${state.name} already: leave out its --resource-id`);
        } else if (!resource.deletionPolicy) {
            problems.add(at, `${logicalId} needs a DeletionPolicy to be imported, such as Retain`);
        }
        if (owner) {
            problems.add(at, `${physicalId} belongs to stack ${owner.name}: a resource is in one stack only`);
        }
    }
    for (const [logicalId, planned] of resources) {
        const at = template.resources.get(logicalId) ?? { at: template.file };
        const record = state.resources[logicalId];
        if (!record && !identifiers.has(logicalId)) {
            const option = `--resource-id ${logicalId}=NAME`;
            problems.add(
                at,
                `${logicalId} is new, and an import makes nothing: give ${option} or leave it out`,
            );
        }
        problems.attempt(() => {
            const wanted = record && wantedOf(planned, planned.properties(models), state.tags);
            if (record && wanted && changeOf(record, wanted) !== 'NONE') {
                problems.add(
                    at,
                    `${logicalId} has changed, and an import changes nothing: deploy that by itself`,
                );
            }
        });
    }
    for (const logicalId of Object.keys(state.resources).filter((id) => !resources.has(id))) {
        problems.add(
            { at: template.file },
            `${logicalId} is in stack ${state.name}, but not in the template`,
        );
    }
    problems.refuse();
}
