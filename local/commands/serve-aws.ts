import { once } from 'node:events';
import { AwsServer } from '../aws/server';
import { variablesFor } from '../endpoint';
import { servicesWith } from '../stack-api/services';
import { StackApi } from '../stack-api/stack-api';
import { errorCode } from '../system-errors';
import type { Workplace } from '../workplace';
import type { ExitCode } from './exit-code';

/** Serves the AWS stand-in, stacks included, until Ctrl-C; nothing is kept. */
export async function serveAws(workplace: Workplace, port: number): Promise<ExitCode> {
    const stacks = new StackApi(workplace, () => server.endpoint);
    const server = new AwsServer(servicesWith(stacks));
    try {
        const endpoint = await server.listen(port);
        console.log(`The AWS stand-in is at ${endpoint} until Ctrl-C. For another terminal:`);
        console.log(variablesFor(endpoint));
        if (!workplace.interrupted.aborted) {
            await once(workplace.interrupted, 'abort');
        }
        await stacks.idle();
        await server.close();
        return 0;
    } catch (error) {
        if (errorCode(error) === 'EADDRINUSE') {
            throw new Error(`Port ${port} is taken: choose another with --port.`);
        }
        throw error;
    }
}
