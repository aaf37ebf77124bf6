import type { Facet } from '../../src/engine/facet';

/*
 * Two facets that do not exist, to test the laws: the accounts that may pull, as one list of the whole registry.
 */
type Principals = readonly string[];

const absent = { observe: async () => undefined, apply: async () => undefined };
const shared = { part: (state: unknown) => state, refresh: async () => [] };

/** As one writes it without thinking of neighbours: what READ shows is taken for what is ours. */
export const naivePrincipals: Facet<Principals> = {
    name: 'principals of the registry',
    properties: ['PullAccountIds'],
    home: 'registry',
    ...absent,
    desired: ({ PullAccountIds = [] }) => sorted(PullAccountIds),
    readback: (observed = []) => (observed.length > 0 ? { PullAccountIds: [...observed] } : {}),
    ownership: {
        merge: (observed = [], desired = [], previous = []) => [
            ...observed.filter((entry) => !previous.includes(entry) && !desired.includes(entry)),
            ...desired,
        ],
        owned: (observed) => observed,
    },
    shared,
};

/** The same with each entry under the name of its repository, which alone tells whose it is. */
export const principals: Facet<Principals> = {
    name: 'principals of the registry',
    properties: ['PullAccountIds'],
    home: 'registry',
    ...absent,
    desired: ({ PullAccountIds = [] }, { repositoryName }) =>
        sorted(PullAccountIds.map((account) => `${repositoryName}=${account}`)),
    readback(observed = [], { repositoryName }) {
        const own = observed.filter((entry) => entry.startsWith(`${repositoryName}=`));
        return own.length > 0
            ? { PullAccountIds: own.map((entry) => entry.slice(repositoryName.length + 1)) }
            : {};
    },
    ownership: {
        merge: (observed = [], desired = [], previous = []) => [
            ...observed.filter((entry) => !previous.includes(entry) && !desired.includes(entry)),
            ...desired,
        ],
        owned: (observed = [], { repositoryName }) =>
            observed.filter((entry) => entry.startsWith(`${repositoryName}=`)),
    },
    shared,
};

function sorted(list: readonly string[]): string[] {
    return [...list].sort();
}
