import { partition } from '@aws-sdk/util-endpoints';

/** Which repository: all that its ARN is made of, so that everything that belongs to it can be found. */
export interface RepositoryRef {
    /** aws, aws-cn, aws-us-gov… */
    readonly partition: string;
    readonly region: string;
    /** 12 digits. */
    readonly account: string;
    readonly repositoryName: string;
}

/** The partition that a Region is in, by the SDK's partition data: aws, aws-cn, aws-us-gov… */
export function partitionOf(region: string): string {
    return partition(region).name;
}

/** The ARN of a repository (Service Authorization Reference, Amazon ECR: repository). */
export function repositoryArn({ partition, region, account, repositoryName }: RepositoryRef): string {
    return `arn:${partition}:ecr:${region}:${account}:repository/${repositoryName}`;
}
