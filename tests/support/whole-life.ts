import type { PartialProperties } from '../../src/properties';
import { DECLARED } from './facets';
import type { Progress, TypeFunction } from './function';

export const IDENTIFIER: PartialProperties = { RepositoryName: 'team/app' };

/** Something of each facet. */
export const EVERYTHING: PartialProperties = { ...IDENTIFIER, ...DECLARED };

/** The same repository with the least that it can have. */
export const LITTLE: PartialProperties = {
    ...IDENTIFIER,
    EncryptionType: 'KMS',
    Tags: [{ Key: 'Team', Value: 'red' }],
};

/** Created with everything, changed to little and back, and deleted; how each of it ended. */
export async function wholeLife(handlers: TypeFunction): Promise<readonly Progress[]> {
    return [
        await handlers.run('CREATE', EVERYTHING),
        await handlers.run('READ', IDENTIFIER),
        await handlers.run('UPDATE', LITTLE, { previous: EVERYTHING }),
        await handlers.run('UPDATE', EVERYTHING, { previous: LITTLE }),
        await handlers.run('LIST', {}),
        await handlers.run('DELETE', IDENTIFIER),
    ];
}
