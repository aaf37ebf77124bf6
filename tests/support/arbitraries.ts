import fc from 'fast-check';
import type { Properties } from '../../src/properties';
import { FACET_DATA } from './facets';

/*
 * Properties as the schema allows them. What the schema cannot see may still be wrong with them: that is for the
 * facets' checks to tell.
 */

/** A name of ECR's. */
export const repositoryName = fc.stringMatching(/^[a-z0-9]{2,12}(\/[a-z0-9]{1,8})?$/);

/** Any writable properties, each there or not. */
export const properties: fc.Arbitrary<Properties> = fc.record(
    {
        RepositoryName: repositoryName,
        EmptyOnDelete: fc.boolean(),
        ...Object.assign({}, ...FACET_DATA.map(({ arbitraries }) => arbitraries)),
    },
    { requiredKeys: ['RepositoryName'] },
);
