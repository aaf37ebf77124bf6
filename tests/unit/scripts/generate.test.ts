import { spawnSync } from 'node:child_process';
import {
    lstatSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    readlinkSync,
    rmSync,
    writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Ajv from 'ajv';
import { renderModels } from '../../../scripts/generate/models';
import type { Schema } from '../../../scripts/generate/schema';

/** A property, a definition, or a schema inside one. */
interface Part {
    $ref?: string;
    type?: string;
    description?: string;
    pattern?: string;
    default?: unknown;
    uniqueItems?: boolean;
    items?: Part;
    properties?: Record<string, Part>;
    patternProperties?: Record<string, Part>;
}

interface TypeSchema {
    typeName: string;
    properties: Record<string, Part>;
    definitions: Record<string, Part>;
    primaryIdentifier: string[];
    createOnlyProperties?: string[];
    readOnlyProperties?: string[];
    writeOnlyProperties?: string[];
    tagging: { tagProperty: string; permissions: string[] };
    handlers: Record<string, { permissions: string[]; timeoutInMinutes?: number }>;
}

const root = join(__dirname, '..', '..', '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const readMeta = (name: string) =>
    JSON.parse(read(`local/aws/cloudformation/meta-schema/${name}.definition.schema.v1.json`));

const schema: TypeSchema = JSON.parse(read('schema.json'));

/** The schema with another value at the pointer; undefined takes away what is there. */
function schemaWith(pointer: string, value: unknown): TypeSchema {
    const copy = structuredClone(schema);
    const keys = pointer.split('/').slice(1);
    const last = keys.pop() ?? '';
    Reflect.set(
        keys.reduce<object>((node, key) => Reflect.get(node, key), copy),
        last,
        value,
    );
    return copy;
}

function within(at: string, part: Part): [at: string, part: Part][] {
    return [
        [at, part],
        ...(part.items === undefined ? [] : within(`${at}/items`, part.items)),
        ...under(`${at}/properties`, part.properties),
        ...under(`${at}/patternProperties`, part.patternProperties),
    ];
}

function under(at: string, parts: Record<string, Part> = {}): [at: string, part: Part][] {
    return Object.entries(parts).flatMap(([name, part]) => within(`${at}/${name}`, part));
}

const partsOf = ({ properties, definitions }: TypeSchema) => [
    ...under('/properties', properties),
    ...under('/definitions', definitions),
];

const definitionOf = (ref = '', definitions: Record<string, Part>) =>
    definitions[ref.replace('#/definitions/', '')];

const ajv = new Ajv({
    strict: false,
    schemas: [readMeta('base'), readMeta('provider.configuration'), readMeta('provider')],
    formats: { regex: compiles, 'json-pointer': /^(\/[^/]+)*$/, uri: true, 'uri-reference': true },
});

function violationsOfMetaSchema(subject: TypeSchema): string[] {
    ajv.validate(readMeta('provider').$id, subject);
    return (ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function danglingPointers(subject: TypeSchema): string[] {
    const { primaryIdentifier, createOnlyProperties, readOnlyProperties, writeOnlyProperties, tagging } =
        subject;
    const lists = [primaryIdentifier, createOnlyProperties, readOnlyProperties, writeOnlyProperties];
    const known = Object.keys(subject.properties).map((name) => `/properties/${name}`);
    return [...lists.flatMap((list) => list ?? []), tagging.tagProperty].filter((it) => !known.includes(it));
}

const wrongTypeName = ({ typeName }: TypeSchema) =>
    typeName === JSON.parse(read('.rpdk-config')).typeName ? [] : [typeName];

function compiles(pattern: string): boolean {
    try {
        return ['', 'u'].every((flags) => new RegExp(pattern, flags));
    } catch {
        return false;
    }
}

/** Looks at what is outside all groups and classes, so that `^a|b$` does not pass. */
function isAnchored(pattern: string): boolean {
    let outline = pattern.replaceAll(/\\./g, '').replaceAll(/\[[^\]]*\]/g, '');
    while (outline.includes('(')) outline = outline.replaceAll(/\([^()]*\)/g, '');
    return /^\^[^|]*\$$/.test(outline);
}

function badPatterns(subject: TypeSchema): string[] {
    const keys = partsOf(subject).flatMap(([, { patternProperties }]) =>
        Object.keys(patternProperties ?? {}),
    );
    const patterns = partsOf(subject).flatMap(([, { pattern }]) => pattern ?? []);
    return [...patterns, ...keys].filter((pattern) => !compiles(pattern) || !isAnchored(pattern));
}

const brokenRefs = (subject: TypeSchema) =>
    partsOf(subject).flatMap(([, { $ref }]) =>
        $ref === undefined || definitionOf($ref, subject.definitions) ? [] : [$ref],
    );

function unusedDefinitions(subject: TypeSchema): string[] {
    const used = new Set(partsOf(subject).map(([, { $ref }]) => $ref));
    return Object.keys(subject.definitions).filter((name) => !used.has(`#/definitions/${name}`));
}

function poorDescriptions(subject: TypeSchema): string[] {
    return partsOf(subject).flatMap(([at, { description = '' }]) => {
        const name = /\/(?:properties|definitions)\/([^/]+)$/.exec(at)?.[1];
        const said = description.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase();
        return name !== undefined && (said === '' || said === name.toLowerCase()) ? [at] : [];
    });
}

const invalidDefaults = (subject: TypeSchema) =>
    partsOf(subject).flatMap(([at, part]) =>
        part.default === undefined ||
        ajv.validate({ definitions: subject.definitions, ...part }, part.default)
            ? []
            : [at],
    );

const uniqueObjects = (subject: TypeSchema) =>
    partsOf(subject).flatMap(([at, { uniqueItems, items }]) => {
        const item = definitionOf(items?.$ref, subject.definitions) ?? items;
        return uniqueItems && item?.type === 'object' ? [at] : [];
    });

const permissionLists = ({ handlers, tagging }: TypeSchema) =>
    Object.entries({ ...handlers, tagging }).map(([name, { permissions }]) => ({ name, permissions }));

const malformedPermissions = (subject: TypeSchema) =>
    permissionLists(subject)
        .flatMap(({ permissions }) => permissions)
        .filter((permission) => !/^[a-z0-9-]+:[A-Z][A-Za-z0-9]*$/.test(permission));

const misplacedPermissions = (subject: TypeSchema) =>
    permissionLists(subject).flatMap(({ name, permissions }) =>
        permissions
            .filter((permission, index) => permission <= (permissions[index - 1] ?? ''))
            .map((permission) => `${name}: ${permission}`),
    );

/** `cfn generate` makes the role from the handlers' permissions alone. */
function tagPermissionsOfNoHandler({ handlers, tagging }: TypeSchema): string[] {
    const granted = Object.values(handlers).flatMap(({ permissions }) => permissions);
    return tagging.permissions.filter((permission) => !granted.includes(permission));
}

const wrongTimeouts = ({ handlers }: TypeSchema) =>
    Object.keys(handlers).filter((name) => {
        const minutes = handlers[name]?.timeoutInMinutes ?? 120;
        return minutes < 2 || minutes > 2160;
    });

interface Rule {
    readonly rule: string;
    readonly violations: (subject: TypeSchema) => string[];
    /** What would break the rule in one place, and what is then found. */
    readonly broken: [pointer: string, value: unknown, ...found: string[]][];
}

const rules: Rule[] = [
    {
        rule: "it satisfies the registry's meta-schema",
        violations: violationsOfMetaSchema,
        broken: [
            ['/additionalProperties', true, '/additionalProperties must be equal to constant'],
            ['/primaryIdentifier', undefined, " must have required property 'primaryIdentifier'"],
            ['/properties/Tags/items/$ref', 1, '/properties/Tags/items/$ref must be string'],
            ['/properties/Not-Allowed', {}, '/properties must NOT have additional properties'],
            ['/tagging/tagProperties', [], '/tagging must NOT have additional properties'],
        ],
    },
    {
        rule: 'every pointer names a property',
        violations: danglingPointers,
        broken: [
            ['/primaryIdentifier/0', '/properties/Gone', '/properties/Gone'],
            ['/createOnlyProperties/0', '/properties/Gone', '/properties/Gone'],
            ['/readOnlyProperties/0', '/properties/Gone', '/properties/Gone'],
            ['/writeOnlyProperties', ['/properties/Gone'], '/properties/Gone'],
            ['/tagging/tagProperty', '/properties/Gone', '/properties/Gone'],
        ],
    },
    {
        rule: "its type name is .rpdk-config's",
        violations: wrongTypeName,
        broken: [['/typeName', 'Org::Containers::Other', 'Org::Containers::Other']],
    },
    {
        rule: 'every pattern compiles and is anchored',
        violations: badPatterns,
        broken: [
            ['/properties/RepositoryName/pattern', '^(a$', '^(a$'],
            ['/properties/RepositoryName/pattern', '^\\-$', '^\\-$'],
            ['/properties/RepositoryName/pattern', 'a$', 'a$'],
            ['/properties/RepositoryName/pattern', '^a\\$', '^a\\$'],
            ['/properties/RepositoryName/pattern', '^a|b$', '^a|b$'],
            ['/definitions/Tag/properties/Key/patternProperties', { '^a': {} }, '^a'],
        ],
    },
    {
        rule: 'every $ref names a definition',
        violations: brokenRefs,
        broken: [
            ['/properties/Tags/items/$ref', '#/definitions/Gone', '#/definitions/Gone'],
            ['/definitions/Tag/properties/Key', { $ref: 'Tag.json' }, 'Tag.json'],
        ],
    },
    {
        rule: 'every definition is used',
        violations: unusedDefinitions,
        broken: [['/definitions/Idle', {}, 'Idle']],
    },
    {
        rule: "every property and definition has a description that is not the property's name",
        violations: poorDescriptions,
        broken: [
            ['/properties/RepositoryName/description', undefined, '/properties/RepositoryName'],
            ['/properties/RepositoryName/description', 'Repository name.', '/properties/RepositoryName'],
            ['/definitions/Tag/description', ' ', '/definitions/Tag'],
            ['/definitions/Tag/properties/Key/description', 'key', '/definitions/Tag/properties/Key'],
        ],
    },
    {
        rule: 'every default is valid',
        violations: invalidDefaults,
        broken: [
            ['/properties/RepositoryName/default', 'X', '/properties/RepositoryName'],
            ['/properties/Tags/default', [{ Key: 'a' }], '/properties/Tags'],
            ['/definitions/Tag/properties/Key/default', 1, '/definitions/Tag/properties/Key'],
        ],
    },
    {
        rule: 'arrays of objects carry no uniqueItems, for the models cannot hold them in a Set',
        violations: uniqueObjects,
        broken: [
            ['/properties/Tags/uniqueItems', true, '/properties/Tags'],
            ['/properties/Tags', { uniqueItems: true, items: { type: 'object' } }, '/properties/Tags'],
        ],
    },
    {
        rule: 'permissions are written service:Action',
        violations: malformedPermissions,
        broken: [
            ['/handlers/read/permissions', ['ecr:*'], 'ecr:*'],
            ['/handlers/read/permissions', ['TagResource'], 'TagResource'],
            ['/tagging/permissions', ['ecr:tagResource'], 'ecr:tagResource'],
        ],
    },
    {
        rule: 'permissions are sorted and listed once',
        violations: misplacedPermissions,
        broken: [
            ['/handlers/read/permissions', ['ecr:B', 'ecr:A'], 'read: ecr:A'],
            ['/handlers/read/permissions', ['ecr:A', 'ecr:A'], 'read: ecr:A'],
            ['/tagging/permissions', ['ecr:B', 'ecr:A'], 'tagging: ecr:A'],
        ],
    },
    {
        rule: 'a handler has each of the tagging permissions',
        violations: tagPermissionsOfNoHandler,
        broken: [['/tagging/permissions', ['ecr:Other'], 'ecr:Other']],
    },
    {
        rule: 'handlers time out after 2 to 2160 minutes',
        violations: wrongTimeouts,
        broken: [
            ['/handlers/create/timeoutInMinutes', 1, 'create'],
            ['/handlers/delete/timeoutInMinutes', 2161, 'delete'],
        ],
    },
];

describe.each(rules)('schema.json: $rule', ({ violations, broken }) => {
    test('holds', () => {
        expect(violations(schema)).toEqual([]);
    });

    test.each(broken)('does not hold with %s = %j', (pointer, value, ...found) => {
        expect(violations(schemaWith(pointer, value))).toEqual(found);
    });
});

describe('the name under which the CloudFormation CLI looks for the schema', () => {
    const target = (file: string) =>
        lstatSync(join(root, file)).isSymbolicLink() ? readlinkSync(join(root, file)) : undefined;

    test('is a link to schema.json', () => {
        expect(target(`${schema.typeName.toLowerCase().replaceAll('::', '-')}.json`)).toBe('schema.json');
    });

    test('would be missed if it were a file', () => {
        expect(target('schema.json')).toBeUndefined();
    });
});

describe('the generated files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'generate-'));
    afterAll(() => rmSync(folder, { recursive: true }));

    /** Through the command line, because Jest cannot load the formatter. */
    function generate(cwd: string, ...options: string[]) {
        const program = join(root, 'node_modules/.bin/tsx');
        const { status, stderr } = spawnSync(program, [join(root, 'scripts/generate/index.ts'), ...options], {
            cwd,
            encoding: 'utf8',
        });
        return { status, stderr };
    }

    test('are what schema.json gives', () => {
        expect(generate(root, '--check')).toEqual({ status: 0, stderr: '' });
    }, 30_000);

    test('are named when another schema makes them stale, until they are generated', () => {
        const files = [
            'src/models.ts',
            'src/properties.ts',
            'docs/properties.md',
            'resource-role.yaml',
            'resource-role-prod.yaml',
            'deploy/register.yml',
            'examples/cdk/ecr-repository.ts',
        ];
        for (const file of files) {
            mkdirSync(dirname(join(folder, file)), { recursive: true });
            writeFileSync(join(folder, file), read(file));
        }
        const changed = schemaWith('/properties/Added', { type: 'string' });
        changed.handlers['create']?.permissions.push('ecr:PutImage');
        writeFileSync(join(folder, 'schema.json'), JSON.stringify(changed));

        const stderr = files.map((file) => `${file} is stale: run npm run generate\n`).join('');
        expect(generate(folder, '--check')).toEqual({ status: 1, stderr });
        expect(generate(folder)).toEqual({ status: 0, stderr: '' });
        expect(generate(folder, '--check')).toEqual({ status: 0, stderr: '' });
    }, 30_000);
});

describe('renderModels', () => {
    const tag: Schema = { type: 'object', properties: { Value: { type: 'string' } } };
    const tags: Schema = { type: 'array', items: { $ref: '#/definitions/Tag' } };
    const render = (property: Schema) =>
        renderModels({
            typeName: 'Org::Containers::Thing',
            properties: { Thing: property },
            definitions: { Tag: tag, Loop: { type: 'array', items: { $ref: '#/definitions/Loop' } } },
            primaryIdentifier: ['/properties/Thing'],
        });

    test('gives the text of src/models.ts, and another text for another schema', () => {
        expect(renderModels(JSON.parse(read('schema.json')))).toBe(read('src/models.ts'));
        expect(renderModels({ ...JSON.parse(read('schema.json')), typeName: 'A::B::C' })).not.toBe(
            read('src/models.ts'),
        );
    });

    test.each<[Schema, type: string, made: string]>([
        [{ type: 'integer' }, 'integer', "transformValue(Integer, 'thing', value, obj, [])"],
        [{ type: ['string', 'object'] }, 'object', "transformValue(Object, 'thing', value, obj, [])"],
        [{ type: 'object' }, 'Map<string, object>', "transformValue(Object, 'thing', value, obj, [Map])"],
        [
            { type: 'object', patternProperties: { '^a$': { type: 'number' } } },
            'Map<string, number>',
            "transformValue(Number, 'thing', value, obj, [Map])",
        ],
        [
            { type: 'array', items: { type: 'object' } },
            'Array<Map<string, object>>',
            "transformValue(Object, 'thing', value, obj, [Array, Map])",
        ],
        [{ $ref: '#/definitions/Tag' }, 'Tag', '@Type(() => Tag)'],
        [tags, 'Array<Tag>', '@Type(() => Tag)'],
        [{ ...tags, uniqueItems: true }, 'Array<Tag>', '@Type(() => Tag)'],
        [
            { ...tags, uniqueItems: true, insertionOrder: false },
            'Set<Tag>',
            "transformValue(Tag, 'thing', value, obj, [Set])",
        ],
        [{ type: 'array', items: tag }, 'Array<Thing>', "transformValue(String, 'value_', value, obj, [])"],
    ])('writes %j as %s', (property, type, made) => {
        expect(render(property)).toContain(`thing?: Optional<${type}>;`);
        expect(render(property)).toContain(made);
    });

    test('writes the class of the type configuration, empty where there is none', () => {
        const models = (typeConfiguration?: Schema) =>
            renderModels({
                typeName: 'A::B::C',
                properties: {},
                primaryIdentifier: [],
                ...(typeConfiguration && { typeConfiguration }),
            });
        const last = (text: string) => text.slice(text.indexOf('export class TypeConfigurationModel'));
        expect(last(models())).not.toContain('@Expose');
        const configured = last(models({ properties: { Strict: { type: 'boolean' } } }));
        expect(configured).toContain("@Expose({ name: 'Strict' })");
        expect(configured).toContain('strict?: Optional<boolean>;');
    });

    test.each<[Schema, message: string]>([
        [{ oneOf: [tag] }, 'Thing: oneOf is not supported.'],
        [{ type: 'object', additionalProperties: true }, 'Thing: additionalProperties is not supported.'],
        [{ type: 'null' }, 'Thing: type null is not supported.'],
        [{ $ref: '#/properties/Thing' }, '$ref #/properties/Thing names no definition.'],
        [{ $ref: '#/definitions/Loop' }, '$ref #/definitions/Loop leads back to itself.'],
        [{ ...tag, patternProperties: {} }, 'Thing: properties and patternProperties exclude each other.'],
        [{ properties: { definitions: {} } }, "definitions is no property's name."],
        [{ properties: { Thing: tag } }, 'Two objects would both become the class Thing.'],
    ])('refuses %j', (property, message) => {
        expect(() => render(property)).toThrow(message);
    });
});
