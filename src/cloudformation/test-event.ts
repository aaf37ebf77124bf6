import { isRecord } from '../json';

/**
 * An event of `testEntrypoint`, as the CloudFormation CLI writes it into sam-tests/, as one for `entrypoint`, so that
 * both go one way: the library's own testEntrypoint writes the credentials to the log. The event's request must name
 * awsAccountId, since an ARN needs it.
 */
export function fromTestEvent(event: unknown): Record<string, unknown> {
    const { credentials, action, region, callbackContext, request } = isRecord(event) ? event : {};
    const fields = isRecord(request) ? request : {};
    return {
        action,
        awsAccountId: fields['awsAccountId'],
        bearerToken: fields['clientRequestToken'],
        region: region ?? fields['region'] ?? process.env['AWS_REGION'],
        callbackContext,
        nextToken: fields['nextToken'],
        requestData: {
            callerCredentials: credentials,
            logicalResourceId: fields['logicalResourceIdentifier'],
            resourceProperties: fields['desiredResourceState'],
            previousResourceProperties: fields['previousResourceState'],
            stackTags: fields['desiredResourceTags'],
            previousStackTags: fields['previousResourceTags'],
        },
    };
}
