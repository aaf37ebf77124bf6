import type { ResourceSchema, Schema } from './schema';

/** How models.ts writes one property. */
interface Field {
    readonly type: string;
    /** The class of the values inside all the containers. */
    readonly inner: string;
    /** Outermost first. */
    readonly containers: readonly string[];
    /** Whether class-transformer makes the values itself. */
    readonly nested: boolean;
}

/** One class of models.ts. */
interface Model {
    readonly schema: Schema;
    readonly fields: Map<string, Field>;
}

const PRIMITIVES = new Map([
    ['string', 'String'],
    ['integer', 'Integer'],
    ['boolean', 'Boolean'],
    ['number', 'Number'],
]);

/** Keywords that change what the plugin writes, in ways that are not rendered here. */
const UNSUPPORTED = [
    'allOf',
    'anyOf',
    'oneOf',
    'additionalItems',
    'additionalProperties',
    'additionalIdentifiers',
];

/** The names that the plugin ends with an underscore. */
const RESERVED = new Set(
    (
        'abstract any as async await bigint boolean break case catch class configurable const constructor ' +
        'continue debugger declare default delete do else enum enumerable export extends false finally for ' +
        'from function get if implements import in instanceof interface is let module namespace never new ' +
        'null number of package private protected public readonly require return set static string super ' +
        'switch symbol this throw true try type typeof undefined value var void while with writable yield'
    ).split(' '),
);

const lowerFirst = (word: string) => word.charAt(0).toLowerCase() + word.slice(1);
const upperFirst = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

function fieldName(key: string): string {
    const name = lowerFirst(key);
    return RESERVED.has(name) ? `${name}_` : name;
}

const plain = (type: string, inner: string): Field => ({ type, inner, containers: [], nested: false });
const nest = (model: string): Field => ({ ...plain(model, model), nested: true });
const ANYTHING = plain('object', 'Object');

function contain(container: 'Array' | 'Set' | 'Map', content: Field): Field {
    return {
        type: container === 'Map' ? `Map<string, ${content.type}>` : `${container}<${content.type}>`,
        inner: content.inner,
        containers: [container, ...content.containers],
        nested: container === 'Array' && content.nested,
    };
}

/** Finds a schema's classes, in the order in which the plugin writes them. */
class ModelReader {
    readonly models = new Map<string, Model>();
    private readonly followed = new Set<string>();

    constructor(private readonly root: ResourceSchema) {
        this.read(root, 'ResourceModel');
        // The plugin writes the class even where there is no configuration.
        this.read(root.typeConfiguration ?? { properties: {} }, 'TypeConfigurationModel');
    }

    /** `name` is that of the nearest property or definition around the schema. */
    private read(schema: Schema, name: string): Field {
        if (schema.$ref !== undefined) return this.follow(schema.$ref);
        const unsupported = UNSUPPORTED.find((keyword) => schema[keyword]);
        if (unsupported !== undefined) throw new Error(`${name}: ${unsupported} is not supported.`);
        const { type = 'object' } = schema;
        if (type === 'object') return this.readObject(schema, name);
        if (type === 'array') return this.readArray(schema, name);
        if (typeof type !== 'string' && new Set(type).size > 1) return ANYTHING;
        const primitive = String(type);
        const inner = PRIMITIVES.get(primitive);
        if (inner === undefined) throw new Error(`${name}: type ${primitive} is not supported.`);
        return plain(primitive, inner);
    }

    private follow(ref: string): Field {
        const name = /^#\/definitions\/([A-Za-z0-9]+)$/.exec(ref)?.[1] ?? '';
        const definition = this.root.definitions?.[name];
        if (definition === undefined) throw new Error(`$ref ${ref} names no definition.`);
        const className = upperFirst(name);
        if (this.models.get(className)?.schema === definition) return nest(className);
        if (this.followed.has(ref)) throw new Error(`$ref ${ref} leads back to itself.`);
        this.followed.add(ref);
        const field = this.read(definition, className);
        this.followed.delete(ref);
        return field;
    }

    private readArray(schema: Schema, name: string): Field {
        const items = schema.items === undefined ? ANYTHING : this.read(schema.items, name);
        return contain(schema.uniqueItems && schema.insertionOrder === false ? 'Set' : 'Array', items);
    }

