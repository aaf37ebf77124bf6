import {
    Action,
    HandlerErrorCode,
    type LambdaContext,
    ProgressEvent,
} from '@amazon-web-services-cloudformation/cloudformation-cli-typescript-lib';
import { clients } from './aws/clients';
import { LockStreams } from './aws/lock-streams';
import * as repositories from './aws/repositories';
import { partitionOf } from './aws/repository-ref';
import type { Tags } from './aws/tags';
import { shapeViolations } from './cloudformation/event';
import { type Answer, type Handlers, type Request, Resource } from './cloudformation/resource';
import { fromTestEvent } from './cloudformation/test-event';
import { all } from './concurrency';
import {
    asWritten,
    createdBy,
    emptiesOnDelete,
    isWritten,
    managedProperties,
    recorded,
    validate as validateOwnTags,
    withOwnTags,
} from './engine/as-written';
import type { Facet, FacetContext } from './engine/facet';
import { type Observation, observeLeftovers, observeNewRepository } from './engine/new-repository';
import { type Change, declares, desiredState, differs, isUnchanged, plan, type States } from './engine/plan';
import { type Applied, apply, merged, observe, readback, separately } from './engine/reconcile';
import { inTurn } from './engine/shared-lock';
import { attempt, HandlerFailure, invalidRequest, isAwsError, SETTLING } from './errors';
import { FACETS } from './facets';
import { encryptionOf, replacements } from './facets/encryption';
import { tags } from './facets/tags';
import { type FloorViolations, floorViolations } from './floors';
import type { PartialProperties, Properties } from './properties';
import * as trunk from './repository';

/** What stays when the repository is deleted. */
const STAYING = FACETS.filter(({ home }) => home !== 'repository');

/** A request, and where it is worked on. */
interface Operation extends Request {
    readonly context: FacetContext;
    /** The same, for reading what can be read later as well: a call that fails is not made again. */
    withoutRetries(): FacetContext;
}

/**
 * CREATE. The first call creates the repository and nothing else, and answers at once: from then on CloudFormation
 * holds the identifier, and a rollback finds what there is to delete.
 */
async function create(operation: Operation): Promise<Answer> {
    const { properties, configuration, context, stackTags, token, progress } = operation;
    validateAll(properties, context);
    refuse(context, Object.values(floorViolations(properties, configuration)));
    const declared = withOwnTags(FACETS, properties, { stackTags, token }, context);
    validateTags(declared, context);
    const change = { declared, previous: [] };
    if (progress.phase !== undefined) {
        const created = progress.phase === 'created' ? declared : undefined;
        return reconcile(operation, () => ({ concerned: FACETS, change, mayHoldImages: false }), created);
    }
    const asksFor = (facet: Facet) => desiredState(facet, declared, context) !== undefined;
    const shared = FACETS.filter((facet) => facet.shared && asksFor(facet));
    const [repository, registry, message] = await all<
        [repositories.Repository | undefined, States, string, unknown]
    >([
        attempt(() => context.repository(), context, 'looking for the repository'),
        observe(shared, context),
        noticesOf(shared, change, context),
        // What AWS does not say now, the next call reads, with retries.
        Promise.allSettled(observeLeftovers(FACETS, declared, operation.withoutRetries(), progress.done)),
    ]);
    // What the registry has no room for is refused before the repository exists.
    await plan(shared, registry, change, context);
    const isCreated = repository ? false : await createRepository(declared, operation);
    if (!isCreated) {
        await adoptOwnCreate(operation);
    }
    const phase = isCreated ? 'created' : 'started';
    return { model: properties, message, again: { phase, seconds: 0 } };
}

/** UPDATE. What neither the new nor the previous properties declare stays as it is. */
async function update(operation: Operation): Promise<Answer> {
    const { properties, previous, configuration, context, stackTags, previousStackTags } = operation;
    validateAll(properties, context);
    const floors = floorViolations(properties, configuration);
    // A false removes the tag, even if another process set it.
    const emptied = properties.EmptyOnDelete === false && { EmptyOnDelete: true };
    return reconcile(operation, (tags) => {
        const unmet = isWritten(tags) ? newViolations(floors, operation) : floors;
        refuse(context, Object.values(unmet));
        const managed = managedProperties(tags);
        const declared = withOwnTags(FACETS, properties, { stackTags, managed }, context);
        validateTags(declared, context);
        const before =
            previous &&
            withOwnTags(
                FACETS,
                { ...givenUp(previous, properties, managed), ...emptied },
                { stackTags: previousStackTags },
                context,
            );
        const concerned = FACETS.filter((facet) => declares(facet, declared) || declares(facet, before));
        const change = { declared, previous: before ? [before] : [] };
        return { concerned, change, mayHoldImages: true };
    });
}

