import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Access, accessesOf } from '../../local/aws/difficulties/permissions/accesses';
import { allows, type PolicyDocument } from '../../local/aws/difficulties/permissions/permissions';
import { evaluate, type Scope } from '../../local/template/intrinsics';
import { type Node, parse } from '../../local/template/syntax';
import { actionsOf, renderExecutionRole, statementsOf } from '../../scripts/generate/execution-role';
import type { PartialProperties } from '../../src/properties';
import { DECLARED, FACET_DATA } from '../support/facets';
import { useFunction, useStandIn } from '../support/suite';

const read = (file: string) => readFileSync(join(__dirname, '..', '..', file), 'utf8');
const schema = JSON.parse(read('schema.json'));
const place = { region: 'us-east-1', account: '123456789012' };

/** Of a template only what the role needs of it: pseudo parameters. */
const scope: Scope = {
    ref: (name) => ({ 'AWS::Partition': 'aws', 'AWS::AccountId': place.account })[name] ?? name,
    attribute: (logicalId) => logicalId,
    condition: () => true,
    mapping: ([map]) => map,
};

/** A role as IAM gets it. */
interface Role {
    readonly MaxSessionDuration: number;
    readonly AssumeRolePolicyDocument: { readonly Statement: readonly [{ readonly Condition?: object }] };
    readonly Policies: readonly [
        { readonly PolicyDocument: PolicyDocument },
        ...{ readonly PolicyDocument: PolicyDocument }[],
    ];
}

function roleIn(file: string): Role {
    const properties = ['Resources', 'ExecutionRole', 'Properties'].reduce<Node | undefined>(
        (node, key) => (node?.kind === 'mapping' ? node.entries.get(key) : undefined),
        parse(read(file), file),
    );
    return (properties && evaluate(properties, scope)) as unknown as Role;
}

const role = roleIn('resource-role.yaml');
const [{ PolicyDocument: policy }] = role.Policies;
const isAllowed = (access: Access) => allows(policy, access);
/** Of several accesses those that the role does not allow. */
async function refused(accesses: readonly Access[]): Promise<readonly Access[]> {
    const answers = await Promise.all(accesses.map(isAllowed));
    return accesses.filter((_access, index) => !answers[index]);
}

describe('the role', () => {
    test('grants what schema.json asks for, and nothing else', () => {
        const granted = policy.Statement.flatMap(({ Action }) => Action);
        expect([...new Set(granted)].toSorted()).toEqual(actionsOf(schema));
        expect(granted).toContain('ecr:CreateRepository');
    });

    test('is the same in resource-role.yaml and in deploy/register.yml', () => {
        expect(roleIn('deploy/register.yml')).toEqual(role);
    });

    test('for the contract tests, also reads exports, and CloudFormation assumes it for any account', () => {
        const { Policies, AssumeRolePolicyDocument, ...rest } = roleIn('resource-role-prod.yaml');
        const { Condition: _, ...assumed } = role.AssumeRolePolicyDocument.Statement[0];
        const reads = { Effect: 'Allow', Action: 'cloudformation:ListExports', Resource: '*' };
        expect(AssumeRolePolicyDocument.Statement).toEqual([assumed]);
        expect(Policies).toMatchObject([{ PolicyDocument: { Statement: [reads] } }, ...role.Policies]);
        expect(rest).toEqual({ MaxSessionDuration: role.MaxSessionDuration });
    });

    test('is assumed by CloudFormation alone, for this type in this account', () => {
        expect(role.AssumeRolePolicyDocument).toEqual({
            Version: '2012-10-17',
            Statement: [
                {
                    Effect: 'Allow',
                    Principal: { Service: 'resources.cloudformation.amazonaws.com' },
                    Action: 'sts:AssumeRole',
                    Condition: {
                        StringEquals: { 'aws:SourceAccount': place.account },
                        ArnLike: {
                            'aws:SourceArn': `arn:aws:cloudformation:*:${place.account}:type/resource/Org-Containers-EcrRepository/*`,
                        },
                    },
                },
            ],
        });
    });

    test('lasts longer than the longest handler', () => {
        const handlers: { timeoutInMinutes: number }[] = Object.values(schema.handlers);
        const longest = Math.max(...handlers.map(({ timeoutInMinutes }) => timeoutInMinutes * 60));
        expect(role.MaxSessionDuration).toBeGreaterThan(longest);
        expect(role.MaxSessionDuration).toBeLessThanOrEqual(43_200);
    });
});

