import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonObject } from '../json';
import { lock } from '../lock';
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
}

/** A resource that is in AWS. */
export interface ExistingResource extends ResourceRecord {
    readonly physicalId: string;
}

export function exists(record: ResourceRecord): record is ExistingResource {
    return record.physicalId !== undefined;
}

export type Records = Readonly<Record<string, ResourceRecord>>;

export interface StackState {
    readonly name: string;
    readonly id: string;
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
        const files = existsSync(folder) ? readdirSync(folder) : [];
        return files.filter((file) => file.endsWith('.json')).map((file) => path.basename(file, '.json'));
    }

    load(stack: string): StackState | undefined {
        return readJson<StackState>(this.stackFile(stack));
    }

    save(state: StackState): void {
        writeJson(this.stackFile(state.name), state);
    }

    forget(stack: string): void {
        rmSync(this.stackFile(stack), { force: true });
    }

    /** One command at a time may work on a stack. Returns the release. */
    lock(stack: string): () => void {
        return lock(this.stackFile(stack).replace(/json$/, 'lock'), `stack ${stack}`);
    }

    private stackFile(stack: string): string {
        return path.join(this.root, 'stacks', `${stack}.json`);
    }
}

export function readJson<T>(file: string): T | undefined {
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
}

/** Atomic: a reader finds the old file or the new one, whatever happens in between. */
export function writeJson(file: string, value: unknown): void {
    mkdirSync(path.dirname(file), { recursive: true });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(value, undefined, 4)}\n`);
    renameSync(draft, file);
}
