import {
    Action,
    HandlerErrorCode,
    type LambdaContext,
} from '@amazon-web-services-cloudformation/cloudformation-cli-typescript-lib';
import type { Repository } from '@aws-sdk/client-ecr';
import * as annotations from './annotations';
import { HandlerFailure, invalidRequest, isAwsError } from './errors';
import type { Facet, Scope, Some } from './facet';
import { imageTagMutability } from './facets/image-tag-mutability';
import { lifecyclePolicy } from './facets/lifecycle-policy';
import { repositoryPolicy } from './facets/repository-policy';
import { scanOnPush } from './facets/scan-on-push';
import { tags, tagsOf } from './facets/tags';
import type { Properties } from './properties';
import { all, attempt, declares, describe, observe, plan, type States, write } from './reconcile';
import * as repositories from './repository';
import { type Answer, type Handlers, type Request, Resource } from './resource';
import { fromTestEvent, type TestEvent } from './test-event';

/** All that belongs to a repository, each piece in its file. */
export const FACETS: readonly Facet[] = [imageTagMutability, scanOnPush, lifecyclePolicy, repositoryPolicy, tags];

/**
 * CREATE. The first call makes the repository and nothing else, and answers at once: from then on CloudFormation
 * holds the identifier, and a rollback finds what there is to delete.
 */
async function create(request: Request): Promise<Answer> {
    const { properties, scope, stackTags, token } = request;
    checkAll(properties, scope);
    const wish = annotations.annotate(FACETS, properties, { stackTags, token }, scope);
    checkTags(wish, scope);
    const repository = await attempt(() => scope.repository(), scope, 'looking for the repository');
    if (request.attempt === 0) {
        if (repository) {
            await recognize(request);
        } else {
            await make(wish, request);
        }
        return { model: properties, again: 1 };
    }
    if (!repository) {
        const message = `${scope.repositoryName}: ECR does not show the new repository yet.`;
        throw new HandlerFailure(HandlerErrorCode.NotStabilized, message, { patience: 12 });
    }
    return settle(FACETS, request, wish, undefined);
}

/** UPDATE. What neither the new nor the previous properties speak of is left as it is. */
async function update(request: Request): Promise<Answer> {
    const { properties, previous, scope, stackTags, previousStackTags } = request;
    checkAll(properties, scope);
    const wish = annotations.annotate(FACETS, properties, { stackTags }, scope);
    checkTags(wish, scope);
    const before =
        previous && annotations.annotate(FACETS, previous, { stackTags: previousStackTags }, scope);
    const concerned = FACETS.filter((facet) => declares(facet, wish) || declares(facet, before));
    return settle(concerned, request, wish, before);
}

/** READ. Everything from AWS, by the identifier alone, in one round trip. */
async function read({ scope }: Request): Promise<Answer> {
    const [repository, states] = await all<[Some, States]>([found(scope), observe(FACETS, scope)]);
    const properties = { ...repository, ...describe(states, scope) };
    return { model: annotations.present(FACETS, properties, scope) };
}

/** DELETE. A repository that must not be emptied is refused before anything is touched. */
async function remove({ scope }: Request): Promise<Answer> {
    const [repository, ownTags, filled] = await all<
        [Repository | undefined, Readonly<Record<string, string>> | undefined, boolean]
    >([
        attempt(() => scope.repository(), scope, 'looking for the repository'),
        attempt(() => tagsOf(scope), scope, 'reading the tags'),
        attempt(() => repositories.holdsImages(scope), scope, 'looking for images'),
    ]);
    if (!repository) {
        throw notFound(scope);
    }
    const force = annotations.emptiesOnDelete(ownTags ?? {});
    if (filled && !force) {
        const message = `${scope.repositoryName}: the repository holds images and EmptyOnDelete is false, so nothing was deleted. Set EmptyOnDelete to true and update the stack first, delete the images, or keep the repository with DeletionPolicy: Retain.`;
        throw new HandlerFailure(HandlerErrorCode.GeneralServiceException, message);
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

/** Makes the repository, which was not there just now. */
async function make(wish: Properties, request: Request): Promise<void> {
    const { scope } = request;
    try {
        await attempt(() => repositories.create(wish, scope), scope, 'creating the repository');
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
async function recognize({ scope, token }: Request): Promise<void> {
    const existing = await attempt(() => tagsOf(scope), scope, 'reading the tags');
    if (!existing || !annotations.createdBy(token, existing)) {
        const message = `${scope.repositoryName}: a repository of this name exists already in ${scope.account}, ${scope.region}; it was not touched. Choose another RepositoryName, delete the repository, or import it into the stack.`;
        throw new HandlerFailure(HandlerErrorCode.AlreadyExists, message);
    }
}

/** Brings the facets to what is wished, from whatever they are. */
async function settle(
    facets: readonly Facet[],
    request: Request,
    wish: Properties,
    previous: Properties | undefined,
): Promise<Answer> {
    const { properties, scope } = request;
    const [repository, observed] = await all<[Some, States]>([found(scope), observe(FACETS, scope)]);
    refuseReplacement(properties, repository, scope);
    const target: States = new Map([...observed, ...plan(facets, observed, wish, previous, scope)]);
    const written = await write(observed, target, scope);
    request.log(
        `${scope.repositoryName}: ${written.length > 0 ? `wrote ${written.join(', ')}` : 'nothing to write'}`,
    );
    const actual = { ...repository, ...describe(target, scope) };
    return { model: { ...annotations.present(FACETS, actual, scope), ...properties } };
}

/** The repository itself as properties. Fails with NotFound. */
async function found(scope: Scope): Promise<Some> {
    const repository = await attempt(() => scope.repository(), scope, 'looking for the repository');
    if (!repository) {
        throw notFound(scope);
    }
    return repositories.describe(repository, scope);
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
    return new Resource(HANDLERS, event, context).entrypoint(event, context as LambdaContext);
}

/** What `sam local invoke TestEntrypoint` invokes: an event of the library's own, shorter form. */
export async function testEntrypoint(event: TestEvent, context?: Partial<LambdaContext>): Promise<unknown> {
    return entrypoint(fromTestEvent(event), context);
}
