import type { RepositoryRef } from '../aws/repository-ref';
import { isRecord } from '../json';
import type { PartialProperties, PolicyStatement } from '../properties';

/** Amazon ECR user guide, private repository policy examples: what it takes to pull. */
const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

/** Amazon ECR user guide, pushing an image: what it takes to push; and to pull, which push implies here. */
const PUSH = [
    'ecr:BatchCheckLayerAvailability',
    'ecr:BatchGetImage',
    'ecr:CompleteLayerUpload',
    'ecr:GetDownloadUrlForLayer',
    'ecr:InitiateLayerUpload',
    'ecr:PutImage',
    'ecr:UploadLayerPart',
];

/** The Sid by which a statement of ours is found again. */
const SID = {
    pull: 'EcrRepositoryPull',
    push: 'EcrRepositoryPush',
    organizations: 'EcrRepositoryPullOrganizations',
    lambda: 'EcrRepositoryPullLambda',
} as const;

/** Whether a statement carries a Sid of this type's. */
export function isOwnSid(sid: unknown): boolean {
    return Object.values<unknown>(SID).includes(sid);
}

/** The properties that a repository policy is made from. */
export type Grants = Pick<
    PartialProperties,
    'PullAccountIds' | 'PushAccountIds' | 'PullOrganizationIds' | 'AllowLambdaPull' | 'CustomPolicyStatements'
>;

/** The statements that grant what the properties ask for, in canonical form. */
export function statementsOf(grants: Grants, repository: RepositoryRef): PolicyStatement[] {
    const { PullAccountIds = [], PushAccountIds = [], PullOrganizationIds = [] } = grants;
    const statements: PolicyStatement[] = [];
    if (PullAccountIds.length > 0) {
        statements.push(forAccounts(SID.pull, PullAccountIds, PULL));
    }
    if (PushAccountIds.length > 0) {
        statements.push(forAccounts(SID.push, PushAccountIds, PUSH));
    }
    if (PullOrganizationIds.length > 0) {
        statements.push(forOrganizations(PullOrganizationIds));
    }
    if (grants.AllowLambdaPull) {
        statements.push(forLambda(PullAccountIds, repository));
    }
    return sorted([...statements, ...(grants.CustomPolicyStatements ?? [])].map(canonical));
}

/** The statements as properties: those that `statementsOf` makes, and all others as CustomPolicyStatements. */
export function grantsOf(statements: readonly PolicyStatement[], repository: RepositoryRef): Grants {
    const by = (sid: string) => statements.find(({ Sid }) => Sid === sid);
    const pull = accountsIn(by(SID.pull));
    const push = accountsIn(by(SID.push));
    const organizations = organizationsIn(by(SID.organizations));
    const candidates: Grants[] = [
        { PullAccountIds: pull },
        { PushAccountIds: push },
        { PullOrganizationIds: organizations },
    ];
    const isThere = (statement: PolicyStatement) => statements.some((other) => same(other, statement));
    const grants: Grants = Object.assign(
        {},
        ...candidates.filter((candidate) => {
            const made = statementsOf(candidate, repository);
            return made.length > 0 && made.every(isThere);
        }),
    );
    if (isThere(canonical(forLambda(grants.PullAccountIds ?? [], repository)))) {
        grants.AllowLambdaPull = true;
    }
    const ours = statementsOf(grants, repository);
    const others = statements.filter((statement) => !ours.some((own) => same(own, statement)));
    return {
        ...grants,
        ...(others.length > 0 && { CustomPolicyStatements: others.map((other) => ({ ...other })) }),
    };
}

