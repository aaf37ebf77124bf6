import { setTimeout as sleep } from 'node:timers/promises';
import {
    Action,
    BaseResource,
    type BaseResourceHandlerRequest,
    type Dict,
    exceptions,
    HandlerErrorCode,
    type HandlerRequest,
    type LambdaContext,
    type LogFilter,
    LoggerProxy,
    MetricsPublisherProxy,
    OperationStatus,
    type Optional,
    ProgressEvent,
    type SessionProxy,
} from '@amazon-web-services-cloudformation/cloudformation-cli-typescript-lib';
import schema from '../../schema.json';
import { type Credentials, clients, type Deadlines, deadlines, partitionOf } from '../aws/clients';
import { find } from '../aws/repositories';
import type { Scope, Some } from '../engine/facet';
import type { Watches } from '../engine/reconcile';
import { INTERVAL, pause, type Watch } from '../engine/shared-object';
import { awsFailure, delaySeconds, HandlerFailure, invalidRequest } from '../errors';
import { isRecord } from '../json';
import { ResourceModel } from '../models';
import type { Properties } from '../properties';
import { Delivery } from './delivery';
import { secretsOf } from './event';
import { violations } from './validate';

/** What a handler is asked. Everything in it is checked against the schema and in plain JavaScript values. */
export interface Request {
    readonly properties: Properties;
    readonly stackTags: Readonly<Record<string, string>>;
    readonly previousStackTags: Readonly<Record<string, string>>;
    /** The same for all calls of one operation, and for no other operation. */
    readonly token: string;
    readonly nextToken: string | undefined;
    readonly progress: Progress;
    readonly scope: Scope;
    log(message: string): void;
}

/** How far an operation is that answered IN_PROGRESS before; what AWS holds is looked at afresh all the same. */
export interface Progress {
    /** Undefined at the first call; born: the call before made the repository; begun: anything may have been done. */
    readonly phase?: 'born' | 'begun';
    /** How many calls of the operation ended with a failure that time may heal; one that went well takes none back. */
    readonly failures: number;
    readonly watches: Watches;
}

/** What a handler answers when nothing failed. Without `again` it is done. */
export interface Answer {
    readonly model?: Some;
    /** For the stack's events. */
    readonly message?: string;
    readonly models?: readonly Some[];
    readonly nextToken?: string | undefined;
    /** To be called again. */
    readonly again?: {
        readonly phase: 'born' | 'begun';
        readonly seconds?: number;
        readonly watches?: Watches;
    };
}

export type Handlers = Readonly<Record<Action, (request: Request) => Promise<Answer>>>;

/**
 * Milliseconds for an answer. CloudFormation's contract allows 60 s for CREATE, UPDATE and DELETE, 30 s for READ and
 * LIST; the rest of it is for the call under way, for logs, and for the way there and back.
 */
const TIME = {
    [Action.Create]: 45_000,
    [Action.Update]: 45_000,
    [Action.Delete]: 45_000,
    [Action.Read]: 22_000,
    [Action.List]: 22_000,
};

/** Milliseconds of a Lambda's remaining time that are not for the handler. */
const RESERVE = 5_000;

const READ_ONLY = new Set(schema.readOnlyProperties.map((pointer) => pointer.replace('/properties/', '')));

/** Actions that must not answer IN_PROGRESS. */
const AT_ONCE = new Set([Action.Read, Action.List]);

/** Actions whose request must satisfy the whole schema; the others may be given the identifier and nothing else. */
const WHOLE = new Set([Action.Create, Action.Update]);

/**
 * The library's resource, with all workarounds that its version 1.0.6 needs. One instance serves one event: the
 * library keeps session and loggers in the instance, so that two events at a time, or an event without credentials,
 * would take each other's.
 */
export class Resource extends BaseResource<ResourceModel> {
    private readonly redaction: LogFilter;
    private delivery: Delivery | undefined;

    constructor(
        private readonly handlersByAction: Handlers,
        event: unknown,
        private readonly context: Partial<LambdaContext> | undefined,
    ) {
        super(ResourceModel.TYPE_NAME, ResourceModel);
        for (const action of Object.values(Action)) {
            this.addHandler(action, (session, request, callbackContext) =>
                this.handle(action, session, request, callbackContext ?? {}),
            );
        }
        // The library redacts only later, only in some of its loggers, and every empty secret as well.
        const secrets = secretsOf(event);
        this.redaction = {
            applyFilter: (text) =>
                secrets.reduce((rest, secret) => rest.replaceAll(secret, '<REDACTED>'), text),
        };
        this.platformLoggerProxy.addFilter(this.redaction);
        const cast = Reflect.get(this, 'castResourceRequest');
        // These are private in the library's types, which a subclass cannot override by name.
        Object.assign(this, {
            initializeRuntime: this.openLoggers,
            waitRunningProcesses: this.closeLoggers,
            // Its own would add the credentials' values as filters once more; see above.
            prepareCredentialsFilter: () => null,
            // This type has no configuration; the library would fail where one is given all the same.
            castTypeConfigurationRequest: () => null,
            castResourceRequest: (request: HandlerRequest) => {
                try {
                    // The library forgets nextToken, so that LIST could never page.
                    return Object.assign(cast(request), { nextToken: request.nextToken });
                } catch {
                    throw this.uncastable(request);
                }
            },
        });
    }