/**
 * Without what the resource was declared to be before the type configuration forbade it: after a failed update
 * CloudFormation calls UPDATE with the old properties, and a refusal would leave the stack in UPDATE_ROLLBACK_FAILED.
 */
function newViolations(floors: FloorViolations, { previous, configuration }: Operation): FloorViolations {
    const before = previous ? floorViolations(previous, configuration) : {};
    return Object.fromEntries(Object.entries(floors).filter(([name]) => !(name in before)));
}

/**
 * What the resource was declared to be, without what this type has never written: CloudFormation may say what READ
 * found of an imported repository, and settings that no template ever named must stay.
 */
function givenUp(
    previous: Properties,
    properties: Properties,
    managed: readonly string[] | undefined,
): Properties {
    const { RepositoryName } = previous;
    const written = Object.entries(previous).filter(
        ([name]) => !managed || managed.includes(name) || Object.hasOwn(properties, name),
    );
    return { ...Object.fromEntries(written), RepositoryName };
}

/** READ. Everything from AWS, by the identifier alone, in one round trip. */
async function read(operation: Operation): Promise<Answer> {
    const { context } = operation;
    const [repository, states] = await all<[PartialProperties, States]>([
        existingRepository(operation),
        observe(FACETS, context),
    ]);
    return { model: model(repository, states, context) };
}

/**
 * DELETE. A repository that must not be emptied is refused before anything is touched; the repository itself goes
 * last, since all else is found by it.
 */
async function deleteRepository(operation: Operation): Promise<Answer> {
    const context: FacetContext = { ...operation.context, isDeleted: true };
    const remaining = STAYING.filter(({ name }) => !operation.progress.done.has(name));
    const observations = separately(remaining).map((facets) => observe(facets, context));
    const settled = Promise.allSettled(observations);
    try {
        return await deleteAll({ ...operation, context }, observations);
    } finally {
        // Nothing is under way when this ends.
        await settled;
    }
}

/** Deletes what is beside the repository, each thing as soon as it is read, and then the repository. */
async function deleteAll(operation: Operation, observations: readonly Promise<States>[]): Promise<Answer> {
    const { properties, previous, context, progress } = operation;
    const [repository, holdsImages, ownTags] = await all<
        [repositories.Repository | undefined, boolean, Tags]
    >([
        attempt(() => context.repository(), context, 'looking for the repository'),
        attempt(() => repositories.holdsImages(context), context, 'looking for images'),
        attempt(async () => (await repositories.repositoryTags(context)) ?? {}, context, 'reading the tags'),
    ]);
    const force = emptiesOnDelete(ownTags);
    if (holdsImages && !force) {
        const message = `${context.repositoryName}: the repository holds images and EmptyOnDelete is false, so nothing was deleted. Delete the images and try again, or retain the repository; a stack whose deletion failed cannot be updated, so EmptyOnDelete must be set before.`;
        throw new HandlerFailure(HandlerErrorCode.GeneralServiceException, message);
    }
    // What was altered, or removed by an earlier call, is owned no longer, but may have led to what is still there.
    const record = { ...recorded(ownTags), RepositoryName: context.repositoryName };
    const change = { declared: undefined, previous: [record, ...(previous ? [previous] : [])] };
    const isGone = !repository && progress.phase === undefined;
    if (isGone && !(await differs(STAYING, merged(await all(observations)), change, context))) {
        throw notFound(context);
    }
    const removals = observations.map(async (observation) => {
        const removed = await apply(STAYING, await observation, change, context);
        for (const { name, shared } of removed.states.keys()) {
            if (!shared) {
                progress.done.add(name);
            }
        }
        return removed;
    });
    const applied = await all(removals);
    const waitsFor = applied.flatMap((one) => one.waitsFor);
    if (waitsFor.length > 0) {
        return wait(properties, waitsFor);
    }
    await attempt(() => repositories.destroy(force, context), context, 'deleting the repository');
    return {};
}

/** LIST. One page of the account's repositories, those of other tools too. */
async function list({ context, nextToken }: Operation): Promise<Answer> {
    const page = await attempt(
        () => repositories.page(context.aws.ecr, nextToken),
        context,
        'listing repositories',
    );
    const models = page.repositories.flatMap(({ repositoryName }) =>
        repositoryName ? [{ RepositoryName: repositoryName }] : [],
    );
    return { models, nextToken: page.nextToken };
}

