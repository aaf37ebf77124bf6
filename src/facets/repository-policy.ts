import {
    DeleteRepositoryPolicyCommand,
    GetRepositoryPolicyCommand,
    SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr';
import type { RepositoryRef } from '../aws/repository-ref';
import type { Facet } from '../engine/facet';
import { isAwsError } from '../errors';
import { isRecord } from '../json';
import type { PolicyStatement, Properties } from '../properties';
import { canonical, grantsOf, isOwnSid, same, sorted, statementsOf } from './policy-statements';

interface State {
    /** Of the policy language; decides what ${…} means. */
    readonly version: string;
    /** A name that another gave the whole of it. */
    readonly id?: string;
    readonly statements: readonly PolicyStatement[];
}

/** IAM user guide, Version: the current one. */
const VERSION = '2012-10-17';

/** The longest repository policy, in characters (Amazon ECR API reference, SetRepositoryPolicy). */
const LONGEST = 10_240;

/** The statement that Lambda itself writes when a function of this account uses the repository. */
const LAMBDAS_OWN = 'LambdaECRImageRetrievalPolicy';

/** IAM user guide, policy grammar: the elements of a statement. */
const ELEMENTS = new Set([
    'Sid',
    'Effect',
    'Principal',
    'NotPrincipal',
    'Action',
    'NotAction',
    'Resource',
    'NotResource',
    'Condition',
]);

/** The same, Principal: its kinds. */
const PRINCIPALS = new Set(['AWS', 'Service', 'Federated', 'CanonicalUser']);

/** Who may pull and push. Statements that others put into the policy stay. */
export const repositoryPolicy: Facet<State> = {
    name: 'repository policy',
    properties: [
        'EnableRepositoryPolicy',
        'PullAccountIds',
        'PushAccountIds',
        'PullOrganizationIds',
        'AllowLambdaPull',
        'CustomPolicyStatements',
    ],
    home: 'repository',

    validate(properties, repository) {
        if (!properties.EnableRepositoryPolicy) {
            return [];
        }
        const custom = properties.CustomPolicyStatements ?? [];
        const violations = custom.flatMap((statement, index) =>
            malformed(statement).map((violation) => `CustomPolicyStatements/${index}: ${violation}`),
        );
        if (violations.length > 0) {
            return violations;
        }
        const statements = statementsOf(properties, repository);
        const sids = statements.flatMap(({ Sid }) => Sid ?? []);
        for (const sid of new Set(sids.filter((sid, index) => sids.indexOf(sid) !== index))) {
            violations.push(
                `CustomPolicyStatements: the Sid ${JSON.stringify(sid)} is in two statements, those made from the other properties included. Give each statement its own.`,
            );
        }
        const { length } = toText({ version: VERSION, statements });
        if (length > LONGEST) {
            violations.push(
                `CustomPolicyStatements and the account and organization IDs make a policy of ${length} characters, wanted at most ${LONGEST}. Grant to an organization instead of many accounts.`,
            );
        }
        return violations;
    },

    desired,

    async observe({ aws, repositoryName }) {
        try {
            const { policyText = '{}' } = await aws.ecr.send(
                new GetRepositoryPolicyCommand({ repositoryName }),
            );
            return fromText(policyText);
        } catch (error) {
            if (isAwsError(error, 'RepositoryPolicyNotFoundException', 'RepositoryNotFoundException')) {
                return undefined;
            }
            throw error;
        }
    },

    async apply(target, _observed, { aws, repositoryName }) {
        if (target) {
            const policyText = toText(target);
            await aws.ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));
            return;
        }
        try {
            await aws.ecr.send(new DeleteRepositoryPolicyCommand({ repositoryName }));
        } catch (error) {
            if (!isAwsError(error, 'RepositoryPolicyNotFoundException')) {
                throw error;
            }
        }
    },

    readback(state, repository, { CustomPolicyStatements: recorded = [] } = {}) {
        // Lambda's own statement is its own affair: neither drift, nor a sign that the template's switch is on.
        const isHidden = recorded.every(({ Sid }) => Sid !== LAMBDAS_OWN);
        const statements = (state?.statements ?? []).filter(({ Sid }) => !isHidden || Sid !== LAMBDAS_OWN);
        return statements.length > 0
            ? { EnableRepositoryPolicy: true, AllowLambdaPull: false, ...grantsOf(statements, repository) }
            : { EnableRepositoryPolicy: false };
    },

    // A template may hold Lambda's own statement, which READ does not show.
    isInSync(properties, observed, repository) {
        const target = desired(properties, repository)?.statements ?? [];
        const found = (observed?.statements ?? []).filter(
            (statement) => statement.Sid !== LAMBDAS_OWN || target.some((own) => same(own, statement)),
        );
        return same(found, target);
    },

    ownership: {
        merge(observed, desired, previous) {
            const ours = (statement: PolicyStatement) =>
                previous?.statements.some((own) => same(own, statement)) ||
                desired?.statements.some(
                    (own) => same(own, statement) || (own.Sid && own.Sid === statement.Sid),
                );
            const others = (observed?.statements ?? []).filter((statement) => !ours(statement));
            const statements = sorted([...others, ...(desired?.statements ?? [])]);
            if (statements.length === 0) {
                return undefined;
            }
            // Another version would give ${…} in the statements of others another meaning.
            const keep = others.length > 0 || same(statements, observed?.statements);
            return { version: VERSION, ...(keep && observed), statements };
        },
        owned(observed) {
            const statements = (observed?.statements ?? []).filter(({ Sid }) => isOwnSid(Sid));
            return observed && statements.length > 0 ? { ...observed, statements } : undefined;
        },
    },
};

