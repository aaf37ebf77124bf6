import { isDeepStrictEqual } from 'node:util';
import { attempt } from '../errors';
import type { Facet, FacetContext } from './facet';

/** Applies the target if AWS does not hold it already. Tells whether it wrote. */
export async function applyIfChanged(
    facet: Facet,
    target: unknown,
    observed: unknown,
    context: FacetContext,
): Promise<boolean> {
    if (isDeepStrictEqual(target, observed)) {
        return false;
    }
    await attempt(() => facet.apply(target, observed, context), context, `writing the ${facet.name}`);
    return true;
}
