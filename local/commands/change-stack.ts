import { randomUUID } from 'node:crypto';
import { partition } from '@aws-sdk/util-endpoints';
import { type Aws, accountOf } from '../endpoint';
import { readText } from '../files';
import type { PreviousAtImport } from '../stacks/resources';
import { type Result, Stack } from '../stacks/stack';
import { defaultStackName } from '../stacks/stack-name';
import type { StackState } from '../stacks/state';
import { type Blueprint, blueprintOf } from '../template/blueprint';
import { pseudoParametersOf } from '../template/pseudo-parameters';
import { readTemplate } from '../template/read';
import type { Settings } from '../template/scope';
import type { Template } from '../template/template';
import { callerFor, findStack, reach, say, type Workplace } from '../workplace';
import { EventPrinter } from './event-printer';
import { EXIT_CODES, type ExitCode } from './exit-code';
import { printOutputs } from './print';

/** What a command asks of a stack, which may be there or not. */
export interface StackRequest extends Pick<Settings, 'parameters' | 'ssmParameters' | 'foreignValues'> {
    /** The template's path, absolute. */
    readonly file: string;
    /** Without one it is called as its template's file. */
    readonly stackName: string | undefined;
    readonly region: string;
    readonly previousAtImport?: PreviousAtImport;
}

export interface OpenStack {
    readonly template: Template;
    readonly blueprint: Blueprint;
    readonly state: StackState;
}

/** Brings a template's stack, new or there, from one state to another, and prints its outputs. */
export async function changeStack(
    workplace: Workplace,
    request: StackRequest,
    change: (open: OpenStack, stack: Stack) => Promise<Result>,
): Promise<ExitCode> {
    const { file, stackName = defaultStackName(file) } = request;
    const template = readTemplate(readText(file, 'a CloudFormation template'), file, request);
    const release = workplace.folder.lock(stackName);
    try {
        const { aws, state } = await stackIn(workplace, stackName, request);
        const blueprint = blueprintOf(template, { ...request, pseudoParameters: pseudoParametersOf(state) });
        const open = { template, blueprint, state };
        const result = await operateOn(
            workplace,
            aws,
            state,
            (stack) => change(open, stack),
            request.previousAtImport,
        );
        if (result === 'UNCHANGED') {
            console.log('No updates are to be performed.');
        }
        if (result === 'DONE' || result === 'UNCHANGED') {
            printOutputs(state);
        }
        return EXIT_CODES[result];
    } finally {
        release();
    }
}

/** Runs an operation on a stack, shows what happens and keeps the state true. */
export async function operateOn(
    workplace: Workplace,
    aws: Aws,
    state: StackState,
    operation: (stack: Stack) => Promise<Result>,
    previousAtImport: PreviousAtImport = 'template',
): Promise<Result> {
    const { folder, interrupted } = workplace;
    const printer = new EventPrinter(process.stdout);
    try {
        const stack = new Stack(state, {
            caller: callerFor(workplace, aws, state),
            save: (changed) => folder.save(changed),
            report: (event) => printer.print(event),
            interrupted,
            previousAtImport,
        });
        const result = await operation(stack);
        if (result === 'INTERRUPTED') {
            say('Interrupted. The same command continues from here; delete removes what there is.');
        }
        return result;
    } finally {
        printer.close();
    }
}

/** The stack, or a new one, and the AWS that it is in. */
async function stackIn(
    workplace: Workplace,
    name: string,
    { file, stackName, region }: StackRequest,
): Promise<{ aws: Aws; state: StackState }> {
    const earlier = await findStack(workplace, name);
    if (earlier && earlier.template !== file && stackName === undefined) {
        throw new Error(
            `Stack ${name} was made from ${earlier.template}, not from ${file}. ` +
                `Give --stack-name ${name} to change that stack, or another name for a stack of its own.`,
        );
    }
    if (earlier && earlier.region !== region) {
        throw new Error(
            `Stack ${name} is in ${earlier.region}: use --region ${earlier.region} or another name.`,
        );
    }
    const aws = await reach(workplace, earlier);
    const state = earlier ?? newStack(name, file, region, await accountOf(aws, region), aws);
    state.template = file;
    return { aws, state };
}

function newStack(
    name: string,
    template: string,
    region: string,
    account: string,
    { id: aws }: Aws,
): StackState {
    const id = `arn:${partition(region).name}:cloudformation:${region}:${account}:stack/${name}/${randomUUID()}`;
    const empty = { tags: {}, outputs: {}, resources: {}, leftovers: [] };
    return { name, id, template, account, region, aws, status: 'REVIEW_IN_PROGRESS', ...empty };
}
