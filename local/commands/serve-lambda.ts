import { once } from 'node:events';
import { lambdaServer } from '../lambda/server';
import { errorCode } from '../system-errors';
import { functionFor, reach, type Workplace } from '../workplace';
import type { ExitCode } from './exit-code';

/** Serves until Ctrl-C. */
export async function serveLambda(
    workplace: Workplace,
    { host, port, region }: { host: string; port: number; region: string },
): Promise<ExitCode> {
    const aws = await reach(workplace);
    const names = ['TypeFunction', 'TestEntrypoint'] as const;
    const functions = new Map(
        names.map((name) => [name as string, functionFor(workplace, aws, region, name)]),
    );
    const server = lambdaServer(functions).listen(port, host);
    try {
        await once(server, 'listening');
        const address = server.address();
        const url = `http://${host}:${typeof address === 'object' ? address?.port : port}`;
        console.log(`${names.join(' and ')} at ${url}, for "cfn test" and for`);
        console.log(
            `aws lambda invoke --endpoint-url ${url} --function-name TypeFunction …   (Ctrl-C ends it)`,
        );
        if (!workplace.interrupted.aborted) {
            await once(workplace.interrupted, 'abort');
        }
        return 0;
    } catch (error) {
        if (errorCode(error) === 'EADDRINUSE') {
            throw new Error(`Port ${port} of ${host} is taken: choose another with --port.`);
        }
        throw error;
    } finally {
        server.close();
        server.closeAllConnections();
    }
}