/** Creates the repository, which did not exist a moment ago; false if it exists now. */
async function createRepository(declared: Properties, { context }: Operation): Promise<boolean> {
    const inputs = FACETS.map((facet) => facet.createInput?.(declared));
    const input = Object.assign({}, ...inputs);
    try {
        await attempt(() => repositories.create(input, context), context, 'creating the repository');
        return true;
    } catch (error) {
        if (!(error instanceof HandlerFailure)) {
            throw error;
        }
        // Either another process was faster, or it was this operation and the answer was lost.
        if (isAwsError(error.cause, 'RepositoryAlreadyExistsException')) {
            return false;
        }
        const { errorCode, message, patience, cause } = error;
        const mayExist = patience > 0 && errorCode !== HandlerErrorCode.Throttling;
        throw new HandlerFailure(errorCode, message, { patience, cause, mayExist });
    }
}

/** Accepts a repository that an earlier call of this same operation created; any other belongs to another owner. */
async function adoptOwnCreate({ context, token }: Operation): Promise<void> {
    const existing = await attempt(() => repositories.repositoryTags(context), context, 'reading the tags');
    if (!existing || !createdBy(token, existing)) {
        const message = `${context.repositoryName}: a repository of this name exists already in ${context.account}, ${context.region}; it was not touched. Choose another RepositoryName, delete the repository, or import it into the stack.`;
        throw new HandlerFailure(HandlerErrorCode.AlreadyExists, message);
    }
}

/** What an operation changes, and the facets that are part of it. */
interface Work {
    readonly concerned: readonly Facet[];
    readonly change: Change;
    /** A repository that CREATE has made holds none that would need a guard. */
    readonly mayHoldImages: boolean;
}

/**
 * Applies what is declared, from whatever AWS holds. `workFor` gets the tags that the repository carries; `created` is
 * what an earlier call of this operation created it with.
 */
async function reconcile(
    operation: Operation,
    workFor: (ownTags: Tags) => Work,
    created?: Properties,
): Promise<Answer> {
    const { properties, context, progress } = operation;
    const shared = FACETS.filter((facet) => facet.shared);
    const own = FACETS.filter((facet) => !facet.shared);
    const observeTogether = async (facets: readonly Facet[]): Promise<Observation> => ({
        states: await observe(facets, context),
        context,
    });
    const observations = [
        ...(created ? observeNewRepository(own, created, context, progress.done) : [observeTogether(own)]),
        observeTogether(shared),
    ];
    const [, [ownObservation] = []] = created
        ? []
        : await all<[PartialProperties, Observation[]]>([existingRepository(operation), all(observations)]);
    const ownStates = ownObservation?.states;
    const { concerned, change, mayHoldImages } = workFor((ownStates?.get(tags) ?? {}) as Tags);
    const noticesNow = () =>
        progress.phase === undefined ? noticesOf(shared, change, context) : Promise.resolve('');
    const held = mayHoldImages ? await heldBy(concerned, ownStates, operation, change) : '';
    if (held !== '') {
        const message = `${held} ${await noticesNow()}`.trimEnd();
        return { model: properties, message, again: { seconds: 2 } };
    }
    const applyAll = observations.map(async (observation) => {
        const { states, context: writing } = await observation;
        return apply(concerned, states, change, writing);
    });
    const [repository, applied, notices] = await all<[PartialProperties, Applied[], string]>([
        existingRepository(operation),
        all(applyAll),
        noticesNow(),
    ]);
    const waitsFor = applied.flatMap((one) => one.waitsFor);
    if (waitsFor.length > 0) {
        return wait(properties, waitsFor, notices);
    }
    const states = merged(applied.map((one) => one.states));
    if (notices !== '') {
        // The stack's events show the message of an answer that is not the last.
        return { model: properties, message: notices, again: { seconds: 0 } };
    }
    return { model: { ...model(repository, states, context), ...properties } };
}

/** What must be waited for before anything may be written. */
async function heldBy(
    facets: readonly Facet[],
    observed: States | undefined,
    { context, progress }: Operation,
    { declared }: Change,
): Promise<string> {
    const isFirst = progress.phase === undefined;
    const guards = facets.map((facet) =>
        attempt(
            async () => declared && facet.guard?.(declared, observed?.get(facet), context, isFirst),
            context,
            `previewing the ${facet.name}`,
        ),
    );
    return (await all(guards)).filter(Boolean).join(' ');
}

/** To be called again: other writers had their turns. */
function wait(properties: Properties, names: readonly string[], notices = ''): Answer {
    const message =
        `Waiting until no other stack writes the ${names.join(' and the ')}. ${notices}`.trimEnd();
    return { model: properties, message, again: { seconds: 1 } };
}

