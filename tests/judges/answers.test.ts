import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
    ActivateTypeCommand,
    CloudFormationClient,
    CreateChangeSetCommand,
    CreateStackCommand,
    DeactivateTypeCommand,
    DeleteChangeSetCommand,
    DeleteStackCommand,
    DeregisterTypeCommand,
    DescribeChangeSetCommand,
    DescribePublisherCommand,
    DescribeStackDriftDetectionStatusCommand,
    DescribeStackEventsCommand,
    DescribeStackResourceDriftsCommand,
    DescribeStackResourcesCommand,
    DescribeStacksCommand,
    DescribeTypeCommand,
    DescribeTypeRegistrationCommand,
    DetectStackDriftCommand,
    ExecuteChangeSetCommand,
    GetTemplateSummaryCommand,
    ListStacksCommand,
    ListTypeRegistrationsCommand,
    ListTypeVersionsCommand,
    PublishTypeCommand,
    RegisterPublisherCommand,
    RegisterTypeCommand,
    SetTypeDefaultVersionCommand,
    TestTypeCommand,
} from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { control } from '../../local/aws/control/control';
import type { Difficulty } from '../../local/aws/difficulty';
import { jsonProtocol } from '../../local/aws/protocols/json';
import { DEFAULT_PLACE } from '../../local/aws/world';
import { servicesWith } from '../../local/stack-api/services';
import { ServiceModels } from '../support/service-model';
import { Stacks } from '../support/stacks';
import { useFunction, useStandIn } from '../support/suite';
import { uploadPackage } from '../support/type-package';
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

const violations = new Set<string>();
const seen = new Set<string>();

beforeEach(() => {
    violations.clear();
    seen.clear();
});

/** Notes what of a call and its answer AWS's models do not allow. */
const judged: Difficulty = async ({ call, record: { action, input } }, next) => {
    const answer = await next();
    seen.add(action);
    const found = [
        // The models' types are not those of a form, where all is text.
        ...(call.areTexts ? [] : models.refusals({ action, input: { ...asJson(input) } })),
        ...models.violations(action, asJson(answer ?? {})),
    ];
    for (const violation of found) {
        violations.add(violation);
    }
    return answer;
};

test('a life of everything', async () => {
    standIn.meet(judged);
    for (const end of await wholeLife(handlers)) {
        expect(end).toMatchObject({ status: 'SUCCESS' });
    }
    expect([...violations]).toEqual([]);
    expect(seen.size).toBeGreaterThan(40);
});

test('a type in the registries, and a stack of it', async () => {
    const stacks = new Stacks();
    const { server } = stacks;
    await server.listen();
    const config = stacks.config();
    const SchemaHandlerPackage = await uploadPackage(new S3Client(config));
    const aws = new CloudFormationClient(config);
    const pass = () => control(server, 'clock', { seconds: 4 }, DEFAULT_PLACE);
    const type = { Type: 'RESOURCE', TypeName: 'Org::Containers::EcrRepository' } as const;
    const stack = { StackName: 'app' };
    const TemplateBody = readFileSync(path.join(__dirname, '..', '..', 'examples', 'basic.yml'), 'utf8');

    server.difficulty = judged;
    const ExecutionRoleArn = 'arn:aws:iam::123456789012:role/handlers';
    const { RegistrationToken } = await aws.send(
        new RegisterTypeCommand({ ...type, SchemaHandlerPackage, ExecutionRoleArn }),
    );
    await aws.send(new ListTypeRegistrationsCommand(type));
    pass();
    await aws.send(new DescribeTypeRegistrationCommand({ RegistrationToken }));
    await aws.send(new ListTypeVersionsCommand(type));
    await aws.send(new SetTypeDefaultVersionCommand({ ...type, VersionId: '00000001' }));

    await aws.send(new GetTemplateSummaryCommand({ TemplateBody }));
    await aws.send(new CreateStackCommand({ ...stack, TemplateBody }));
    await stacks.api.idle();
    await aws.send(new DescribeStacksCommand(stack));
    const ChangeSetName = 'next';
    const next = { ...stack, ChangeSetName };
    const changed = TemplateBody.replace('ScanOnPush: true', 'ScanOnPush: false');
    await aws.send(new CreateChangeSetCommand({ ...next, TemplateBody: changed }));
    await aws.send(new DescribeChangeSetCommand(next));
    await aws.send(new ExecuteChangeSetCommand(next));
    await stacks.api.idle();
    await aws.send(new DeleteChangeSetCommand(next));
    await aws.send(new DescribeStackEventsCommand(stack));
    await aws.send(new DescribeStackResourcesCommand(stack));
    const { StackDriftDetectionId } = await aws.send(new DetectStackDriftCommand(stack));
    await stacks.api.idle();
    await aws.send(new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId }));
    await aws.send(new DescribeStackResourceDriftsCommand(stack));
    await aws.send(new DeleteStackCommand(stack));
    await aws.send(new ListStacksCommand({}));
    await stacks.api.reset();

    const ConnectionArn = 'arn:aws:codeconnections:us-east-1:123456789012:connection/1';
    await aws.send(new RegisterPublisherCommand({ AcceptTermsAndConditions: true, ConnectionArn }));
    await aws.send(new DescribePublisherCommand({}));
    await aws.send(new TestTypeCommand(type));
    pass();
    const { PublicTypeArn } = await aws.send(new PublishTypeCommand(type));
    await aws.send(new DescribeTypeCommand(type));
    await aws.send(new DeregisterTypeCommand(type));
    await aws.send(new ActivateTypeCommand({ PublicTypeArn, ExecutionRoleArn }));
    await aws.send(new DescribeTypeCommand(type));
    await aws.send(new DeactivateTypeCommand(type));
    await stacks.close();
    expect([...violations]).toEqual([]);
    expect([...seen].filter((action) => action.startsWith('cloudformation:'))).toHaveLength(
        Object.keys(
            servicesWith(stacks.api).find(({ iamPrefix }) => iamPrefix === 'cloudformation')?.operations ??
                {},
        ).length,
    );
});
