import { z } from 'zod';
import { AwsError } from '../aws/error';
import { type Operation, operation } from '../aws/service';
import { readTemplate } from '../template/read';
import * as answers from './answers';
import { deploymentMembers, deploymentOf, templateBody, valid } from './deployment';
import type { ManagedStacks } from './managed-stacks';
import { ofStack, stackName } from './members';

/** CloudFormation's operations on stacks. They always roll back: OnFailure is taken and not heeded. */
export function stackOperations(stacks: ManagedStacks): Readonly<Record<string, Operation>> {
    return {
        GetTemplateSummary: operation(
            z.union([z.strictObject({ TemplateBody: templateBody }), ofStack]),
            (given, call) => {
                if ('TemplateBody' in given) {
                    return answers.templateAnswer(valid(() => readTemplate(given.TemplateBody, 'template')));
                }
                const { deployment } = stacks.stackOf(given.StackName, call);
                return deployment ? answers.templateAnswer(deployment.template) : {};
            },
        ),

        CreateStack: operation(
            z.strictObject({
                ...deploymentMembers,
                StackName: stackName,
                OnFailure: z.enum(['DO_NOTHING', 'ROLLBACK', 'DELETE']).optional(),
                ClientRequestToken: z.string().min(1).max(128).optional(),
            }),
            (input, call) => {
                const { StackName: name } = input;
                if (stacks.find(name, call)) {
                    throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
                }
                const stack = stacks.draft(name, call);
                const deployment = deploymentOf(input, stack, call);
                stacks.add(stack);
                stack.deploy(deployment, 'CREATE');
                return { StackId: stack.state.id };
            },
        ),

        /** A stack that is not there is no error (API reference). */
        DeleteStack: operation(ofStack, ({ StackName }, call) => {
            stacks.find(StackName, call)?.delete();
            return {};
        }),

        DescribeStacks: operation(
            z.strictObject({ StackName: stackName.optional(), NextToken: z.string().optional() }),
            ({ StackName }, call) => {
                const shown = StackName
                    ? [stacks.stackOf(StackName, call)]
                    : stacks.in(call).filter(({ isDeleted }) => !isDeleted);
                return { Stacks: shown.map(answers.stackAnswer) };
            },
        ),

        ListStacks: operation(
            z.strictObject({
                NextToken: z.string().optional(),
                StackStatusFilter: z.array(z.string()).optional(),
            }),
            ({ StackStatusFilter: wanted }, call) => ({
                StackSummaries: stacks
                    .in(call)
                    .filter(({ state }) => wanted?.includes(state.status) ?? true)
                    .map(answers.summaryAnswer),
            }),
        ),

        DescribeStackEvents: operation(ofStack, ({ StackName }, call) => ({
            StackEvents: answers.eventAnswers(stacks.stackOf(StackName, call)),
        })),

        DescribeStackResources: operation(ofStack, ({ StackName }, call) => ({
            StackResources: answers.resourceAnswers(stacks.stackOf(StackName, call)),
        })),
    };
}
