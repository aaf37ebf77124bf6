import type { RepositoryRef } from '../../src/aws/repository-ref';
import { type Json, type JsonObject, listOf } from '../json';
import { argumentOf, member, perBranch } from './data';
import { convertLifecycle } from './lifecycle';
import { convertPolicy } from './policy';
import type { TemplateResource } from './resources';

/** A property of AWS::ECR::Repository and what it becomes; without `from`, what is added. */
export interface Piece {
    readonly from?: string;
    readonly to: JsonObject;
    readonly why: string;
}

/** A repository as this type declares it. */
export interface ConvertedRepository {
    readonly resource: TemplateResource;
    readonly name: Json;
    readonly pieces: readonly Piece[];
    /** The repository policy to deploy before the change, if it differs from the given one. */
    readonly renamedPolicy?: JsonObject;
}

/** What a conversion must know of the rest of the template. */
export interface Surroundings {
    /** The type of a resource of the template. */
    typeOf(logicalId: string): string | undefined;
    /** Whether a parameter is one account ID, by its default or its pattern. */
    isAccountId(parameter: string): boolean;
}

const NO_VALUE = { Ref: 'AWS::NoValue' };

/** Rewrites the properties of an AWS::ECR::Repository (Template Reference, AWS::ECR::Repository). */
export function convertRepository(
    resource: TemplateResource,
    name: Json,
    repository: RepositoryRef,
    surroundings: Surroundings,
): ConvertedRepository {
    const { properties } = resource;
    const { RepositoryPolicyText } = properties;
    const policy =
        RepositoryPolicyText === undefined
            ? undefined
            : convertPolicy(RepositoryPolicyText, repository, surroundings.isAccountId);
    const pieces: Piece[] = [
        ...('RepositoryName' in properties
            ? []
            : [{ to: { RepositoryName: name }, why: 'this type needs the name' }]),
        ...exclusionFilters(properties),
        scanning(properties),
        ...encryption(properties, surroundings),
        lifecycle(properties, repository),
        ...(policy ? [{ from: 'RepositoryPolicyText', to: policy.properties, why: policy.why }] : []),
    ];
    return { resource, name, pieces, ...(policy?.renamed && { renamedPolicy: policy.renamed }) };
}

function exclusionFilters({ ImageTagMutabilityExclusionFilters: given }: JsonObject): Piece[] {
    const value = (filter: Json) => member(filter, 'ImageTagMutabilityExclusionFilterValue', filter);
    return given === undefined
        ? []
        : [
              {
                  from: 'ImageTagMutabilityExclusionFilters',
                  to: {
                      ImageTagMutabilityExclusionFilters: perBranch(given, NO_VALUE, (filters) =>
                          listOf(filters).map(value),
                      ),
                  },
                  why: 'WILDCARD is the only kind of filter, so the values alone say it',
              },
          ];
}

function scanning({ ImageScanningConfiguration: given }: JsonObject): Piece {
    const to = { ScanOnPush: member(given, 'ScanOnPush', false) };
    return given === undefined
        ? { to, why: 'AWS::ECR::Repository scans only if told to, this type unless told not to' }
        : { from: 'ImageScanningConfiguration', to, why: 'the same setting' };
}

function encryption({ EncryptionConfiguration: given }: JsonObject, surroundings: Surroundings): Piece[] {
    if (given === undefined) {
        return [];
    }
    const key = perBranch(member(given, 'KmsKey', NO_VALUE), NO_VALUE, (value) =>
        keyArn(value, surroundings),
    );
    const hasKey = JSON.stringify(key) !== JSON.stringify(NO_VALUE);
    return [
        {
            from: 'EncryptionConfiguration',
            to: {
                EncryptionType: member(given, 'EncryptionType', 'AES256'),
                ...(hasKey && { KmsKeyArn: key }),
            },
            why: 'the same encryption; changing it would replace the repository',
        },
    ];
}

/** !Ref of a key is its ID, and this type takes its ARN. */
function keyArn(value: Json, { typeOf }: Surroundings): Json {
    const logicalId = argumentOf(value, 'Ref');
    return typeof logicalId === 'string' && typeOf(logicalId) === 'AWS::KMS::Key'
        ? { 'Fn::GetAtt': [logicalId, 'Arn'] }
        : value;
}

function lifecycle({ LifecyclePolicy: given }: JsonObject, repository: RepositoryRef): Piece {
    const off = { EnableLifecyclePolicy: false };
    if (given === undefined) {
        return {
            to: off,
            why: 'AWS::ECR::Repository cleans up only if told to, this type unless told not to',
        };
    }
    const from = 'LifecyclePolicy';
    const text = member(given, 'LifecyclePolicyText', NO_VALUE);
    if (argumentOf(text, 'Ref') === 'AWS::NoValue') {
        return { from, to: off, why: 'it has no text' };
    }
    if (argumentOf(text, 'Fn::If') === undefined) {
        const { properties, why } = convertLifecycle(text, repository);
        return { from, to: properties, why };
    }
    return {
        from,
        to: { EnableLifecyclePolicy: perBranch(text, false, () => true), LifecyclePolicyText: text },
        why: 'a condition chooses the policy, so its text stays',
    };
}
