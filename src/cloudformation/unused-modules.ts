/*
 * Replaces modules in the bundle that others load but never use, and are larger than all the rest:
 * - the clients of aws-sdk version 2, which the CloudFormation library loads with itself; resource.ts replaces
 *   what would call them. Version 2 is at its end of life.
 * - the AWS SDK's search for credentials; a handler is given its caller's, and must never use others.
 */
export default class {}

/** In place of @aws-sdk/credential-provider-node. */
export function defaultProvider(): () => Promise<never> {
    return async () => {
        throw new Error('A handler uses the credentials of its event and no others.');
    };
}
