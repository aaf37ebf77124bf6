import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import {
    BROKEN,
    DENIED,
    type Interception,
    type Refusal,
    THROTTLED,
} from '../../local/aws/difficulties/interception';
import { FACETS } from '../../src/facets';
import type { PartialProperties, Properties } from '../../src/properties';
import { properties } from '../support/arbitraries';
import { FACET_DATA } from '../support/facets';
import type { MessageRow } from '../support/facets/facet-data';
import { type Action, type Circumstances, TypeFunction } from '../support/function';
import { IDENTIFIER, MY_APP, NAME } from '../support/my-app';
import type { StandIn } from '../support/stand-in';
import { useFunction, useStandIn } from '../support/suite';

/*
 * docs/troubleshooting.md lists what the type itself says, an item for each message: its beginning as code, with … for
 * what differs from case to case. Here all of them are provoked through the entrypoint.
 */
const page = readFileSync(join(__dirname, '../../docs/troubleshooting.md'), 'utf8');

const ownWords = page.split('\n## ').find((section) => section.startsWith('What the type says\n')) ?? '';

const ENTRIES = [...ownWords.matchAll(/^- `([^`]+)`/gm)].map(([, beginning = '']) => {
    const parts = beginning.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return { beginning, pattern: new RegExp(`^${parts.join('.*?')}`, 's') };
});

/** Wrong properties, and as many violations as there are in them. */
const WRONG: readonly [PartialProperties | object, violations: number][] = [
    [{ EncryptionType: 'ROT13' }, 1],
    [{ LifecycleRules: [{ ImageRetentionDays: -1 }] }, 2],
    [{ TagPrefixList: 'v', ImageRetentionDays: 1e10 }, 2],
    [{ Tags: [{ Key: 'a' }], LifecycleRules: [] }, 2],
    [{ LifecyclePolicyText: 'x'.repeat(30_721) }, 1],
    [{ TagPrefixList: ['v', 'v'], PullAccountIds: ['1'] }, 2],
    [{ TaggedImageRetentionCount: 'ten' }, 1],
    [{ SnsTopicArn: 'alerts' }, 1],
    ...FACET_DATA.flatMap(({ violations }) => violations),
];

/** What AWS may answer when the lifecycle policy is read. */
const ANSWERS: readonly Interception[] = [
    DENIED,
    THROTTLED,
    BROKEN,
    'cut',
    refusal('ExpiredTokenException'),
    refusal('ConflictException'),
    refusal('LimitExceededException'),
    refusal('TooManyTagsException'),
    refusal('InvalidParameterException'),
    refusal('InvalidParameterException', 'Principal not found'),
    refusal('KmsException'),
    refusal('BlockedByOrganizationPolicyException'),
    refusal('ManagedRuleException'),
    refusal('RepositoryNotEmptyException'),
];

/** What depends on what AWS holds. */
const HELD: readonly MessageRow[] = [
    { said: 'that there is no repository', action: 'READ' },
    {
        said: 'what the type configuration asks for',
        action: 'CREATE',
        declared: { ScanOnPush: false },
        circumstances: {
            typeConfiguration: {
                RequireImmutableTags: true,
                RequireScanning: true,
                RequireKmsKey: true,
                MaxImageRetentionDays: 90,
            },
        },
    },
    {
        said: 'that the type configuration is not valid',
        action: 'CREATE',
        circumstances: { typeConfiguration: { MaxImageRetentionDays: 0 } },
    },
    { said: 'that there is one already', action: 'CREATE', isThere: true },
    {
        said: 'that there are images in it',
        action: 'DELETE',
        isThere: true,
        answers: { 'ecr:ListImages': { imageIds: [{ imageTag: 'v1' }] } },
    },
    {
        said: 'that it is gone again',
        action: 'UPDATE',
        circumstances: { callbackContext: { phase: 'started' } },
    },
    ...FACET_DATA.flatMap(({ messages }) => messages),
];

const standIn = useStandIn();
const typeFunction = useFunction(standIn);
/** The same with little time for an answer. */
const hurried = useFunction(standIn, { timeoutSeconds: 8, speed: 1 });
/** All that was said in all cases, without the name of the repository. */
const said: string[] = [];

/** The single violations of a message. That the properties are not valid is said of each. */
function hear(whole = ''): string[] {
    // The library puts the code before what it could not read.
    const message = whole.replace(/^InvalidRequest: /, '');
    const subject = /^(my-app|The properties (are not valid|cannot be read)):/.exec(message)?.[0] ?? '';
    const violations = message
        .slice(subject.length)
        .split('\n- ')
        .map((violation) => violation.trim());
    const heard = violations
        .filter((violation) => violation !== '')
        .map((violation) => (subject.startsWith('The') ? `${subject} ${violation}` : violation));
    said.push(...heard);
    return heard;
}

async function listen(
    action: Action,
    declared: PartialProperties,
    circumstances: Circumstances = {},
    listener = typeFunction,
): Promise<string[]> {
    return hear((await listener.call(action, { ...IDENTIFIER, ...declared }, circumstances)).message);
}

const unlisted = (messages: readonly string[]) =>
    messages.filter((message) => !ENTRIES.some(({ pattern }) => pattern.test(message)));

test.each(WRONG)('%j is refused in words that the page lists', async (declared, violations) => {
    const messages = await listen('CREATE', declared);
    expect(messages).toHaveLength(violations);
    expect(unlisted(messages)).toEqual([]);
});

test('violations of the facets in any properties are listed', () => {
    fc.assert(
        fc.property(properties, (some) => {
            const declared: Properties = { ...some, RepositoryName: NAME };
            expect(unlisted(FACETS.flatMap((facet) => facet.validate?.(declared, MY_APP) ?? []))).toEqual([]);
        }),
    );
});

test.each(ANSWERS)('when AWS answers %j, the page lists what is said of it', async (interception) => {
    await typeFunction.run('CREATE', IDENTIFIER);
    standIn.intercept(({ action }) => (action === 'ecr:GetLifecyclePolicy' ? interception : 'pass'));
    const messages = await listen('UPDATE', { ImageRetentionDays: 1 }, { previous: IDENTIFIER });
    expect(messages).toHaveLength(1);
    expect(unlisted(messages)).toEqual([]);
});

test.each(HELD)('$said is listed', async (row) => {
    const { action, declared = {}, circumstances, isThere, isHurried, answers = {} } = row;
    if (isThere) {
        await typeFunction.run('CREATE', IDENTIFIER);
    }
    standIn.intercept((call) => (answers[call.action] ? { answer: answers[call.action] ?? {} } : 'pass'));
    const messages = await listen(action, declared, circumstances, isHurried ? hurried : typeFunction);
    expect(messages).not.toEqual([]);
    expect(unlisted(messages)).toEqual([]);
});

test('an AWS that cannot be reached is listed', async () => {
    const nowhere: StandIn = Object.create(standIn, { url: { value: 'http://127.0.0.1:1' } });
    const stranded = new TypeFunction(nowhere);
    const { message } = await stranded.call('UPDATE', IDENTIFIER, { previous: IDENTIFIER });
    await stranded.close();
    const messages = hear(message);
    expect(messages).toHaveLength(1);
    expect(unlisted(messages)).toEqual([]);
});

test('an AWS that takes its time is listed', async () => {
    const hurried = new TypeFunction(standIn, { timeoutSeconds: 6 });
    standIn.intercept(() => ({ delay: 5_000 }));
    const { message } = await hurried.call('UPDATE', IDENTIFIER, { previous: IDENTIFIER });
    await hurried.close();
    const messages = hear(message);
    expect(messages).toHaveLength(1);
    expect(unlisted(messages)).toEqual([]);
});

test('an event that is not CloudFormation’s is listed', async () => {
    const anonymous = typeFunction.event('READ', IDENTIFIER);
    const { callerCredentials, ...requestData } = anonymous.requestData;
    const events = [{ action: 'DANCE' }, { ...anonymous, requestData }];
    const answers = await Promise.all(events.map((event) => typeFunction.invoke(event)));
    const messages = answers.flatMap((answer) => hear(JSON.parse(answer).message.replaceAll('\n', ' ')));
    expect(messages).toHaveLength(2);
    expect(unlisted(messages)).toEqual([]);
});

test('the page lists nothing else', () => {
    const unheard = ENTRIES.filter(({ pattern }) => !said.some((message) => pattern.test(message)));
    expect(unheard.map(({ beginning }) => beginning)).toEqual([]);
});

function refusal(error: string, message = 'No.'): Refusal {
    return { error, status: 400, message };
}
