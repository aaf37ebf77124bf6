import { combined } from '../../local/aws/difficulties/combined';
import { latency } from '../../local/aws/difficulties/latency';
import { lingeringTargets } from '../../local/aws/difficulties/lingering-targets';
import { exclusiveWrites } from '../../local/aws/difficulties/overlaps';
import { Rates } from '../../local/aws/difficulties/rates';
import { staleReads } from '../../local/aws/difficulties/staleness';
import type { Difficulty } from '../../local/aws/difficulty';
import { mismatches } from '../support/function';
import { difference, Observer } from '../support/snapshot';
import { useFunction, useStandIn } from '../support/suite';
import { EVERYTHING, IDENTIFIER, LITTLE, wholeLife } from '../support/whole-life';

/*
 * A repository's life in an AWS that takes its time to show what was written, refuses what overlaps, and throttles.
 */
const standIn = useStandIn();
const handlers = useFunction(standIn);
let observer: Observer;

beforeAll(() => {
    observer = new Observer(standIn.url, standIn.account, [standIn.region, 'eu-west-1']);
});
afterAll(() => observer.close());

const DIFFICULTIES: readonly [string, () => Difficulty][] = [
    ['reads that miss the last 300 ms', () => staleReads(300)],
    ['no overlapping writes to a rule or log group', () => exclusiveWrites(30)],
    ['targets that linger for 1.5 s', () => lingeringTargets(1_500)],
    ['the rates that AWS publishes', () => new Rates().difficulty],
    [
        'all of it, and 20 ms for each call',
        () =>
            combined(
                new Rates().difficulty,
                latency(20),
                staleReads(200),
                exclusiveWrites(10),
                lingeringTargets(500),
            ),
    ],
];

test.each(DIFFICULTIES)('%s', async (_name, difficulty) => {
    const nothing = await observer.snapshot();
    standIn.meet(difficulty());
    for (const end of await wholeLife(handlers)) {
        expect(end).toMatchObject({ status: 'SUCCESS' });
    }
    expect(difference(nothing, await observer.snapshot())).toBe('');
});

test.each(DIFFICULTIES)('what is declared is there in the end: %s', async (_name, difficulty) => {
    standIn.meet(difficulty());
    await handlers.run('CREATE', LITTLE);
    const updated = await handlers.run('UPDATE', EVERYTHING, { previous: LITTLE });
    expect(updated).toMatchObject({ status: 'SUCCESS' });
    standIn.intercept(() => 'pass');
    const { resourceModel = {} } = await handlers.run('READ', IDENTIFIER);
    expect(mismatches(EVERYTHING, resourceModel)).toEqual([]);
});
