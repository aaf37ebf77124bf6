import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { partition } from '@aws-sdk/util-endpoints';
import { type Aws, accountOf, stopStandIn } from './endpoint';
import { errorCode } from './errno';
import { EventPrinter } from './events';
import { lambdaServer } from './lambda/server';
import { detectDrift, type ResourceDrift } from './stacks/drift';
import { checkImport, type Identifiers } from './stacks/import';
import { type Result, Stack } from './stacks/stack';
import { exists, type StackState } from './stacks/state';
import { blueprintOf } from './template/blueprint';
import { readTemplate } from './template/read';
import type { Settings } from './template/scope';
import { findStack, functionFor, reach, say, type Workplace, withCaller } from './workplace';

/** 0: well; 1: an error; 2: drift; 130: cut off by Ctrl-C. */
export type ExitCode = 0 | 1 | 2 | 130;

const EXIT_CODES: Readonly<Record<Result, ExitCode>> = { DONE: 0, UNCHANGED: 0, FAILED: 1, INTERRUPTED: 130 };

export interface DeployOptions extends Pick<Settings, 'parameters' | 'foreignValues'> {
    readonly region: string;
    readonly tags: ReadonlyMap<string, string>;
}

export async function deploy(
    workplace: Workplace,
    file: string,
    name: string,
    options: DeployOptions,
): Promise<ExitCode> {
    const template = readTemplate(readFileSync(file, 'utf8'), file);
    const release = workplace.folder.lock(name);
    try {
        const { aws, state } = await stackIn(workplace, name, options.region);
        const blueprint = blueprintOf(template, { ...options, pseudoParameters: pseudoParametersOf(state) });
        const result = await work(workplace, aws, state, (stack) =>
            stack.deploy(blueprint, Object.fromEntries(options.tags)),
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

/** Takes resources that are in AWS already into a stack, new or there. */
export async function importInto(
    workplace: Workplace,
    file: string,
    name: string,
    options: Omit<DeployOptions, 'tags'> & { readonly identifiers: Identifiers },
): Promise<ExitCode> {
    if (options.identifiers.size === 0) {
        throw new Error('Nothing to import is named: give --resource-id LogicalId=Name.');
    }
    const template = readTemplate(readFileSync(file, 'utf8'), file);
    const { folder } = workplace;
    const release = folder.lock(name);
    try {
        const { aws, state } = await stackIn(workplace, name, options.region);
        if (state.status.startsWith('DELETE') || state.before) {
            throw new Error(`Stack ${name} is in state ${state.status}: deploy or delete it first.`);
        }
        const blueprint = blueprintOf(template, { ...options, pseudoParameters: pseudoParametersOf(state) });
        const others = folder
            .stacks()
            .flatMap((other) => (other === name ? [] : (folder.load(other) ?? [])))
            .filter((other) => other.aws === state.aws && other.region === state.region);
        checkImport(template, blueprint, state, others, options.identifiers);
        const result = await work(workplace, aws, state, (stack) =>
            stack.import(blueprint, options.identifiers),
        );
        if (result === 'DONE') {
            printOutputs(state);
        }
        return EXIT_CODES[result];
    } finally {
        release();
    }
}

export async function remove(workplace: Workplace, name: string): Promise<ExitCode> {
    const release = workplace.folder.lock(name);
    try {
        existing(workplace, name);
        const state = await findStack(workplace, name);
        if (!state) {
            return 0;
        }
        const aws = await reach(workplace, state);
        const result = await work(workplace, aws, state, (stack) => stack.delete());
        if (result === 'DONE') {
            workplace.folder.forget(name);
        }
        return EXIT_CODES[result];
    } finally {
        release();
    }
}

export async function drift(workplace: Workplace, name: string): Promise<ExitCode> {
    existing(workplace, name);
    const state = await findStack(workplace, name);
    if (!state) {
        return 1;
    }
    const aws = await reach(workplace, state);
    const records = Object.values(state.resources).filter(exists);
    const drifts = await withCaller(workplace, aws, state, (caller) =>
        Promise.all(records.map((record) => detectDrift(record, caller))),
    );
    drifts.forEach(printDrift);
    return drifts.every(({ status }) => status === 'IN_SYNC') ? 0 : 2;
}

export function outputs({ folder }: Workplace, name: string): ExitCode {
    printOutputs(existing({ folder }, name));
    return 0;
}

export function list({ folder }: Workplace): ExitCode {
    for (const name of folder.stacks()) {
        const { status, region } = existing({ folder }, name);
        console.log(`${name.padEnd(24)}  ${status.padEnd(24)}  ${region}`);
    }
    return 0;
}

export async function stop({ folder }: Workplace): Promise<ExitCode> {
    console.log((await stopStandIn(folder)) ? 'The AWS stand-in has ended.' : 'No AWS stand-in was running.');
    return 0;
}

/** Serves until Ctrl-C. */
export async function serveLambda(
    workplace: Workplace,
    { host, port, region }: { host: string; port: number; region: string },
): Promise<ExitCode> {
    const aws = await reach(workplace);
    const names = ['TypeFunction', 'TestEntrypoint'] as const;
    const functions = new Map(
        names.map((name) => [name as string, functionFor(workplace, aws, region, name)]),
    );
    const server = lambdaServer(functions).listen(port, host);
    try {
        await once(server, 'listening');
        const address = server.address();
        const url = `http://${host}:${typeof address === 'object' ? address?.port : port}`;
        console.log(`${names.join(' and ')} at ${url}, for "cfn test" and for`);
        console.log(
            `aws lambda invoke --endpoint-url ${url} --function-name TypeFunction …   (Ctrl-C ends it)`,
        );
        if (!workplace.interrupted.aborted) {
            await once(workplace.interrupted, 'abort');
        }
        return 0;
    } catch (error) {
        if (errorCode(error) === 'EADDRINUSE') {
            throw new Error(`Port ${port} of ${host} is taken: choose another with --port.`);
        }
        throw error;
    } finally {
        server.close();
        server.closeAllConnections();
        await Promise.all([...functions.values()].map((each) => each.close()));
    }
}

/** Runs an operation on a stack, shows what happens and keeps the state true. */
async function work(
    workplace: Workplace,
    aws: Aws,
    state: StackState,
    operation: (stack: Stack) => Promise<Result>,
): Promise<Result> {
    const { folder, interrupted } = workplace;
    const printer = new EventPrinter(process.stdout);
    try {
        const result = await withCaller(workplace, aws, state, (caller) =>
            operation(
                new Stack(state, {
                    caller,
                    save: (changed) => folder.save(changed),
                    report: (event) => printer.print(event),
                    interrupted,
                }),
            ),
        );
        if (result === 'INTERRUPTED') {
            say('Interrupted. The same command goes on from here; delete takes away what there is.');
        }
        return result;
    } finally {
        printer.close();
    }
}

function existing({ folder }: Pick<Workplace, 'folder'>, name: string): StackState {
    const state = folder.load(name);
    if (!state) {
        throw new Error(`There is no stack ${name}; there are: ${folder.stacks().join(', ') || 'none'}.`);
    }
    return state;
}

/** The stack, or a new one, and the AWS that it is in. */
async function stackIn(
    workplace: Workplace,
    name: string,
    region: string,
): Promise<{ aws: Aws; state: StackState }> {
    const earlier = await findStack(workplace, name);
    const aws = await reach(workplace, earlier);
    const state = earlier ?? newStack(name, region, await accountOf(aws, region), aws);
    if (state.region !== region) {
        throw new Error(`Stack ${name} is in ${state.region}: use --region ${state.region} or another name.`);
    }
    return { aws, state };
}

function newStack(name: string, region: string, account: string, { id: aws }: Aws): StackState {
    const id = `arn:${partition(region).name}:cloudformation:${region}:${account}:stack/${name}/${randomUUID()}`;
    const empty = { tags: {}, outputs: {}, resources: {}, leftovers: [] };
    return { name, id, account, region, aws, status: 'REVIEW_IN_PROGRESS', ...empty };
}

function pseudoParametersOf({ account, region, name, id }: StackState): Settings['pseudoParameters'] {
    const { name: partitionName, dnsSuffix } = partition(region);
    return {
        'AWS::AccountId': account,
        'AWS::NoValue': undefined,
        'AWS::NotificationARNs': [],
        'AWS::Partition': partitionName,
        'AWS::Region': region,
        'AWS::StackId': id,
        'AWS::StackName': name,
        'AWS::URLSuffix': dnsSuffix,
    };
}

function printOutputs({ outputs }: StackState): void {
    for (const [name, value] of Object.entries(outputs)) {
        console.log(`${name.padEnd(24)}  ${value.replaceAll('\n', `\n${' '.repeat(26)}`)}`);
    }
}

function printDrift({ logicalId, physicalId, status, differences }: ResourceDrift): void {
    console.log(`${status.padEnd(10)}  ${logicalId}  (${physicalId})`);
    for (const { path, kind, expected, actual } of differences) {
        const shown = [expected, actual].map((value) => JSON.stringify(value) ?? 'nothing');
        console.log(`    ${path}  ${kind}  expected ${shown[0]}, actual ${shown[1]}`);
    }
}
