import type { ResourceSchema, Schema } from './schema';

/** Which property begins which group; the properties after it, in the order of the schema, belong to it too. */
const GROUPS: Readonly<Record<string, string>> = {
    RepositoryName: 'Repository',
    EnableLifecyclePolicy: 'Clean-up',
    EnableRepositoryPolicy: 'Access',
    EnableReplication: 'Replication',
    EnableRegistryScanning: 'Registry scanning',
    EnableScanLogging: 'Findings',
    Tags: 'Tagging',
};

/** CloudFormation's words for JSON schema's types. */
const TYPES: Readonly<Record<string, string>> = {
    string: 'String',
    integer: 'Integer',
    boolean: 'Boolean',
    object: 'Json',
};

type Entry = readonly [name: string, schema: Schema];

/** docs/properties.md: what a template may say and gets back, from the schema alone. */
export function renderPropertiesPage(schema: ResourceSchema): string {
    const page = new Page(schema);
    return [
        `# Properties of ${schema.typeName}`,
        '<!-- Generated from schema.json by npm run generate. Modifications will be overwritten. -->',
        `${schema.description}`,
        '## Syntax',
        fenced([`Type: ${schema.typeName}`, 'Properties:', ...page.syntax().map((line) => `  ${line}`)]),
        ...page.groups(),
        ...page.definitions(),
        ...page.returnValues(),
        ...page.typeConfiguration(),
    ]
        .join('\n\n')
        .concat('\n');
}

class Page {
    private readonly writable: readonly Entry[];
    private readonly readOnly: readonly Entry[];

    constructor(private readonly schema: ResourceSchema) {
        const entries = Object.entries(schema.properties);
        this.writable = entries.filter(([name]) => !this.has('readOnlyProperties', name));
        this.readOnly = entries.filter(([name]) => this.has('readOnlyProperties', name));
    }

    /** All properties as YAML, with their types in place of values. */
    syntax(): string[] {
        return this.writable.flatMap((entry) => this.lines(entry));
    }

    groups(): string[] {
        return this.writable.flatMap(([name, property]) => [
            ...(GROUPS[name] === undefined ? [] : [`## ${GROUPS[name]}`]),
            `### ${name}`,
            `${property.description}`,
            this.facts([name, property], this.schema, this.update(name)),
        ]);
    }

    /** The objects that properties are made of. */
    definitions(): string[] {
        const objects = Object.entries(this.schema.definitions ?? {}).filter(
            ([, { type }]) => type === 'object',
        );
        return [
            '## Definitions',
            ...objects.flatMap(([name, definition]) => [
                `### ${name}`,
                `${definition.description}`,
                ...Object.entries(definition.properties ?? {}).flatMap((entry) => [
                    `#### ${entry[0]}`,
                    `${entry[1].description}`,
                    this.facts(entry, definition, []),
                ]),
            ]),
        ];
    }

    returnValues(): string[] {
        const identifier = this.schema.primaryIdentifier.map(nameOf).join(' and ');
        return [
            '## Return values',
            `\`!Ref\` returns \`${identifier}\`. \`!GetAtt\` knows:`,
            this.readOnly.map(([name, { description }]) => `- \`${name}\`: ${description}`).join('\n'),
        ];
    }

    /** What the owner of the type in an account sets, not a template. */
    typeConfiguration(): string[] {
        const { typeConfiguration } = this.schema;
        return typeConfiguration
            ? [
                  '## Type configuration',
                  `${typeConfiguration['description']}`,
                  ...Object.entries(typeConfiguration.properties ?? {}).flatMap((entry) => [
                      `### ${entry[0]}`,
                      `${entry[1]['description']}`,
                      this.facts(entry, typeConfiguration, []),
                  ]),
              ]
            : [];
    }

    private lines([name, schema]: Entry): string[] {
        const target = this.target(schema.type === 'array' ? schema.items : schema);
        const members = Object.entries(target.properties ?? {}).flatMap((entry) => this.lines(entry));
        const content = members.length > 0 ? members : [typeOf(target)];
        if (schema.type !== 'array') {
            return members.length > 0
                ? [`${name}:`, ...content.map((line) => `  ${line}`)]
                : [`${name}: ${content}`];
        }
        return [`${name}:`, ...content.map((line, index) => `${index === 0 ? '  - ' : '    '}${line}`)];
    }

    private facts([name, schema]: Entry, owner: Schema, update: readonly string[]): string {
        const required = Array.isArray(owner['required']) && owner['required'].includes(name);
        const facts = [
            `Type: ${this.typeInWords(schema)}`,
            `Required: ${required ? 'yes' : 'no'}`,
            ...(schema['default'] === undefined ? [] : [`Default: ${code(schema['default'])}`]),
            ...limits(schema),
            ...(schema.items ? limits(this.target(schema.items), ' of each item') : []),
            ...update,
        ];
        return facts.map((fact) => `- ${fact}`).join('\n');
    }

    private typeInWords(schema: Schema): string {
        if (schema.type !== 'array') {
            return this.named(schema);
        }
        const order = schema.insertionOrder === false ? '; the order does not matter' : '';
        return `list of ${this.named(schema.items ?? {})}${schema.uniqueItems ? ', each once' : ''}${order}`;
    }

    /** A definition that is an object has a place of its own on the page. */
    private named(schema: Schema): string {
        const target = this.target(schema);
        const name = schema.$ref?.split('/').pop();
        return name !== undefined && target.type === 'object'
            ? `[${name}](#${name.toLowerCase()})`
            : typeOf(target);
    }

    private target(schema: Schema = {}): Schema {
        const name = schema.$ref?.split('/').pop() ?? '';
        return this.schema.definitions?.[name] ?? schema;
    }

    private update(name: string): string[] {
        return [
            `Update requires: ${this.has('createOnlyProperties', name) ? 'replacement' : 'no interruption'}`,
        ];
    }

    private has(list: string, name: string): boolean {
        const pointers = this.schema[list];
        return Array.isArray(pointers) && pointers.map(nameOf).includes(name);
    }
}

function typeOf({ type }: Schema): string {
    return TYPES[String(type)] ?? String(type);
}

/** The schema's bounds, one each; `of` tells what they are about. */
function limits(schema: Schema, of = ''): string[] {
    const { enum: values, pattern, minimum, maximum, minLength, maxLength, minItems, maxItems } = schema;
    return [
        ...(Array.isArray(values) ? [`Allowed values${of}: ${values.map(code).join(', ')}`] : []),
        ...range(`Value${of}`, minimum, maximum),
        ...range(`Characters${of}`, minLength, maxLength),
        ...range(`Items${of}`, minItems, maxItems),
        ...(pattern === undefined ? [] : [`Pattern${of}: \`${pattern}\``]),
    ];
}

function range(what: string, least: unknown, most: unknown): string[] {
    if (least === undefined && most === undefined) {
        return [];
    }
    const words = most === undefined ? 'at least' : least === undefined ? 'at most' : `${least} to`;
    return [`${what}: ${words} ${most ?? least}`];
}

function code(value: unknown): string {
    return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function nameOf(pointer: string): string {
    return pointer.replace('/properties/', '');
}

function fenced(lines: readonly string[]): string {
    return ['```yaml', ...lines, '```'].join('\n');
}
