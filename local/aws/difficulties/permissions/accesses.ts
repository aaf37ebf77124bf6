import type { RecordedCall } from '../../calls';
import type { Place } from '../../world';

/** What IAM is asked about. */
export interface Access {
    readonly action: string;
    /** An ARN, or * for an action that knows no resources. */
    readonly resource: string;
    /** Condition keys and their values. */
    readonly context?: Readonly<Record<string, string>>;
}

type Asked = Pick<RecordedCall, 'action' | 'input' | 'account' | 'region'>;

/** A kind of resource that AWS checks actions on. */
interface Kind {
    readonly actions: RegExp;
    /** The members of requests that name such resources. */
    readonly names: readonly string[];
    arn(name: string, place: Place, input: Asked['input']): string;
}

/** The name of a resource that no policy means, for calls about all of them: only a policy about all allows those. */
const EVERY = 'every-one-of-them';

/** Service Authorization Reference; the last row that an action matches counts. */
const KINDS: readonly Kind[] = [
    {
        actions: /^ecr:/,
        names: ['repositoryName', 'repositoryNames'],
        arn: (name, { region, account }) => `arn:aws:ecr:${region}:${account}:repository/${name}`,
    },
    {
        actions: /^logs:/,
        names: ['logGroupName'],
        // Refusals name it so.
        arn: (name, { region, account }, { logStreamName = '' }) =>
            `arn:aws:logs:${region}:${account}:log-group:${name}:log-stream:${logStreamName}`,
    },
    {
        actions: /^events:/,
        names: ['Name', 'Rule'],
        arn: (name, { region, account }) => `arn:aws:events:${region}:${account}:rule/${name}`,
    },
    {
        actions: /^cloudwatch:/,
        names: ['AlarmName', 'AlarmNames'],
        arn: (name, { region, account }) => `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`,
    },
    {
        actions: /^cloudwatch:\w+Dashboards?$/,
        names: ['DashboardName', 'DashboardNames'],
        arn: (name, { account }) => `arn:aws:cloudwatch::${account}:dashboard/${name}`,
    },
    {
        // Whatever is asked for, CloudWatch checks it on all alarms.
        actions: /^cloudwatch:DescribeAlarms$/,
        names: [],
        arn: (name, { region, account }) => `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`,
    },
    {
        actions: /^sns:/,
        names: ['Name'],
        arn: (name, { region, account }) => `arn:aws:sns:${region}:${account}:${name}`,
    },
    {
        actions:
            /^(ecr:(DescribeRegistry|GetAuthorizationToken|PutReplicationConfiguration|\w+RegistryPolicy|\w+RegistryScanningConfiguration)|logs:(DescribeLogGroups|\w+ResourcePolic(y|ies))|sts:GetCallerIdentity)$/,
        names: [],
        arn: () => '*',
    },
];

/**
 * All that a call needs to be allowed: the action itself, and TagResource for what is created with tags. Throws for an
 * action that no row knows.
 */
export function accessesOf({ action, input, account, region }: Asked): readonly Access[] {
    const kind = KINDS.findLast(({ actions }) => actions.test(action));
    if (!kind) {
        throw new Error(`There is no row in KINDS that says which resources AWS checks ${action} on.`);
    }
    const arn = input['ResourceARN'] ?? input['resourceArn'] ?? input['ResourceArn'] ?? input['TopicArn'];
    const named = kind.names.flatMap((key) => input[key] ?? []);
    const resources = arn
        ? [arn]
        : (named.length > 0 ? named : [EVERY]).map((name) => kind.arn(`${name}`, { account, region }, input));
    const isTagged = /:(Create|Put)/.test(action) && Object.keys(input).some((key) => /^tags$/i.test(key));
    const actions = isTagged ? [action, `${action.split(':')[0]}:TagResource`] : [action];
    return actions.flatMap((one) => resources.map((resource) => ({ action: one, resource: `${resource}` })));
}
