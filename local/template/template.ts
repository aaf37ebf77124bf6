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

const DELETION_POLICIES = ['Delete', 'Retain', 'RetainExceptOnCreate'] as const;

const REPLACE_POLICIES = ['Delete', 'Retain'] as const;

export type Policy = (typeof DELETION_POLICIES)[number];

export interface Resource {
    readonly at: string;
    readonly logicalId: string;
    readonly type: string;
    readonly properties: Node | undefined;
    readonly dependsOn: readonly string[];
    readonly condition: string | undefined;
    /** A policy's name, or with language extensions a function that gives one; Delete when left out. */
    readonly deletionPolicy: Node | undefined;
    readonly updateReplacePolicy: Node | undefined;
}

export interface Output {
    readonly at: string;
    readonly value: Node;
    readonly condition: string | undefined;
}

export interface Template {
    readonly file: string;
    /** Whether it has the transform AWS::LanguageExtensions. */
    readonly languageExtensions: boolean;
    readonly parameters: ReadonlyMap<string, Parameter>;
    readonly rules: ReadonlyMap<string, Rule>;
    readonly mappings: ReadonlyMap<string, Mapping>;
    readonly conditions: ReadonlyMap<string, Node>;
    readonly resources: ReadonlyMap<string, Resource>;
    readonly outputs: ReadonlyMap<string, Output>;
}

/** The attributes that say what becomes of a resource, and what they can say. */
export const POLICIES = {
    DeletionPolicy: DELETION_POLICIES,
    UpdateReplacePolicy: REPLACE_POLICIES,
} as const;
