import {
    Action,
    HandlerErrorCode,
    type LambdaContext,
    ProgressEvent,
} from '@amazon-web-services-cloudformation/cloudformation-cli-typescript-lib';
import type { Repository } from '@aws-sdk/client-ecr';
import * as repositories from './aws/repositories';
import { misshapen } from './cloudformation/event';
import { type Answer, type Handlers, type Request, Resource } from './cloudformation/resource';
import { fromTestEvent } from './cloudformation/test-event';
import * as annotations from './engine/as-written';
import type { Facet, Scope, Some } from './engine/facet';
import {
    all,
    asked,
    attempt,
    type Change,
    declares,
    describe,
    differs,
    type Observation,
    observe,
    plan,
    type Settled,
    type States,
    settle,
} from './engine/reconcile';
import { HandlerFailure, invalidRequest, isAwsError, SETTLING } from './errors';
import { dashboard } from './facets/dashboard';
import { imageTagMutability } from './facets/image-tag-mutability';
import { lifecyclePolicy } from './facets/lifecycle-policy';
import { registryScanning } from './facets/registry-scanning';
import { replication } from './facets/replication';
import { repositoryPolicy } from './facets/repository-policy';
import { scanFindings } from './facets/scan-findings';
import { scanOnPush } from './facets/scan-on-push';
import { tags, tagsOf } from './facets/tags';
import { vulnerabilityAlarm } from './facets/vulnerability-alarm';
import type { Properties } from './properties';

/** All that belongs to a repository, each piece in its file. */
export const FACETS: readonly Facet[] = [
    imageTagMutability,
    scanOnPush,
    lifecyclePolicy,
    repositoryPolicy,
    replication,
    registryScanning,
    scanFindings,
    vulnerabilityAlarm,
    dashboard,
    tags,
];

/**
 * CREATE. The first call makes the repository and nothing else, and answers at once: from then on CloudFormation
 * holds the identifier, and a rollback finds what there is to delete.
 */
async function create(request: Request): Promise<Answer> {
    const { properties, scope, stackTags, token, progress } = request;
    checkAll(properties, scope);
    const wish = annotations.annotate(FACETS, properties, { stackTags, token }, scope);
    checkTags(wish, scope);
    const change = { wish, previous: [] };
    if (progress.phase === undefined) {
        const shared = FACETS.filter((facet) => facet.contended && declares(facet, properties));
        const [repository, registry] = await all<[Repository | undefined, Observation]>([
            attempt(() => scope.repository(), scope, 'looking for the repository'),
            observe(shared, scope),
        ]);
        // What the registry has no room for is refused before the repository exists.
        await plan(shared, registry.states, change, scope);
        const phase = repository ? await recognize(request) : await make(wish, request);
        return { model: properties, again: { phase, seconds: 1 } };
    }
    return reconcile(request, FACETS, change);
}

/** UPDATE. What neither the new nor the previous properties speak of is left as it is. */
async function update(request: Request): Promise<Answer> {
    const { properties, scope, stackTags, previousStackTags } = request;
    const { previous } = scope;
    checkAll(properties, scope);
    const wish = annotations.annotate(FACETS, properties, { stackTags }, scope);
    checkTags(wish, scope);
    // A false takes the tag away, whoever put it there.
    const emptied = properties.EmptyOnDelete === false && { EmptyOnDelete: true };
    const before =
        previous &&
        annotations.annotate(FACETS, { ...previous, ...emptied }, { stackTags: previousStackTags }, scope);
    const concerned = FACETS.filter((facet) => declares(facet, wish) || declares(facet, before));
    return reconcile(request, concerned, { wish, previous: before ? [before] : [] });
}

/** READ. Everything from AWS, by the identifier alone, in one round trip. */
async function read(request: Request): Promise<Answer> {
    const { scope } = request;
    const [repository, { states }] = await all<[Some, Observation]>([
        existing(request),
        observe(FACETS, scope),
    ]);
    return { model: present(repository, states, scope) };
}

/**
 * DELETE. A repository that must not be emptied is refused before anything is touched; the repository itself goes
 * last, since all else is found by it.
 */
