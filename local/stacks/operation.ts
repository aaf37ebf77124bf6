import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Credentials } from '../../src/aws/clients';
import { isObject, type Json, type JsonObject } from '../json';
import { type Action, timeoutInMinutes } from '../resource-type';
import { identifierAlone } from '../resource-types';
import type { Tags } from './state';

/** The handlers, and on whose behalf and where they are called. */
export interface Caller {
    invoke(event: unknown): Promise<unknown>;
    readonly credentials: Credentials;
    readonly account: string;
    readonly region: string;
    readonly stack: { readonly name: string; readonly id: string };
    /** Where the type was registered to leave its logs. */
    readonly logGroup?: string;
    /** What SetTypeConfiguration gave CloudFormation for the type in this account and Region. */
    readonly typeConfiguration?: JsonObject;
    /**
     * How much later than asked a callback comes, in seconds; 0 when left out. `callbackDelaySeconds` is a least delay:
     * nothing bounds the most (CloudFormation CLI User Guide, "Progress chaining, stabilization and callback pattern").
     */
    readonly callbackOverheadSeconds?: number;
}

export interface Operation {
    readonly action: Action;
    readonly type: string;
    readonly logicalId: string;
    readonly properties: JsonObject;
    readonly previousProperties?: JsonObject;
    readonly tags: Tags;
    readonly previousTags?: Tags;
}

export type Outcome =
    | { readonly status: 'SUCCESS'; readonly model: JsonObject }
    | { readonly status: 'FAILED'; readonly code: string; readonly reason: string }
    | { readonly status: 'CANCELLED' };

interface ProgressEvent {
    readonly status: 'IN_PROGRESS' | 'SUCCESS' | 'FAILED';
    readonly errorCode: string;
    readonly message: string;
    readonly resourceModel: JsonObject | undefined;
    readonly callbackContext: Json;
    readonly callbackDelaySeconds: number;
}

/** Who is told what a handler answers before it is done. */
export interface Listener {
    onModel?(model: JsonObject): void;
    /** What it waits for; the same is told once. */
    onMessage?(message: string): void;
}

/**
 * Calls a handler again and again until it is done, as CloudFormation does: the model it returns is the desired
 * state of the next call. No error code is tried again, not even those the contract calls retriable
 * (Throttling, ServiceInternalError, NetworkFailure, ResourceConflict), so that every one of them is seen.
 */
export async function operate(
    operation: Operation,
    caller: Caller,
    signal: AbortSignal,
    listener: Listener = {},
): Promise<Outcome> {
    const bearerToken = randomUUID();
    const minutes = timeoutInMinutes(operation.action);
    const deadline = Date.now() + minutes * 60_000;
    let properties = operation.properties;
    let callbackContext: Json = null;
    let lastMessage = '';
    for (;;) {
        const event = handlerEvent({ ...operation, properties }, caller, bearerToken, callbackContext);
        const progress = readProgress(await answer(caller, event));
        // The model of an AlreadyExists would be somebody else's resource.
        if (progress.resourceModel && progress.errorCode !== 'AlreadyExists') {
            listener.onModel?.(progress.resourceModel);
        }
        const outcome = outcomeOf(progress, operation.action, bearerToken);
        if (outcome) {
            return outcome;
        }
        if (progress.message !== '' && progress.message !== lastMessage) {
            lastMessage = progress.message;
            listener.onMessage?.(lastMessage);
        }
        const seconds = progress.callbackDelaySeconds + (caller.callbackOverheadSeconds ?? 0);
        const next = Date.now() + seconds * 1000;
        if (next > deadline) {
            const message = `not done within the ${minutes} minutes that schema.json gives ${operation.action}`;
            return failed('NotStabilized', message, bearerToken);
        }
        if (!(await pause(seconds, signal))) {
            return { status: 'CANCELLED' };
        }
        properties = progress.resourceModel ?? properties;
        callbackContext = progress.callbackContext;
    }
}

