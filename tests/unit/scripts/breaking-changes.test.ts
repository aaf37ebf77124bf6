import { readFileSync } from 'node:fs';
import { version } from '../../../package.json';
import type { ResourceSchema, Schema } from '../../../scripts/generate/schema';
import { breakingChanges } from '../../../scripts/registration/breaking-changes';

/** A schema with these further definitions of one property. */
function schema(part: Schema, more: object = {}): ResourceSchema {
    return {
        typeName: 'Org::Some::Type',
        properties: { Name: { type: 'string' }, Part: part },
        definitions: { Item: { type: 'object', properties: { Key: { type: 'string', maxLength: 9 } } } },
        primaryIdentifier: ['/properties/Name'],
        ...more,
    };
}

const KEY = (part: Schema): Schema => ({ type: 'object', properties: { Key: part } });

describe('names what would break a template', () => {
    test.each<[string, Schema, Schema, string[]]>([
        ['a type', { type: 'string' }, { type: 'integer' }, ['Part: type was "string" and is "integer"']],
        ['a new pattern', {}, { pattern: '^a$' }, ['Part: pattern was not given and is "^a$"']],
        ['a default', { default: 1 }, { default: 2 }, ['Part: default was 1 and is 2']],
        ['a lower bound', { minimum: 1 }, { minimum: 2 }, ['Part: minimum was 1 and is 2']],
        ['a new lower bound', {}, { minItems: 1 }, ['Part: minItems was not given and is 1']],
        ['an upper bound', { maxLength: 9 }, { maxLength: 8 }, ['Part: maxLength was 9 and is 8']],
        ['a value', { enum: ['A', 'B'] }, { enum: ['B', 'C'] }, ['Part: no longer takes A']],
        ['a new list of values', {}, { enum: ['A'] }, ['Part: takes only A']],
        ['a nested property', KEY({}), { type: 'object', properties: {} }, ['Part/Key is removed']],
        [
            'what is nested and required',
            KEY({}),
            { ...KEY({}), required: ['Key'] },
            ['Part/Key is now required'],
        ],
        ['other names', {}, { additionalProperties: false }, ['Part: takes no other properties any more']],
        [
            'a definition, in a list',
            { type: 'array', items: { $ref: '#/definitions/Item' } },
            { type: 'array', items: KEY({ type: 'string', maxLength: 5 }) },
            ['Part/*/Key: maxLength was 9 and is 5'],
        ],
    ])('%s', (_what, before, after, breaks) => {
        expect(breakingChanges(schema(before), schema(after))).toEqual(breaks);
    });

    test('of the whole schema', () => {
        const after = schema(
            {},
            { primaryIdentifier: ['/properties/Part'], createOnlyProperties: ['/properties/Part'] },
        );
        expect(breakingChanges(schema({}), after)).toEqual([
            'primaryIdentifier has changed',
            'Part is now one of the createOnlyProperties',
        ]);
    });

    test('of the type configuration', () => {
        const typeConfiguration = { properties: { Limit: { maximum: 9 }, Gone: {} } };
        const narrower = { properties: { Limit: { maximum: 8 }, Must: {} }, required: ['Must'] };
        const breaks = (after: object) =>
            breakingChanges(schema({}, { typeConfiguration }), schema({}, after));
        expect(breaks({ typeConfiguration: narrower })).toEqual([
            'typeConfiguration: Limit: maximum was 9 and is 8',
            'typeConfiguration: Gone is removed',
            'typeConfiguration: Must is now required',
        ]);
        expect(breaks({})).toEqual([
            'typeConfiguration: Limit is removed',
            'typeConfiguration: Gone is removed',
        ]);
    });
});

test.each<[string, Schema, Schema]>([
    ['a wider bound', { maximum: 1 }, { maximum: 2 }],
    ['a further value', { enum: ['A'] }, { enum: ['A', 'B'] }],
    ['another description', { description: 'One' }, { description: 'Two' }],
    ['a new nested property', KEY({}), { type: 'object', properties: { Key: {}, More: {} } }],
])('lets %s pass', (_what, before, after) => {
    expect(breakingChanges(schema(before), schema(after))).toEqual([]);
});

test('this schema breaks no template of the last release, unless the major version says so', () => {
    const last: { version: string; schema: ResourceSchema } = JSON.parse(
        readFileSync('release/last.json', 'utf8'),
    );
    const now: ResourceSchema = JSON.parse(readFileSync('schema.json', 'utf8'));
    const major = (text: string) => Number(text.split('.')[0]);
    const breaks = breakingChanges(last.schema, now);
    expect(major(version) > major(last.version) ? [] : breaks).toEqual([]);
});
