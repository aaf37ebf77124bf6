import { typeName } from '../resource-type';
import type { Parameter } from './parameters';
import type { Rule } from './rules';
import type { Mapping, Node } from './syntax';

export const PSEUDO_PARAMETERS = [
    'AWS::AccountId',
    'AWS::NoValue',
    'AWS::NotificationARNs',
    'AWS::Partition',
    'AWS::Region',
    'AWS::StackId',
    'AWS::StackName',
    'AWS::URLSuffix',
] as const;

export const DELETION_POLICIES = ['Delete', 'Retain', 'RetainExceptOnCreate'] as const;

export const REPLACE_POLICIES = ['Delete', 'Retain'] as const;

export type Policy = (typeof DELETION_POLICIES)[number];

export interface Resource {
    readonly at: string;
    readonly logicalId: string;
    readonly type: string;
    readonly properties: Node | undefined;
    readonly dependsOn: readonly string[];
    readonly condition: string | undefined;
    readonly deletionPolicy: Policy;
    /** Whether the template says it; an import asks for that. */
    readonly hasDeletionPolicy: boolean;
    readonly updateReplacePolicy: Policy;
}

export interface Output {
    readonly at: string;
    readonly value: Node;
    readonly condition: string | undefined;
}

export interface Template {
    readonly file: string;
    /** Whether it has the transform that allows Fn::ToJsonString. */
    readonly languageExtensions: boolean;
    readonly parameters: ReadonlyMap<string, Parameter>;
    readonly rules: ReadonlyMap<string, Rule>;
    readonly mappings: ReadonlyMap<string, Mapping>;
    readonly conditions: ReadonlyMap<string, Node>;
    readonly resources: ReadonlyMap<string, Resource>;
    readonly outputs: ReadonlyMap<string, Output>;
}

/** Resources of other types: they cannot be deployed here. */
export function foreign(template: Template): Resource[] {
    return [...template.resources.values()].filter(({ type }) => type !== typeName);
}
