import { randomUUID } from 'node:crypto';
import {
    type CloudFormationClient,
    DeregisterTypeCommand,
    DescribeTypeCommand,
    DescribeTypeRegistrationCommand,
    paginateListTypeRegistrations,
    paginateListTypeVersions,
    RegisterTypeCommand,
    SetTypeDefaultVersionCommand,
    TestTypeCommand,
} from '@aws-sdk/client-cloudformation';
import { CLOCK } from '../../src/clock';
import type { ResourceSchema } from '../generate/schema';
import { buildOf } from '../package';
import { calling, Refusal } from './refusal';

/** One version of the type. */
export interface Version {
    /** Eight digits, counted from 1. */
    readonly id: string;
    readonly isDefault: boolean;
    readonly registered: Date | undefined;
    /** See Package. */
    readonly build: string | undefined;
}

/** What a version of the type runs with. */
export interface Roles {
    readonly executionRole?: string | undefined;
    readonly logging?: Logging | undefined;
}

export interface Logging {
    readonly role: string;
    readonly group: string;
}

/** What only DescribeType tells of a version. */
export interface Details extends Roles {
    readonly schema: ResourceSchema;
    readonly tests: Tests;
}

/** CloudFormation's contract tests of a version, for publishing it. */
export interface Tests {
    /** NOT_TESTED, IN_PROGRESS, PASSED or FAILED. */
    readonly status: string;
    readonly description: string;
}

/** The registry says why. */
export class RegistrationFailed extends Error {}

/** How long a registration is waited for; it takes a minute or two. */
const PATIENCE_MILLISECONDS = 30 * 60_000;

/** How long contract tests are waited for: each input is created, updated and deleted several times. */
const TEST_PATIENCE_MILLISECONDS = 6 * 3_600_000;

/** The type in CloudFormation's registry, in one account and Region. */
export class Registry {
    private readonly type: { readonly Type: 'RESOURCE'; readonly TypeName: string };

    constructor(
        private readonly client: CloudFormationClient,
        readonly typeName: string,
    ) {
        this.type = { Type: 'RESOURCE', TypeName: typeName };
    }

    /** Those that can be used, oldest first. */
    async versions(): Promise<readonly Version[]> {
        const pages = paginateListTypeVersions({ client: this.client }, this.type);
        const summaries = await ifRegistered(
            calling(
                'cloudformation:ListTypeVersions',
                collect(pages, (page) => page.TypeVersionSummaries),
            ),
        );
        return (summaries ?? [])
            .map(({ VersionId = '', IsDefaultVersion = false, TimeCreated, Description }) => ({
                id: VersionId,
                isDefault: IsDefaultVersion,
                registered: TimeCreated,
                build: buildOf(Description),
            }))
            .toSorted((a, b) => (a.id < b.id ? -1 : 1));
    }

    async describe({ id }: Version): Promise<Details> {
        const answer = await calling(
            'cloudformation:DescribeType',
            this.client.send(new DescribeTypeCommand({ ...this.type, VersionId: id })),
        );
        const { LogRoleArn, LogGroupName } = answer.LoggingConfig ?? {};
        return {
            schema: JSON.parse(answer.Schema ?? '{}'),
            tests: {
                status: answer.TypeTestsStatus ?? 'NOT_TESTED',
                description: answer.TypeTestsStatusDescription ?? '',
            },
            executionRole: answer.ExecutionRoleArn,
            logging: LogRoleArn && LogGroupName ? { role: LogRoleArn, group: LogGroupName } : undefined,
        };
    }

    /** The tokens of registrations under way. */
    async pending(): Promise<readonly string[]> {
        const pages = paginateListTypeRegistrations(
            { client: this.client },
            { ...this.type, RegistrationStatusFilter: 'IN_PROGRESS' },
        );
        const tokens = await ifRegistered(
            calling(
                'cloudformation:ListTypeRegistrations',
                collect(pages, (page) => page.RegistrationTokenList),
            ),
        );
        return tokens ?? [];
    }

