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
