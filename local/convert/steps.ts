import schema from '../../schema.json';
import type { Conversion } from './conversion';
import { identifiersOf } from './report';

/** The files of a conversion; what a state gives has no stack yet, and so none to retain and release. */
export interface Files {
    readonly retain?: string;
    readonly release?: string;
    readonly import: string;
    readonly final: string;
}

/** The commands that bring repositories of a stack under this type; each waits for the one before. */
export function templateSteps(
    files: Required<Files>,
    conversion: Conversion,
    parameters: readonly string[],
): string {
    return numbered([
        `Keep: nothing that leaves the stack is deleted.\n${deploy(files.retain)}`,
        `Release: the repositories leave the stack and stay in AWS, with their images.\n${deploy(files.release)}`,
        importStep(files.import, conversion, parameters),
        `Complete: references, settings and what belongs to the repositories.\n${deploy(files.final)}`,
        DRIFT,
    ]);
}

/** The same from a Terraform state. */
export function terraformSteps(
    files: Files,
    conversion: Conversion,
    policies: readonly { readonly name: string; readonly file: string }[],
    addresses: readonly string[],
    later: readonly string[],
): string {
    const forget = addresses.map((address) => `terraform state rm '${address}'`);
    return numbered([
        ...(policies.length > 0
            ? [
                  `Name the statements as this type does; permissions stay.\n${policies
                      .map(
                          ({ name, file }) =>
                              `aws ecr set-repository-policy --repository-name ${name} --policy-text file://${file}`,
                      )
                      .join('\n')}`,
              ]
            : []),
        `Forget: take their blocks out of the configuration, and then\n${forget.join('\n')}\nterraform plan must not want to destroy any of them.`,
        `Import them into a new stack.\n${importCommands(files.import, identifiersOf(conversion.repositories), [])}`,
        `Complete: settings and what belongs to the repositories.\n${deploy(files.final)}`,
        DRIFT,
        ...(later.length > 0
            ? [
                  `What the stack does now goes from the configuration; terraform apply deletes it.\nA log group that you want to read further: terraform state rm instead.\n${later.join('\n')}`,
              ]
            : []),
    ]);
}

const DRIFT =
    'Compare: every repository must be IN_SYNC.\naws cloudformation detect-stack-drift --stack-name STACK';

function importStep(file: string, { repositories }: Conversion, parameters: readonly string[]): string {
    return `Import: the same repositories come back as ${schema.typeName}.\n${importCommands(file, identifiersOf(repositories), parameters)}`;
}

function importCommands(
    file: string,
    identifiers: readonly (readonly [string, string])[],
    parameters: readonly string[],
): string {
    const resources = identifiers.map(([LogicalResourceId, RepositoryName]) => ({
        ResourceType: schema.typeName,
        LogicalResourceId,
        ResourceIdentifier: { RepositoryName },
    }));
    const previous = parameters.map((name) => `ParameterKey=${name},UsePreviousValue=true`).join(' ');
    return [
        'aws cloudformation create-change-set --stack-name STACK --change-set-name import --change-set-type IMPORT \\',
        `  --template-body file://${file} ${previous && `--parameters ${previous} `}\\`,
        `  --resources-to-import '${JSON.stringify(resources)}'`,
        'aws cloudformation wait change-set-create-complete --stack-name STACK --change-set-name import',
        'aws cloudformation execute-change-set --stack-name STACK --change-set-name import',
        'aws cloudformation wait stack-import-complete --stack-name STACK',
    ].join('\n');
}

function deploy(file: string): string {
    return `aws cloudformation deploy --stack-name STACK --template-file ${file}`;
}

function numbered(steps: readonly string[]): string {
    return steps.map((step, index) => `${index + 1}. ${step.replaceAll('\n', '\n     ')}`).join('\n');
}
