import path from 'node:path';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { outliveReaders } from './closed-pipe';
import { call, SERVICE_NAMES, type ServiceName } from './commands/call';
import { convertFile } from './commands/convert';
import { deleteStack } from './commands/delete';
import { deploy } from './commands/deploy';
import { drift } from './commands/drift';
import type { ExitCode } from './commands/exit-code';
import { importInto } from './commands/import';
import { list, outputs } from './commands/list';
import { addPreview } from './commands/preview-options';
import { serveAws } from './commands/serve-aws';
import { serveLambda } from './commands/serve-lambda';
import { stop } from './commands/stop';
import { demo } from './demo/demo';
import { isObject, type JsonObject, jsonIn } from './json';
import { WarmFunctions } from './lambda/warm-functions';
import { pairOption } from './pair';
import { regionOption } from './region';
import { typeName } from './resource-type';
import type { PreviousAtImport } from './stacks/resources';
import { stackNameProblem } from './stacks/stack-name';
import { StateFolder } from './stacks/state';
import { fileProblem } from './system-errors';
import { readTypeConfiguration } from './type-configuration';
import { refuseUnknownCommand } from './unknown-command';
import { say, type Workplace } from './workplace';

// The SDK's advice on Node versions is of no use to somebody who tries a template.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const ROOT = path.join(__dirname, '..');

interface GlobalOptions {
    readonly stateDir: string;
    readonly bundle: string;
    readonly endpointUrl?: string;
    readonly callbackOverhead: number;
    readonly typeConfiguration?: string;
}

interface DeployFlags {
    readonly stackName?: string;
    readonly region: string;
    readonly parameter: ReadonlyMap<string, string>;
    readonly ssmParameter: ReadonlyMap<string, string>;
    readonly tag: ReadonlyMap<string, string>;
    readonly onlySupported?: true;
    readonly importExistingResources?: true;
    readonly resource: ReadonlyMap<string, string>;
    readonly attribute: ReadonlyMap<string, string>;
}

interface ImportFlags
    extends Pick<DeployFlags, 'stackName' | 'region' | 'parameter' | 'ssmParameter' | 'onlySupported'> {
    readonly resourceId: ReadonlyMap<string, string>;
    readonly previous: PreviousAtImport;
}

interface ConvertFlags extends Pick<ImportFlags, 'resourceId'> {
    readonly outDir?: string;
}

const program = new Command('npm run local --')
    .description(`Runs ${typeName} on a local CloudFormation, and that on a local AWS: no account is needed.`)
    // Without [options], the longest command leaves the 40 columns that Commander needs to wrap descriptions.
    .configureHelp({
        subcommandTerm: (command) => `${command.name()} ${command.usage()}`.replace(' [options]', ''),
    })
    .option(
        '--state-dir <folder>',
        'where stacks, logs and the AWS stand-in are kept',
        path.join(ROOT, '.local'),
    )
    .option('--bundle <file>', 'the built handlers', path.join(ROOT, 'dist', 'handlers.js'))
    .addOption(
        new Option('--endpoint-url <url>', 'an AWS that runs already, in place of the stand-in')
            .env('AWS_ENDPOINT_URL')
            .argParser(endpointUrl),
    )
    .addOption(
        new Option(
            '--callback-overhead <seconds>',
            'how much later than asked handlers are called back, as in a busy account: 0 to 60',
        )
            .env('CALLBACK_OVERHEAD_SECONDS')
            .argParser((written) => wholeNumber(written, 60))
            .default(0),
    )
    .option(
        '--type-configuration <file>',
        "the type's configuration in the account, as cfn test --typeconfig reads it",
        (file) => path.resolve(file),
    )
    .addHelpText('after', '\nExit codes: 0 well, 1 error, 2 drift found, 130 interrupted.')
    .showHelpAfterError('(--help tells what there is)');

