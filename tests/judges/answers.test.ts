import type { Difficulty } from '../../local/aws/difficulty';
import { jsonProtocol } from '../../local/aws/protocols/json';
import type { PartialProperties } from '../../src/properties';
import { ServiceModels } from '../support/service-model';
import { useFunction, useStandIn } from '../support/suite';

/*
 * All that the handlers ask of the stand-in in a repository's life, and all that it answers, is what AWS's models allow.
 */
const models = new ServiceModels();
const standIn = useStandIn({ keep: true });
const handlers = useFunction(standIn);

const identifier = { RepositoryName: 'team/app' };
const topic = 'arn:aws:sns:us-east-1:123456789012:alerts';
const everything: PartialProperties = {
    ...identifier,
    ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    ImageTagMutabilityExclusionFilters: ['latest*'],
    EncryptionType: 'KMS',
    ImageRetentionDays: 90,
    EnableRepositoryPolicy: true,
    PullAccountIds: ['111111111111', '222222222222'],
    EnableReplication: true,
    ReplicationDestinations: [{ Region: 'eu-west-1' }],
    EnableRegistryScanning: true,
    EnableScanLogging: true,
    EnableScanNotifications: true,
    SnsTopicArn: topic,
    CreateCloudWatchAlarms: true,
    AlarmActions: [topic],
    CreateDashboard: true,
    Tags: [{ Key: 'Team', Value: 'blue' }],
};
const less: PartialProperties = {
    ...identifier,
    EncryptionType: 'KMS',
    Tags: [{ Key: 'Team', Value: 'red' }],
};

/** As JSON carries it: times as seconds since 1970. */
function asJson(content: object): object {
    const { body } = jsonProtocol.encode(content, { operation: '', requestId: '', xmlNamespace: '' });
    return JSON.parse(body.toString());
}

test('a life of everything', async () => {
    const violations = new Set<string>();
    const seen = new Set<string>();
    const judged: Difficulty = async ({ record: { action, input } }, next) => {
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
    };
    standIn.meet(judged);
    const ends = [
        await handlers.run('CREATE', everything),
        await handlers.run('READ', identifier),
        await handlers.run('UPDATE', less, { previous: everything }),
        await handlers.run('UPDATE', everything, { previous: less }),
        await handlers.run('LIST', {}),
        await handlers.run('DELETE', identifier),
    ];
    expect(ends.map(({ status, message = '' }) => `${status} ${message}`.trim())).toEqual(
        ends.map(() => 'SUCCESS'),
    );
    expect([...violations]).toEqual([]);
    expect(seen.size).toBeGreaterThan(40);
});
