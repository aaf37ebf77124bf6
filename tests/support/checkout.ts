import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';

const ROOT = path.join(__dirname, '..', '..');

/** All that the package is made from. */
const SOURCES = [
    '.rpdk-config',
    'examples',
    'inputs',
    'local',
    'package.json',
    'schema.json',
    'scripts',
    'src',
    'tsconfig.json',
    'tsconfig.models.json',
];

export interface Ending {
    readonly code: number | null;
    readonly out: string;
    readonly err: string;
}

/** The project once more: its scripts build into their folder, and other tests use the bundle of this one. */
export class Checkout {
    readonly folder = mkdtempSync(path.join(tmpdir(), 'checkout-'));
    private readonly children = new Set<ChildProcess>();

    constructor() {
        for (const source of SOURCES) {
            cpSync(path.join(ROOT, source), this.path(source), { recursive: true });
        }
        symlinkSync(path.join(ROOT, 'node_modules'), this.path('node_modules'));
    }

    path(name: string): string {
        return path.join(this.folder, name);
    }

    /** Changes a JSON file. */
    edit<Content>(name: string, change: (content: Content) => void): void {
        const content: Content = JSON.parse(readFileSync(this.path(name), 'utf8'));
        change(content);
        writeFileSync(this.path(name), JSON.stringify(content, null, 4));
    }

    /** Puts a file back as it is in the project. */
    restore(name: string): void {
        cpSync(path.join(ROOT, name), this.path(name));
    }

    /** Takes what lies ready for what the build makes: where it is not the package that is tested. */
    skipBuild(): void {
        writeFileSync(
            this.path('build.js'),
            "const { mkdirSync, writeFileSync } = require('node:fs');" +
                "mkdirSync('build/TypeFunction/dist', { recursive: true });" +
                "writeFileSync('build/TypeFunction/dist/handlers.js', 'exports.entrypoint = () => undefined;');",
        );
        this.edit<{ settings: { buildCommand: string } }>('.rpdk-config', ({ settings }) => {
            settings.buildCommand = 'node build.js';
        });
    }

    /** Runs one of the scripts in it. */
    start(script: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Running {
        const options = ['--require', require.resolve('tsx/cjs'), this.path(`scripts/${script}.ts`), ...args];
        const child = spawn(process.execPath, options, {
            cwd: this.folder,
            env: { PATH: process.env['PATH'], WAIT_SPEED: '50', ...environment },
            stdio: ['ignore', 'pipe', 'pipe'],
        });
        this.children.add(child);
        return new Running(child);
    }

    run(script: string, args: readonly string[], environment?: NodeJS.ProcessEnv): Promise<Ending> {
        return this.start(script, args, environment).ending;
    }

    remove(): void {
        for (const child of this.children) {
            child.kill('SIGKILL');
        }
        rmSync(this.folder, { recursive: true });
    }
}

/** A script that runs. */
export class Running {
    readonly ending: Promise<Ending>;
    private out = '';
    private err = '';

    constructor(private readonly child: ChildProcessByStdio<null, Readable, Readable>) {
        child.stdout.on('data', (chunk) => {
            this.out += chunk;
        });
        child.stderr.on('data', (chunk) => {
            this.err += chunk;
        });
        this.ending = once(child, 'close').then(([code]) => ({ code, out: this.out, err: this.err }));
    }

    /** Waits until it has said something on standard error. */
    async said(wanted: string): Promise<void> {
        let hasEnded = false;
        void this.ending.then(() => {
            hasEnded = true;
        });
        while (!this.err.includes(wanted)) {
            if (hasEnded) {
                throw new Error(`It ended without saying ${wanted}: ${this.err}`);
            }
            await Promise.race([once(this.child.stderr, 'data'), this.ending]);
        }
    }

    /** Ends it, and waits for the end. */
    async kill(signal: NodeJS.Signals): Promise<Ending> {
        this.child.kill(signal);
        return this.ending;
    }
}
