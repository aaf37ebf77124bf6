import { inOrder } from '../graph';
import { identifierOf } from '../resource-type';
import type { Blueprint, PlannedResource } from '../template/blueprint';
import type { Models } from '../template/scope';
import { TemplateError } from '../template/syntax';
import type { Identifiers } from './import';
import { changeOf, isUpToDate, type Wanted, wantedOf } from './plan';
import { Resources, type StackEvent, type Surroundings } from './resources';
import type { ResourceRecord, StackState, Tags } from './state';

export type Result = 'DONE' | 'UNCHANGED' | 'FAILED' | 'INTERRUPTED';

/**
 * CloudFormation's engine. The order of things and the names of the states are those of the User Guide ("Update
 * behaviors of stack resources", "Stack status codes").
 *
 * `state.before` is what the stack was when the deployment began. Both ways out of a deployment are the
 * difference between it and `state.resources`: what is new is deleted when it fails, what is gone or replaced
 * when it succeeds. Being kept in the state, it lets the next command take up a deployment that was cut off.
 */
export class Stack {
    private readonly resources: Resources;
    /** Aborted once a resource has failed: what is under way is cancelled. */
    private readonly failure = new AbortController();
    private readonly failed = new Set<string>();

    constructor(
        private readonly state: StackState,
        private readonly surroundings: Surroundings,
    ) {
        this.resources = new Resources(state, surroundings);
    }

    async deploy(blueprint: Blueprint, tags: Tags): Promise<Result> {
        const { state } = this;
        if (state.status.startsWith('DELETE')) {
            throw new Error(`Stack ${state.name} is in state ${state.status}: delete it first.`);
        }
        if (isUpToDate(state, blueprint, tags)) {
            return 'UNCHANGED';
        }
        const verb = /^(REVIEW|CREATE_IN|ROLLBACK)/.test(state.status) ? 'CREATE' : 'UPDATE';
        state.before ??= state.resources;
        this.enter(`${verb}_IN_PROGRESS`, 'User Initiated');
        const outputs = (await this.recover()) ? await this.apply(blueprint, tags) : undefined;
        if (this.interrupted) {
            return 'INTERRUPTED';
        }
        return outputs ? this.complete(verb, blueprint, outputs, tags) : this.rollBack(verb);
    }

    /**
     * Takes in what is in AWS already, and writes nothing there but the stack's tags ("Apply stack-level tags to
     * imported resource if applicable", as the events of CloudFormation say). All of it, or nothing.
     */
    async import(blueprint: Blueprint, identifiers: Identifiers): Promise<Result> {
        const { state, resources } = this;
        const { interrupted } = this.surroundings;
        const before = { resources: state.resources, outputs: state.outputs };
        this.enter('IMPORT_IN_PROGRESS', 'User Initiated');
        const adopted: Record<string, ResourceRecord> = {};
        const models: Models = (id) =>
            adopted[id] ? { properties: adopted[id].model, complete: true } : this.models(id);
        const graph = new Map([...blueprint.resources].map(([id, { dependsOn }]) => [id, dependsOn]));
        await inOrder(graph, async (id) => {
            const planned = blueprint.resources.get(id);
            const physicalId = identifiers.get(id);
            if (planned && physicalId !== undefined && this.failed.size === 0 && !this.interrupted) {
                const wanted = wantedOf(planned, planned.properties(models), {});
                const record = await resources.adopt(wanted, physicalId, interrupted);
                if (record) {
                    adopted[id] = record;
                } else {
                    this.markFailed(id);
                }
            }
        });
        if (this.failed.size === 0 && !this.interrupted) {
            state.resources = { ...state.resources, ...adopted };
            await this.tagImported(Object.values(adopted));
        }
        if (this.failed.size > 0 || this.interrupted) {
            const ids = [...this.failed].join(', ');
            this.enter(
                'IMPORT_ROLLBACK_IN_PROGRESS',
                `The following resource(s) failed to import: [${ids}].`,
            );
            Object.assign(state, before);
            this.enter('IMPORT_ROLLBACK_COMPLETE');
            return this.interrupted ? 'INTERRUPTED' : 'FAILED';
        }
        state.outputs = blueprint.outputs(this.models);
        this.enter('IMPORT_COMPLETE');
        return 'DONE';
    }

