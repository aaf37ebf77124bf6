/*
 * Replaces modules in the bundle that others load but never use, and are larger than all the rest:
 * - the clients of aws-sdk version 2, which the CloudFormation library loads with itself; resource.ts replaces
 *   what would call them. Version 2 is at its end of life.
 * - the AWS SDK's search for credentials; a handler is given its caller's, and must never use others.
 * - uuid, which the library's own delivery of logs uses; delivery.ts takes its place.
 * - the AWS SDK's event streams. They are loaded when they are needed, which makes esbuild wrap all that they share
 *   with the rest, and that takes longer to load. Of the calls in use, none streams.
 */
export default class {}

/** In place of uuid. */
export { randomUUID as v4 } from 'node:crypto';

/** In place of @aws-sdk/credential-provider-node. */
export function defaultProvider(): () => Promise<never> {
    return async () => {
        throw new Error('A handler uses the credentials of its event and no others.');
    };
}

/** In place of @smithy/core/event-streams. */
export const resolveEventStreamSerdeConfig = <T>(config: T): T => config;

/** In place of @smithy/core/event-streams. */
export const eventStreamSerdeProvider = (): undefined => undefined;
