import { listOf } from '../json';
import { resourcesIn, type TemplateResource } from './resources';
import type { Source, SourceEditor } from './source';

/** Takes resources out of a template, with the loops that are empty then and what depends on them. */
export function removeResources(
    source: Source,
    editor: SourceEditor,
    removed: readonly TemplateResource[],
): void {
    const all = resourcesIn(source.data);
    const ids = new Set(removed.map(({ logicalId }) => logicalId));
    for (const key of new Set(removed.map(({ path }) => path[1] ?? ''))) {
        const under = all.filter(({ path }) => path[1] === key);
        const going = under.filter(({ logicalId }) => ids.has(logicalId));
        const paths = going.length === under.length ? [['Resources', key]] : going.map(({ path }) => path);
        for (const path of paths) {
            editor.replacePair(path, {});
        }
    }
    removeDependencies(source, editor, removed);
}

/** Takes resources out of every DependsOn. */
export function removeDependencies(
    source: Source,
    editor: SourceEditor,
    removed: readonly TemplateResource[],
): void {
    const ids = new Set<unknown>(removed.map(({ logicalId }) => logicalId));
    for (const { path, attributes } of resourcesIn(source.data)) {
        const before = listOf(attributes['DependsOn']);
        const after = before.filter((id) => !ids.has(id));
        if (after.length < before.length) {
            editor.replacePair([...path, 'DependsOn'], after.length > 0 ? { DependsOn: after } : {});
        }
    }
}
