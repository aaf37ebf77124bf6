import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { Difficulty, ServiceRequest } from '../../difficulty';
import { AwsError } from '../../error';
import { type Access, accessesOf } from './accesses';

/** An identity policy, as IAM takes it. */
export interface PolicyDocument {
    readonly Version: string;
    readonly Statement: readonly { readonly Action: readonly string[] }[];
}

/**
 * Whether an identity policy allows it (IAM user guide, policy evaluation logic). An action is never allowed on a
 * resource that AWS does not check it on; one that knows no resources is checked on *. Throws when the policy or the action is none that IAM knows.
 */
export async function allows(
    policy: PolicyDocument,
    { action, resource, context = {} }: Access,
): Promise<boolean> {
    const [accountId = ''] = /\d{12}/.exec(resource) ?? [];
    const simulated = await runSimulation(
        {
            request: {
                principal: `arn:aws:iam::${accountId || '123456789012'}:role/tester`,
                action,
                resource: { resource, accountId },
                contextVariables: { ...context },
            },
            identityPolicies: [{ name: 'identity policy', policy }],
            serviceControlPolicies: [],
            resourceControlPolicies: [],
        },
        {},
    );
    if (simulated.resultType === 'error') {
        if (simulated.errors.message === 'must.use.wildcard') {
            return allows(policy, { action, resource: '*', context });
        }
        if (simulated.errors.message === 'no.resource.types') {
            return false;
        }
        throw new Error(`IAM cannot judge ${action} on ${resource}: ${JSON.stringify(simulated.errors)}`);
    }
    const results = simulated.resultType === 'single' ? [simulated.result] : simulated.results;
    return (
        results.length > 0 && results.every(({ analysis }) => analysis.identityAnalysis?.result === 'Allowed')
    );
}

/** Refuses what the caller's identity policy does not allow; a caller without a policy may do everything. */
export function permissions(policyOf: (accessKeyId: string) => PolicyDocument | undefined): Difficulty {
    return async (request, next) => {
        const policy = policyOf(request.call.accessKeyId);
        for (const access of policy ? accessesOf(request.record) : []) {
            if (policy && !(await allows(policy, access))) {
                throw denial(request, access);
            }
        }
        return next();
    };
}

/** Services of the query protocol keep its code for it (CloudWatch and STS common errors, SNS API errors). */
const CODES: Readonly<Record<string, string>> = {
    cloudwatch: 'AccessDenied',
    sns: 'AuthorizationError',
    sts: 'AccessDenied',
};

/** In IAM's words (IAM user guide, troubleshoot access denied error messages). */
function denial({ service, call }: ServiceRequest, { action, resource }: Access): AwsError {
    const code = CODES[service.iamPrefix] ?? 'AccessDeniedException';
    const caller = `arn:${call.partition}:iam::${call.account}:user/stand-in`;
    const message = `User: ${caller} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
    return new AwsError(code, message, service.iamPrefix in CODES ? 403 : 400);
}
