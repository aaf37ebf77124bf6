import { ofRepository } from './images';
import { step } from './scenario';

/** A rule for untagged images, with a change. */
export const rule = (more: object) => ({
    rulePriority: 1,
    description: 'a rule whose text is long enough for the least length',
    selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 5 },
    action: { type: 'expire' },
    ...more,
});
/** Puts a policy of these rules. */
export const lifecycle = (...rules: object[]) =>
    step('ecr:PutLifecyclePolicy', { ...ofRepository, lifecyclePolicyText: JSON.stringify({ rules }) });
