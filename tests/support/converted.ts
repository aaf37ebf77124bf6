import { readFileSync } from 'node:fs';
import path from 'node:path';
import { convert } from '../../local/convert/convert';

const FOLDER = path.join(__dirname, 'convert');

/** A template or a Terraform state, converted; `file` finds a stage by the beginning of its name. */
export function converted(text: string, names: Record<string, string> = {}) {
    const { files, ...output } = convert({
        file: 'given',
        text,
        names: new Map(Object.entries(names)),
        place: (name) => name,
    });
    return {
        ...output,
        file: (beginning: string) => [...files].find(([name]) => name.startsWith(beginning))?.[1] ?? '',
    };
}

/** A template or a state as teams write them. */
export const fixture = (name: string) => readFileSync(path.join(FOLDER, name), 'utf8');

/** The properties that a repository with these has afterwards. */
export function propertiesOf(properties: object, parameters: object = {}) {
    const template = {
        Parameters: parameters,
        Resources: { Api: { Type: 'AWS::ECR::Repository', Properties: properties } },
    };
    return JSON.parse(converted(JSON.stringify(template)).file('4')).Resources.Api.Properties;
}