/** How an operation ended; undefined as long as it goes on. */
function outcomeOf(
    progress: ProgressEvent,
    action: Operation['action'],
    bearerToken: string,
): Outcome | undefined {
    if (progress.status === 'SUCCESS') {
        return { status: 'SUCCESS', model: progress.resourceModel ?? {} };
    }
    if (progress.status === 'FAILED') {
        return failed(progress.errorCode, progress.message, bearerToken);
    }
    return action === 'READ'
        ? failed('InternalFailure', 'Read must answer at once, not IN_PROGRESS', bearerToken)
        : undefined;
}

/** What AWS says of a resource, by its primary identifier alone. */
export function read(
    { logicalId, type, tags }: Pick<Operation, 'logicalId' | 'type' | 'tags'>,
    physicalId: string,
    caller: Caller,
): Promise<Outcome> {
    const properties = identifierAlone(type, physicalId);
    const neverAborted = new AbortController().signal;
    return operate({ action: 'READ', logicalId, type, tags, properties }, caller, neverAborted);
}

/** CloudFormation's request to `entrypoint`; its fields are those of the library's HandlerRequest. */
function handlerEvent(
    operation: Operation,
    caller: Caller,
    bearerToken: string,
    callbackContext: Json,
): JsonObject {
    const { credentials, account, region, stack, logGroup, typeConfiguration = null } = caller;
    const systemTags = {
        'aws:cloudformation:stack-name': stack.name,
        'aws:cloudformation:logical-id': operation.logicalId,
        'aws:cloudformation:stack-id': stack.id,
    };
    return {
        action: operation.action,
        awsAccountId: account,
        bearerToken,
        region,
        resourceType: operation.type,
        resourceTypeVersion: '00000001',
        stackId: stack.id,
        callbackContext,
        nextToken: null,
        requestData: {
            callerCredentials: { ...credentials },
            ...(logGroup && { providerCredentials: { ...credentials }, providerLogGroupName: logGroup }),
            logicalResourceId: operation.logicalId,
            resourceProperties: operation.properties,
            previousResourceProperties: operation.previousProperties ?? null,
            systemTags,
            previousSystemTags: operation.previousProperties ? systemTags : null,
            stackTags: operation.tags,
            previousStackTags: operation.previousTags ?? null,
            typeConfiguration,
        },
    };
}

/** A function that throws counts as a handler's InternalFailure. */
async function answer(caller: Caller, event: JsonObject): Promise<unknown> {
    try {
        return await caller.invoke(event);
    } catch (error) {
        return { status: 'FAILED', errorCode: 'InternalFailure', message: String(error) };
    }
}

function readProgress(response: unknown): ProgressEvent {
    const { status, errorCode, message, resourceModel, callbackContext, callbackDelaySeconds } = isObject(
        response,
    )
        ? response
        : {};
    const common = {
        resourceModel: isObject(resourceModel) ? resourceModel : undefined,
        callbackContext: callbackContext ?? null,
        callbackDelaySeconds: typeof callbackDelaySeconds === 'number' ? callbackDelaySeconds : 0,
    };
    if (status === 'IN_PROGRESS' || status === 'SUCCESS' || status === 'FAILED') {
        return {
            ...common,
            status,
            errorCode: String(errorCode ?? ''),
            message: String(message ?? ''),
        };
    }
    const shown = JSON.stringify(response) ?? 'nothing';
    return {
        ...common,
        status: 'FAILED',
        errorCode: 'InternalFailure',
        message: `${shown} is no ProgressEvent`,
    };
}

function failed(code: string, message: string, bearerToken: string): Outcome {
    const details = `RequestToken: ${bearerToken}, HandlerErrorCode: ${code}`;
    return { status: 'FAILED', code, reason: `Resource handler returned message: "${message}" (${details})` };
}

/** False when it was cut short. */
function pause(seconds: number, signal: AbortSignal): Promise<boolean> {
    return setTimeout(seconds * 1000, true, { signal }).catch(() => false);
}