program
    .command('deploy')
    .description('create a stack from a template, or bring one up to date')
    .argument('<template>', 'a CloudFormation template, YAML or JSON', (file) => path.resolve(file))
    .option('--stack-name <name>', "the stack's name (default: the template's file name)", stackName)
    .addOption(pairOption('--parameter <Key=Value>', 'a parameter'))
    .addOption(ssmParameterOption())
    .addOption(pairOption('--tag <Key=Value>', 'a tag of the stack'))
    .addOption(regionOption())
    .option(
        '--import-existing-resources',
        'import what is in AWS already under a name that the template writes out, with DeletionPolicy Retain',
    )
    .option(
        '--only-supported',
        'leave out resources of types that cannot be deployed here; implied by the next two',
    )
    .addOption(pairOption('--resource <LogicalId=Value>', 'what !Ref of a resource left out returns'))
    .addOption(pairOption('--attribute <LogicalId.Name=Value>', 'what !GetAtt of one returns'))
    .action((file: string, flags: DeployFlags) =>
        run((workplace) => {
            const { region, parameter, ssmParameter, tag, onlySupported, resource, attribute } = flags;
            const foreignValues = new Map([...resource, ...attribute]);
            return deploy(workplace, {
                file,
                stackName: flags.stackName,
                region,
                parameters: parameter,
                ssmParameters: ssmParameter,
                tags: tag,
                importExistingResources: flags.importExistingResources ?? false,
                ...((onlySupported || foreignValues.size > 0) && { foreignValues }),
            });
        }),
    );

program
    .command('import')
    .description(
        'take repositories that are in AWS already into a stack, and bring them to what the template says',
    )
    .argument('<template>', 'the whole stack, what is imported with a DeletionPolicy', (file) =>
        path.resolve(file),
    )
    .option('--stack-name <name>', "the stack's name (default: the template's file name)", stackName)
    .addOption(
        pairOption('--resource-id <LogicalId=Name>', 'what to import: its logical ID and its RepositoryName'),
    )
    .addOption(
        new Option(
            '--previous <properties>',
            "what Update is told of before: the template's properties, nothing, or what Read returned",
        )
            .choices(['template', 'nothing', 'read'])
            .default('template'),
    )
    .addOption(pairOption('--parameter <Key=Value>', 'a parameter'))
    .addOption(ssmParameterOption())
    .addOption(regionOption())
    .option('--only-supported', 'leave out resources of types that cannot be deployed here')
    .addHelpText(
        'after',
        '\nAs CloudFormation does, an import reads each repository and then calls the\n' +
            'Update handler with the template: what the template says is brought about, and\n' +
            'what it leaves out stays as it is.',
    )
    .action((file: string, flags: ImportFlags) =>
        run((workplace) =>
            importInto(workplace, {
                file,
                stackName: flags.stackName,
                region: flags.region,
                parameters: flags.parameter,
                ssmParameters: flags.ssmParameter,
                identifiers: flags.resourceId,
                previousAtImport: flags.previous,
                ...(flags.onlySupported && { foreignValues: new Map() }),
            }),
        ),
    );

program
    .command('convert')
    .description('rewrite AWS::ECR::Repository, or a Terraform state, to this type')
    .argument('<file>', 'a CloudFormation template, or the output of terraform show -json', (file) =>
        path.resolve(file),
    )
    .addOption(
        pairOption('--resource-id <LogicalId=Name>', 'the name of a repository without RepositoryName'),
    )
    .option('--out-dir <folder>', 'where the new templates go (default: FILE.converted)', (folder) =>
        path.resolve(folder),
    )
    .action((file: string, { resourceId, outDir }: ConvertFlags) =>
        run(() => convertFile({ file, names: resourceId, ...(outDir && { outDir }) })),
    );

program
    .command('drift')
    .description('compare a stack with what AWS holds; exit code 2 when they differ')
    .argument('<stack>', "the stack's name", stackName)
    .action((name: string) => run((workplace) => drift(workplace, name)));

program
    .command('delete')
    .description('delete a stack and its resources; can be repeated when a deletion failed')
    .argument('<stack>', "the stack's name", stackName)
    .action((name: string) => run((workplace) => deleteStack(workplace, name)));

program
    .command('outputs')
    .description("print a stack's outputs")
    .argument('<stack>', "the stack's name", stackName)
    .action((name: string) => run((workplace) => outputs(workplace, name)));

program
    .command('list')
    .description('list the stacks')
    .action(() => run(list));

addPreview(program.command('preview'), (work) => run(work));

