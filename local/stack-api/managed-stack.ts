import { randomUUID } from 'node:crypto';
import type { Call } from '../aws/service';
import { detectDrift, type ResourceDrift } from '../stacks/drift';
import type { Caller } from '../stacks/operation';
import type { StackEvent } from '../stacks/resources';
import { type Result, Stack } from '../stacks/stack';
import { exists, type StackState } from '../stacks/state';
import type { Blueprint } from '../template/blueprint';
import { type Workplace, withCaller } from '../workplace';

/** One detection of drift. */
export interface DriftDetection {
    readonly id: string;
    readonly time: Date;
    /** Undefined as long as it goes on. */
    result?: readonly ResourceDrift[] | Error;
}

/** A stack of the local CloudFormation, which works in the background on what the API asks for. */
export class ManagedStack {
    readonly created = new Date();
    /** Newest first, as DescribeStackEvents gives them. */
    readonly events: (StackEvent & { readonly id: string })[] = [];
    readonly detections: DriftDetection[] = [];
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

    create(blueprint: Blueprint): void {
        this.state.status = 'CREATE_IN_PROGRESS';
        this.perform((stack) => stack.deploy(blueprint, {}));
    }

    delete(): void {
        this.state.status = 'DELETE_IN_PROGRESS';
        this.perform((stack) => stack.delete());
    }

    detectDrift(): DriftDetection {
        const detection: DriftDetection = { id: randomUUID(), time: new Date() };
        this.detections.push(detection);
        const records = Object.values(this.state.resources).filter(exists);
        this.work = this.work
            .then(() => this.call((caller) => Promise.all(records.map((one) => detectDrift(one, caller)))))
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

    private perform(operation: (stack: Stack) => Promise<Result>): void {
        const { state, workplace } = this;
        const result = this.work.then(() =>
            this.call((caller) =>
                operation(
                    new Stack(state, {
                        caller,
                        save: () => undefined,
                        report: (event) => this.report(event),
                        interrupted: workplace.interrupted,
                    }),
                ),
            ),
        );
        // What the template's values make impossible, before anything is called.
        this.work = result.catch((error) => {
            state.status = state.status.replace('IN_PROGRESS', 'FAILED');
            state.reason = error instanceof Error ? error.message : String(error);
            this.report({
                time: new Date(),
                logicalId: state.name,
                type: 'AWS::CloudFormation::Stack',
                status: state.status,
                reason: state.reason,
            });
        });
    }

    private report(event: StackEvent): void {
        this.events.unshift({ ...event, id: randomUUID() });
    }

    private call<T>(work: (caller: Caller) => Promise<T>): Promise<T> {
        const { accessKeyId } = this.caller;
        const credentials = { accessKeyId, secretAccessKey: 'testing', sessionToken: 'testing' };
        const { endpoint } = this.workplace;
        return withCaller(this.workplace, { id: endpoint, endpoint, credentials }, this.state, work);
    }
}
