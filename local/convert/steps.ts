import schema from '../../schema.json';
import type { Conversion } from './conversion';
import { identifiersOf, UNKNOWN_NAME } from './report';

/** The files of a conversion of a template; what a state gives has no stack yet, and so none to retain and release. */
export interface Files {
    /** None where the given template retains already what leaves the stack. */
    readonly retain: string | undefined;
    readonly release: string;
    readonly import: string;
    readonly final: string;
}

/** What the AWS CLI must be told of a template beside its file. */
export interface TemplateOptions {
    /** The names of its parameters. */
    readonly parameters: readonly string[];
    /** Whether it has IAM resources, which CloudFormation creates and changes only with a capability. */
    readonly hasIam: boolean;
}

const NO_OPTIONS: TemplateOptions = { parameters: [], hasIam: false };

/** The commands that bring repositories of a stack under this type; each waits for the one before. */
export function templateSteps(files: Files, conversion: Conversion, options: TemplateOptions): string {
    const identifiers = identifiersOf(conversion.repositories);
    return [
        ...askForNames(identifiers),
        numbered([
            `Keep: nothing that leaves the stack is deleted.\n${keep(files.retain, options)}`,
            `Release: the repositories leave the stack and stay in AWS, with their images.\n${release(files.release, options)}`,
            `Import: the same repositories come back as ${schema.typeName}.\n${conditional(conversion)}${importCommands(files.import, identifiers, options)}`,
            `Complete: references, settings and what belongs to the repositories.\n${update('complete', files.final, options)}`,
            DRIFT,
        ]),
        REHEARSAL,
    ].join('\n\n');
}

/** The same from a Terraform state. */
export function terraformSteps(
    files: Pick<Files, 'import' | 'final'>,
    conversion: Conversion,
    policies: readonly { readonly name: string; readonly file: string }[],
    addresses: readonly string[],
    later: readonly string[],
): string {
    const identifiers = identifiersOf(conversion.repositories);
    const naming = policies.map(
        ({ name, file }) =>
            `aws ecr set-repository-policy --repository-name ${name} --policy-text ${fileArgument(file)}`,
    );
    const steps = [
        ...(naming.length > 0
            ? [['Name the statements as this type does; permissions stay.', ...naming].join('\n')]
            : []),
        [
            'Forget: Terraform no longer manages these. Until the last step, do not run terraform apply, which would create them again.',
            ...addresses.map((address) => `terraform state rm '${address}'`),
        ].join('\n'),
        `Import them into a new stack.\n${importCommands(files.import, identifiers, NO_OPTIONS)}`,
        `Complete: settings and what belongs to the repositories.\n${update('complete', files.final, NO_OPTIONS)}`,
        DRIFT,
        [
            `Remove their blocks, or their module's, from the configuration. terraform plan must ${later.length > 0 ? 'destroy these alone, which the stack replaces' : 'destroy nothing'}; then terraform apply.`,
            ...later,
            ...(later.length > 0 ? ['To keep a log group for its history, use terraform state rm.'] : []),
        ].join('\n'),
    ];
    return [numbered(steps), REHEARSAL].join('\n\n');
}

/** The stack knows the names until step 2. */
function askForNames(identifiers: readonly (readonly [string, string])[]): string[] {
    return identifiers.some(([, name]) => name.startsWith(UNKNOWN_NAME))
        ? [
              [
                  `First, replace each ${UNKNOWN_NAME}… below by the repository's name, which this shows; a loop needs an entry for each turn:`,
                  'aws cloudformation describe-stack-resources --stack-name STACK \\',
                  `  --query "StackResources[?ResourceType=='AWS::ECR::Repository'].[LogicalResourceId,PhysicalResourceId]" --output text`,
              ].join('\n     '),
          ]
        : [];
}

/** A condition decides at each deployment; only the stack knows how it did. */
function conditional({ repositories }: Conversion): string {
    const ids = repositories
        .filter(({ resource }) => 'Condition' in resource.attributes)
        .map(({ resource }) => resource.logicalId);
    return ids.length > 0
        ? `Leave out of --resources-to-import what its condition keeps out of the stack: ${ids.join(', ')}.\n`
        : '';
}

const DRIFT = [
    'Compare: every repository must be IN_SYNC. The second command has the answer after about a minute.',
    'aws cloudformation detect-stack-drift --stack-name STACK',
    'aws cloudformation describe-stack-resource-drifts --stack-name STACK \\',
    "  --query 'StackResourceDrifts[].[StackResourceDriftStatus,LogicalResourceId]' --output text",
].join('\n');

function keep(file: string | undefined, options: TemplateOptions): string {
    return file === undefined ? 'The template says so already.' : update('keep', file, options);
}

/** AWS CloudFormation API reference, ResourceChange: PolicyAction says what becomes of a resource that is removed. */
function release(file: string, options: TemplateOptions): string {
    return update('release', file, options, [
        'aws cloudformation describe-change-set --stack-name STACK --change-set-name release \\',
        "  --query 'Changes[].ResourceChange.[Action,PolicyAction,LogicalResourceId]' --output text",
        'Go on only if each line with Remove also says Retain.',
    ]);
}

/**
 * Not `aws cloudformation deploy`: without --tags that sends an empty list, which removes the stack's tags and so those of
 * its repositories (UpdateStack, API reference: Tags; aws-cli, deployer.py).
 */
function update(name: string, file: string, options: TemplateOptions, check: readonly string[] = []): string {
    return [
        ...changeSet(name, file, options),
        ...check,
        `aws cloudformation execute-change-set --stack-name STACK --change-set-name ${name}`,
        'aws cloudformation wait stack-update-complete --stack-name STACK',
    ].join('\n');
}

function importCommands(
    file: string,
    identifiers: readonly (readonly [string, string])[],
    options: TemplateOptions,
): string {
    const resources = identifiers.map(([LogicalResourceId, RepositoryName]) => ({
        ResourceType: schema.typeName,
        LogicalResourceId,
        ResourceIdentifier: { RepositoryName },
    }));
    return [
        ...changeSet('import', file, options, [
            '--change-set-type IMPORT',
            `--resources-to-import '${JSON.stringify(resources)}'`,
        ]),
        'aws cloudformation execute-change-set --stack-name STACK --change-set-name import',
        'aws cloudformation wait stack-import-complete --stack-name STACK',
    ].join('\n');
}

function changeSet(
    name: string,
    file: string,
    { parameters, hasIam }: TemplateOptions,
    more: readonly string[] = [],
): string[] {
    const previous = parameters.map((parameter) => `ParameterKey=${parameter},UsePreviousValue=true`);
    const options = [
        `--template-body ${fileArgument(file)}`,
        ...(previous.length > 0 ? [`--parameters ${previous.join(' ')}`] : []),
        ...(hasIam ? ['--capabilities CAPABILITY_NAMED_IAM'] : []),
        ...more,
    ];
    return [
        `aws cloudformation create-change-set --stack-name STACK --change-set-name ${name} \\`,
        options.map((option) => `  ${option}`).join(' \\\n'),
        `aws cloudformation wait change-set-create-complete --stack-name STACK --change-set-name ${name}`,
    ];
}

/** How the AWS CLI is told to read a file, for a shell. */
function fileArgument(file: string): string {
    const argument = `file://${file}`;
    return /^[\w./:@%+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

const REHEARSAL =
    'The guide says how to try the AWS commands without an account: docs/guide.md, "Try a conversion without an account".';

function numbered(steps: readonly string[]): string {
    return steps.map((step, index) => `${index + 1}. ${step.replaceAll('\n', '\n     ')}`).join('\n');
}
