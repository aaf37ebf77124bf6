import { randomUUID } from 'node:crypto';
import type { RecordedCall } from '../../local/aws/calls';
import { BROKEN, DENIED, type Interception, THROTTLED } from '../../local/aws/difficulties/interception';
import type { Holdings } from '../../local/aws/world';
import type { PartialProperties } from '../../src/properties';
import type { Action, Circumstances, Progress, TypeFunction } from './function';
import { Observer } from './snapshot';
import type { StandIn } from './stand-in';

/** What becomes of a call; a death is the end of the function's process when AWS has done it. */
export const FAULTS = ['throttled', 'broken', 'denied', 'cut', 'lost', 'death'] as const;

export type Fault = (typeof FAULTS)[number];

/** A fault at the n-th call of an operation, counted from 1; for good: at every later call of the same action too. */
export interface Injection {
    readonly fault: Fault;
    readonly at: number;
    readonly forGood: boolean;
}

/** One operation of CloudFormation's on one resource. */
export interface Operation {
    readonly action: Action;
    readonly properties: PartialProperties;
    readonly previous?: PartialProperties;
}

/** How an operation ended, and what CloudFormation then knows. */
export interface End {
    readonly status: 'SUCCESS' | 'FAILED';
    readonly errorCode: string;
    readonly message: string;
    /** Whether CloudFormation holds the identifier, so that it can delete the resource. */
    readonly isKnown: boolean;
    /** Calls to AWS. */
    readonly calls: number;
    /** The action that failed, if the fault was met. */
    readonly failedAction?: string;
}

/** What the message of a failure must name, and the codes it may have. */
export const CAUSES: Readonly<Record<Fault, { readonly words: RegExp; readonly codes: readonly string[] }>> =
    {
        throttled: { words: /Rate exceeded/, codes: ['Throttling'] },
        broken: { words: /Internal failure/, codes: ['ServiceInternalError'] },
        denied: { words: /not authorized/, codes: ['AccessDenied'] },
        cut: { words: /socket hang up|ECONNRESET|aborted/, codes: ['NetworkFailure'] },
        lost: { words: /socket hang up|ECONNRESET|aborted/, codes: ['NetworkFailure'] },
        death: { words: /process/, codes: ['InternalFailure'] },
    };

const REFUSALS: Partial<Record<Fault, Interception>> = {
    throttled: THROTTLED,
    broken: BROKEN,
    denied: DENIED,
};

/** How often CloudFormation is taken to invoke a function again that died without an answer. */
const REDELIVERIES = 3;

/** Calls of a handler that one operation takes at most; the longest, with waits for two objects, take about a dozen. */
const MOST_CALLS = 100;

/** Failed tries after which a handler gives up; see PATIENCE in src/errors.ts. */
const LAST_TRY = 24;

/** An account of the stand-in with one resource in it, and CloudFormation's part: it calls, redelivers, rolls back. */
export class SimulatedAccount {
    private static accounts = 0;
    /** Twelve digits that no other simulated account has. */
    readonly id: string;
    readonly observer: Observer;
    private injection: Injection | undefined;
    private count = 0;
    private failedAction: string | undefined;
    private readonly deaths = new Map<string, () => void>();
    private readonly dead = new Set<string>();

    constructor(
        private readonly standIn: StandIn,
        private readonly typeFunction: TypeFunction,
        regions: readonly string[] = [],
    ) {
        SimulatedAccount.accounts += 1;
        this.id = String(500_000_000_000 + SimulatedAccount.accounts);
        this.observer = new Observer(standIn.url, this.id, regions);
    }

    /** A copy of all that it holds. */
    holdings(): Holdings {
        return this.standIn.server.world.holdings(this.id);
    }

    /** Gives it these holdings, in place of all that it holds. */
    restore(holdings: Holdings): void {
        this.standIn.server.world.restore(this.id, holdings);
    }

