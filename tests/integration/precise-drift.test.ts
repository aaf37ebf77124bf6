import {
    GetLifecyclePolicyCommand,
    GetRepositoryPolicyCommand,
    PutLifecyclePolicyCommand,
    SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr';
import type { EcrRule } from '../../src/lifecycle/policy';
import type { PartialProperties, PolicyStatement } from '../../src/properties';
import { IDENTIFIER, NAME } from '../support/my-app';
import { useAccount, useFunction, useStandIn } from '../support/suite';

/*
 * A drift report points at what was changed by hand, and at nothing else: each small alteration shows exactly one
 * difference.
 */

const standIn = useStandIn();
const typeFunction = useFunction(standIn);
const { ecr } = useAccount(standIn);

const statement = (Sid: string, more: Partial<PolicyStatement> = {}): PolicyStatement => ({
    Sid,
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::222222222222:root' },
    Action: 'ecr:BatchGetImage',
    Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } },
    ...more,
});

const STATEMENTS: PartialProperties = {
    EnableRepositoryPolicy: true,
    PullAccountIds: ['111111111111'],
    // Neither in the order nor in the spelling that AWS has.
    CustomPolicyStatements: [statement('M'), statement('B', { Action: ['ecr:ListImages'] })],
};

const CLEAN_UP: PartialProperties = {
    TagPrefixList: ['v', 'release'],
    TaggedImageRetentionCount: 20,
    ImageRetentionDays: 30,
};

interface Alteration {
    readonly what: string;
    readonly template: PartialProperties;
    readonly by: () => Promise<unknown>;
    /** Path and kind of the one difference. */
    readonly shows: readonly [path: string, kind: string];
}

const ALTERATIONS: readonly Alteration[] = [
    ...['A', 'K', 'Z'].map((Sid) => ({
        what: `a statement is added whose Sid is ${Sid}`,
        template: STATEMENTS,
        by: () => changePolicy((statements) => [statement(Sid, { Effect: 'Deny' }), ...statements]),
        shows: ['/CustomPolicyStatements/2', 'ADD'] as const,
    })),
    {
        what: 'an action of a statement is changed',
        template: STATEMENTS,
        by: changeStatement('M', { Action: 'ecr:DescribeImages' }),
        shows: ['/CustomPolicyStatements/0/Action', 'NOT_EQUAL'],
    },
    {
        what: 'a statement loses its condition',
        template: STATEMENTS,
        by: changeStatement('B', { Condition: undefined }),
        shows: ['/CustomPolicyStatements/1/Condition', 'REMOVE'],
    },
    {
        what: 'a statement is removed',
        template: STATEMENTS,
        by: () => changePolicy((statements) => statements.filter(({ Sid }) => Sid !== 'B')),
        shows: ['/CustomPolicyStatements/1', 'REMOVE'],
    },
    {
        what: 'an account may pull no more',
        template: { ...STATEMENTS, PullAccountIds: ['111111111111', '333333333333'] },
        by: changeStatement('EcrRepositoryPull', { Principal: { AWS: '111111111111' } }),
        shows: ['/PullAccountIds/1', 'REMOVE'],
    },
    {
        what: 'the days of the age are changed, the description left',
        template: CLEAN_UP,
        by: () => changeRules(({ countUnit }) => countUnit === 'days', { countNumber: 31 }),
        shows: ['/ImageRetentionDays', 'NOT_EQUAL'],
    },
    {
        what: 'the count of untagged images is changed, the description left',
        template: CLEAN_UP,
        by: () => changeRules(({ tagStatus }) => tagStatus === 'untagged', { countNumber: 7 }),
        shows: ['/UntaggedImageRetentionCount', 'NOT_EQUAL'],
    },
];

test.each(ALTERATIONS)('$what: one difference, there', async ({ template, by, shows }) => {
    const declared = { UntaggedImageRetentionCount: 3, ...IDENTIFIER, ...template };
    expect(await typeFunction.run('CREATE', declared)).toMatchObject({ status: 'SUCCESS' });
    expect(await typeFunction.drift(declared)).toMatchObject({ status: 'IN_SYNC' });
    await by();
    const { differences } = await typeFunction.drift(declared);
    expect(differences.map(({ path, kind }) => [path, kind])).toEqual([shows]);
});

test('only the description of a rule is changed: no difference', async () => {
    const declared = { ...IDENTIFIER, ...CLEAN_UP };
    expect(await typeFunction.run('CREATE', declared)).toMatchObject({ status: 'SUCCESS' });
    const { lifecyclePolicyText = '' } = await ecr.send(
        new GetLifecyclePolicyCommand({ repositoryName: NAME }),
    );
    await ecr.send(
        new PutLifecyclePolicyCommand({
            repositoryName: NAME,
            lifecyclePolicyText: lifecyclePolicyText.replaceAll(
                /"description":"[^"]*"/g,
                '"description":"changed"',
            ),
        }),
    );
    expect(await typeFunction.drift(declared)).toMatchObject({ status: 'IN_SYNC' });
});

async function changePolicy(
    change: (statements: readonly PolicyStatement[]) => readonly PolicyStatement[],
): Promise<void> {
    const { policyText = '' } = await ecr.send(new GetRepositoryPolicyCommand({ repositoryName: NAME }));
    const policy: { Statement: PolicyStatement[] } = JSON.parse(policyText);
    const changed = { ...policy, Statement: change(policy.Statement) };
    await ecr.send(
        new SetRepositoryPolicyCommand({ repositoryName: NAME, policyText: JSON.stringify(changed) }),
    );
}

function changeStatement(sid: string, changes: Readonly<Record<string, unknown>>): () => Promise<void> {
    return () =>
        changePolicy((statements) =>
            statements.map((one) => (one.Sid === sid ? ({ ...one, ...changes } as PolicyStatement) : one)),
        );
}

async function changeRules(
    isMeant: (selection: EcrRule['selection']) => boolean,
    changes: Partial<EcrRule['selection']>,
): Promise<void> {
    const { lifecyclePolicyText = '' } = await ecr.send(
        new GetLifecyclePolicyCommand({ repositoryName: NAME }),
    );
    const policy: { rules: EcrRule[] } = JSON.parse(lifecyclePolicyText);
    const rules = policy.rules.map((rule) =>
        isMeant(rule.selection) ? { ...rule, selection: { ...rule.selection, ...changes } } : rule,
    );
    await ecr.send(
        new PutLifecyclePolicyCommand({
            repositoryName: NAME,
            lifecyclePolicyText: JSON.stringify({ rules }),
        }),
    );
}
