import {
    DeleteLifecyclePolicyCommand,
    GetLifecyclePolicyCommand,
    PutLifecyclePolicyCommand,
} from '@aws-sdk/client-ecr';
import type { Facet } from '../engine/facet';
import { isAwsError } from '../errors';
import { desired, isInSync, LIFECYCLE_PROPERTIES, violations } from '../lifecycle/declared';
import { type LifecyclePolicy, parse, render } from '../lifecycle/policy';
import { readback } from '../lifecycle/readback';
import { guard } from './lifecycle-guard';

/** Which images ECR deletes or archives, and when. */
export const lifecyclePolicy: Facet<LifecyclePolicy> = {
    name: 'lifecycle policy',
    properties: LIFECYCLE_PROPERTIES,
    home: 'repository',

    validate: violations,

    desired,

    async observe({ aws, repositoryName }) {
        try {
            const { lifecyclePolicyText } = await aws.ecr.send(
                new GetLifecyclePolicyCommand({ repositoryName }),
            );
            return lifecyclePolicyText === undefined ? undefined : parse(lifecyclePolicyText);
        } catch (error) {
            if (isAwsError(error, 'LifecyclePolicyNotFoundException', 'RepositoryNotFoundException')) {
                return undefined;
            }
            throw error;
        }
    },

    guard,

    // One Put replaces the whole policy; to delete first would leave a time without any.
    async apply(target, _observed, { aws, repositoryName }) {
        if (target) {
            await aws.ecr.send(
                new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: render(target) }),
            );
            return;
        }
        try {
            await aws.ecr.send(new DeleteLifecyclePolicyCommand({ repositoryName }));
        } catch (error) {
            if (!isAwsError(error, 'LifecyclePolicyNotFoundException')) {
                throw error;
            }
        }
    },

    readback: (observed, _repository, recorded) => readback(observed, recorded),

    isInSync,

    // An entry that is removed by hand leaves no trace of its place among the others.
    alwaysRecorded: ['LifecycleRules'],
};
