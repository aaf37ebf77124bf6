import type { Difficulty } from '../difficulty';
import { AwsError } from '../error';

/** A rule keeps its targets for so many milliseconds after they were removed, as DeleteRule of EventBridge may find. */
export function lingeringTargets(milliseconds: number): Difficulty {
    const removed = new Map<string, number>();
    return async ({ record: { action, input }, call }, next) => {
        const place = `${call.account} ${call.region}`;
        const now = call.world.clock.now();
        if (action === 'events:RemoveTargets') {
            removed.set(`${place} ${input['Rule']}`, now);
        }
        const since = now - (removed.get(`${place} ${input['Name']}`) ?? Number.NEGATIVE_INFINITY);
        if (action === 'events:DeleteRule' && since < milliseconds) {
            throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
        }
        return next();
    };
}
