import { execSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { type ZipAttributes, zipSync } from 'fflate';
import { parseJson } from '../local/files';
import { portable } from './contract-inputs';
import type { ResourceSchema } from './generate/schema';

/** What RegisterType takes as SchemaHandlerPackage. */
export interface Package {
    /** Its name; it stands in the current folder. */
    readonly file: string;
    readonly content: Uint8Array;
    readonly sha256: string;
    /** Names what is in it; the description of its schema ends with it. */
    readonly build: string;
    /** How many bytes ResourceProvider.zip has in it. */
    readonly handlersSize: number;
    readonly schema: ResourceSchema;
}

type Entries = Readonly<Record<string, Uint8Array>>;

interface Settings {
    readonly typeName: string;
    readonly settings: { readonly buildCommand: string };
}

const FUNCTION = 'TypeFunction';

/** In bytes. Lambda takes far more, but aws-sdk version 2, once it slips into the bundle, makes every start slow. */
const MAX_HANDLERS_SIZE = 1_000_000;

/** The version of the CloudFormation CLI whose layout this is (`cfn submit --dry-run`). */
const METADATA = { 'cli-version': '0.2.39' };

/** The same on every machine: zip keeps local time, 1980 is where it begins; a regular file that all may read. */
const ATTRIBUTES: ZipAttributes = { mtime: new Date(1980, 0, 1), os: 3, attrs: 0o100644 << 16 };

/** Builds the handlers and packs the type, the same bytes from the same sources, into the current folder. */
export function packType(): Package {
    const { typeName, settings }: Settings = parseJson('.rpdk-config');
    const schema: ResourceSchema = parseJson('schema.json');
    const handlers = zip(build(settings.buildCommand), 9);
    if (handlers.length > MAX_HANDLERS_SIZE) {
        throw new Error(
            `ResourceProvider.zip has ${handlers.length} bytes, more than ${MAX_HANDLERS_SIZE}: ` +
                'look what the bundle dist/handlers.js takes in.',
        );
    }
    const entries = {
        ...filesOf('src', 'src'),
        ...inputs(),
        '.cfn_metadata.json': json(METADATA),
        '.rpdk-config': readFileSync('.rpdk-config'),
        'ResourceProvider.zip': handlers,
        'schema.json': json(schema),
    };
    const name = sha256(zip(entries, 0)).slice(0, 12);
    const marked = { ...schema, description: `${schema['description'] ?? typeName} (build ${name})` };
    // Not compressed, as the CLI leaves it: the registry checks the size of what it is sent.
    const content = zip({ ...entries, 'schema.json': json(marked) }, 0);
    const file = `${hyphenated(typeName)}.zip`;
    writeFileSync(file, content);
    return {
        file,
        content,
        sha256: sha256(content),
        build: name,
        handlersSize: handlers.length,
        schema: marked,
    };
}

/** As the CloudFormation CLI names what belongs to a type: org-containers-ecrrepository. */
export function hyphenated(typeName: string): string {
    return typeName.toLowerCase().replaceAll('::', '-');
}

/** The build that a version in the registry was made from; undefined when its package was not made here. */
export function buildOf(description: string | undefined): string | undefined {
    return /\(build ([0-9a-f]{12})\)$/.exec(description ?? '')?.[1];
}

/** Builds as the CloudFormation CLI does: its command puts what is to run into build/TypeFunction. */
function build(command: string): Entries {
    rmSync('build', { recursive: true, force: true });
    execSync(`${command} ${FUNCTION}`, { stdio: ['ignore', 'ignore', 'inherit'] });
    return filesOf(path.join('build', FUNCTION), '');
}

/** As AWS's contract tests take them. */
function inputs(): Entries {
    return Object.fromEntries(
        Object.entries(filesOf('inputs', 'inputs')).map(([name, content]) => [
            name,
            Buffer.from(portable(Buffer.from(content).toString())),
        ]),
    );
}

/** All files under a folder, by their names in the zip. */
function filesOf(folder: string, prefix: string): Entries {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name));
    return Object.fromEntries(
        files.map((file) => {
            const name = path.join(prefix, path.relative(folder, file)).replaceAll(path.sep, '/');
            return [name, readFileSync(file)];
        }),
    );
}

function zip(entries: Entries, level: 0 | 9): Uint8Array {
    const sorted = Object.entries(entries).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return zipSync(Object.fromEntries(sorted), { ...ATTRIBUTES, level });
}

function json(value: object): Uint8Array {
    return Buffer.from(`${JSON.stringify(value, null, 4)}\n`);
}

function sha256(content: Uint8Array): string {
    return createHash('sha256').update(content).digest('hex');
}

function main(): void {
    new Command('npm run package')
        .description("Builds the handlers and packs the type for CloudFormation's registry.")
        .showHelpAfterError('(--help tells what there is)')
        .parse();
    try {
        const { file, content, sha256, build, handlersSize } = packType();
        console.log(`${file}  ${content.length} bytes, ${handlersSize} of them ResourceProvider.zip`);
        console.log(`sha256 ${sha256}`);
        console.log(`build  ${build}`);
    } catch (error) {
        console.error(error instanceof Error ? error.message : String(error));
        process.exitCode = 1;
    }
}

if (require.main === module) {
    main();
}