function desired(properties: Properties, repository: RepositoryRef): State | undefined {
    const statements = properties.EnableRepositoryPolicy ? statementsOf(properties, repository) : [];
    return statements.length > 0 ? { version: VERSION, statements } : undefined;
}

/** What IAM's grammar for a resource policy, or ECR, would refuse in a statement. */
function malformed(statement: PolicyStatement): string[] {
    return [
        ...elementViolations(statement),
        ...valueViolations(statement),
        ...actionViolations(statement),
        ...principalViolations(statement),
        ...resourceViolations(statement),
    ];
}

function* elementViolations(statement: PolicyStatement): Generator<string> {
    const unknown = Object.keys(statement).filter((element) => !ELEMENTS.has(element));
    if (unknown.length > 0) {
        yield `given ${unknown.join(', ')}, wanted only ${[...ELEMENTS].join(', ')}.`;
    }
    for (const element of ['Principal', 'Action'] as const) {
        const given = [element, `Not${element}`].filter((name) => statement[name] !== undefined);
        if (given.length !== 1) {
            yield `given ${given.join(' and ') || 'nothing'}, wanted either ${element} or Not${element}.`;
        }
    }
}

/** What each element may be, if it is there. */
const VALUES: readonly (readonly [element: string, isValid: (value: unknown) => boolean, wanted: string])[] =
    [
        ['Sid', (value) => typeof value === 'string', 'text'],
        ['Action', isTextOrList, 'text or a list of it'],
        ['NotAction', isTextOrList, 'text or a list of it'],
        ['Resource', isTextOrList, 'text or a list of it'],
        ['NotResource', isTextOrList, 'text or a list of it'],
        ['Principal', isPrincipal, `"*", or ${[...PRINCIPALS].join(', ')} with a list`],
        ['NotPrincipal', isPrincipal, `"*", or ${[...PRINCIPALS].join(', ')} with a list`],
        ['Condition', isCondition, 'operators, such as StringEquals, with condition keys and their values'],
    ];

function* valueViolations(statement: PolicyStatement): Generator<string> {
    const { Effect } = statement;
    if (Effect !== 'Allow' && Effect !== 'Deny') {
        yield `Effect: given ${JSON.stringify(Effect) ?? 'nothing'}, wanted Allow or Deny.`;
    }
    for (const [element, isValid, wanted] of VALUES) {
        const value = statement[element];
        if (value !== undefined && !isValid(value)) {
            yield `${element}: given ${JSON.stringify(value)}, wanted ${wanted}.`;
        }
    }
}

