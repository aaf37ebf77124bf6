import { Command, InvalidArgumentError, Option } from 'commander';
import { outliveReaders } from '../local/closed-pipe';
import { parseJson } from '../local/files';
import { regionName } from '../local/region';
import { refuseUnknownCommand } from '../local/unknown-command';
import { packType } from './package';
import { type Place, placeAt } from './registration/place';
import { publish } from './registration/publish';
import { configuredRegion, NO_REGION } from './registration/region';
import type { Roles } from './registration/registry';
import { submit } from './registration/submit';
import { listVersions, remove, useVersion } from './registration/versions';

// The SDK's advice on Node versions is of no use to somebody who registers a type.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

interface RegionOption {
    readonly region?: readonly string[];
}

interface SubmitFlags extends RegionOption {
    readonly bucket?: string;
    readonly executionRoleArn?: string;
    readonly loggingRoleArn?: string;
    readonly logGroupName?: string;
    readonly default: boolean;
    readonly allowBreaking?: true;
    readonly dryRun?: true;
}

interface PublishFlags extends RegionOption {
    readonly connectionArn?: string;
    readonly acceptTerms?: true;
    readonly dryRun?: true;
}

const { typeName }: { typeName: string } = parseJson('.rpdk-config');

const program: Command = new Command('npm run register --')
    .description(`Registers ${typeName} with CloudFormation, in the account of the AWS credentials at hand.`)
    .addHelpText('after', () => `\nWithout a command:\n\n${submitCommand.helpInformation()}`)
    .addHelpText(
        'after',
        '\nExit codes: 0 success, 1 error, 130 interrupted. An interrupted command can be\n' +
            'repeated. To try it without an account, start the AWS stand-in in another\n' +
            'terminal (npm run build && npm run local -- aws), and set here what it prints.',
    )
    .showHelpAfterError('(--help tells what there is)');

const submitCommand = program
    .command('submit', { isDefault: true })
    .description(
        'package the type, register it as a new version and make that the default (what is done without a command); may be repeated',
    )
    .addOption(regionOption())
    .option(
        '--bucket <name>',
        'where to upload to (default: a bucket of the account and Region, made if missing)',
    )
    .option('--execution-role-arn <arn>', 'the role of the handlers (default: as it was)', roleArn)
    .option('--logging-role-arn <arn>', 'the role that writes the log (default: as it was)', roleArn)
    .option('--log-group-name <name>', 'the log group of the handlers; goes with --logging-role-arn')
    .option('--no-default', 'do not make it the default version')
    .option('--allow-breaking', 'register it even if templates of the default version would break')
    .option('--dry-run', 'tell what would be done, and change nothing')
    .action((flags: SubmitFlags) => {
        const options = {
            roles: rolesFrom(flags),
            bucket: flags.bucket,
            setDefault: flags.default,
            allowBreaking: flags.allowBreaking ?? false,
            dryRun: flags.dryRun ?? false,
        };
        return run(flags, () => {
            const made = packType();
            console.error(`Packed ${made.file}: ${made.content.length} bytes, build ${made.build}`);
            return (place) => submit(place, made, options);
        });
    });

program
    .command('publish')
    .description(
        'test the default version by CloudFormation’s contract tests and publish it to the public registry, where every account can activate it; may be repeated',
    )
    .addOption(regionOption())
    .option('--connection-arn <arn>', 'a connection to GitHub or Bitbucket, to register as a publisher')
    .option('--accept-terms', 'accept the terms and conditions for publishers')
    .option('--dry-run', 'tell what would be done, and change nothing')
    .action((flags: PublishFlags) => {
        const options = {
            connectionArn: flags.connectionArn,
            acceptTerms: flags.acceptTerms ?? false,
            dryRun: flags.dryRun ?? false,
        };
        return run(flags, () => (place) => publish(place, options));
    });

program
    .command('versions')
    .description('list the versions')
    .addOption(regionOption())
    .action((flags: RegionOption) => run(flags, () => listVersions));

program
    .command('use')
    .description('make another version the default, to roll back')
    .argument('<version>', 'such as 3 or 00000003', versionId)
    .addOption(regionOption())
    .action((version: string, flags: RegionOption) =>
        run(flags, () => (place) => useVersion(place, version)),
    );

program
    .command('remove')
    .description('deregister all versions and the type; stacks that use it must be gone')
    .addOption(regionOption())
    .option('--yes', 'do not ask first')
    .action((flags: RegionOption & { readonly yes?: true }) =>
        run(flags, () => (place) => remove(place, flags.yes ?? false)),
    );

/** Does the work in each Region; where it fails, the others still have their turn. */
async function run({ region }: RegionOption, prepare: () => (place: Place) => Promise<void>): Promise<void> {
    process.once('SIGINT', interrupted);
    process.once('SIGTERM', interrupted);
    try {
        const regions = region ?? regionNames((await configuredRegion()) ?? '');
        if (regions.length === 0) {
            throw new Error(NO_REGION);
        }
        const work = prepare();
        for (const region of regions) {
            await workIn(region, work);
        }
    } catch (error) {
        fail(error);
    }
}

async function workIn(region: string, work: (place: Place) => Promise<void>): Promise<void> {
    const done: string[] = [];
    try {
        await work(await placeAt(region, typeName, done));
    } catch (error) {
        fail(error);
        console.error(
            `${region}  ${done.length > 0 ? `Done before that: ${done.join('; ')}.` : 'Nothing was changed.'}`,
        );
    }
}

function fail(error: unknown): void {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
}

function interrupted(): void {
    console.error('Interrupted. What AWS has begun goes on there; the same command completes it.');
    process.exit(130);
}

function regionOption(): Option {
    return new Option(
        '--region <name>',
        'an AWS Region; repeatable, or several with commas (default: AWS_REGION, AWS_DEFAULT_REGION, or the profile’s)',
    ).argParser((written: string, earlier: readonly string[] = []) => [...earlier, ...regionNames(written)]);
}

function regionNames(written: string): readonly string[] {
    return written
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '')
        .map(regionName);
}

function rolesFrom({ executionRoleArn, loggingRoleArn, logGroupName }: SubmitFlags): Roles {
    if ((loggingRoleArn === undefined) !== (logGroupName === undefined)) {
        program.error('error: --logging-role-arn and --log-group-name go together.');
    }
    return {
        executionRole: executionRoleArn,
        logging: loggingRoleArn && logGroupName ? { role: loggingRoleArn, group: logGroupName } : undefined,
    };
}

/** API Reference, RegisterType: ExecutionRoleArn. */
function roleArn(written: string): string {
    if (!/^arn:.+:iam::[0-9]{12}:role\/.+$/.test(written)) {
        throw new InvalidArgumentError('wanted the ARN of a role, arn:aws:iam::123456789012:role/NAME.');
    }
    return written;
}

function versionId(written: string): string {
    if (!/^\d{1,8}$/.test(written)) {
        throw new InvalidArgumentError('wanted a version such as 3 or 00000003.');
    }
    return written;
}

outliveReaders();
refuseUnknownCommand(program, process.argv.slice(2));
void program.parseAsync();
