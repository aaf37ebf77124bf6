import {
    DeleteRepositoryPolicyCommand,
    GetRepositoryPolicyCommand,
    SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr';
import fc from 'fast-check';
import { repositoryPolicy } from '../../../src/facets/repository-policy';
import type { PartialProperties, PolicyStatement } from '../../../src/properties';
import type { Held } from '../held';
import { ACCOUNT, HERE, NAME } from '../my-app';
import { asPut } from '../statements';
import { account, accountIds, partial, word } from '../values';
import type { By, FacetData } from './facet-data';

const accounts = fc.uniqueArray(account, { maxLength: 4 });

const principal = fc.oneof(
    fc.constant('*'),
    fc.record({ AWS: fc.stringMatching(/^[0-9]{12}$/) }),
    fc.record({ AWS: fc.stringMatching(/^arn:aws:iam::[0-9]{12}:root$/) }),
    fc.record({
        AWS: fc.array(fc.stringMatching(/^arn:aws:iam::[0-9]{12}:role\/[a-z]{1,8}$/), {
            minLength: 1,
            maxLength: 3,
        }),
    }),
    fc.record({ Service: fc.constant('lambda.amazonaws.com') }),
);
const actions = fc.constantFrom('ecr:BatchGetImage', 'ecr:ListImages', 'ecr:DescribeImages', 'ecr:*');

/** Statements in the many spellings that mean the same. */
const anyStatement: fc.Arbitrary<PolicyStatement> = fc
    .tuple(
        fc.constantFrom('Allow', 'Deny'),
        principal,
        fc.oneof(actions, fc.array(actions, { minLength: 1, maxLength: 3 })),
        partial<{ Sid: string; Resource: unknown; Condition: unknown }>({
            Sid: word,
            Resource: fc.constantFrom('*', ['*']),
            Condition: fc.record({
                StringEquals: fc.record({ 'aws:PrincipalTag/team': fc.oneof(word, fc.array(word)) }),
            }),
        }),
    )
    .map(([Effect, Principal, Action, rest]) => ({ Effect, Principal, Action, ...rest }));

const POLICY: PartialProperties = { EnableRepositoryPolicy: true };
const PUBLIC: PolicyStatement = { Sid: 'Public', Effect: 'Allow', Principal: '*', Action: 'ecr:ListImages' };
/** As Lambda writes it when a function of this account is made from an image. */
const LAMBDAS: PolicyStatement = {
    Sid: 'LambdaECRImageRetrievalPolicy',
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    Condition: { StringLike: { 'aws:sourceArn': `arn:aws:lambda:${HERE}:${ACCOUNT}:function:*` } },
};

const putPolicy =
    (Statement: readonly unknown[]): By =>
    ({ ecr }) =>
        ecr.send(
            new SetRepositoryPolicyCommand({
                repositoryName: NAME,
                policyText: JSON.stringify({ Version: '2012-10-17', Statement }),
            }),
        );

const editPolicy =
    (edit: (statements: PolicyStatement[]) => readonly unknown[]): By =>
    async (here, beside) => {
        const { policyText = '' } = await here.ecr.send(
            new GetRepositoryPolicyCommand({ repositoryName: NAME }),
        );
        await putPolicy(edit(JSON.parse(policyText).Statement.map(asPut)))(here, beside);
    };

const replaceInPolicy = (from: string, to: string): By =>
    editPolicy((statements) => JSON.parse(JSON.stringify(statements).replaceAll(from, to)));

const withoutStatement = (word: string): By =>
    editPolicy((statements) => statements.filter((one) => !JSON.stringify(one).includes(word)));

const addStatement = (statement: PolicyStatement): By =>
    editPolicy((statements) => [...statements, statement]);

const principals = ({ policy }: Held) =>
    policy.flatMap(({ Principal }) => (Principal as { AWS: string[] }).AWS).sort();

function statement(element: PolicyStatement): PartialProperties {
    return { EnableRepositoryPolicy: true, CustomPolicyStatements: [element] };
}

export const data: FacetData = {
    facet: repositoryPolicy,
    declared: { EnableRepositoryPolicy: true, PullAccountIds: ['111111111111', '222222222222'] },

    arbitraries: {
        EnableRepositoryPolicy: fc.boolean(),
        PullAccountIds: accounts,
        PushAccountIds: accounts,
        PullOrganizationIds: fc.uniqueArray(fc.stringMatching(/^o-[a-z0-9]{10}$/), { maxLength: 2 }),
        AllowLambdaPull: fc.boolean(),
        CustomPolicyStatements: fc.array(anyStatement, { maxLength: 3 }),
    },

    foreign: ({ accounts, flag }) => ({
        version: '2012-10-17',
        statements: accounts.map((account, index) => ({
            ...(flag && { Sid: `Theirs${index}` }),
            Effect: 'Allow',
            Principal: { AWS: [account] },
            Action: ['ecr:BatchGetImage'],
        })),
    }),

    properties: {
        EnableRepositoryPolicy: {
            beside: { PullAccountIds: ['111111111111'] },
            values: [true, false],
            inAws: ({ policy }) => policy.length > 0,
        },
        PullAccountIds: {
            beside: { EnableRepositoryPolicy: true },
            values: [['111111111111'], ['222222222222', '333333333333']],
            inAws: principals,
        },
        PushAccountIds: {
            beside: { EnableRepositoryPolicy: true },
            values: [['111111111111'], ['222222222222', '333333333333']],
            inAws: principals,
        },
        PullOrganizationIds: {
            beside: { EnableRepositoryPolicy: true },
            values: [['o-aaaaaaaaaa'], ['o-bbbbbbbbbb', 'o-cccccccccc']],
            inAws: ({ policy }) =>
                policy.flatMap(({ Condition }) =>
                    Object.values((Condition as { StringEquals: object }).StringEquals).flat(),
                ),
        },
        AllowLambdaPull: {
            beside: { EnableRepositoryPolicy: true, PullAccountIds: ['111111111111'] },
            values: [false, true],
            inAws: ({ policy }) => JSON.stringify(policy).includes('lambda.amazonaws.com'),
        },
        CustomPolicyStatements: {
            beside: { EnableRepositoryPolicy: true },
            values: [[{ ...PUBLIC, Sid: 'One' }], [{ ...PUBLIC, Sid: 'Two' }]],
            as: [[asPut({ ...PUBLIC, Sid: 'One' })], [asPut({ ...PUBLIC, Sid: 'Two' })]],
            inAws: ({ policy }) => policy,
        },
    },

    undivided: [],

    violations: [
        [statement({ Effect: 'Perhaps', Resources: '*' }), 4],
        [statement({ Sid: 5, Effect: 'Allow', Principal: '*', Action: 'ecr:*' }), 1],
        [statement({ Effect: 'Allow', Principal: 'me', Action: { ecr: '*' }, Condition: 'never' }), 3],
        [
            statement({
                Effect: 'Allow',
                Principal: '*',
                Action: ['ecr:GetAuthorizationToken', 's3:GetObject'],
            }),
            2,
        ],
        [
            {
                EnableRepositoryPolicy: true,
                CustomPolicyStatements: [1, 2].map((number) => ({
                    Sid: 'Same',
                    Effect: 'Allow',
                    Principal: '*',
                    Action: [number === 1 ? 'ecr:ListImages' : 'ecr:BatchGetImage'],
                })),
            },
            1,
        ],
        [{ EnableRepositoryPolicy: true, PullAccountIds: accountIds(800) }, 1],
    ],

    messages: [],

    alterations: {
        EnableRepositoryPolicy: [
            {
                what: 'the policy is deleted',
                template: { ...POLICY, PullAccountIds: ['111111111111'] },
                by: ({ ecr }) => ecr.send(new DeleteRepositoryPolicyCommand({ repositoryName: NAME })),
                drift: ['EnableRepositoryPolicy', 'PullAccountIds'],
            },
            {
                what: 'a policy is added',
                template: { EnableRepositoryPolicy: false },
                by: putPolicy([PUBLIC]),
                update: 'leaves',
            },
            {
                what: 'a policy is added over settings that are off',
                template: { EnableRepositoryPolicy: false, PullAccountIds: ['111111111111'] },
                by: putPolicy([PUBLIC]),
                drift: ['EnableRepositoryPolicy', 'PullAccountIds'],
                update: 'leaves',
            },
            {
                what: 'Lambda writes its own statement',
                template: { EnableRepositoryPolicy: false, CustomPolicyStatements: [] },
                by: putPolicy([LAMBDAS]),
                drift: [],
            },
        ],
        ...Object.fromEntries(
            (['PullAccountIds', 'PushAccountIds'] as const).map((property) => [
                property,
                [
                    {
                        what: 'gets another account in place of one',
                        template: { ...POLICY, [property]: ['222222222222', '333333333333'] },
                        by: replaceInPolicy('333333333333', '444444444444'),
                    },
                    {
                        what: 'gets one more',
                        template: { ...POLICY, [property]: ['333333333333'] },
                        by: replaceInPolicy('"333333333333"', '"333333333333","444444444444"'),
                    },
                    {
                        what: 'loses one',
                        template: { ...POLICY, [property]: ['222222222222', '333333333333'] },
                        by: replaceInPolicy('"333333333333",', ''),
                    },
                    {
                        what: 'loses its statement',
                        template: {
                            ...POLICY,
                            [property]: ['222222222222'],
                            PullOrganizationIds: ['o-aaaaaaaaaa'],
                        },
                        by: withoutStatement('222222222222'),
                    },
                    {
                        what: 'may do less',
                        template: { ...POLICY, [property]: ['222222222222'], CustomPolicyStatements: [] },
                        by: replaceInPolicy(',"ecr:GetDownloadUrlForLayer"', ''),
                        drift: [property, 'CustomPolicyStatements'],
                    },
                ],
            ]),
        ),
        PullOrganizationIds: [
            {
                what: 'gets another one in place of one',
                template: { ...POLICY, PullOrganizationIds: ['o-bbbbbbbbbb', 'o-cccccccccc'] },
                by: replaceInPolicy('o-cccccccccc', 'o-dddddddddd'),
            },
            {
                what: 'loses its statement',
                template: {
                    ...POLICY,
                    PullOrganizationIds: ['o-bbbbbbbbbb'],
                    PullAccountIds: ['222222222222'],
                },
                by: withoutStatement('o-bbbbbbbbbb'),
            },
        ],
        AllowLambdaPull: [
            {
                what: 'loses its statement',
                template: { ...POLICY, AllowLambdaPull: true, PullAccountIds: ['111111111111'] },
                by: withoutStatement('lambda.amazonaws.com'),
            },
            {
                what: 'is narrowed',
                template: { ...POLICY, AllowLambdaPull: true, PullAccountIds: ['111111111111'] },
                by: replaceInPolicy(`,"arn:aws:lambda:${HERE}:${ACCOUNT}:function:*"`, ''),
            },
            {
                what: 'Lambda writes its own statement',
                template: { ...POLICY, AllowLambdaPull: true, CustomPolicyStatements: [] },
                by: addStatement(LAMBDAS),
                drift: [],
            },
            {
                what: 'Lambda writes its own statement where it may not',
                template: { ...POLICY, AllowLambdaPull: false, PullAccountIds: ['111111111111'] },
                by: addStatement(LAMBDAS),
                drift: [],
            },
        ],
        CustomPolicyStatements: [
            {
                what: 'a statement is edited',
                template: { ...POLICY, CustomPolicyStatements: [PUBLIC] },
                by: replaceInPolicy('ecr:ListImages', 'ecr:DescribeImages'),
            },
            {
                what: 'a statement is added',
                template: { ...POLICY, CustomPolicyStatements: [PUBLIC] },
                by: addStatement({ ...PUBLIC, Sid: 'More' }),
                update: 'leaves',
            },
            {
                what: 'a statement is added where the template has none',
                template: { ...POLICY, PullAccountIds: ['111111111111'] },
                by: addStatement(PUBLIC),
                drift: [],
            },
            {
                what: 'a statement is deleted',
                template: { ...POLICY, CustomPolicyStatements: [PUBLIC, { ...PUBLIC, Sid: 'Two' }] },
                by: withoutStatement('Two'),
            },
            {
                what: 'Lambda writes its own statement',
                template: { ...POLICY, CustomPolicyStatements: [PUBLIC] },
                by: addStatement(LAMBDAS),
                drift: [],
            },
            {
                what: "a statement of Lambda's own, which the template has itself, is deleted",
                template: { ...POLICY, CustomPolicyStatements: [PUBLIC, LAMBDAS] },
                by: withoutStatement('lambda'),
            },
        ],
    },
};
