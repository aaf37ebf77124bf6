import { isObject, type Json, type JsonObject } from '../json';
import { argumentOf, mentions } from './data';
import { findingsOf } from './findings';
import { Placeholders } from './placeholders';
import { type NamedRepository, registryEntries } from './registry';
import { type ConvertedRepository, convertRepository, type Surroundings } from './repository';
import { instancesOf, resourcesIn, type TemplateResource } from './resources';
import type { Left } from './takeover';

/** What is to be done with a template. */
export interface Conversion {
    readonly repositories: readonly ConvertedRepository[];
    /** Resources that go from the template without being deleted, before the repositories are imported. */
    readonly released: readonly TemplateResource[];
    /** Resources that the converted repositories make superfluous. */
    readonly replaced: readonly TemplateResource[];
    readonly left: readonly Left[];
}

/** Where the repositories are, as far as it is known. */
export interface Home {
    readonly account: string;
    readonly region: string;
}

const REPOSITORY = 'AWS::ECR::Repository';

/** Pure. Decides what becomes of every resource that has to do with a repository. */
export function conversionOf(
    template: Json,
    givenNames: ReadonlyMap<string, string>,
    home: Home = { account: '', region: '' },
): Conversion {
    const resources = resourcesIn(template);
    const surroundings = surroundingsOf(template, resources);
    const named = resources
        .filter(({ type }) => type === REPOSITORY)
        .map((resource) => ({ resource, name: nameOf(resource, givenNames) }));
    const repositories = named.map(({ resource, name }): NamedRepository => {
        const names = [name, ...instancesOf(resource, name).values()].map((one) => JSON.stringify(one));
        return {
            resource,
            ref: { partition: 'aws', ...home, repositoryName: textOf(name) },
            is: (value) =>
                names.includes(JSON.stringify(value)) || argumentOf(value, 'Ref') === resource.logicalId,
        };
    });
    const registry = registryEntries(resources, repositories);
    const findings = repositories.map(({ is }) => findingsOf(is, resources));
    const converted = named.map(({ resource, name }, index) => {
        const ref = repositories[index]?.ref ?? { partition: 'aws', ...home, repositoryName: textOf(name) };
        const own = convertRepository(resource, name, ref, surroundings);
        const more = [...(registry.pieces.get(resource) ?? []), ...(findings[index]?.pieces ?? [])];
        return { ...own, pieces: [...own.pieces, ...more] };
    });
    const candidates = withAttachments(
        findings.flatMap(({ replaced }) => replaced),
        resources,
    );
    const { replaced, needed } = superfluous(candidates, template, resources);
    return {
        repositories: converted,
        released: registry.released,
        replaced,
        left: [...registry.left, ...findings.flatMap(({ left }) => left), ...needed],
    };
}

function nameOf({ logicalId, properties }: TemplateResource, givenNames: ReadonlyMap<string, string>): Json {
    const name = givenNames.get(logicalId) ?? properties['RepositoryName'];
    if (name === undefined) {
        throw new Error(
            `${logicalId} has no RepositoryName, so CloudFormation chose one. Give it by --resource-id ${logicalId}=NAME; the stack's resources show it as the physical ID.`,
        );
    }
    return name;
}

/** The name as text, with placeholders for what is not known. */
function textOf(name: Json): string {
    return String(new Placeholders((digits) => digits).hide(name));
}

function surroundingsOf(template: Json, resources: readonly TemplateResource[]): Surroundings {
    const parameters = isObject(template) ? template['Parameters'] : undefined;
    return {
        typeOf: (logicalId) => resources.find((one) => one.logicalId === logicalId)?.type,
        isAccountId(name) {
            const parameter = isObject(parameters) ? parameters[name] : undefined;
            return isObject(parameter) && parameter['Type'] === 'String' && looksLikeAccount(parameter);
        },
    };
}

function looksLikeAccount({ Default, AllowedPattern, AllowedValues }: JsonObject): boolean {
    const values = Array.isArray(AllowedValues) ? AllowedValues : Default === undefined ? [] : [Default];
    return (
        /^\^?(\\d|\[0-9\])\{12\}\$?$/.test(String(AllowedPattern ?? '')) ||
        (values.length > 0 && values.every((value) => /^\d{12}$/.test(String(value))))
    );
}

/** With them goes what only lets events into their log groups. */
function withAttachments(
    replaced: readonly TemplateResource[],
    resources: readonly TemplateResource[],
): readonly TemplateResource[] {
    const logs = replaced.filter(({ type }) => type === 'AWS::Logs::LogGroup');
    const policies = resources.filter(({ type, properties }) => {
        const document = JSON.stringify(properties['PolicyDocument'] ?? '');
        return (
            type === 'AWS::Logs::ResourcePolicy' &&
            logs.some((log) => isNamedIn(document, log)) &&
            resources.every(
                (other) =>
                    other.type !== 'AWS::Logs::LogGroup' ||
                    logs.includes(other) ||
                    !isNamedIn(document, other),
            )
        );
    });
    return [...replaced, ...policies];
}

function isNamedIn(document: string, { logicalId, properties }: TemplateResource): boolean {
    const { LogGroupName } = properties;
    return (
        document.includes(logicalId) || (typeof LogGroupName === 'string' && document.includes(LogGroupName))
    );
}

/** Those that nothing else in the template refers to; the others must stay. */
function superfluous(
    candidates: readonly TemplateResource[],
    template: Json,
    resources: readonly TemplateResource[],
): { replaced: readonly TemplateResource[]; needed: readonly Left[] } {
    const outputs = isObject(template) ? (template['Outputs'] ?? null) : null;
    const isNeeded = (one: TemplateResource) =>
        mentions(outputs, one.logicalId) ||
        resources.some((other) => !candidates.includes(other) && mentions(other.attributes, one.logicalId));
    const needed = candidates.filter(isNeeded);
    if (needed.length === 0) {
        return { replaced: candidates, needed: [] };
    }
    const rest = superfluous(
        candidates.filter((one) => !needed.includes(one)),
        template,
        resources,
    );
    const why = 'something else in the template refers to it';
    return {
        replaced: rest.replaced,
        needed: [...needed.map((resource) => ({ resource, why })), ...rest.needed],
    };
}

/** All properties of a repository after the conversion. */
export function propertiesOf({ resource, pieces }: ConvertedRepository): JsonObject {
    const replaced = new Set(pieces.flatMap(({ from }) => from ?? []));
    const kept = Object.entries(resource.properties).filter(([name]) => !replaced.has(name));
    return Object.assign(Object.fromEntries(kept), ...pieces.map(({ to }) => to));
}
