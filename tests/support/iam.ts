import type { Call } from './stand-in';

/** A statement of an identity policy, as far as the execution role uses IAM's language. */
export interface Statement {
    readonly Effect: 'Allow';
    readonly Action: readonly string[];
    readonly Resource: readonly string[];
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** What IAM is asked about. */
export interface Access {
    readonly action: string;
    /** An ARN, or * for an action that knows no resources. */
    readonly resource: string;
    /** Condition keys and their values. */
    readonly context?: Readonly<Record<string, string>>;
}

const OPERATORS: Readonly<Record<string, (value: string, wanted: string) => boolean>> = {
    StringEquals: (value, wanted) => value === wanted,
    StringLike: matches,
};

/**
 * Whether any statement allows it (IAM user guide, policy evaluation logic and condition operators). What this does
 * not know, it refuses to judge.
 */
export function allows(
    statements: readonly Statement[],
    { action, resource, context = {} }: Access,
): boolean {
    return statements.some(({ Effect, Action, Resource, Condition = {}, ...rest }) => {
        if (Effect !== 'Allow' || Object.keys(rest).length > 0) {
            throw new Error(`not known here: ${JSON.stringify({ Effect, ...rest })}`);
        }
        return (
            Action.includes(action) &&
            Resource.some((pattern) => matches(resource, pattern)) &&
            Object.entries(Condition).every(([operator, keys]) =>
                Object.entries(keys).every(([key, wanted]) => holds(operator, context[key], wanted)),
            )
        );
    });
}

function holds(operator: string, value: string | undefined, wanted: readonly string[]): boolean {
    const test = OPERATORS[operator];
    if (!test) {
        throw new Error(`no operator ${operator} here`);
    }
    return value !== undefined && wanted.some((one) => test(value, one));
}

/** A star stands for any characters, colons and slashes too (IAM user guide, Resource element). */
function matches(value: string, pattern: string): boolean {
    const parts = pattern.split('*').map((part) => part.replace(/[.+?^$(){}|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`).test(value);
}

/** Where the calls are made. */
export interface Place {
    readonly region: string;
    readonly account: string;
}

/** A kind of resource that AWS checks actions on. */
interface Kind {
    readonly actions: RegExp;
    /** Where a call names such resources. */
    readonly names: readonly string[];
    arn(name: string, place: Place): string;
}

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
        arn: (name, { region, account }) => `arn:aws:logs:${region}:${account}:log-group:${name}:log-stream:`,
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
        arn: (_, { region, account }) => `arn:aws:cloudwatch:${region}:${account}:alarm:*`,
    },
    {
        actions:
            /^(ecr:(DescribeRegistry|PutReplicationConfiguration|\w+RegistryScanningConfiguration)|logs:(DescribeLogGroups|\w+ResourcePolic(y|ies)))$/,
        names: [],
        arn: () => '*',
    },
];

/** All that a call needs to be allowed: the action itself, and what is made with tags wants TagResource too. */
export function accessesOf({ action, input }: Call, place: Place): readonly Access[] {
    const kind = KINDS.findLast(({ actions }) => actions.test(action));
    if (!kind) {
        throw new Error(`what AWS checks ${action} on is not known here`);
    }
    const arn = input['ResourceARN'] ?? input['resourceArn'];
    const named = kind.names.flatMap((key) => input[key] ?? []);
    const resources = arn
        ? [arn]
        : (named.length > 0 ? named : ['*']).map((name) => kind.arn(`${name}`, place));
    const isTagged = /:(Create|Put)/.test(action) && Object.keys(input).some((key) => /^tags$/i.test(key));
    const actions = isTagged ? [action, `${action.split(':')[0]}:TagResource`] : [action];
    return actions.flatMap((one) => resources.map((resource) => ({ action: one, resource: `${resource}` })));
}
