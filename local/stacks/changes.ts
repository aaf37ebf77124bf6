import type { Blueprint } from '../template/blueprint';
import type { Identifiers } from './import';
import { changeOf, type Step, stepsOf } from './plan';
import type { ResourceRecord, StackState, Tags } from './state';

/** What a deployment would do to a resource (CloudFormation API reference, ResourceChange). */
export interface ResourceChange {
    readonly action: 'Add' | 'Modify' | 'Remove' | 'Import';
    readonly logicalId: string;
    readonly type: string;
    readonly physicalId?: string | undefined;
    /** Of a Modify; Conditional as long as the value of a property is not known. */
    readonly replacement?: 'True' | 'False' | 'Conditional';
    /** What becomes of the resource that leaves the stack. */
    readonly policyAction?: 'Delete' | 'Retain' | 'ReplaceAndDelete' | 'ReplaceAndRetain';
}

/** Compares the template with the stack; nothing is called. */
export function changesOf(
    state: StackState,
    blueprint: Blueprint,
    tags: Tags,
    imported: Identifiers = new Map(),
): ResourceChange[] {
    const { steps } = stepsOf(state, blueprint, tags);
    const removed = Object.values(state.resources).filter(
        ({ logicalId }) => !blueprint.resources.has(logicalId),
    );
    return [...steps.flatMap((step) => changeIn(step, imported)), ...removed.map(removal)];
}

function removal({ logicalId, type, physicalId, deletionPolicy }: ResourceRecord): ResourceChange {
    const policyAction = deletionPolicy === 'Delete' ? 'Delete' : 'Retain';
    return { action: 'Remove', logicalId, type, physicalId, policyAction };
}

function changeIn({ planned, record, wanted }: Step, imported: Identifiers): ResourceChange[] {
    const { logicalId, type, updateReplacePolicy } = planned;
    const physicalId = record?.physicalId ?? imported.get(logicalId);
    const change = { logicalId, type, physicalId };
    if (!record) {
        return [{ ...change, action: physicalId === undefined ? 'Add' : 'Import' }];
    }
    if (!wanted) {
        return [{ ...change, action: 'Modify', replacement: 'Conditional' }];
    }
    if (changeOf(record, wanted) === 'REPLACE') {
        const policyAction = updateReplacePolicy === 'Retain' ? 'ReplaceAndRetain' : 'ReplaceAndDelete';
        return [{ ...change, action: 'Modify', replacement: 'True', policyAction }];
    }
    const isAsBefore =
        changeOf(record, wanted) === 'NONE' &&
        record.deletionPolicy === wanted.deletionPolicy &&
        record.updateReplacePolicy === wanted.updateReplacePolicy;
    return isAsBefore ? [] : [{ ...change, action: 'Modify', replacement: 'False' }];
}
