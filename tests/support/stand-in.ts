import type { RecordedCall } from '../../local/aws/calls';
import { type Interceptor, intercepted } from '../../local/aws/difficulties/interception';
import type { Difficulty } from '../../local/aws/difficulty';
import { type AwsEvent, emit } from '../../local/aws/event-bus';
import { AwsServer } from '../../local/aws/server';
import { SERVICES } from '../../local/aws/services';
import { DEFAULT_PLACE } from '../../local/aws/world';

/** Access keys of tests that look at AWS, or alter it, begin so: their calls are neither recorded nor intercepted. */
export const OBSERVER = 'OBSERVER';

/** AWS in memory for tests, which see the calls to it and can intercept them. */
export class StandIn {
    readonly region = DEFAULT_PLACE.region;
    /** Of all access keys that do not end with the twelve digits of another. */
    readonly account = DEFAULT_PLACE.account;
    readonly server = new AwsServer(SERVICES);

    async start(): Promise<void> {
        await this.server.listen();
    }

    /** For AWS_ENDPOINT_URL. */
    get url(): string {
        return this.server.endpoint;
    }

    intercept(interceptor: Interceptor): void {
        this.meet(intercepted(interceptor));
    }

    /** What calls have to contend with. */
    meet(difficulty: Difficulty): void {
        this.server.difficulty = (request, next) =>
            isObserved(request.record) ? difficulty(request, next) : next();
    }

    /** The calls that something makes, and its result. */
    async watch<T>(work: () => Promise<T>): Promise<{ result: T; calls: readonly RecordedCall[] }> {
        const before = this.server.calls.at(-1);
        const result = await work();
        const { calls } = this.server;
        return { result, calls: calls.slice(before ? calls.lastIndexOf(before) + 1 : 0).filter(isObserved) };
    }

    /** An event of a service of AWS, on the default event bus of the account. */
    emit(event: AwsEvent): void {
        const { world } = this.server;
        emit(event, { ...DEFAULT_PLACE, partition: 'aws', world });
    }

    /** Empty accounts, and nothing is intercepted. The record of calls goes on: a watch may be under way. */
    reset(): void {
        const { calls } = this.server;
        this.server.reset();
        this.server.calls = calls;
    }

    stop(): Promise<void> {
        return this.server.close();
    }
}

function isObserved({ accessKeyId }: RecordedCall): boolean {
    return !accessKeyId.startsWith(OBSERVER);
}

/** How many calls had to wait for others: the longest row of calls of which each began after the one before it. */
export function roundTrips(calls: readonly RecordedCall[]): number {
    let trips = 0;
    let end = Number.NEGATIVE_INFINITY;
    for (const call of calls.toSorted((a, b) => a.end - b.end)) {
        if (call.start >= end) {
            trips += 1;
            end = call.end;
        }
    }
    return trips;
}

/** The calls that change something. */
export function writes(calls: readonly RecordedCall[]): readonly string[] {
    return calls.map(({ action }) => action).filter((action) => !/:(Describe|Get|Head|List)/.test(action));
}
