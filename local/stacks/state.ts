import { rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { DamagedFile, readFolder, readJson, writeJson } from '../files';
import type { JsonObject } from '../json';
import { holderOf, lock } from '../lock';
import type { Policy } from '../template/template';

export type Tags = Readonly<Record<string, string>>;

/** A resource of a stack, as it is in AWS as far as is known. */
export interface ResourceRecord {
    readonly logicalId: string;
    readonly type: string;
    readonly status: string;
    /** The primary identifier, once a handler has told it. */
    readonly physicalId?: string;
    /** The template's properties, resolved, and the stack's tags, of the newest operation. */
    readonly properties: JsonObject;
    readonly tags: Tags;
    /** What the handler returned. */
    readonly model: JsonObject;
    readonly dependsOn: readonly string[];
    readonly deletionPolicy: Policy;
    readonly updateReplacePolicy: Policy;
    /** It was in AWS before the stack was: a deployment that fails lets go of it. */
    readonly isImported?: true;
}

/** A resource that is in AWS. */
export interface ExistingResource extends ResourceRecord {
    readonly physicalId: string;
}

/** Resources of different types may have the same name. */
export function identityOf({ type, physicalId }: ResourceRecord): string {
    return `${type} ${physicalId}`;
}

export function exists(record: ResourceRecord): record is ExistingResource {
    return record.physicalId !== undefined;
}

export type Records = Readonly<Record<string, ResourceRecord>>;

export interface StackState {
    readonly name: string;
    readonly id: string;
    /** The path of the newest template, absolute. */
    template: string;
    readonly account: string;
    readonly region: string;
    /** Which AWS it is deployed to: an endpoint, or one life of the stand-in. */
    readonly aws: string;
    status: string;
    reason?: string | undefined;
    tags: Tags;
    outputs: Readonly<Record<string, string>>;
    resources: Records;
    /** What the stack returns to should the operation under way fail; there is one as long as this is. */
    before?: Records;
    /** Resources that no longer belong to the stack and are yet to be deleted. */
    leftovers: readonly ExistingResource[];
}

const texts = z.record(z.string(), z.string());

/** As much of a ResourceRecord as the runner relies on. */
const resourceRecord = z.looseObject({
    logicalId: z.string(),
    type: z.string(),
    status: z.string(),
    physicalId: z.string().optional(),
    properties: z.looseObject({}),
    tags: texts,
    model: z.looseObject({}),
    dependsOn: z.array(z.string()),
});

const stackState = z.looseObject({
    name: z.string(),
    id: z.string(),
    template: z.string(),
    account: z.string(),
    region: z.string(),
    aws: z.string(),
    status: z.string(),
    tags: texts,
    outputs: texts,
    resources: z.record(z.string(), resourceRecord),
    before: z.record(z.string(), resourceRecord).optional(),
    leftovers: z.array(resourceRecord.required({ physicalId: true })),
});

function isStackState(value: unknown): value is StackState {
    return stackState.safeParse(value).success;
}

/** The folder that holds all that is kept between commands. */
export class StateFolder {
    constructor(readonly root: string) {}

    get awsFile(): string {
        return path.join(this.root, 'aws.json');
    }

    logFile(name: string): string {
        return path.join(this.root, 'logs', `${name}.log`);
    }

    stacks(): string[] {
        const folder = path.join(this.root, 'stacks');
        return readFolder(folder)
            .filter((file) => file.endsWith('.json'))
            .map((file) => path.basename(file, '.json'));
    }

    /** Undefined when there is no such stack; DamagedFile when its file is not as it was written. */
    load(stack: string): StackState | undefined {
        const file = this.stackFile(stack);
        const state = readJson(file);
        if (state !== undefined && !isStackState(state)) {
            throw new DamagedFile(file);
        }
        return state;
    }

    save(state: StackState): void {
        writeJson(this.stackFile(state.name), state);
    }

    forget(stack: string): void {
        rmSync(this.stackFile(stack), { force: true });
    }

    /** One command at a time may work on a stack. Returns the release. */
    lock(stack: string): () => void {
        return lock(this.lockFile(stack), `stack ${stack}`);
    }

    /** The process that works on the stack now. */
    workerOn(stack: string): number | undefined {
        return holderOf(this.lockFile(stack));
    }

    private lockFile(stack: string): string {
        return path.join(this.root, 'stacks', `${stack}.lock`);
    }

    stackFile(stack: string): string {
        return path.join(this.root, 'stacks', `${stack}.json`);
    }
}
