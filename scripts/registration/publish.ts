import { parseJson } from '../../local/files';
import type { Place } from './place';
import { defaultOf } from './plan';
import type { Version } from './registry';
import { bucketName } from './submit';

export interface PublishOptions {
    /** A connection to GitHub or Bitbucket, to register the account as a publisher. */
    readonly connectionArn: string | undefined;
    /** Of the public registry, for those who publish (RegisterPublisher: AcceptTermsAndConditions). */
    readonly acceptTerms: boolean;
    readonly dryRun: boolean;
}

/**
 * Tests the default version by CloudFormation's contract tests and publishes it to the public registry of the Region;
 * may be repeated (CloudFormation CLI user guide, "Publishing extensions to make them available for public use").
 */
export async function publish(place: Place, options: PublishOptions): Promise<void> {
    const { region, publicRegistry, did, say } = place;
    const version = await publishable(place);
    const publisher = (await publicRegistry.publisher()) ?? (await becomePublisher(place, options));
    const latest = publisher && (await publicRegistry.publicVersion(publisher));
    const wanted: string = parseJson('package.json').version;
    if (latest === wanted) {
        console.log(`${region}  nothing to do: version ${wanted} is published`);
        return;
    }
    if (options.dryRun) {
        say(
            `Would test version ${version.id}, unless it has passed, and publish it as ${latest ? wanted : FIRST}`,
        );
        return;
    }
    await pass(place, version);
    if (!latest && wanted !== FIRST) {
        say(`AWS numbers the first public version of a type ${FIRST}, not ${wanted}`);
    }
    const arn = await publicRegistry.publish(latest && wanted);
    did(`Published version ${version.id}`);
    console.log(`${region}  version ${version.id} is public as ${latest ? wanted : FIRST}: ${arn}`);
}

/** PublishType, API reference: the number of the first public version, which must not be given. */
const FIRST = '1.0.0';

/** The default version: the contract tests call AWS as its execution role. */
async function publishable({ region, registry }: Place): Promise<Version> {
    const version = defaultOf(await registry.versions());
    if (!version) {
        throw new Error(
            `${registry.typeName} is not registered: npm run register -- submit --region ${region}`,
        );
    }
    const { executionRole } = await registry.describe(version);
    if (executionRole === undefined) {
        throw new Error(
            `Version ${version.id} has no execution role, which the contract tests need: ` +
                'npm run register -- submit --execution-role-arn ROLE',
        );
    }
    return version;
}

async function becomePublisher(
    { account, publicRegistry, did, say }: Place,
    { connectionArn, acceptTerms, dryRun }: PublishOptions,
): Promise<string | undefined> {
    if (connectionArn === undefined || !acceptTerms) {
        throw new Error(
            `Account ${account} is not registered as a publisher. Read the terms and conditions, connect GitHub or ` +
                'Bitbucket in the console (Developer Tools, Connections), and give --accept-terms --connection-arn ARN.',
        );
    }
    if (dryRun) {
        say(`Would register account ${account} as a publisher`);
        return undefined;
    }
    const publisher = await publicRegistry.registerPublisher(connectionArn);
    did(`Account ${account} is publisher ${publisher}`);
    return publisher;
}

/** Has the contract tests pass, unless they have. */
async function pass(place: Place, version: Version): Promise<void> {
    const { registry, did, say } = place;
    const { tests } = await registry.describe(version);
    if (tests.status === 'PASSED') {
        return;
    }
    const bucket = bucketName(place);
    if (tests.status === 'IN_PROGRESS') {
        say(`The contract tests of version ${version.id} are under way; waiting for them`);
    } else {
        await registry.test(version, bucket);
        did(`The contract tests of version ${version.id} have begun; this takes long`);
    }
    const { status, description } = await registry.tested(version);
    if (status !== 'PASSED') {
        throw new Error(
            `The contract tests ended as ${status}: ${description} Their log is in s3://${bucket}.`,
        );
    }
    did(`Version ${version.id} passed the contract tests${description && `: ${description}`}`);
}
