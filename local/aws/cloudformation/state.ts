import { AwsError } from '../error';
import { arn, type Call } from '../service';
import { type Place, storeOf } from '../world';

/** What CloudFormation's contract tests said of a version (DescribeType, API reference: TypeTestsStatus). */
export interface TypeTests {
    readonly status: 'NOT_TESTED' | 'IN_PROGRESS' | 'PASSED' | 'FAILED';
    readonly description: string;
}

export interface LoggingConfig {
    readonly LogRoleArn: string;
    readonly LogGroupName: string;
}

/** The module that Lambda loads, and what it calls in it. */
export interface Handlers {
    readonly file: string;
    readonly source: string;
    readonly exported: string;
}

/** What RegisterType is given, and what its package holds. */
export interface Definition {
    readonly schema: string;
    /** Names and contents of the input files for the contract tests. */
    readonly inputs: ReadonlyMap<string, string>;
    readonly handlers: Handlers;
    readonly executionRole: string | undefined;
    readonly logging: LoggingConfig | undefined;
}

export interface TypeVersion extends Definition {
    /** Eight digits, counted from 1. */
    readonly id: string;
    readonly created: Date;
    isDeprecated: boolean;
    tests: TypeTests;
    publicVersion?: string;
}

/** A type that is registered in an account and Region, or was. */
export interface PrivateType {
    readonly name: string;
    readonly versions: TypeVersion[];
    /** Undefined once the type is deregistered. */
    defaultId: string | undefined;
}

export const types = storeOf('cloudformation types', () => new Map<string, PrivateType>());

/** As IAM and ARNs have it: Org-Containers-EcrRepository. */
export function typeArn(name: string, call: Call, versionId?: string): string {
    const resource = `type/resource/${name.replaceAll('::', '-')}`;
    return arn('cloudformation', call, versionId ? `${resource}/${versionId}` : resource);
}

export function registryError(message: string): AwsError {
    return new AwsError('CFNRegistryException', message);
}

export function typeNotFound(name: string): AwsError {
    return new AwsError('TypeNotFoundException', `The type '${name}' cannot be found.`, 404);
}

/** Where an account's things of all Regions are. */
export function everyRegion({ account }: Call): Place {
    return { account, region: 'all' };
}

/** The versions that can be used, oldest first; none when the type was never registered, or is deregistered. */
export function liveVersions(type: PrivateType | undefined): readonly TypeVersion[] {
    return type?.versions.filter(({ isDeprecated }) => !isDeprecated) ?? [];
}
