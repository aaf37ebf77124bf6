import type { RepositoryRef } from '../../src/aws/repository-ref';
import {
    canonical,
    type Grants,
    grantsOf,
    same,
    sorted,
    statementsOf,
} from '../../src/facets/policy-statements';
import { isObject, type Json, type JsonObject, listOf } from '../json';
import { argumentOf, branchesOf, member, perBranch } from './data';
import { PARTITION, Placeholders } from './placeholders';
import type { Converted } from './properties';

/** A repository policy as properties. */
export interface ConvertedPolicy extends Converted {
    /** The same permissions under the Sids of this type, by which it finds its statements again; where any changed. */
    readonly renamed?: JsonObject;
}

/** One grant of each kind: what they make shows which Sids this type has. */
const EACH_KIND: Grants = {
    PullAccountIds: ['111111111111'],
    PushAccountIds: ['111111111111'],
    PullOrganizationIds: ['o-aaaaaaaaaa'],
    AllowLambdaPull: true,
};

/** A repository policy as properties: in this type's words where they mean the same, else statement by statement. */
export function convertPolicy(
    given: Json,
    repository: RepositoryRef,
    isAccountId: (parameter: string) => boolean,
): ConvertedPolicy {
    if (branchesOf(given)) {
        return {
            properties: {
                EnableRepositoryPolicy: perBranch(given, false, () => true),
                CustomPolicyStatements: member(given, 'Statement', { Ref: 'AWS::NoValue' }),
            },
            why: 'a condition chooses the policy, so the statements stay as they are',
        };
    }
    const placeholders = new Placeholders((digits, call) =>
        isAccount(argumentOf(call, 'Ref'), isAccountId) ? digits : `unknown-${digits}`,
    );
    const policy = policyOf(placeholders.hide(given));
    const statements = listOf(policy['Statement']);
    const seen = seenBy(repository, placeholders, JSON.stringify(statements));
    const renamed = renameStatements(statements, seen);
    const { CustomPolicyStatements: _, ...grants } = grantsIn(renamed, seen);
    const made = statementsOf(grants, seen);
    const others = renamed.filter(
        (statement) => !isObject(statement) || !made.some((one) => same(one, canonical({ ...statement }))),
    );
    const reveal = (list: readonly Json[]) => list.map((item) => placeholders.reveal(item));
    return {
        properties: {
            EnableRepositoryPolicy: true,
            ...revealed(grants, placeholders),
            ...(others.length > 0 && { CustomPolicyStatements: reveal(others) }),
        },
        why: [
            made.length > 0
                ? `these properties grant the same${others.length > 0 ? '; CustomPolicyStatements has what no other property says' : ''}`
                : 'no statement is exactly what another property grants, so all stay as they are',
            ...renamed.filter((_, index) => isPullButFor(PUSH_CHECK, index, renamed, seen)).map(whyNoPull),
        ].join('. '),
        ...(!same(renamed, statements) && { renamed: { ...policy, Statement: reveal(renamed) } }),
    };
}

/**
 * ECR asks for it when an image is pushed, to see which layers it has (ECR API reference, BatchCheckLayerAvailability).
 * Policies that only let pull often grant it too, such as those of the CDK's grantPull.
 */
const PUSH_CHECK = 'ecr:BatchCheckLayerAvailability';

/** Whether one action alone keeps a statement from being what another property grants. */
function isPullButFor(
    action: string,
    index: number,
    statements: readonly Json[],
    repository: RepositoryRef,
): boolean {
    const statement = statements[index];
    const actions = isObject(statement) ? listOf(statement['Action']) : [];
    if (!isObject(statement) || !actions.includes(action)) {
        return false;
    }
    const Action = actions.filter((one) => one !== action);
    const narrowed = renameStatements(statements.with(index, { ...statement, Action }), repository);
    return custom(narrowed, repository) < custom(statements, repository);
}

function whyNoPull(statement: Json): string {
    const sid = isObject(statement) ? statement['Sid'] : undefined;
    return `${sid === undefined ? 'A statement' : `The statement ${sid}`} also grants ${PUSH_CHECK}, which only a push needs: remove it from the template before the conversion to get PullAccountIds or the like`;
}

/** The statements, with this type's Sid on those that grant exactly what one of its own statements grants. */
function renameStatements(statements: readonly Json[], repository: RepositoryRef): readonly Json[] {
    const sids = statementsOf(EACH_KIND, repository).map(({ Sid }) => String(Sid));
    // Lambda's statement is known only beside that of the accounts whose functions it names, so it comes last.
    const inOrder = [...sids].sort((a, b) => Number(a.endsWith('Lambda')) - Number(b.endsWith('Lambda')));
    return inOrder.reduce<readonly Json[]>((sofar, sid) => {
        const at = sofar.findIndex((statement, index) => {
            if (!isObject(statement) || sids.includes(String(statement['Sid']))) {
                return false;
            }
            const attempt = sofar.with(index, { ...statement, Sid: sid });
            return custom(attempt, repository) < custom(sofar, repository);
        });
        const found = sofar[at];
        return isObject(found) ? sofar.with(at, { ...found, Sid: sid }) : sofar;
    }, statements);
}

/** How many statements no other property stands for. */
function custom(statements: readonly Json[], repository: RepositoryRef): number {
    return grantsIn(statements, repository).CustomPolicyStatements?.length ?? 0;
}

function grantsIn(statements: readonly Json[], repository: RepositoryRef): Grants {
    return grantsOf(sorted(statements.filter(isObject).map((one) => canonical({ ...one }))), repository);
}

/** The repository, in the words that the policy calls its account and Region by. */
function seenBy(repository: RepositoryRef, placeholders: Placeholders, policy: string): RepositoryRef {
    return {
        ...repository,
        partition: policy.includes(PARTITION) ? PARTITION : repository.partition,
        account: repository.account || placeholders.part({ Ref: 'AWS::AccountId' }),
        region: repository.region || placeholders.part({ Ref: 'AWS::Region' }),
    };
}

function policyOf(hidden: Json): JsonObject {
    const policy: Json = typeof hidden === 'string' ? JSON.parse(hidden) : hidden;
    return isObject(policy) ? policy : {};
}

function revealed(grants: Grants, placeholders: Placeholders): JsonObject {
    const value = placeholders.reveal(JSON.parse(JSON.stringify(grants)));
    return isObject(value) ? value : {};
}

function isAccount(reference: Json | undefined, isAccountId: (parameter: string) => boolean): boolean {
    return typeof reference === 'string' && (reference === 'AWS::AccountId' || isAccountId(reference));
}
