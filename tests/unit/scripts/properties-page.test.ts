import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import schema from '../../../schema.json';
import { renderPropertiesPage } from '../../../scripts/generate/properties-page';
import type { Schema } from '../../../scripts/generate/schema';

/* That docs/properties.md is what schema.json gives is for generate.test.ts; here is what the page says of a schema. */
const page = readFileSync(join(__dirname, '../../../docs/properties.md'), 'utf8');

const THING: Schema = {
    description: 'A thing.',
    type: 'object',
    properties: { Count: { description: 'How many.', type: 'integer', minimum: 1 } },
    required: ['Count'],
};

function render(property: Schema, lists: Record<string, unknown> = {}): string {
    return renderPropertiesPage({
        typeName: 'Org::Containers::Thing',
        description: 'Things.',
        definitions: {
            Thing: THING,
            Digits: { description: 'Digits.', type: 'string', pattern: '^[0-9]+$' },
        },
        properties: { Name: { description: 'Its name.', ...property } },
        primaryIdentifier: ['/properties/Name'],
        ...lists,
    });
}

test.each(Object.keys(schema.properties))('tells of %s', (name) => {
    const readOnly = schema.readOnlyProperties.includes(`/properties/${name}`);
    expect(page).toContain(readOnly ? `\n- \`${name}\`: ` : `\n### ${name}\n`);
});

test.each(
    Object.entries(schema.definitions).flatMap(([name, { type }]) => (type === 'object' ? [name] : [])),
)('tells of the definition %s, which has a place of its own to lead to', (name) => {
    expect(page.split('\n').filter((line) => line.toLowerCase() === `### ${name.toLowerCase()}`)).toEqual([
        `### ${name}`,
    ]);
});

test.each<[Schema, ...facts: string[]]>([
    [{ type: 'string', minLength: 2, maxLength: 9 }, 'Type: String', 'Required: no', 'Characters: 2 to 9'],
    [{ type: 'integer', minimum: 3, default: 5 }, 'Type: Integer', 'Default: `5`', 'Value: at least 3'],
    [{ type: 'string', enum: ['A', 'B'], default: 'A' }, 'Default: `A`', 'Allowed values: `A`, `B`'],
    [{ type: 'boolean', default: false }, 'Type: Boolean', 'Default: `false`'],
    [
        { type: 'array', maxItems: 4, uniqueItems: true, items: { $ref: '#/definitions/Digits' } },
        'Type: list of String, each once',
        'Items: at most 4',
        'Pattern of each item: `^[0-9]+$`',
    ],
    [
        { type: 'array', insertionOrder: false, items: { $ref: '#/definitions/Thing' } },
        'Type: list of [Thing](#thing); the order does not matter',
    ],
    [{ type: 'object' }, 'Type: Json', 'Update requires: no interruption'],
])('says of %j what it may be', (property, ...facts) => {
    const lines = render(property).split('\n');
    for (const fact of facts) {
        expect(lines).toContain(`- ${fact}`);
    }
});

test('says what is required, what replaces and what is only given back', () => {
    const lists = { required: ['Name'], createOnlyProperties: ['/properties/Name'] };
    const text = render({ type: 'string' }, lists);
    expect(text).toContain('- Required: yes\n- Update requires: replacement\n');
    expect(text).toContain(
        '#### Count\n\nHow many.\n\n- Type: Integer\n- Required: yes\n- Value: at least 1\n',
    );
    expect(text).toContain('`!Ref` returns `Name`.');
    const output = render({ type: 'string' }, { readOnlyProperties: ['/properties/Name'] });
    expect(output).toContain('`!GetAtt` knows:\n\n- `Name`: Its name.\n');
    expect(output).not.toContain('### Name');
});

test('shows as YAML how a list of objects is written', () => {
    const text = render({ type: 'array', items: { $ref: '#/definitions/Thing' } });
    expect(text).toContain('Properties:\n  Name:\n    - Count: Integer\n```');
});
