import { Account } from './account';
import { TypeFunction } from './function';
import { StandIn } from './stand-in';

/**
 * AWS for the tests of one file, empty before each test. `keep`: the tests follow one another in it, or each has an
 * account of its own.
 */
export function useStandIn({ keep = false } = {}): StandIn {
    const standIn = new StandIn();
    beforeAll(() => standIn.start());
    if (!keep) {
        beforeEach(() => standIn.reset());
    }
    afterAll(() => standIn.stop());
    return standIn;
}

/** The bundle as a Lambda function that works in that AWS. */
export function useFunction(
    standIn: StandIn,
    settings?: ConstructorParameters<typeof TypeFunction>[1],
): TypeFunction {
    const typeFunction = new TypeFunction(standIn, settings);
    afterAll(() => typeFunction.close());
    return typeFunction;
}

/** An account, to look at and to alter by hand: these calls are neither recorded nor intercepted. */
export function useAccount(
    standIn: StandIn,
    { account = standIn.account, region = standIn.region } = {},
): Account {
    const client = new Account(async () => ({ url: new URL(standIn.url) }), region, account);
    afterAll(() => client.close());
    return client;
}
