import { emit } from '../event-bus';
import { allows } from '../resource-policy';
import type { Call } from '../service';
import type { Place } from '../world';
import { registryPolicyOf } from './policies';
import { destinationsOf } from './replication';
import { type Image, type Repository, repositories, repositoryArn } from './state';
import { isImmutable } from './tag-mutability';

/** How many milliseconds it takes until an image is at a destination. */
const COPY_TIME = 2_000;

/** Copies an image that was pushed or restored to where the registry's rules send it. */
export function replicate(repository: Repository, image: Image, tag: string | undefined, call: Call): void {
    const { clock } = call.world;
    for (const destination of destinationsOf(repository.name, call)) {
        setStatus(image, destination, 'IN_PROGRESS');
        clock.schedule(clock.now() + COPY_TIME, () => {
            const arrived = { ...call, ...destination };
            const isAllowed = arrived.account === call.account || isLetIn(repository, arrived, call);
            if (isAllowed) {
                copy(repository, image, tag, arrived);
            }
            setStatus(image, destination, isAllowed ? 'COMPLETE' : 'FAILED');
            emitReplication(repository, image, tag, isAllowed, call, arrived);
        });
    }
}

function setStatus(
    image: Image,
    { account, region }: Place,
    status: Image['replications'][number]['status'],
) {
    const others = image.replications.filter((one) => one.account !== account || one.region !== region);
    image.replications = [...others, { account, region, status }];
}

/**
 * A replica is not replicated again, and comes without a tag that another image has there where tags may not move
 * (Amazon ECR user guide, private image replication).
 */
function copy(source: Repository, image: Image, tag: string | undefined, arrived: Call): void {
    const target = replicaOf(source, arrived);
    const { tags: _tags, replications: _replications, scan: _scan, ...same } = image;
    const pushedAt = new Date(arrived.world.clock.now());
    const replica = target.images.get(image.digest) ?? { ...same, tags: [], replications: [], pushedAt };
    target.images.set(image.digest, replica);
    const holder = [...target.images.values()].find(({ tags }) => tag !== undefined && tags.includes(tag));
    if (tag === undefined || holder === replica || (holder && isImmutable(tag, target))) {
        return;
    }
    if (holder) {
        holder.tags = holder.tags.filter((one) => one !== tag);
    }
    replica.tags.push(tag);
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

/** Whether the registry policy at the destination lets the source account (user guide, registry permissions). */
function isLetIn({ name }: Repository, arrived: Call, { account }: Call): boolean {
    const policy = registryPolicyOf(arrived);
    const resource = repositoryArn(name, arrived);
    return policy !== undefined && allows([policy], { account, action: 'ecr:ReplicateImage', resource });
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
