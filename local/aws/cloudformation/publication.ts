import { createHash } from 'node:crypto';
import { z } from 'zod';
import { bucketOf } from '../s3/state';
import { type Call, type Operation, operation } from '../service';
import { storeOf } from '../world';
import * as members from './members';
import { everyRegion, type PrivateType, registryError, type TypeVersion, typeArn } from './state';
import { verdictOn } from './type-tests';

/** How long contract tests take here, in milliseconds. */
const TESTING = 4_000;

/** A public type in one Region, with its versions in the order of their publication. */
export interface PublicType {
    readonly arn: string;
    readonly publisherId: string;
    readonly name: string;
    readonly versions: PublicVersion[];
}

interface PublicVersion {
    readonly number: string;
    readonly schema: string;
}

interface Publisher {
    readonly id: string;
}

const publishers = storeOf('cloudformation publishers', () => new Map<string, Publisher>());

const publicTypes = storeOf('cloudformation public types', () => new Map<string, PublicType>());

/** All public types of a Region by ARN, of all publishers. */
export function publicTypesOf({ world, region }: Call): Map<string, PublicType> {
    return publicTypes.of(world, { account: 'all', region });
}

/** What DescribeType tells of a public type, activated or not. */
export function publicMembers({ arn, name, publisherId }: PublicType, { number, schema }: PublicVersion) {
    return {
        Type: 'RESOURCE',
        Schema: schema,
        ProvisioningType: 'FULLY_MUTABLE',
        DeprecatedStatus: 'LIVE',
        Visibility: 'PUBLIC',
        PublisherId: publisherId,
        OriginalTypeName: name,
        OriginalTypeArn: arn,
        PublicVersionNumber: number,
        LatestPublicVersion: number,
    };
}

export const publicationOperations: Readonly<Record<string, Operation>> = {
    /** An account is a publisher in all Regions (API reference). Only GitHub and Bitbucket prove an identity here. */
    RegisterPublisher: operation(
        z.strictObject({
            AcceptTermsAndConditions: z.boolean().default(false),
            ConnectionArn: z
                .string()
                .min(1)
                .max(256)
                .regex(/^arn:aws(-\w+)*:.+:.+:[0-9]{12}:.+$/)
                .optional(),
        }),
        ({ AcceptTermsAndConditions, ConnectionArn }, call) => {
            if (!AcceptTermsAndConditions) {
                throw registryError('You must accept the terms and conditions to register as a publisher.');
            }
            if (ConnectionArn === undefined) {
                throw registryError(
                    'The AWS stand-in knows no AWS Marketplace sellers: give a ConnectionArn.',
                );
            }
            const id = createHash('sha1').update(call.account).digest('hex');
            publishers.of(call.world, everyRegion(call)).set(id, { id });
            return { PublisherId: id };
        },
    ),

    DescribePublisher: operation(
        z.strictObject({ PublisherId: members.publisherId.optional() }),
        ({ PublisherId }, call) => {
            const publisher = publisherOf(call);
            if (!publisher || (PublisherId ?? publisher.id) !== publisher.id) {
                throw registryError('This account is not registered as a publisher.');
            }
            return { PublisherId: publisher.id, PublisherStatus: 'VERIFIED', IdentityProvider: 'GitHub' };
        },
    ),

    /** Runs no contract tests; type-tests.ts has what it checks. */
    TestType: operation(
        z.strictObject({ ...members.ofType, LogDeliveryBucket: z.string().min(3).max(63).optional() }),
        ({ LogDeliveryBucket, ...reference }, call) => {
            const { type, version } = members.versionOf(reference, call);
            if (LogDeliveryBucket !== undefined) {
                bucketOf({ Bucket: LogDeliveryBucket }, call);
            }
            const { clock } = call.world;
            version.tests = { status: 'IN_PROGRESS', description: '' };
            clock.schedule(clock.now() + TESTING, () => {
                version.tests = verdictOn(version);
            });
            return { TypeVersionArn: typeArn(type.name, call, version.id) };
        },
    ),

    PublishType: operation(
        z.strictObject({
            ...members.ofWholeType,
            PublicVersionNumber: z
                .string()
                .min(5)
                .regex(/^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(.*)$/)
                .optional(),
        }),
        ({ PublicVersionNumber, ...reference }, call) => {
            const publisher = publisherOf(call);
            if (!publisher) {
                throw registryError('To publish an extension, you must be registered as a publisher.');
            }
            const { type, version } = members.versionOf(reference, call);
            if (version.tests.status !== 'PASSED') {
                throw registryError(
                    `Version ${version.id} has the test status ${version.tests.status}; it must be PASSED to be published.`,
                );
            }
            return { PublicTypeArn: publishVersion(type, version, publisher, PublicVersionNumber, call) };
        },
    ),
};

function publisherOf(call: Call): Publisher | undefined {
    return [...publishers.of(call.world, everyRegion(call)).values()][0];
}

function publishVersion(
    { name }: PrivateType,
    version: TypeVersion,
    { id: publisherId }: Publisher,
    given: string | undefined,
    call: Call,
): string {
    const resource = `type/resource/${publisherId}/${name.replaceAll('::', '-')}`;
    const arn = `arn:${call.partition}:cloudformation:${call.region}::${resource}`;
    const all = publicTypesOf(call);
    const type = all.get(arn) ?? { arn, publisherId, name, versions: [] };
    const number = nextNumber(type, given);
    type.versions.push({ number, schema: version.schema });
    version.publicVersion = number;
    all.set(arn, type);
    return arn;
}

/**
 * PublishType, API reference: the first version of a type is 1.0.0, and no number may be given for it; a later one
 * without a number is the next minor version.
 */
function nextNumber({ versions }: PublicType, given: string | undefined): string {
    const latest = versions.at(-1)?.number;
    if (latest === undefined) {
        if (given !== undefined) {
            throw registryError('You cannot specify a version number the first time you publish a type.');
        }
        return '1.0.0';
    }
    if (versions.some(({ number }) => number === given)) {
        throw registryError(`Version ${given} of the type is published already.`);
    }
    const [major = 1, minor = 0] = latest.split('.').map(Number);
    return given ?? `${major}.${minor + 1}.0`;
}
