import type { RecordedCall } from './calls';
import type { Call, Service } from './service';
import type { World } from './world';

/** A request to one of the services, decoded. */
export interface ServiceRequest {
    readonly service: Service;
    readonly call: Call;
    readonly input: unknown;
    readonly record: RecordedCall;
}

/** Runs the operation: on the world as it is, or on the copy that is given. Undefined when the connection is cut. */
export type Next = (world?: World) => Promise<object | undefined>;

/**
 * Stands between the request and the operation, for tests that make AWS difficult. Throws AwsError to refuse; returns
 * undefined to cut the connection without an answer.
 */
export type Difficulty = (request: ServiceRequest, next: Next) => Promise<object | undefined>;

/** AWS at its easiest. */
export const NO_DIFFICULTY: Difficulty = (_request, next) => next();
