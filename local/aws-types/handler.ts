import { partition } from '@aws-sdk/util-endpoints';
import { z } from 'zod';
import { SERVICES } from '../aws/services';
import type { JsonObject } from '../json';
import { type AwsCall, type AwsType, type Place, settlement } from './aws-type';
import { AWS_TYPES } from './table';

const Properties = z.record(z.string(), z.json());

/** What it reads of CloudFormation's request to a handler. */
const Event = z.object({
    action: z.enum(['CREATE', 'READ', 'UPDATE', 'DELETE']),
    awsAccountId: z.string(),
    region: z.string(),
    resourceType: z.string(),
    requestData: z.object({
        callerCredentials: z.object({ accessKeyId: z.string() }),
        logicalResourceId: z.string(),
        resourceProperties: Properties,
        previousResourceProperties: Properties.nullable(),
        systemTags: z.object({ 'aws:cloudformation:stack-name': z.string() }),
    }),
});

type Event = z.infer<typeof Event>;

/** Answers for AWS's own types as the handlers of a registered type do: a request in, a ProgressEvent out. */
export async function handleAwsType(request: unknown, endpoint: string): Promise<JsonObject> {
    const event = Event.parse(request);
    const type = AWS_TYPES.get(event.resourceType);
    if (!type) {
        throw new Error(`The stand-in cannot make ${event.resourceType}.`);
    }
    let resourceModel: JsonObject | undefined;
    try {
        const properties = named(type, event);
        const model = modelOf(type, properties, event);
        for (const call of callsOf(type, properties, event)) {
            await send(call, event, endpoint);
            resourceModel = model;
        }
        return { status: 'SUCCESS', ...(event.action !== 'DELETE' && { resourceModel: model }) };
    } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        const errorCode = /NotFound/.test(message) ? 'NotFound' : 'GeneralServiceException';
        return { status: 'FAILED', errorCode, message, ...(resourceModel && { resourceModel }) };
    }
}

/** AWS's generated names end with random characters as well, and are in lower case only where they must be. */
function named({ primaryIdentifier }: AwsType, { requestData, awsAccountId }: Event): JsonObject {
    const { logicalResourceId, resourceProperties, systemTags } = requestData;
    const generated = `${systemTags['aws:cloudformation:stack-name']}-${logicalResourceId}`;
    const name =
        primaryIdentifier === 'RegistryId'
            ? awsAccountId
            : primaryIdentifier === 'RepositoryName'
              ? generated.toLowerCase()
              : generated;
    return { [primaryIdentifier]: name, ...resourceProperties };
}

function modelOf(type: AwsType, properties: JsonObject, event: Event): JsonObject {
    const { primaryIdentifier, attributes } = type;
    const name = properties[primaryIdentifier] ?? '';
    return { [primaryIdentifier]: name, ...attributes?.(String(name), placeOf(event)) };
}

function callsOf(type: AwsType, properties: JsonObject, event: Event): readonly AwsCall[] {
    const { action, requestData } = event;
    const settled = (previous?: JsonObject) =>
        type.settle?.(settlement(properties, previous, placeOf(event))) ?? [];
    switch (action) {
        case 'CREATE':
            return [...(type.create ? [type.create(properties)] : []), ...settled()];
        case 'UPDATE':
            return settled(requestData.previousResourceProperties ?? {});
        case 'DELETE':
            return type.remove?.(properties) ?? [];
        case 'READ':
            return [];
    }
}

function placeOf({ awsAccountId: account, region }: Event): Place {
    return { partition: partition(region).name, region, account };
}

/** AWS JSON 1.1, which the stand-in takes from every service, with a signature that nobody verifies. */
async function send(
    { service, operation, input }: AwsCall,
    { region, requestData }: Event,
    endpoint: string,
): Promise<void> {
    const target = SERVICES.find(({ signingName }) => signingName === service)?.target;
    const scope = `${requestData.callerCredentials.accessKeyId}/20260101/${region}/${service}/aws4_request`;
    const response = await fetch(endpoint, {
        method: 'POST',
        headers: {
            'x-amz-target': `${target}.${operation}`,
            authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
        },
        body: JSON.stringify(input),
    });
    const answer = await response.text();
    if (!response.ok) {
        const { __type = '', message = '' } = JSON.parse(answer);
        throw new Error(`${message} (Service: ${service}, Operation: ${operation}, Error: ${__type})`);
    }
}
