import { converted, propertiesOf } from '../../../support/converted';

describe('the repository policy', () => {
    const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
    const allow = (Principal: unknown, Action: unknown = PULL) => ({ Effect: 'Allow', Principal, Action });
    const properties = (Statement: unknown, parameters = {}) =>
        propertiesOf(
            { RepositoryName: 'api', RepositoryPolicyText: { Version: '2012-10-17', Statement } },
            parameters,
        );

    test('a parameter is an account if it looks like one', () => {
        const principal = { AWS: { Ref: 'Account' } };
        const account = { Account: { Type: 'String', AllowedPattern: '^\\d{12}$' } };
        expect(properties([allow(principal)], account)).toMatchObject({
            PullAccountIds: [{ Ref: 'Account' }],
        });
        const unknown = properties([allow(principal)], { Account: { Type: 'String' } });
        expect(unknown).toMatchObject({ CustomPolicyStatements: [allow(principal)] });
        expect(unknown).not.toHaveProperty('PullAccountIds');
    });

    test('one action more or less is another grant, and the report names the one that only a push needs', () => {
        const more = allow({ AWS: '111122223333' }, [...PULL, 'ecr:BatchCheckLayerAvailability']);
        expect(properties([more])).toMatchObject({ CustomPolicyStatements: [more] });
        const report = (Statement: object) =>
            converted(
                JSON.stringify({
                    Resources: {
                        Api: {
                            Type: 'AWS::ECR::Repository',
                            Properties: { RepositoryName: 'api', RepositoryPolicyText: { Statement } },
                        },
                    },
                }),
            ).report;
        expect(report([{ ...more, Sid: 'Pull' }])).toContain(
            'The statement Pull also grants ecr:BatchCheckLayerAvailability, which only a push needs',
        );
        expect(report([{ ...more, Principal: { AWS: '*' } }])).not.toContain('only a push needs');
    });

    test('an organization; and of two statements that grant the same kind, the first', () => {
        const Condition = { StringEquals: { 'aws:PrincipalOrgID': ['o-a1b2c3d4e5'] } };
        const second = { ...allow({ AWS: '444455556666' }), Sid: 'Second' };
        expect(
            properties([{ ...allow('*'), Condition }, allow({ AWS: '111122223333' }), second]),
        ).toMatchObject({
            PullOrganizationIds: ['o-a1b2c3d4e5'],
            PullAccountIds: ['111122223333'],
            CustomPolicyStatements: [second],
        });
    });

    test('a statement that a condition leaves out stays as it is', () => {
        const maybe = { 'Fn::If': ['Shared', allow('*'), { Ref: 'AWS::NoValue' }] };
        expect(properties([maybe])).toMatchObject({ CustomPolicyStatements: [maybe] });
    });
});