    async delete(): Promise<Result> {
        const { state } = this;
        for (const record of [...Object.values(state.resources), ...Object.values(state.before ?? {})]) {
            this.resources.retire(record, record.deletionPolicy !== 'Delete');
        }
        state.resources = {};
        delete state.before;
        this.enter('DELETE_IN_PROGRESS', 'User Initiated');
        await this.resources.clear();
        if (this.interrupted) {
            return 'INTERRUPTED';
        }
        if (state.leftovers.length > 0) {
            this.enter('DELETE_FAILED', this.undeleted());
            return 'FAILED';
        }
        this.enter('DELETE_COMPLETE');
        return 'DONE';
    }

    private get interrupted(): boolean {
        return this.surroundings.interrupted.aborted;
    }

    /** Brings what an earlier deployment left half done back to where it was. */
    private async recover(): Promise<boolean> {
        const unsettled = Object.values(this.state.resources).filter((record) => !isSettled(record));
        const unrestored = await this.restore(unsettled.map(({ logicalId }) => logicalId));
        unrestored.forEach((id) => {
            this.failed.add(id);
        });
        await this.resources.clear();
        return unrestored.length === 0;
    }

    /** Creates, updates and replaces. The outputs, or undefined when something failed. */
    private async apply(
        blueprint: Blueprint,
        tags: Tags,
    ): Promise<Readonly<Record<string, string>> | undefined> {
        const graph = new Map([...blueprint.resources].map(([id, { dependsOn }]) => [id, dependsOn]));
        await inOrder(graph, async (id) => {
            const planned = blueprint.resources.get(id);
            if (planned && !this.failure.signal.aborted && !this.interrupted) {
                await this.converge(planned, tags);
            }
        });
        if (this.failed.size > 0 || this.interrupted) {
            return undefined;
        }
        try {
            return blueprint.outputs(this.models);
        } catch (error) {
            this.giveUp(this.identity, this.state.status.replace('IN_PROGRESS', 'FAILED'), error);
            return undefined;
        }
    }

    private async converge(planned: PlannedResource, tags: Tags): Promise<void> {
        const { logicalId } = planned;
        const record = this.state.resources[logicalId];
        try {
            await this.change(record, wantedOf(planned, planned.properties(this.models), tags));
        } catch (error) {
            this.giveUp(record ?? planned, record ? 'UPDATE_FAILED' : 'CREATE_FAILED', error);
        }
        if (!this.interrupted && !isSettled(this.state.resources[logicalId])) {
            this.markFailed(logicalId);
        }
    }

    private async change(record: ResourceRecord | undefined, wanted: Wanted): Promise<void> {
        const { logicalId, updateReplacePolicy } = wanted;
        const signal = AbortSignal.any([this.failure.signal, this.surroundings.interrupted]);
        if (!record) {
            return this.resources.create(wanted, 'CREATE', signal);
        }
        switch (changeOf(record, wanted)) {
            case 'NONE':
                return this.resources.put(logicalId, { ...record, ...wanted });
            case 'UPDATE':
                return this.resources.update(record, wanted, signal);
            case 'REPLACE':
                refuseSameName(record, wanted);
                if (record.physicalId !== this.state.before?.[logicalId]?.physicalId) {
                    this.resources.retire(record, updateReplacePolicy === 'Retain');
                }
                return this.resources.create(wanted, 'UPDATE', signal);
        }
    }

    private async tagImported(records: readonly ResourceRecord[]): Promise<void> {
        const { tags } = this.state;
        for (const record of Object.keys(tags).length > 0 ? records : []) {
            const wanted = wantedOf(record, record.properties, tags);
            await this.resources.update(record, wanted, this.surroundings.interrupted);
            if (!isSettled(this.state.resources[record.logicalId])) {
                this.markFailed(record.logicalId);
            }
        }
    }

