import { type Graph, inOrder, reversed } from '../graph';
import type { JsonObject } from '../json';
import { typeName } from '../resource-type';
import { identifierAlone, identifierOf } from '../resource-types';
import { differencesOf } from './drift';
import { type Caller, type Outcome, operate, read } from './operation';
import { type Wanted, wantedOf } from './plan';
import { type ExistingResource, exists, identityOf, type ResourceRecord, type StackState } from './state';

/** As CloudFormation's console shows it. */
export interface StackEvent {
    readonly time: Date;
    readonly logicalId: string;
    readonly type: string;
    readonly status: string;
    readonly reason?: string | undefined;
    readonly physicalId?: string | undefined;
}

/**
 * What Update gets as previousResourceProperties after an import. What CloudFormation sends there is not documented:
 * the template's properties, nothing, or what Read returned, read-only properties included.
 */
export type PreviousAtImport = 'template' | 'nothing' | 'read';

interface UpdateOptions {
    /** What AWS may hold as long as it is not done. */
    readonly meanwhile?: Wanted;
    /** The previous properties; those of the record when left out, none when null. */
    readonly previous?: JsonObject | null;
    readonly reason?: string;
}

/** What a stack works with. */
export interface Surroundings {
    readonly caller: Caller;
    /** Keeps the state. Called after every change of it, before the event is told. */
    save(state: StackState): void;
    report(event: StackEvent): void;
    /** 'template' when left out. */
    readonly previousAtImport?: PreviousAtImport;
    /** Aborted: let the calls under way answer, begin nothing new. */
    readonly interrupted: AbortSignal;
}

/** The operations on a stack's resources. Each keeps the state true and tells what happens. */
export class Resources {
    constructor(
        private readonly state: StackState,
        private readonly surroundings: Surroundings,
    ) {}

    /** `verb` is UPDATE where the creation replaces a resource. */
    async create(wanted: Wanted, verb: 'CREATE' | 'UPDATE', signal: AbortSignal): Promise<void> {
        let record: ResourceRecord = { ...wanted, status: `${verb}_IN_PROGRESS`, model: {} };
        const replacing =
            'Requested update requires the creation of a new physical resource; hence creating one.';
        this.keep(record, verb === 'UPDATE' ? replacing : undefined);
        const operation = { ...wanted, action: 'CREATE' } as const;
        const outcome = await operate(operation, this.surroundings.caller, signal, {
            onModel: (model) => {
                const physicalId = identifierOf(record.type, model);
                if (physicalId !== undefined && record.physicalId === undefined) {
                    record = { ...record, model, physicalId };
                    this.keep(record, 'Resource creation Initiated');
                }
            },
            onMessage: (reason) => this.tell({ ...record, reason }),
        });
        if (outcome.status === 'SUCCESS' && record.physicalId === undefined) {
            const reason = 'The handler told no primary identifier.';
            this.end(record, verb, { status: 'FAILED', code: 'InternalFailure', reason });
        } else {
            this.end(record, verb, outcome);
        }
    }

    /** Takes in a resource that is in AWS already, by reading it. Undefined if that cannot be done; nothing is kept yet. */
    async adopt(wanted: Wanted, physicalId: string): Promise<ResourceRecord | undefined> {
        const event = { ...wanted, physicalId };
        this.tell({ ...event, status: 'IMPORT_IN_PROGRESS', reason: 'Resource import started.' });
        const named = identifierOf(wanted.type, wanted.properties);
        const outcome =
            named === physicalId
                ? await read(wanted, physicalId, this.surroundings.caller)
                : failure(`The template calls it ${named}, not ${physicalId}: correct one of them.`);
        if (outcome.status !== 'SUCCESS') {
            const reason = outcome.status === 'FAILED' ? outcome.reason : 'Resource import cancelled';
            this.tell({ ...event, status: 'IMPORT_FAILED', reason });
            return undefined;
        }
        this.tell({ ...event, status: 'IMPORT_COMPLETE', reason: 'Resource import completed.' });
        return { ...event, status: 'IMPORT_COMPLETE', model: outcome.model, isImported: true };
    }

    /** The Update that CloudFormation calls after every import, with the stack's tags or without. */
    updateImported(record: ResourceRecord, wanted: Wanted, signal: AbortSignal): Promise<void> {
        const kinds: Readonly<Record<PreviousAtImport, JsonObject | null>> = {
            template: record.properties,
            nothing: null,
            read: record.model,
        };
        const previous = kinds[this.surroundings.previousAtImport ?? 'template'];
        const reason = 'Apply stack-level tags to imported resource if applicable.';
        return this.update(record, wanted, signal, { previous, reason });
    }

    /** Brings a resource back to the template where READ finds something else; gives UPDATE what READ found as previous. */
    async revertDrift(record: ExistingResource, signal: AbortSignal): Promise<void> {
        const outcome = await read(record, record.physicalId, this.surroundings.caller);
        if (outcome.status !== 'SUCCESS') {
            this.end(record, 'UPDATE', outcome);
        } else if (differencesOf(record.properties, outcome.model).length > 0) {
            await this.update(record, wantedOf(record, record.properties, record.tags), signal, {
                previous: outcome.model,
            });
        }
    }

