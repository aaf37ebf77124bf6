/** Where the objects of facets are; see `home` in src/engine/facet.ts. */
export const HOMES = ['repository', 'region', 'registry'] as const;

export type Home = (typeof HOMES)[number];
