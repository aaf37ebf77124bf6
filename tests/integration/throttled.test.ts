import { randomUUID } from 'node:crypto';
import {
    CreateLogGroupCommand,
    DeleteLogGroupCommand,
    DeleteMetricFilterCommand,
    DescribeMetricFiltersCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { RecordedCall } from '../../local/aws/calls';
import { THROTTLED } from '../../local/aws/difficulties/interception';
import type { PartialProperties } from '../../src/properties';
import type { Progress } from '../support/function';
import { ALARMED, GROUP, IDENTIFIER, LOGGED } from '../support/my-app';
import { useAccount, useFunction, useStandIn } from '../support/suite';

/* AWS takes no call of one kind for a whole invocation. The next one goes on, and does not begin again. */

const standIn = useStandIn();
const typeFunction = useFunction(standIn, { speed: 500 });
const { logs } = useAccount(standIn);

const WATCHED: PartialProperties = { ...IDENTIFIER, ...LOGGED, ...ALARMED };

/** An operation until its first invocation in which such calls were throttled, and what goes on from there. */
async function throttledOperation(action: 'CREATE' | 'DELETE', isThrottled: (call: RecordedCall) => boolean) {
    const token = randomUUID();
    standIn.intercept((call) => (isThrottled(call) ? THROTTLED : 'pass'));
    let progress = await typeFunction.call(action, WATCHED, { token });
    while (!progress.message?.includes('Rate exceeded')) {
        expect(progress).toMatchObject({ status: 'IN_PROGRESS' });
        const { callbackContext = {} } = progress;
        progress = await typeFunction.call(action, WATCHED, { token, callbackContext });
    }
    standIn.intercept(() => 'pass');
    const { callbackContext = {} } = progress;
    return (): Promise<Progress> => typeFunction.run(action, WATCHED, { token, callbackContext });
}

function isSatellites({ action }: RecordedCall): boolean {
    return !action.startsWith('ecr:');
}

async function filterNames(): Promise<unknown> {
    const look = new DescribeMetricFiltersCommand({ logGroupName: GROUP });
    const { metricFilters = [] } = await logs.send(look);
    return metricFilters.map(({ filterName }) => filterName);
}

const FILTERS = ['ecr-repository-critical', 'ecr-repository-critical-none'];

const isLastFilter = ({ action, input }: RecordedCall) =>
    action === 'logs:PutMetricFilter' && input['filterName'] === FILTERS[1];

test('a CREATE then writes what is missing, and reads nothing', async () => {
    const goOn = await throttledOperation('CREATE', isLastFilter);
    const { result, calls } = await standIn.watch(goOn);
    expect(result).toMatchObject({ status: 'SUCCESS' });
    expect(calls.filter(isSatellites).map(({ action }) => action)).toEqual(['logs:PutMetricFilter']);
    expect(await typeFunction.drift(WATCHED)).toMatchObject({ status: 'IN_SYNC' });
});

test('a CREATE reads again what an earlier repository of the name has left', async () => {
    await logs.send(new CreateLogGroupCommand({ logGroupName: GROUP }));
    const goOn = await throttledOperation('CREATE', isLastFilter);
    await logs.send(new DeleteMetricFilterCommand({ logGroupName: GROUP, filterName: FILTERS[0] }));
    const { result, calls } = await standIn.watch(goOn);
    expect(result).toMatchObject({ status: 'SUCCESS' });
    expect(await filterNames()).toEqual(FILTERS);
    expect(calls.filter(({ action }) => action.startsWith('cloudwatch:'))).toEqual([]);
});

test('a CREATE makes again what was deleted by hand meanwhile', async () => {
    const goOn = await throttledOperation('CREATE', isLastFilter);
    await logs.send(new DeleteLogGroupCommand({ logGroupName: GROUP }));
    expect(await goOn()).toMatchObject({ status: 'SUCCESS' });
    expect(await typeFunction.drift(WATCHED)).toMatchObject({ status: 'IN_SYNC' });
});

test('a CREATE keeps the right to log, while the last other log group goes', async () => {
    const other = { ...WATCHED, RepositoryName: 'other' };
    expect(await typeFunction.run('CREATE', other)).toMatchObject({ status: 'SUCCESS' });
    const token = randomUUID();
    const { callbackContext = {} } = await typeFunction.call('CREATE', WATCHED, { token });
    let created: Promise<Progress> | undefined;
    // The other one has seen that its log group is the last; now this one makes its own, and grants.
    standIn.intercept(({ action }) => {
        if (action === 'logs:DeleteResourcePolicy' && !created) {
            created = typeFunction.run('CREATE', WATCHED, { token, callbackContext });
            return { delay: 300 };
        }
        return 'pass';
    });
    expect(await typeFunction.run('DELETE', other)).toMatchObject({ status: 'SUCCESS' });
    expect(await created).toMatchObject({ status: 'SUCCESS' });
    expect(await typeFunction.drift(WATCHED)).toMatchObject({ status: 'IN_SYNC' });
});

test('a DELETE removes what is left, and does not look at the rest', async () => {
    expect(await typeFunction.run('CREATE', WATCHED)).toMatchObject({ status: 'SUCCESS' });
    const goOn = await throttledOperation('DELETE', ({ action }) => action === 'cloudwatch:DeleteAlarms');
    const { result, calls } = await standIn.watch(goOn);
    expect(result).toMatchObject({ status: 'SUCCESS' });
    expect(calls.filter(isSatellites).map(({ action }) => action)).toEqual([
        'cloudwatch:DescribeAlarms',
        'cloudwatch:DeleteAlarms',
    ]);
});
