import type { Json } from '../json';
import type { Conversion } from './conversion';
import { argumentOf } from './data';
import type { ConvertedRepository } from './repository';
import { instancesOf, type TemplateResource } from './resources';

/** What changes and why, and what stays. */
export function reportOf({ repositories, released, replaced, left }: Conversion): string {
    return [
        ...repositories.flatMap((repository) => [
            `${repository.resource.logicalId}  ${shown(repository.name)}`,
            ...repository.pieces.map(
                ({ from, to, why }) =>
                    `    ${from ? `${from} -> ` : '+ '}${Object.keys(to).join(', ')}: ${why}`,
            ),
            ...(repository.renamedPolicy
                ? [
                      '    Step 1 gives statements the Sids of this type, by which it finds them. Permissions stay.',
                  ]
                : []),
        ]),
        ...section('Taken over from the registry', released),
        ...section('Replaced', replaced),
        ...(left.length > 0 ? ['Left alone'] : []),
        ...left.map(({ resource, why }) => `    ${resource.logicalId}  ${resource.type}: ${why}`),
    ].join('\n');
}

function section(title: string, resources: readonly TemplateResource[]): string[] {
    return resources.length > 0
        ? [title, ...resources.map(({ logicalId, type }) => `    ${logicalId}  ${type}`)]
        : [];
}

/** LogicalId and name of each repository to import. */
export function identifiersOf(repositories: readonly ConvertedRepository[]): [string, string][] {
    return repositories.flatMap(({ resource, name }) => {
        const instances = [...instancesOf(resource, name)];
        const each = instances.length > 1 ? instances.filter(([id]) => id !== resource.logicalId) : instances;
        return each.map(([id, one]): [string, string] => [id, textOf(one, id)]);
    });
}

/** What the reader replaces by a name that only the stack knows. */
export const UNKNOWN_NAME = 'NAME-OF-';

function textOf(name: Json, logicalId: string): string {
    const text = typeof name === 'string' ? name : argumentOf(name, 'Fn::Sub');
    return typeof text === 'string' && !/\$\{/.test(text) ? text : `${UNKNOWN_NAME}${logicalId}`;
}

function shown(name: Json): string {
    return typeof name === 'string' ? name : JSON.stringify(name);
}
