import type { Dict } from '@amazon-web-services-cloudformation/cloudformation-cli-typescript-lib';

/** The event of `testEntrypoint`, as the CloudFormation CLI writes it into sam-tests/. */
export interface TestEvent {
    readonly credentials?: Dict;
    readonly action?: string;
    readonly region?: string;
    readonly callbackContext?: Dict | null;
    readonly request?: Dict;
}

/**
 * The same as an event for `entrypoint`, so that both go one way: the library's own testEntrypoint writes the
 * credentials to the log. The event must name awsAccountId in its request, since an ARN needs it.
 */
export function fromTestEvent({
    credentials,
    action,
    region,
    callbackContext,
    request = {},
}: TestEvent): Dict {
    return {
        action,
        awsAccountId: request.awsAccountId,
        bearerToken: request.clientRequestToken,
        region: region ?? request.region ?? process.env.AWS_REGION,
        callbackContext,
        nextToken: request.nextToken,
        requestData: {
            callerCredentials: credentials,
            logicalResourceId: request.logicalResourceIdentifier,
            resourceProperties: request.desiredResourceState,
            previousResourceProperties: request.previousResourceState,
            stackTags: request.desiredResourceTags,
            previousStackTags: request.previousResourceTags,
        },
    };
}
