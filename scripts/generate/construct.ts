import type { ResourceSchema, Schema } from './schema';
import { renderTypes } from './types';

/** The schema with an IResolvable in place of every value: CDK's form of what only the deployment knows. */
function resolvable(schema: Schema): Schema {
    const { description, ...value } = inside(schema);
    return { ...(description !== undefined && { description }), anyOf: [value, { tsType: 'IResolvable' }] };
}

/** The schema with an IResolvable in place of the values in it. */
function inside(schema: Schema): Schema {
    const { properties, items } = schema;
    return {
        ...schema,
        ...(properties && { properties: mapValues(properties, resolvable) }),
        ...(items && { items: resolvable(items) }),
    };
}

function mapValues<T>(object: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> {
    return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

/** examples/cdk/ecr-repository.ts: the construct for the AWS CDK, a file that needs no other. */
export async function renderConstruct(schema: ResourceSchema): Promise<string> {
    const { typeName, definitions = {}, readOnlyProperties = [] } = schema;
    const className = `Cfn${typeName.split('::').at(-1)}`;
    const attributes = readOnlyProperties.map((pointer) => pointer.replace('/properties/', ''));
    const given = Object.entries(schema.properties).filter(([name]) => !attributes.includes(name));
    const { Tags, ...properties } = Object.fromEntries(given);
    const { Tag, ...others } = definitions;
    if (Tags === undefined || Tag === undefined) throw new Error('The construct needs Tags, a list of Tag.');
    const typed: ResourceSchema = {
        ...schema,
        // CDK's TagManager takes apart the list and its items; only their texts may be tokens.
        properties: { ...mapValues(properties, resolvable), Tags },
        definitions: { ...mapValues(others, inside), Tag },
    };
    const imports = `
import { CfnResource, type IResolvable, type ITaggableV2, TagManager, TagType } from 'aws-cdk-lib';
import type { Construct } from 'constructs';`;
    return `${await renderTypes(typed, `${className}Props`, imports)}
/**
 * ${schema.description}
 */
export class ${className} extends CfnResource implements ITaggableV2 {
    static readonly CFN_RESOURCE_TYPE_NAME = '${typeName}';

    readonly cdkTagManager: TagManager;
${attributes
    .map(
        (name) => `
    /**
     * ${schema.properties[name]?.description}
     */
    readonly attr${name} = this.getAtt('${name}').toString();
`,
    )
    .join('')}
    constructor(scope: Construct, id: string, { Tags = [], ...properties }: ${className}Props) {
        const type = ${className}.CFN_RESOURCE_TYPE_NAME;
        super(scope, id, { type, properties });
        const tags = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
        this.cdkTagManager = new TagManager(TagType.KEY_VALUE, type, tags, { tagPropertyName: 'Tags' });
    }
}
`;
}
