import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PartialProperties } from '../../../src/properties';
import type { FacetData } from './facet-data';

/** Of each file of this folder. */
export const FACET_DATA: readonly FacetData[] = readdirSync(__dirname)
    .filter((file) => !['index.ts', 'facet-data.ts'].includes(file))
    .map((file) => {
        const { data }: { data: FacetData } = require(join(__dirname, file));
        return data;
    });

/** What gives every facet something to do. */
export const DECLARED: PartialProperties = Object.assign({}, ...FACET_DATA.map(({ declared }) => declared));
