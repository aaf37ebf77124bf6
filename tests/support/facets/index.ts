import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PartialProperties } from '../../../src/properties';
import type { FacetData } from './facet-data';

/** Of each file of this folder. The data of the facets before these is in the tables of the tests themselves. */
export const FACET_DATA: readonly FacetData[] = readdirSync(__dirname)
    .filter((file) => !['index.ts', 'facet-data.ts'].includes(file))
    .map((file) => {
        const { data }: { data: FacetData } = require(join(__dirname, file));
        return data;
    });

/** All that these facets can be asked for: each property with its first value. */
export const DECLARED: PartialProperties = Object.assign(
    {},
    ...FACET_DATA.flatMap(({ properties }) => Object.entries(properties)).map(
        ([property, { beside, values }]) => ({ ...beside, [property]: values[0] }),
    ),
);
