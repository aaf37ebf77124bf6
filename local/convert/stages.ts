import schema from '../../schema.json';
import type { Json, JsonObject } from '../json';
import { type Conversion, propertiesOf } from './conversion';
import { type Replacement, replaceReferences } from './references';
import { removeDependencies, removeResources } from './removal';
import type { ConvertedRepository } from './repository';
import { instancesOf, resourcesIn, type TemplateResource } from './resources';
import { type Path, Source, type SourceEditor } from './source';
import { subText } from './sub-text';

/** The templates to deploy one after the other. */
export interface Stages {
    /** As given, but nothing that leaves the stack is deleted. */
    readonly retain: string;
    /** Without the repositories; what referred to them has the same values as before. */
    readonly release: string;
    /** With the repositories as resources of this type, nothing else changed: an import takes no other change. */
    readonly import: string;
    readonly final: string;
}

export const RETAIN = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };

/** A stack needs a resource; this one costs nothing and does nothing. */
const PLACEHOLDER = { ConversionPlaceholder: { Type: 'AWS::CloudFormation::WaitConditionHandle' } };

export function stagesOf(source: Source, conversion: Conversion): Stages {
    return {
        retain: retain(source, conversion),
        release: release(source, conversion),
        import: toImport(source, conversion),
        final: final(source, conversion),
    };
}

function retain(source: Source, { repositories, released, replaced }: Conversion): string {
    const editor = source.edit();
    for (const { resource, renamedPolicy } of repositories) {
        keep(editor, resource);
        if (renamedPolicy) {
            const path = [...resource.path, 'Properties', 'RepositoryPolicyText'];
            editor.replacePair(path, { RepositoryPolicyText: renamedPolicy });
        }
    }
    for (const resource of [...released, ...replaced.filter(isLog)]) {
        keep(editor, resource);
    }
    return editor.result();
}

/** The log has its history. */
function isLog({ type }: TemplateResource): boolean {
    return type === 'AWS::Logs::LogGroup';
}

function keep(editor: SourceEditor, { path, attributes }: TemplateResource): void {
    for (const [name, value] of Object.entries(RETAIN)) {
        if (name in attributes && attributes[name] !== value) {
            editor.replacePair([...path, name], { [name]: value });
        }
    }
    const missing = Object.entries(RETAIN).filter(([name]) => !(name in attributes));
    if (missing.length > 0) {
        editor.addAfter([...path, 'Type'], Object.fromEntries(missing));
    }
}

function release(source: Source, conversion: Conversion): string {
    const { repositories } = conversion;
    const editor = source.edit();
    keepLogs(editor, conversion);
    const gone = leaving(conversion);
    if (isAll(source, gone)) {
        editor.replacePair(['Resources'], { Resources: PLACEHOLDER });
    } else {
        removeResources(source, editor, gone);
    }
    return withReferences(source, editor, repositories.flatMap(asValues));
}

function toImport(source: Source, conversion: Conversion): string {
    const { repositories, released } = conversion;
    const editor = source.edit();
    keepLogs(editor, conversion);
    removeResources(source, editor, released);
    for (const repository of repositories) {
        editor.replacePair(repository.resource.path, importable(repository));
    }
    removeDependencies(
        source,
        editor,
        repositories.map(({ resource }) => resource),
    );
    if (isAll(source, leaving(conversion))) {
        editor.addAfter(topOf(repositories[0]?.resource), PLACEHOLDER);
    }
    return withReferences(source, editor, repositories.flatMap(asValues));
}

function final(source: Source, { repositories, released, replaced }: Conversion): string {
    const editor = source.edit();
    removeResources(source, editor, [...released, ...replaced]);
    for (const repository of repositories) {
        rewrite(editor, repository);
    }
    return withReferences(source, editor, repositories.flatMap(asAttributes));
}

