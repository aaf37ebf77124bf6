import { z } from 'zod';
import type { RecordedCall } from '../calls';
import type { Difficulty } from '../difficulty';
import { AwsError } from '../error';
import { internalCall, type Operation, operation, type Service } from '../service';
import type { Place, World } from '../world';
import { difficultiesInput, difficultyOf } from './difficulties';

/** Requests to the stand-in itself have paths under this one. No service of AWS has. */
export const CONTROL_PATH = '/_stand-in/';

/** At most a hundred years, so that the time stays within what a Date can hold. */
const clockSeconds = z.number().min(0).max(3_155_760_000).default(0);

/** What control requests work on: the server, which itself needs them. */
export interface Controlled {
    readonly services: readonly Service[];
    readonly world: World;
    readonly calls: readonly RecordedCall[];
    difficulty: Difficulty;
    reset(): void;
}

/** The stand-in's own requests, beside those that its services have. */
function routesOf(server: Controlled): Readonly<Record<string, Operation>> {
    const nothing = z.strictObject({});
    return {
        health: operation(nothing, () => ({
            services: server.services.map(({ iamPrefix }) => iamPrefix),
            time: new Date(server.world.clock.now()),
        })),
        reset: operation(nothing, () => {
            server.reset();
            return {};
        }),
        clock: operation(z.strictObject({ seconds: clockSeconds }), ({ seconds }) => {
            server.world.clock.advance(seconds * 1_000);
            return { time: new Date(server.world.clock.now()) };
        }),
        difficulties: operation(difficultiesInput, (input) => {
            server.difficulty = difficultyOf(input);
            return {};
        }),
        calls: operation(nothing, () => ({ calls: server.calls })),
        ...Object.fromEntries(
            server.services.flatMap(({ iamPrefix, control = {} }) =>
                Object.entries(control).map(([name, work]) => [`${iamPrefix}/${name}`, work]),
            ),
        ),
    };
}

/** Does what one tells the stand-in itself; `name` is what comes after /_stand-in/. Throws AwsError and InvalidInput. */
export function control(server: Controlled, name: string, input: unknown, place: Place): object {
    const routes = routesOf(server);
    const work = Object.hasOwn(routes, name) && routes[name];
    if (!work) {
        const known = Object.keys(routes).map((each) => CONTROL_PATH + each);
        throw new AwsError(
            'NotFound',
            `There is no ${CONTROL_PATH}${name}. There is: ${known.join(', ')}`,
            404,
        );
    }
    server.world.clock.catchUp();
    return work(input, internalCall(server.world, { ...place, partition: 'aws' }, name));
}