    private async complete(
        verb: 'CREATE' | 'UPDATE',
        { resources }: Blueprint,
        outputs: Readonly<Record<string, string>>,
        tags: Tags,
    ): Promise<Result> {
        const { state } = this;
        const current = state.resources;
        for (const record of [...Object.values(state.before ?? {}), ...Object.values(current)]) {
            const planned = resources.get(record.logicalId);
            if (!planned) {
                this.resources.retire(record, record.deletionPolicy !== 'Delete');
            } else if (current[record.logicalId]?.physicalId !== record.physicalId) {
                this.resources.retire(record, planned.updateReplacePolicy === 'Retain');
            }
        }
        state.resources = Object.fromEntries(Object.entries(current).filter(([id]) => resources.has(id)));
        state.outputs = outputs;
        state.tags = tags;
        delete state.before;
        if (state.leftovers.length > 0) {
            this.enter('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
            await this.resources.clear();
        }
        if (this.interrupted) {
            return 'INTERRUPTED';
        }
        this.enter(`${verb}_COMPLETE`, this.undeleted());
        return 'DONE';
    }

    private async rollBack(verb: 'CREATE' | 'UPDATE'): Promise<Result> {
        const { state } = this;
        const rollback = verb === 'CREATE' ? 'ROLLBACK' : 'UPDATE_ROLLBACK';
        const ids = [...this.failed].join(', ');
        this.enter(
            `${rollback}_IN_PROGRESS`,
            `The following resource(s) failed to ${verb.toLowerCase()}: [${ids}].`,
        );
        const restored = (await this.restore(Object.keys(state.resources))).length === 0;
        if (restored && verb === 'UPDATE' && state.leftovers.length > 0) {
            this.enter('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
        }
        await this.resources.clear();
        if (this.interrupted) {
            return 'INTERRUPTED';
        }
        if (restored) {
            delete state.before;
        }
        const complete = restored && (verb === 'UPDATE' || state.leftovers.length === 0);
        this.enter(`${rollback}_${complete ? 'COMPLETE' : 'FAILED'}`, this.undeleted());
        return 'FAILED';
    }

    /** Back to what was before. The resources that could not be brought there. */
    private async restore(logicalIds: readonly string[]): Promise<string[]> {
        const before = this.state.before ?? {};
        const graph = new Map(logicalIds.map((id) => [id, before[id]?.dependsOn ?? []]));
        await inOrder(graph, (id) => this.restoreOne(this.state.resources[id], before[id]));
        return logicalIds.filter((id) => this.state.resources[id] && !isSettled(this.state.resources[id]));
    }

    /** The new is retired, the changed updated back. */
    private async restoreOne(
        current: ResourceRecord | undefined,
        old: ResourceRecord | undefined,
    ): Promise<void> {
        const { interrupted } = this.surroundings;
        if (!current || interrupted.aborted) {
            return;
        }
        if (!old || current.physicalId !== old.physicalId) {
            this.resources.retire(current, current.deletionPolicy === 'Retain');
            this.resources.put(current.logicalId, old);
        } else if (isSettled(current) && changeOf(current, old) === 'NONE') {
            this.resources.put(current.logicalId, old);
        } else {
            await this.resources.update(
                current,
                wantedOf(old, old.properties, old.tags),
                interrupted,
                current,
            );
        }
    }

    private readonly models: Models = (logicalId) => {
        const record = this.state.resources[logicalId];
        return record && { properties: record.model, complete: true };
    };

    /** Notes a failure that no handler told of; other errors than a template's pass. */
    private giveUp(
        what: Pick<StackEvent, 'logicalId' | 'type' | 'physicalId'>,
        status: string,
        error: unknown,
    ): void {
        if (!(error instanceof TemplateError)) {
            throw error;
        }
        this.resources.tell({ ...what, status, reason: error.message });
        this.markFailed(what.logicalId);
    }

    private markFailed(logicalId: string): void {
        this.failed.add(logicalId);
        this.failure.abort();
    }

    private undeleted(): string | undefined {
        const ids = this.state.leftovers.map(({ logicalId }) => logicalId);
        return ids.length > 0
            ? `The following resource(s) failed to delete: [${ids.join(', ')}].`
            : undefined;
    }

    private enter(status: string, reason?: string): void {
        const { state } = this;
        state.status = status;
        state.reason = reason;
        this.surroundings.save(state);
        this.resources.tell({ ...this.identity, status, reason });
    }

    private get identity(): Pick<StackEvent, 'logicalId' | 'type'> {
        return { logicalId: this.state.name, type: 'AWS::CloudFormation::Stack' };
    }
}

function isSettled(record: ResourceRecord | undefined): boolean {
    return record?.status.endsWith('_COMPLETE') ?? false;
}

/** The new resource is made before the old one is deleted, which cannot be under the same name. */
function refuseSameName({ physicalId }: ResourceRecord, { logicalId, properties }: Wanted): void {
    if (identifierOf(properties) === physicalId) {
        throw new TemplateError([
            `${logicalId}: CloudFormation cannot update a stack when a custom-named resource requires replacing. ` +
                `Rename ${physicalId} and update the stack again.`,
        ]);
    }
}
