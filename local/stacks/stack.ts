import { type Graph, inOrder } from '../graph';
import { typeName } from '../resource-type';
import { identifierOf } from '../resource-types';
import type { Blueprint, PlannedResource } from '../template/blueprint';
import type { Models } from '../template/scope';
import { TemplateError } from '../template/syntax';
import { checkExisting, type Identifiers } from './import';
import { read } from './operation';
import { changeOf, isUpToDate, type Wanted, wantedOf } from './plan';
import { Resources, type StackEvent, type Surroundings } from './resources';
import { exists, type ResourceRecord, type StackState, type Tags } from './state';

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
    /** New resources that are in AWS already, to be imported: primary identifiers by logical IDs. */
    private existing: Identifiers = new Map();

    constructor(
        private readonly state: StackState,
        private readonly surroundings: Surroundings,
    ) {
        this.resources = new Resources(state, surroundings);
    }

    /** `neighbours` are the stacks beside it; when given, what is in AWS already is imported rather than created. */
    async deploy(blueprint: Blueprint, tags: Tags, neighbours?: readonly StackState[]): Promise<Result> {
        const { state } = this;
        if (state.status.startsWith('DELETE')) {
            throw new Error(`Stack ${state.name} is in state ${state.status}: delete it first.`);
        }
        if (isUpToDate(state, blueprint, tags)) {
            return 'UNCHANGED';
        }
        if (neighbours) {
            this.existing = await this.findExisting(blueprint);
            checkExisting(blueprint, this.existing, neighbours);
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
     * Takes in what is in AWS already, and updates it, as CloudFormation does ("Apply stack-level tags to imported
     * resource if applicable", as its events say). All of it, or nothing.
     */
    async import(blueprint: Blueprint, identifiers: Identifiers): Promise<Result> {
        const { state } = this;
        const before = { resources: state.resources, outputs: state.outputs };
        this.enter('IMPORT_IN_PROGRESS', 'User Initiated');
        await this.adoptAll(blueprint, identifiers);
        const outputs = this.failed.size > 0 || this.interrupted ? undefined : this.outputsOf(blueprint);
        if (!outputs) {
            const ids = [...this.failed].join(', ');
            this.enter(
                'IMPORT_ROLLBACK_IN_PROGRESS',
                `The following resource(s) failed to import: [${ids}].`,
            );
            Object.assign(state, before);
            this.enter('IMPORT_ROLLBACK_COMPLETE');
            return this.interrupted ? 'INTERRUPTED' : 'FAILED';
        }
        state.outputs = outputs;
        this.enter('IMPORT_COMPLETE');
        return 'DONE';
    }

    /**
     * Brings everything back to the template, as a change set with DeploymentMode REVERT_DRIFT does (CloudFormation User
     * Guide, "Using drift-aware change sets"). What UPDATE is given as previous properties there is not documented.
     */
    async revertDrift(): Promise<Result> {
        const { interrupted } = this.surroundings;
        this.enter('UPDATE_IN_PROGRESS', 'User Initiated');
        const ours = Object.values(this.state.resources).filter(({ type }) => type === typeName);
        for (const record of ours.filter(exists)) {
            await this.resources.revertDrift(record, interrupted);
        }
        if (this.interrupted) {
            return 'INTERRUPTED';
        }
        const isDone = Object.values(this.state.resources).every(isSettled);
        this.enter(isDone ? 'UPDATE_COMPLETE' : 'UPDATE_FAILED');
        return isDone ? 'DONE' : 'FAILED';
    }

    async delete(): Promise<Result> {
        const { state } = this;
        this.enter('DELETE_IN_PROGRESS', 'User Initiated');
        for (const record of [...Object.values(state.resources), ...Object.values(state.before ?? {})]) {
            this.resources.retire(record, record.deletionPolicy !== 'Delete');
        }
        state.resources = {};
        delete state.before;
        this.surroundings.save(state);
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
        await inOrder(graphOf(blueprint), async (id) => {
            const planned = blueprint.resources.get(id);
            if (planned && !this.failure.signal.aborted && !this.interrupted) {
                await this.converge(planned, tags);
            }
        });
        return this.failed.size > 0 || this.interrupted ? undefined : this.outputsOf(blueprint);
    }

    /** The outputs, or undefined when the template cannot have them. */
    private outputsOf(blueprint: Blueprint): Readonly<Record<string, string>> | undefined {
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
        await this.readAttributes(planned);
    }

    private async change(record: ResourceRecord | undefined, wanted: Wanted): Promise<void> {
        const { logicalId, updateReplacePolicy } = wanted;
        const signal = AbortSignal.any([this.failure.signal, this.surroundings.interrupted]);
        if (!record) {
            const physicalId = this.existing.get(logicalId);
            return physicalId === undefined
                ? this.resources.create(wanted, 'CREATE', signal)
                : this.importOne(wanted, physicalId, signal);
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

    /** Reads all of it before anything is written. */
    private async adoptAll(blueprint: Blueprint, identifiers: Identifiers): Promise<void> {
        const adopted: Record<string, ResourceRecord> = {};
        const models: Models = (id) =>
            adopted[id] ? { properties: adopted[id].model, complete: true } : this.models(id);
        const goesOn = () => this.failed.size === 0 && !this.interrupted;
        await inOrder(graphOf(blueprint), async (id) => {
            const planned = blueprint.resources.get(id);
            const physicalId = identifiers.get(id);
            if (planned && physicalId !== undefined && goesOn()) {
                const wanted = wantedOf(planned, planned.properties(models), {});
                const record = await this.resources.adopt(wanted, physicalId);
                if (record) {
                    adopted[id] = record;
                } else {
                    this.markFailed(id);
                }
            }
        });
        if (goesOn()) {
            this.state.resources = { ...this.state.resources, ...adopted };
            for (const record of Object.values(adopted)) {
                const wanted = wantedOf(record, record.properties, this.state.tags);
                await this.resources.updateImported(record, wanted, this.surroundings.interrupted);
                await this.readAttributes(blueprint.resources.get(record.logicalId));
            }
        }
    }

    /** The template's new resources of our type that are in AWS already under the names that it writes out. */
    private async findExisting({ resources }: Blueprint): Promise<Identifiers> {
        const found = new Map<string, string>();
        for (const { logicalId, type, customName } of resources.values()) {
            if (type === typeName && !this.state.resources[logicalId] && customName !== undefined) {
                const resource = { logicalId, type, tags: {} };
                const { status } = await read(resource, customName, this.surroundings.caller);
                if (status === 'SUCCESS') {
                    found.set(logicalId, customName);
                }
            }
        }
        return found;
    }

    private async importOne(wanted: Wanted, physicalId: string, signal: AbortSignal): Promise<void> {
        const record = await this.resources.adopt({ ...wanted, tags: {} }, physicalId);
        if (record) {
            this.resources.put(wanted.logicalId, record);
            await this.resources.updateImported(record, wanted, signal);
        }
    }

    /** Reads the resource when something refers to its attributes. */
    private async readAttributes(planned: PlannedResource | undefined): Promise<void> {
        const record = this.state.resources[planned?.logicalId ?? ''];
        if (planned?.hasAttributesReferredTo && isSettled(record) && !this.interrupted) {
            await this.resources.refresh(planned.logicalId);
        }
        if (planned && !this.interrupted && !isSettled(this.state.resources[planned.logicalId])) {
            this.markFailed(planned.logicalId);
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
            const isKept = current.deletionPolicy === 'Retain' || current.isImported === true;
            this.resources.retire(current, isKept);
            this.resources.put(current.logicalId, old);
        } else if (isSettled(current) && changeOf(current, old) === 'NONE') {
            this.resources.put(current.logicalId, old);
        } else {
            await this.resources.update(current, wantedOf(old, old.properties, old.tags), interrupted, {
                meanwhile: current,
            });
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

function graphOf({ resources }: Blueprint): Graph {
    return new Map([...resources].map(([id, { dependsOn }]) => [id, dependsOn]));
}

function isSettled(record: ResourceRecord | undefined): boolean {
    return record?.status.endsWith('_COMPLETE') ?? false;
}

/** The new resource is made before the old one is deleted, which cannot be under the same name. */
function refuseSameName({ physicalId }: ResourceRecord, { logicalId, type, properties }: Wanted): void {
    if (identifierOf(type, properties) === physicalId) {
        throw new TemplateError([
            `${logicalId}: CloudFormation cannot update a stack when a custom-named resource requires replacing. ` +
                `Rename ${physicalId} and update the stack again.`,
        ]);
    }
}
