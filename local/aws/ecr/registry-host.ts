import { partition } from '@aws-sdk/util-endpoints';

/** Where an account's images are pulled from (Amazon ECR user guide, private registry), by the SDK's partition data. */
export function registryHost({
    account,
    region,
}: {
    readonly account: string;
    readonly region: string;
}): string {
    return `${account}.dkr.ecr.${region}.${partition(region).dnsSuffix}`;
}
