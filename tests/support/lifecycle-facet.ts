import { lifecyclePolicy } from '../../src/facets/lifecycle-policy';
import { type LifecyclePolicy, render } from '../../src/lifecycle/policy';
import type { PartialProperties, Properties } from '../../src/properties';
import { evaluate, type Image, type Policy } from './ecr-lifecycle';
import { MY_APP } from './my-app';

/* The facet of the lifecycle policy, asked about some properties, and what ECR would do by it. */
export const complete = (some: PartialProperties): Properties => ({
    RepositoryName: MY_APP.repositoryName,
    ...some,
});

export const check = (some: PartialProperties) => lifecyclePolicy.validate?.(complete(some), MY_APP) ?? [];

export const desired = (some: PartialProperties) => lifecyclePolicy.desired(complete(some), MY_APP);

export const described = (state: LifecyclePolicy | undefined) => lifecyclePolicy.readback(state, MY_APP);

export const summaryLines = (state: LifecyclePolicy) =>
    described(state).LifecyclePolicySummary?.split('\n') ?? [];

/** What ECR gets. */
export function sent(state: LifecyclePolicy | undefined): Policy {
    return state ? JSON.parse(render(state)) : { rules: [] };
}

/** Today, in days on the images' clock. */
export const NOW = 10_000;

/** The digests of the images that go. */
export function gone(policy: Policy, repository: readonly Image[]): string[] {
    return [...evaluate(policy, repository, NOW).keys()];
}

export const newest = (countNumber: number) => ({ countType: 'imageCountMoreThan', countNumber });

export const sincePush = (countNumber: number) => ({
    countType: 'sinceImagePushed',
    countUnit: 'days',
    countNumber,
});

export const TAGGED = { tagStatus: 'tagged', tagPatternList: ['*'] };
export const UNTAGGED = { tagStatus: 'untagged' };
export const ANY = { tagStatus: 'any' };

/** The selection of images by their time in the archive. */
export function archived(countNumber: number) {
    return { storageClass: 'archive', countType: 'sinceImageTransitioned', countUnit: 'days', countNumber };
}
