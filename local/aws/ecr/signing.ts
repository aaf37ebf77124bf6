import { z } from 'zod';
import { AwsError } from '../error';
import { type Call, type Operation, operation } from '../service';
import { storeOf } from '../world';

const configuration = z.strictObject({
    rules: z
        .array(
            z.strictObject({
                signingProfileArn: z
                    .string()
                    .max(200)
                    .regex(
                        /^arn:aws(-[a-z]+)*:signer:[a-z0-9-]+:[0-9]{12}:\/signing-profiles\/[a-zA-Z0-9_]{2,}$/,
                    ),
                repositoryFilters: z
                    .array(
                        z.strictObject({
                            filter: z.string().min(1).max(256),
                            filterType: z.literal('WILDCARD_MATCH'),
                        }),
                    )
                    .min(1)
                    .max(100)
                    .optional(),
            }),
        )
        .max(10),
});

const configurations = storeOf('ecr signing', (): { current?: z.output<typeof configuration> } => ({}));

/** Managed signing, which all repositories of a registry share (ECR API reference, PutSigningConfiguration). */
export const signingOperations: Readonly<Record<string, Operation>> = {
    PutSigningConfiguration: operation(
        z.strictObject({ signingConfiguration: configuration }),
        ({ signingConfiguration }, call) => {
            configurations.of(call.world, call).current = signingConfiguration;
            return { signingConfiguration };
        },
    ),

    GetSigningConfiguration: operation(z.strictObject({}), (_input, call) => ({
        registryId: call.account,
        signingConfiguration: existing(call),
    })),

    DeleteSigningConfiguration: operation(z.strictObject({}), (_input, call) => {
        const signingConfiguration = existing(call);
        delete configurations.of(call.world, call).current;
        return { registryId: call.account, signingConfiguration };
    }),
};

function existing(call: Call) {
    const { current } = configurations.of(call.world, call);
    if (!current) {
        const message = `Signing configuration does not exist in the registry with id '${call.account}'`;
        throw new AwsError('SigningConfigurationNotFoundException', message);
    }
    return current;
}
