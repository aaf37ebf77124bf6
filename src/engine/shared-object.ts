import { isDeepStrictEqual } from 'node:util';
import { HandlerErrorCode } from '@amazon-web-services-cloudformation/cloudformation-cli-typescript-lib';
import { all } from '../concurrency';
import { attempt, HandlerFailure, SETTLING } from '../errors';
import { applyIfChanged } from './apply';
import type { Facet, FacetContext, Shared } from './facet';
import { type Change, isUnchanged, merger, type States } from './plan';
import type { Turn } from './shared-lock';

/** How often a turn writes at most: once, and once more where others, who take no turns, overwrote it. */
const WRITES = 2;

/** A shared facet in an operation. */
interface Piece {
    readonly facet: Facet;
    readonly shared: Shared<unknown>;
    /** Pure. What a state becomes. */
    readonly merge: (state: unknown) => unknown;
    readonly state: unknown;
}

/** The facets' states after {@link applyShared}; undefined where another writer had the turn all the time. */
export async function applyShared(
    facets: readonly Facet[],
    observed: States,
    change: Change,
    context: FacetContext,
): Promise<States | undefined> {
    const pieces = await all(
        facets.flatMap((facet) =>
            facet.shared ? pieceOf(facet, facet.shared, observed, change, context) : [],
        ),
    );
    const concerned = pieces.filter((piece) => needsTurn(piece, change, context));
    const others = pieces.filter((piece) => !concerned.includes(piece));
    const begun = await all(concerned.map((piece) => prepare(piece, context)));
    const written = begun.length > 0 ? await context.inTurn((turn) => write(begun, turn, context)) : begun;
    if (!written) {
        return undefined;
    }
    return new Map(await all([...others, ...written].map((piece) => finish(piece, context))));
}

async function pieceOf(
    facet: Facet,
    shared: Shared<unknown>,
    observed: States,
    change: Change,
    context: FacetContext,
): Promise<Piece> {
    const state = observed.get(facet);
    return { facet, shared, state, merge: await merger(facet, state, change, context) };
}

/**
 * Whether the shared part differs, or may be about to: a write for the opposite, by a process that died, can still be
 * under way.
 */
function needsTurn(piece: Piece, change: Change, context: FacetContext): boolean {
    return isDifferent(piece) || !isUnchanged(piece.facet, piece.state, change, context);
}

function isDifferent({ shared, merge, state }: Piece): boolean {
    return !isDeepStrictEqual(shared.part(merge(state)), shared.part(state));
}

/** Removes what must be gone before the shared part changes. */
async function prepare(piece: Piece, context: FacetContext): Promise<Piece> {
    const { facet, shared, merge, state } = piece;
    const prepared = shared.prepared?.(merge(state), state) ?? state;
    await applyIfChanged(facet, prepared, state, context);
    return { ...piece, state: prepared };
}

/** Reads, merges and writes the shared parts, and looks at them, until they are as they are to be. */
async function write(
    pieces: readonly Piece[],
    turn: Turn,
    context: FacetContext,
): Promise<readonly Piece[] | undefined> {
    for (let writes = 0; ; writes++) {
        const read = await all(pieces.map((piece) => refresh(piece, context)));
        const different = read.filter(isDifferent);
        if (different.length === 0) {
            return read;
        }
        if (writes === WRITES) {
            throw overwritten(different, context);
        }
        const isWritten = await turn.write(() =>
            all(
                different.map(({ facet, merge, state }) =>
                    applyIfChanged(facet, merge(state), state, context),
                ),
            ),
        );
        if (!isWritten) {
            return undefined;
        }
    }
}

async function refresh(piece: Piece, context: FacetContext): Promise<Piece> {
    const { facet, shared } = piece;
    const state = await attempt(
        () => shared.refresh(piece.state, context),
        context,
        `reading the ${facet.name}`,
    );
    return { ...piece, state };
}

/** Applies the rest of the facet: the shared part is as it is to be. */
async function finish({ facet, merge, state }: Piece, context: FacetContext): Promise<[Facet, unknown]> {
    const target = merge(state);
    await applyIfChanged(facet, target, state, context);
    return [facet, target];
}

function overwritten(pieces: readonly Piece[], { repositoryName }: FacetContext): HandlerFailure {
    const names = pieces.map(({ facet }) => facet.name).join(' and the ');
    const message = `${repositoryName}: the ${names} was overwritten right after it was written, ${WRITES} times. Find what else writes it, such as Terraform or AWS::ECR::ReplicationConfiguration, and let one tool at a time do so.`;
    return new HandlerFailure(HandlerErrorCode.ResourceConflict, message, { patience: SETTLING });
}
