import { TestMetricFilterCommand } from '@aws-sdk/client-cloudwatch-logs';
import { refusalOf } from '../../../support/refusal';
import { useAccount, useStandIn } from '../../../support/suite';

/*
 * CloudWatch Logs user guide, Filter pattern syntax: its examples and what follows from its words.
 */

const EVENT = JSON.stringify({
    eventType: 'UpdateTrail',
    sourceIPAddress: '111.111.111.111',
    arrayKey: ['value', 'another value'],
    objectList: [
        { name: 'a', id: 1 },
        { name: 'b', id: 2 },
    ],
    SomeObject: null,
    ThisFlag: true,
    bandwidth: 88.5,
    errorCode: 400,
    time: 150,
    user: { id: 1, email: 'John.Stiles@example.com' },
    counts: { 'finding-severity-counts': { CRITICAL: 2 } },
    'cluster.name': 'c',
    quoted: 'say "hi"',
});

const standIn = useStandIn();
const { logs } = useAccount(standIn);

async function matches(filterPattern: string, message: string): Promise<boolean> {
    const test = new TestMetricFilterCommand({ filterPattern, logEventMessages: [message] });
    const { matches: found = [] } = await logs.send(test);
    return found.length === 1;
}

test.each([
    ['{ $.eventType = "UpdateTrail" }', true],
    ['{ $.eventType = UpdateTrail }', true],
    ['{ $.eventType = "updatetrail" }', false],
    ['{ $.eventType = "Update*" }', true],
    ['{ $.eventType = %Trail% }', true],
    ['{ $.eventType = %^Trail% }', false],
    ['{ $.sourceIPAddress != 123.123.* }', true],
    ['{ $.sourceIPAddress != 111.111.* }', false],
    ['{ $.arrayKey[0] = "value" }', true],
    ['{ $.arrayKey[1] = "value" }', false],
    ['{ $.arrayKey[*] = "another value" }', true],
    ['{ $.objectList[1].id = 2 }', true],
    ['{ $.objectList[*].id = 2 }', true],
    ['{ $.objectList[*].id = 3 }', false],
    ['{ $.SomeObject IS NULL }', true],
    ['{ $.SomeOtherObject NOT EXISTS }', true],
    ['{ $.SomeObject NOT EXISTS }', false],
    ['{ $.ThisFlag IS TRUE }', true],
    ['{ $.ThisFlag IS FALSE }', false],
    ['{ $.bandwidth > 75 }', true],
    ['{ $.bandwidth < 88.5 }', false],
    ['{ $.bandwidth <= 88.5 }', true],
    ['{ $.errorCode >= 401 }', false],
    ['{ $.errorCode = 400 }', true],
    ['{ $.errorCode != 400 }', false],
    ['{ $.errorCode = "400" }', false],
    ['{ $.errorCode = * }', true],
    ['{ $.missing = * }', false],
    ['{ $.time = 1.5e2 }', true],
    ['{ $.user = "*" }', false],
    ['{ $.user NOT EXISTS }', false],
    ['{ $.arrayKey >= 0 }', false],
    ['{ $.eventType != "x" }', true],
    ['{ $.missing != "x" }', false],
    ['{ $.user.id = 1 && $.user.email = "John*" }', true],
    ['{ $.user.id = 2 && $.user.email = "John*" }', false],
    ['{ $.user.id = 1 && $.errorCode > 400 }', false],
    ['{ $.user.id = 2 || $.errorCode = 400 }', true],
    ['{ $.user.id = 1 || $.errorCode = 1 && $.time = 1 }', true],
    ['{ ($.user.id = 1 || $.errorCode = 1) && $.time = 1 }', false],
    ['{ $.counts.finding-severity-counts.CRITICAL > 1 }', true],
    ["{ $.['cluster.name'] = c }", true],
    ['{ $[\'cluster.name\'] = "d" }', false],
    ['{ $.quoted = "say \\"hi\\"" }', true],
])('%s', async (pattern, is) => {
    expect(await matches(pattern, EVENT)).toBe(is);
});

test('a message that is no JSON matches no pattern for JSON', async () => {
    expect(await matches('{ $.a NOT EXISTS }', 'no JSON')).toBe(false);
});

test.each([
    ['', 'anything', true],
    ['ERROR', '[ERROR 400] BAD REQUEST', true],
    ['ERROR', '[error 400] bad request', false],
    ['ERROR ARGUMENTS', '[ERROR 419] MISSING ARGUMENTS', true],
    ['ERROR ARGUMENTS', '[ERROR 400] BAD REQUEST', false],
    ['?ERROR ?ARGUMENTS', '[ERROR 400] BAD REQUEST', true],
    ['?ERROR ?ARGUMENTS', 'all is well', false],
    ['ERROR -ARGUMENTS', '[ERROR 419] MISSING ARGUMENTS', false],
    ['"INTERNAL SERVER ERROR"', '[ERROR 500] INTERNAL SERVER ERROR', true],
    ['"SERVER INTERNAL"', '[ERROR 500] INTERNAL SERVER ERROR', false],
    ['%AUTHORI[SZ]ED%', '[ERROR 401] UNAUTHORISED REQUEST', true],
])('%s in %s', async (pattern, message, is) => {
    expect(await matches(pattern, message)).toBe(is);
});

test.each([
    '{ $.a }',
    '{ $.a = }',
    '{ $.a == 1 }',
    '{ $.a > x }',
    '{ $.a IS WELL }',
    '{ $.a EXISTS }',
    '{ $.a IS NOT NULL }',
    '{ $.a NOT THERE }',
    '{ $.a = 1 && }',
    '{ ($.a = 1 }',
    '{ $.a = 1 ',
    '{ a = 1 }',
    '{ $.a = 1 $.b = 2 }',
    '{ $.a = %(b)% }',
    'in-quotes-please',
    '[ip, user]',
])('%s is refused', async (pattern) => {
    expect(await refusalOf(matches(pattern, '{}'))).toMatch(/^InvalidParameterException: Invalid/);
});
