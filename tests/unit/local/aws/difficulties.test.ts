import { CloudWatchClient, DeleteAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
    CloudWatchLogsClient,
    CreateLogGroupCommand,
    CreateLogStreamCommand,
    DescribeLogStreamsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
    DeleteRuleCommand,
    EventBridgeClient,
    ListRulesCommand,
    PutRuleCommand,
    RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { control } from '../../../../local/aws/control/control';
import { combined } from '../../../../local/aws/difficulties/combined';
import {
    BROKEN,
    type Interception,
    type Interceptor,
    intercepted,
} from '../../../../local/aws/difficulties/interception';
import { permissions } from '../../../../local/aws/difficulties/permissions/permissions';
import { staleReads } from '../../../../local/aws/difficulties/staleness';
import { AwsServer } from '../../../../local/aws/server';
import { SERVICES } from '../../../../local/aws/services';
import { DEFAULT_PLACE } from '../../../../local/aws/world';

const server = new AwsServer(SERVICES);
const config = (region: string) => ({
    endpoint: async () => ({ url: new URL(server.endpoint) }),
    region,
    credentials: { accessKeyId: 'tester', secretAccessKey: 'testing' },
    maxAttempts: 1,
});
const client = new EventBridgeClient(config('us-east-1'));
const elsewhere = new EventBridgeClient(config('eu-west-1'));
const logs = new CloudWatchLogsClient(config('us-east-1'));
const cloudWatch = new CloudWatchClient(config('us-east-1'));

beforeAll(() => server.listen());
beforeEach(() => server.reset());
afterAll(async () => {
    for (const each of [client, elsewhere, logs, cloudWatch]) {
        each.destroy();
    }
    await server.close();
});

/** As one asks for it from outside. */
const make = (difficulty: object) => control(server, 'difficulties', difficulty, DEFAULT_PLACE);

const put = (Name: string, there = client) =>
    there.send(new PutRuleCommand({ Name, EventPattern: '{"source":["tests"]}' }));

async function names(): Promise<(string | undefined)[]> {
    const { Rules = [] } = await client.send(new ListRulesCommand({}));
    return Rules.map(({ Name }) => Name);
}

/** The name of the error that a call ends with, or of none. */
function errorOf(work: Promise<unknown>): Promise<string> {
    return work.then(
        () => 'none',
        ({ name, message }: Error) =>
            message.includes('socket hang up') ? 'socket hang up' : `${name}: ${message}`,
    );
}

describe('an interception', () => {
    const nth =
        (n: number, interception: Interception): Interceptor =>
        (_call, number) =>
            number === n ? interception : 'pass';

    test.each<[Interception, string, string[]]>([
        ['pass', 'none', ['a', 'b']],
        ['cut', 'socket hang up', ['a']],
        ['lose', 'socket hang up', ['a', 'b']],
        [BROKEN, 'ServerException: Internal failure', ['a']],
        [{ answer: {} }, 'none', ['a']],
    ])('of the second call: %j', async (interception, error, left) => {
        server.difficulty = intercepted(nth(2, interception));
        await expect(errorOf(put('a'))).resolves.toBe('none');
        await expect(errorOf(put('b'))).resolves.toBe(error);
        await expect(names()).resolves.toEqual(left);
    });

    test('is decided by what is called, and may change the answer', async () => {
        server.difficulty = intercepted(({ action, input }) =>
            action === 'events:PutRule' && input['Name'] === 'b'
                ? { rewrite: (answer) => ({ ...answer, RuleArn: 'another' }) }
                : 'pass',
        );
        await expect(put('a')).resolves.toMatchObject({ RuleArn: expect.stringMatching(/rule\/a$/) });
        await expect(put('b')).resolves.toMatchObject({ RuleArn: 'another' });
    });

    test('delays, and the record of calls tells how long', async () => {
        server.difficulty = intercepted(() => ({ delay: 60 }));
        await put('a');
        const [call] = server.calls;
        expect((call?.end ?? 0) - (call?.start ?? 0)).toBeGreaterThan(55);
    });
});

test('latency makes each call longer', async () => {
    make({ latency: 60 });
    const start = performance.now();
    await put('a');
    expect(performance.now() - start).toBeGreaterThan(55);
});

test.each<[number, string, () => Promise<unknown>]>([
    [50, 'EventBridge', names],
    [3, 'DeleteAlarms', () => cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [] }))],
])('AWS takes %i calls a second of %s from an account in a Region', async (rate, _what, call) => {
    make({ rates: true });
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now());
    const refusedOf = async (count: number) => {
        const answers = await Promise.all(Array.from({ length: count }, () => errorOf(call())));
        return answers.filter((answer) => answer === 'ThrottlingException: Rate exceeded').length;
    };
    expect(await refusedOf(rate + 20)).toBe(20);
    await expect(errorOf(put('a', elsewhere))).resolves.toBe('none');
    server.world.clock.advance(500);
    expect(await refusedOf(rate)).toBe(rate - Math.floor(rate / 2));
    now.mockRestore();
});