describe('the handlers', () => {
    const standIn = useStandIn({ keep: true });
    const handlers = useFunction(standIn);

    const identifier = { RepositoryName: 'team-a/production.api' };
    const full: PartialProperties = {
        ...identifier,
        ...DECLARED,
        TagPrefixList: ['v', 'release'],
        MaxExpiringImages: 0,
        ScanType: 'ENHANCED',
    };
    /** Other tags on all that there is, and fewer metrics. */
    const changed: PartialProperties = {
        ...full,
        TagPrefixList: ['v'],
        CreateCloudWatchAlarms: false,
        Tags: [{ Key: 'Team', Value: 'a' }],
    };
    const bare: PartialProperties = {
        ...identifier,
        ImageTagMutability: 'MUTABLE',
        ScanOnPush: true,
        EnableLifecyclePolicy: false,
        EnableRepositoryPolicy: false,
        EnableReplication: false,
        EnableRegistryScanning: false,
        EnableScanLogging: true,
        EnableScanNotifications: false,
        CreateCloudWatchAlarms: false,
        CreateDashboard: false,
    };
    /** What ECR calls in the role's name; nothing that stands in for AWS does. */
    const isCalledByEcr = (action: string) => /^(iam|inspector2|kms):/.test(action);
    /** What happens an hour later; tests/integration/lock.test.ts plays it. */
    const isLater = (action: string) => action === 'logs:DeleteLogStream';

    test('may make each call that they make, and make each that they may', async () => {
        const { result, calls } = await standIn.watch(async () => [
            await handlers.run('CREATE', full),
            await handlers.run('UPDATE', changed, { previous: full }),
            await handlers.run('READ', identifier),
            await handlers.run('UPDATE', bare, { previous: changed }),
            await handlers.run('UPDATE', full, { previous: bare }),
            await handlers.run('LIST', {}),
            await handlers.run('DELETE', identifier),
        ]);
        expect(result.map(({ status, message }) => (status === 'SUCCESS' ? status : message))).toEqual(
            Array(7).fill('SUCCESS'),
        );
        const accesses = calls.flatMap((call) => accessesOf({ ...call, ...place }));
        await expect(refused(accesses)).resolves.toEqual([]);

        const made = accesses.map(({ action }) => action);
        expect([...new Set(made)].toSorted()).toEqual(
            actionsOf(schema).filter((action) => !isCalledByEcr(action) && !isLater(action)),
        );
    }, 60_000);
});

describe('what is not of this type', () => {
    const { region, account } = place;
    const FOREIGN = [
        `arn:aws:cloudwatch:${region}:${account}:alarm:billing`,
        `arn:aws:cloudwatch::${account}:dashboard/operations`,
        `arn:aws:ecr:${region}:210987654321:repository/production-api`,
        `arn:aws:events:${region}:${account}:rule/nightly`,
        `arn:aws:events:${region}:${account}:rule/other-bus/ecr-scans-api`,
        `arn:aws:events:${region}:${account}:event-bus/default`,
        `arn:aws:iam::${account}:role/administrator`,
        `arn:aws:logs:${region}:${account}:log-group:other:log-stream:`,
        `arn:aws:logs:${region}:${account}:log-group:/aws/events/other:log-stream:`,
        `arn:aws:logs:${region}:210987654321:log-group:/aws/events/ecr/api/scan-findings`,
        `arn:aws:sns:${region}:${account}:alerts`,
    ];
    /** That AWS grants on everything or not at all. */
    const UNDIVIDED = FACET_DATA.flatMap(({ undivided }) => undivided);
    const divided = actionsOf(schema).filter((action) => !UNDIVIDED.includes(action));

    test.each(FOREIGN)('%s is out of reach', async (resource) => {
        const context = { 'iam:AWSServiceName': 'replication.ecr.amazonaws.com' };
        const accesses = divided.map((action) => ({ action, resource, context }));
        await expect(refused(accesses)).resolves.toEqual(accesses);
    });

    test.each([
        ['replication.ecr.amazonaws.com', true],
        ['ssm.alarms.cloudwatch.amazonaws.com', true],
        ['ssm-incidents.alarms.cloudwatch.amazonaws.com', true],
        ['inspector2.amazonaws.com', true],
        ['autoscaling.amazonaws.com', false],
    ])('a service-linked role for %s: %s', async (service, expected) => {
        const resource = `arn:aws:iam::${account}:role/aws-service-role/replication.ecr.amazonaws.com/AWSServiceRoleForECRReplication`;
        const context = { 'iam:AWSServiceName': service };
        const access = { action: 'iam:CreateServiceLinkedRole', resource, context };
        await expect(isAllowed(access)).resolves.toBe(expected);
    });

    test.each([
        ['ecr.us-east-1.amazonaws.com', true],
        ['ecr.cn-north-1.amazonaws.com.cn', true],
        ['s3.us-east-1.amazonaws.com', false],
        [undefined, false],
    ])('a key through %s: %s', async (service, expected) => {
        const resource = `arn:aws:kms:${region}:210987654321:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
        const context = service === undefined ? {} : { 'kms:ViaService': service };
        for (const action of ['kms:CreateGrant', 'kms:DescribeKey', 'kms:RetireGrant']) {
            await expect(isAllowed({ action, resource, context })).resolves.toBe(expected);
        }
    });
});

describe('generation', () => {
    const asking = (...permissions: string[]) => ({ handlers: { create: { permissions } } });
    const template = read('resource-role.yaml');

    test('brings a template up to date, whatever stood there', async () => {
        const other = await renderExecutionRole(asking('logs:CreateLogGroup'), template);
        expect(other).toContain('logs:CreateLogGroup');
        expect(other).not.toContain('ecr:');
        await expect(renderExecutionRole(schema, other)).resolves.toBe(template);
    });

    test.each([
        ['ecr:CreateRepositry', 'no such action in AWS'],
        ['nosuch:Thing', 'no such action in AWS'],
        ['sqs:CreateQueue', 'no extent of sqs:queue. Add one to EXTENTS'],
    ])('refuses %s', async (action, message) => {
        await expect(statementsOf(asking(action))).rejects.toThrow(`${action}: ${message}`);
    });

    test('refuses a template that cfn generate has written', async () => {
        const overwritten = template.replaceAll(' # generated', '');
        await expect(renderExecutionRole(schema, overwritten)).rejects.toThrow(
            'bring it back by git restore',
        );
    });
});
