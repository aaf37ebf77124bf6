import { App, CfnOutput, CfnParameter, Fn, Stack, Tags } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnEcrRepository } from './ecr-repository';

const stack = new Stack(new App(), 'Containers');

const pullAccountId = new CfnParameter(stack, 'PullAccountId', { default: '123456789012' });
const mutability = new CfnParameter(stack, 'Mutability', { default: 'IMMUTABLE' });

const repository = new CfnEcrRepository(stack, 'Repository', {
    RepositoryName: 'cdk-app',
    // What only the deployment knows stands in for a value of any type.
    ImageTagMutability: mutability.value,
    EnableRepositoryPolicy: true,
    PullAccountIds: [pullAccountId.valueAsString],
    LifecycleRules: [
        { Id: 'releases', TagPrefixList: ['v'], TaggedImageRetentionCount: 50 },
        { Id: 'others', ImageRetentionDays: 30 },
    ],
    Tags: [{ Key: 'Service', Value: 'api' }],
});
Tags.of(repository).add('Environment', 'production');

// As a construct of CDK's own, for grants and for images of tasks and functions.
const images = Repository.fromRepositoryAttributes(stack, 'Images', {
    repositoryName: repository.ref,
    repositoryArn: repository.attrRepositoryArn,
});
images.grantPull(new Role(stack, 'Puller', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') }));

new CfnOutput(stack, 'Image', { value: Fn.join(':', [repository.attrRepositoryUrl, 'v1']) });
