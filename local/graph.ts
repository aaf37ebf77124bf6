/** Ids and what each depends on. Dependencies that are no ids of the graph don't count. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** The ids, each after those it depends on. In a circle the order is any. */
export function sorted(graph: Graph): string[] {
    const order = new Set<string>();
    const visited = new Set<string>();
    const visit = (id: string) => {
        const dependencies = graph.get(id);
        if (dependencies && !visited.has(id)) {
            visited.add(id);
            dependencies.forEach(visit);
            order.add(id);
        }
    };
    [...graph.keys()].forEach(visit);
    return [...order];
}

/** The ids along a circle, undefined when there is none. */
export function circle(graph: Graph): string[] | undefined {
    const harmless = new Set<string>();
    const search = (id: string, path: readonly string[]): string[] | undefined => {
        const position = path.indexOf(id);
        if (position >= 0) {
            return [...path.slice(position), id];
        }
        if (!harmless.has(id)) {
            for (const dependency of graph.get(id) ?? []) {
                const found = search(dependency, [...path, id]);
                if (found) {
                    return found;
                }
            }
            harmless.add(id);
        }
        return undefined;
    };
    for (const id of graph.keys()) {
        const found = search(id, []);
        if (found) {
            return found;
        }
    }
    return undefined;
}

/** Every dependency turned round: for deleting. */
export function reversed(graph: Graph): Graph {
    const ids = [...graph.keys()];
    return new Map(ids.map((id) => [id, ids.filter((other) => graph.get(other)?.includes(id))]));
}

/** Visits each id once those it depends on have been visited; independent ones at the same time. */
export async function inOrder(graph: Graph, visit: (id: string) => Promise<void>): Promise<void> {
    const visits = new Map<string, Promise<void>>();
    for (const id of sorted(graph)) {
        const before = (graph.get(id) ?? []).map((dependency) => visits.get(dependency));
        visits.set(
            id,
            Promise.all(before).then(() => visit(id)),
        );
    }
    await Promise.all(visits.values());
}