    /** In place of the library's message, such as "Cannot convert ten to a BigInt", which names no property. */
    private uncastable({ requestData }: HandlerRequest): Error {
        const { resourceProperties = {}, previousResourceProperties: previous } = requestData;
        const mistakes = [
            ...violations(resourceProperties),
            ...(previous ? violations(previous).map((mistake) => `previously, ${mistake}`) : []),
        ];
        const { errorCode, message } = invalidRequest('The properties cannot be read', mistakes);
        const error = new exceptions.InvalidRequest(this.redaction.applyFilter(message), errorCode);
        return Object.assign(error, { name: errorCode });
    }

    /** The library would try to make an S3 bucket for logs, and send every line by itself; see delivery.ts. */
    private async openLoggers(
        resourceType: string,
        credentials: Credentials | undefined,
        logGroupName: string | undefined,
        logStreamName: string,
        region: string,
    ): Promise<void> {
        this.loggerProxy = new LoggerProxy();
        this.metricsPublisherProxy = new MetricsPublisherProxy();
        this.loggerProxy.addLogPublisher(Reflect.get(this, 'platformLambdaLogger'));
        if (credentials && logGroupName) {
            const { accessKeyId, secretAccessKey, sessionToken = '' } = credentials;
            this.delivery = new Delivery({
                resourceType,
                region,
                credentials: { accessKeyId, secretAccessKey, sessionToken },
                logGroupName,
                // Of a stream's name, no colon, no asterisk, 512 characters (CloudWatch Logs API reference, CreateLogStream).
                logStreamName: logStreamName.replace(/[:*]/g, '__').slice(-512),
            });
            this.delivery.logs.addFilter(this.redaction);
            this.loggerProxy.addLogPublisher(this.delivery.logs);
            this.metricsPublisherProxy.addMetricsPublisher(this.delivery.metrics);
        }
    }

    /** The library would sleep a whole second here, at every event. */
    private async closeLoggers(): Promise<void> {
        await this.loggerProxy?.waitCompletion();
        await this.platformLoggerProxy.waitCompletion();
        await this.delivery?.flush();
    }

    /** Between the library and a handler: plain values in, an event out, whatever happens. */
    private async handle(
        action: Action,
        session: Optional<SessionProxy>,
        request: BaseResourceHandlerRequest<ResourceModel>,
        callbackContext: Dict,
    ): Promise<ProgressEvent<ResourceModel>> {
        // READ and LIST answer at once, so that a context cannot be ours.
        const progress = readProgress(AT_ONCE.has(action) ? {} : callbackContext);
        const given = plain(request.desiredResourceState);
        const left = (this.context?.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY) - RESERVE;
        const time = deadlines(Math.max(0, Math.min(TIME[action], left)));
        const { signal } = time;
        // Until CREATE has made something, and always in READ and LIST, trying again must happen in here.
        const mayProgress =
            !AT_ONCE.has(action) && (action !== Action.Create || progress.phase !== undefined);
        let last: HandlerFailure | undefined;
        for (let tries = 0; ; tries++) {
            try {
                const question = this.ask(action, session, request, given, progress, time);
                return report(await this.handlersByAction[action](question), progress.failures);
            } catch (error) {
                last = chain(
                    awsFailure(error, given.RepositoryName, `${action} of the repository`),
                    last,
                    signal,
                );
                this.loggerProxy.log(last.message, last);
            }
            if (mayProgress && progress.failures < last.patience) {
                const failures = progress.failures + 1;
                return report(
                    {
                        model: given,
                        // AWS may repeat a request that it refuses, signed headers and all.
                        message: this.redaction.applyFilter(last.message),
                        again: { phase: 'begun', seconds: delaySeconds(failures), watches: progress.watches },
                    },
                    failures,
                );
            }
            if (mayProgress || tries >= last.patience || signal.aborted) {
                return this.fail(last, action, given, progress);
            }
            // When time runs out meanwhile, the next attempt fails at once.
            const wake = () => undefined;
            await sleep(Math.min(4, delaySeconds(tries + 1)) * 1_000, undefined, { signal }).catch(wake);
        }
    }

    private async fail(
        failure: HandlerFailure,
        action: Action,
        given: Properties,
        { phase }: Progress,
    ): Promise<ProgressEvent<ResourceModel>> {
        await this.metricsPublisherProxy.publishExceptionMetric(new Date(), action, failure);
        const event: ProgressEvent<ResourceModel> = ProgressEvent.failed(
            failure.errorCode,
            this.redaction.applyFilter(failure.message),
        );
        // CloudFormation deletes on rollback what a failed CREATE names; so it must be ours.
        if (action === Action.Create && (phase !== undefined || failure.mayExist)) {
            event.resourceModel = ResourceModel.deserialize(given);
        }
        return event;
    }

