import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';

const CLI = path.join(__dirname, '..', '..', 'local', 'cli.ts');

/** How a command ended, and what it printed. */
export interface Ending {
    readonly code: number | null;
    readonly out: string;
    readonly err: string;
}

/** Starts `npm run local -- …`, without what the environment says of AWS. */
export function startCommand(environment: NodeJS.ProcessEnv, args: readonly string[]): ChildProcess {
    const { AWS_ENDPOINT_URL: _, ...env } = process.env;
    const options = ['--require', require.resolve('tsx/cjs'), CLI];
    return spawn(process.execPath, [...options, ...args], { env: { ...env, ...environment } });
}

export async function ending(child: ChildProcess): Promise<Ending> {
    const [out, err] = await Promise.all(
        [child.stdout, child.stderr].map((stream) => (stream ? text(stream) : '')),
    );
    const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
    return { code, out: out ?? '', err: err ?? '' };
}

/** Starts commands as `startCommand` does. Those that a failed test leaves running are killed after it. */
export function useCommands(): (environment: NodeJS.ProcessEnv, ...args: string[]) => ChildProcess {
    const children = new Set<ChildProcess>();
    afterEach(() => {
        for (const child of children) {
            child.kill('SIGKILL');
        }
        children.clear();
    });
    return (environment, ...args) => {
        const child = startCommand(environment, args);
        children.add(child);
        return child;
    };
}

/** Whether nothing answers at an endpoint any more. */
export const isGone = (url: string): Promise<boolean> =>
    fetch(url).then(
        () => false,
        () => true,
    );
