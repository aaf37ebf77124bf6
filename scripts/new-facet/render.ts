import type { Home } from './home';

/** A facet that compiles and does nothing yet. */
export function renderFacet(name: string, words: string, home: Home): string {
    return `import type { Facet } from '../engine/facet';

/** In place of never: what AWS holds of it, in canonical form. */
type State = never;

/** One sentence: what it is for. */
export const ${name}: Facet<State> = {
    name: '${words}',
    properties: [],
    home: '${home}',

    desired: () => undefined,

    async observe() {
        throw new Error('${words}: observe is not written yet.');
    },

    async apply() {
        throw new Error('${words}: apply is not written yet.');
    },

    readback: () => ({}),
${GROUPS[home]}};
`;
}

/** What an object needs that others write into. */
const GROUPS: Readonly<Record<Home, string>> = {
    repository: '',
    region: '',
    registry: `
    ownership: {
        merge: (observed) => observed,
        owned: () => undefined,
    },

    shared: {
        part: (state) => state,
        async refresh() {
            throw new Error('refresh is not written yet.');
        },
    },
`,
};

/** Test data without any row. */
export function renderData(name: string, piece: string): string {
    return `import { ${name} } from '../../../src/facets/${piece}';
import type { FacetData } from './facet-data';

export const data: FacetData = {
    facet: ${name},
    declared: {},
    arbitraries: {},
    foreign: () => undefined,
    properties: {},
    undivided: [],
    violations: [],
    messages: [],
    alterations: {},
};
`;
}
