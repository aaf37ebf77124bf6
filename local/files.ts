import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { errorCode, fileProblem } from './system-errors';

/** The file's text. An error names the file, what is wrong with it, and what is wanted. */
export function readText(file: string, wanted: string): string {
    try {
        return readFileSync(file, 'utf8');
    } catch (error) {
        const problem = fileProblem(error, file);
        throw problem ? new Error(`${problem}. Give the path of ${wanted}.`) : error;
    }
}

/** Writes a file. Every error names it, which Node does not do when the disk is full. */
export function writeText(file: string, text: string): void {
    try {
        writeFileSync(file, text);
    } catch (error) {
        if (typeof error === 'object' && error !== null) {
            Object.assign(error, { path: file });
        }
        throw error;
    }
}

/** The JSON of a file that people write; an error names the file. */
export function parseJson(file: string): ReturnType<typeof JSON.parse> {
    const text = readText(file, 'a JSON file');
    try {
        return JSON.parse(text);
    } catch (error) {
        const reason = error instanceof Error ? error.message : error;
        throw new Error(`${file} is not valid JSON: ${reason}. Correct it.`);
    }
}

/** A file of the state folder is not as it was written. */
export class DamagedFile extends Error {
    override readonly name = 'DamagedFile';

    constructor(file: string) {
        super(`${file} is damaged. Delete it; what it was about is then forgotten, and stays in AWS.`);
    }
}

/** Undefined when there is no such file; DamagedFile when it is not JSON. */
export function readJson(file: string): unknown {
    if (!existsSync(file)) {
        return undefined;
    }
    const text = readFileSync(file, 'utf8');
    try {
        return JSON.parse(text);
    } catch {
        throw new DamagedFile(file);
    }
}

/** The names of what is in a folder; none when there is no such folder. An error when a part of the path is a file. */
export function readFolder(folder: string): string[] {
    try {
        return readdirSync(folder);
    } catch (error) {
        if (errorCode(error) === 'ENOENT') {
            return [];
        }
        throw error;
    }
}

/** Makes a folder, and those above it. Node's own recursive mkdir never ends in /proc (seen with Node 20, 22 and 24). */
export function makeFolder(folder: string): void {
    if (existsSync(folder)) {
        return;
    }
    makeFolder(path.dirname(folder));
    try {
        mkdirSync(folder);
    } catch (error) {
        // Another process may have made it in between.
        if (errorCode(error) !== 'EEXIST') {
            throw error;
        }
    }
}

/** Atomic: a reader finds the old file or the new one, whatever happens in between. */
export function writeJson(file: string, value: unknown): void {
    makeFolder(path.dirname(file));
    const draft = `${file}.${process.pid}`;
    try {
        writeText(draft, `${JSON.stringify(value, undefined, 4)}\n`);
        renameSync(draft, file);
    } finally {
        rmSync(draft, { force: true });
    }
}
