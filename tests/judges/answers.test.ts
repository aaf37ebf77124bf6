import { jsonProtocol } from '../../local/aws/protocols/json';
import { ServiceModels } from '../support/service-model';
import { useFunction, useStandIn } from '../support/suite';
import { wholeLife } from '../support/whole-life';

/*
 * All that the handlers ask of the stand-in in a repository's life, and all that it answers, is what AWS's models allow.
 */
const models = new ServiceModels();
const standIn = useStandIn({ keep: true });
const handlers = useFunction(standIn);

/** As JSON carries it: times as seconds since 1970. */
function asJson(content: object): object {
    const { body } = jsonProtocol.encode(content, { operation: '', requestId: '', xmlNamespace: '' });
    return JSON.parse(body.toString());
}

test('a life of everything', async () => {
    const violations = new Set<string>();
    const seen = new Set<string>();
    standIn.meet(async ({ record: { action, input } }, next) => {
        const answer = await next();
        seen.add(action);
        const found = [
            ...models.refusals({ action, input: { ...asJson(input) } }),
            ...models.violations(action, asJson(answer ?? {})),
        ];
        for (const violation of found) {
            violations.add(violation);
        }
        return answer;
    });
    for (const end of await wholeLife(handlers)) {
        expect(end).toMatchObject({ status: 'SUCCESS' });
    }
    expect([...violations]).toEqual([]);
    expect(seen.size).toBeGreaterThan(40);
});
