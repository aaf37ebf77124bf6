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
import type { Credentials } from '../aws/clients';
import { CLOCK } from '../clock';
import { type Deadlines, deadlines } from '../deadlines';
import { awsFailure, delaySeconds, HandlerFailure, invalidRequest } from '../errors';
import { ResourceModel } from '../models';
import type { PartialProperties, Properties, TypeConfiguration } from '../properties';
import { configurationViolations, violations } from '../validate';
import { castAsFarAsPossible } from './cast';
import { Delivery } from './delivery';
import { secretsOf } from './event';

/** What a handler is asked. Everything in it is checked against the schema and in plain JavaScript values. */
export interface Request {
    readonly properties: Properties;
    /** What the account's owner asks of every repository; in CREATE and UPDATE only. */
    readonly configuration: TypeConfiguration;
    /** What the resource was until now, as far as CloudFormation says so; in a DELETE, the properties. */
    readonly previous?: Properties;
    readonly stackTags: Readonly<Record<string, string>>;
    readonly previousStackTags: Readonly<Record<string, string>>;
    /** The same for all calls of one operation, and for no other operation. */
    readonly token: string;
    readonly nextToken: string | undefined;
    readonly progress: Progress;
    readonly region: string;
    /** 12 digits. */
    readonly account: string;
    readonly credentials: Credentials;
    /** When the answer must be ready. */
    readonly time: Deadlines;
    log(message: string): void;
}

/** How far an operation is: this CREATE has made the repository (created); or anything may have been done. */
const PHASES = ['created', 'started'] as const;
type Phase = (typeof PHASES)[number];

/** How far an operation is that answered IN_PROGRESS before. */
export interface Progress {
    /** Undefined at the first call. */
    readonly phase?: Phase;
    /** How many calls of the operation ended with a failure that a retry may fix; a success does not reset it. */
    readonly failures: number;
    /** What need not be looked at or done again, in the handler's words; a handler adds to it. */
    readonly done: Set<string>;
}

/** What a handler answers when nothing failed. Without `again` it is done. */
export interface Answer {
    readonly model?: PartialProperties;
    /** For the stack's events. */
    readonly message?: string;
    readonly models?: readonly PartialProperties[];
    readonly nextToken?: string | undefined;
    /** To be called again. Without a phase, the phase stays. */
    readonly again?: {
        readonly phase?: Phase;
        readonly seconds: number;
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
            this.addHandler(action, (session, request, callbackContext, _logger, configuration) =>
                this.handle(action, session, request, callbackContext ?? {}, configuration),
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
            // As it is given: the library would make a number of the text "90", which the schema does not allow.
            castTypeConfigurationRequest: ({ requestData }: HandlerRequest) => requestData.typeConfiguration,
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
        const found = [
            ...violations(castAsFarAsPossible(resourceProperties)),
            ...(previous
                ? violations(castAsFarAsPossible(previous)).map((violation) => `previously, ${violation}`)
                : []),
        ];
        const { errorCode, message } = invalidRequest('The properties cannot be read', found);
        const error = new exceptions.InvalidRequest(this.redaction.applyFilter(message), errorCode);
        return Object.assign(error, { name: errorCode });
    }

    /** The library would try to make an S3 bucket for logs, and send each line in a call of its own; see delivery.ts. */
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
        typeConfiguration: object | null | undefined,
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
                const configuration = configurationFor(action, typeConfiguration);
                const answer = await this.handlersByAction[action]({ ...question, configuration });
                return report(answer, progress);
            } catch (error) {
                last = chain(
                    awsFailure(error, given.RepositoryName, `${action} of the repository`),
                    last,
                    signal,
                );
                this.loggerProxy.log(last.message, last);
            }
            if (mayProgress && progress.failures < last.patience) {
                const next = progressAfter(last, progress);
                return report(
                    {
                        model: given,
                        // AWS may repeat a request that it refuses, signed headers and all.
                        message: this.redaction.applyFilter(last.message),
                        again: { seconds: delaySeconds(next.failures) },
                    },
                    next,
                );
            }
            if (mayProgress || tries >= last.patience || signal.aborted) {
                return this.fail(last, action, given, progress);
            }
            // When time runs out meanwhile, the next attempt fails at once.
            const wake = () => undefined;
            await CLOCK.sleep(Math.min(4, delaySeconds(tries + 1)) * 1_000, signal).catch(wake);
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
    ): Omit<Request, 'configuration'> {
        const { region, awsAccountId: account } = request;
        const credentials = session?.configuration?.credentials;
        if (!isCredentials(credentials)) {
            const message =
                'The event carries no credentials of the caller. Register the type with an execution role.';
            throw new HandlerFailure(HandlerErrorCode.InvalidCredentials, message);
        }
        const found = action === Action.List ? [] : violations(WHOLE.has(action) ? given : identifier(given));
        if (found.length > 0) {
            throw invalidRequest('The properties are not valid', found);
        }
        if (action === Action.Update) {
            // What CloudFormation sends here after an import and with REVERT_DRIFT is not documented.
            const names = Object.keys(request.previousResourceState?.serialize() ?? {});
            this.loggerProxy.log(`Previous properties: ${names.join(', ') || 'none'}`);
        }
        const previous = action === Action.Delete ? given : plain(request.previousResourceState);
        return {
            properties: given,
            // Invalid ones were refused when they were asked for, and made nothing.
            ...(violations(previous).length === 0 && { previous }),
            stackTags: request.desiredResourceTags ?? {},
            previousStackTags: request.previousResourceTags ?? {},
            token: request.clientRequestToken,
            nextToken: request.nextToken ?? undefined,
            progress,
            region,
            account,
            credentials,
            time,
            log: (message) => this.loggerProxy.log(message),
        };
    }
}