    private readObject(schema: Schema, name: string): Field {
        const { properties, patternProperties = {} } = schema;
        if (properties === undefined) {
            const values = Object.values(patternProperties).map((value) => this.read(value, name));
            return contain('Map', (values.length === 1 ? values[0] : undefined) ?? ANYTHING);
        }
        if (schema.patternProperties !== undefined) {
            throw new Error(`${name}: properties and patternProperties exclude each other.`);
        }
        // Declared before its properties are read: they may refer to it, and the order is the plugin's.
        if (this.models.get(name)?.schema !== schema) this.readFields(properties, this.declare(name, schema));
        return nest(name);
    }

    private readFields(properties: Readonly<Record<string, Schema>>, { fields }: Model): void {
        for (const [key, property] of Object.entries(properties)) {
            // The plugin takes these two names for keywords and names classes after the wrong thing.
            if (['properties', 'definitions'].includes(key)) throw new Error(`${key} is no property's name.`);
            fields.set(key, this.read(property, upperFirst(key)));
        }
    }

    private declare(name: string, schema: Schema): Model {
        if (this.models.has(name)) throw new Error(`Two objects would both become the class ${name}.`);
        const model = { schema, fields: new Map<string, Field>() };
        this.models.set(name, model);
        return model;
    }
}

function renderField(key: string, { type, inner, containers, nested }: Field): string {
    const name = fieldName(key);
    const transform = `    @Transform(
        ({value, obj}) =>
            transformValue(${inner}, '${name}', value, obj, [${containers.join(', ')}]),
        {
            toClassOnly: true,
        }
    )`;
    return `    @Expose({ name: '${key}' })
${nested ? `    @Type(() => ${inner})` : transform}
    ${name}?: Optional<${type}>;
`;
}

const path = (pointer: string) => pointer.split('/').slice(2);
const identifierKey = (pointer: string) => `IDENTIFIER_KEY_${path(pointer).join('_').toUpperCase()}`;

function renderConstants({ typeName, primaryIdentifier }: ResourceSchema): string {
    const keys = primaryIdentifier.map(
        (pointer) => `    @Exclude()
    protected readonly ${identifierKey(pointer)}: string = '${pointer}';
`,
    );
    return `    @Exclude()
    public static readonly TYPE_NAME: string = '${typeName}';

${keys.join('')}`;
}

function renderIdentifierPart(pointer: string): string {
    const names = path(pointer).map(lowerFirst);
    const present = names.map((_, index) => `this.${names.slice(0, index + 1).join('.')} != null`);
    return `        if (${present.join(' && ')}) {
            identifier[this.${identifierKey(pointer)}] = this.${names.join('.')};
        }

`;
}

function renderMethods({ primaryIdentifier }: ResourceSchema): string {
    return `    @Exclude()
    public getPrimaryIdentifier(): Dict {
        const identifier: Dict = {};
${primaryIdentifier.map(renderIdentifierPart).join('')}        // only return the identifier if it can be used, i.e. if all components are present
        return Object.keys(identifier).length === ${primaryIdentifier.length} ? identifier : null;
    }

    @Exclude()
    public getAdditionalIdentifiers(): Array<Dict> {
        const identifiers: Array<Dict> = new Array<Dict>();
        // only return the identifiers if any can be used
        return identifiers.length === 0 ? null : identifiers;
    }
`;
}

function renderModel(name: string, { schema, fields }: Model, root: ResourceSchema): string {
    const isResource = schema === root;
    return `export class ${name} extends BaseModel {
${isResource ? renderConstants(root) : ''}
${[...fields].map(([key, field]) => renderField(key, field)).join('')}
${isResource ? renderMethods(root) : ''}}

`;
}

/** models.ts, byte for byte as `cfn generate` writes it; what it cannot render so, it refuses. */
export function renderModels(schema: ResourceSchema): string {
    const { models } = new ModelReader(schema);
    const library = '@amazon-web-services-cloudformation/cloudformation-cli-typescript-lib';
    return `// This is a generated file. Modifications will be overwritten.
import { BaseModel, Dict, integer, Integer, Optional, transformValue } from '${library}';
import { Exclude, Expose, Type, Transform } from 'class-transformer';

${[...models].map(([name, model]) => renderModel(name, model, schema)).join('')}`;
}
