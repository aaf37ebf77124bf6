import {
    DeleteRuleCommand,
    EventBridgeClient,
    ListRulesCommand,
    PutRuleCommand,
    RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { z } from 'zod';
import { combined } from '../../../../local/aws/difficulties/combined';
import {
    BROKEN,
    type Interception,
    type Interceptor,
    intercepted,
} from '../../../../local/aws/difficulties/interception';
import { latency } from '../../../../local/aws/difficulties/latency';
import { lingeringTargets } from '../../../../local/aws/difficulties/lingering-targets';
import { exclusiveWrites } from '../../../../local/aws/difficulties/overlaps';
import { permissions } from '../../../../local/aws/difficulties/permissions/permissions';
import { Rates } from '../../../../local/aws/difficulties/rates';
import { staleReads } from '../../../../local/aws/difficulties/staleness';
import { AwsServer } from '../../../../local/aws/server';
import { operation, type Service } from '../../../../local/aws/service';
import { storeOf } from '../../../../local/aws/world';

/** The least of EventBridge that difficulties can be seen on. */
const rules = storeOf('rules of a test', () => new Set<string>());
const named = z.object({ Name: z.string() });
const events: Service = {
    iamPrefix: 'events',
    signingName: 'events',
    invalidInput: 'ValidationException',
    operations: {
        PutRule: operation(named, ({ Name }, call) => {
            rules.of(call.world, call).add(Name);
            return { RuleArn: `arn:aws:events:us-east-1:123456789012:rule/${Name}` };
        }),
        DeleteRule: operation(named, ({ Name }, call) => {
            rules.of(call.world, call).delete(Name);
            return {};
        }),
        RemoveTargets: operation(z.object({}), () => ({ FailedEntryCount: 0 })),
        ListRules: operation(z.object({}), (_input, call) => ({
            Rules: [...rules.of(call.world, call)].map((Name) => ({ Name })),
        })),
    },
};

const server = new AwsServer([events]);
let client: EventBridgeClient;

beforeAll(async () => {
    const credentials = { accessKeyId: 'tester', secretAccessKey: 'testing' };
    const endpoint = await server.listen();
    client = new EventBridgeClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
});
beforeEach(() => server.reset());
afterAll(async () => {
    client.destroy();
    await server.close();
});

const put = (Name: string) => client.send(new PutRuleCommand({ Name }));

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
    server.difficulty = latency(60);
    const start = performance.now();
    await put('a');
    expect(performance.now() - start).toBeGreaterThan(55);
});

test('EventBridge takes 50 calls a second from an account in a Region', async () => {
    const rates = new Rates();
    server.difficulty = rates.difficulty;
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now());
    const answers = await Promise.all(Array.from({ length: 80 }, () => errorOf(names())));
    const refused = answers.filter((answer) => answer === 'ThrottlingException: Rate exceeded').length;
    expect(refused).toBe(30);
    expect(rates.throttled).toBe(refused);

    server.world.clock.advance(1_000);
    now.mockRestore();
    await expect(errorOf(names())).resolves.toBe('none');
});

test('stale reads see writes when the lag is over, and writes see all', async () => {
    server.difficulty = staleReads(5_000);
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
    server.difficulty = exclusiveWrites(50);
    const answers = await Promise.all([errorOf(put('a')), errorOf(put('a')), errorOf(put('b'))]);
    expect(answers.toSorted()).toEqual([
        'ConcurrentModificationException: There is concurrent modification on a rule, target, archive, or replay.',
        'none',
        'none',
    ]);
    await expect(errorOf(put('a'))).resolves.toBe('none');
});

test('a rule keeps its targets for a while after they were removed', async () => {
    server.difficulty = lingeringTargets(2_000);
    await put('a');
    await put('b');
    await client.send(new RemoveTargetsCommand({ Rule: 'a', Ids: ['1'] }));
    const remove = (Name: string) => errorOf(client.send(new DeleteRuleCommand({ Name })));
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
