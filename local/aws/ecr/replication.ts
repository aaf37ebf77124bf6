import { z } from 'zod';
import { AwsError } from '../error';
import { emit } from '../event-bus';
import { type Call, type Operation, operation } from '../service';
import { type Place, storeOf } from '../world';
import { imageOf } from './find-image';
import * as members from './members';
import { registryPolicyOf } from './policies';
import { type Image, type Repository, repositories, repositoryArn, repositoryOf } from './state';

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

/** How many milliseconds it takes until an image is at a destination. */
const COPY_TIME = 2_000;

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

/** Copies a pushed image to where the registry's rules send it. */
export function replicate(repository: Repository, image: Image, tag: string | undefined, call: Call): void {
    const { clock } = call.world;
    for (const destination of destinationsOf(repository.name, call)) {
        clock.schedule(clock.now() + COPY_TIME, () => copy(repository, image, tag, destination, call));
    }
}

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

function destinationsOf(repositoryName: string, call: Call): Place[] {
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

/** A replica is not replicated again (Amazon ECR user guide, private image replication). */
function copy(
    source: Repository,
    image: Image,
    tag: string | undefined,
    destination: Place,
    call: Call,
): void {
    const arrived = { ...call, ...destination };
    const isAllowed = destination.account === call.account || allows(destination, call);
    if (isAllowed) {
        const target = replicaOf(source, arrived);
        const { tags: _tags, replications: _replications, scan: _scan, ...same } = image;
        const replica = target.images.get(image.digest) ?? {
            ...same,
            tags: [],
            replications: [],
            pushedAt: new Date(call.world.clock.now()),
        };
        if (tag !== undefined) {
            for (const other of target.images.values()) {
                other.tags = other.tags.filter((one) => one !== tag);
            }
            replica.tags.push(tag);
        }
        target.images.set(image.digest, replica);
    }
    image.replications.push({ ...destination, status: isAllowed ? 'COMPLETE' : 'FAILED' });
    emitReplication(source, image, tag, isAllowed, call, arrived);
}

/** The repository at the destination; made with ECR's own defaults where there is none. */
function replicaOf({ name }: Repository, arrived: Call): Repository {
    const all = repositories.of(arrived.world, arrived);
    const existing = all.get(name);
    if (existing) {
        return existing;
    }
    const created: Repository = {
        name,
        createdAt: new Date(arrived.world.clock.now()),
        mutability: 'MUTABLE',
        exclusionFilters: [],
        scanOnPush: false,
        encryptionType: 'AES256',
        tags: new Map(),
        images: new Map(),
        layers: new Map(),
        uploads: new Map(),
    };
    all.set(name, created);
    return created;
}

/** Whether the registry policy at the destination names the source account (user guide, registry permissions). */
function allows({ account, region }: Place, call: Call): boolean {
    return registryPolicyOf(call, account, region)?.includes(`::${call.account}:root`) ?? false;
}

/** Amazon ECR user guide, sample events: ECR Replication Action. */
function emitReplication(
    { name }: Repository,
    image: Image,
    tag: string | undefined,
    isAllowed: boolean,
    call: Call,
    arrived: Call,
): void {
    emit(
        {
            source: 'aws.ecr',
            'detail-type': 'ECR Replication Action',
            resources: [repositoryArn(name, arrived)],
            detail: {
                result: isAllowed ? 'SUCCESS' : 'FAILED',
                'repository-name': name,
                'image-digest': image.digest,
                'source-account': call.account,
                'action-type': 'REPLICATE',
                'source-region': call.region,
                ...(tag !== undefined && { 'image-tag': tag }),
            },
        },
        arrived,
    );
}