async function remove(request: Request): Promise<Answer> {
    const { properties, scope, progress } = request;
    const [repository, filled, observed] = await all<[Repository | undefined, boolean, Observation]>([
        attempt(() => scope.repository(), scope, 'looking for the repository'),
        attempt(() => repositories.holdsImages(scope), scope, 'looking for images'),
        observe(FACETS, scope),
    ]);
    const ownTags = (observed.states.get(tags) ?? {}) as Readonly<Record<string, string>>;
    const force = annotations.emptiesOnDelete(ownTags);
    if (filled && !force) {
        const message = `${scope.repositoryName}: the repository holds images and EmptyOnDelete is false, so nothing was deleted. Delete the images and try again, or retain the repository; a stack whose deletion failed cannot be updated, so EmptyOnDelete must be set before.`;
        throw new HandlerFailure(HandlerErrorCode.GeneralServiceException, message);
    }
    const satellites = FACETS.filter(({ outlives }) => outlives);
    const found = { ...present({}, observed.states, scope), RepositoryName: scope.repositoryName };
    // What was altered, or taken away by an earlier call, is found no more, but may have led to what is still there.
    const written = { ...found, ...annotations.remembered(ownTags) };
    const change = {
        wish: undefined,
        previous: [found, written, ...(scope.previous ? [scope.previous] : [])],
    };
    const isGone = !repository && progress.phase === undefined;
    if (isGone && !(await differs(satellites, observed.states, change, scope))) {
        throw notFound(scope);
    }
    const { waitsFor, watches } = await settle(satellites, observed, change, scope, progress.watches);
    if (waitsFor.length > 0) {
        return { model: properties, message: waitingFor(waitsFor), again: { phase: 'begun', watches } };
    }
    await attempt(() => repositories.destroy(force, scope), scope, 'deleting the repository');
    return {};
}

/** LIST. One page of the account's repositories, whoever made them. */
async function list({ scope, nextToken }: Request): Promise<Answer> {
    const page = await attempt(
        () => repositories.page(scope.aws.ecr, nextToken),
        scope,
        'listing repositories',
    );
    return { models: page.names.map((RepositoryName) => ({ RepositoryName })), nextToken: page.nextToken };
}

/** Makes the repository, which was not there just now. Tells how far CREATE is then. */
async function make(wish: Properties, request: Request): Promise<'born' | 'begun'> {
    const { scope } = request;
    try {
        await attempt(() => repositories.create(wish, scope), scope, 'creating the repository');
        return 'born';
    } catch (error) {
        if (!(error instanceof HandlerFailure)) {
            throw error;
        }
        // Either somebody was faster, or it was us and the answer was lost.
        if (isAwsError(error.cause, 'RepositoryAlreadyExistsException')) {
            return recognize(request);
        }
        const { errorCode, message, patience, cause } = error;
        const mayExist = patience > 0 && errorCode !== HandlerErrorCode.Throttling;
        throw new HandlerFailure(errorCode, message, { patience, cause, mayExist });
    }
}

/** Accepts a repository that an earlier call of this same operation made; any other is somebody's own. */
async function recognize({ scope, token }: Request): Promise<'begun'> {
    const existing = await attempt(() => tagsOf(scope), scope, 'reading the tags');
    if (!existing || !annotations.createdBy(token, existing)) {
        const message = `${scope.repositoryName}: a repository of this name exists already in ${scope.account}, ${scope.region}; it was not touched. Choose another RepositoryName, delete the repository, or import it into the stack.`;
        throw new HandlerFailure(HandlerErrorCode.AlreadyExists, message);
    }
    return 'begun';
}

/** Brings the facets to what is wished, from whatever they are. */
async function reconcile(request: Request, concerned: readonly Facet[], change: Change): Promise<Answer> {
    const { properties, scope, progress } = request;
    const shared = FACETS.filter(({ contended }) => contended);
    const own = FACETS.filter(({ contended }) => !contended);
    const isNew = progress.phase === 'born';
    const looks = [isNew ? newborn(own, change, scope) : observe(own, scope), observe(shared, scope)];
    if (!isNew) {
        await all<[Some, Observation[]]>([existing(request), all(looks)]);
    }
    const settleAll = looks.map(async (look) =>
        settle(concerned, await look, change, scope, progress.watches),
    );
    const [repository, settled] = await all<[Some, Settled[]]>([existing(request), all(settleAll)]);
    const written = settled.flatMap((one) => one.written);
    request.log(
        `${scope.repositoryName}: ${written.length > 0 ? `wrote ${written.join(', ')}` : 'nothing to write'}`,
    );
    const waitsFor = settled.flatMap((one) => one.waitsFor);
    if (waitsFor.length > 0) {
        const watches = Object.assign({}, ...settled.map((one) => one.watches));
        const remarks =
            Object.keys(progress.watches).length === 0 ? await remarksOn(concerned, change, scope) : [];
        const message = [waitingFor(waitsFor), ...remarks].join(' ');
        return { model: properties, message, again: { phase: 'begun', watches } };
    }
    const states: States = new Map(settled.flatMap(({ target }) => [...target]));
    return { model: { ...present(repository, states, scope), ...properties } };
}

