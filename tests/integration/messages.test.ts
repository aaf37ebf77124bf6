import { PutResourcePolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { violations } from '../../src/validate';
import { IDENTIFIER, TOPIC } from '../support/my-app';
import { useAccount, useFunction, useStandIn } from '../support/suite';

/* What the handlers say, through the entrypoint of the bundle. */

const standIn = useStandIn();
const typeFunction = useFunction(standIn);
const { ecr, logs } = useAccount(standIn);

/** A Region of each partition (botocore's and the SDK's partition data). */
const PLACES = [
    'aws:sns:us-east-1',
    'aws-cn:sns:cn-northwest-1',
    'aws-us-gov:sns:us-gov-east-1',
    'aws-eusc:sns:eusc-de-east-1',
    'aws-iso:sns:us-iso-east-1',
    'aws-iso-b:sns:us-isob-east-1',
    'aws-iso-e:sns:eu-isoe-west-1',
    'aws-iso-f:sns:us-isof-south-1',
];

/** CREATE with properties as a template gives them, also such as the schema refuses. */
async function create(properties: object) {
    const event = typeFunction.event('CREATE', { ...IDENTIFIER, ...properties });
    return JSON.parse(await typeFunction.invoke(event));
}

test('one value that cannot be cast does not make the others look wrong', async () => {
    const { errorCode, message } = await create({
        ImageRetentionDays: 'abc',
        ScanOnPush: 'true',
        UntaggedImageRetentionDays: '7',
        EmptyOnDelete: '',
    });
    expect(errorCode).toBe('InvalidRequest');
    expect(message).toContain('ImageRetentionDays: given "abc"');
    expect(message).not.toMatch(/ScanOnPush|Untagged|EmptyOnDelete/);
});

test('nor its neighbours within one property', async () => {
    const { message } = await create({
        LifecycleRules: [
            { Id: 'a', Enabled: 'true', ImageRetentionCount: '7', ImageRetentionDays: 'abc' },
            { Id: 'b', Enabled: 'perhaps', UntaggedImageRetentionCount: '0' },
        ],
        ReplicationDestinations: [
            { Region: 'eu-west-1', EnableReplicationMetrics: 'no', EnableReplicationTimeControl: 'false' },
        ],
        CustomPolicyStatements: [{ Effect: 'Allow', Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
        Tags: [{ Key: 'a', Value: 'true' }],
    });
    expect(message.match(/^- .*?,/gm)).toEqual([
        '- LifecycleRules/0/ImageRetentionDays: given "abc",',
        '- LifecycleRules/1/Enabled: given "perhaps",',
        '- ReplicationDestinations/0/EnableReplicationMetrics: given "no",',
    ]);
});

test('ARNs of every partition are taken, and others refused in words', async () => {
    const arns = (SnsTopicArn: string) => ({ SnsTopicArn, AlarmActions: [SnsTopicArn] });
    const WANTED = 'wanted the ARN of a standard SNS topic, as !Ref of the topic gives it: text';
    for (const given of ['', 'alerts', TOPIC.replace('sns', 'sqs'), `${TOPIC}.fifo`]) {
        expect((await create(arns(given))).message).toContain(`SnsTopicArn: given "${given}", ${WANTED}`);
    }
    expect((await create(arns('alerts'))).message).toMatch(/AlarmActions\/0: given "alerts", wanted the ARN/);
    for (const place of PLACES) {
        expect(violations({ ...IDENTIFIER, ...arns(`arn:${place}:123456789012:alerts`) })).toEqual([]);
    }
});

test('a list that is too short or too long is counted in words', () => {
    expect(violations({ ...IDENTIFIER, AlarmSeverities: [] })).toEqual([
        'AlarmSeverities: given [], wanted at least 1 item',
    ]);
    const Tags = Array.from({ length: 51 }, (_, index) => ({ Key: `${index}`, Value: '' }));
    expect(violations({ ...IDENTIFIER, Tags })).toEqual([expect.stringMatching(/wanted at most 50 items$/)]);
});

test('null in a lifecycle text is to be left out', async () => {
    const selection = { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 5 };
    const rule = { rulePriority: 1, description: null, selection, action: { type: 'expire' } };
    const { message } = await create({ LifecyclePolicyText: JSON.stringify({ rules: [rule] }) });
    expect(message).toContain('rules[0].description is null; ECR takes no null. Leave it out.');
});

test.each([
    [
        'events:PutRule',
        'EventBridge rules on an event bus, 300 by default',
        async () => {
            standIn.server.world.quotas.rules = 0;
        },
    ],
    [
        'logs:PutResourcePolicy',
        'log resource policies, 10 in a Region, not adjustable',
        async () => {
            const policyDocument = '{"Version":"2012-10-17","Statement":[]}';
            for (let number = 0; number < 10; number += 1) {
                await logs.send(
                    new PutResourcePolicyCommand({ policyName: `other-${number}`, policyDocument }),
                );
            }
        },
    ],
])('%s is made once where a quota is full, and the quota is named', async (action, quota, fill) => {
    await fill();
    const { result, calls } = await standIn.watch(() =>
        typeFunction.run('CREATE', { ...IDENTIFIER, EnableScanLogging: true }),
    );
    const { errorCode, message } = result;
    expect(calls.filter((call) => call.action === action)).toHaveLength(1);
    expect(errorCode).toBe('ServiceLimitExceeded');
    expect(message).toContain(`The full quota: ${quota}. Remove what is not needed`);
});

test('a list of very many violations is cut to about 1,900 characters', async () => {
    const Tags = Array.from({ length: 40 }, (_, n) => ({ Key: `aws:${n}${'k'.repeat(120)}`, Value: 'v' }));
    const { message } = await create({ Tags, ImageRetentionDays: -1 });
    expect(message).toMatch(/\n- and \d+ more$/);
    expect(message.length).toBeLessThan(2_048);
});

test('the first scanning rule of a registry names who may lose scan on push', async () => {
    for (const [repositoryName, scanOnPush] of [
        ['unscanned', false],
        ['other', true],
    ] as const) {
        const imageScanningConfiguration = { scanOnPush };
        await ecr.send(new CreateRepositoryCommand({ repositoryName, imageScanningConfiguration }));
    }
    // A page of ECR has a thousand; the first one here has one.
    standIn.intercept(({ action, input: { repositoryNames, nextToken } }) => ({
        rewrite(content) {
            const isList = action === 'ecr:DescribeRepositories' && !repositoryNames;
            const all = isList && 'repositories' in content ? [content.repositories].flat() : [];
            const more = !nextToken && { nextToken: Buffer.from('1').toString('base64url') };
            return isList ? { repositories: all.slice(0, nextToken ? undefined : 1), ...more } : content;
        },
    }));
    const { message } = await create({ EnableRegistryScanning: true });
    expect(message).toContain('may take the place of the scan on push of other;');
});
