import { z } from 'zod';
import { AwsError } from '../error';
import { allows } from '../resource-policy';
import type { Call, Operation } from '../service';
import { repositories, repositoryArn } from './state';

/** What names repositories of another account's registry in a request. */
const addressed = z.object({
    registryId: z.string().optional(),
    repositoryName: z.string().optional(),
    repositoryNames: z.array(z.string()).optional(),
});

/**
 * An operation that works in the registry that the request names: in another account's, as far as the policies of its
 * repositories let the caller (Amazon ECR user guide, private repository policies).
 */
export function acrossAccounts(operation: Operation): Operation {
    return (input, call) => {
        const { registryId = call.account, repositoryName, repositoryNames } = parsed(input);
        // The operation itself refuses what is not an account ID.
        if (registryId === call.account || !/^\d{12}$/.test(registryId)) {
            return operation(input, call);
        }
        const owner = { ...call, account: registryId };
        for (const name of repositoryNames ?? [repositoryName ?? '*']) {
            refuseUnlessAllowed(name, owner, call);
        }
        return operation(input, owner);
    };
}

function parsed(input: unknown): z.output<typeof addressed> {
    return addressed.safeParse(input).data ?? {};
}

function refuseUnlessAllowed(name: string, owner: Call, caller: Call): void {
    const policy = repositories.of(owner.world, owner).get(name)?.policyText;
    const action = `ecr:${caller.operation}`;
    const resource = repositoryArn(name, owner);
    if (!allows(policy === undefined ? [] : [policy], { account: caller.account, action, resource })) {
        const user = `arn:${caller.partition}:iam::${caller.account}:user/stand-in`;
        const message = `User: ${user} is not authorized to perform: ${action} on resource: ${resource} because no resource-based policy allows the ${action} action`;
        throw new AwsError('AccessDeniedException', message);
    }
}
