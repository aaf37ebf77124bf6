import { createInterface } from 'node:readline/promises';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { Command } from 'commander';
import { outliveReaders } from '../local/closed-pipe';
import { parseJson } from '../local/files';
import { pairOption } from '../local/pair';
import { cleanUp } from './live/clean-up';
import { readExamples } from './live/examples';
import { Results } from './live/results';
import { PREFIX, parametersFor, type RoundOptions, round } from './live/round';
import { Stacks } from './live/stacks';
import { type Place, placeAt } from './registration/place';
import { configuredRegion, NO_REGION } from './registration/region';

// The SDK's advice on Node versions is of no use to somebody who tries a type.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

interface Flags {
    readonly region?: string;
    readonly account?: string;
    readonly only?: readonly string[];
    readonly parameter: ReadonlyMap<string, string>;
    readonly image: string;
    readonly contractTests?: boolean;
    readonly enhanced?: boolean;
    readonly cleanUp?: true;
    readonly dryRun?: true;
}

const { typeName }: { typeName: string } = parseJson('.rpdk-config');

const program = new Command('npm run live-test --')
    .description(
        `Tries ${typeName} in an AWS account that may be thrown away: registers it, deploys the examples, scans an ` +
            'image, and deletes all of it again. See docs/live-test.md.',
    )
    .option('--region <name>', 'the AWS Region (default: AWS_REGION, AWS_DEFAULT_REGION, or the profile’s)')
    .option('--account <id>', 'confirms that this is the account, in place of a question')
    .option('--only <names>', 'these examples only, with commas', (names) => names.split(','))
    .addOption(pairOption('--parameter <Key=Value>', 'a value for the examples that have such a parameter'))
    .option('--image <host/name:tag>', 'a public image to scan', 'public.ecr.aws/docker/library/alpine:3.18')
    .option('--contract-tests', "have AWS run the contract tests, with the type's inputs")
    .option('--enhanced', 'ask also about enhanced scanning, which turns on Amazon Inspector')
    .option('--clean-up', 'only delete what an interrupted live test left')
    .option('--dry-run', 'tell what would be done, and change nothing')
    .addHelpText(
        'after',
        '\nExit codes: 0 all passed, 1 something failed, 130 interrupted.\nCtrl-C cleans up first.',
    )
    .showHelpAfterError('(--help tells what there is)')
    .action(run);

async function run(flags: Flags): Promise<void> {
    try {
        const region = flags.region ?? (await configuredRegion());
        if (region === undefined) {
            throw new Error(NO_REGION);
        }
        const place = await placeAt(region, typeName, []);
        const options = optionsFrom(flags);
        if (flags.dryRun) {
            await announce(place, options);
            return;
        }
        await confirm(place, flags.account);
        if (!flags.cleanUp) {
            await refuseLeftovers(place);
        }
        const results = new Results();
        try {
            if (!flags.cleanUp) {
                await round(place, results, options);
            }
        } finally {
            console.error('Cleaning up');
            await cleanUp(place, results);
            results.print();
        }
        process.exitCode = options.interrupted.aborted ? 130 : Number(results.hasFailed);
    } catch (error) {
        console.error(error instanceof Error ? error.message : String(error));
        process.exitCode = 1;
    }
}

function optionsFrom({
    only,
    parameter,
    image,
    contractTests = false,
    enhanced = false,
}: Flags): RoundOptions {
    const all = readExamples('examples');
    const unknown = only?.find((name) => all.every((example) => example.name !== name));
    if (unknown !== undefined) {
        throw new Error(
            `There is no example ${unknown}; there are: ${all.map(({ name }) => name).join(', ')}.`,
        );
    }
    return {
        examples: all.filter(({ name }) => only?.includes(name) ?? true),
        parameters: parameter,
        image,
        contractTests,
        enhanced,
        interrupted: interruption(),
    };
}

/** The first Ctrl-C goes on to the clean-up; a later one ends at once. */
function interruption(): AbortSignal {
    const controller = new AbortController();
    process.on('SIGINT', () => {
        if (controller.signal.aborted) {
            process.exit(130);
        }
        console.error('Interrupted; once more leaves everything as it is, for --clean-up.');
        controller.abort();
    });
    return controller.signal;
}

async function announce(place: Place, options: RoundOptions): Promise<void> {
    const stacks = stacksAt(place);
    console.log(
        `Account ${place.account}, ${place.region}. Would make stacks of these examples, and delete them again:`,
    );
    for (const example of options.examples) {
        const { values, missing } = await parametersFor(place, stacks, example, options.parameters);
        const given = [...values].map(([key, value]) => `${key}=${value}`);
        const lacking = missing.map((key) => `${key} is missing: skipped`);
        console.log(`    ${PREFIX}${example.name}  ${[...given, ...lacking].join('  ')}`);
    }
    console.log(`Would register ${typeName} before, scan ${options.image}, and deregister it in the end.`);
}

async function confirm({ account, region }: Place, given: string | undefined): Promise<void> {
    let answer = given;
    if (answer === undefined) {
        if (!process.stdin.isTTY) {
            throw new Error(`Nobody can be asked here: confirm with --account ${account}.`);
        }
        const prompt = createInterface({ input: process.stdin, output: process.stderr });
        answer = await prompt.question(
            `This changes account ${account} in ${region}, its registry's replication and scanning included, and ` +
                'costs some cents. Only an account that may be thrown away will do. Its ID, to go on: ',
        );
        prompt.close();
    }
    if (answer.trim() !== account) {
        throw new Error(`The credentials are of account ${account}, not ${answer}. Nothing was changed.`);
    }
}

/** What is there already is not ours to delete in the end. */
async function refuseLeftovers(place: Place): Promise<void> {
    const versions = await place.registry.versions();
    const names = await stacksAt(place).list();
    if (versions.length > 0 || names.length > 0) {
        throw new Error(
            `${typeName} or stacks named ${PREFIX}… are in account ${place.account} already. If a live test left ` +
                'them, repeat with --clean-up; if not, this account is in use: take another.',
        );
    }
}

function stacksAt({ region }: Place): Stacks {
    return new Stacks(new CloudFormationClient({ region }), PREFIX, typeName);
}

outliveReaders();
void program.parseAsync();