function waitingFor(names: readonly string[]): string {
    return `Waiting until no other stack writes the ${names.join(' and the ')}.`;
}

async function remarksOn(facets: readonly Facet[], { wish }: Change, scope: Scope): Promise<string[]> {
    const remarks = facets.map(async (facet) => {
        const desired = asked(facet, wish, scope);
        return desired === undefined
            ? undefined
            : attempt(async () => facet.remark?.(desired, scope), scope, `reading about the ${facet.name}`);
    });
    return (await all(remarks)).flatMap((remark) => remark || []);
}

/**
 * A repository just made holds what CreateRepository was given and nothing else, so that nothing of it need be looked
 * at. Of an earlier one of its name there may be an alarm or a rule still.
 */
async function newborn(facets: readonly Facet[], { wish }: Change, scope: Scope): Promise<Observation> {
    const satellites = facets.filter((facet) => facet.outlives && declares(facet, wish));
    const { states, at } = await observe(satellites, scope);
    const made = facets.map((facet): [Facet, unknown] => [
        facet,
        facet.born && wish ? facet.desired(wish, scope) : states.get(facet),
    ]);
    return { states: new Map(made), at };
}

/** Everything as Read gives it. */
function present(repository: Some, states: States, scope: Scope): Some {
    return annotations.present(states, { ...repository, ...describe(states, scope) }, scope);
}

/** The repository itself as properties, if what is asked of it can be. Fails with NotFound and NotUpdatable. */
async function existing({ properties, scope, progress }: Request): Promise<Some> {
    const repository = await attempt(() => scope.repository(), scope, 'looking for the repository');
    if (!repository && progress.phase === undefined) {
        throw notFound(scope);
    }
    if (!repository) {
        const message = `${scope.repositoryName}: ECR does not show the repository, though it was there a moment ago.`;
        throw new HandlerFailure(HandlerErrorCode.NotStabilized, message, { patience: SETTLING });
    }
    const actual = repositories.describe(repository, scope);
    refuseReplacement(properties, actual, scope);
    return actual;
}

function notFound({ repositoryName, account, region }: Scope): HandlerFailure {
    const message = `${repositoryName}: there is no repository of this name in ${account}, ${region}.`;
    return new HandlerFailure(HandlerErrorCode.NotFound, message);
}

function checkAll(properties: Properties, scope: Scope): void {
    const mistakes = [
        ...repositories.check(properties, scope),
        ...annotations.check(properties),
        ...FACETS.flatMap((facet) => facet.check?.(properties, scope) ?? []),
    ];
    if (mistakes.length > 0) {
        throw invalidRequest(scope.repositoryName, mistakes);
    }
}

/** Once more with the stack's tags and our own, which count for AWS too. */
function checkTags(wish: Properties, scope: Scope): void {
    const mistakes = tags.check?.(wish, scope) ?? [];
    if (mistakes.length > 0) {
        throw invalidRequest(scope.repositoryName, mistakes);
    }
}

/** CloudFormation replaces the resource when a create-only property changes; AWS cannot change it in place. */
function refuseReplacement(properties: Properties, actual: Some, scope: Scope): void {
    const changed = (['EncryptionType', 'KmsKeyArn'] as const).filter(
        (name) => properties[name] !== undefined && properties[name] !== actual[name],
    );
    if (changed.length > 0) {
        const list = changed.map(
            (name) => `${name} from ${actual[name] ?? 'nothing'} to ${properties[name]}`,
        );
        const message = `${scope.repositoryName}: cannot change ${list.join(' and ')}; ECR sets it when a repository is created. Choose another RepositoryName to have a new one.`;
        throw new HandlerFailure(HandlerErrorCode.NotUpdatable, message);
    }
}

const HANDLERS: Handlers = {
    [Action.Create]: create,
    [Action.Read]: read,
    [Action.Update]: update,
    [Action.Delete]: remove,
    [Action.List]: list,
};

/** What CloudFormation invokes. */
export async function entrypoint(event: unknown, context?: Partial<LambdaContext>): Promise<unknown> {
    const mistakes = misshapen(event);
    if (mistakes.length > 0) {
        const { errorCode, message } = invalidRequest(
            'The event is not as CloudFormation sends it',
            mistakes,
        );
        return ProgressEvent.failed(errorCode, message).serialize();
    }
    return new Resource(HANDLERS, event, context).entrypoint(event, context as LambdaContext);
}

/** What `sam local invoke TestEntrypoint` invokes: an event of the library's own, shorter form. */
export async function testEntrypoint(event: unknown, context?: Partial<LambdaContext>): Promise<unknown> {
    return entrypoint(fromTestEvent(event), context);
}
