import { z } from 'zod';
import { AwsError } from '../error';
import { type Call, type Operation, operation } from '../service';
import { storeOf } from '../world';
import * as members from './members';
import { repositoryOf } from './state';

const registryPolicies = storeOf('ecr registry policies', (): { text?: string } => ({}));

const ofRepository = z.strictObject(members.ofRepository);

export const policyOperations: Readonly<Record<string, Operation>> = {
    SetRepositoryPolicy: operation(
        z.strictObject({
            ...members.ofRepository,
            policyText: members.policyText,
            force: z.boolean().optional(),
        }),
        ({ repositoryName, policyText }, call) => {
            const repository = repositoryOf(repositoryName, call);
            repository.policyText = rewritten(policyText, call);
            return { registryId: call.account, repositoryName, policyText: repository.policyText };
        },
    ),

    GetRepositoryPolicy: operation(ofRepository, ({ repositoryName }, call) => {
        const { policyText } = repositoryOf(repositoryName, call);
        return {
            registryId: call.account,
            repositoryName,
            policyText: policyText ?? noPolicy(repositoryName, call),
        };
    }),

    DeleteRepositoryPolicy: operation(ofRepository, ({ repositoryName }, call) => {
        const repository = repositoryOf(repositoryName, call);
        const policyText = repository.policyText ?? noPolicy(repositoryName, call);
        delete repository.policyText;
        return { registryId: call.account, repositoryName, policyText };
    }),

    PutRegistryPolicy: operation(
        z.strictObject({ policyText: members.policyText }),
        ({ policyText }, call) => {
            const policy = registryPolicies.of(call.world, call);
            policy.text = rewritten(policyText, call);
            return { registryId: call.account, policyText: policy.text };
        },
    ),

    GetRegistryPolicy: operation(z.strictObject({}), (_input, call) => ({
        registryId: call.account,
        policyText: registryPolicies.of(call.world, call).text ?? noRegistryPolicy(call),
    })),

    DeleteRegistryPolicy: operation(z.strictObject({}), (_input, call) => {
        const policy = registryPolicies.of(call.world, call);
        const policyText = policy.text ?? noRegistryPolicy(call);
        delete policy.text;
        return { registryId: call.account, policyText };
    }),
};

/** A registry's policy, which decides whether other accounts may replicate images to it. */
export function registryPolicyOf(call: Call): string | undefined {
    return registryPolicies.of(call.world, call).text;
}

function noPolicy(repositoryName: string, { account }: Call): never {
    const message = `Repository policy does not exist for the repository with name '${repositoryName}' in the registry with id '${account}'`;
    throw new AwsError('RepositoryPolicyNotFoundException', message);
}

function noRegistryPolicy({ account }: Call): never {
    const message = `Registry policy does not exist in the registry with id '${account}'`;
    throw new AwsError('RegistryPolicyNotFoundException', message);
}

const texts = z.union([z.string(), z.array(z.string()).min(1)]);

/** A principal: everybody, or names by kind (IAM user guide, AWS JSON policy elements: Principal). */
const principal = z.union([
    z.literal('*'),
    z
        .partialRecord(z.enum(['AWS', 'Service', 'Federated', 'CanonicalUser']), texts)
        .refine((kinds) => Object.keys(kinds).length > 0),
]);

const statement = z
    .strictObject({
        Sid: z.string().optional(),
        Effect: z.enum(['Allow', 'Deny']),
        Principal: principal.optional(),
        NotPrincipal: principal.optional(),
        Action: texts.optional(),
        NotAction: texts.optional(),
        Resource: texts.optional(),
        Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
    })
    .refine(({ Principal, NotPrincipal }) => (Principal === undefined) !== (NotPrincipal === undefined))
    .refine(({ Action, NotAction }) => (Action === undefined) !== (NotAction === undefined));

const policy = z.strictObject({
    Version: z.enum(['2012-10-17', '2008-10-17']).default('2008-10-17'),
    Id: z.string().optional(),
    Statement: z.union([statement, z.array(statement).min(1)]),
});

type Statement = z.output<typeof statement>;

/**
 * The policy as ECR gives it back: pretty-printed, accounts as the ARNs of their roots, lists of one as texts.
 * Refuses what ECR refuses, with its one message for everything.
 */
function rewritten(text: string, call: Call): string {
    const parsed = policy.safeParse(json(text));
    if (!parsed.success) {
        return refuse();
    }
    const { Statement, ...head } = parsed.data;
    const statements = [Statement].flat();
    const sids = statements.flatMap(({ Sid }) => Sid ?? []);
    if (new Set(sids).size < sids.length) {
        return refuse();
    }
    const content = { ...head, Statement: statements.map((each) => rewrittenStatement(each, call)) };
    return JSON.stringify(content, undefined, 2).replaceAll(/^( *"[^"]+"): /gm, '$1 : ');
}

function rewrittenStatement(given: Statement, call: Call): object {
    const { Principal, NotPrincipal, Action, NotAction } = given;
    for (const action of [Action ?? NotAction ?? []].flat()) {
        // Actions of other services, and those that act on no repository, do not belong in it.
        if (!/^(ecr:[A-Za-z*?]+|\*)$/i.test(action)) {
            refuse();
        }
    }
    return {
        ...given,
        ...(Principal !== undefined && { Principal: rewrittenPrincipal(Principal, call) }),
        ...(NotPrincipal !== undefined && { NotPrincipal: rewrittenPrincipal(NotPrincipal, call) }),
        ...(Action !== undefined && { Action: single([Action].flat()) }),
    };
}

function rewrittenPrincipal(given: z.output<typeof principal>, { partition }: Call): unknown {
    if (given === '*') {
        return '*';
    }
    return Object.fromEntries(
        Object.entries(given).map(([kind, names]) => {
            const all = [names ?? []]
                .flat()
                .map((name) => (kind === 'AWS' ? awsPrincipal(name, partition) : name));
            // ECR keeps principals in no order that anybody promises; descending is as good as any.
            return [kind, single([...new Set(all)].sort().reverse())];
        }),
    );
}

function awsPrincipal(name: string, partition: string): string {
    if (/^\d{12}$/.test(name)) {
        return `arn:${partition}:iam::${name}:root`;
    }
    const isArn =
        /^arn:aws[a-z-]*:(iam|sts)::\d{12}:(root|(user|role|assumed-role|federated-user)\/[^*?]+)$/.test(
            name,
        );
    return name === '*' || isArn ? name : refuse();
}

function single(texts: readonly string[]): string | readonly string[] {
    const [first] = texts;
    return first !== undefined && texts.length === 1 ? first : texts;
}

function json(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return refuse();
    }
}

function refuse(): never {
    throw new AwsError(
        'InvalidParameterException',
        "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'",
    );
}
