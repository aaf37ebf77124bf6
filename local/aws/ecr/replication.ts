import { z } from 'zod';
import { AwsError } from '../error';
import { type Call, type Operation, operation } from '../service';
import { type Place, storeOf } from '../world';
import { imageOf } from './find-image';
import * as members from './members';
import { repositoryOf } from './state';

const rule = z.strictObject({
    destinations: z
        .array(
            z.strictObject({
                region: z.string().regex(/^[0-9a-z-]{2,25}$/),
                registryId: z.string().regex(/^\d{12}$/),
            }),
        )
        .max(100),
    repositoryFilters: z
        .array(
            z.strictObject({
                filter: z
                    .string()
                    .min(2)
                    .max(256)
                    .regex(/^(?:[a-z0-9]+(?:[._-][a-z0-9]*)*\/)*[a-z0-9]*(?:[._-][a-z0-9]*)*$/),
                filterType: z.literal('PREFIX_MATCH'),
            }),
        )
        .min(1)
        .max(100)
        .optional(),
});

/** Amazon ECR service quotas: rules, and unique destinations across all rules. */
const MOST_RULES = 25;
const MOST_DESTINATIONS = 25;

type Rule = z.output<typeof rule>;

const configurations = storeOf('ecr replication', (): { rules: Rule[] } => ({ rules: [] }));

export const replicationOperations: Readonly<Record<string, Operation>> = {
    DescribeRegistry: operation(z.strictObject({}), (_input, call) => ({
        registryId: call.account,
        replicationConfiguration: { rules: configurations.of(call.world, call).rules },
    })),

    PutReplicationConfiguration: operation(
        z.strictObject({
            replicationConfiguration: z.strictObject({ rules: z.array(rule).max(MOST_RULES) }),
        }),
        ({ replicationConfiguration }, call) => {
            checkDestinations(replicationConfiguration.rules, call);
            configurations.of(call.world, call).rules = replicationConfiguration.rules;
            return { replicationConfiguration };
        },
    ),

    DescribeImageReplicationStatus: operation(
        z.strictObject({ ...members.ofRepository, imageId: members.imageId }),
        ({ repositoryName, imageId }, call) => {
            const { replications } = imageOf(repositoryOf(repositoryName, call), imageId, call);
            return {
                repositoryName,
                imageId,
                replicationStatuses: replications.map(({ region, account, status }) => ({
                    region,
                    registryId: account,
                    status,
                })),
            };
        },
    ),
};

function checkDestinations(rules: readonly Rule[], { account, region }: Call): void {
    const each = rules.map(({ destinations }) =>
        destinations.map((one) => `${one.registryId} ${one.region}`),
    );
    if (each.flat().includes(`${account} ${region}`)) {
        throw new AwsError(
            'InvalidParameterException',
            "Invalid parameter at 'replicationConfiguration' failed to satisfy constraint: 'Replication destination cannot be the same as the source registry'",
        );
    }
    if (each.some((names) => new Set(names).size < names.length)) {
        throw new AwsError(
            'InvalidParameterException',
            "Invalid parameter at 'replicationConfiguration' failed to satisfy constraint: 'Duplicate destinations are not allowed in a rule'",
        );
    }
    if (new Set(each.flat()).size > MOST_DESTINATIONS) {
        throw new AwsError(
            'ValidationException',
            `The replication configuration has more than ${MOST_DESTINATIONS} unique destinations.`,
        );
    }
}

/** Where the registry's rules send the images of a repository; each place once. */
export function destinationsOf(repositoryName: string, call: Call): Place[] {
    const places = configurations
        .of(call.world, call)
        .rules.filter(
            ({ repositoryFilters }) =>
                repositoryFilters?.some(({ filter }) => repositoryName.startsWith(filter)) ?? true,
        )
        .flatMap(({ destinations }) => destinations)
        .map(({ region, registryId }) => ({ region, account: registryId }));
    return places.filter(
        (place, index) =>
            places.findIndex(
                ({ region, account }) => region === place.region && account === place.account,
            ) === index,
    );
}