    /** From what the record says to what is wanted. */
    async update(
        from: ResourceRecord,
        wanted: Wanted,
        signal: AbortSignal,
        { meanwhile = wanted, previous = from.properties, reason }: UpdateOptions = {},
    ): Promise<void> {
        const record: ResourceRecord = { ...from, ...meanwhile, status: 'UPDATE_IN_PROGRESS' };
        this.keep(record, reason);
        const before = previous && { previousProperties: previous, previousTags: from.tags };
        const outcome = await operate(
            { ...wanted, ...before, action: 'UPDATE' },
            this.surroundings.caller,
            signal,
            { onMessage: (message) => this.tell({ ...record, reason: message }) },
        );
        this.end(outcome.status === 'SUCCESS' ? { ...record, ...wanted } : record, 'UPDATE', outcome);
    }

    /**
     * Reads a resource whose attributes others ask for: CloudFormation answers !GetAtt from what Read returns. Where
     * Read fails, the resource has failed.
     */
    async refresh(logicalId: string): Promise<void> {
        const record = this.state.resources[logicalId];
        if (!record || !exists(record)) {
            return;
        }
        const outcome = await read(record, record.physicalId, this.surroundings.caller);
        if (outcome.status === 'SUCCESS') {
            this.put(logicalId, { ...record, model: outcome.model });
        } else if (outcome.status === 'FAILED') {
            this.keep({ ...record, status: record.status.replace('COMPLETE', 'FAILED') }, outcome.reason);
        }
    }

    /** Writes down what is so; nothing is called and nothing told. */
    put(logicalId: string, record: ResourceRecord | undefined): void {
        const { [logicalId]: _, ...others } = this.state.resources;
        this.state.resources = record ? { ...others, [logicalId]: record } : others;
        this.surroundings.save(this.state);
    }

    /** Leaves a resource to clear(), or lets go of it when it shall be kept. The next change saves it. */
    retire(record: ResourceRecord, keep: boolean): void {
        const { leftovers } = this.state;
        if (!exists(record) || leftovers.some((other) => identityOf(other) === identityOf(record))) {
            return;
        }
        if (keep) {
            this.tell({ ...record, status: 'DELETE_SKIPPED' });
        } else {
            this.state.leftovers = [...leftovers, record];
        }
    }

    /** Deletes what has been retired, dependents first. What cannot be deleted stays, for another time. */
    async clear(): Promise<void> {
        const { leftovers } = this.state;
        const graph: Graph = new Map(
            leftovers.map((leftover) => [
                identityOf(leftover),
                leftovers.filter(({ logicalId }) => leftover.dependsOn.includes(logicalId)).map(identityOf),
            ]),
        );
        await inOrder(reversed(graph), async (id) => {
            const leftover = leftovers.find((one) => identityOf(one) === id);
            const isNeeded = this.state.leftovers.some((one) => graph.get(identityOf(one))?.includes(id));
            if (leftover && !isNeeded && !this.surroundings.interrupted.aborted) {
                await this.delete(leftover);
            }
        });
    }

    tell(event: Omit<StackEvent, 'time'>): void {
        const { logicalId, type, status, reason, physicalId } = event;
        this.surroundings.report({ time: new Date(), logicalId, type, status, reason, physicalId });
    }

    private async delete(leftover: ExistingResource): Promise<void> {
        const { logicalId, type, tags, physicalId } = leftover;
        const { caller, interrupted } = this.surroundings;
        this.tell({ ...leftover, status: 'DELETE_IN_PROGRESS' });
        const identifier = identifierAlone(type, physicalId);
        const properties = type === typeName ? identifier : { ...leftover.properties, ...identifier };
        const outcome = await operate(
            { action: 'DELETE', logicalId, type, tags, properties },
            caller,
            interrupted,
            { onMessage: (reason) => this.tell({ ...leftover, status: 'DELETE_IN_PROGRESS', reason }) },
        );
        if (outcome.status === 'CANCELLED') {
            return;
        }
        const others = this.state.leftovers.filter((other) => identityOf(other) !== identityOf(leftover));
        if (outcome.status === 'SUCCESS' || outcome.code === 'NotFound') {
            this.state.leftovers = others;
            this.surroundings.save(this.state);
            this.tell({ ...leftover, status: 'DELETE_COMPLETE' });
        } else {
            this.state.leftovers = [...others, { ...leftover, status: 'DELETE_FAILED' }];
            this.surroundings.save(this.state);
            this.tell({ ...leftover, status: 'DELETE_FAILED', reason: outcome.reason });
        }
    }

    private end(record: ResourceRecord, verb: 'CREATE' | 'UPDATE', outcome: Outcome): void {
        if (outcome.status === 'SUCCESS') {
            this.keep({ ...record, status: `${verb}_COMPLETE`, model: outcome.model });
        } else if (outcome.status === 'FAILED') {
            this.keep({ ...record, status: `${verb}_FAILED` }, outcome.reason);
        } else if (!this.surroundings.interrupted.aborted) {
            this.keep({ ...record, status: `${verb}_FAILED` }, `Resource ${verb.toLowerCase()} cancelled`);
        }
    }

    private keep(record: ResourceRecord, reason?: string): void {
        this.put(record.logicalId, record);
        this.tell({ ...record, reason });
    }
}

function failure(reason: string): Outcome {
    return { status: 'FAILED', code: 'InvalidRequest', reason };
}
