import path from 'node:path';
import { convert } from '../convert/convert';
import { makeFolder, readText, writeText } from '../files';
import { fitted } from '../wrap';
import type { ExitCode } from './exit-code';

export interface ConvertRequest {
    /** A template, or what terraform show -json prints. */
    readonly file: string;
    readonly names: ReadonlyMap<string, string>;
    /** Where the new templates go; by default a folder beside the file. */
    readonly outDir?: string;
}

/** Writes the templates that bring AWS's repositories under this type, and says how to use them. */
export function convertFile({
    file,
    names,
    outDir = `${withoutExtension(file)}.converted`,
}: ConvertRequest): ExitCode {
    const folder = shortest(outDir);
    const place = (name: string) => path.join(folder, name);
    const text = readText(file, 'a CloudFormation template, or of the output of terraform show -json');
    const { files, report, steps } = convert({ file, text, names, place });
    makeFolder(outDir);
    for (const [name, text] of files) {
        writeText(path.join(outDir, name), text);
    }
    console.log(`${fitted(report, process.stdout, 4)}\n\nSteps, for the stack STACK:\n${steps}`);
    return 0;
}

/** Relative for a folder below the current one, otherwise absolute. */
function shortest(folder: string): string {
    const relative = path.relative('', folder);
    return relative.startsWith('..') ? folder : relative;
}

function withoutExtension(file: string): string {
    const { dir, name } = path.parse(file);
    return path.join(dir, name);
}
