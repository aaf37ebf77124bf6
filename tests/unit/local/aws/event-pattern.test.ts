import { TestEventPatternCommand } from '@aws-sdk/client-eventbridge';
import { refusalOf } from '../../../support/refusal';
import { useAccount, useStandIn } from '../../../support/suite';

/*
 * EventBridge user guide, Event patterns, and Comparison operators for use in event patterns: its examples and what
 * follows from its words.
 */

const EVENT = {
    id: '1',
    'detail-type': 'ECR Image Scan',
    source: 'aws.ecr',
    account: '123456789012',
    time: '2026-11-26T03:00:00Z',
    region: 'us-east-1',
    resources: ['arn:aws:ecr:us-east-1:123456789012:repository/a', 'other'],
    detail: {
        'repository-name': 'team/My-App',
        count: 5,
        none: null,
        empty: '',
        flag: true,
        address: '10.0.0.7',
        counts: { CRITICAL: 2 },
        list: [{ name: 'a' }, { name: 'b' }],
    },
};

const standIn = useStandIn();
const { events } = useAccount(standIn);

async function matches(pattern: object): Promise<boolean | undefined> {
    const input = { EventPattern: JSON.stringify(pattern), Event: JSON.stringify(EVENT) };
    const { Result } = await events.send(new TestEventPatternCommand(input));
    return Result;
}

const name = (...wanted: unknown[]) => ({ detail: { 'repository-name': wanted } });
const count = (...wanted: unknown[]) => ({ detail: { count: wanted } });

test.each<[object, boolean]>([
    [{ source: ['aws.ecr'] }, true],
    [{ source: ['aws.ec2', 'aws.ecr'] }, true],
    [{ source: ['aws.ec2'] }, false],
    [{ source: ['aws.ecr'], region: ['eu-west-1'] }, false],
    [{ resources: ['other'] }, true],
    [{ resources: [{ prefix: 'arn:aws:ecr' }] }, true],
    [{ detail: { none: [null] } }, true],
    [{ detail: { missing: [null] } }, false],
    [{ detail: { empty: [''] } }, true],
    [{ detail: { flag: [true] } }, true],
    [{ detail: { flag: ['true'] } }, false],
    [{ detail: { list: { name: ['b'] } } }, true],
    [{ detail: { counts: { CRITICAL: [{ exists: true }] } } }, true],
    [{ detail: { counts: { HIGH: [{ exists: true }] } } }, false],
    [{ detail: { counts: { HIGH: [{ exists: false }] } } }, true],
    [{ detail: { counts: [{ exists: true }] } }, false],
    [name({ prefix: 'team/' }), true],
    [name({ prefix: 'my' }), false],
    [name({ prefix: { 'equals-ignore-case': 'TEAM' } }), true],
    [name({ suffix: 'App' }), true],
    [name({ suffix: { 'equals-ignore-case': 'aPP' } }), true],
    [name({ 'equals-ignore-case': 'TEAM/my-app' }), true],
    [name({ wildcard: 'team/*-App' }), true],
    [name({ wildcard: 'team/?y-App' }), false],
    [name({ 'anything-but': 'x' }), true],
    [name({ 'anything-but': ['team/My-App', 'x'] }), false],
    [name({ 'anything-but': { prefix: 'team' } }), false],
    [name({ 'anything-but': { suffix: ['x', 'App'] } }), false],
    [name({ 'anything-but': { wildcard: '*/Other' } }), true],
    [{ detail: { missing: [{ 'anything-but': 'x' }] } }, false],
    [count(5), true],
    [count('5'), false],
    [count({ numeric: ['=', 5] }), true],
    [count({ numeric: ['>', 0, '<=', 5] }), true],
    [count({ numeric: ['>', 5] }), false],
    [count({ numeric: ['>', 0, '<', 5] }), false],
    [count({ 'anything-but': [5] }), false],
    [{ detail: { address: [{ cidr: '10.0.0.0/24' }] } }, true],
    [{ detail: { address: [{ cidr: '10.0.1.0/24' }] } }, false],
    [{ $or: [{ source: ['x'] }, { region: ['us-east-1'] }] }, true],
    [{ $or: [{ source: ['x'] }, { region: ['x'] }] }, false],
    [{ source: ['x'], $or: [{ region: ['us-east-1'] }, { region: ['x'] }] }, false],
    [{ detail: { counts: { $or: [{ HIGH: [{ numeric: ['>', 0] }] }, { CRITICAL: [2] }] } } }, true],
])('%j', async (pattern, is) => {
    expect(await matches(pattern)).toBe(is);
});

test.each<[object, string]>([
    [{}, 'Empty filters are not allowed'],
    [[], 'Filter is not an object'],
    [{ source: 'aws.ecr' }, '"source" must be an object or an array'],
    [{ source: [] }, 'Empty arrays are not allowed'],
    [{ detail: {} }, 'Empty filters are not allowed'],
    // With fewer than two patterns it is a field's name.
    [{ $or: [{ region: ['us-east-1'] }] }, 'Unrecognized match type region'],
    [name({ contains: 'x' }), 'Unrecognized match type contains'],
    [name({ prefix: 'x', suffix: 'y' }), 'Only one key allowed in match expression'],
    [name({ prefix: 5 }), 'prefix has an operand that it does not take'],
    [name({ wildcard: 'a**b' }), 'Consecutive wildcard characters are not allowed'],
    [count({ numeric: ['>', '5'] }), 'numeric has an operand that it does not take'],
    [count({ numeric: ['~', 5] }), 'numeric has an operand that it does not take'],
])('%j is refused', async (pattern, reason) => {
    expect(await refusalOf(matches(pattern))).toBe(
        `InvalidEventPatternException: Event pattern is not valid. Reason: ${reason}`,
    );
});