function* actionViolations({ Effect, Action }: PolicyStatement): Generator<string> {
    const actions = [Action].flat().filter((action) => typeof action === 'string');
    if (Effect === 'Allow' && actions.some((action) => /^ecr:GetAuthorizationToken$/i.test(action))) {
        // Amazon ECR user guide, private repository policies: this action has no repository.
        yield 'Action: ecr:GetAuthorizationToken cannot be granted by a repository policy. Grant it to the identity, by IAM.';
    }
    const foreign = actions.filter((action) => !/^(ecr:[a-z0-9*?]+|\*)$/i.test(action));
    if (foreign.length > 0) {
        yield `Action: given ${foreign.join(', ')}, wanted actions of ECR, such as ecr:BatchGetImage.`;
    }
}

/** What names an AWS principal (IAM user guide, AWS JSON policy elements: Principal); a wildcard may only stand alone. */
const AWS_PRINCIPAL =
    /^(\*|\d{12}|arn:aws[a-z-]*:(iam::\d{12}:(root|(user|role)\/[^*?\s]+)|sts::\d{12}:(assumed-role|federated-user)\/[^*?\s]+)|A[A-Z0-9]{15,})$/;

/** ECR answers "Invalid repository policy provided" to every other principal, and does not say which one it is. */
function* principalViolations({ Principal, NotPrincipal }: PolicyStatement): Generator<string> {
    for (const [element, value] of Object.entries({ Principal, NotPrincipal })) {
        const ids = isRecord(value) && isTextOrList(value['AWS']) ? [value['AWS']].flat() : [];
        const wrong = ids.filter((id) => typeof id === 'string' && !AWS_PRINCIPAL.test(id));
        if (wrong.length > 0) {
            yield `${element}: given ${wrong.join(', ')}, wanted 12 digits, "*" alone, or the ARN of a role, a user or an account's root, without wildcards. For several roles, allow the account and name them in a Condition on aws:PrincipalArn.`;
        }
    }
}

/**
 * A repository policy is about its repository alone. ECR's examples have "*" or nothing (Amazon ECR user guide,
 * private repository policy examples); public reports say that it refuses ARNs.
 */
function* resourceViolations({ Resource }: PolicyStatement): Generator<string> {
    const given = isTextOrList(Resource) ? [Resource].flat() : [];
    const others = given.filter((resource) => resource !== '*');
    if (others.length > 0) {
        yield `Resource: given ${others.join(', ')}, wanted "*" or nothing: a repository policy is about its own repository.`;
    }
}

function isTextOrList(value: unknown): boolean {
    const list = [value].flat();
    return list.length > 0 && list.every((item) => typeof item === 'string');
}

function isPrincipal(value: unknown): boolean {
    if (value === '*') {
        return true;
    }
    const entries = isRecord(value) ? Object.entries(value) : [];
    return entries.length > 0 && entries.every(([kind, ids]) => PRINCIPALS.has(kind) && isTextOrList(ids));
}

function isCondition(value: unknown): boolean {
    return isRecord(value) && Object.values(value).every(isOperation);
}

/** What an operator holds: condition keys, each with a value or several. */
function isOperation(value: unknown): boolean {
    return (
        isRecord(value) &&
        Object.values(value)
            .flat()
            .every((one) => ['string', 'number', 'boolean'].includes(typeof one))
    );
}

function toText({ version, id, statements }: State): string {
    return JSON.stringify({ Version: version, Id: id, Statement: statements });
}

function fromText(text: string): State {
    const {
        Version = '2008-10-17',
        Id,
        Statement = [],
    }: { Version?: string; Id?: string; Statement?: PolicyStatement | PolicyStatement[] } = JSON.parse(text);
    return {
        version: Version,
        ...(Id !== undefined && { id: Id }),
        statements: sorted([Statement].flat().map(canonical)),
    };
}