/** One spelling for statements that mean the same: IAM and ECR write a principal, an action, a list in several ways. */
export function canonical(statement: PolicyStatement): PolicyStatement {
    const { Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition, ...rest } =
        statement;
    return {
        ...rest,
        ...(Principal !== undefined && { Principal: principals(Principal) }),
        ...(NotPrincipal !== undefined && { NotPrincipal: principals(NotPrincipal) }),
        ...(Action !== undefined && { Action: list(Action) }),
        ...(NotAction !== undefined && { NotAction: list(NotAction) }),
        // A repository policy is about its repository only: "*" means nothing.
        ...(Resource !== undefined && !same(list(Resource), ['*']) && { Resource: list(Resource) }),
        ...(NotResource !== undefined && { NotResource: list(NotResource) }),
        ...(isRecord(Condition) && { Condition: mapValues(Condition, conditions) }),
    };
}

/** The statements in an order of their own, since ECR keeps none. */
export function sorted(statements: readonly PolicyStatement[]): PolicyStatement[] {
    const key = (statement: PolicyStatement) => `${statement.Sid ?? ''} ${serialize(statement)}`;
    return [...statements].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Whether two values are equal, the order of keys aside. */
export function same(a: unknown, b: unknown): boolean {
    return serialize(a) === serialize(b);
}

function forAccounts(Sid: string, accounts: readonly string[], actions: readonly string[]): PolicyStatement {
    return { Sid, Effect: 'Allow', Principal: { AWS: accounts }, Action: actions };
}

/** IAM user guide, aws:PrincipalOrgID: any principal, if it belongs to one of the organizations. */
function forOrganizations(organizations: readonly string[]): PolicyStatement {
    return {
        Sid: SID.organizations,
        Effect: 'Allow',
        Principal: '*',
        Action: PULL,
        Condition: { StringEquals: { 'aws:PrincipalOrgID': organizations } },
    };
}

/** AWS Lambda developer guide, container images: the functions of this account and of those that may pull. */
function forLambda(
    pullAccounts: readonly string[],
    { partition, region, account }: RepositoryRef,
): PolicyStatement {
    const functions = [...new Set([account, ...pullAccounts])].map(
        (id) => `arn:${partition}:lambda:${region}:${id}:function:*`,
    );
    return {
        Sid: SID.lambda,
        Effect: 'Allow',
        Principal: { Service: 'lambda.amazonaws.com' },
        Action: PULL,
        Condition: { ArnLike: { 'aws:SourceArn': functions } },
    };
}

function accountsIn(statement: PolicyStatement | undefined): string[] {
    const principal = statement?.Principal;
    return isRecord(principal) ? list(principal.AWS).filter((id) => /^\d{12}$/.test(id)) : [];
}

function organizationsIn(statement: PolicyStatement | undefined): string[] {
    const condition = statement?.Condition;
    const equals = isRecord(condition) ? condition.StringEquals : undefined;
    return isRecord(equals) ? list(equals['aws:PrincipalOrgID']) : [];
}

/** "*" is everybody, of any kind; an account's root ARN is the account (IAM user guide, Principal). */
function principals(principal: unknown): unknown {
    if (!isRecord(principal) || same(principal, { AWS: '*' }) || same(principal, { AWS: ['*'] })) {
        return isRecord(principal) ? '*' : principal;
    }
    return mapValues(principal, (value) =>
        list(value)
            .map((id) => id.replace(/^arn:aws[a-z-]*:iam::(\d{12}):root$/, '$1'))
            .sort(),
    );
}

function conditions(operands: unknown): unknown {
    return isRecord(operands) ? mapValues(operands, list) : operands;
}

/** One value or several, as a sorted list of text without repetitions. */
function list(value: unknown): string[] {
    const values = Array.isArray(value) ? value : value === undefined ? [] : [value];
    return [...new Set(values.map(String))].sort();
}

function mapValues(
    record: Record<string, unknown>,
    change: (value: unknown) => unknown,
): Record<string, unknown> {
    return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

/** JSON with sorted keys. */
function serialize(value: unknown): string {
    return JSON.stringify(value, (_key, inner: unknown) =>
        isRecord(inner)
            ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
            : inner,
    );
}
