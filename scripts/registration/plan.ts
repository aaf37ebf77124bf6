import { isDeepStrictEqual } from 'node:util';
import type { Details, Roles, Version } from './registry';

/** What the registry holds of the type. */
export interface Registered {
    /** Oldest first. */
    readonly versions: readonly Version[];
    /** Of the default version and of those made from the build in question, by ID. */
    readonly details: ReadonlyMap<string, Details>;
}

export interface Declared {
    readonly build: string;
    /** What is left out stays as the default version has it. */
    readonly roles: Roles;
    readonly setDefault: boolean;
}

export type Plan =
    | { readonly step: 'NOTHING'; readonly version: Version }
    | { readonly step: 'SET_DEFAULT'; readonly version: Version }
    | { readonly step: 'REGISTER'; readonly roles: Roles };

export function defaultOf(versions: readonly Version[]): Version | undefined {
    return versions.find(({ isDefault }) => isDefault);
}

/** What there is to do to have the build as the default version, or at least as a version. */
export function planSubmission({ versions, details }: Registered, declared: Declared): Plan {
    const before = details.get(defaultOf(versions)?.id ?? '');
    const roles: Roles = {
        executionRole: declared.roles.executionRole ?? before?.executionRole,
        logging: declared.roles.logging ?? before?.logging,
    };
    const same = versions.filter(
        ({ id, build }) => build === declared.build && isDeepStrictEqual(rolesOf(details.get(id)), roles),
    );
    const version = defaultOf(same) ?? same.at(-1);
    if (!version) {
        return { step: 'REGISTER', roles };
    }
    return { step: declared.setDefault && !version.isDefault ? 'SET_DEFAULT' : 'NOTHING', version };
}

function rolesOf(details: Details | undefined): Roles {
    return { executionRole: details?.executionRole, logging: details?.logging };
}

/** The version that is meant by 3 or 00000003. */
export function findVersion(versions: readonly Version[], written: string): Version {
    const version = versions.find(({ id }) => id === written.padStart(8, '0'));
    if (!version) {
        const ids = versions.map(({ id }) => id).join(', ');
        throw new Error(`There is no version ${written}; there are: ${ids || 'none'}.`);
    }
    return version;
}

/** CloudFormation's quota of versions, unless it was raised (API Reference, RegisterType). */
const MAX_VERSIONS = 50;

/** Advice for when a registration failed that may have been one too many. */
export function roomAdvice(versions: readonly Version[], typeName: string, region: string): string {
    const oldest = versions.find(({ isDefault }) => !isDefault);
    if (versions.length < MAX_VERSIONS || !oldest) {
        return '';
    }
    return (
        `\nThere are ${versions.length} versions; the quota is ${MAX_VERSIONS}. Make room, for example:\n` +
        `    aws cloudformation deregister-type --region ${region} --type RESOURCE --type-name ${typeName} ` +
        `--version-id ${oldest.id}`
    );
}
