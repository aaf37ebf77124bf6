import type { Facet } from '../engine/facet';
import { dashboard } from './dashboard';
import { encryption } from './encryption';
import { imageTagMutability } from './image-tag-mutability';
import { lifecyclePolicy } from './lifecycle-policy';
import { registryScanning } from './registry-scanning';
import { replication } from './replication';
import { repositoryPolicy } from './repository-policy';
import { scanFindings } from './scan-findings';
import { scanOnPush } from './scan-on-push';
import { signing } from './signing';
import { tags } from './tags';
import { vulnerabilityAlarm } from './vulnerability-alarm';

/** All that belongs to a repository, each piece in its file. */
export const FACETS: readonly Facet[] = [
    encryption,
    imageTagMutability,
    scanOnPush,
    lifecyclePolicy,
    repositoryPolicy,
    replication,
    registryScanning,
    signing,
    scanFindings,
    vulnerabilityAlarm,
    dashboard,
    tags,
];