/** References come last: what replaces a property can refer to another repository. */
function withReferences({ file }: Source, editor: SourceEditor, replacements: Replacement[]): string {
    const edited = new Source(file, editor.result());
    const references = edited.edit();
    replaceReferences(edited, references, replacements);
    return references.result();
}

/** What leaves the stack for the import. */
function leaving({ repositories, released }: Conversion): TemplateResource[] {
    return [...repositories.map(({ resource }) => resource), ...released];
}

function isAll(source: Source, some: readonly TemplateResource[]): boolean {
    return resourcesIn(source.data).every(({ logicalId }) => some.some((one) => one.logicalId === logicalId));
}

function topOf(resource: TemplateResource | undefined): Path {
    return resource?.path.slice(0, 2) ?? [];
}

function keepLogs(editor: SourceEditor, { replaced }: Conversion): void {
    for (const log of replaced.filter(isLog)) {
        keep(editor, log);
    }
}

/** The resource in its place: what need not change keeps its layout and comments. */
function rewrite(editor: SourceEditor, repository: ConvertedRepository): void {
    const { resource, pieces } = repository;
    const { path, attributes, properties } = resource;
    editor.replaceValue([...path, 'Type'], schema.typeName);
    keep(editor, resource);
    const added: JsonObject = Object.assign({}, ...pieces.filter(({ from }) => !from).map(({ to }) => to));
    if (Object.keys(properties).length === 0) {
        const all = { Properties: propertiesOf(repository) };
        if ('Properties' in attributes) {
            editor.replacePair([...path, 'Properties'], all);
        } else {
            editor.addAfter([...path, 'Type'], all);
        }
        return;
    }
    for (const { from, to } of pieces) {
        if (from) {
            editor.replacePair([...path, 'Properties', from], to);
        }
    }
    if (Object.keys(added).length > 0) {
        editor.addAfter([...path, 'Properties', Object.keys(properties).at(-1) ?? ''], added);
    }
}

/** What an import needs: the name, and the encryption, which cannot be declared later. */
export function importable(repository: ConvertedRepository): JsonObject {
    const { RepositoryName = null, EncryptionType, KmsKeyArn } = propertiesOf(repository);
    const { Condition } = repository.resource.attributes;
    return {
        [repository.resource.logicalId]: {
            Type: schema.typeName,
            ...(Condition !== undefined && { Condition }),
            ...RETAIN,
            Properties: {
                RepositoryName,
                ...(EncryptionType !== undefined && { EncryptionType }),
                ...(KmsKeyArn !== undefined && { KmsKeyArn }),
            },
        },
    };
}

/** A reference's value, from what is known without the resource (Template Reference, AWS::ECR::Repository, Return values). */
function asValues({ resource, name }: ConvertedRepository): Replacement[] {
    return [...instancesOf(resource, name)].flatMap(([logicalId, one]) => {
        const arn = `arn:\${AWS::Partition}:ecr:\${AWS::Region}:\${AWS::AccountId}:repository/`;
        const uri = `\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.\${AWS::URLSuffix}/`;
        return [
            { logicalId, by: one },
            { logicalId, attribute: 'Arn', by: followedBy(arn, one) },
            { logicalId, attribute: 'RepositoryUri', by: followedBy(uri, one) },
        ];
    });
}

function followedBy(beginning: string, name: Json): Json {
    const text = subText(name);
    return {
        'Fn::Sub': text === undefined ? [`${beginning}\${Name}`, { Name: name }] : `${beginning}${text}`,
    };
}

function asAttributes({ resource, name }: ConvertedRepository): Replacement[] {
    return [...instancesOf(resource, name).keys()].flatMap((logicalId) => [
        { logicalId, attribute: 'Arn', by: { 'Fn::GetAtt': [logicalId, 'RepositoryArn'] } },
        { logicalId, attribute: 'RepositoryUri', by: { 'Fn::GetAtt': [logicalId, 'RepositoryUrl'] } },
    ]);
}