test('stale reads see writes when the lag is over, and writes see all', async () => {
    make({ staleReads: 5_000 });
    await put('a');
    server.world.clock.advance(3_000);
    await put('b');
    await expect(names()).resolves.toEqual([]);
    server.world.clock.advance(3_000);
    await expect(names()).resolves.toEqual(['a']);
    server.world.clock.advance(3_000);
    await expect(names()).resolves.toEqual(['a', 'b']);
});

test('a rule refuses a write while another one is under way', async () => {
    make({ exclusiveWrites: 200 });
    const writes = [put('a'), put('a'), put('b'), put('a', elsewhere)];
    const answers = await Promise.all(writes.map(errorOf));
    expect(answers.toSorted()).toEqual([
        'ConcurrentModificationException: There is concurrent modification on a rule, target, archive, or replay.',
        'none',
        'none',
        'none',
    ]);
    await expect(errorOf(put('a'))).resolves.toBe('none');
});

test('a log group refuses a write while another one is under way, and no read', async () => {
    const logGroupName = 'group';
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    make({ exclusiveWrites: 200 });
    const calls = [
        ...['a', 'b'].map((logStreamName) =>
            logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName })),
        ),
        ...[1, 2].map((limit) => logs.send(new DescribeLogStreamsCommand({ logGroupName, limit }))),
    ];
    const answers = await Promise.all(calls.map(errorOf));
    expect(answers.toSorted()).toEqual([
        'OperationAbortedException: Multiple concurrent requests to update the same resource were in conflict.',
        'none',
        'none',
        'none',
    ]);
});

test('a rule keeps its targets for a while after they were removed', async () => {
    make({ lingeringTargets: 2_000 });
    await put('a');
    await put('b');
    await client.send(new RemoveTargetsCommand({ Rule: 'a', Ids: ['1'] }));
    const remove = (Name: string, there = client) => errorOf(there.send(new DeleteRuleCommand({ Name })));
    await expect(remove('a', elsewhere)).resolves.toBe('none');
    await expect(remove('b')).resolves.toBe('none');
    await expect(remove('a')).resolves.toBe(
        "ValidationException: Rule can't be deleted since it has targets.",
    );
    server.world.clock.advance(2_000);
    await expect(remove('a')).resolves.toBe('none');
});

test('an identity policy decides who may do what', async () => {
    const policy = {
        Version: '2012-10-17',
        Statement: [
            {
                Effect: 'Allow',
                Action: ['events:PutRule'],
                Resource: 'arn:aws:events:us-east-1:123456789012:rule/team-*',
            },
        ],
    };
    server.difficulty = permissions((accessKeyId) => (accessKeyId === 'tester' ? policy : undefined));
    await expect(errorOf(put('team-a'))).resolves.toBe('none');
    await expect(errorOf(put('other'))).resolves.toBe(
        'AccessDeniedException: User: arn:aws:iam::123456789012:user/stand-in is not authorized to perform: events:PutRule on resource: arn:aws:events:us-east-1:123456789012:rule/other because no identity-based policy allows the events:PutRule action',
    );
    await expect(errorOf(names())).resolves.toContain('AccessDeniedException');
    const Tags = [{ Key: 'Team', Value: 'a' }];
    const tagged = new PutRuleCommand({ Name: 'team-b', EventPattern: '{"source":["tests"]}', Tags });
    await expect(errorOf(client.send(tagged))).resolves.toContain(
        'not authorized to perform: events:TagResource',
    );
    await expect(cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ['a'] }))).rejects.toMatchObject({
        name: 'AccessDenied',
        $metadata: { httpStatusCode: 403 },
    });
    server.difficulty = permissions(() => undefined);
    await expect(errorOf(put('other'))).resolves.toBe('none');
});

test('several difficulties meet each call in turn', async () => {
    const seen: string[] = [];
    server.difficulty = combined(
        staleReads(5_000),
        (_request, next) => {
            seen.push('first');
            return next();
        },
        (_request, next) => {
            seen.push('second');
            return next();
        },
    );
    await put('a');
    expect(seen).toEqual(['first', 'second']);
    await expect(names()).resolves.toEqual([]);
});
