import { readFileSync } from 'node:fs';
import { lifecyclePolicy } from '../src/facets/lifecycle-policy';
import { repositoryPolicy } from '../src/facets/repository-policy';
import type { Properties } from '../src/properties';

/** Where a repository is; none of what is checked here depends on it. */
const ANYWHERE = { partition: 'aws', region: 'us-east-1', account: '123456789012', repositoryName: 'any' };

/** From standard input, LifecyclePolicyText or CustomPolicyStatements of one repository; to standard output, violations. */
const properties: Properties = JSON.parse(readFileSync(0, 'utf8'));
const declared = { ...properties, RepositoryName: ANYWHERE.repositoryName, EnableRepositoryPolicy: true };
const violations = [lifecyclePolicy, repositoryPolicy].flatMap(
    (facet) => facet.validate?.(declared, ANYWHERE) ?? [],
);
console.log(JSON.stringify(violations));