program
    .command('call')
    .description('call an operation of AWS by its name in the API reference, and print the answer')
    .addArgument(new Argument('<service>', 'as the AWS CLI calls it').choices(SERVICE_NAMES))
    .argument('<operation>', 'such as PutImageTagMutability')
    .argument('[input]', 'its request in JSON', jsonObject, {})
    .addOption(regionOption())
    .action((service: ServiceName, operation: string, input: JsonObject, { region }: { region: string }) =>
        run((workplace) => call(workplace, service, operation, { input, region })),
    );

program
    .command('lambda')
    .description("serve the handlers by Lambda's Invoke API, for cfn test, cfn invoke and aws lambda invoke")
    .option('--port <number>', 'where to listen', (port) => wholeNumber(port, 65535), 3001)
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .addOption(regionOption())
    .action((options: { host: string; port: number; region: string }) =>
        run((workplace) => serveLambda(workplace, options)),
    );

program
    .command('aws')
    .description(
        'serve the AWS stand-in in the foreground, with stacks, for register, live-test and the AWS CLI',
    )
    .option('--port <number>', 'where to listen on 127.0.0.1', (port) => wholeNumber(port, 65535), 4566)
    .action(({ port }: { port: number }) => run((workplace) => serveAws(workplace, port)));

program
    .command('stop')
    .description('end the AWS stand-in; what it holds is lost')
    .action(() => run(stop));

program
    .command('demo')
    .description(
        'show what the type does, from the first deployment to the deletion, on a stand-in of its own',
    )
    .option('--verbose', 'print the AWS objects too')
    .action(({ verbose = false }: { verbose?: boolean }) => run((workplace) => demo(workplace, verbose)));

/** Runs a command to its exit code. */
async function run(command: (workplace: Workplace) => ExitCode | Promise<ExitCode>): Promise<void> {
    const { stateDir, bundle, endpointUrl, callbackOverhead, typeConfiguration } =
        program.opts<GlobalOptions>();
    const functions = new WarmFunctions();
    try {
        process.exitCode = await command({
            folder: new StateFolder(path.resolve(stateDir)),
            bundle: path.resolve(bundle),
            functions,
            endpoint: endpointUrl,
            callbackOverheadSeconds: callbackOverhead,
            typeConfiguration: typeConfiguration ? readTypeConfiguration(typeConfiguration) : undefined,
            interrupted: interruption(),
        });
    } catch (error) {
        const problem = fileProblem(error);
        const hint = problem?.includes(stateDir) ? ' Another folder can be given with --state-dir.' : '';
        say(problem ? `${problem}.${hint}` : messageOf(error));
        process.exitCode = 1;
    } finally {
        await functions.close();
    }
}

function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}

/** The first Ctrl-C lets the calls under way answer; a later one ends at once. */
function interruption(): AbortSignal {
    const controller = new AbortController();
    let first = Number.POSITIVE_INFINITY;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        process.on(signal, () => {
            // One Ctrl-C can come twice: from the terminal and from the process above.
            if (Date.now() - first > 500) {
                process.exit(130);
            }
            first = Math.min(first, Date.now());
            controller.abort();
        });
    }
    return controller.signal;
}

function ssmParameterOption(): Option {
    return pairOption(
        '--ssm-parameter <Name=Value>',
        "a value of Systems Manager's Parameter Store, for parameters of such types and {{resolve:ssm:Name}}",
    );
}

function stackName(name: string): string {
    const problem = stackNameProblem(name);
    if (problem) {
        throw new InvalidArgumentError(problem);
    }
    return name;
}

function endpointUrl(written: string): string {
    if (!/^https?:$/.test(URL.canParse(written) ? new URL(written).protocol : '')) {
        throw new InvalidArgumentError('wanted a URL such as http://127.0.0.1:5000.');
    }
    return written;
}

function jsonObject(written: string): JsonObject {
    const value = jsonIn(written);
    if (!isObject(value)) {
        throw new InvalidArgumentError('wanted an object in JSON, such as {"repositoryName": "my-app"}.');
    }
    return value;
}

function wholeNumber(written: string, most: number): number {
    const number = Number(written);
    if (!/^\d+$/.test(written) || number > most) {
        throw new InvalidArgumentError(`wanted a whole number from 0 to ${most}.`);
    }
    return number;
}

outliveReaders();
refuseUnknownCommand(program, process.argv.slice(2));
void program.parseAsync();
