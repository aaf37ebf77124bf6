import type { RegistryScanningConfiguration } from '@aws-sdk/client-ecr';
import fc from 'fast-check';
import { FACETS } from '../../src/facets';
import type { PartialProperties, Properties } from '../../src/properties';
import { properties } from '../support/arbitraries';
import { boundaryValues } from '../support/boundary-values';
import { mismatches } from '../support/function';
import { ServiceModels } from '../support/service-model';
import { among, type End, type Operation, SimulatedAccount } from '../support/simulated-account';
import { difference } from '../support/snapshot';
import { useFunction, useStandIn } from '../support/suite';

/*
 * Whole lives: whatever a repository was made as and whatever it becomes, Read tells it as it was asked for, AWS is
 * asked for nothing that its models forbid, and once it is deleted the account is as it was.
 */
const RepositoryName = 'my-app';
const IDENTIFIER: PartialProperties = { RepositoryName };
const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1', 'ap-south-1'];
/** Every account's; none of these checks is about the account. */
const PLACE = {
    partition: 'aws',
    region: 'us-east-1',
    account: '650000000000',
    repositoryName: RepositoryName,
};
const LIVES = { runs: 3, atOnce: 12 };

interface Life {
    /** What it is, and what it becomes. */
    readonly stages: readonly [Properties, Properties];
    /** Whether there is room in its tags for all that Read could not tell otherwise. */
    readonly isTold: boolean;
}

const standIn = useStandIn({ keep: true });
const typeFunction = useFunction(standIn);

const valid = (some: fc.Arbitrary<Properties>) =>
    some
        .map((one): Properties => ({ ...one, RepositoryName }))
        .filter((one) => FACETS.every((facet) => !facet.validate?.(one, PLACE).length));
const life: fc.Arbitrary<Life> = fc.oneof(
    { arbitrary: fc.record({ stages: twice(valid(properties)), isTold: fc.constant(true) }), weight: 2 },
    fc.record({ stages: twice(valid(boundaryValues)), isTold: fc.constant(false) }),
);

function twice<T>(one: fc.Arbitrary<T>): fc.Arbitrary<[T, T]> {
    return fc.tuple(one, one);
}

test('whatever a repository is and becomes, it is that, and leaves nothing', async () => {
    const models = new ServiceModels();
    const refused: string[] = [];
    const batch = fc.array(life, { minLength: LIVES.atOnce, maxLength: LIVES.atOnce });
    const property = fc.asyncProperty(batch, async (some) => {
        const lives = some.map((life) => ({
            life,
            account: new SimulatedAccount(standIn, typeFunction, REGIONS),
        }));
        const interceptions = among(lives.map(({ account }) => account));
        standIn.intercept((call) => {
            refused.push(...models.refusals(call));
            return interceptions(call);
        });
        const wrongs = await Promise.all(lives.map(({ account, life }) => live(account, life)));
        for (const { account } of lives) {
            account.observer.close();
        }
        expect(wrongs.flat()).toEqual([]);
        expect(refused).toEqual([]);
    });
    // To shrink all lives of a batch at once would take longer than it helps.
    await fc.assert(property, { numRuns: LIVES.runs, endOnFailure: true });
}, 300_000);

/** From the beginning to the end; what is wrong with it. */
async function live(account: SimulatedAccount, { stages: [first, second], isTold }: Life): Promise<string[]> {
    const nothing = filtered(await account.observer.snapshot());
    const stages: readonly [Operation, PartialProperties][] = [
        [{ action: 'CREATE', properties: first }, first],
        [{ action: 'UPDATE', properties: second, previous: first }, second],
    ];
    for (const [operation, wanted] of stages) {
        const end = await account.run(operation);
        const wrong = failure(end) ?? (isTold ? await misread(account, wanted) : undefined);
        if (wrong) {
            return [`${operation.action}: ${wrong}\nof ${JSON.stringify([first, second])}`];
        }
    }
    const wrong = failure(await account.run({ action: 'DELETE', properties: IDENTIFIER }));
    const left = filtered(await account.observer.snapshot());
    return [
        ...(wrong ? [`DELETE: ${wrong}`] : []),
        ...(left === nothing
            ? []
            : [`left: ${difference(nothing, left)}\nof ${JSON.stringify([first, second])}`]),
    ];
}

/** Without the type of scanning and the rule that scans no repository, which an ENHANCED registry keeps: see docs/operations.md. */
function filtered(snapshot: string): string {
    const all = JSON.parse(snapshot);
    for (const region of Object.values<{ scanning: RegistryScanningConfiguration }>(all)) {
        const { rules = [] } = region.scanning;
        region.scanning = {
            rules: rules.filter(({ repositoryFilters = [] }) =>
                repositoryFilters.some(({ filter }) => !filter?.endsWith('/scans-no-repository')),
            ),
        };
    }
    return JSON.stringify(all, undefined, 1);
}

function failure({ status, errorCode, message }: End): string | undefined {
    return status === 'SUCCESS' ? undefined : `${errorCode} ${message}`;
}

/** What Read, by the identifier alone, tells otherwise. */
async function misread({ id }: SimulatedAccount, wanted: PartialProperties): Promise<string | undefined> {
    const { resourceModel: found = {} } = await typeFunction.call('READ', IDENTIFIER, {
        account: id,
        accessKeyId: `READ${id}`,
    });
    const wrong = mismatches(wanted, found);
    return wrong.length > 0 ? `Read tells otherwise of ${wrong.join(', ')}` : undefined;
}