    /** Begins a registration and gives its token. */
    async register(packageUrl: string, { executionRole, logging }: Roles): Promise<string> {
        const { RegistrationToken = '' } = await calling(
            'cloudformation:RegisterType',
            this.client.send(
                new RegisterTypeCommand({
                    ...this.type,
                    SchemaHandlerPackage: packageUrl,
                    // A call that is tried again must not make a second version.
                    ClientRequestToken: randomUUID(),
                    ExecutionRoleArn: executionRole,
                    LoggingConfig: logging && { LogRoleArn: logging.role, LogGroupName: logging.group },
                }),
            ),
        );
        return RegistrationToken;
    }

    /** Waits for a registration and gives the version's ID; throws with the registry's reason when it fails. */
    async finish(token: string, progress: (text: string) => void): Promise<string> {
        let told = '';
        for await (const _ of looks(PATIENCE_MILLISECONDS)) {
            const {
                ProgressStatus,
                Description = '',
                TypeVersionArn,
            } = await calling(
                'cloudformation:DescribeTypeRegistration',
                this.client.send(new DescribeTypeRegistrationCommand({ RegistrationToken: token })),
            );
            if (ProgressStatus === 'FAILED') {
                throw new RegistrationFailed(`Registration ${token} failed: ${Description}`);
            }
            if (ProgressStatus === 'COMPLETE') {
                return TypeVersionArn?.split('/').at(-1) ?? '';
            }
            if (Description !== told) {
                progress(Description);
                told = Description;
            }
        }
        throw new Error(
            `Registration ${token} is not done after ${PATIENCE_MILLISECONDS / 60_000} minutes. ` +
                'It goes on; the same command waits for it again.',
        );
    }

    async setDefault(id: string): Promise<void> {
        await calling(
            'cloudformation:SetTypeDefaultVersion',
            this.client.send(new SetTypeDefaultVersionCommand({ ...this.type, VersionId: id })),
        );
    }

    /** A version other than the default one; without an ID the type, with the default version as its last. */
    async deregister(id?: string): Promise<void> {
        await calling(
            'cloudformation:DeregisterType',
            this.client.send(new DeregisterTypeCommand({ ...this.type, VersionId: id })),
        );
    }

    /** Begins the contract tests of a version; their log goes to the bucket. */
    async test({ id }: Version, LogDeliveryBucket: string): Promise<void> {
        await calling(
            'cloudformation:TestType',
            this.client.send(new TestTypeCommand({ ...this.type, VersionId: id, LogDeliveryBucket })),
        );
    }

    /** Waits for the contract tests of a version to end. */
    async tested(version: Version, signal?: AbortSignal): Promise<Tests> {
        for await (const _ of looks(TEST_PATIENCE_MILLISECONDS, signal)) {
            const { tests } = await this.describe(version);
            if (tests.status !== 'IN_PROGRESS') {
                return tests;
            }
        }
        throw new Error(
            `The contract tests are not done after ${TEST_PATIENCE_MILLISECONDS / 3_600_000} hours. ` +
                'They go on; the same command waits for them again.',
        );
    }
}

/** Whenever it is time to look again, at first after a second, later after five; ends when the patience does. */
async function* looks(patienceMilliseconds: number, signal?: AbortSignal): AsyncGenerator<undefined> {
    const deadline = Date.now() + patienceMilliseconds;
    for (let pause = 1_000; Date.now() < deadline; pause = Math.min(pause * 1.5, 5_000)) {
        yield undefined;
        await CLOCK.sleep(pause, signal);
    }
}

async function collect<Page, Item>(
    pages: AsyncIterable<Page>,
    itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<readonly Item[]> {
    const items: Item[] = [];
    for await (const page of pages) {
        items.push(...(itemsOf(page) ?? []));
    }
    return items;
}

/**
 * Undefined when the registry does not know the type. The lists declare CFNRegistryException only (API Reference,
 * ListTypeVersions), so the words count too.
 */
async function ifRegistered<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
    try {
        return await answer;
    } catch (error) {
        const unknown =
            error instanceof Refusal &&
            (error.code === 'TypeNotFoundException' ||
                (error.code === 'CFNRegistryException' && /not (be )?found|not exist/.test(error.reason)));
        if (unknown) {
            return undefined;
        }
        throw error;
    }
}
