import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** moto (https://docs.getmoto.org), for what the stand-in does not play and to compare the stand-in with. */
export interface Moto {
    readonly url: string;
    /** Empties all accounts. */
    reset(): Promise<void>;
    stop(): Promise<void>;
}

/**
 * moto in a process group of its own, on a port of its own choice. Its shell waits for the end of its standard
 * input and then ends the group, so that moto goes even when the test is killed.
 */
export async function startMoto(): Promise<Moto> {
    const shell = spawn('sh', ['-c', 'moto_server -H 127.0.0.1 -p 0 & cat; kill 0'], {
        detached: true,
        stdio: ['pipe', 'ignore', 'pipe'],
    });
    const printed: string[] = [];
    const url = await new Promise<string>((resolve, reject) => {
        createInterface(shell.stderr).on('line', (line) => {
            printed.push(line);
            const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
            if (address) {
                resolve(address);
            }
        });
        shell.on('error', reject);
        shell.on('exit', () => reject(new Error(`moto_server does not start.\n${printed.join('\n')}`)));
    });
    return {
        url,
        async reset() {
            await fetch(`${url}/moto-api/reset`, { method: 'POST' });
        },
        async stop() {
            const exit = once(shell, 'exit');
            shell.stdin.end();
            await exit;
            // moto itself may hold its end a while longer.
            shell.stderr.destroy();
        },
    };
}
