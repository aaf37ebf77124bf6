import type { ResourceSchema } from '../../../scripts/generate/schema';
import { render, schemaChanges } from '../../../scripts/registration/schema-changes';

const schema = (properties: ResourceSchema['properties'], more: object = {}): ResourceSchema => ({
    typeName: 'Org::Some::Type',
    properties: { Name: { type: 'string' }, ...properties },
    definitions: { Item: { type: 'string', maxLength: 9 } },
    primaryIdentifier: ['/properties/Name'],
    ...more,
});

test('what differs between two schemas is told by property, definitions included', () => {
    const before = schema({ Old: {}, Item: { $ref: '#/definitions/Item' }, Same: { minimum: 1 } });
    const after = schema(
        { New: {}, Item: { type: 'string', maxLength: 5 }, Same: { minimum: 1 } },
        { required: ['Name'], createOnlyProperties: ['/properties/Item'] },
    );
    expect(render(schemaChanges(before, after))).toEqual([
        'added    New',
        'removed  Old',
        'changed  Name: required',
        'changed  Item: maxLength, createOnlyProperties',
    ]);
});