/** What a reader of the stack's events should know about what is newly declared. */
async function noticesOf(facets: readonly Facet[], change: Change, context: FacetContext): Promise<string> {
    const notices = facets.map(async (facet) => {
        const desired = desiredState(facet, change.declared, context);
        return desired === undefined || isUnchanged(facet, undefined, change, context)
            ? undefined
            : attempt(
                  async () => facet.shared?.notice?.(desired, context),
                  context,
                  `reading about the ${facet.name}`,
              );
    });
    return (await all(notices)).filter(Boolean).join(' ');
}

/** Everything as READ gives it. */
function model(repository: PartialProperties, states: States, context: FacetContext): PartialProperties {
    return asWritten(states, { ...repository, ...readback(states, context) }, context);
}

/** The repository itself as properties, if what is asked of it can be. Fails with NotFound and NotUpdatable. */
async function existingRepository({ properties, context, progress }: Operation): Promise<PartialProperties> {
    const repository = await attempt(() => context.repository(), context, 'looking for the repository');
    if (!repository && progress.phase === undefined) {
        throw notFound(context);
    }
    if (!repository) {
        const message = `${context.repositoryName}: ECR does not show the repository, though it was there a moment ago.`;
        throw new HandlerFailure(HandlerErrorCode.NotStabilized, message, { patience: SETTLING });
    }
    refuseReplacement(properties, repository, context);
    return trunk.readback(repository, context);
}

function notFound({ repositoryName, account, region }: FacetContext): HandlerFailure {
    const message = `${repositoryName}: there is no repository of this name in ${account}, ${region}.`;
    return new HandlerFailure(HandlerErrorCode.NotFound, message);
}

function validateAll(properties: Properties, context: FacetContext): void {
    refuse(context, [
        ...validateOwnTags(properties),
        ...FACETS.flatMap((facet) => facet.validate?.(properties, context) ?? []),
    ]);
}

/** Once more with the stack's tags and this type's own, which count for AWS too. */
function validateTags(declared: Properties, context: FacetContext): void {
    refuse(context, tags.validate?.(declared, context) ?? []);
}

function refuse({ repositoryName }: FacetContext, violations: readonly string[]): void {
    if (violations.length > 0) {
        throw invalidRequest(repositoryName, violations);
    }
}

/** CloudFormation replaces the resource when a create-only property changes; AWS cannot change it in place. */
function refuseReplacement(
    properties: Properties,
    repository: repositories.Repository,
    { repositoryName }: FacetContext,
): void {
    const changes = replacements(properties, encryptionOf(repository));
    if (changes.length > 0) {
        const message = `${repositoryName}: cannot change ${changes.join(' and ')}; ECR sets it when a repository is created. Choose another RepositoryName to have a new one.`;
        throw new HandlerFailure(HandlerErrorCode.NotUpdatable, message);
    }
}

function operationOf(request: Request): Operation {
    const { region, account, credentials, time, previous } = request;
    const aws = clients(credentials, region, time);
    const { RepositoryName: repositoryName } = request.properties;
    const here = { partition: partitionOf(region), region, account, repositoryName, aws };
    let repository: ReturnType<FacetContext['repository']> | undefined;
    const context: FacetContext = {
        ...here,
        ...(previous && { previous }),
        log: (message) => request.log(message),
        inTurn: (work) => inTurn(new LockStreams(here), time.left(), work),
        awsIn: (other) => (other === region ? aws : clients(credentials, other, time)),
        repository() {
            repository ??= repositories.find(here);
            return repository;
        },
    };
    const withoutRetries = () => ({
        ...context,
        aws: clients(credentials, region, { ...time, again: AbortSignal.abort() }),
    });
    return { ...request, context, withoutRetries };
}

const HANDLERS: Handlers = {
    [Action.Create]: (request) => create(operationOf(request)),
    [Action.Read]: (request) => read(operationOf(request)),
    [Action.Update]: (request) => update(operationOf(request)),
    [Action.Delete]: (request) => deleteRepository(operationOf(request)),
    [Action.List]: (request) => list(operationOf(request)),
};

/** What CloudFormation invokes. */
export async function entrypoint(event: unknown, context?: Partial<LambdaContext>): Promise<unknown> {
    const violations = shapeViolations(event);
    if (violations.length > 0) {
        const { errorCode, message } = invalidRequest(
            'The event is not as CloudFormation sends it',
            violations,
        );
        return ProgressEvent.failed(errorCode, message).serialize();
    }
    return new Resource(HANDLERS, event, context).entrypoint(event, context as LambdaContext);
}

/** What `sam local invoke TestEntrypoint` invokes: an event of the library's own, shorter form. */
export async function testEntrypoint(event: unknown, context?: Partial<LambdaContext>): Promise<unknown> {
    return entrypoint(fromTestEvent(event), context);
}
