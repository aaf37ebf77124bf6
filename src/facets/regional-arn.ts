import type { RepositoryRef } from '../aws/repository-ref';

/** Pure. What is wrong with an ARN of the form that schema.json asks for, if it is of another Region or partition. */
export function regionViolations(
    property: string,
    what: string,
    arn: string,
    { partition, region }: RepositoryRef,
): string[] {
    const [, givenPartition, , givenRegion] = arn.split(':');
    return givenPartition === partition && givenRegion === region
        ? []
        : [
              `${property}: given a ${what} in ${givenRegion} (${givenPartition}), wanted one in ${region} (${partition}), where the repository is. Use a ${what} of that Region.`,
          ];
}