    private ask(
        action: Action,
        session: Optional<SessionProxy>,
        request: BaseResourceHandlerRequest<ResourceModel>,
        given: Properties,
        progress: Progress,
        time: Deadlines,
    ): Request {
        const { region, awsAccountId: account } = request;
        const credentials = session?.configuration?.credentials;
        if (!isCredentials(credentials)) {
            const message =
                'The event carries no credentials of the caller. Register the type with an execution role.';
            throw new HandlerFailure(HandlerErrorCode.InvalidCredentials, message);
        }
        const mistakes =
            action === Action.List ? [] : violations(WHOLE.has(action) ? given : identifier(given));
        if (mistakes.length > 0) {
            throw invalidRequest('The properties are not valid', mistakes);
        }
        const previous = action === Action.Delete ? given : plain(request.previousResourceState);
        const aws = clients(credentials, region, time);
        const repositoryName = given.RepositoryName;
        let repository: ReturnType<Scope['repository']> | undefined;
        return {
            properties: given,
            stackTags: request.desiredResourceTags ?? {},
            previousStackTags: request.previousResourceTags ?? {},
            token: request.clientRequestToken,
            nextToken: request.nextToken ?? undefined,
            progress,
            scope: {
                partition: partitionOf(region),
                region,
                account,
                repositoryName,
                // Invalid ones were refused when they were asked for, and made nothing.
                ...(violations(previous).length === 0 && { previous }),
                aws,
                awsIn: (other) => (other === region ? aws : clients(credentials, other, time)),
                repository() {
                    repository ??= find(aws.ecr, repositoryName);
                    return repository;
                },
            },
            log: (message) => this.loggerProxy.log(message),
        };
    }
}

/** A handler's answer as the library's event. */
function report(
    { model, models, nextToken, again, message = '' }: Answer,
    failures: number,
): ProgressEvent<ResourceModel> {
    const event = new ProgressEvent<ResourceModel>();
    event.status = again ? OperationStatus.InProgress : OperationStatus.Success;
    event.message = message;
    if (again) {
        const { phase, seconds, watches = {} } = again;
        const now = Date.now();
        const pauses = Object.values(watches).flatMap((watch) =>
            watch.settled ? [] : Math.ceil(pause(watch, now) / 1_000),
        );
        event.callbackDelaySeconds = seconds ?? Math.min(...pauses);
        event.callbackContext = { phase, failures, watches };
    }
    if (model) {
        event.resourceModel = ResourceModel.deserialize(model);
    }
    if (models) {
        event.resourceModels = models.map((one) => ResourceModel.deserialize(one));
    }
    if (nextToken) {
        event.nextToken = nextToken;
    }
    return event;
}

/** What an earlier call left in the callback context; what in it is not ours counts as absent. */
function readProgress({ phase, failures, watches }: Dict): Progress {
    return {
        ...((phase === 'born' || phase === 'begun') && { phase }),
        failures: isCount(failures) ? failures : 0,
        watches: isRecord(watches)
            ? Object.fromEntries(
                  Object.entries(watches).filter((entry): entry is [string, Watch] => isWatch(entry[1])),
              )
            : {},
    };
}

function isWatch(value: unknown): value is Watch {
    return (
        isRecord(value) &&
        typeof value['seen'] === 'string' &&
        isCount(value['at']) &&
        // Another machine's clock may be ahead of ours, but not by an interval.
        value['at'] < Date.now() + INTERVAL &&
        isCount(value['quiet']) &&
        typeof value['fulfilled'] === 'boolean' &&
        ['boolean', 'undefined'].includes(typeof value['settled'])
    );
}

function isCount(value: unknown): value is number {
    return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** The model's writable properties as plain values; without nulls, which CloudFormation means as absent. */
function plain(model: ResourceModel | undefined): Properties {
    const entries = Object.entries(model?.serialize() ?? {});
    return Object.fromEntries(entries.filter(([name]) => !READ_ONLY.has(name))) as unknown as Properties;
}

/** READ and DELETE may be given the identifier and nothing else, so nothing else is looked at. */
function identifier({ RepositoryName }: Properties): Some {
    return { ...(RepositoryName !== undefined && { RepositoryName }) };
}

function isCredentials(value: unknown): value is Credentials {
    const { accessKeyId, secretAccessKey } = (value ?? {}) as Partial<Credentials>;
    return typeof accessKeyId === 'string' && typeof secretAccessKey === 'string';
}

/** The failure to tell: not that time ran out, but what it ran out over; and once something may exist, it may. */
function chain(
    failure: HandlerFailure,
    last: HandlerFailure | undefined,
    signal: AbortSignal,
): HandlerFailure {
    const cause = signal.aborted && last ? last : failure;
    const mayExist =
        failure.errorCode !== HandlerErrorCode.AlreadyExists &&
        (failure.mayExist || (last?.mayExist ?? false));
    return cause.mayExist === mayExist
        ? cause
        : new HandlerFailure(cause.errorCode, cause.message, { ...cause, mayExist });
}
