import { randomUUID } from 'node:crypto';
import type { Call } from '../aws/service';
import { handleAwsType } from '../aws-types/handler';
import { isObject } from '../json';
import { typeName } from '../resource-type';
import type { ResourceChange } from '../stacks/changes';
import { detectDrift, type ResourceDrift } from '../stacks/drift';
import type { Identifiers } from '../stacks/import';
import type { Caller } from '../stacks/operation';
import type { StackEvent } from '../stacks/resources';
import { type Result, Stack } from '../stacks/stack';
import { exists, type StackState } from '../stacks/state';
import { callerFor, type Workplace } from '../workplace';
import type { Deployment } from './deployment';

/** One detection of drift. */
export interface DriftDetection {
    readonly id: string;
    readonly time: Date;
    /** Undefined as long as it goes on. */
    result?: readonly ResourceDrift[] | Error;
}

/** A template that a stack can be brought to, and what that would do. */
export interface ChangeSet {
    readonly id: string;
    readonly name: string;
    readonly type: 'CREATE' | 'UPDATE' | 'IMPORT';
    /** Brings what drifted back to the template, which is the stack's own. */
    readonly revertsDrift: boolean;
    readonly created: Date;
    readonly deployment: Deployment;
    readonly imported: Identifiers;
    readonly importsExisting: boolean;
    readonly changes: readonly ResourceChange[];
    readonly status: 'CREATE_COMPLETE' | 'FAILED';
    readonly reason: string | undefined;
    executionStatus:
        | 'UNAVAILABLE'
        | 'AVAILABLE'
        | 'EXECUTE_IN_PROGRESS'
        | 'EXECUTE_COMPLETE'
        | 'EXECUTE_FAILED';
}

/** A stack of the local CloudFormation, which works in the background on what the API asks for. */
export class ManagedStack {
    readonly created = new Date();
    /** Newest first, as DescribeStackEvents gives them. */
    readonly events: (StackEvent & { readonly id: string })[] = [];
    readonly detections: DriftDetection[] = [];
    changeSets: readonly ChangeSet[] = [];
    /** Of the newest operation; none for a stack that only has change sets. */
    deployment: Deployment | undefined;
    /** One operation after the other. */
    private work: Promise<unknown> = Promise.resolve();

    constructor(
        readonly state: StackState,
        private readonly workplace: Workplace & { readonly endpoint: string },
        private readonly caller: Pick<Call, 'accessKeyId'>,
    ) {}

    get isDeleted(): boolean {
        return this.state.status === 'DELETE_COMPLETE';
    }

    /** With `neighbours`, what is in AWS already is imported rather than created. */
    deploy(
        deployment: Deployment,
        verb: 'CREATE' | 'UPDATE',
        neighbours?: readonly StackState[],
    ): Promise<Result> {
        this.state.status = `${verb}_IN_PROGRESS`;
        this.deployment = deployment;
        return this.perform((stack) => stack.deploy(deployment.blueprint, deployment.tags, neighbours));
    }

    /** The stack's other change sets go: they are about what it was (ExecuteChangeSet, API reference). */
    execute(changeSet: ChangeSet, neighbours: readonly StackState[]): void {
        const { deployment, imported, importsExisting, type, revertsDrift } = changeSet;
        this.changeSets = [changeSet];
        changeSet.executionStatus = 'EXECUTE_IN_PROGRESS';
        const result = revertsDrift
            ? this.revertDrift()
            : type === 'IMPORT'
              ? this.import(deployment, imported)
              : this.deploy(deployment, type, importsExisting ? neighbours : undefined);
        this.work = result.then((end) => {
            changeSet.executionStatus = end === 'DONE' ? 'EXECUTE_COMPLETE' : 'EXECUTE_FAILED';
        });
    }

    delete(): void {
        this.state.status = 'DELETE_IN_PROGRESS';
        this.perform((stack) => stack.delete());
    }

    detectDrift(): DriftDetection {
        const detection: DriftDetection = { id: randomUUID(), time: new Date() };
        this.detections.push(detection);
        const records = Object.values(this.state.resources)
            .filter(exists)
            .filter(({ type }) => type === typeName);
        this.work = this.work
            .then(() => {
                const handlers = this.handlers();
                return Promise.all(records.map((one) => detectDrift(one, handlers)));
            })
            .then(
                (result) => Object.assign(detection, { result }),
                (result) => Object.assign(detection, { result }),
            );
        return detection;
    }

    /** Waits for what is under way. */
    async idle(): Promise<void> {
        await this.work;
    }

    private import(deployment: Deployment, imported: Identifiers): Promise<Result> {
        this.state.status = 'IMPORT_IN_PROGRESS';
        this.deployment = deployment;
        return this.perform((stack) => stack.import(deployment.blueprint, imported));
    }

    private revertDrift(): Promise<Result> {
        this.state.status = 'UPDATE_IN_PROGRESS';
        return this.perform((stack) => stack.revertDrift());
    }

    private perform(operation: (stack: Stack) => Promise<Result>): Promise<Result> {
        const { state, workplace } = this;
        const result = this.work.then(() =>
            operation(
                new Stack(state, {
                    caller: this.handlers(),
                    save: () => undefined,
                    report: (event) => this.report(event),
                    interrupted: workplace.interrupted,
                }),
            ),
        );
        // What the template's values make impossible, before anything is called.
        const settled = result.catch((error): Result => {
            state.status = state.status.replace('IN_PROGRESS', 'FAILED');
            state.reason = error instanceof Error ? error.message : String(error);
            this.report({
                time: new Date(),
                logicalId: state.name,
                type: 'AWS::CloudFormation::Stack',
                status: state.status,
                reason: state.reason,
            });
            return 'FAILED';
        });
        this.work = settled;
        return settled;
    }

    private report(event: StackEvent): void {
        this.events.unshift({ ...event, id: randomUUID() });
    }

    /** The built ones answer for our type, the stand-in's table for those of AWS. */
    private handlers(): Caller {
        const { accessKeyId } = this.caller;
        const credentials = { accessKeyId, secretAccessKey: 'testing', sessionToken: 'testing' };
        const { endpoint } = this.workplace;
        const ours = callerFor(this.workplace, { id: endpoint, endpoint, credentials }, this.state);
        const isOurs = (event: unknown) => isObject(event) && event['resourceType'] === typeName;
        return {
            ...ours,
            invoke: (event) => (isOurs(event) ? ours.invoke(event) : handleAwsType(event, endpoint)),
        };
    }
}