/** READ, LIST and above all DELETE must work whatever the configuration says. */
function configurationFor(action: Action, given: object | null | undefined): TypeConfiguration {
    if (!given || !WHOLE.has(action)) {
        return {};
    }
    const found = configurationViolations(given).map(({ sentence }) => sentence);
    if (found.length > 0) {
        const subject = `The type configuration of ${schema.typeName} is not valid`;
        const { message } = invalidRequest(subject, found);
        throw new HandlerFailure(HandlerErrorCode.InvalidTypeConfiguration, message);
    }
    return given;
}

/** A handler's answer as the library's event. */
function report(
    { model, models, nextToken, again, message = '' }: Answer,
    { phase: last = 'started', failures, done }: Progress,
): ProgressEvent<ResourceModel> {
    const event = new ProgressEvent<ResourceModel>();
    event.status = again ? OperationStatus.InProgress : OperationStatus.Success;
    event.message = message;
    if (again) {
        const { phase = last, seconds } = again;
        event.callbackDelaySeconds = seconds;
        event.callbackContext = { phase, failures, ...(done.size > 0 && { done: [...done] }) };
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

/** After throttling, what was noted still holds. After any other failure, everything is read again. */
function progressAfter({ errorCode }: HandlerFailure, progress: Progress): Progress {
    const failures = progress.failures + 1;
    return errorCode === HandlerErrorCode.Throttling
        ? { ...progress, failures }
        : { phase: 'started', failures, done: new Set() };
}

/** What an earlier call left in the callback context; anything in it that is not ours counts as absent. */
function readProgress({ phase: name, failures, done }: Dict): Progress {
    const phase = PHASES.find((one) => one === name);
    return {
        ...(phase && { phase }),
        failures: Number.isSafeInteger(failures) && failures >= 0 ? failures : 0,
        done: new Set(Array.isArray(done) ? done.filter((one) => typeof one === 'string') : []),
    };
}

/** The model's writable properties as plain values; without nulls, which CloudFormation means as absent. */
function plain(model: ResourceModel | undefined): Properties {
    const entries = Object.entries(model?.serialize() ?? {});
    return Object.fromEntries(entries.filter(([name]) => !READ_ONLY.has(name))) as unknown as Properties;
}

/** READ and DELETE may be given the identifier and nothing else, so nothing else is looked at. */
function identifier({ RepositoryName }: Properties): PartialProperties {
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
