import schema from '../../schema.json';
import { isObject, type Json, type JsonObject } from '../json';
import { type Conversion, conversionOf, propertiesOf } from './conversion';
import { reportOf } from './report';
import type { ConvertedRepository } from './repository';
import { resourcesIn } from './resources';
import { Source } from './source';
import { importable, RETAIN, stagesOf } from './stages';
import { type TemplateOptions, templateSteps, terraformSteps } from './steps';
import { readTerraform, type TerraformState } from './terraform';
import { toYaml } from './yaml-text';

/** What a conversion writes and tells. */
export interface Outcome {
    /** By file name. */
    readonly files: ReadonlyMap<string, string>;
    readonly report: string;
    readonly steps: string;
}

export interface Request {
    /** As errors call it. */
    readonly file: string;
    readonly text: string;
    /** By logical ID, for repositories that CloudFormation named. */
    readonly names: ReadonlyMap<string, string>;
    /** Where a file will be, as the steps call it. */
    readonly place: (name: string) => string;
}

/** Pure. Rewrites a template, or the state of Terraform, to this type. */
export function convert({ file, text, names, place }: Request): Outcome {
    const source = new Source(file, text);
    const state = readTerraform(source.data);
    const conversion = conversionOf(state?.template ?? source.data, names, state?.home);
    if (conversion.repositories.length === 0) {
        throw new Error(
            `${file} has no AWS::ECR::Repository and no aws_ecr_repository. Give a CloudFormation template, or the output of terraform show -json.`,
        );
    }
    return state ? fromTerraform(state, conversion, place) : fromTemplate(source, conversion, place);
}

function fromTemplate(source: Source, conversion: Conversion, place: (name: string) => string): Outcome {
    const extension = source.isJson ? 'json' : 'yml';
    const names = {
        retain: `1-retain.${extension}`,
        release: `2-release.${extension}`,
        import: `3-import.${extension}`,
        final: `4-final.${extension}`,
    };
    const stages = stagesOf(source, conversion);
    const files = new Map([
        [names.retain, stages.retain],
        [names.release, stages.release],
        [names.import, stages.import],
        [names.final, stages.final],
    ]);
    const at = {
        retain: stages.retain === source.text ? undefined : place(names.retain),
        release: place(names.release),
        import: place(names.import),
        final: place(names.final),
    };
    return {
        files,
        report: reportOf(conversion),
        steps: templateSteps(at, conversion, optionsOf(source.data)),
    };
}

function optionsOf(template: Json): TemplateOptions {
    const parameters = isObject(template) ? template['Parameters'] : undefined;
    return {
        parameters: isObject(parameters) ? Object.keys(parameters) : [],
        hasIam: resourcesIn(template).some(({ type }) => type.startsWith('AWS::IAM::')),
    };
}

function fromTerraform(
    { addresses }: TerraformState,
    conversion: Conversion,
    place: (name: string) => string,
): Outcome {
    const { repositories, released, replaced } = conversion;
    const policies = repositories.flatMap(({ resource, name, renamedPolicy }) =>
        renamedPolicy
            ? [{ name: String(name), file: `policy-${resource.logicalId}.json`, renamedPolicy }]
            : [],
    );
    const files = new Map([
        ...policies.map(({ file, renamedPolicy }): [string, string] => [
            file,
            `${JSON.stringify(renamedPolicy, null, 2)}\n`,
        ]),
        ['import.yml', templateOf(repositories.map(importable))],
        ['final.yml', templateOf(repositories.map(declared))],
    ]);
    const addressesOf = (list: Conversion['released']) =>
        list.flatMap(({ logicalId }) => addresses.get(logicalId) ?? []);
    return {
        files,
        report: reportOf(conversion),
        steps: terraformSteps(
            { import: place('import.yml'), final: place('final.yml') },
            conversion,
            policies.map(({ name, file }) => ({ name, file: place(file) })),
            addressesOf([...repositories.map(({ resource }) => resource), ...released]),
            addressesOf(replaced),
        ),
    };
}

function declared(repository: ConvertedRepository): JsonObject {
    const Properties = propertiesOf(repository);
    return { [repository.resource.logicalId]: { Type: schema.typeName, ...RETAIN, Properties } };
}

function templateOf(resources: readonly JsonObject[]): string {
    const Resources: Json = Object.assign({}, ...resources);
    return `${toYaml({ AWSTemplateFormatVersion: '2010-09-09', Resources })}\n`;
}
