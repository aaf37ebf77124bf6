import { refusals, type ServiceModel, ServiceModels } from '../support/service-model';

const MODEL: ServiceModel = {
    operations: { Put: { input: { shape: 'Input' } } },
    shapes: {
        Input: {
            type: 'structure',
            required: ['name'],
            members: {
                name: { shape: 'Name' },
                list: { shape: 'List' },
                map: { shape: 'Map' },
                flag: { shape: 'Flag' },
                count: { shape: 'Count' },
                size: { shape: 'Size' },
                inner: { shape: 'Input' },
                odd: { shape: 'Missing' },
            },
        },
        Name: { type: 'string', min: 2, max: 4, pattern: '[a-z\\-]+' },
        Word: { type: 'string', enum: ['A', 'B'] },
        List: { type: 'list', member: { shape: 'Word' }, min: 1, max: 2 },
        Map: { type: 'map', key: { shape: 'Name' }, value: { shape: 'Word' }, max: 1 },
        Flag: { type: 'boolean' },
        Count: { type: 'integer', min: 1, max: 3_000_000_000 },
        Size: { type: 'double', max: 1.5 },
    },
};

test.each<object>([
    { name: 'ab' },
    { name: 'a-b', list: ['A', 'B'], map: { ab: 'A' }, flag: false, count: 1, size: -0.5 },
    { name: 'ab', inner: { name: 'cd' } },
])('takes %j', (input) => {
    expect(refusals(MODEL, 'Put', input)).toEqual([]);
});

test.each<[unknown, string]>([
    [undefined, 'Put: no structure'],
    [[], 'Put: no structure'],
    [{}, 'Put.name: missing'],
    [{ name: 5 }, 'Put.name: no text'],
    [{ name: 'a' }, 'Put.name: 1, wanted 2 to 4'],
    [{ name: 'abcde' }, 'Put.name: 5, wanted 2 to 4'],
    [{ name: 'ab1' }, 'Put.name: does not match [a-z\\-]+'],
    [{ name: 'ab\n' }, 'Put.name: does not match [a-z\\-]+'],
    [{ name: 'ab', other: 1 }, 'Put.other: unknown'],
    [{ name: 'ab', constructor: 1 }, 'Put.constructor: unknown'],
    [{ name: 'ab', inner: {} }, 'Put.inner.name: missing'],
    [{ name: 'ab', list: {} }, 'Put.list: no list'],
    [{ name: 'ab', list: [] }, 'Put.list: 0, wanted 1 to 2'],
    [{ name: 'ab', list: ['A', 'C'] }, 'Put.list[1]: none of A, B'],
    [{ name: 'ab', map: [] }, 'Put.map: no map'],
    [{ name: 'ab', map: { a: 'A' } }, 'Put.map{a}: 1, wanted 2 to 4'],
    [{ name: 'ab', map: { ab: 'C' } }, 'Put.map.ab: none of A, B'],
    [{ name: 'ab', map: { ab: 'A', cd: 'A' } }, 'Put.map: 2, wanted -Infinity to 1'],
    [{ name: 'ab', flag: 'true' }, 'Put.flag: no boolean'],
    [{ name: 'ab', count: 0 }, 'Put.count: 0, wanted 1 to 3000000000'],
    [{ name: 'ab', count: 1.5 }, 'Put.count: no integer of 32 bits'],
    [{ name: 'ab', count: 2 ** 31 }, 'Put.count: no integer of 32 bits'],
    [{ name: 'ab', size: 2 }, 'Put.size: 2, wanted -Infinity to 1.5'],
    [{ name: 'ab', size: null }, 'Put.size: no number'],
    [{ name: 'ab', odd: 1 }, 'Put.odd: of a type unknown here, undefined'],
])('refuses %j: %s', (input, reason) => {
    expect(refusals(MODEL, 'Put', input)).toEqual([reason]);
});

test('refuses an operation that there is not', () => {
    expect(refusals(MODEL, 'Get', {})).toEqual(['Get is no operation']);
});

describe('of AWS', () => {
    const models = new ServiceModels();
    const tags = (...list: [string, string][]) => ({
        action: 'ecr:TagResource',
        input: { resourceArn: 'arn', tags: list.map(([Key, Value]) => ({ Key, Value })) },
    });
    const fifty = Array.from({ length: 50 }, (_, n): [string, string] => [`k${n}`, '']);

    test.each([
        { action: 'ecr:DescribeRepositories', input: { repositoryNames: ['my-app'] } },
        tags(['Größe', 'a b_.:/=+-@1'], ['K'.repeat(128), 'V'.repeat(256)]),
        tags(...fifty),
        { action: 'logs:CreateLogGroup', input: { logGroupName: '/aws/x', tags: { Team: 'blue' } } },
        { action: 'events:PutRule', input: { Name: 'rule', EventPattern: '{}' } },
        { action: 'cloudwatch:PutMetricAlarm', input: { AlarmName: 'team/alarm' } },
        { action: 'cloudwatch:PutDashboard', input: { DashboardName: 'd', DashboardBody: '{}' } },
    ])('take $action', (call) => {
        expect(models.refusals(call)).toEqual([]);
    });

    test.each([
        { action: 'ecr:DescribeRepositories', input: { repositoryNames: ['My-App'] } },
        { action: 'ecr:NoSuchThing', input: {} },
        { action: 's3:CreateBucket', input: {} },
        tags(['a*b', '']),
        tags(['a', 'b\n']),
        tags(['AWS:a', 'b']),
        tags(['', 'b']),
        tags(['K'.repeat(129), '']),
        tags(['a', 'V'.repeat(257)]),
        tags(['a', '1'], ['a', '2']),
        tags(...fifty, ['one', 'more']),
        { action: 'logs:CreateLogGroup', input: { logGroupName: '/aws/x:y' } },
        { action: 'logs:CreateLogGroup', input: { logGroupName: '/aws/x', tags: { 'a*b': '' } } },
        { action: 'events:PutRule', input: { Name: 'rule', EventPattern: ' '.repeat(2049) } },
        { action: 'events:PutRule', input: { Name: 'a/b' } },
        { action: 'cloudwatch:PutMetricAlarm', input: { AlarmName: 'a\u0007' } },
        { action: 'cloudwatch:PutDashboard', input: { DashboardName: 'a/b', DashboardBody: '{}' } },
    ])('refuse $action', (call) => {
        expect(models.refusals(call)).not.toEqual([]);
    });
});