    /** What becomes of a call of this account. */
    intercept({ action, accessKeyId }: RecordedCall): Interception {
        if (this.dead.has(accessKeyId)) {
            return 'cut';
        }
        this.count += 1;
        const { injection } = this;
        const isHit =
            injection &&
            (this.count === injection.at ||
                (injection.forGood && this.failedAction !== undefined && action === this.failedAction));
        if (!isHit) {
            return 'pass';
        }
        this.failedAction ??= action;
        const refusal = REFUSALS[injection.fault];
        if (refusal) {
            return refusal;
        }
        if (injection.fault === 'cut') {
            return 'cut';
        }
        if (injection.fault === 'death') {
            this.dead.add(accessKeyId);
            this.deaths.get(accessKeyId)?.();
        }
        return 'lose';
    }

    /** Runs an operation to its end, as CloudFormation does, with a fault in it or without. */
    async run(operation: Operation, injection?: Injection): Promise<End> {
        this.injection = injection;
        this.count = 0;
        this.failedAction = undefined;
        const end = await this.operate(operation);
        this.injection = undefined;
        return {
            ...end,
            calls: this.count,
            ...(this.failedAction === undefined ? {} : { failedAction: this.failedAction }),
        };
    }

    private async operate({ action, properties, previous }: Operation): Promise<Omit<End, 'calls'>> {
        const token = randomUUID();
        let isKnown = action !== 'CREATE';
        let model = properties;
        let callbackContext: object | undefined;
        let redeliveries = 0;
        for (let calls = 0; calls < MOST_CALLS; calls++) {
            const circumstances = {
                token,
                ...(previous === undefined ? {} : { previous }),
                ...(callbackContext === undefined ? {} : { callbackContext }),
            };
            const progress = await this.invoke(action, model, circumstances);
            if (!progress && redeliveries++ < REDELIVERIES) {
                continue;
            }
            if (!progress) {
                const message = 'The function’s process ended without an answer';
                return { status: 'FAILED', errorCode: 'InternalFailure', message, isKnown };
            }
            const { status, errorCode = '', message = '' } = progress;
            isKnown ||= progress.resourceModel !== undefined && errorCode !== 'AlreadyExists';
            if (status !== 'IN_PROGRESS') {
                return { status, errorCode, message, isKnown };
            }
            model = progress.resourceModel ?? model;
            callbackContext = this.nextContext(progress);
        }
        const message = `${MOST_CALLS} calls of the handler did not end it`;
        return { status: 'FAILED', errorCode: 'NotStabilized', message, isKnown };
    }

    /** Instead of twenty minutes of tries, the last of them, where they fail for good. */
    private nextContext({ callbackContext = {} }: Progress): object {
        const { failures = 0 } = callbackContext as { failures?: number };
        return this.injection?.forGood && failures > 0
            ? { ...callbackContext, failures: Math.max(failures, LAST_TRY) }
            : callbackContext;
    }

    /** Undefined when the process died. Each process has a key of its own, by which its calls are told. */
    private async invoke(
        action: Action,
        model: PartialProperties,
        circumstances: Circumstances,
    ): Promise<Progress | undefined> {
        const accessKeyId = `${randomUUID()}-${this.id}`;
        const death = new Promise<undefined>((resolve) => {
            this.deaths.set(accessKeyId, () => resolve(undefined));
        });
        const answer = this.typeFunction.call(action, model, {
            ...circumstances,
            accessKeyId,
            account: this.id,
        });
        const progress = await Promise.race([answer, death]);
        this.deaths.delete(accessKeyId);
        return progress;
    }
}

/** The interceptor of a stand-in that has these accounts. */
export function among(accounts: readonly SimulatedAccount[]): (call: RecordedCall) => Interception {
    const byAccount = new Map(accounts.map((account) => [account.id, account]));
    return (call) => byAccount.get(call.account)?.intercept(call) ?? 'pass';
}
