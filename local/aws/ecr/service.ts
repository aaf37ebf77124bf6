import { z } from 'zod';
import { type Operation, operation, type Service } from '../service';
import { imageOperations } from './images';
import { layerOperations } from './layers';
import { lifecycleOperations } from './lifecycle';
import { acrossAccounts } from './other-accounts';
import { findingsControl } from './planned-findings';
import { policyOperations } from './policies';
import { registryHost } from './registry-host';
import { registryScanningOperations } from './registry-scanning';
import { replicationOperations } from './replication';
import { repositoryOperations } from './repositories';
import { tagOperations } from './repository-tags';
import { scanOperations } from './scanning';
import { signingOperations } from './signing';
import { storageClassOperations } from './storage-class';

/** Milliseconds that a registry token is good for (ECR API reference, GetAuthorizationToken: 12 hours). */
const TOKEN_LIFE = 12 * 3_600_000;

const authorization: Readonly<Record<string, Operation>> = {
    GetAuthorizationToken: operation(
        z.strictObject({ registryIds: z.array(z.string()).min(1).max(10).optional() }),
        (_input, call) => ({
            authorizationData: [
                {
                    authorizationToken: Buffer.from('AWS:stand-in').toString('base64'),
                    expiresAt: new Date(call.world.clock.now() + TOKEN_LIFE),
                    proxyEndpoint: `https://${registryHost(call)}`,
                },
            ],
        }),
    ),
};

const operations: Readonly<Record<string, Operation>> = {
    ...repositoryOperations,
    ...tagOperations,
    ...policyOperations,
    ...lifecycleOperations,
    ...imageOperations,
    ...layerOperations,
    ...scanOperations,
    ...replicationOperations,
    ...registryScanningOperations,
    ...signingOperations,
    ...storageClassOperations,
    ...authorization,
};

/** Amazon Elastic Container Registry: repositories with all that belongs to them, and the registry's settings. */
export const ecr: Service = {
    iamPrefix: 'ecr',
    signingName: 'ecr',
    target: 'AmazonEC2ContainerRegistry_V20150921',
    invalidInput: 'InvalidParameterException',
    control: findingsControl,
    operations: Object.fromEntries(
        Object.entries(operations).map(([name, work]) => [name, acrossAccounts(work)]),
    ),
};
