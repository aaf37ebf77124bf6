import { didYouMean } from '../did-you-mean';
import { typeName } from '../resource-type';
import type { Settings } from './scope';
import { Problems } from './syntax';
import type { Resource, Template } from './template';

/** Says only which constructs an app has; CloudFormation makes nothing of it. */
const NOTHING = 'AWS::CDK::Metadata';

/** Resources of other types, by logical ID. They are left out when the settings say so, and refused otherwise. */
export function leftOut(
    template: Template,
    { foreignValues, awsTypes = [] }: Settings,
): ReadonlyMap<string, Resource> {
    const known = [typeName, ...awsTypes];
    const foreign = new Map([...template.resources].filter(([, { type }]) => !known.includes(type)));
    const problems = new Problems();
    for (const resource of foreignValues ? [] : foreign.values()) {
        const { logicalId, type } = resource;
        if (type !== NOTHING) {
            problems.add(resource, `${logicalId} is of type ${type}; ${rule(type)}`);
        }
    }
    for (const key of foreignValues?.keys() ?? []) {
        const [logicalId = ''] = key.split('.');
        if (!foreign.has(logicalId)) {
            const hint = didYouMean(logicalId, foreign.keys());
            problems.add(
                { at: template.file },
                `${key}: there is no resource of another type by this name${hint}`,
            );
        }
    }
    problems.refuse();
    return foreign;
}

function rule(type: string): string {
    return `only ${typeName} can be deployed here${didYouMean(type, [typeName])} (--only-supported leaves the others out)`;
}
