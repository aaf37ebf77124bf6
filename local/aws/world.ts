import { Clock } from './clock';

/** Whose part of the world a request is about. AWS keeps accounts and Regions apart. */
export interface Place {
    /** 12 digits. */
    readonly account: string;
    readonly region: string;
}

/** The account of access keys that do not end with the twelve digits of another, and the Region of unsigned requests. */
export const DEFAULT_PLACE: Place = { account: '123456789012', region: 'us-east-1' };

/** All that an account holds: for each kind of thing and each of its places. */
export type Holdings = ReadonlyMap<symbol, ReadonlyMap<string, unknown>>;

/** All that the stand-in holds: for each kind of thing and each place, plain data that structuredClone can copy. */
export class World {
    private stores = new Map<symbol, Map<string, unknown>>();

    /** Service quotas that AWS raises when asked to, by default as for a new account. Rules are those of an event bus. */
    readonly quotas = { rules: 300 };

    constructor(readonly clock = new Clock()) {}

    /** The things of one kind in one place; made when they are asked for first. */
    store<T>(kind: symbol, { account, region }: Place, create: () => T): T {
        const places = this.stores.get(kind) ?? new Map<string, unknown>();
        this.stores.set(kind, places);
        const key = `${account} ${region}`;
        if (!places.has(key)) {
            places.set(key, create());
        }
        return places.get(key) as T;
    }

    /** The places that hold things of one kind. */
    places(kind: symbol): Place[] {
        return [...(this.stores.get(kind)?.keys() ?? [])].map((key) => {
            const [account = '', region = ''] = key.split(' ');
            return { account, region };
        });
    }

    /** A copy of all that an account holds. */
    holdings(account: string): Holdings {
        const isIts = ([place]: [string, unknown]) => place.startsWith(`${account} `);
        return new Map(
            [...this.stores].map(([kind, places]) => [
                kind,
                structuredClone(new Map([...places].filter(isIts))),
            ]),
        );
    }

    /** Gives an account a copy of what it held, in place of all that it holds. */
    restore(account: string, holdings: Holdings): void {
        for (const [kind, places] of this.stores) {
            for (const place of this.places(kind).filter((one) => one.account === account)) {
                places.delete(`${place.account} ${place.region}`);
            }
        }
        for (const [kind, things] of holdings) {
            this.stores.set(kind, new Map([...(this.stores.get(kind) ?? []), ...structuredClone(things)]));
        }
    }

    /** A copy with the same clock: what a reader sees whom later changes have not reached. */
    snapshot(): World {
        const copy = new World(this.clock);
        copy.stores = new Map([...this.stores].map(([kind, places]) => [kind, structuredClone(places)]));
        return copy;
    }
}

/** One kind of thing that the world holds, apart for each place. */
export interface Store<T> {
    of(world: World, place: Place): T;
    places(world: World): Place[];
}

/** Declares a kind of thing. What `create` returns must be plain data: objects, arrays, Maps, Sets, Dates. */
export function storeOf<T>(name: string, create: () => T): Store<T> {
    const kind = Symbol(name);
    return {
        of: (world, place) => world.store(kind, place, create),
        places: (world) => world.places(kind),
    };
}
