import type { PartialProperties } from '../../src/properties';
import { create, remove, testFaults, update } from '../support/fault-sweep';
import { NAME } from '../support/my-app';

const REPLICATED: PartialProperties = {
    RepositoryName: NAME,
    EnableReplication: true,
    ReplicationDestinations: [
        { Region: 'us-west-2', EnableReplicationTimeControl: true, EnableReplicationMetrics: true },
        { Region: 'eu-west-1' },
    ],
    EnableRegistryScanning: true,
    Tags: [{ Key: 'Service', Value: 'api' }],
};

const ELSEWHERE: PartialProperties = {
    ...REPLICATED,
    ReplicationDestinations: [{ Region: 'eu-west-1', EnableReplicationMetrics: true }],
    Tags: [{ Key: 'Service', Value: 'web' }],
};

/** What somebody else has in the account: a repository that shares the registry and the log policy with ours. */
const NEIGHBOUR: PartialProperties = {
    RepositoryName: 'my-app-2',
    EnableReplication: true,
    ReplicationDestinations: [{ Region: 'us-west-2' }],
    EnableRegistryScanning: true,
    EnableScanLogging: true,
};

testFaults([
    { what: 'create with replication', ...create(REPLICATED), neighbour: NEIGHBOUR },
    { what: 'update of the replication', ...update(REPLICATED, ELSEWHERE), neighbour: NEIGHBOUR },
    { what: 'delete with replication', ...remove(REPLICATED), neighbour: NEIGHBOUR },
]);
