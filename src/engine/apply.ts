import { isDeepStrictEqual } from 'node:util';
import { writeOnce } from '../aws/clients';
import { attempt } from '../errors';
import type { Facet, FacetContext } from './facet';

/** Applies the target if AWS does not hold it already. */
export async function applyIfChanged(
    facet: Facet,
    target: unknown,
    observed: unknown,
    context: FacetContext,
): Promise<void> {
    if (!isDeepStrictEqual(target, observed)) {
        await writeOnce(context, facet.name, async () => {
            const write = () => facet.apply(target, observed, context);
            await attempt(write, context, `writing the ${facet.name}`);
            context.log(`${context.repositoryName}: wrote the ${facet.name}`);
        });
    }
}
