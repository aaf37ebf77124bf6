import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { pageOf } from '../paging';
import { type Call, type Operation, operation } from '../service';
import { storeOf } from '../world';
import * as members from './members';
import { readPackage, type SchemaHandlerPackage } from './package';
import { type Definition, liveVersions, registryError, typeArn, types } from './state';

/** Each of the two stages takes so long, in milliseconds; on AWS a registration takes a minute or two. */
const STAGE = 2_000;

/** RegisterType, API reference: at most 50 versions at a time, in each account and Region. */
const MOST_VERSIONS = 50;

interface Registration {
    readonly token: string;
    readonly clientToken: string | undefined;
    readonly typeName: string;
    status: 'IN_PROGRESS' | 'COMPLETE' | 'FAILED';
    description: string;
    /** Once it is complete. */
    versionId?: string;
}

const registrations = storeOf('cloudformation registrations', () => new Map<string, Registration>());

export const registrationOperations: Readonly<Record<string, Operation>> = {
    /** A repeated ClientRequestToken makes no second version (API reference). */
    RegisterType: operation(
        z.strictObject({
            Type: members.kind.default('RESOURCE'),
            TypeName: members.typeName,
            SchemaHandlerPackage: z.string().min(1).max(4096),
            LoggingConfig: members.loggingConfig.optional(),
            ExecutionRoleArn: members.roleArn.optional(),
            ClientRequestToken: members.token.optional(),
        }),
        ({ TypeName, SchemaHandlerPackage, LoggingConfig, ExecutionRoleArn, ClientRequestToken }, call) => {
            const all = registrations.of(call.world, call);
            const earlier = [...all.values()].find(
                ({ clientToken }) => clientToken !== undefined && clientToken === ClientRequestToken,
            );
            if (earlier) {
                return { RegistrationToken: earlier.token };
            }
            if (liveVersions(types.of(call.world, call).get(TypeName)).length >= MOST_VERSIONS) {
                throw registryError('Limit exceeded for number of versions');
            }
            const { handlers, ...content } = readPackage(SchemaHandlerPackage, TypeName, call);
            const registration: Registration = {
                token: randomUUID(),
                clientToken: ClientRequestToken,
                typeName: TypeName,
                status: 'IN_PROGRESS',
                description: 'Deployment is currently in VALIDATE_STAGE of status IN_PROGRESS',
            };
            all.set(registration.token, registration);
            schedule(
                registration,
                { ...content, executionRole: ExecutionRoleArn, logging: LoggingConfig },
                handlers,
                call,
            );
            return { RegistrationToken: registration.token };
        },
    ),

    DescribeTypeRegistration: operation(
        z.strictObject({ RegistrationToken: members.token }),
        ({ RegistrationToken }, call) => {
            const found = registrations.of(call.world, call).get(RegistrationToken);
            if (!found) {
                throw registryError(`No registration token matches ${RegistrationToken}.`);
            }
            const { status, description, typeName, versionId } = found;
            return {
                ProgressStatus: status,
                Description: description,
                TypeArn: versionId && typeArn(typeName, call),
                TypeVersionArn: versionId && typeArn(typeName, call, versionId),
            };
        },
    ),

    ListTypeRegistrations: operation(
        z.strictObject({
            Type: members.kind.optional(),
            TypeName: members.typeName.optional(),
            TypeArn: members.typeArnMember.optional(),
            RegistrationStatusFilter: z.enum(['COMPLETE', 'IN_PROGRESS', 'FAILED']).default('IN_PROGRESS'),
            ...members.paging,
        }),
        ({ Type, TypeName, TypeArn, RegistrationStatusFilter, MaxResults, NextToken }, call) => {
            const { name } = members.referredTo({ Type, TypeName, Arn: TypeArn });
            const tokens = [...registrations.of(call.world, call).values()]
                .filter(({ typeName, status }) => typeName === name && status === RegistrationStatusFilter)
                .map(({ token }) => token);
            const { items, nextToken } = pageOf(tokens, MaxResults, NextToken, 'CFNRegistryException');
            return { RegistrationTokenList: items, NextToken: nextToken };
        },
    ),
};

/** The registration goes through its stages on the clock. */
function schedule(
    registration: Registration,
    definition: Omit<Definition, 'handlers'>,
    handlers: SchemaHandlerPackage['handlers'],
    call: Call,
): void {
    const { clock } = call.world;
    clock.schedule(clock.now() + STAGE, () => {
        registration.description = 'Deployment is currently in DEPLOY_STAGE of status IN_PROGRESS';
    });
    clock.schedule(clock.now() + 2 * STAGE, () => {
        if ('refusal' in handlers) {
            registration.status = 'FAILED';
            registration.description = `Deployment is currently in DEPLOY_STAGE of status FAILED\n${handlers.refusal}`;
            return;
        }
        registration.versionId = addVersion(registration.typeName, { ...definition, handlers }, call);
        registration.status = 'COMPLETE';
        registration.description = 'Deployment is currently in DEPLOY_STAGE of status COMPLETED';
    });
}

/** The first version of a type is its default version (RegisterType, API reference: VersionId of SetTypeDefaultVersion). */
function addVersion(name: string, definition: Definition, call: Call): string {
    const all = types.of(call.world, call);
    const type = all.get(name) ?? { name, versions: [], defaultId: undefined };
    all.set(name, type);
    const id = String(type.versions.length + 1).padStart(8, '0');
    type.versions.push({
        ...definition,
        id,
        created: new Date(call.world.clock.now()),
        isDeprecated: false,
        tests: { status: 'NOT_TESTED', description: '' },
    });
    type.defaultId ??= id;
    return id;
}
