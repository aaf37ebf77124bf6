import { isRecord } from '../json';

/**
 * An event of `testEntrypoint`, as the CloudFormation CLI writes it into sam-tests/, as one for `entrypoint`, so that
 * both go one way: the library's own testEntrypoint writes the credentials to the log. The event's request must name
 * awsAccountId, since an ARN needs it.
 */
export function fromTestEvent(event: unknown): Record<string, unknown> {
    const { credentials, action, region, callbackContext, request } = isRecord(event) ? event : {};
    const asked = isRecord(request) ? request : {};
    return {
        action,
        awsAccountId: asked['awsAccountId'],
        bearerToken: asked['clientRequestToken'],
        region: region ?? asked['region'] ?? process.env['AWS_REGION'],
        callbackContext,
        nextToken: asked['nextToken'],
        requestData: {
            callerCredentials: credentials,
            logicalResourceId: asked['logicalResourceIdentifier'],
            resourceProperties: asked['desiredResourceState'],
            previousResourceProperties: asked['previousResourceState'],
            stackTags: asked['desiredResourceTags'],
            previousStackTags: asked['previousResourceTags'],
        },
    };
}
