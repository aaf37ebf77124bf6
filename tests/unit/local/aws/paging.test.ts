import { ListDashboardsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeResourcePoliciesCommand, PutResourcePolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
    CreateRepositoryCommand,
    DescribeImagesCommand,
    DescribeRepositoriesCommand,
    GetLifecyclePolicyPreviewCommand,
    ListImagesCommand,
    StartLifecyclePolicyPreviewCommand,
} from '@aws-sdk/client-ecr';
import { ListRuleNamesByTargetCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
    CreateTopicCommand,
    ListSubscriptionsByTopicCommand,
    ListSubscriptionsCommand,
    SubscribeCommand,
} from '@aws-sdk/client-sns';
import { dashboards } from '../../../../local/aws/cloudwatch/dashboards';
import { internalCall } from '../../../../local/aws/service';
import { DEFAULT_PLACE } from '../../../../local/aws/world';
import { ACCOUNT, TOPIC } from '../../../support/my-app';
import { pushImage } from '../../../support/push-image';
import { useAccount, useStandIn } from '../../../support/suite';
import { names } from '../../../support/values';

/* Lists whose pages no other test turns. */

const standIn = useStandIn({ keep: true });
const { ecr, logs, events, cloudWatch, sns } = useAccount(standIn);

const ofRepository = { repositoryName: 'aa' };

beforeAll(async () => {
    for (const repositoryName of ['aa', 'bb', 'cc']) {
        await ecr.send(new CreateRepositoryCommand({ repositoryName }));
        await pushImage(ecr, 'aa', repositoryName, repositoryName);
        await logs.send(
            new PutResourcePolicyCommand({ policyName: repositoryName, policyDocument: '{"Statement":[]}' }),
        );
        await events.send(new PutRuleCommand({ Name: repositoryName, EventPattern: '{"source":["x"]}' }));
        await events.send(
            new PutTargetsCommand({ Rule: repositoryName, Targets: [{ Id: 'a', Arn: TOPIC }] }),
        );
    }
    const selection = { tagStatus: 'any', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 1 };
    const rules = [{ rulePriority: 1, selection, action: { type: 'expire' } }];
    standIn.server.world.clock.advance(2 * 86_400_000);
    const lifecyclePolicyText = JSON.stringify({ rules });
    await ecr.send(new StartLifecyclePolicyPreviewCommand({ ...ofRepository, lifecyclePolicyText }));
    standIn.server.world.clock.advance(10_000);
    await sns.send(new CreateTopicCommand({ Name: 'alerts' }));
    for (const name of names(101)) {
        const Endpoint = `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`;
        await sns.send(new SubscribeCommand({ TopicArn: TOPIC, Protocol: 'sqs', Endpoint }));
    }
    const { world } = standIn.server;
    const held = dashboards(internalCall(world, { ...DEFAULT_PLACE, partition: 'aws' }, 'PutDashboard'));
    for (const name of names(1_001)) {
        held.set(name, { name, body: '{"widgets":[]}', modifiedAt: new Date(), tags: new Map() });
    }
});

type List = (token: string | undefined) => Promise<object>;

test.each<[string, readonly number[], List]>([
    [
        'DescribeRepositories',
        [2, 1],
        (nextToken) => ecr.send(new DescribeRepositoriesCommand({ maxResults: 2, nextToken })),
    ],
    [
        'ListImages',
        [2, 1],
        (nextToken) => ecr.send(new ListImagesCommand({ ...ofRepository, maxResults: 2, nextToken })),
    ],
    [
        'DescribeImages',
        [2, 1],
        (nextToken) => ecr.send(new DescribeImagesCommand({ ...ofRepository, maxResults: 2, nextToken })),
    ],
    [
        'GetLifecyclePolicyPreview',
        [2, 1],
        (nextToken) =>
            ecr.send(new GetLifecyclePolicyPreviewCommand({ ...ofRepository, maxResults: 2, nextToken })),
    ],
    [
        'DescribeResourcePolicies',
        [2, 1],
        (nextToken) => logs.send(new DescribeResourcePoliciesCommand({ limit: 2, nextToken })),
    ],
    [
        'ListRuleNamesByTarget',
        [2, 1],
        (NextToken) =>
            events.send(new ListRuleNamesByTargetCommand({ TargetArn: TOPIC, Limit: 2, NextToken })),
    ],
    ['ListSubscriptions', [100, 1], (NextToken) => sns.send(new ListSubscriptionsCommand({ NextToken }))],
    [
        'ListSubscriptionsByTopic',
        [100, 1],
        (NextToken) => sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC, NextToken })),
    ],
    ['ListDashboards', [1_000, 1], (NextToken) => cloudWatch.send(new ListDashboardsCommand({ NextToken }))],
])('%s gives pages of %j, and each item once', async (_operation, sizes, list) => {
    const pages: unknown[][] = [];
    let token: string | undefined;
    do {
        const answer = await list(token);
        pages.push(Object.values(answer).filter(Array.isArray).flat());
        const { nextToken, NextToken }: { nextToken?: string; NextToken?: string } = answer;
        token = nextToken ?? NextToken;
    } while (token);
    expect(pages.map(({ length }) => length)).toEqual(sizes);
    const items = pages.flat().map((item) => JSON.stringify(item));
    expect(new Set(items).size).toBe(items.length);
});
