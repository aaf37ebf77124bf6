import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { DescribeRegistryCommand, ECRClient, ECRServiceException } from '@aws-sdk/client-ecr';
import { z } from 'zod';
import type { Credentials } from '../src/aws/clients';
import { DamagedFile, readJson, writeJson } from './files';
import { isAlive, lockInTurn } from './lock';
import type { StateFolder } from './stacks/state';
import { answers, type End, endStandIns, type StandInProcess, startStandIn } from './stand-in';
import { errorCode } from './system-errors';

/** AWS, or what stands in for it. */
export interface Aws {
    /** Names it in a stack's state: what one life of the stand-in held is gone with it. */
    readonly id: string;
    readonly endpoint: string;
    readonly credentials: Credentials;
}

interface StandIn extends StandInProcess {
    readonly id: string;
}

const STAND_IN = 'stand-in ';

const DUMMY: Credentials = { accessKeyId: 'testing', secretAccessKey: 'testing', sessionToken: 'testing' };

/** What the AWS CLI and SDKs need to know of a stand-in, for a shell. */
export function variablesFor(endpoint: string): string {
    const { accessKeyId, secretAccessKey } = DUMMY;
    return [
        `export AWS_ENDPOINT_URL=${endpoint} AWS_DEFAULT_REGION=us-east-1`,
        `export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
    ].join('\n');
}

/** The endpoint that is given; else the stand-in of the state folder, started when it does not run. */
export async function reachAws(
    folder: StateFolder,
    endpoint: string | undefined,
    say: (text: string) => void,
): Promise<Aws> {
    if (endpoint && endpoint !== (await standInOf(folder))?.endpoint) {
        return { id: endpoint, endpoint, credentials: credentialsFromEnvironment() ?? DUMMY };
    }
    const release = await lockInTurn(folder.awsFile.replace(/json$/, 'lock'), 'the AWS stand-in');
    try {
        const running = await standInOf(folder);
        if (running) {
            return { ...running, credentials: DUMMY };
        }
        const began = Date.now();
        const started: StandIn = {
            id: STAND_IN + randomUUID(),
            ...(await startStandIn(folder.awsFile, folder.logFile('aws'))),
        };
        await note(folder, started);
        say(
            `The AWS stand-in answers after ${((Date.now() - began) / 1000).toFixed(1)} s. For the AWS CLI:\n${variablesFor(started.endpoint)}`,
        );
        return { ...started, credentials: DUMMY };
    } finally {
        release();
    }
}

/** Notes a started stand-in in the state folder, or ends it: without the note nobody could find and stop it. */
async function note({ awsFile }: StateFolder, standIn: StandIn): Promise<void> {
    try {
        writeJson(awsFile, standIn);
    } catch (error) {
        await endStandIns(awsFile);
        throw error;
    }
}

/** What came of a stop: how the stand-in ended, if one ran, and what the note of it was like. */
export interface StandInEnd {
    readonly end: End | undefined;
    readonly note: 'ABSENT' | 'READABLE' | 'DAMAGED';
}

/** Ends the stand-in of the state folder, in whatever state it and the note of it are. */
export async function stopStandIn(folder: StateFolder): Promise<StandInEnd> {
    const note = noteOf(folder);
    const end = await endStandIns(folder.awsFile);
    rmSync(folder.awsFile, { force: true, recursive: true });
    return { end, note };
}

function noteOf(folder: StateFolder): StandInEnd['note'] {
    if (!existsSync(folder.awsFile)) {
        return 'ABSENT';
    }
    return recorded(folder) ? 'READABLE' : 'DAMAGED';
}

/** The stand-in, when its process lives and answers at its port: a process ID alone may be another's by now. */
async function standInOf(folder: StateFolder): Promise<StandIn | undefined> {
    const standIn = recorded(folder);
    return standIn && isAlive(standIn.pid) && (await answers(standIn.endpoint)) ? standIn : undefined;
}

/** What was noted of the stand-in; a damaged note counts as none, so that "stop" and the next start work. */
function recorded({ awsFile }: StateFolder): StandIn | undefined {
    try {
        return z
            .object({ id: z.string(), pid: z.number(), endpoint: z.string() })
            .safeParse(readJson(awsFile)).data;
    } catch (error) {
        if (error instanceof DamagedFile || errorCode(error) === 'EISDIR') {
            return undefined;
        }
        throw error;
    }
}

/** Whether what an AWS of this ID held is lost: it was in a stand-in that has ended. */
export async function isGone(id: string, folder: StateFolder): Promise<boolean> {
    return id.startsWith(STAND_IN) && (await standInOf(folder))?.id !== id;
}

/** The account's ID is that of its ECR registry. */
export async function accountOf({ endpoint, credentials }: Aws, region: string): Promise<string> {
    const ecr = new ECRClient({ endpoint, credentials, region });
    try {
        const { registryId } = await ecr.send(new DescribeRegistryCommand({}));
        return registryId ?? noAccount(endpoint, undefined);
    } catch (error) {
        return noAccount(endpoint, error);
    } finally {
        ecr.destroy();
    }
}

function noAccount(endpoint: string, cause: unknown): never {
    const advice = 'Correct --endpoint-url or AWS_ENDPOINT_URL; without them the AWS stand-in is used.';
    const code = errorCode(cause);
    if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'ETIMEDOUT') {
        throw new Error(`Nothing answers at ${endpoint} (${code}). ${advice}`);
    }
    // The SDK's own errors have a name of AWS's; what it cannot parse ends in an error of the parser.
    if (cause instanceof SyntaxError || !(cause instanceof ECRServiceException)) {
        throw new Error(`What answers at ${endpoint} does not speak ECR's API (DescribeRegistry). ${advice}`);
    }
    throw new Error(`${endpoint} does not tell its account (ECR DescribeRegistry): ${cause.message}`);
}

function credentialsFromEnvironment(): Credentials | undefined {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
    return AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY
        ? {
              accessKeyId: AWS_ACCESS_KEY_ID,
              secretAccessKey: AWS_SECRET_ACCESS_KEY,
              ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
          }
        : undefined;
}
