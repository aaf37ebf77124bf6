import {
    CreateRepositoryCommand,
    type CreateRepositoryCommandInput,
    DeleteRepositoryCommand,
    DescribeRepositoriesCommand,
    type ECRClient,
    ListImagesCommand,
    ListTagsForResourceCommand,
    type Repository,
} from '@aws-sdk/client-ecr';
import { orUndefined } from '../errors';
import type { RegionContext } from './clients';
import { repositoryArn } from './repository-ref';
import { type Tags, tagRecord } from './tags';

/** As DescribeRepositories shows it. */
export type { Repository };

/** What CreateRepository takes beside the name. */
export type CreateInput = Omit<CreateRepositoryCommandInput, 'repositoryName'>;

const NO_REPOSITORY = 'RepositoryNotFoundException';

/** The most repositories that DescribeRepositories gives at a time (its API reference, maxResults). */
const PAGE = 1000;

/** The repository of this name; undefined where there is none. */
export async function find({ aws, repositoryName }: RegionContext): Promise<Repository | undefined> {
    const search = aws.ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }));
    const found = await orUndefined(search, NO_REPOSITORY);
    return found?.repositories?.[0];
}

/** Creates the repository. Fails with RepositoryAlreadyExistsException. */
export async function create(input: CreateInput, { aws, repositoryName }: RegionContext): Promise<void> {
    await aws.ecr.send(new CreateRepositoryCommand({ ...input, repositoryName }));
}

/** The repository's tags, this type's own included; undefined where there is no repository. */
export async function repositoryTags(context: RegionContext): Promise<Tags | undefined> {
    const listing = context.aws.ecr.send(
        new ListTagsForResourceCommand({ resourceArn: repositoryArn(context) }),
    );
    const found = await orUndefined(listing, NO_REPOSITORY);
    return found && tagRecord(found.tags ?? []);
}

/** Whether the repository holds any image. An archived one counts: DeleteRepository refuses it too. */
export async function holdsImages({ aws, repositoryName }: RegionContext): Promise<boolean> {
    const listing = aws.ecr.send(
        new ListImagesCommand({ repositoryName, maxResults: 1, filter: { imageStatus: 'ANY' } }),
    );
    const found = await orUndefined(listing, NO_REPOSITORY);
    return (found?.imageIds ?? []).length > 0;
}

/** Deletes the repository, its images too if `force`. It may be gone already. */
export async function destroy(force: boolean, { aws, repositoryName }: RegionContext): Promise<void> {
    await orUndefined(aws.ecr.send(new DeleteRepositoryCommand({ repositoryName, force })), NO_REPOSITORY);
}

/** One page of the account's repositories, and the token of the next. */
export async function page(
    ecr: ECRClient,
    nextToken?: string,
): Promise<{ repositories: Repository[]; nextToken?: string }> {
    const answer = await ecr.send(
        new DescribeRepositoriesCommand({ maxResults: PAGE, ...(nextToken && { nextToken }) }),
    );
    return {
        repositories: answer.repositories ?? [],
        ...(answer.nextToken && { nextToken: answer.nextToken }),
    };
}

/** All of the account's repositories in the Region. */
export async function allRepositories(ecr: ECRClient): Promise<Repository[]> {
    const all: Repository[] = [];
    let nextToken: string | undefined;
    do {
        const next = await page(ecr, nextToken);
        all.push(...next.repositories);
        nextToken = next.nextToken;
    } while (nextToken);
    return all;
}

/** The names of repositories, at most three of them. */
export function listed(names: readonly string[]): string {
    const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
    return `${names.slice(0, 3).join(', ')}${more}`;
}
