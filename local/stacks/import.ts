import { primaryIdentifier, typeName } from '../resource-type';
import type { Blueprint } from '../template/blueprint';
import type { Model } from '../template/scope';
import { Problems, TemplateError } from '../template/syntax';
import type { Template } from '../template/template';
import { changeOf, wantedOf } from './plan';
import type { StackState } from './state';

/** What is to be imported: primary identifiers by logical IDs. */
export type Identifiers = ReadonlyMap<string, string>;

/**
 * Refuses what CloudFormation refuses when a deployment imports what exists (User Guide, "Import AWS resources into a
 * CloudFormation stack automatically"; the sentence is CloudFormation's own, aws-cdk-cli pull request 1367).
 */
export function checkExisting(
    { resources }: Blueprint,
    existing: Identifiers,
    neighbours: readonly StackState[],
): void {
    const problems: string[] = [];
    const deleted: string[] = [];
    for (const [logicalId, physicalId] of existing) {
        const owner = ownerOf(physicalId, neighbours);
        if (owner) {
            problems.push(`${logicalId}: ${belongsTo(physicalId, owner)}`);
        }
        if (resources.get(logicalId)?.deletionPolicy === 'Delete') {
            deleted.push(`${logicalId} ({${primaryIdentifier}=${physicalId}})`);
        }
    }
    if (deleted.length > 0) {
        problems.push(
            'CloudFormation is attempting to import some resources because they already exist in your account. The ' +
                "resources must have the DeletionPolicy attribute set to 'Retain' or 'RetainExceptOnCreate' in the " +
                `template for successful import. The affected resources are ${deleted.join(', ')}`,
        );
    }
    if (problems.length > 0) {
        throw new TemplateError(problems);
    }
}

function ownerOf(physicalId: string, stacks: readonly StackState[]): StackState | undefined {
    return stacks.find(({ resources }) =>
        Object.values(resources).some(
            (record) => record.type === typeName && record.physicalId === physicalId,
        ),
    );
}

function belongsTo(physicalId: string, { name }: StackState): string {
    return `${physicalId} belongs to stack ${name}: a resource is in one stack only`;
}

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
    for (const [logicalId, physicalId] of identifiers) {
        const resource = template.resources.get(logicalId);
        const at = resource ?? { at: template.file };
        const owner = ownerOf(physicalId, others);
        if (!resource || !resources.has(logicalId)) {
            problems.add(at, `there is no resource ${logicalId} to import ${physicalId} as`);
        } else if (state.resources[logicalId]) {
            problems.add(at, `${logicalId} is in stack ${state.name} already: leave out its --resource-id`);
        } else if (!resource.deletionPolicy) {
            problems.add(at, `${logicalId} needs a DeletionPolicy to be imported, such as Retain`);
        }
        if (owner) {
            problems.add(at, belongsTo(physicalId, owner));
        }
    }
    checkOthers(template, resources, state, identifiers, problems);
    for (const logicalId of Object.keys(state.resources).filter((id) => !resources.has(id))) {
        problems.add(
            { at: template.file },
            `${logicalId} is in stack ${state.name}, but not in the template`,
        );
    }
    problems.refuse();
}

/** What is not imported must be in the stack already, as the template has it. */
function checkOthers(
    template: Template,
    resources: Blueprint['resources'],
    state: StackState,
    identifiers: Identifiers,
    problems: Problems,
): void {
    const models = (id: string): Model | undefined => {
        const record = state.resources[id];
        return record && { properties: record.model, complete: true };
    };
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
}
