import { z } from 'zod';
import { jsonIn } from '../json';

/** What a service of AWS, or another account, wants to do with a resource. */
export interface Access {
    /** The service that acts, as in events.amazonaws.com; absent when the account itself acts. */
    readonly service?: string;
    readonly action: string;
    readonly resource: string;
    /** The account that acts, or that the service acts for. */
    readonly account: string;
    /** The ARN of what the service acts for: a rule, an alarm. */
    readonly source?: string;
}

const oneOrMore = z
    .union([z.string(), z.array(z.string())])
    .transform((value) => (typeof value === 'string' ? [value] : value));

const principal = z.union([z.literal('*'), z.record(z.string(), oneOrMore)]);

const statement = z.strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Principal: principal.optional(),
    NotPrincipal: principal.optional(),
    Action: oneOrMore.optional(),
    NotAction: oneOrMore.optional(),
    Resource: oneOrMore.optional(),
    NotResource: oneOrMore.optional(),
    Condition: z.record(z.string(), z.record(z.string(), oneOrMore)).optional(),
});

type Statement = z.output<typeof statement>;

/** A resource policy's grammar (IAM user guide, Grammar of the IAM JSON policy language). */
const policy = z.strictObject({
    Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
    Id: z.string().optional(),
    Statement: z.union([statement, z.array(statement)]).transform((value) => [value].flat()),
});

/** The statements of a policy document; undefined when it is no policy. */
export function statementsOf(document: string): readonly Statement[] | undefined {
    return policy.safeParse(jsonIn(document)).data?.Statement;
}

/** Whether resource policies let somebody do it: a Deny wins (IAM user guide, Policy evaluation logic). */
export function allows(documents: readonly string[], access: Access): boolean {
    const effects = documents
        .flatMap((document) => statementsOf(document) ?? [])
        .filter((each) => covers(each, access))
        .map(({ Effect }) => Effect);
    return effects.includes('Allow') && !effects.includes('Deny');
}

function covers(each: Statement, access: Access): boolean {
    return (
        selects(each.Principal, each.NotPrincipal, (one) => isPrincipal(one, access)) &&
        selects(each.Action, each.NotAction, (one) => one.some((action) => isAction(action, access))) &&
        // A policy of a resource may leave out which one it is about.
        selects(each.Resource ?? ['*'], each.NotResource, (one) =>
            one.some((arn) => isLike(access.resource, arn)),
        ) &&
        Object.entries(each.Condition ?? {}).every(([operator, keys]) =>
            Object.entries(keys).every(([key, values]) => holds(operator, key, values, access)),
        )
    );
}

/** An element or its opposite, as in Action and NotAction. */
function selects<T>(
    element: T | undefined,
    opposite: T | undefined,
    matches: (value: T) => boolean,
): boolean {
    return opposite === undefined ? element !== undefined && matches(element) : !matches(opposite);
}

function isPrincipal(one: z.output<typeof principal>, { service, account }: Access): boolean {
    if (one === '*' || one['AWS']?.includes('*')) {
        return true;
    }
    return service === undefined
        ? (one['AWS']?.some((name) => isLike(name, `arn:*:iam::${account}:root`)) ?? false)
        : (one['Service']?.includes(service) ?? false);
}

function isAction(pattern: string, { action }: Access): boolean {
    return isLike(action.toLowerCase(), pattern.toLowerCase());
}

/** Operators as far as conditions on the acting service use them; another one holds never. */
const OPERATORS: Readonly<Record<string, (value: string, wanted: string) => boolean>> = {
    StringEquals: (value, wanted) => value === wanted,
    StringLike: isLike,
    ArnEquals: isLike,
    ArnLike: isLike,
};

function holds(operator: string, key: string, values: readonly string[], access: Access): boolean {
    const context: Readonly<Record<string, string | undefined>> = {
        'aws:sourceaccount': access.account,
        'aws:sourcearn': access.source,
    };
    const test = OPERATORS[operator];
    const value = context[key.toLowerCase()];
    return test !== undefined && value !== undefined && values.some((wanted) => test(value, wanted));
}

/** A star stands for any characters, a question mark for one (IAM user guide, Resource). */
export function isLike(value: string, pattern: string): boolean {
    const source = pattern
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.');
    return new RegExp(`^${source}$`, 's').test(value);
}
